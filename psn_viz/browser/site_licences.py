"""The licences of what a site carries, each as a text, and the page that lists them."""

from __future__ import annotations

import html
import re
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from psn_viz.browser import runtime
from psn_viz.browser.page_frame import filled, plain_page
from psn_viz.files import asset

DATA = Path(__file__).parents[1] / "learning" / "data"


class Carried(NamedTuple):
    """Something with a licence. source: where it is from. text: of the licence."""

    name: str
    licence: str
    source: str
    text: str


def carried(root: Path, python: dict[str, Path]) -> list[Carried]:
    """What a site carries. root: of the project. python: the files of Pyodide that are copied into it, if any."""
    found = [
        Carried("psn_viz", "MIT", "lessons, labs, neurons", (root / "LICENSE").read_text("utf-8")),
        _plotly(),
        *(
            Carried(path.stem, "see the text", "data that labs read", path.read_text("utf-8"))
            for path in sorted(DATA.glob("*.LICENSE"))
        ),
    ]
    if python:
        pyodide, cpython = (asset("psn_viz.browser.licences", f"{name}.txt") for name in ("Pyodide", "CPython"))
        numpy = runtime.numpy_licences(python[runtime.NUMPY.name])
        version = runtime.NUMPY.name.split("-")[1]
        found += [
            Carried("Pyodide", "MPL-2.0", f"{runtime.VERSION}, https://github.com/pyodide/pyodide", pyodide),
            Carried(
                "CPython",
                "PSF-2.0",
                f"{runtime.PYTHON}, inside Pyodide, its library in two archives, https://www.python.org",
                cpython,
            ),
            Carried("numpy", "BSD-3-Clause", f"{version}, without tests and headers, https://numpy.org", numpy),
        ]
    return found


def licence_files(things: list[Carried]) -> dict[str, bytes]:
    """The page `licences/index.html`, and the texts beside it."""
    rows = "\n".join(
        f'<tr><th scope="row">{html.escape(one.name)}</th>'
        f'<td><a href="{one.name}.txt">{html.escape(one.licence)}</a></td>'
        f"<td>{html.escape(one.source)}</td></tr>"
        for one in things
    )
    texts = {f"licences/{one.name}.txt": one.text.encode() for one in things}
    page = plain_page(
        "Licences",
        "The licences of what these pages carry.",
        filled("licences.html", {"ROWS": rows}),
        "licences/index.html",
    )
    return {"licences/index.html": page.encode(), **texts}


def _plotly() -> Carried:
    """plotly.js, whose copyright stands at its beginning; the terms are those of the package that brings it."""
    from plotly.offline import get_plotlyjs, get_plotlyjs_version

    notice = re.match(r"/\*\*.*?\*/", get_plotlyjs(), re.DOTALL)
    terms = next(path for path in metadata.files("plotly") or [] if path.name == "LICENSE.txt")
    more = "The notices of what is inside it stand in plotly.min.js."
    parts = (notice[0] if notice else "", more, Path(terms.locate()).read_text("utf-8"))
    return Carried(
        "plotly.js", "MIT", f"{get_plotlyjs_version()}, https://github.com/plotly/plotly.js", "\n\n".join(parts)
    )
