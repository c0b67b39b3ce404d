"""Write the course as static files: `psn-viz site OUT`. Any web server can serve them."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from psn_viz.app.gallery import STATIC, cards
from psn_viz.browser.archives import DATA, data_archive, library
from psn_viz.browser.lab_pages import filled, lab_page, labs_page
from psn_viz.browser.runtime import licences, lock_file, runtime
from psn_viz.files import asset, write_whole
from psn_viz.labs.live.panel import DRAWING

ROOT = Path(__file__).resolve().parents[2]
PAGES = "psn_viz.browser.pages"
CORE = "psn_viz.labs.core"
SCRIPTS = ("lab.js", "lab_page.js", "lesson_page.js", "worker.js")


class SiteError(Exception):
    """Why the site cannot be written."""


def write_site(out: Path, runtime_folder: Path | None = None, root: Path = ROOT) -> list[str]:
    """Write all pages and what they load into the folder `out`, and return lines about it.

    runtime_folder: holds the files of Pyodide; without it the labs stay still pictures, and their pages say so.
    root: the project, whose built notebooks become the lessons. Raises SiteError; then nothing was written.
    """
    notebooks = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if not notebooks:
        raise SiteError(
            "the notebooks are not here: run it from a copy of the project that pip install -e has installed"
        )
    if out.exists() and not out.is_dir():
        raise SiteError(f"{out} is a file: name the folder that the site is to be written into")
    python = {} if runtime_folder is None else _python(runtime_folder)
    live = runtime_folder is not None
    files = {**_lessons(notebooks, live), **_labs(live), **_assets()}
    files |= {f"assets/pyodide/{name}": data for name, data in python.items()}
    try:
        for name, data in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(out / name, data)
    except OSError as error:
        raise SiteError(f"{out} cannot be written: {error}") from error
    size = sum(map(len, files.values())) / 1e6
    report = [f"{len(files)} files in {out}, {size:.0f} MB"]
    if not python:
        report.append("Without Pyodide the labs stay still pictures: --runtime FOLDER names a folder that holds it.")
    return [*report, f"To look at it: {Path(sys.executable).name} -m http.server --directory {out}"]


def _lessons(notebooks: list[Path], live: bool) -> dict[str, bytes]:
    from psn_viz.browser.lesson_pages import lesson_page, text_page

    names = [path.stem for path in notebooks]
    pages = {}
    for path, before, after in zip(notebooks, ["", *names], [*names[1:], ""], strict=False):
        pages[f"lessons/{path.stem}.html"] = lesson_page(path, before, after, live)
    protocol = notebooks[0].with_name("how_we_train.md")
    pages["lessons/how_we_train.html"] = text_page(protocol.read_text("utf-8"), protocol.stem)
    items = "\n".join(
        f'<li><a href="lessons/{name}.html">{title}</a></li>'
        for name in names
        for title in re.findall("<title>(.*?) · psn_viz</title>", pages[f"lessons/{name}.html"])
    )
    first = next(card for card in cards() if card.name == "closed_form")
    pages["index.html"] = filled("index.html", {"LESSONS": items, "ALT": html.escape(first.alt)})
    return {name: text.encode() for name, text in pages.items()}


def _labs(live: bool) -> dict[str, bytes]:
    pages = {f"labs/{card.name}.html": lab_page(card, live).encode() for card in cards()}
    return pages | {"labs/index.html": labs_page().encode()}


def _assets() -> dict[str, bytes]:
    from plotly.offline import get_plotlyjs
    from pygments.formatters import HtmlFormatter

    light, dark = (HtmlFormatter(style=name).get_style_defs(".highlight") for name in ("friendly", "github-dark"))
    code = f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
    style = code + asset(CORE, "panel.css") + asset(PAGES, "site.css")
    return {
        "assets/site.css": style.encode(),
        "assets/drawing.js": "".join(asset(CORE, name) for name in DRAWING).encode(),
        "assets/plotly.min.js": get_plotlyjs().encode(),
        "assets/library.zip": library(),
        **{f"assets/{name}": asset(PAGES, name).encode() for name in SCRIPTS},
        **{f"assets/{name}.zip": data_archive(name) for name in DATA},
        **{f"assets/{card.picture}": (STATIC / card.picture).read_bytes() for card in cards()},
    }


def _python(folder: Path) -> dict[str, bytes]:
    """Pyodide from a folder, with the licences that travel along."""
    try:
        files = runtime(folder)
    except (OSError, ValueError) as error:
        raise SiteError(f"--runtime: {error}") from None
    texts = {"pyodide-lock.json": lock_file(), **{f"licences/{name}": text for name, text in licences(files).items()}}
    return {name: path.read_bytes() for name, path in files.items()} | {n: t.encode() for n, t in texts.items()}


def main(out: Path, runtime_folder: Path | None) -> int:
    """Run the command and return its exit code."""
    try:
        print("\n".join(write_site(out, runtime_folder)))
    except SiteError as unfit:
        print(f"psn-viz site: {unfit}", file=sys.stderr)
        return 1
    return 0
