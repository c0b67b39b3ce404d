"""Functions of every number by itself, and choices between two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .arithmetic import as_float, operands, tensors
from .tensors import Tensor, array_of, into, method, operation, plain, result


def _unary(
    *names: str, compute: Callable, pull: Callable[[np.ndarray, np.ndarray, np.ndarray], Any] | None = None,
    floating: bool = True,
) -> Callable[..., Tensor]:  # fmt: skip
    """An operation of one. pull: its gradient from that of the result, it, and the result."""

    def call(x: Tensor, *, out: Tensor | None = None) -> Tensor:
        a = as_float(x._array) if floating else x._array
        with np.errstate(all="ignore"):
            made = compute(a)
        back = None if pull is None else lambda g: [pull(g, a, made)]
        return into(out, result(names[0], made, (x,), back))

    call.__name__ = names[0]
    return operation(*names)(call)


def _flat(g: np.ndarray, a: np.ndarray, r: np.ndarray) -> np.ndarray:
    return np.zeros_like(g)


exp = _unary("exp", compute=np.exp, pull=lambda g, a, r: g * r)
log = _unary("log", compute=np.log, pull=lambda g, a, r: g / a)
_unary("log2", compute=np.log2, pull=lambda g, a, r: g / (a * np.log(2)))
_unary("log10", compute=np.log10, pull=lambda g, a, r: g / (a * np.log(10)))
_unary("log1p", compute=np.log1p, pull=lambda g, a, r: g / (1 + a))
_unary("expm1", compute=np.expm1, pull=lambda g, a, r: g * (r + 1))
_unary("sqrt", compute=np.sqrt, pull=lambda g, a, r: g / (2 * r))
_unary("rsqrt", compute=lambda a: 1 / np.sqrt(a), pull=lambda g, a, r: -g * r**3 / 2)
_unary("sin", compute=np.sin, pull=lambda g, a, r: g * np.cos(a))
_unary("cos", compute=np.cos, pull=lambda g, a, r: -g * np.sin(a))
_unary("tan", compute=np.tan, pull=lambda g, a, r: g * (1 + r * r))
_unary("tanh", compute=np.tanh, pull=lambda g, a, r: g * (1 - r * r))
_unary("atan", "arctan", compute=np.arctan, pull=lambda g, a, r: g / (1 + a * a))
_unary("sigmoid", compute=lambda a: 1 / (1 + np.exp(-a)), pull=lambda g, a, r: g * r * (1 - r))
_unary("reciprocal", compute=lambda a: 1 / a, pull=lambda g, a, r: -g * r * r)
_unary("abs", "absolute", compute=np.abs, floating=False, pull=lambda g, a, r: g * np.sign(a))
negative = _unary("neg", "negative", compute=np.negative, floating=False, pull=lambda g, a, r: -g)
_unary("square", compute=np.square, floating=False, pull=lambda g, a, r: 2 * g * a)
relu = _unary("relu", compute=lambda a: np.maximum(a, 0), floating=False, pull=lambda g, a, r: g * (a > 0))
_unary("floor", compute=np.floor, floating=False, pull=_flat)
_unary("ceil", compute=np.ceil, floating=False, pull=_flat)
_unary("trunc", compute=np.trunc, floating=False, pull=_flat)
_unary("sign", compute=np.sign, floating=False, pull=_flat)


@operation("round")
def round_(x: Tensor, *, decimals: int = 0) -> Tensor:
    """To whole numbers, half to even."""
    return result("round", np.round(x._array, decimals), (x,), lambda g: [np.zeros_like(g)])


def _asked(*names: str, compute: Callable) -> None:
    operation(*names)(lambda x: plain(compute(x._array)))


_asked("isnan", compute=np.isnan)
_asked("isinf", compute=np.isinf)
_asked("isfinite", compute=np.isfinite)
_asked("logical_not", compute=np.logical_not)
_asked("bitwise_not", compute=np.invert)
Tensor.__neg__ = lambda self: negative(self)
Tensor.__abs__ = lambda self: self.abs()
Tensor.__invert__ = lambda self: plain(np.invert(self._array))


@operation("clamp", "clip")
def clamp(x: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Within min and max."""
    low, high = array_of(min), array_of(max)
    made = np.clip(x._array, low, high).astype(x._array.dtype, copy=False)
    return result("clamp", made, (x,), lambda g: [g * (made == x._array)])


@operation("nan_to_num")
def nan_to_num(x: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """NaN and infinities as numbers."""
    made = np.nan_to_num(x._array, nan=nan, posinf=posinf, neginf=neginf)
    return result("nan_to_num", made, (x,), lambda g: [g * np.isfinite(x._array)])


@operation("where", method=False)
def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """input where condition is true, else other; alone, the places where it is true."""
    if input is None and other is None:
        return condition.nonzero(as_tuple=True)
    a, b = operands(input, other)
    c = condition._array

    def pull_back(g: np.ndarray) -> list:
        both = np.where(c, g, 0), np.where(c, 0, g)
        return [one for value, one in zip((input, other), both, strict=True) if isinstance(value, Tensor)]

    return result("where", np.where(c, a, b), tensors(input, other), pull_back)


@method("where")
def _where_method(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    return where(condition, self, other)


@operation("masked_fill")
def masked_fill(x: Tensor, mask: Tensor, value: Any) -> Tensor:
    """value where mask is true, else x."""
    c = mask._array
    made = np.where(c, np.asarray(array_of(value), x._array.dtype), x._array)
    return result("masked_fill", made, (x,), lambda g: [np.where(c, 0, g)])


@operation("lerp")
def lerp(start: Tensor, end: Tensor, weight: Any) -> Tensor:
    """From start to end, computed from the nearer of the two, as torch does."""
    a, b, w = operands(start, end, weight)
    made = np.where(np.abs(w) < 0.5, a + w * (b - a), b - (b - a) * (1 - w)).astype(a.dtype, copy=False)
    return result("lerp", made, tensors(start, end, weight), None)


@operation("addcmul")
def addcmul(x: Tensor, one: Tensor, other: Tensor, *, value: float = 1, out: Tensor | None = None) -> Tensor:
    """x + value · one · other."""
    a, b, c = operands(x, one, other)
    v = a.dtype.type(value)

    def pull_back(g: np.ndarray) -> list:
        return [g, v * g * c, v * g * b]

    return into(out, result("addcmul", a + v * b * c, (x, one, other), pull_back))
