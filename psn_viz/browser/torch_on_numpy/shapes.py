"""Other shapes of the same numbers, and parts of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from . import dtypes
from .absent import missing
from .indexing import take
from .tensors import Tensor, method, new, operation, result, sizes, view

strided_view = np.lib.stride_tricks.as_strided


@method("reshape", "view")
def reshape(self: Tensor, *shape: Any) -> Tensor:
    """Another shape; of memory that does not allow it, a copy."""
    if len(shape) == 1 and isinstance(shape[0], dtypes.dtype):
        return new(self._array.view(shape[0].numpy))
    old = self._array.shape
    return view("reshape", self._array.reshape(sizes(shape)), (self,), lambda g: [g.reshape(old)])


@method("view_as", "reshape_as")
def view_as(self: Tensor, other: Tensor) -> Tensor:
    """The shape of another tensor."""
    return reshape(self, *other.shape)


@operation("flatten")
def flatten(x: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Several dimensions as one."""
    shape = x._array.shape or (1,)
    start, end = start_dim % len(shape), end_dim % len(shape)
    return reshape(x, *shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])


@operation("unflatten")
def unflatten(x: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """One dimension as several."""
    shape = x._array.shape
    dim %= len(shape)
    return reshape(x, *shape[:dim], *sizes, *shape[dim + 1 :])


@method("expand")
def expand(self: Tensor, *shape: Any) -> Tensor:
    """The same numbers several times, without a copy."""
    wanted = sizes(shape)
    own = (1,) * (len(wanted) - self._array.ndim) + self._array.shape
    full = tuple(old if size == -1 else size for size, old in zip(wanted, own, strict=True))
    return view("expand", np.broadcast_to(self._array, full), (self,), lambda g: [g])


@method("expand_as")
def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """The shape of another tensor."""
    return expand(self, *other.shape)


@method("repeat")
def repeat(self: Tensor, *times: Any) -> Tensor:
    """Copies, so many along each dimension."""
    counts, old = sizes(times), self._array.shape
    shape = (1,) * (len(counts) - self._array.ndim) + old

    def pull_back(g: np.ndarray) -> list:
        apart = g.reshape([n for pair in zip(counts, shape, strict=True) for n in pair])
        return [apart.sum(axis=tuple(range(0, 2 * len(counts), 2))).reshape(old)]

    return result("repeat", np.tile(self._array, counts), (self,), pull_back)


@operation("unsqueeze")
def unsqueeze(x: Tensor, dim: int) -> Tensor:
    """One dimension more, of size 1."""
    shape = x._array.shape
    return view("unsqueeze", np.expand_dims(x._array, dim), (x,), lambda g: [g.reshape(shape)])


@operation("squeeze")
def squeeze(x: Tensor, dim: int | None = None) -> Tensor:
    """Without dimensions of size 1."""
    shape = x._array.shape
    if dim is not None and shape[dim] != 1:
        return x
    return view("squeeze", np.squeeze(x._array, dim), (x,), lambda g: [g.reshape(shape)])


@operation("transpose", "swapaxes")
def transpose(x: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged."""
    swapped = np.swapaxes(x._array, dim0, dim1)
    return view("transpose", swapped, (x,), lambda g: [np.swapaxes(g, dim0, dim1)])


@method("permute")
def permute(self: Tensor, *dims: Any) -> Tensor:
    """Dimensions in another order."""
    order = sizes(dims)
    return view("permute", self._array.transpose(order), (self,), lambda g: [g.transpose(np.argsort(order))])


@operation("movedim", "moveaxis")
def movedim(x: Tensor, source: Any, destination: Any) -> Tensor:
    """A dimension at another place."""
    moved = np.moveaxis(x._array, source, destination)
    return view("movedim", moved, (x,), lambda g: [np.moveaxis(g, destination, source)])


@operation("t")
def transposed(x: Tensor) -> Tensor:
    """The transpose of a matrix."""
    return view("t", x._array.T, (x,), lambda g: [g.T])


Tensor.T = property(transposed)
Tensor.mT = property(lambda self: transpose(self, -1, -2))


@operation("flip")
def flip(x: Tensor, *dims: Any) -> Tensor:
    """Back to front along these dimensions."""
    order = sizes(dims)
    return result("flip", np.flip(x._array, order).copy(), (x,), lambda g: [np.flip(g, order)])


@operation("roll")
def roll(x: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Shifted; what leaves at one end comes in at the other."""
    back = -shifts if isinstance(shifts, int) else tuple(-shift for shift in shifts)
    return result("roll", np.roll(x._array, shifts, dims), (x,), lambda g: [np.roll(g, back, dims)])


@method("unfold")
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of `size` along a dimension, each `step` further; they are the last dimension."""
    shape, dim = self._array.shape, dimension % max(1, self._array.ndim)
    windows = np.lib.stride_tricks.sliding_window_view(self._array, size, axis=dim)
    index = (*(slice(None),) * dim, slice(None, None, step))

    def pull_back(g: np.ndarray) -> list:
        back = np.zeros(shape, g.dtype)
        along, windowed = np.moveaxis(back, dim, 0), np.moveaxis(g, dim, 0)
        for n, window in enumerate(windowed):
            along[n * step : n * step + size] += np.moveaxis(window, -1, 0)
        return [back]

    return view("unfold", windows[index], (self,), pull_back)


@operation("as_strided")
def as_strided(x: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """Any view of the memory that the tensor lies in."""
    offset = x.storage_offset() if storage_offset is None else storage_offset
    owner = x._owner()
    if not (owner.flags.c_contiguous or owner.flags.f_contiguous):
        missing("torch.as_strided on memory with gaps")
    flat = owner.ravel(order="K")
    steps = [step * flat.itemsize for step in stride]
    return view("as_strided", strided_view(flat[offset:], tuple(size), steps), (x,))


@operation("unbind")
def unbind(x: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """All parts along a dimension."""
    return tuple(select(x, dim, n) for n in range(x._array.shape[dim]))


@operation("select")
def select(x: Tensor, dim: int, index: int) -> Tensor:
    """One part along a dimension."""
    return take(x, (slice(None),) * (dim % x._array.ndim) + (index,))


@operation("split")
def split(x: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of one size, or of these sizes, along a dimension."""
    length, size = x._array.shape[dim], split_size_or_sections
    parts = [min(size, length - at) for at in range(0, length, size)] if isinstance(size, int) else list(size)
    return _parts(x, parts, dim)


@operation("chunk")
def chunk(x: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most so many equal parts, the last one smaller."""
    return split(x, max(1, -(-x._array.shape[dim] // chunks)), dim)


@operation("tensor_split")
def tensor_split(x: Tensor, indices_or_sections: int, dim: int = 0) -> tuple[Tensor, ...]:
    """So many parts, the first ones larger by one."""
    if not isinstance(indices_or_sections, int):
        missing("torch.tensor_split at given places")
    least, more = divmod(x._array.shape[dim], indices_or_sections)
    return _parts(x, [least + (n < more) for n in range(indices_or_sections)], dim)


def _parts(x: Tensor, lengths: list[int], dim: int) -> tuple[Tensor, ...]:
    ends = np.cumsum([0, *lengths]).tolist()
    return tuple(narrow(x, dim, start, stop - start) for start, stop in pairwise(ends))


@operation("narrow")
def narrow(x: Tensor, dim: int, start: int, length: int) -> Tensor:
    """A range along a dimension."""
    return take(x, (slice(None),) * (dim % x._array.ndim) + (slice(start, start + length),))


@operation("diagonal")
def diagonal(x: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A diagonal, a view."""
    array = x._array
    found = array.diagonal(offset, dim1, dim2)  # numpy's view is read-only
    start = [slice(None)] * array.ndim
    start[dim1], start[dim2] = slice(max(0, -offset), None), slice(max(0, offset), None)

    def pull_back(g: np.ndarray) -> list:
        if array.ndim != 2:
            missing("gradient of torch.diagonal of more than two dimensions")
        back, at = np.zeros(array.shape, g.dtype), np.arange(g.shape[-1])
        back[at - min(0, offset), at + max(0, offset)] = g
        return [back]

    return view("diagonal", strided_view(array[tuple(start)], found.shape, found.strides), (x,), pull_back)


@operation("diag")
def diag(x: Tensor, diagonal: int = 0) -> Tensor:
    """The diagonal of a matrix, or a matrix with that diagonal."""
    return result("diag", np.diag(x._array, diagonal).copy(), (x,), lambda g: [np.diag(g, diagonal)])


@operation("tril")
def tril(x: Tensor, diagonal: int = 0) -> Tensor:
    """0 above a diagonal."""
    return result("tril", np.tril(x._array, diagonal), (x,), lambda g: [np.tril(g, diagonal)])


@operation("triu")
def triu(x: Tensor, diagonal: int = 0) -> Tensor:
    """0 below a diagonal."""
    return result("triu", np.triu(x._array, diagonal), (x,), lambda g: [np.triu(g, diagonal)])


@method("tril_")
def _tril_in_place(self: Tensor, diagonal: int = 0) -> Tensor:
    return self.overwrite(np.tril(self._array, diagonal))


@method("triu_")
def _triu_in_place(self: Tensor, diagonal: int = 0) -> Tensor:
    return self.overwrite(np.triu(self._array, diagonal))
