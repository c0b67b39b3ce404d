"""Write the course as static files: `psn-viz site OUT`. Any web server can serve them."""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from psn_viz.app.gallery import STATIC, cards
from psn_viz.browser import runtime
from psn_viz.browser.archives import COURSE, DATA, SOURCES, archives_of, data_archive, source_archive
from psn_viz.browser.frame_files import frame_file
from psn_viz.browser.lab_pages import STILLS, lab_page, labs_page, places, script_json
from psn_viz.browser.own_files import ForeignFiles, write_files
from psn_viz.browser.page_frame import filled, plain_page
from psn_viz.browser.single_file import single_file
from psn_viz.browser.site_licences import Carried, carried, licence_files
from psn_viz.browser.slim_python import slim
from psn_viz.course.languages.page_script import language_script
from psn_viz.files import asset, write_whole
from psn_viz.labs import LABS
from psn_viz.labs.live.panel import DRAWING
from psn_viz.labs.live.plotly_js import plotly_js

ROOT = Path(__file__).resolve().parents[2]
PAGES = "psn_viz.browser.pages"
CORE = "psn_viz.labs.core"
QUESTIONS = "psn_viz.course.questions"

# What the pages load, from the folder pages/. A page that names an asset gets it in a single file, too.
SCRIPTS = (
    "python.js",
    "lab.js",
    "lab_places.js",
    "lab_framed.js",
    "lab_page.js",
    "figure_measure.js",
    "figure_parts.js",
    "present.js",
    "deck.js",
    "answers.js",
    "questions.js",
    "open_answers.js",
    "your_answers.js",
    "page.js",
    "search.js",
    "exercise_python.js",
    "exercises.js",
    "from_disk.js",
    "worker.js",
)
# What shows words of the interface in the reader's language.
SPEAKING = (
    (QUESTIONS, "question_widget.js"),
    (PAGES, "questions.js"),
    (PAGES, "open_answers.js"),
    (PAGES, "page.js"),
    (PAGES, "search.js"),
    (PAGES, "your_answers.html"),
    (PAGES, "your_answers.js"),
)
STYLES = ((CORE, "panel.css"), (QUESTIONS, "question_widget.css"), (PAGES, "site.css"))

PYODIDE = "assets/pyodide/"
FRAMES = "assets/frames/"
ALL_ARCHIVES = {*COURSE, *(archive for lab in LABS for archive in archives_of(lab))}
FROM_SERVER = (
    "The labs load Python from {host}, another server than that of these pages, when a page with a lab is open. It "
    "learns your network address and when you came; nothing of what you do or type here is sent."
)
SINGLE = (
    "This is one page of the course psn_viz. What led to other pages is text here. This file asks no server for "
    "anything."
)


class SiteError(Exception):
    """Why the site cannot be written."""


def site_files(folder: Path | None = None, *, cdn: bool = False, root: Path = ROOT) -> dict[str, bytes]:
    """All files of the site, by path.

    folder: holds the files of Pyodide, which are copied. cdn: Pyodide's own server is asked by whoever reads. With
    neither, the labs stay still pictures, and their pages say so. root: the project, whose built notebooks become the
    lessons. Raises SiteError.
    """
    notebooks = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if not notebooks:
        raise SiteError(
            "the notebooks are not here: run it from a copy of the project that pip install -e has installed"
        )
    copied = {} if folder is None else _checked(folder)
    live = bool(copied) or cdn
    pages = {**_lessons(notebooks, live), **_labs(live), **_decks(notebooks, live), **_answers(live)}
    if live:
        pages = {name: _from_disk(page, name) for name, page in pages.items()}
    if cdn:
        told = FROM_SERVER.format(host=urlsplit(runtime.SOURCE).hostname)
        pages = {name: _noted(page, told) for name, page in pages.items()}
    licences = licence_files(carried(root, copied))
    return {**pages, **licences, **assets(), **(_from_server() if cdn else _copied(copied))}


def write_site(out: Path, runtime_folder: Path | None = None, *, cdn: bool = False, root: Path = ROOT) -> list[str]:
    """Write all pages and what they load into the folder `out`, and return lines about it.

    The arguments are those of `site_files`. Files of an earlier run that are no longer made are removed. Raises
    SiteError; then nothing was written.
    """
    if out.exists() and not out.is_dir():
        raise SiteError(f"{out} is a file: name the folder that the site is to be written into")
    files = site_files(runtime_folder, cdn=cdn, root=root)
    try:
        stale = write_files(out, files)
    except ForeignFiles as error:
        raise SiteError(str(error)) from None
    except OSError as error:
        raise SiteError(f"{out} cannot be written: {error}") from error
    report = [f"{len(files)} files in {out}, {sum(map(len, files.values())) / 1e6:.0f} MB"]
    if stale:
        report.append(f"{len(stale)} files of an earlier run were removed: {', '.join(stale[:3])}")
    if not runtime_folder and not cdn:
        report.append("Without Pyodide the labs stay still pictures.")
    return [*report, f"To look at it: {Path(sys.executable).name} -m http.server --directory {quote(str(out))}"]


