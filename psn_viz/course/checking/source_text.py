"""The source of a learner's function, and of what it uses beside itself, for somebody else to read and run."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import textwrap
from types import FunctionType, ModuleType
from typing import Any

LONGEST = 20_000  # characters; a longer text is not kept
_CONSTANT = 500  # characters of a constant


def source_of(function: object) -> tuple[str, str]:
    """The source of `function`, and that of what it needs: imports, constants, functions of the same notebook.

    Each is "" where there is none to read, as behind `exec`, or where it is too long. Whatever the function is, this
    raises nothing.
    """
    try:
        plain = _plain(function)
        source = _text(plain)
        needs = _needs(plain) if source else ""
    except Exception:  # an object made to misbehave
        return "", ""
    return _clean(source), _clean(needs)


def _plain(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.unwrap(function)


def _text(function: object) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function))  # type: ignore[arg-type]
    except (OSError, TypeError, SyntaxError, IndentationError):
        return ""


def _clean(text: str) -> str:
    """The same without what no file of UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode() if len(text) <= LONGEST else ""


def _needs(function: Any) -> str:
    imports: list[str] = []
    constants: list[str] = []
    functions: list[str] = []
    seen = {getattr(function, "__name__", "")}

    def collect(user: Any) -> None:
        space = {**getattr(user, "__globals__", {}), **_closed_over(user)}
        for name in _names(user):
            if name in seen or name not in space:
                continue
            seen.add(name)
            value = space[name]
            if line := _import(name, value, getattr(user, "__module__", None)):
                imports.append(line)
            elif isinstance(value, FunctionType):
                if text := _text(value):
                    collect(value)
                    functions.append(text)
            elif _is_constant(value):
                constants.append(f"{name} = {value!r}\n")

    collect(function)
    return "".join([*imports, *constants, *functions])


def _names(function: Any) -> list[str]:
    """The names that a function reads, also in what is evaluated at its definition, in the order of the source."""
    code = getattr(function, "__code__", None)
    found = [*code.co_names, *code.co_freevars] if code else []
    try:
        nodes = ast.walk(ast.parse(_text(function)))
        found += [node.id for node in nodes if isinstance(node, ast.Name)]
    except SyntaxError:  # a lambda in the middle of an expression
        pass
    return list(dict.fromkeys(found))


def _closed_over(function: Any) -> dict[str, Any]:
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    cells = getattr(function, "__closure__", None) or ()
    return {name: cell.cell_contents for name, cell in zip(names, cells, strict=False) if cell != type(cell)()}


def _import(name: str, value: object, home: str | None) -> str:
    """The line that imports `value` as `name`; "" for what is of the notebook itself, or is not imported."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__} as {name}\n" if value.__name__ != "__main__" else ""
    if not (callable(value) or type(value).__module__.startswith("torch")):
        return ""
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(own, str) or module in (home, "__main__"):
        return ""
    try:
        same = getattr(importlib.import_module(module), own, None) is value
    except Exception:
        return ""
    return f"from {module} import {own} as {name}\n" if same else ""


def _is_constant(value: object) -> bool:
    """Whether its `repr` is Python that gives the same value: numbers, texts, and tuples, lists and dicts of them."""
    if not isinstance(value, int | float | complex | str | bytes | tuple | list | dict | set | None):
        return False
    try:
        text = repr(value)
        return len(text) <= _CONSTANT and ast.literal_eval(text) == value
    except (ValueError, SyntaxError, RecursionError, TypeError):
        return False
