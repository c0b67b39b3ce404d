"""The places of exercises on a lesson's page: where one is, and what the page's script is told of all."""

from __future__ import annotations

import html

from psn_viz.browser.archives import COURSE
from psn_viz.browser.exercise_cells import NEEDS_PYTORCH, ExerciseCell, exercise_in
from psn_viz.browser.exercise_session import SECONDS
from psn_viz.browser.lab_pages import script_json
from psn_viz.course.registry import exercise_named
from psn_viz.labs.core import palette

TAG = "exercise"  # of the cells of a notebook in which the reader fills in a blank


def exercise_of(cell) -> ExerciseCell | None:
    """The exercise of a cell of a notebook, None where it is another cell."""
    return exercise_in(cell.source) if TAG in cell.metadata.get("tags", []) else None


def exercise_note(exercise: ExerciseCell, lesson: str) -> str:
    """What stands under an exercise that the page cannot run, as HTML. A page that can leaves it out."""
    why = "This one needs PyTorch itself:" if exercise.key in NEEDS_PYTORCH else "To write it and have it checked,"
    return f"{why} open the notebook <code>{html.escape(lesson)}.ipynb</code>."


def exercise_scripts(cells: list, lesson: str) -> str:
    """What the page of a lesson ends with, so that its exercises can be edited and checked there; "" without any.

    cells: the code cells of the notebook, in order.
    """
    exercises = {}
    for cell in cells:
        found = exercise_of(cell)
        if found and found.key not in NEEDS_PYTORCH:
            known = exercise_named(found.key)
            exercises[cell.id] = {
                "key": found.key, "kept": known.progress_key, "title": known.title, "stub": found.stub,
            }  # fmt: skip
    if not exercises:
        return ""
    told = {
        "lesson": lesson,
        "seconds": SECONDS,
        "worker": "../assets/worker.js",
        "runtime": "../assets/pyodide/",
        "files": [f"../assets/{name}" for name in COURSE],
        "drawing": ["../assets/plotly.min.js", "../assets/drawing.js"],
        "themes": palette.THEMES,
        "cells": [[cell.id, cell.source] for cell in cells],
        "exercises": exercises,
    }
    return (
        f'<script id="exercises-told" type="application/json">{script_json(told)}</script>\n'
        '<script src="../assets/exercise_python.js"></script>\n<script src="../assets/exercises.js"></script>\n'
    )
