"""Operations in place, copies, and other dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes, functions, tape
from .arithmetic import bitwise_and, bitwise_or
from .tensors import FUNCTIONS, Tensor, array_of, method, operation, plain, result, view

assert functions  # whose names are in FUNCTIONS


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
        return self.clone() if copy else self
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
