"""Whether a solution is one that psn_viz itself has, compared as syntax trees. It says so, and no more.

There are two: that of the check, and the one that the lesson shows under its exercise. Comments, blank lines,
docstrings, annotations and the function's own name do not count; the names of variables do. Short solutions are not
compared: there is often one way to write them.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from functools import cache

from psn_viz.course.registry import exercises
from psn_viz.files import asset

MORE_THAN = 5  # statements; a solution of fewer is not compared


@cache
def shipped() -> dict[str, set[str]]:
    """By key, the solutions of more than five statements, in the form in which they are compared."""
    shown = json.loads(asset("psn_viz.classroom", "lesson_solutions.json"))
    found: dict[str, set[str]] = {}
    for key, exercise in exercises().items():
        for source in (textwrap.dedent(inspect.getsource(exercise.answer)), shown.get(key, "")):
            form = compared_form(source)
            if form and form[1] > MORE_THAN:
                found.setdefault(key, set()).add(form[0])
    return found


def is_shipped(key: str, source: object) -> bool:
    """Whether `source` is a solution of psn_viz to the exercise `key`, one of those that are compared."""
    if key not in shipped() or not isinstance(source, str):
        return False
    form = compared_form(source)
    return form is not None and form[0] in shipped()[key]


def compared_form(source: str) -> tuple[str, int] | None:
    """The first function of a source as text that two such functions share, and its number of statements."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
    if function is None:
        return None
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    statements = [node for part in body for node in ast.walk(part) if isinstance(node, ast.stmt)]
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    try:
        return "\n".join(ast.dump(part) for part in [function.args, *body]), len(statements)
    except RecursionError:
        return None
