"""Exercise cells of a lesson: what the reader edits, what is checked, and which statements before it that needs."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Exercises whose verdicts are not those of torch where numpy stands in for it; tests/test_exercises_in_a_page.py
# finds them. Their pages name the notebook instead.
NEEDS_PYTORCH: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ExerciseCell:
    """A cell that ends with `pv.check(key, function)`; stub is the source without that call."""

    key: str
    function: str
    stub: str


def exercise_in(source: str) -> ExerciseCell | None:
    """The exercise of a cell, None where it has no check of a literal key."""
    tree = ast.parse(source)
    for statement in tree.body:
        if checked := _checked(statement):
            lines = source.split("\n")
            del lines[statement.lineno - 1 : statement.end_lineno]
            return ExerciseCell(*checked, "\n".join(lines).strip("\n") + "\n")
    return None


def without_checks(tree: ast.Module) -> ast.Module:
    """A module without its calls of pv.check, for the page makes them."""
    tree.body = [statement for statement in tree.body if not _checked(statement)]
    return tree


def _checked(statement: ast.stmt) -> tuple[str, str] | None:
    """Key and function of the statement `pv.check(key, function)`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "pv.check" and len(call.args) == 2):
        return None
    key, function = call.args
    return (key.value, ast.unparse(function)) if isinstance(key, ast.Constant) else None


def needed_statements(text: ast.Module, cells: Iterable[str]) -> list[ast.stmt]:
    """Those statements of the cells before an exercise, in order, that define what its text uses.

    What a function uses it needs when it is called, so its names count as used at the end. Cells that are no Python
    are left out. A list that grows by append in a statement of its own stays as it began.
    """
    before = [statement for source in cells for statement in _statements(source)]
    at_the_end: set[str] = set()
    while True:
        wanted, chosen, of_functions = set(at_the_end), [], set()
        for statement in [*before, *text.body][::-1]:
            bound, changed, used = _bound(statement), _changed(statement), _used(statement)
            if statement in before:
                if not (bound | changed) & wanted:
                    continue
                chosen.append(statement)
            if isinstance(statement, _WHOLE):
                wanted -= bound  # what it was before does not matter
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                of_functions |= used
            wanted |= used
        if of_functions <= at_the_end:
            return chosen[::-1]
        at_the_end |= of_functions


_WHOLE = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _statements(source: str) -> list[ast.stmt]:
    try:
        return without_checks(ast.parse(source)).body
    except SyntaxError:
        return []


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for inner in table.get_children():
        yield inner
        yield from _scopes(inner)


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement gives a value."""
    symbols = symtable.symtable(ast.unparse(statement), "<cell>", "exec").get_symbols()
    return {one.get_name() for one in symbols if one.is_assigned() or one.is_imported() or one.is_namespace()}


def _used(statement: ast.stmt) -> set[str]:
    """Names that it reads and does not itself define before, but for builtins."""
    outer = symtable.symtable(ast.unparse(statement), "<cell>", "exec")
    found = {one.get_name() for one in outer.get_symbols() if one.is_referenced()}
    found |= {one.get_name() for inner in _scopes(outer) for one in inner.get_symbols() if one.is_global()}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        found.discard(statement.name)
    loops = [node.target for node in ast.walk(statement) if isinstance(node, ast.For)]
    found -= {one.id for target in loops for one in ast.walk(target) if isinstance(one, ast.Name)}
    return {name for name in found if not hasattr(builtins, name)}


def _changed(statement: ast.stmt) -> set[str]:
    """Names whose values it changes in part: x[0] = 1, x.y = 1."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            root = node.value
            while isinstance(root, ast.Subscript | ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name):
                found.add(root.id)
    return found
