"""The lessons as pages, from the built notebooks: with all that is in them, readable without JavaScript."""

from __future__ import annotations

import ast
import html
import re
from functools import cache
from pathlib import Path
from urllib.parse import quote

from psn_viz.browser.lab_pages import places, script_json
from psn_viz.labs import LABS
from psn_viz.labs.core import palette

TEMPLATES = Path(__file__).parent / "pages" / "templates"
LAB_OUTPUT = re.compile(r"Lab\('(.+)'\)")
# Calls after which a cell is there for what it shows, not for its code.
SHOWN = ("predict", "recall", "show", "show_progress", "drawing", "reveal")


def mathml(tex: str, display: str) -> str:
    """TeX as MathML, which browsers draw themselves; `display` is "inline" or "block"."""
    from latex2mathml.converter import convert

    return convert(tex.strip(), display=display)


@cache
def exporter():
    """What makes a page of a notebook."""
    from jinja2 import pass_context
    from nbconvert import HTMLExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        """Mathematics as MathML; names of lab states and of notebooks as links to their pages."""

        lessons: tuple[str, ...] = ()

        def block_math(self, body):
            return f"<div class='psn-math'>{mathml(body, 'block')}</div>"

        def inline_math(self, body):
            return mathml(body, "inline")

        def codespan(self, text):
            code = super().codespan(text)
            name = text.split(";")[0]
            if re.fullmatch(r"\d\d_\w+", text) and text in self.lessons:
                return f'<a href="{text}.html">{code}</a>'
            if name in LABS:
                return f'<a class="psn-state" href="../labs/{name}.html#{quote(text, safe=";=+,.~")}">{code}</a>'
            return code

        def link(self, text, url, title=None):
            return super().link(text, page_address(url), title)

    class LessonExporter(HTMLExporter):
        @pass_context
        def markdown2html(self, context, source):
            renderer = Renderer(escape=False, exclude_anchor_links=True)
            renderer.lessons = context["resources"]["page"]["lessons"]
            return MarkdownWithMath(renderer=renderer).render(source)

    return LessonExporter(template_name="lesson", extra_template_basedirs=[str(TEMPLATES)])


def page_address(url: str) -> str:
    """Where a link of a notebook leads on the site: other notebooks and pages of text have pages here."""
    return re.sub(r"^([\w-]+)\.(?:ipynb|md)(?=#|$)", r"\1.html", url)


def lesson_page(path: Path, before: str = "", after: str = "", live: bool = False) -> str:
    """The page of the built notebook `path`; before and after are the names of its neighbours, if it has any.

    live: whether its labs run in the page, which needs Pyodide on the site.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _prepare(cell)
    title = re.match(r"#\s*(.+)", notebook.cells[0].source)
    page = {"title": title[1] if title else path.stem, "before": before, "after": after, "lessons": _lessons(path)}
    labs = sorted({code.split(";")[0] for cell in notebook.cells for code in _labs_in(cell)})
    if live and labs:
        page |= {"themes": script_json(palette.THEMES), "places": script_json(places(labs))}
    text, _ = exporter().from_notebook_node(notebook, {"page": page})
    return text


def text_page(markdown: str, name: str) -> str:
    """A page of text, such as how_we_train.md."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    title = re.match(r"#\s*(.+)", markdown)
    notebook = new_notebook(cells=[new_markdown_cell(markdown)])
    page = {"title": title[1] if title else name, "before": "", "after": "", "lessons": ()}
    text, _ = exporter().from_notebook_node(notebook, {"page": page})
    return text


def _prepare(cell) -> None:
    """Say in the cell's metadata how its code is shown, and of which lab its picture is."""
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        cell.metadata["psn_page"] = "left out"  # it installs the library
    elif _only_shows(cell.source):
        cell.metadata["psn_page"] = "folded"
    for output in cell.outputs:
        found = LAB_OUTPUT.fullmatch(output.get("data", {}).get("text/plain", "").strip())
        if found and "image/png" in output.data and found[1].split(";")[0] in LABS:
            output.metadata["psn_lab"] = html.unescape(found[1])
            output.metadata["psn_alt"] = LABS[found[1].split(";")[0]].from_code(found[1]).description


def _lessons(path: Path) -> tuple[str, ...]:
    return tuple(other.stem for other in path.parent.glob("[0-9]*.ipynb"))


def _labs_in(cell) -> list[str]:
    return [
        output.metadata["psn_lab"] for output in cell.get("outputs", []) if "psn_lab" in output.get("metadata", {})
    ]


def _only_shows(source: str) -> bool:
    """Whether every statement of a cell just shows something of the library."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    calls = [getattr(statement, "value", None) for statement in body]
    return bool(calls) and all(
        isinstance(call, ast.Name) or (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        and call.func.attr in SHOWN)
        for call in calls
    )  # fmt: skip
