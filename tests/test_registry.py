"""Exercises and questions: found by the name of their lesson's file, and added from outside of the package."""

import dataclasses
import json
import os
import re
import subprocess
import sys
import textwrap
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import torch

import psn_viz as pv
from psn_viz.course.checking.exercise import validate
from psn_viz.course.registry import NO_LESSONS, exercises, lesson_modules, predictions
from tests.test_project import imports_of

PACKAGE = "psn_viz.course"
ROOT = Path(__file__).parents[1]

MINE = pv.Exercise(
    key="double",
    title="Twice",
    task="Return twice X.",
    difficulty="easy",
    minutes=1,
    arguments=("X",),
    result="Y",
    axes=("t",),
    answer=lambda X: 2 * X,
    cases=lambda: [pv.Case("counting", (torch.arange(3.0),))],
    wrong=(pv.Wrong("squared", lambda X: X**2, "That is X times itself."),),
    hint="Add X to itself.",
)


def python(code: str, folder: Path) -> str:
    """What a Python in `folder`, where its modules are, prints for `code`."""
    own = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PSN_VIZ_PROGRESS": str(folder / "answers.json")}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=folder, env=os.environ | own, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


# ------------------------------------------------------------------------------------------ the lessons' own


@pytest.mark.parametrize("kind", ["questions", "exercises"])
def test_every_file_of_a_lesson_is_found(kind):
    course = ROOT / "psn_viz" / "course"
    files = [
        *course.glob(f"lesson_*/{kind}.py"),
        *(path for name in NO_LESSONS for path in course.glob(f"{name}/{kind}.py")),
    ]
    assert list(lesson_modules(kind)) == sorted(path.parent.name.removeprefix("lesson_") for path in files)


def test_the_keys_of_a_lesson_begin_with_its_number():
    for number, module in lesson_modules("exercises").items():
        assert module.EXERCISES and all(exercise.key.startswith(f"{number}/") for exercise in module.EXERCISES)


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises())
def test_exercises_of_the_course_are_complete(exercise):
    validate(exercise)


LESSON = """
from psn_viz.course.lesson_01.exercises import EXERCISES as first
from psn_viz.course.questions.prediction import predict_number
import dataclasses

EXERCISES = [dataclasses.replace(first[0], key="{key}")]
RECALL = [("Which?", [(True, "this", "Yes."), (False, "that", "No.", "closed_form")])]
PREDICTIONS = {{"size": lambda key: predict_number(key, "How many?", truth=3)}}
"""
FIND = """
import psn_viz as pv, psn_viz.course
psn_viz.course.__path__.append(".")  # as if the folder were in it
"""


def test_a_folder_more_is_a_lesson_more_and_a_key_used_twice_is_an_error(tmp_path):
    lesson = tmp_path / "lesson_42"
    lesson.mkdir()
    (lesson / "__init__.py").touch()
    (lesson / "exercises.py").write_text(LESSON.format(key="01/charge"), "utf-8")
    (lesson / "questions.py").write_text(LESSON.format(key="01/charge"), "utf-8")
    shown = python(
        FIND
        + """
try:
    pv.check("01/charge", None)
except ValueError as error:
    print(error)
import dataclasses
from psn_viz.course.lesson_42 import exercises
exercises.EXERCISES = [dataclasses.replace(exercises.first[0], key="42/c")]
print(pv.check("42/c", lambda V, X_t, tau: V + (X_t - V) / tau))
print(pv.predict("42/size"), pv.recall("42"), sep="\\n")
print(*(line for line in repr(pv.show_progress()).splitlines() if line.startswith('42')))
""",
        tmp_path,
    )
    assert re.fullmatch(
        r"each key must be used once, but psn_viz.course.lesson_01.exercises and "
        r"psn_viz.course.lesson_42.exercises both define '01/charge'\n"
        r"✓ 42/c: right, in all \d+ cases that were tried\n"
        r"Predict: How many\? \(open\)\nWhich\? \(open\)\n42 +0 of 1 +0 of 1 +1 of 1\n",
        shown,
    )


