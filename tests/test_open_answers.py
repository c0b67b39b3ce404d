"""Answers to open tasks: a box that keeps what is written, as text, with the other answers."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

import psn_viz as pv
from psn_viz.browser.lesson_pages import lesson_page
from psn_viz.course.answers import store as store_module
from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.answers.hand_in_format import hand_in_file
from psn_viz.course.answers.store import FILE, VARIABLE, answer_store
from psn_viz.course.questions import open_answer
from psn_viz.course.registry import open_tasks
from tests import extent
from tests.lesson_cells import lesson_cells

ROOT = Path(__file__).parents[1]
KEY = "02/open/open"
EVIL = '<img src=x onerror="alert(1)"> $x$ **b**'


def clock(monkeypatch, when: str) -> None:
    for module in (store_module, open_answer):
        monkeypatch.setattr(module, "now", lambda: when)


def test_what_is_written_is_saved_when_the_box_is_left_and_is_there_again(path, monkeypatch):
    clock(monkeypatch, "2026-05-01T10:00:00+0000")
    first = pv.answer("02/open")
    assert (first.box.value, first.said.value) == ("", "Nothing is kept yet.") and not path.exists()
    assert first.box.continuous_update is False, "it comes when the box is left, not with each key"
    first.box.value = EVIL
    assert first.said.value == f"Saved in {FILE}."
    clock(monkeypatch, "2026-06-01T10:00:00+0000")
    again = pv.answer("02/open")
    assert again.box.value == EVIL
    again.button.click()
    kept = json.loads(path.read_text("utf-8"))["entries"][KEY]
    assert kept == {
        "when": "2026-05-01T10:00:00+0000",  # saving the same text changes nothing
        "entry": {
            "prompt": open_tasks()["02/open"],
            "text": EVIL,
            "skipped": False,
            "first_saved": "2026-05-01T10:00:00+0000",
        },
    }
    again.box.value = "Constant diagonals."
    kept = json.loads(path.read_text("utf-8"))["entries"][KEY]
    assert (kept["when"], kept["entry"]["first_saved"]) == ("2026-06-01T10:00:00+0000", "2026-05-01T10:00:00+0000")
    handed = json.loads(hand_in_file(answer_store()))["lessons"]["02"]["open tasks"]["open"]
    assert handed["text"] == "Constant diagonals."


def test_the_box_has_a_name_and_an_emptied_one_is_no_answer(path):
    box = pv.answer("02/open")
    assert box.box.description == "Your answer to 02/open" and box.button.description == "Save"
    assert "Open tasks" not in repr(pv.show_progress())
    box.box.value = "a"
    assert "Open tasks with an answer: 1." in repr(pv.show_progress())
    box.box.value = "  "
    assert box.said.value == "Nothing is kept yet." and "Open tasks" not in repr(pv.show_progress())
    assert "02" in repr(pv.reset_progress("02")) and answer_store().entries() == {}


def test_what_is_too_long_is_said_and_the_last_answer_stays(path):
    box = pv.answer("02/open")
    box.box.value = "short"
    box.box.value = "x" * 20_001
    assert box.said.value == "Not saved: at most 20000 characters are kept, and these are 20001."
    assert answer_store().read(KEY)["text"] == "short"


def test_a_folder_that_cannot_be_written_is_said_at_the_box(path, monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE, str(path.parent / "<b>" / FILE))
    box = pv.answer("02/open")
    box.box.value = "short"
    assert "cannot be written" in box.said.value and "<b>" not in box.said.value
    monkeypatch.setenv(VARIABLE, "off")
    box = pv.answer("02/open")
    box.box.value = "short"
    assert box.said.value == "Kept until the kernel stops."


@extent.examples(100)
@given(st.text(max_size=50) | st.just("\ud800 half"))
def test_any_text_is_kept_as_text(text):
    answer_store().reset()
    box = pv.answer("02/open")
    box.box.value = text
    assert (answer_store().read(KEY) or {"text": ""})["text"] == text.encode("utf-8", "replace").decode()
    assert hand_in_file(answer_store())


@pytest.mark.parametrize("entry", [{"text": 3}, {"text": None}, {}, {"text": "a", "first_saved": 1}])
def test_an_entry_that_someone_has_edited_is_no_obstacle(entry):
    answer_store().write(KEY, entry)
    box = pv.answer("02/open")
    assert box.box.value == ("a" if entry.get("text") == "a" else "")
    box.box.value = "b"
    assert answer_store().read(KEY)["text"] == "b"


def test_an_unknown_key_names_those_that_there_are():
    with pytest.raises(ValueError, match=r"key must name an open task, got '02/opne'; did you mean 02/open"):
        pv.answer("02/opne")
    with pytest.raises(ValueError, match=r"got 3; there are 00/another_seed, 00/open, 01/by_hand"):
        pv.answer(3)


def plain(markdown: str) -> str:
    """The words of a cell as one line, without comments, stars and marks of code."""
    return " ".join(re.sub(r"[*`]", "", re.sub(r"<!--.*?-->", " ", markdown, flags=re.DOTALL)).split())


def boxes() -> list[tuple[str, str, str]]:
    """Each box for an open task: its key, the name of the notebook, and the text before it."""
    found = []
    for path in sorted((ROOT / "notebooks" / "src").glob("*.py")):
        before = ""
        for cell in lesson_cells(path):
            if key := re.fullmatch(r"pv\.answer\([\"']([^\"']*)[\"']\)", cell.source):
                found.append((key[1], path.stem, before))
            before = cell.source if cell.cell_type == "markdown" else ""
    return found


def test_every_open_task_of_a_lesson_has_one_box_in_one_of_its_notebooks():
    tasks = [key for key in open_tasks() if not key.partition("/")[2].startswith("task_")]  # those are handed out
    assert {key.partition("/")[0] for key in tasks} == {f"{n:02}" for n in range(12)}
    assert sorted(key for key, _, _ in boxes()) == sorted(tasks)
    assert [(key, name) for key, name, _ in boxes() if key.partition("/")[0] != name[:2]] == []


@pytest.mark.parametrize("key, text", [(key, text) for key, _, text in boxes()])
def test_a_box_keeps_the_words_of_the_task_above_it(key, text):
    task = text[text.rindex(" minutes). ") :]
    assert "<details" not in task, "the answer comes after the box"
    sentences = re.split(r"(?<=[.?]) (?=[A-Z])", plain(open_tasks()[key]))
    assert [one for one in sentences if plain(one) not in plain(task)] == []


@pytest.mark.skipif(
    not hasattr(ipywidgets.VBox, "_repr_mimebundle_"), reason="ipywidgets 7 shows a widget without a page beside it"
)
def test_without_a_kernel_the_box_is_a_line_that_holds_no_answer():
    box = pv.answer("02/open")
    box.box.value = EVIL
    data, _ = box._repr_mimebundle_()
    assert data["text/plain"] == "Open task 02/open: a box for your answer"
    assert "img" not in data["text/html"] and "02/open" in data["text/html"]


@functools.cache
def page_of(name: str, live: bool) -> str:
    pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
    return lesson_page(ROOT / "notebooks" / f"{name}.ipynb", live=live)


@pytest.mark.parametrize("key, name", [(key, name) for key, name, _ in boxes()])
def test_the_page_of_a_lesson_has_the_place_of_the_box(key, name):
    """Also where a page asks no other question."""
    page = page_of(name, True)
    assert f'data-key="{progress_key(key, "open")}"' in page and f"Open task {key}" in page
    assert "open_answers.js" in page and 'id="your-answers"' in page


def test_a_page_without_python_names_the_box_and_has_none():
    page = page_of("02_removing_the_reset", False)
    assert "Open task 02/open" in page and 'data-key="02/open/open"' not in page and "open_answers.js" not in page
