"""Write what `psn-viz collect` needs of the lessons into the package: the solutions shown, and exercises' numbers.

Run as `python -m notebooks.build.lesson_solutions`, after an exercise of a lesson has changed.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from notebooks.build.student_cells import TAG, parse_exercise_cell
from psn_viz import json_files
from psn_viz.browser.exercise_cells import exercise_in

FILE = Path(__file__).parents[2] / "psn_viz" / "classroom" / "lesson_solutions.json"
NUMBERS_FILE = FILE.with_name("exercise_numbers.json")
_NUMBERED = re.compile(r"^\*\*(\d+) · ", re.MULTILINE)  # as an exercise begins, and as notes and keys name it


def lesson_solutions() -> dict[str, str]:
    """By key of the exercise, the source of the function that its lesson shows as the solution."""
    import jupytext

    found = {}
    for path in sorted((Path(__file__).parents[1] / "src").glob("*.py")):
        for cell in jupytext.read(path, fmt="py:percent").cells:
            if TAG not in cell.metadata.get("tags", []):
                continue
            text = parse_exercise_cell(cell.source).answered
            exercise = exercise_in(text)
            for node in ast.parse(text).body:
                if exercise and isinstance(node, ast.FunctionDef) and node.name == exercise.function:
                    found[exercise.key] = ast.get_source_segment(text, node) or ""
    return found


def exercise_numbers() -> dict[str, str]:
    """By key of the exercise, its lesson and number: "02/1", "06/further 1" in the notebook beyond lesson 06."""
    import jupytext

    found = {}
    for path in sorted((Path(__file__).parents[1] / "src").glob("*.py")):
        number = ""
        for cell in jupytext.read(path, fmt="py:percent").cells:
            if heads := _NUMBERED.findall(cell.source):
                number = heads[-1]
            if TAG in cell.metadata.get("tags", []) and (exercise := exercise_in(cell.source)):
                further = "further " if path.stem.endswith("_further") else ""
                found[exercise.key] = f"{path.stem[:2]}/{further}{number}"
    return found


if __name__ == "__main__":
    json_files.write(FILE, lesson_solutions())
    json_files.write(NUMBERS_FILE, exercise_numbers())
