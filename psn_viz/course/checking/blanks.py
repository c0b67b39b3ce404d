"""Detect an exercise function whose blank has not been filled in yet."""

from __future__ import annotations

import ast
import inspect
import textwrap


def has_blank(function) -> bool:
    """Whether the source of `function` holds a `...` to be filled in, or nothing at all.

    The dots of an index, `x[..., None]`, are none. False where there is no source to read, as behind `exec`.
    """
    body = _body(function)
    if all(isinstance(statement, ast.Pass) or _is_text(statement) for statement in body):
        return bool(body)
    nodes = [node for statement in body for node in ast.walk(statement)]
    in_an_index = {id(node) for index in nodes if isinstance(index, ast.Subscript) for node in ast.walk(index.slice)}
    return any(
        isinstance(node, ast.Constant) and node.value is Ellipsis and id(node) not in in_an_index for node in nodes
    )


def _body(function) -> list[ast.AST]:
    """The statements of a function, the expression of a lambda; empty where its source is not available."""
    name = getattr(function, "__name__", "")
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, ValueError, SyntaxError):  # SyntaxError: a lambda in the middle of an expression
        return []
    if name == "<lambda>":
        lambdas = [[node.body] for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
        return lambdas[0] if len(lambdas) == 1 else []
    definitions = ast.FunctionDef | ast.AsyncFunctionDef
    return next((node.body for node in ast.walk(tree) if isinstance(node, definitions)), [])


def _is_text(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
