"""Operations on every number by itself: arithmetic, comparisons, functions, and those in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes, tape
from .tensor import FUNCTIONS, Tensor, array_of, into, method, new, operation, plain, result, view

Pull = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], tuple]


def operands(*values: Any) -> list[np.ndarray]:
    """Tensors and numbers as arrays of the dtype that torch computes in."""
    found = [array_of(value) for value in values]
    first = found[0]
    if isinstance(first, np.ndarray) and all(
        isinstance(one, np.ndarray) and one.dtype == first.dtype for one in found
    ):
        return found
    kind = dtypes.result_dtype(*found)
    return [one.astype(kind, copy=False) if isinstance(one, np.ndarray) else np.asarray(one, kind) for one in found]


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


def _as_float(a: np.ndarray) -> np.ndarray:
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


add_two = _binary("add", np.add, lambda g, a, b, r: (g, g))
subtract_two = _binary("sub", np.subtract, lambda g, a, b, r: (g, -g))
multiply = _binary("mul", np.multiply, lambda g, a, b, r: (g * b, g * a))
divide = _binary("div", lambda a, b: np.divide(_as_float(a), _as_float(b)), lambda g, a, b, r: (g / b, -g * r / b))
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
    (("eq",), equal_each), (("ne", "not_equal"), not_equal), (("lt", "less"), less), (("le", "less_equal"), less_equal),
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


def _known(value: Any) -> bool:
    return isinstance(value, Tensor | np.ndarray | np.generic | bool | int | float | complex)


def _operator(call: Callable[..., Tensor], swapped: bool = False) -> Callable:
    def apply(self: Tensor, other: Any):
        if not _known(other):
            return NotImplemented
        other = new(other) if isinstance(other, np.ndarray) else other
        return call(other, self) if swapped else call(self, other)

    return apply


for _name, _call in _OPERATORS.items():
    setattr(Tensor, f"__{_name}__", _operator(_call))
    setattr(Tensor, f"__r{_name}__", _operator(_call, swapped=True))
for _name, _call in _COMPARISONS.items():
    setattr(Tensor, f"__{_name}__", _operator(_call))


# ------------------------------------------------------------------------------------------------ functions


def _unary(
    *names: str, compute: Callable, pull: Callable[[np.ndarray, np.ndarray, np.ndarray], Any] | None = None,
    floating: bool = True,
) -> Callable[..., Tensor]:  # fmt: skip
    """An operation of one. pull: its gradient from that of the result, it, and the result."""

    def call(x: Tensor, *, out: Tensor | None = None) -> Tensor:
        a = _as_float(x._array) if floating else x._array
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
Tensor.__neg__ = lambda self: negative(self)  # type: ignore[attr-defined]
Tensor.__abs__ = lambda self: self.abs()  # type: ignore[attr-defined]
Tensor.__invert__ = lambda self: plain(np.invert(self._array))  # type: ignore[attr-defined]


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
        return condition.nonzero(as_tuple=True)  # type: ignore[attr-defined]
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


# ------------------------------------------------------------------------------------------------- in place


def _in_place(name: str, call: Callable[..., Tensor]) -> None:
    def apply(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        with tape.no_grad():
            values = call(self, *args, **kwargs)._array
        return self.overwrite(values, *args)

    setattr(Tensor, f"{name}_", apply)


for _name in (
    "add sub mul div pow eq ne lt le gt ge exp log sqrt neg abs square relu floor ceil round clamp nan_to_num "
    "masked_fill lerp addcmul sigmoid tanh sin cos"
).split():
    _in_place(_name, FUNCTIONS[_name])
for _name, _own in (("iadd", "add_"), ("isub", "sub_"), ("imul", "mul_"), ("itruediv", "div_"), ("ipow", "pow_")):
    setattr(Tensor, f"__{_name}__", getattr(Tensor, _own))


def _in_place_operator(name: str, call: Callable[..., Tensor]) -> None:
    setattr(Tensor, name, lambda self, other: self.overwrite(call(self, other)._array, other))


_in_place_operator("__iand__", bitwise_and)
_in_place_operator("__ior__", bitwise_or)


@method("copy_")
def _copy(self: Tensor, other: Any, non_blocking: bool = False) -> Tensor:
    if tape.observers:
        tape.tell_observers()
    return self.overwrite(array_of(other), other)


@method("fill_")
def _fill(self: Tensor, value: Any) -> Tensor:
    return self.overwrite(array_of(value), value)


@method("zero_")
def _zero(self: Tensor) -> Tensor:
    return self.overwrite(0)


# ---------------------------------------------------------------------------------------------------- dtypes


@method("to")
def to(
    self: Tensor, *args: Any, dtype: Any = None, device: Any = None, copy: bool = False, non_blocking: bool = False
) -> Tensor:
    """The same numbers in another dtype."""
    for arg in args:
        if isinstance(arg, Tensor):
            dtype = arg.dtype
        elif isinstance(arg, dtypes.dtype):
            dtype = arg
        elif not isinstance(arg, bool) and arg is not None:
            device = arg
    dtypes.require_cpu(device)
    old = self._array.dtype
    if dtype is None or dtype.numpy == old:
        return self.clone() if copy else self  # type: ignore[attr-defined]
    with np.errstate(all="ignore"):
        made = self._array.astype(dtype.numpy)
    if made.dtype.kind != "f" or old.kind != "f":
        return plain(made)
    return result("to", made, (self,), lambda g: [g])


for _name, _dtype in (
    ("double", dtypes.float64), ("float", dtypes.float32), ("half", dtypes.float16), ("long", dtypes.int64),
    ("int", dtypes.int32), ("bool", dtypes.bool_), ("bfloat16", dtypes.bfloat16),
):  # fmt: skip
    setattr(Tensor, _name, lambda self, _dtype=_dtype: to(self, _dtype))


@method("type")
def _type(self: Tensor, dtype: Any = None) -> Any:
    return to(self, dtype) if dtype is not None else f"torch.{self.dtype.name}"


@method("type_as")
def _type_as(self: Tensor, other: Tensor) -> Tensor:
    return to(self, other.dtype)


@method("cpu")
def _cpu(self: Tensor) -> Tensor:
    return self


@operation("clone")
def clone(x: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy, on the tape."""
    return result("clone", x._array.copy(), (x,), lambda g: [g])


@method("contiguous")
def contiguous(self: Tensor, memory_format: Any = None) -> Tensor:
    """The same numbers, row after row in memory."""
    if self._array.flags.c_contiguous:
        return self
    return view("contiguous", np.ascontiguousarray(self._array), (self,), lambda g: [g])
