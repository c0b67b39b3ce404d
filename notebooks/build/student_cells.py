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

from psn_viz.export.notebook_error import NotebookError, needed, place

TAG = "exercise"
_LINE = re.compile(r"(?P<indent>\s*)(?P<code>[^\s#].*?)\s+# blank: (?P<blank>.*\S)\s*")
_BEGIN = re.compile(r"(?P<indent>\s*)# blank(?:: (?P<blank>.*\S))?\s*")
_END = re.compile(r"\s*# end blank\s*")
_SOLUTION = re.compile(r"\s*# solution: (?P<text>.*\S)\s*")
_CHECK = re.compile(r"""\bpv\.check\(\s*["']([^"']*)["']""")


@dataclass(frozen=True)
class Parts:
    """An exercise cell taken apart: both variants, and what the folded solution says."""

    answered: str
    student: str
    solution: str


def take_apart(source: str) -> Parts:
    """Both variants of an exercise cell. Raises NotebookError where its marks are not as they should be."""
    answered, student, said, lines, whole = [], [], [], [], False
    inside = False
    for line in source.split("\n"):
        if found := _SOLUTION.fullmatch(line):
            said.append(found["text"])
        elif _END.fullmatch(line):
            if not inside:
                raise NotebookError("has an `# end blank` without a `# blank`")
            inside = False
        elif found := _BEGIN.fullmatch(line):
            if inside:
                raise NotebookError("has a `# blank` inside another one")
            inside = whole = True
            student.append(found["indent"] + _dotted(found["blank"] or "..."))
        elif inside:
            answered.append(line)
        elif found := _LINE.fullmatch(line):
            answered.append(found["indent"] + found["code"])
            student.append(found["indent"] + _dotted(found["blank"]))
            lines.append(found["code"])
        else:
            answered.append(line)
            student.append(line)
    if inside:
        raise NotebookError("has a `# blank` without an `# end blank`")
    if not (lines or whole):
        raise NotebookError("is tagged as an exercise and has no blank")
    ready, given = ("\n".join(part).strip("\n") for part in (answered, student))
    for text in (ready, given):
        try:
            ast.parse(text)
        except SyntaxError as error:
            raise NotebookError(f"is no Python once its blanks are taken out or filled in: {error}") from None
    code = _without_check(ready) if whole else "\n".join(lines)
    return Parts(ready, given, _folded(code, " ".join(said)))


def student_cells(notebook, name: str) -> list:
    """The cells of a source as the student gets them, each solution behind its check. Raises NotebookError."""
    from psn_viz.course.registry import exercises

    known = exercises()
    cells, waiting = [], None  # the solution of an exercise whose check has not come yet
    for cell in notebook.cells:
        code = cell.cell_type == "code"
        exercise = code and TAG in cell.metadata.get("tags", [])
        where = place(notebook, name, cell)
        if exercise and waiting:
            raise NotebookError(f"{where} follows an exercise that has no pv.check")
        if exercise:
            try:
                parts = take_apart(cell.source)
            except NotebookError as unfit:
                raise NotebookError(f"{where} {unfit}") from None
            cell.source, waiting = parts.student, parts.solution
        elif code and any(pattern.fullmatch(line) for line in cell.source.split("\n") for pattern in (_LINE, _BEGIN)):
            raise NotebookError(f"{where} has a blank and lacks the tag {TAG}")
        cells.append(cell)
        if not code:
            continue
        for key in _CHECK.findall(cell.source):
            if key not in known:
                raise NotebookError(f"{where} checks {key!r}; there are {', '.join(known)}")
            if waiting:
                cells.append(needed("nbformat").v4.new_markdown_cell(waiting, metadata={"tags": ["solution"]}))
                waiting = None
        if waiting and not exercise:
            raise NotebookError(f"{where} stands where the pv.check of the exercise before it should be")
    if waiting:
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


def _folded(code: str, said: str) -> str:
    parts = ["<details><summary>Solution</summary>", f"```python\n{textwrap.dedent(code)}\n```", said, "</details>"]
    return "\n\n".join(part for part in parts if part)
