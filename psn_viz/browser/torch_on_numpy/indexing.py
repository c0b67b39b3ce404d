"""Indexing, and tensors put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes, tape
from .absent import missing
from .tensors import Tensor, array_of, operation, plain, result, view


def _index(key: Any) -> Any:
    """An index with arrays in place of tensors."""
    if isinstance(key, Tensor):
        array = key._array
        return array if array.ndim or array.dtype == dtypes.BOOL else int(array)
    if isinstance(key, tuple):
        return tuple(_index(one) for one in key)
    return [_index(one) for one in key] if isinstance(key, list) else key


def _simple(key: Any) -> bool:
    """Whether an index takes no number twice and gives a view."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is None or part is Ellipsis or isinstance(part, int | slice | np.integer) for part in parts)


def take(self: Tensor, key: Any) -> Tensor:
    """What an index gives."""
    index, array = _index(key), self._array

    def pull_back(g: np.ndarray) -> list:
        back = np.zeros(array.shape, g.dtype)
        if _simple(index):
            back[index] = g
        else:
            np.add.at(back, index, g)
        return [back]

    if not _simple(index):
        return result("index", array[index], (self,), pull_back)
    # With an ellipsis even a single number is a view.
    parts = index if isinstance(index, tuple) else (index,)
    whole = parts if Ellipsis in parts else (*parts, Ellipsis)
    return view("index", array[whole], (self,), pull_back)


def put(self: Tensor, key: Any, value: Any) -> None:
    """Set what an index names."""
    if tape.recorded((self, value)):
        missing("gradient of an assignment to an index")
    self._array[_index(key)] = array_of(value)


Tensor.__getitem__ = take
Tensor.__setitem__ = put


@operation("index_put")
def index_put(x: Tensor, indices: Sequence[Tensor], values: Tensor) -> Tensor:
    """A copy with other numbers at these places."""
    index, made = _index(tuple(indices)), x._array.copy()
    made[index] = values._array

    def pull_back(g: np.ndarray) -> list:
        rest = g.copy()
        rest[index] = 0
        return [rest, g[index]]

    return result("index_put", made, (x, values), pull_back)


@operation("index_add")
def index_add(x: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy to which parts of source are added along a dimension."""
    made = x._array.copy()
    np.add.at(np.moveaxis(made, dim, 0), index._array, np.moveaxis(source._array, dim, 0))
    return result("index_add", made, (x, source), lambda g: [g, np.take(g, index._array.astype(np.intp), dim)])


@operation("index_select")
def index_select(x: Tensor, dim: int, index: Tensor) -> Tensor:
    """These parts along a dimension."""
    return take(x, (slice(None),) * (dim % x._array.ndim) + (index,))


@operation("gather")
def gather(x: Tensor, dim: int, index: Tensor) -> Tensor:
    """One number for each place of index, along a dimension."""
    shape = x._array.shape

    def pull_back(g: np.ndarray) -> list:
        back = np.zeros(shape, g.dtype)
        places = list(np.indices(index._array.shape))
        places[dim] = index._array
        np.add.at(back, tuple(places), g)
        return [back]

    return result("gather", np.take_along_axis(x._array, index._array, dim), (x,), pull_back)


@operation("nonzero")
def nonzero(x: Tensor, *, as_tuple: bool = False) -> Any:
    """The places of numbers that are not 0, int64."""
    found = [one.astype("i8") for one in np.nonzero(x._array)]
    return tuple(map(plain, found)) if as_tuple else plain(np.stack(found, 1))


# ---------------------------------------------------------------------------------------------- put together


def _of_one_dtype(tensors: Sequence[Tensor]) -> list[np.ndarray]:
    kind = dtypes.result_dtype(*(tensor._array for tensor in tensors))
    return [tensor._array.astype(kind, copy=False) for tensor in tensors]


@operation("stack", method=False)
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape beside each other in a new dimension."""
    tensors = list(tensors)
    made = np.stack(_of_one_dtype(tensors), dim)
    return result("stack", made, tensors, lambda g: list(np.moveaxis(g, dim, 0)))


@operation("cat", "concat", "concatenate", method=False)
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one after the other along a dimension."""
    tensors = list(tensors)
    ends = np.cumsum([tensor._array.shape[dim] for tensor in tensors])[:-1]
    made = np.concatenate(_of_one_dtype(tensors), dim)
    return result("cat", made, tensors, lambda g: np.split(g, ends, dim))
