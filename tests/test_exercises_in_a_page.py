"""Exercises of the lesson pages: what the reader's text does there, and that checks find the same as with torch."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from notebooks.build.student_cells import TAG, parse_exercise_cell
from psn_viz.browser import exercise_places, exercise_session
from psn_viz.browser.exercise_cells import NEEDS_PYTORCH, exercise_in, needed_statements
from psn_viz.browser.exercise_session import ExerciseSession
from psn_viz.course.registry import exercises
from psn_viz.labs.core.figure_encoding import join
from tests import extent
from tests.exercise_checker import verdicts
from tests.lesson_cells import lesson_cells

ROOT = Path(__file__).parents[1]
EVERY = 4 if extent.quick else 1  # of the wrong answers


def code_cells(lesson: str) -> list[list[str]]:
    """[[id, source], …] of a built notebook, as its page gets them."""
    notebook = json.loads((ROOT / "notebooks" / f"{lesson}.ipynb").read_text("utf-8"))
    return [[cell["id"], "".join(cell["source"])] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def exercise_ids(lesson: str) -> list[str]:
    return [cell for cell, source in code_cells(lesson) if exercise_in(source)]


@pytest.fixture(scope="module")
def solved() -> list[tuple[str, str, str, str]]:
    """Lesson, cells, id and answered text of every exercise cell."""
    found = []
    for path in sorted((ROOT / "notebooks" / "src").glob("*.py")):
        cells = lesson_cells(path)
        texts = [parse_exercise_cell(cell.source).answered for cell in cells if TAG in cell.metadata.get("tags", [])]
        ids = exercise_ids(path.stem)
        found += [(path.stem, json.dumps(code_cells(path.stem)), *one) for one in zip(ids, texts, strict=True)]
    return found


@pytest.fixture(scope="module")
def in_a_browser(solved, tmp_path_factory) -> dict:
    """What is found in a process that has only what a browser has."""
    folder = tmp_path_factory.mktemp("checked")
    (folder / "texts.json").write_text(json.dumps(solved), "utf-8")
    files = str(folder / "texts.json"), str(folder / "found.json")
    command = [sys.executable, "-m", "tests.exercise_checker", *files, str(EVERY), "--as-in-a-browser"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PSN_VIZ_PROGRESS": "off"}
    )
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "found.json").read_text("utf-8"))


def test_every_exercise_of_the_course_has_a_cell(solved):
    assert {exercise_in(dict(json.loads(cells))[cell]).key for _, cells, cell, _ in solved} == exercises().keys()


def test_solutions_pass_in_a_page(in_a_browser):
    assert not [told for told in in_a_browser["written"] if told["status"] != "passed"]
    for told in in_a_browser["written"]:
        (entry,) = [answer["entry"] for answer in told["entries"].values()]
        assert (entry["passed"], entry["tries"]) == (True, 1) and ast.parse(entry["source"]).body


def test_every_verdict_is_that_of_torch_but_where_the_page_says_so(in_a_browser):
    """Of answers and wrong answers: whether it is right, the sentence, and the misconception that is recognised."""
    with_torch = verdicts(EVERY)
    assert with_torch.keys() == in_a_browser["verdicts"].keys()
    other = {name: found for name, found in in_a_browser["verdicts"].items() if found != with_torch[name]}
    assert {name.partition(":")[0] for name in other} == NEEDS_PYTORCH, other
    for name, (status, *_) in with_torch.items():
        assert (status == "passed") == name.endswith(": answer"), name


# ------------------------------------------------------------------------------------------------ one session

LESSON = "01_charge_fire_reset"
RIGHT = "def my_charge(V, X_t, tau):\n    return V + (X_t - V) / tau\n"


@pytest.fixture
def checked(monkeypatch):
    """Check a text as the first exercise of lesson 01, or another one."""
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    monkeypatch.setattr(exercise_session, "SECONDS", 0.5)
    session = ExerciseSession(LESSON, json.dumps(code_cells(LESSON)))
    ids = exercise_ids(LESSON)

    def check(text: str, number: int = 0, others: dict[int, str] | None = None, stored: dict | None = None) -> dict:
        texts = {ids[n]: other for n, other in (others or {}).items()} | {ids[number]: text}
        told, _ = session.do_json("check", json.dumps({"cell": ids[number], "texts": texts, "stored": stored}))
        return json.loads(told)

    return check


def test_the_stub_is_a_blank_and_no_try(checked):
    stub = exercise_in(dict(code_cells(LESSON))[exercise_ids(LESSON)[0]]).stub
    assert stub == "def my_charge(V, X_t, tau):\n    return ...\n"
    told = checked(stub)
    assert (told["status"], told["entries"]) == ("blank", {})
    assert told["example"]


def test_a_wrong_answer_is_told_its_misconception(checked):
    told = checked("def my_charge(V, X_t, tau):\n    return V + X_t\n")
    assert told["status"] == "differs"
    assert "integrates" in told["hint"] or "IF neuron" in told["hint"]
    assert told["facts"][0][0] == "tried with"


def test_tries_are_counted_on_and_what_is_passed_stays_passed(checked):
    stored = {"when": "2026-01-31T09:05:00+0100", "entry": {"passed": True, "tries": 4}}
    told = checked("def my_charge(V, X_t, tau):\n    return V\n", stored=stored)
    answer = told["entries"]["01/check/charge"]
    after = answer["entry"].pop("after")
    assert answer == stored and (after["tries"], after["passed"]) == (1, 0)
    assert checked("def my_charge(V, X_t, tau): ...", stored=stored)["entries"] == {}  # a blank is no try
    assert checked("no Python", stored=stored)["entries"] == {}


def test_a_picture_comes_as_numbers(monkeypatch):
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    session, cell = ExerciseSession(LESSON, json.dumps(code_cells(LESSON))), exercise_ids(LESSON)[1]
    text = "def lif(X, tau, v_threshold):\n    return (X >= v_threshold).to(X)\n"
    found = session.do("check", {"cell": cell, "texts": {cell: text}})
    assert join(found.told["spec"], found.arrays.__getitem__)["data"]


@pytest.mark.parametrize(
    "text, status, said, where",
    [
        ("def my_charge(V, X_t, tau)\n    return V", "syntax error", "no Python yet", "line 1: def my_charge"),
        ("x = 1\n  y = 2", "syntax error", "no Python yet", "line 2: y = 2"),
        ("x = 1\0", "syntax error", "null", ""),
        ("a = 1\nb = a / 0\n", "raised", "ZeroDivisionError", "line 2: b = a / 0"),
        ("def my_charge(V, X_t, tau):\n    return V + nothing\n", "raised", "NameError", "line 2: return V +"),
        ("def my_charge(V, X_t, tau):\n    return my_charge(V, X_t, tau)\n", "raised", "RecursionError", "line 2"),
        ("raise SystemExit", "raised", "ended Python", "line 1"),
        ("def my_charge(V, X_t, tau):\n    exit()\n", "raised", "ended Python", "line 2"),
        ("input('?')", "raised", "input() cannot ask", "line 1"),
        ("def another(V, X_t, tau):\n    return V\n", "no function", "defines no my_charge", ""),
        ("my_charge = 3", "no function", "a value of type int", ""),
        ("", "no function", "defines no my_charge", ""),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_with_its_line(checked, text, status, said, where):
    told = checked(text)
    assert told["status"] == status
    assert said in told["sentence"]
    assert dict(map(tuple, told["facts"])).get("where", "").startswith(where)
    assert checked(RIGHT)["status"] == "passed"


@pytest.mark.parametrize("text", ["while True:\n    pass", "def my_charge(V, X_t, tau):\n    while True: pass"])
def test_where_there_is_a_timer_a_loop_without_end_is_told_by_name(checked, text):
    told = checked(text)
    assert told["status"] == "slow"
    assert "A loop that never ends?" in told["sentence"]
    assert "line" in dict(map(tuple, told["facts"]))["where"]


def test_a_flood_of_printed_text_is_cut(checked):
    told = checked("print('first')\nfor _ in range(10_000): print('x' * 100)\n" + RIGHT)
    assert told["status"] == "passed"
    assert told["printed"].startswith("first\nxxx")
    assert len(told["printed"]) < 5_000


@pytest.mark.parametrize(
    "harm", ["del len", "import builtins\ndel builtins.len", "__builtins__.clear()", "print = 0"]
)
def test_what_a_text_does_to_builtins_ends_with_it(checked, harm):
    checked(f"{harm}\n{RIGHT}")
    told = checked(RIGHT)
    assert (told["status"], told["printed"]) == ("passed", "")


def test_a_text_has_what_the_lesson_defined_before_and_its_own_check_is_left_out(checked):
    text = "def lif(X, tau, v_th):\n    return simulate(X / v_th, tau, 'hard')\n\n\npv.check('01/lif', lif)"
    assert checked(text, 1)["status"] == "passed"
    told = checked("print(simulate.__name__)\n" + RIGHT)
    assert told["printed"] == "simulate\n"


def test_a_text_has_what_the_reader_wrote_before(checked):
    text = (
        "def lif(X, tau, v_th):\n    V, S = 0 * X[0], []\n    for X_t in X:\n        H = my_charge(V, X_t, tau)\n"
        "        S.append((H >= v_th).to(X))\n        V = H * (1 - S[-1])\n    return torch.stack(S)\n"
    )
    assert checked(text, 1, {0: RIGHT})["status"] == "passed"
    assert checked(text, 1)["status"] == "raised"
    told = checked(text, 1, {0: "def my_charge(V, X_t, tau) return"})
    assert "name 'my_charge' is not defined" in told["sentence"]


def test_what_of_the_lesson_cannot_run_is_named(monkeypatch):
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    cells = [["a", "import nothing_of_the_kind as far"], ["b", "def f(x): ...\npv.check('01/charge', f)"]]
    told = ExerciseSession("01", json.dumps(cells)).do("check", {"cell": "b", "texts": {"b": "far.x"}}).told
    assert "import nothing_of_the_kind as far" in told["sentence"] and "notebook" in told["hint"]


def test_a_name_of_torch_that_is_missing_leads_to_the_notebook(checked):
    text = 'raise AttributeError("there is no torch.conv1d: here numpy stands in for torch, with the names")'
    assert "notebook" in checked(text)["hint"]


def test_another_action_is_refused(checked):
    with pytest.raises(ValueError, match="show or check"):
        ExerciseSession(LESSON, "[]").do("run")


# ----------------------------------------------------------------------------------------- what a text needs

CELLS = [
    "import torch\nfrom math import pi as p",
    "x = torch.ones(3)\ny = x + 1\nx = x * 2\nx[0] = p",
    "def f(a):\n    return g(a) + late",
    "def g(a):\n    return a",
    "late = 1\nprint(late)",
    "for n in range(3):\n    y = y + n",
    "this is no Python",
]


@pytest.mark.parametrize(
    "text, needed",
    [
        ("a = 1", []),
        ("y", ["import torch", "x = torch.ones(3)", "y = x + 1", "for n in range(3):\n    y = y + n"]),
        ("x", ["import torch", "from math import pi as p", "x = torch.ones(3)", "x = x * 2", "x[0] = p"]),
        ("x = 1\nx", []),
        ("x = x + 1", ["import torch", "from math import pi as p", "x = torch.ones(3)", "x = x * 2", "x[0] = p"]),
        ("def h(x):\n    return f(x)", [CELLS[2], CELLS[3], "late = 1"]),
        ("[g(x) for x in (1, 2)]", [CELLS[3]]),
        ("late = 5\nf(1)", [CELLS[2], CELLS[3]]),
        ("len(unknown)", []),
    ],
)  # fmt: skip
def test_only_what_a_text_needs_is_run(text, needed):
    assert [ast.unparse(statement) for statement in needed_statements(ast.parse(text), CELLS)] == needed


# ----------------------------------------------------------------------------------------------- in the page


def page_of(lesson: str, live: bool) -> tuple[str, dict]:
    """A lesson's page, and what its script is told of exercises."""
    pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
    from psn_viz.browser.lesson_pages import lesson_page

    text = lesson_page(ROOT / "notebooks" / f"{lesson}.ipynb", live=live)
    told = re.search(r'<script id="exercises-told" type="application/json">(.*?)</script>', text)
    return text, json.loads(told[1])["exercises"] if told else {}


def test_a_page_that_runs_no_python_names_the_notebook():
    text, told = page_of(LESSON, live=False)
    assert not told
    assert text.count(f"have it checked, open the notebook <code>{LESSON}.ipynb</code>") == 2


def test_a_page_is_told_all_exercises_but_those_that_need_pytorch(monkeypatch):
    keys = {exercise_in(source).key for _, source in code_cells(LESSON) if exercise_in(source)}
    text, told = page_of(LESSON, live=True)
    assert {one["key"] for one in told.values()} == keys
    assert all(f'id="{cell}"' in text for cell in told)
    assert "This one needs PyTorch itself" not in text
    monkeypatch.setattr(exercise_places, "NEEDS_PYTORCH", frozenset({"01/lif"}))
    text, told = page_of(LESSON, live=True)
    assert {one["key"] for one in told.values()} == keys - {"01/lif"}
    assert f"This one needs PyTorch itself: open the notebook <code>{LESSON}.ipynb</code>" in text