def test_the_course_imports_in_one_direction_and_the_store_knows_no_questions():
    folder = ROOT / "psn_viz" / "course"
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): imports_of(path)
        for path in folder.rglob("*.py")
        if path.stem != "__init__"
    }
    graph = {
        name: {other for other in files if any(f"{found}.".startswith(f"{other}.") for found in imports)}
        for name, imports in files.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError
    assert graph[f"{PACKAGE}.answers.store"] == {f"{PACKAGE}.answers.answer_file"}
    assert graph[f"{PACKAGE}.answers.answer_file"] == set()
    by_name = {name for name in files if "lesson_" in name}
    assert not any(by_name & others for name, others in graph.items() if name not in by_name)


# ------------------------------------------------------------------------------------------ a teacher's own

TEACHERS = """
import torch
import psn_viz as pv

pv.register_exercise(
    pv.Exercise(
        key="double", title="Twice", task="Return twice X.", difficulty="easy", minutes=1, arguments=("X",),
        result="Y", axes=("t",), answer=lambda X: 2 * X,
        cases=lambda: [pv.Case("counting", (torch.arange(3.0),))],
        wrong=(pv.Wrong("squared", lambda X: X**2, "That is X times itself."),), hint="Add X to itself.",
    )
)
pv.register_question("faster", lambda key: pv.predict_choice(key, "Which is faster?", {"a": "No.", "b": "Yes."}, "b"))
pv.register_question("course/later", lambda key: pv.predict_number(key, "How many?", truth=2))
pv.register_question("broken", lambda key: "Which?")
"""


def test_a_module_outside_of_the_package_adds_its_own(tmp_path):
    (tmp_path / "teachers.py").write_text(TEACHERS, "utf-8")
    told = python(
        """
        import json, dataclasses, teachers, torch, psn_viz as pv
        from psn_viz.course.registry import exercise_named

        print(pv.check("double", lambda X: X**2))
        print(pv.check("double", lambda X: X + X))
        question = pv.predict("faster").question
        question.set_state({"answer": 1, "status": "committed"})
        print(question.key, question.feedback)
        pv.predict("course/later")
        print(repr(pv.show_progress()).splitlines()[-3:])
        pv.hand_in(path="handed_in.json")

        def refused(act):
            try:
                act()
            except (TypeError, ValueError) as error:
                print(error)

        double = exercise_named("double")
        refused(lambda: pv.predict("broken"))
        refused(lambda: pv.register_exercise(double))
        refused(lambda: pv.register_exercise(dataclasses.replace(double, key="own/double"), replace=True))
        refused(lambda: pv.register_question("faster", print))
        refused(lambda: pv.check("doubel", print))
        pv.register_exercise(dataclasses.replace(double, answer=lambda X: 3 * X), replace=True)
        print(pv.check("double", lambda X: 3 * X))
        """,
        tmp_path,
    )
    assert told.splitlines() == [
        "✗ double: Y differs first at t = 1",
        "  tried with: counting: X [3]",
        "  expected Y[0:3]: 0  2  4",
        "  your Y[0:3]: 0  1  4",
        "  hint: That is X times itself.",
        "✓ double: right, in the one case that was tried",
        "own/predict/faster Yes.",
        "['course  0 of 1       –                 –', 'own     1 of 2       –                 1 of 1', "
        "'Right at the first answer: 1 of 1.']",
        "make of question 'broken' must return a prediction, got str",
        "key must be a new one, got 'double'; 'double' is there (replace=True replaces it)",
        "key must be a new one, got 'own/double'; 'double' is there (replace=True replaces it)",
        "key must be a new one, got 'faster'; 'faster' is there (replace=True replaces it)",
        "key must name an exercise, got 'doubel'; did you mean double?",
        "✓ double: right, in the one case that was tried",
    ]
    written = json.loads((tmp_path / "handed_in.json").read_text("utf-8"))
    assert written["lessons"]["own"]["exercises"]["double"]["tries"] == 2
    assert written["done"]["course"] == {"predictions": "0 of 1"}


def raises(*arguments):
    raise RuntimeError("no answer")


WRONG_FIELDS = {
    "key": ({"key": "my double"}, r"key must be 'lesson/name' or 'name', such as .*, got 'my double'"),
    "of the course": ({"key": "01/charge"}, "key must be one that the course does not use, got '01/charge'"),
    "task": ({"task": ""}, "task of exercise double must be a text, got ''"),
    "arguments": ({"arguments": "X"}, "arguments of exercise double must be one or more names, got 'X'"),
    "axes": ({"axes": ()}, r"axes of exercise double must be one or more names, got \(\)"),
    "picture": (
        {"picture": "raster"},
        "picture of exercise double must be 'spikes', 'weights' or None, got 'raster'",
    ),
    "two dimensions": ({"picture": "spikes"}, "picture of exercise double needs a result of two dimensions"),
    "answer": ({"answer": 3}, "answer of exercise double must be a function, got int"),
    "wrong": ({"wrong": (print,)}, "wrong of exercise double must hold pv.Wrong with a function each"),
    "one wrong": (
        {"wrong": pv.Wrong("squared", lambda X: X**2, "No.")},
        "wrong of exercise double must be a tuple of pv.Wrong, got Wrong",
    ),
    "generator": (
        {"cases": lambda: (case for case in [pv.Case("a", (torch.ones(3),))])},
        "cases of exercise double must return a list of pv.Case, got <generator",
    ),
    "picture of spikes": (
        {"picture": "spikes", "axes": ("t", "n"), "answer": lambda X: X[:, None]},
        r"case 'counting' of exercise double must have X \[t, n\] as first argument",
    ),
    "no cases": ({"cases": list}, r"cases of exercise double must return a list of pv.Case, got \[\]"),
    "bare cases": ({"cases": lambda: [3]}, r"cases of exercise double must return a list of pv.Case, got \[3\]"),
    "count": ({"arguments": ("X", "tau")}, "case 'counting' of exercise double must have 2 arguments, got 1"),
    "text": (
        {"cases": lambda: [pv.Case("a", ("x",))]},
        "case 'a' of exercise double must have tensors and numbers as arguments, got str",
    ),
    "result": (
        {"answer": lambda X: X.sum()},
        r"answer of case 'counting' of exercise double must be a tensor \[t\], got a tensor \[\]",
    ),
    "no tensor": ({"answer": lambda X: 3}, r"must be a tensor \[t\], got int"),
}


@pytest.mark.parametrize(("fields", "message"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_an_exercise_that_no_check_could_use_is_refused(fields, message):
    before = exercises()
    with pytest.raises(ValueError, match=message):
        pv.register_exercise(dataclasses.replace(MINE, **fields))
    assert exercises() == before


def test_what_is_no_exercise_is_refused():
    with pytest.raises(TypeError, match=r"exercise must be a pv\.Exercise, got function"):
        pv.register_exercise(MINE.answer)
    with pytest.raises(RuntimeError, match="no answer"):
        pv.register_exercise(dataclasses.replace(MINE, answer=raises))


@pytest.mark.parametrize(
    ("key", "make", "error", "message"),
    [
        ("my question", print, ValueError, "key must be 'lesson/name' or 'name', .*, got 'my question'"),
        (7, print, ValueError, "key must be 'lesson/name' or 'name', .*, got 7"),
        ("01/silent", print, ValueError, "key must be one that the course does not use, got '01/silent'"),
        ("mine", "Which?", TypeError, "make must be a function from the key to a prediction, got str"),
        ("mine", lambda: None, TypeError, "make must take one argument, the key"),
    ],
)
def test_a_question_that_could_not_be_asked_is_refused(key, make, error, message):
    before = predictions()
    with pytest.raises(error, match=message):
        pv.register_question(key, make)
    assert predictions() == before
