"""The exercises of the course, one module for each lesson."""

from psn_viz.course.checking.exercise import Exercise
from psn_viz.course.lesson_00 import exercises as lesson_00
from psn_viz.course.lesson_01 import exercises as lesson_01
from psn_viz.course.lesson_02 import exercises as lesson_02
from psn_viz.course.lesson_03 import exercises as lesson_03
from psn_viz.course.lesson_04 import exercises as lesson_04
from psn_viz.course.lesson_05 import exercises as lesson_05
from psn_viz.course.lesson_06 import exercises as lesson_06
from psn_viz.course.lesson_07 import exercises as lesson_07
from psn_viz.course.lesson_08 import exercises as lesson_08
from psn_viz.course.lesson_09 import exercises as lesson_09

EXERCISES: dict[str, Exercise] = {
    exercise.key: exercise
    for lesson in (
        lesson_00,
        lesson_01,
        lesson_02,
        lesson_03,
        lesson_04,
        lesson_05,
        lesson_06,
        lesson_07,
        lesson_08,
        lesson_09,
    )
    for exercise in lesson.EXERCISES
}

__all__ = ["EXERCISES"]
