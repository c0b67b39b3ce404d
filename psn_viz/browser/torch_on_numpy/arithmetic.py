"""Arithmetic and comparisons, with the operators of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes, tape
from .tensors import Tensor, array_of, into, new, operation, plain, result

Pull = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], tuple]


def operands(*values: Any) -> list[np.ndarray]:
    """Tensors and numbers as arrays of the dtype that torch computes in."""
    found = [array_of(value) for value in values]
    if kind := _usual(found):
        return [one if isinstance(one, np.ndarray) else np.asarray(one, kind) for one in found]
    kind = dtypes.result_dtype(*found)
    return [one.astype(kind, copy=False) if isinstance(one, np.ndarray) else np.asarray(one, kind) for one in found]


def _usual(found: list) -> np.dtype | None:
    """The dtype of arrays that all have the same one, with fractions, and of Python's own real numbers beside them.

    That is nearly all that a neuron computes with; a lab asks for it a hundred times a move.
    """
    kind = None
    for one in found:
        if type(one) is np.ndarray:
            if kind is None:
                kind = one.dtype
            elif one.dtype is not kind:
                return None
        elif type(one) is not float and type(one) is not int:
            return None
    return kind if kind is not None and kind.kind == "f" else None


def tensors(*values: Any) -> list[Tensor]:
    """Those of the values that are tensors."""
    return [value for value in values if isinstance(value, Tensor)]


def _binary(name: str, compute: Callable, pull: Pull | None = None) -> Callable[..., Tensor]:
    """An operation of two. pull: gradients of both from that of the result, both, and the result."""

    def call(x: Any, y: Any, *, out: Tensor | None = None) -> Tensor:
        a, b = operands(x, y)
        with np.errstate(all="ignore"):
            made = compute(a, b)
        parents = tensors(x, y)
        if not tape.recorded(parents):
            return into(out, plain(made))

        def pull_back(g: np.ndarray) -> list:
            assert pull is not None
            with np.errstate(all="ignore"):
                both = pull(g, a, b, made)
            return [one for value, one in zip((x, y), both, strict=True) if isinstance(value, Tensor)]

        return into(out, result(name, made, parents, None if pull is None else pull_back))

    call.__name__ = name
    return call


def as_float(a: np.ndarray) -> np.ndarray:
    """Integers as numbers of the default dtype."""
    return a.astype(dtypes.default()) if a.dtype.kind in "iub" else a


def _power(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if b.ndim == 0:  # as torch takes these powers
        known = {2: lambda: a * a, 3: lambda: a * a * a, 1: a.copy}
        if a.dtype.kind in "fc":
            known |= {
                0.5: lambda: np.sqrt(a),
                -0.5: lambda: 1 / np.sqrt(a),
                -1: lambda: 1 / a,
                -2: lambda: 1 / (a * a),
            }
        if (exponent := b.item()) in known:
            return known[exponent]()
    return np.power(a, b)


def _power_pull(g: np.ndarray, a: np.ndarray, b: np.ndarray, r: np.ndarray) -> tuple:
    of_base = np.where(b == 0, 0, g * b * _power(a, b - 1))
    return of_base, np.where((a == 0) & (b >= 0), 0, g * r * np.log(a))


def _conjugate(a: np.ndarray) -> np.ndarray:
    """Of complex numbers alone: np.conjugate copies real ones, too."""
    return a.conj() if a.dtype.kind == "c" else a


add_two = _binary("add", np.add, lambda g, a, b, r: (g, g))
subtract_two = _binary("sub", np.subtract, lambda g, a, b, r: (g, -g))
multiply = _binary("mul", np.multiply, lambda g, a, b, r: (g * _conjugate(b), g * _conjugate(a)))
divide = _binary("div", lambda a, b: np.divide(as_float(a), as_float(b)), lambda g, a, b, r: (g / b, -g * r / b))
power = _binary("pow", _power, _power_pull)
floor_divide = _binary("floor_divide", np.floor_divide)
remainder = _binary("remainder", np.mod, lambda g, a, b, r: (g, -g * np.floor_divide(a, b)))
equal_each, not_equal = _binary("eq", np.equal), _binary("ne", np.not_equal)
less, less_equal = _binary("lt", np.less), _binary("le", np.less_equal)
greater, greater_equal = _binary("gt", np.greater), _binary("ge", np.greater_equal)
bitwise_and, bitwise_or = _binary("bitwise_and", np.bitwise_and), _binary("bitwise_or", np.bitwise_or)
bitwise_xor = _binary("bitwise_xor", np.bitwise_xor)


def _larger_pull(g: np.ndarray, a: np.ndarray, b: np.ndarray, r: np.ndarray) -> tuple:
    half = np.where(a == b, 0.5, 1).astype(g.dtype)
    return g * (a == r) * half, g * (b == r) * half


def _comparing(call: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A comparison, which wants no gradient."""

    def compared(x: Any, y: Any, *, out: Tensor | None = None) -> Tensor:
        with tape.no_grad():
            return call(x, y, out=out)

    return compared