def write_single(
    name: str, out: Path | None = None, runtime_folder: Path | None = None, *, cdn: bool = False, root: Path = ROOT
) -> list[str]:
    """Write one page as a file that opens from a disk, and return lines about it.

    name: a lab, the code of its state, a lesson or its number. out: the file, by default that of the page, in this
    folder. The rest as for `site_files`. Raises SiteError; then nothing was written.
    """
    page, state = _page_of(name, root)
    if state and not runtime_folder and not cdn:
        raise SiteError(f"a still picture shows a lab as it opens: {name!r} needs Python; leave out --still")
    out = out or Path(f"{Path(page).stem}.html")
    if out.is_dir():
        raise SiteError(f"{out} is a folder: name the file that is to be written")
    files = _for_page(page, site_files(runtime_folder, cdn=cdn, root=root))
    told = SINGLE.removesuffix(" This file asks no server for anything.") if cdn else SINGLE
    copied = {} if runtime_folder is None else _checked(runtime_folder)
    footer = f"<footer><p>{told}</p>{_folded_licences(carried(root, copied))}</footer>"
    try:
        write_whole(out, data := single_file(page, files, footer, state))
    except OSError as error:
        raise SiteError(f"{out} cannot be written: {error}") from error
    return [f"{out}, {len(data) / 1e6:.1f} MB: open it with a browser"]


