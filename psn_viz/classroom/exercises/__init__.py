"""The exercises of the course, one module for each lesson."""

from psn_viz.classroom.exercise import Exercise
from psn_viz.classroom.exercises import (
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
