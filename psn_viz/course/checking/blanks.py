"""Is a function still the one with the blank in it?"""

from __future__ import annotations

import ast
import dis
import inspect
import textwrap
import types

_NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS"}


def has_blank(function) -> bool:
    """Whether the code of `function` holds a `...` to be filled in, or nothing at all.

    The dots of an index, `x[..., None]`, are none. Without its source (it was not typed in a cell) only bytecode is
    looked at.
    """
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    if not isinstance(code, types.CodeType):
        return False
    steps = list(dis.get_instructions(code))
    if all(step.opname in _NOTHING and ("CONST" not in step.opname or step.argval is None) for step in steps):
        return True
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, TypeError, ValueError, SyntaxError):  # SyntaxError: a lambda in the middle of an expression
        return Ellipsis in code.co_consts
    indices = {
        id(node) for found in ast.walk(tree) if isinstance(found, ast.Subscript) for node in ast.walk(found.slice)
    }
    return any(
        isinstance(node, ast.Constant) and node.value is Ellipsis and id(node) not in indices
        for node in ast.walk(tree)
    )