def _for_page(page: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files without those that are for labs of other pages: each page names the data of all labs."""
    labs = set(re.findall(r'data-code="(\w+)', files[page].decode()))
    # In a lesson a question may open a lab that has no place on the page.
    archives = {archive for lab in labs for archive in archives_of(lab)} if page.startswith("labs/") else ALL_ARCHIVES
    other = {f"{FRAMES}{lab}.json" for lab in LABS.keys() - labs} | {
        f"assets/{name}" for name in ALL_ARCHIVES - archives
    }
    return {name: data for name, data in files.items() if name not in other}


def _page_of(name: str, root: Path) -> tuple[str, str]:
    """The page that is meant, and the state in which it is to open, if it is not its first."""
    lab = name.partition(";")[0]
    if lab in LABS:
        try:
            state = LABS[lab].from_code(name).code
        except (ValueError, TypeError) as error:
            raise SiteError(f"--single: {error}") from None
        return f"labs/{lab}.html", "" if state == lab else state
    lessons = [path.stem for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    meant = [lesson for lesson in lessons if name in (lesson, lesson[:2])]
    if meant:  # of a number the lesson itself, which comes before what goes further
        return f"lessons/{meant[0]}.html", ""
    raise SiteError(
        f"--single: there is no lab and no lesson {name!r}. Labs: {', '.join(LABS)}. Lessons: {', '.join(lessons)}"
    )


def _from_disk(page: bytes, name: str) -> bytes:
    """The page with a script that says so when it is opened from a disk; a page without labs stays as it is."""
    script = f'<script src="{"../" * name.count("/")}assets/from_disk.js"></script>\n</head>'
    return page.replace(b"</head>", script.encode(), 1) if b'id="places"' in page else page


def _noted(page: bytes, text: str) -> bytes:
    """The page with a paragraph at its end."""
    return page.replace(b"</main>", f'<p class="psn-note">{html.escape(text)}</p>\n</main>'.encode(), 1)


def _folded_licences(things: list[Carried]) -> str:
    texts = "".join(
        f"<h3>{html.escape(one.name)}</h3><p>{html.escape(f'{one.licence}. {one.source}')}</p>"
        f"<pre>{html.escape(one.text)}</pre>"
        for one in things
    )
    return f"<details><summary>Licences of what is in this file</summary>{texts}</details>"


def _lessons(notebooks: list[Path], live: bool) -> dict[str, bytes]:
    from psn_viz.browser import reading_pages
    from psn_viz.browser.lesson_pages import lesson_page, text_page, titles
    from psn_viz.browser.search_index import search_index
    from psn_viz.browser.ten_minutes import front_pages

    folder = notebooks[0].parent
    names = [path.stem for path in notebooks]
    pages = {}
    for path, before, after in zip(notebooks, ["", *names], [*names[1:], ""], strict=False):
        pages[f"lessons/{path.stem}.html"] = lesson_page(path, before, after, live)
    protocol = notebooks[0].with_name("how_we_train.md")
    pages["lessons/how_we_train.html"] = text_page(protocol.read_text("utf-8"), protocol.stem, titles(folder))
    pages["assets/search_index.js"] = search_index(folder, pages)
    pages |= front_pages(folder, live)
    pages |= {
        "lessons/index.html": reading_pages.lessons_page(folder),
        "glossary.html": reading_pages.glossary_page(),
        reading_pages.MAP_PAGE: reading_pages.map_page(folder),
        reading_pages.FAQ_PAGE: reading_pages.faq_page(),
        "teachers.html": reading_pages.teachers_page(folder),
        "search.html": reading_pages.search_page(),
    }
    return {name: text.encode() for name, text in pages.items()}


def _labs(live: bool) -> dict[str, bytes]:
    pages = {f"labs/{card.name}.html": lab_page(card, live).encode() for card in cards()}
    frames = {f"assets/frames/{card.name}.json": frame_file(LABS[card.name]()) for card in cards()} if live else {}
    return pages | frames | {"labs/index.html": labs_page().encode()}


def _decks(notebooks: list[Path], live: bool) -> dict[str, bytes]:
    from psn_viz.browser.deck_pages import deck_pages

    lessons = {path.stem[:2]: f"../lessons/{path.stem}.html" for path in reversed(notebooks)}
    return {name: text.encode() for name, text in deck_pages(lessons, live).items()}


def assets() -> dict[str, bytes]:
    """What pages load, without Pyodide, by path."""
    from pygments.formatters import HtmlFormatter

    from psn_viz.browser.reading_pages import search_page

    light, dark = (HtmlFormatter(style=name).get_style_defs(".highlight") for name in ("xcode", "github-dark"))
    code = f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
    return {
        "assets/site.css": (code + "".join(asset(*style) for style in STYLES)).encode(),
        "assets/drawing.js": "".join(asset(CORE, name) for name in DRAWING).encode(),
        "assets/language.js": language_script(*(asset(*place) for place in SPEAKING), search_page()).encode(),
        "assets/question.js": _question_script().encode(),
        "assets/plotly.min.js": plotly_js().encode(),
        **{f"assets/{name}": asset(PAGES, name).encode() for name in SCRIPTS},
        **{f"assets/{name}.zip": source_archive(name) for name in SOURCES},
        **{f"assets/{name}.zip": data_archive(name) for name in DATA},
        **{f"assets/{card.picture}": (STATIC / card.picture).read_bytes() for card in cards()},
        **{f"assets/stills/{card.name}.webp": (STILLS / f"{card.name}.webp").read_bytes() for card in cards()},
    }


def _question_script() -> str:
    """What draws a question in a notebook, as a script that a page can load from a disk, too: no module."""
    script, found, _ = asset(QUESTIONS, "question_widget.js").partition("export default {")
    if not found:
        raise SiteError("question_widget.js must export what draws a question")
    keys = asset("psn_viz.labs.live", "keys.js")
    return (
        f"const psnQuestion = (() => {{\n{keys}{script}return {{ render, text, word, languageOf, spoken }};\n}})();\n"
    )


def _answers(live: bool) -> dict[str, bytes]:
    """The page of all answers, which needs Python."""
    body = "<p>Questions cannot be answered here, as these pages were made without Python.</p>"
    if live:
        here = {name: where for name, where in places("").items() if name != "files"}
        body = filled("answers.html", {
            "ANSWERS": filled("your_answers.html", {"LESSON": "", "MORE": ""}), "PLACES": script_json(here),
        })  # fmt: skip
    about = "What you have answered in this browser, and a copy of it to hand in."
    return {"answers.html": plain_page("Your answers", about, body, "answers.html").encode()}


def _checked(folder: Path) -> dict[str, Path]:
    try:
        return runtime.runtime_in(folder)
    except (OSError, ValueError) as error:
        raise SiteError(f"--runtime: {error}") from None


def _copied(python: dict[str, Path]) -> dict[str, bytes]:
    """Pyodide, if its files are given."""
    return {PYODIDE + name: data for name, data in slim(python).items()} if python else {}


def _from_server() -> dict[str, bytes]:
    """What takes Pyodide from its own server, and only the pinned files of it."""
    pinned = {file.name: f"sha256-{base64.b64encode(bytes.fromhex(file.sha256)).decode()}" for file in runtime.FILES}
    script = filled("pyodide_elsewhere.js", {"SOURCE": runtime.SOURCE, "PINNED": json.dumps(pinned)})
    return {
        f"{PYODIDE}pyodide.js": script.encode(),
        f"{PYODIDE}pyodide-lock.json": runtime.lock_file().encode(),
    }


def main(
    out: Path | None, runtime_folder: Path | None = None, *, cdn: bool = False, still: bool = False, single: str = ""
) -> int:
    """Run the command and return its exit code."""
    try:
        if single:
            _page_of(single, ROOT)  # before anything is downloaded
        if not (runtime_folder or cdn or still):
            runtime_folder = _downloaded()
        if single:
            report = write_single(single, out, runtime_folder, cdn=cdn)
        else:
            report = write_site(out or Path("site"), runtime_folder, cdn=cdn)
    except SiteError as unfit:
        print(f"psn-viz site: {unfit}", file=sys.stderr)
        return 1
    print("\n".join(report))
    return 0


def _downloaded() -> Path:
    try:
        runtime.runtime()
    except (OSError, ValueError, RuntimeError) as error:
        names = ", ".join(file.name for file in runtime.FILES)
        raise SiteError(
            f"{error}\nNothing was written. Call again when the network is there, or choose:\n"
            f"  --runtime FOLDER  a folder that holds {names}\n"
            "  --cdn             readers' browsers take Pyodide from its own server\n"
            "  --still           no Python in the pages: the labs stay pictures"
        ) from None
    return runtime.cache_folder()
