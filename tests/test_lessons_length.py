"""How long a lesson is, and the notebooks *Going further* that hold what is beyond."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebooks.build import notebooks
from notebooks.build.notebooks import COURSE, FURTHER
from tests.lesson_cells import lesson_cells

MOST_WORDS, MOST_CODE_CELLS = 2000, 25
# Lessons that are held to it. One that is still too long is marked; the mark must go when it has been shortened.
NOT_YET: list[str] = []
SHORT = [f"{number:02}" for number in range(12)]

SOURCES = {path.stem: path for path in notebooks.sources(COURSE)}
LESSONS = {name[:2]: name for name in SOURCES if not name.endswith(FURTHER)}
FURTHER_ONES = [name for name in SOURCES if name.endswith(FURTHER)]


def read(name: str):
    return new_notebook(cells=list(lesson_cells(SOURCES[name])))


def words(notebook) -> int:
    """Words that a reader sees before unfolding anything: what holds a letter or a digit, between spaces."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"<!--.*?-->|<details\b.*?</details>", " ", text, flags=re.DOTALL)
    return sum(bool(re.search(r"\w", re.sub(r"<[^>]*>", "", word))) for word in text.split())


def code_cells(notebook) -> int:
    """Cells of code in the source: those that a student meets, without the one that installs psn_viz on Colab."""
    return sum(cell.cell_type == "code" for cell in notebook.cells)


def too_long(notebook) -> list[str]:
    found = {"words": (words(notebook), MOST_WORDS), "code cells": (code_cells(notebook), MOST_CODE_CELLS)}
    return [f"{many} {what}, at most {most}" for what, (many, most) in found.items() if many > most]


@pytest.mark.parametrize(
    "number",
    [pytest.param(n, marks=pytest.mark.xfail(strict=True, reason="too long")) if n in NOT_YET else n for n in SHORT],
)
def test_a_lesson_is_short(number):
    """If this fails, what is not needed for the lesson's one question goes into its notebook *Going further*."""
    assert too_long(read(LESSONS[number])) == []


def test_words_in_folds_and_comments_do_not_count():
    text = "## Two words\n\n- one 2 — ·\n<!-- evidence -->\n<details><summary>Why</summary>\n\nno\n</details>\nend"
    notebook = new_notebook(cells=[new_markdown_cell(text), new_code_cell("x = 1  # not these"), new_code_cell("x")])
    assert (words(notebook), code_cells(notebook)) == (5, 2)
    assert too_long(notebook) == []
    notebook.cells += [new_markdown_cell("word " * MOST_WORDS), *[new_code_cell("x")] * MOST_CODE_CELLS]
    assert too_long(notebook) == ["2005 words, at most 2000", "27 code cells, at most 25"]


@pytest.mark.parametrize("name", FURTHER_ONES)
def test_going_further_stands_beside_its_lesson_and_asks_nothing_of_the_one_before(name):
    notebook, lesson = read(name), name.removesuffix(FURTHER)
    assert lesson in SOURCES, f"{name} belongs to no lesson"
    assert notebook.cells[0].source.startswith(f"# {name[:2]} · Going further: "), notebook.cells[0].source
    assert not [cell.source for cell in notebook.cells if f'pv.recall("{name[:2]}")' in cell.source]
    assert f"`{name}`" in "\n".join(cell.source for cell in read(lesson).cells), f"{lesson} does not lead to {name}"
