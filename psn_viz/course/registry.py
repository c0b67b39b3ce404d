"""Find the exercises and questions of the course by their keys, and add others to them.

The course: each lesson has a folder lesson_NN with `questions.py` and `exercises.py`, found by name. Anybody else:
`pv.register_exercise` and `pv.register_question`, in a notebook or in a module that it imports.
"""

from __future__ import annotations

import difflib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TypeVar

from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.checking.exercise import Exercise, validate

MakePrediction = Callable[[str], object]  # from the key to a new `PredictionQuestion` or `Prediction`
_Value = TypeVar("_Value")
NO_LESSONS = ("quiz", "ten_minutes")  # what asks questions as lessons do, and need not be done
TO_HAND_IN = {f"task_{letter.lower()}": f"Task {letter}, under “To hand in”." for letter in "AB"}
_added_exercises: dict[str, Exercise] = {}
_added_predictions: dict[str, MakePrediction] = {}


def lesson_modules(kind: str) -> dict[str, ModuleType]:
    """The modules "questions" or "exercises" of the lessons that have them, by the number of the lesson, "00".

    The page of ten minutes and the quiz over the whole course have questions, too; they come last.
    """
    package = import_module("psn_viz.course")
    lessons = sorted(
        entries.name for entries in pkgutil.iter_modules(package.__path__) if entries.name.startswith("lesson_")
    )
    lessons += NO_LESSONS
    return {
        lesson.removeprefix("lesson_"): import_module(f"psn_viz.course.{lesson}.{kind}")
        for lesson in lessons
        if find_spec(f"psn_viz.course.{lesson}.{kind}")
    }


def exercises() -> dict[str, Exercise]:
    """All exercises by key: those of the course, then those that were added."""
    return _course_exercises() | _added_exercises


def predictions() -> dict[str, MakePrediction]:
    """All predictions by key, each as a function from its key to a new question or its widget."""
    return _course_predictions() | _added_predictions


@cache
def recall_questions() -> dict[str, list]:
    """The recall questions by lesson: (prompt, options), see `psn_viz.course`."""
    return {
        number: module.RECALL
        for number, module in lesson_modules("questions").items()
        if getattr(module, "RECALL", None)
    }


@cache
def open_tasks() -> dict[str, str]:
    """The open tasks by key, "02/open": in a sentence or two what is asked.

    Those to hand in stand in the copies that `psn-viz students` writes: "02/task_a" and "02/task_b" of each lesson.
    """
    modules = lesson_modules("questions")
    in_lessons = [
        (f"{number}/{name}", task, module.__name__)
        for number, module in modules.items()
        for name, task in getattr(module, "OPEN", {}).items()
    ]
    to_hand_in = [
        (f"{number}/{name}", task, __name__)
        for number in modules
        if number not in NO_LESSONS
        for name, task in TO_HAND_IN.items()
    ]
    return _by_key([*in_lessons, *to_hand_in])


def open_task_named(key: str) -> str:
    """What the open task that `key` names asks. Raises ValueError, with near ones, for an unknown key."""
    return _find(open_tasks(), key, "an open task")


def exercise_named(key: str) -> Exercise:
    """The exercise that `key` names. Raises ValueError, with near ones, for an unknown key."""
    return _find(exercises(), key, "an exercise")


def prediction_named(key: str) -> MakePrediction:
    """What makes the prediction that `key` names. Raises ValueError, with near ones, for an unknown key."""
    return _find(predictions(), key, "a prediction")


def register_exercise(exercise: Exercise, *, replace: bool = False) -> None:
    """Add an exercise of your own, for `pv.check(exercise.key, function)`.

        pv.register_exercise(
            pv.Exercise(
                key="double", title="Twice", task="Return twice X.", difficulty="easy", minutes=1,
                arguments=("X",), result="Y", axes=("t",), answer=lambda X: 2 * X,
                cases=lambda: [pv.Case("counting", (torch.arange(3.0),))],
                wrong=(pv.Wrong("squared", lambda X: X**2, "That is X times itself."),), hint="X + X, say.",
            )
        )

    Its answers are kept and counted with those of the course, under the lesson in its key, or under "own". The cell
    that registers it can be run again with `replace=True`; an exercise of the course is never replaced.
    Raises TypeError or ValueError for what is no complete exercise, or for a key that is taken.
    """
    validate(exercise)
    _require_free(exercise.key, "check", _course_exercises(), _added_exercises, replace)
    _added_exercises[exercise.key] = exercise


def register_question(key: str, make: MakePrediction, *, replace: bool = False) -> None:
    """Add a question of your own, for `pv.predict(key)`.

    `make(key)` is called each time that the question is shown, and returns a new `pv.predict_choice(key, …)`,
    `pv.predict_number`, `pv.predict_spikes` or `pv.predict_curve`:

        def make(key):
            return pv.predict_choice(key, "Which is faster?", {"loop": "It waits.", "product": "Yes."}, "product")

        pv.register_question("faster", make)

    Answers are kept and counted, and `replace` works, as with `pv.register_exercise`.
    Raises ValueError for a key of another form than "lesson/name" or "name", or one that is taken, and TypeError
    where `make` is no function of one argument.
    """
    progress_key(key, "predict")
    if not callable(make):
        raise TypeError(f"make must be a function from the key to a prediction, got {type(make).__name__}")
    try:
        inspect.signature(make).bind(key)
    except TypeError:
        raise TypeError("make must take one argument, the key") from None
    except ValueError:  # a function without a signature
        pass
    _require_free(key, "predict", _course_predictions(), _added_predictions, replace)
    _added_predictions[key] = make


@cache
def _course_exercises() -> dict[str, Exercise]:
    return _by_key(
        (exercise.key, exercise, module.__name__)
        for module in lesson_modules("exercises").values()
        for exercise in getattr(module, "EXERCISES", ())
    )


@cache
def _course_predictions() -> dict[str, MakePrediction]:
    return _by_key(
        (f"{number}/{name}", make, module.__name__)
        for number, module in lesson_modules("questions").items()
        for name, make in getattr(module, "PREDICTIONS", {}).items()
    )


def _by_key(entries: Iterable[tuple[str, _Value, str]]) -> dict[str, _Value]:
    values: dict[str, _Value] = {}
    origin: dict[str, str] = {}
    for key, value, module in entries:
        if key in values:
            raise ValueError(f"each key must be used once, but {origin[key]} and {module} both define {key!r}")
        values[key], origin[key] = value, module
    return values


def _require_free(key: str, kind: str, course: Iterable[str], added: Iterable[str], replace: bool) -> None:
    """Raise ValueError where a key is taken, or one under which the same answers would be kept."""
    answer_key = progress_key(key, kind)
    if answer_key in (progress_key(existing, kind) for existing in course):
        raise ValueError(f"key must be one that the course does not use, got {key!r}")
    clashing = [existing for existing in added if progress_key(existing, kind) == answer_key]
    if clashing and not (replace and clashing == [key]):
        raise ValueError(f"key must be a new one, got {key!r}; {clashing[0]!r} is there (replace=True replaces it)")


def _find(known: dict[str, _Value], key: str, description: str) -> _Value:
    if not isinstance(key, str) or key not in known:
        near = difflib.get_close_matches(str(key), known, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"key must name {description}, got {key!r}; {hint}")
    return known[key]
