"""New tensors: from numbers, from arrays, or filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes
from .tensors import Tensor, array_of, function, method, new, plain, sizes


def _finished(array: np.ndarray, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    dtypes.require_cpu(device)
    if dtype is not None and array.dtype != dtype.numpy:
        array = array.astype(dtype.numpy)
    made = plain(array)
    return made.requires_grad_() if requires_grad else made


@function()
def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A copy of numbers as a tensor."""
    array = np.array(_as_arrays(data))
    if dtype is None and not isinstance(data, np.ndarray | np.generic | Tensor):
        # Of Python numbers; numpy's own integers have 32 bits in a browser.
        dtype = {"f": dtypes.get_default_dtype(), "i": dtypes.int64, "u": dtypes.int64}.get(array.dtype.kind)
        if isinstance(data, list | tuple) and _first(data) is not None:
            dtype = dtypes.of_numpy(_first(data)._array.dtype)
    return _finished(array, dtype, device, requires_grad)


def _as_arrays(data: Any) -> Any:
    if isinstance(data, list | tuple):
        return [_as_arrays(one) for one in data]
    return array_of(data)


def _first(data: list | tuple) -> Tensor | None:
    """The first tensor in nested lists."""
    for one in data:
        if isinstance(one, Tensor):
            return one
        if isinstance(one, list | tuple):
            return _first(one)
        break
    return None


@function("as_tensor", "asarray")
def as_tensor(data: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Numbers as a tensor; of an array or tensor no copy."""
    if isinstance(data, Tensor):
        return data.to(dtype) if dtype is not None else data
    return _finished(data, dtype, device, False) if isinstance(data, np.ndarray) else tensor(data, dtype=dtype)


@function()
def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor on the memory of an array."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    dtypes.of_numpy(array.dtype)
    return new(array)


@function()
def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0) -> Tensor:
    """A tensor on the memory of a buffer."""
    return new(np.frombuffer(buffer, dtype.numpy, count, offset))


def _maker(name: str, make: Callable) -> Callable[..., Tensor]:
    def of_shape(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
        kind = dtype or dtypes.get_default_dtype()
        return _finished(make(sizes(size), kind.numpy), None, device, requires_grad)

    def like(x: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
        kind = x._array.dtype if dtype is None else dtype.numpy
        return _finished(make(x._array.shape, kind), None, device, requires_grad)

    def beside(self: Tensor, *size: Any, dtype: Any = None, device: Any = None) -> Tensor:
        return of_shape(*size, dtype=dtype or self.dtype, device=device)

    function(name)(of_shape)
    function(f"{name}_like")(like)
    method(f"new_{name}")(beside)
    return of_shape


zeros, ones, empty = _maker("zeros", np.zeros), _maker("ones", np.ones), _maker("empty", np.zeros)


@function()
def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of one number."""
    value = array_of(fill_value)
    kind = dtypes.dtype_of_number(value) if dtype is None else dtype.numpy
    return _finished(np.full(tuple(size), value, kind), None, device, requires_grad)


@function()
def full_like(x: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor of one number, of the shape of another."""
    return full(x._array.shape, fill_value, dtype=dtype or x.dtype, device=device)


@method("new_full")
def new_full(self: Tensor, size: Any, fill_value: Any, *, dtype: Any = None) -> Tensor:
    """A tensor of one number, of the dtype of another."""
    return full(size, fill_value, dtype=dtype or self.dtype)


@method("new_tensor")
def new_tensor(self: Tensor, data: Any, *, dtype: Any = None) -> Tensor:
    """Numbers in the dtype of another tensor."""
    return tensor(data, dtype=dtype or self.dtype)


@function()
def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Tensor:
    """From start up to end, without it; of integers int64."""
    start, end = (0, start) if end is None else (start, end)
    start, end, step = map(array_of, (start, end, step))
    floating = any(isinstance(one, float) for one in (start, end, step))
    kind = dtype or (dtypes.get_default_dtype() if floating else dtypes.int64)
    made = np.arange(start, end, step, dtype="f8" if floating else "i8")
    return _finished(made, kind, device, False)


@function()
def linspace(
    start: float, end: float, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """So many numbers at equal distances, each counted from the nearer end, as torch does."""
    kind = (dtype or dtypes.get_default_dtype()).numpy.type
    low, high = kind(start), kind(end)
    step = (high - low) / kind(steps - 1) if steps > 1 else kind(0)
    n = np.arange(steps)
    made = np.where(n < steps // 2, low + step * n.astype(kind), high - step * (steps - 1 - n).astype(kind))
    return _finished(made.astype(kind), None, device, requires_grad)


@function()
def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Ones on the diagonal."""
    return _finished(np.eye(n, m, dtype=(dtype or dtypes.get_default_dtype()).numpy), None, device, False)


@function()
def is_tensor(x: Any) -> bool:
    """Whether x is a tensor."""
    return isinstance(x, Tensor)


@function()
def is_floating_point(x: Tensor) -> bool:
    """Whether x is of a floating dtype."""
    return x.is_floating_point()


@function("result_type")
def result_type(x: Any, y: Any) -> dtypes.dtype:
    """The dtype of an operation on both."""
    return dtypes.of_numpy(dtypes.result_dtype(array_of(x), array_of(y)))
