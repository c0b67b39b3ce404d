"""The student's variant of an exercise cell, made from the answered one in the source.

A code cell with the tag `exercise` is written answered, with its blanks marked and a check of its function, there or
in the next code cell:

    V = H  # blank: V = ...            one line, and what stands there for the student

    # blank                            lines of a function body; `...` stands there for the student
    H = W @ X                          (`# blank: return ...` puts something else there)
    return (H >= B[:, None]).to(X)
    # end blank

    # solution: Nothing is lost at a spike.       a sentence for the folded solution, if there is one

The student gets the blanks. The answer follows the check in a folded cell of its own.
"""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass

from psn_viz.export.folds import folds_of
from psn_viz.export.notebook_error import NotebookError, needed, place

TAG = "exercise"
_LINE = re.compile(r"(?P<indent>\s*)(?P<code>[^\s#].*?)\s+# blank: (?P<blank>.*\S)\s*")
_BEGIN = re.compile(r"(?P<indent>\s*)# blank(?:: (?P<blank>.*\S))?\s*")
_END = re.compile(r"\s*# end blank\s*")
_SOLUTION = re.compile(r"\s*# solution: (?P<text>.*\S)\s*")
_CHECK = re.compile(r"""\bpv\.check\(\s*["']([^"']*)["']""")


@dataclass(frozen=True)
class ExerciseCell:
    """An exercise cell with its blanks filled in, as the student gets it, and its solution in Markdown."""

    answered: str
    student: str
    solution: str


def parse_exercise_cell(source: str) -> ExerciseCell:
    """Both variants of an exercise cell. Raises NotebookError where its marks are not as they should be."""
    answered_lines, student_lines, hints, lines, has_block = [], [], [], [], False
    inside = False
    for line in source.split("\n"):
        if match := _SOLUTION.fullmatch(line):
            hints.append(match["text"])
        elif _END.fullmatch(line):
            if not inside:
                raise NotebookError("has an `# end blank` without a `# blank`")
            inside = False
        elif match := _BEGIN.fullmatch(line):
            if inside:
                raise NotebookError("has a `# blank` inside another one")
            inside = has_block = True
            student_lines.append(match["indent"] + _dotted(match["blank"] or "..."))
        elif inside:
            answered_lines.append(line)
        elif match := _LINE.fullmatch(line):
            answered_lines.append(match["indent"] + match["code"])
            student_lines.append(match["indent"] + _dotted(match["blank"]))
            lines.append(match["code"])
        else:
            answered_lines.append(line)
            student_lines.append(line)
    if inside:
        raise NotebookError("has a `# blank` without an `# end blank`")
    if not (lines or has_block):
        raise NotebookError("is tagged as an exercise and has no blank")
    answered, student = ("\n".join(part).strip("\n") for part in (answered_lines, student_lines))
    for text in (answered, student):
        try:
            ast.parse(text)
        except SyntaxError as error:
            raise NotebookError(f"is no Python once its blanks are taken out or filled in: {error}") from None
    code = _without_check(answered) if has_block else "\n".join(lines)
    return ExerciseCell(answered, student, _folded(code, " ".join(hints)))


def student_cells(notebook, name: str) -> list:
    """The cells of a source as the student gets them, each solution behind its check. Raises NotebookError."""
    from psn_viz.course.registry import exercises

    exercise_keys = exercises()
    cells, pending_solution = [], None  # the solution of an exercise whose check has not come yet
    for cell in notebook.cells:
        code = cell.cell_type == "code"
        exercise = code and TAG in cell.metadata.get("tags", [])
        cell_place = place(notebook, name, cell)
        if exercise and pending_solution:
            raise NotebookError(f"{cell_place} follows an exercise that has no pv.check")
        if exercise:
            try:
                exercise_cell = parse_exercise_cell(cell.source)
            except NotebookError as error:
                raise NotebookError(f"{cell_place} {error}") from None
            cell.source, pending_solution = exercise_cell.student, exercise_cell.solution
        elif code and any(pattern.fullmatch(line) for line in cell.source.split("\n") for pattern in (_LINE, _BEGIN)):
            raise NotebookError(f"{cell_place} has a blank and lacks the tag {TAG}")
        cells.append(cell)
        if not code:
            try:
                folds_of(cell.source)
            except NotebookError as error:
                raise NotebookError(f"{cell_place} {error}") from None
            continue
        for key in _CHECK.findall(cell.source):
            if key not in exercise_keys:
                raise NotebookError(f"{cell_place} checks {key!r}; there are {', '.join(exercise_keys)}")
            if pending_solution:
                cells.append(
                    needed("nbformat").v4.new_markdown_cell(pending_solution, metadata={"tags": ["solution"]})
                )
                pending_solution = None
        if pending_solution and not exercise:
            raise NotebookError(f"{cell_place} stands where the pv.check of the exercise before it should be")
    if pending_solution:
        raise NotebookError(f"{name} ends with an exercise that has no pv.check")
    return cells


def _dotted(blank: str) -> str:
    if "..." not in blank:
        raise NotebookError(f"has a blank without the three dots that show it: {blank!r}")
    return blank


def _without_check(source: str) -> str:
    lines = source.split("\n")
    for node in reversed(ast.parse(source).body):
        if _CHECK.search(ast.get_source_segment(source, node) or "") and isinstance(node, ast.Expr):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n")


def _folded(code: str, hints: str) -> str:
    begin = '<details class="solution"><summary>Solution</summary>'
    parts = [begin, f"```python\n{textwrap.dedent(code)}\n```", hints, "</details>"]
    return "\n\n".join(part for part in parts if part)