equal_each, not_equal, less, less_equal, greater, greater_equal = map(
    _comparing, (equal_each, not_equal, less, less_equal, greater, greater_equal)
)
maximum = _binary("maximum", np.maximum, _larger_pull)
minimum = _binary("minimum", np.minimum, _larger_pull)


@operation("add")
def add(x: Any, y: Any, *, alpha: float = 1, out: Tensor | None = None) -> Tensor:
    """x + alpha·y."""
    return add_two(x, y if alpha == 1 else multiply(y, alpha), out=out)


@operation("sub", "subtract")
def sub(x: Any, y: Any, *, alpha: float = 1, out: Tensor | None = None) -> Tensor:
    """x − alpha·y."""
    return subtract_two(x, y if alpha == 1 else multiply(y, alpha), out=out)


for _names, _call in (
    (("mul", "multiply"), multiply), (("div", "divide", "true_divide"), divide), (("pow",), power),
    (("floor_divide",), floor_divide), (("remainder",), remainder), (("maximum",), maximum), (("minimum",), minimum),
    (("eq",), equal_each), (("ne", "not_equal"), not_equal), (("lt", "less"), less),
    (("le", "less_equal"), less_equal),
    (("gt", "greater"), greater), (("ge", "greater_equal"), greater_equal), (("bitwise_and",), bitwise_and),
    (("bitwise_or",), bitwise_or), (("bitwise_xor",), bitwise_xor),
    (("logical_and",), _comparing(_binary("logical_and", np.logical_and))),
    (("logical_or",), _comparing(_binary("logical_or", np.logical_or))),
    (("logical_xor",), _comparing(_binary("logical_xor", np.logical_xor))),
):  # fmt: skip
    operation(*_names)(_call)

_OPERATORS = {
    "add": add_two, "sub": subtract_two, "mul": multiply, "truediv": divide, "pow": power, "floordiv": floor_divide,
    "mod": remainder, "and": bitwise_and, "or": bitwise_or, "xor": bitwise_xor,
}  # fmt: skip
_COMPARISONS = {
    "eq": equal_each, "ne": not_equal, "lt": less, "le": less_equal, "gt": greater, "ge": greater_equal,
}  # fmt: skip


_KNOWN = (Tensor, float, int, np.ndarray, np.generic, complex)


def _operator(call: Callable[..., Tensor], swapped: bool = False) -> Callable:
    def apply(self: Tensor, other: Any):
        if not isinstance(other, _KNOWN):
            return NotImplemented
        other = new(other) if isinstance(other, np.ndarray) else other
        return call(other, self) if swapped else call(self, other)

    return apply


for _name, _call in _OPERATORS.items():
    setattr(Tensor, f"__{_name}__", _operator(_call))
    setattr(Tensor, f"__r{_name}__", _operator(_call, swapped=True))
for _name, _call in _COMPARISONS.items():
    setattr(Tensor, f"__{_name}__", _operator(_call))
