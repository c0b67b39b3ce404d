"""Write the solutions that the lessons show into the package, for `psn-viz collect` to compare with.

Run as `python -m notebooks.build.lesson_solutions`, after an exercise of a lesson has changed.
"""

from __future__ import annotations

import ast
from pathlib import Path

from notebooks.build.student_cells import TAG, parse_exercise_cell
from psn_viz import json_files
from psn_viz.browser.exercise_cells import exercise_in

FILE = Path(__file__).parents[2] / "psn_viz" / "classroom" / "lesson_solutions.json"


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


if __name__ == "__main__":
    json_files.write(FILE, lesson_solutions())
