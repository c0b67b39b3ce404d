"""The lessons as pages, from the built notebooks: with all that is in them, readable without JavaScript."""

from __future__ import annotations

import ast
import html
import re
from functools import cache
from pathlib import Path

from psn_viz.browser.exercise_places import exercise_note, exercise_of, exercise_scripts
from psn_viz.browser.glossary_marks import Marks
from psn_viz.browser.lab_pages import lab_place, lab_scripts, script_json
from psn_viz.browser.page_frame import ANSWERS, filled, head, top_bar
from psn_viz.browser.page_text import TEACHER, PageText, plain_text
from psn_viz.browser.question_places import archives, asked_in, form_of, mark, mark_open_tasks
from psn_viz.course.languages.translate import definitions
from psn_viz.labs import LABS

TEMPLATES = Path(__file__).parent / "pages" / "templates"
# Marks in a page for what is known when all of it has been rendered.
CONTENTS, WORDS = "<!-- contents -->", "<!-- words -->"
ANSWERS_TEXT = (
    f"Your answers stay in this browser. [Your answers](../{ANSWERS}) lists them, and saves a copy to hand in."
    if ANSWERS
    else ""
)
LAB_OUTPUT = re.compile(r"Lab\('(.+)'\)")
# What stands alone in a table or as code, and may be the state of a lab.
STATE_SHOWN = re.compile(r"(<code>|<td\b[^>]*>)(\w+(?:;[\w=+.,~-]+)*)(?=</code>|</td>)")
# Calls after which a cell is there for what it shows, not for its code.
SHOWN = ("answer", "faq", "field_map", "predict", "recall", "show", "show_progress", "drawing", "reveal")


@cache
def exporter():
    """What makes a page of a notebook."""
    from jinja2 import pass_context
    from nbconvert import HTMLExporter

    class LessonExporter(HTMLExporter):
        @pass_context
        def markdown2html(self, context, source):
            return context["resources"]["page"]["text"].html(source)

    return LessonExporter(template_name="lesson", extra_template_basedirs=[str(TEMPLATES)])


@cache
def titles(folder: Path) -> dict[str, str]:
    """The titles of all lessons of a folder, by the names of their notebooks."""
    return {path.stem: _title(_read(path).cells[0].source, path.stem) for path in sorted(folder.glob("[0-9]*.ipynb"))}


def lesson_page(path: Path, before: str = "", after: str = "", live: bool = False) -> str:
    """The page of the built notebook `path`; before and after are the names of its neighbours, if it has any.

    live: whether its labs run in the page, which needs Pyodide on the site.
    """
    notebook = _read(path)
    names = titles(path.parent)
    notes = [cell for cell in notebook.cells if cell.cell_type == "markdown" and TEACHER.fullmatch(cell.source)]
    notebook.cells = [cell for cell in notebook.cells if cell not in notes]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _prepare(cell, live)
            if exercise := exercise_of(cell):
                cell.metadata["psn_exercise"] = exercise_note(exercise, path.stem)
    mark(notebook)
    has_open = mark_open_tasks(notebook) and live
    number = path.stem[:2]
    page = {
        "before": before,
        "before_title": names.get(before, before),
        "after": after,
        "after_title": names.get(after, after),
        "teacher": f"../teachers.html#{path.stem}" if notes else "",
    }
    questions = asked_in(notebook) if live else {}
    if questions or has_open:
        forms = {key: form_of(asked) for key, asked in questions.items()}
        files = {key: [f"../assets/{name}" for name in archives(key, asked)] for key, asked in questions.items()}
        page["questions"] = script_json({"forms": forms, "files": files})
        more = ' <a href="../answers.html">All lessons</a>'
        page["open_tasks"] = has_open
        page["answers"] = filled("your_answers.html", {"LESSON": number, "MORE": more})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    if live and (questions or has_open or any("psn_lab" in output.get("metadata", {}) for output in outputs)):
        page["scripts"] = lab_scripts()
    if live:
        page["exercises"] = exercise_scripts([cell for cell in notebook.cells if cell.cell_type == "code"], path.stem)
    return _page(notebook, names[path.stem], f"lessons/{path.stem}.html", number, names, page)


def text_page(markdown: str, name: str, names: dict[str, str] | None = None) -> str:
    """A page of text, such as how_we_train.md. names: the titles of the lessons that it may name."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    notebook = new_notebook(cells=[new_markdown_cell(markdown)])
    return _page(notebook, _title(markdown, name), f"lessons/{name}.html", "", names or {}, {})


def _page(notebook, title: str, here: str, lesson: str, names: dict[str, str], page: dict) -> str:
    marks = Marks(lesson, "../glossary.html")
    page["text"] = PageText("../", names, lesson, answers=ANSWERS_TEXT, marks=marks)
    about = plain_text(PageText("../", names).html(question(notebook.cells[0].source)))
    page |= {"head": head(f"{title} · psn_viz", about, "../"), "top": top_bar("../", here)}
    made, used = exporter().from_notebook_node(notebook, {"page": page})
    text = used["page"]["text"]  # a copy
    terms = {
        own: [term.title, term.chinese, term.definition, term.code, definitions(term.english)]
        for own, term in text.marks.used.items()
    }
    # Headings and words are known only when all cells have been rendered.
    return made.replace(CONTENTS, text.contents()).replace(WORDS, script_json(terms))


def question(first_cell: str) -> str:
    """What a lesson asks, from its first cell: the paragraph after its title, as Markdown."""
    paragraphs = [part.split("**Time**")[0].strip() for part in first_cell.split("\n\n") if not part.startswith("#")]
    return re.sub(r"^\*\*The question\.\*\*\s*", "", paragraphs[0]) if paragraphs else ""


def _title(source: str, name: str) -> str:
    title = re.match(r"#\s*(.+)", source)
    return title[1] if title else name


def _read(path: Path):
    import nbformat

    return nbformat.read(path, as_version=4)


def _prepare(cell, live: bool) -> None:
    """Say in the cell's metadata how its code is shown, and the place of a lab where its picture is."""
    if cell.metadata.get("jupyter", {}).get("source_hidden") or cell.source.strip() == "pv.show_progress()":
        cell.metadata["psn_page"] = "left out"  # it installs the library, or reads a file that no page has
    elif _only_shows(cell.source):
        cell.metadata["psn_page"] = "folded"
    for output in cell.outputs:
        found = LAB_OUTPUT.fullmatch(output.get("data", {}).get("text/plain", "").strip())
        if found and "image/png" in output.data and found[1].split(";")[0] in LABS:
            code = html.unescape(found[1])
            picture = f"data:image/png;base64,{output.data['image/png']}".replace("\n", "")
            output.metadata["psn_lab"] = lab_place(code, picture, live=live)
        elif "text/html" in output.get("data", {}):
            output.data["text/html"] = states_linked(output.data["text/html"])


def states_linked(shown: str, root: str = "../") -> str:
    """The HTML that a cell has shown, with a link at every state of a lab. root: as in `PageText`."""
    text = PageText(root, {})
    return STATE_SHOWN.sub(lambda found: found[1] + text.code(html.unescape(found[2]), found[2]), shown)


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
