"""What readers write in exercises, beside the names that the library uses. What is computed here has no gradient."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .absent import missing
from .arithmetic import as_float, operands
from .creation import tensor
from .indexing import cat, index_put, put
from .reductions import ValuesAndIndices, median
from .shapes import expand, flatten, permute, repeat, reshape
from .tensors import FUNCTIONS, Tensor, array_of, function, method, operation, plain, result

# ---------------------------------------------------------------------------------------- along a dimension


def _running(name: str, compute: np.ufunc) -> None:
    @operation(name)
    def running(x: Tensor, dim: int) -> ValuesAndIndices:
        array = x._array
        values = compute.accumulate(array, axis=dim)
        shape = [-1 if n == dim % array.ndim else 1 for n in range(array.ndim)]
        places = np.arange(array.shape[dim]).reshape(shape)
        last = np.maximum.accumulate(np.where(array == values, places, 0), axis=dim)  # of equal ones the last
        return ValuesAndIndices(result(name, values, (x,)), plain(last.astype("i8")))


_running("cummax", np.maximum)
_running("cummin", np.minimum)


@operation("median")
def median_along(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle number; of two the lower, as torch has it."""
    if dim is None:
        return median(x)
    order = np.argsort(x._array, axis=dim, kind="stable")
    place = np.take(order, [(x._array.shape[dim] - 1) // 2], axis=dim)
    values = np.take_along_axis(x._array, place, dim)
    both = (values, place) if keepdim else (values.squeeze(dim), place.squeeze(dim))
    return ValuesAndIndices(result("median", both[0], (x,)), plain(both[1].astype("i8")))


@operation("repeat_interleave")
def repeat_interleave(x: Tensor, repeats: Any, dim: int | None = None) -> Tensor:
    """Each number several times in a row."""
    times = np.asarray(array_of(repeats)).astype(np.intp)  # wasm has no other
    return result("repeat_interleave", np.repeat(x._array, times, dim), (x,))


def _with_axis(call: Callable) -> Callable:
    @functools.wraps(call)
    def named(*args: Any, axis: Any = None, **options: Any) -> Any:
        return call(*args, **options) if axis is None else call(*args, dim=axis, **options)

    return named


for _name in "sum mean prod max min argmax argmin any all std var cumsum cumprod".split():  # dim may be called axis
    _named = _with_axis(FUNCTIONS[_name])
    FUNCTIONS[_name] = _named
    setattr(Tensor, _name, _named)


# ------------------------------------------------------------------------------------------- of one, of two


def _of_one(name: str, compute: Callable[..., Any]) -> None:
    @operation(name)
    def call(x: Tensor, *args: Any, **options: Any) -> Tensor:
        with np.errstate(all="ignore"):
            return result(name, compute(x._array, *args, **options), (x,))


def _of_two(name: str, compute: Callable[..., Any]) -> None:
    @operation(name)
    def call(x: Any, y: Any) -> Tensor:
        with np.errstate(all="ignore"):
            made = compute(*operands(x, y))
        return result(name, made, [one for one in (x, y) if isinstance(one, Tensor)])


def _diag_embed(array: np.ndarray) -> np.ndarray:
    made, at = np.zeros((*array.shape, array.shape[-1]), array.dtype), np.arange(array.shape[-1])
    made[..., at, at] = array
    return made


for _name, _compute in {
    "argwhere": lambda a: np.argwhere(a).astype("i8"),
    "diag_embed": _diag_embed,
    "fliplr": lambda a: np.fliplr(a).copy(),
    "flipud": lambda a: np.flipud(a).copy(),
    "frac": lambda a: a - np.trunc(a),
    "nansum": lambda a, dim=None, keepdim=False: np.nansum(a, axis=dim, keepdims=keepdim),
    "nanmean": lambda a, dim=None, keepdim=False: np.nanmean(a, axis=dim, keepdims=keepdim),
    "trace": lambda a: np.trace(a, dtype=dtypes.INT64 if a.dtype.kind in "iub" else None),
}.items():
    _of_one(_name, _compute)
for _name, _two in {
    "atan2": lambda a, b: np.arctan2(as_float(a), as_float(b)),
    "fmod": np.fmod,
    "heaviside": np.heaviside,
    "kron": np.kron,
}.items():
    _of_two(_name, _two)
function("numel")(Tensor.numel)
function("reshape")(reshape)
function("permute")(permute)
function("broadcast_to")(expand)
method("broadcast_to")(expand)
method("clamp_min")(lambda self, least: self.clamp(min=least))
method("clamp_max")(lambda self, most: self.clamp(max=most))
method("tile")(repeat)
function("tile")(repeat)
operation("ravel")(lambda x: flatten(x))


# -------------------------------------------------------------------------------------------------- indices


def _indices(name: str, compute: Callable) -> None:
    @function(name)
    def indices(row: int, col: int, offset: int = 0) -> Tensor:
        return plain(np.stack(compute(row, offset, col)).astype("i8"))


_indices("tril_indices", np.tril_indices)
_indices("triu_indices", np.triu_indices)


@function("meshgrid")
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Coordinates of all places of a grid."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    return tuple(plain(one) for one in np.meshgrid(*(one._array for one in given), indexing=indexing))


@operation("masked_select")
def masked_select(x: Tensor, mask: Tensor) -> Tensor:
    """The numbers where the mask is true."""
    x, mask = (plain(one) for one in np.broadcast_arrays(x._array, mask._array))
    return x[mask]


@operation("scatter")
def scatter(x: Tensor, dim: int, index: Tensor, src: Any) -> Tensor:
    """A copy with other numbers at the places of index, along a dimension."""
    return x.clone().scatter_(dim, index, src)


@method("scatter_")
def scatter_in_place(self: Tensor, dim: int, index: Tensor, src: Any) -> Tensor:
    """Put other numbers at the places of index, along a dimension."""
    made = self._array.copy()
    np.put_along_axis(made, index._array, _of_shape(src, index), dim)
    return self.overwrite(made, src)


@method("scatter_add_")
def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Add numbers at the places of index, along a dimension."""
    made, places = self._array.copy(), list(np.indices(index._array.shape))
    places[dim] = index._array
    np.add.at(made, tuple(places), _of_shape(src, index))
    return self.overwrite(made, src)


def _of_shape(src: Any, index: Tensor) -> Any:
    return src._array[tuple(map(slice, index.shape))] if isinstance(src, Tensor) else src


@method("index_put_")
def index_put_in_place(self: Tensor, indices: Sequence[Tensor], values: Tensor) -> Tensor:
    """Put other numbers at these places."""
    return self.overwrite(index_put(self, indices, values)._array, values)


@method("index_add_")
def index_add_in_place(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Add parts of source along a dimension."""
    return self.overwrite(self.index_add(dim, index, source)._array, source)


@method("index_fill_")
def index_fill_in_place(self: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """Put one number at these places along a dimension."""
    put(self, (slice(None),) * (dim % self.ndim) + (index,), value)
    return self


@method("fill_diagonal_")
def fill_diagonal(self: Tensor, value: float) -> Tensor:
    """Put one number on the diagonal."""
    self.diagonal().fill_(value)
    return self


# --------------------------------------------------------------------------------------------- put together


@function("vstack")
def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Rows below each other."""
    return cat([one if one.ndim > 1 else one.reshape(1, -1) for one in tensors], 0)


@function("hstack")
def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Columns beside each other."""
    return cat(tensors, 0 if tensors[0].ndim < 2 else 1)


@function("einsum")
def einsum(equation: str, *tensors: Tensor) -> Tensor:
    """A sum of products over the letters that the result does not have."""
    if len({one.dtype for one in tensors}) > 1:
        raise RuntimeError("expected tensors of one dtype in torch.einsum")
    return result("einsum", np.einsum(equation, *(one._array for one in tensors)), tensors)


@function("logspace")
def logspace(start: float, end: float, steps: int, base: float = 10.0, *, dtype: Any = None) -> Tensor:
    """Powers of base, of evenly spaced exponents."""
    return tensor(np.logspace(start, end, steps, base=base), dtype=dtype or dtypes.of_numpy(dtypes.default()))


@method("type")
def type_(self: Tensor, dtype: Any) -> Tensor:
    """The same numbers in another dtype."""
    return self.to(dtype) if isinstance(dtype, dtypes.dtype) else missing(f"torch.Tensor.type of {dtype!r}")
