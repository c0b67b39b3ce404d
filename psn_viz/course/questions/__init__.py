"""What the lessons ask, one module for each: out of sight of the reader, whose notebook asks by a key.

`RECALL` is a list of (prompt, options), an option being (is it right, what it says, feedback, and, for a wrong one,
the state code of the lab that answers it). `PREDICTIONS` has a function from the key to a `Prediction` by name.
"""

from __future__ import annotations

from collections.abc import Callable

from psn_viz.course.lesson_00 import questions as lesson_00
from psn_viz.course.lesson_01 import questions as lesson_01
from psn_viz.course.lesson_02 import questions as lesson_02
from psn_viz.course.lesson_03 import questions as lesson_03
from psn_viz.course.lesson_04 import questions as lesson_04
from psn_viz.course.lesson_05 import questions as lesson_05
from psn_viz.course.lesson_06 import questions as lesson_06
from psn_viz.course.lesson_07 import questions as lesson_07
from psn_viz.course.lesson_08 import questions as lesson_08
from psn_viz.course.lesson_09 import questions as lesson_09
from psn_viz.course.questions.prediction import Prediction

_LESSONS = {
    "00": lesson_00,
    "01": lesson_01,
    "02": lesson_02,
    "03": lesson_03,
    "04": lesson_04,
    "05": lesson_05,
    "06": lesson_06,
    "07": lesson_07,
    "08": lesson_08,
    "09": lesson_09,
}

QUESTIONS: dict[str, list] = {number: lesson.RECALL for number, lesson in _LESSONS.items() if lesson.RECALL}
PREDICTIONS: dict[str, Callable[[str], Prediction]] = {
    f"{number}/{name}": make for number, lesson in _LESSONS.items() for name, make in lesson.PREDICTIONS.items()
}


def predict(key: str) -> Prediction:
    """The prediction of the course that `key` names, such as "01/silent". Raises ValueError for an unknown key."""
    if key not in PREDICTIONS:
        raise ValueError(f"key must be one of {', '.join(PREDICTIONS)}, got {key!r}")
    return PREDICTIONS[key](key)
