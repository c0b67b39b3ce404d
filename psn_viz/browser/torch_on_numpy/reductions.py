"""Many numbers become fewer: sums, means, the largest; and what goes along a dimension, such as sorting."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from . import dtypes
from .absent import missing
from .arithmetic import maximum, minimum
from .tensors import Tensor, axes, operation, plain, result


class ValuesAndIndices(NamedTuple):
    """What max, min and sort give along a dimension."""

    values: Tensor
    indices: Tensor


def _spread(g: np.ndarray, dim: Any, keepdim: bool) -> np.ndarray:
    """A gradient with the dimensions that were summed over, each of size 1."""
    return g if dim is None or keepdim else np.expand_dims(g, axes(dim))


def _count(shape: tuple[int, ...], dim: Any) -> int:
    dims = range(len(shape)) if dim is None else dim if isinstance(dim, list | tuple) else (dim,)
    return math.prod(shape[n] for n in dims)


@operation("sum")
def sum_(x: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum; of integers int64."""
    array = x._array
    kind = dtype.numpy if dtype is not None else dtypes.INT64 if array.dtype.kind in "iub" else array.dtype
    made = array.sum(axis=axes(dim), keepdims=keepdim, dtype=kind)
    return result("sum", made, (x,), lambda g: [np.broadcast_to(_spread(g, dim, keepdim), array.shape)])


@operation("mean")
def mean(x: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean."""
    array, count = x._array, _count(x._array.shape, dim)
    if dtype is None and array.dtype.kind not in "fc":
        raise RuntimeError(f"mean(): could not infer output dtype. Input dtype must be floating, got {x.dtype}")
    kind = array.dtype if dtype is None else dtype.numpy
    with np.errstate(all="ignore"):
        made = array.sum(axis=axes(dim), keepdims=keepdim, dtype=kind) / kind.type(count)

    def pull_back(g: np.ndarray) -> list:
        return [np.broadcast_to(_spread(g, dim, keepdim) / kind.type(count), array.shape)]

    return result("mean", np.asarray(made, kind), (x,), pull_back)


@operation("prod")
def prod(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The product; of integers int64."""
    kind = dtypes.INT64 if x._array.dtype.kind in "iub" else None
    return result("prod", x._array.prod(axis=dim, keepdims=keepdim, dtype=kind), (x,))


def _extreme(name: str, compute: Callable, place: Callable, of_two: Callable[..., Tensor]) -> Callable[..., Any]:
    def along(x: Tensor, dim: Any, keepdim: bool) -> Tensor:
        made = compute(x._array, axis=axes(dim), keepdims=keepdim)

        def pull_back(g: np.ndarray) -> list:
            reached = x._array == _spread(np.asarray(made), dim, keepdim)
            shares = reached / reached.sum(axis=axes(dim), keepdims=True)
            return [_spread(g, dim, keepdim) * shares]

        return result(name, made, (x,), pull_back)

    @operation(f"arg{name}")
    def place_of(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
        return plain(np.asarray(place(x._array, axis=dim, keepdims=keepdim)).astype("i8"))

    @operation(name)
    def extreme(x: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
        if isinstance(dim, Tensor):
            return of_two(x, dim)
        if dim is None:
            return along(x, None, False)
        places = place(x._array, axis=dim, keepdims=True)

        def pull_back(g: np.ndarray) -> list:
            back = np.zeros(x._array.shape, g.dtype)
            np.put_along_axis(back, places, _spread(g, dim, keepdim), dim)
            return [back]

        made = np.take_along_axis(x._array, places, dim)
        made = made if keepdim else made.squeeze(dim)
        return ValuesAndIndices(result(name, made, (x,), pull_back), place_of(x, dim, keepdim))

    operation(f"a{name}")(lambda x, dim=None, keepdim=False: along(x, dim, keepdim))
    return extreme


_extreme("max", np.max, np.argmax, maximum)
_extreme("min", np.min, np.argmin, minimum)


@operation("any")
def any_(x: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether one is not 0."""
    return plain(np.any(x._array, axis=axes(dim), keepdims=keepdim))


@operation("all")
def all_(x: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether none is 0."""
    return plain(np.all(x._array, axis=axes(dim), keepdims=keepdim))


@operation("count_nonzero")
def count_nonzero(x: Tensor, dim: Any = None) -> Tensor:
    """How many are not 0, int64."""
    return plain(np.asarray(np.count_nonzero(x._array, axis=axes(dim)), "i8"))


@operation("var")
def var(
    x: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: int | None = None
) -> Tensor:
    """The variance, by default with n − 1."""
    less = int(unbiased) if correction is None else correction
    array, count = x._array, _count(x._array.shape, dim)
    with np.errstate(all="ignore"):
        made = array.var(axis=axes(dim), ddof=less, keepdims=keepdim)

    def pull_back(g: np.ndarray) -> list:
        return [_spread(g, dim, keepdim) * 2 * (array - array.mean(axis=axes(dim), keepdims=True)) / (count - less)]

    return result("var", made, (x,), pull_back)


@operation("std")
def std(
    x: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: int | None = None
) -> Tensor:
    """The standard deviation, by default with n − 1."""
    return var(x, dim, unbiased, keepdim, correction=correction).sqrt()


@operation("norm")
def norm(x: Tensor, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The Euclidean norm."""
    if p not in (2, "fro"):
        missing(f"torch.norm with p = {p!r}")
    made = np.sqrt((x._array * x._array).sum(axis=axes(dim), keepdims=keepdim))

    def pull_back(g: np.ndarray) -> list:
        length = _spread(np.asarray(made), dim, keepdim)
        return [
            _spread(g, dim, keepdim) * np.divide(x._array, length, out=np.zeros_like(x._array), where=length != 0)
        ]

    return result("norm", made, (x,), pull_back)


def median(x: Tensor) -> Tensor:
    """The middle number; of two the lower, as torch has it."""
    flat = np.sort(x._array, axis=None)
    return result("median", flat[(len(flat) - 1) // 2], (x,))


@operation("logsumexp")
def logsumexp(x: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials."""
    largest = x._array.max(axis=axes(dim), keepdims=True)
    made = np.log(np.exp(x._array - largest).sum(axis=axes(dim), keepdims=True)) + largest
    shape = made.shape if keepdim else made.squeeze(axes(dim)).shape
    pull_back = lambda g: [_spread(g, dim, keepdim) * np.exp(x._array - made)]  # noqa: E731
    return result("logsumexp", made.reshape(shape), (x,), pull_back)


@operation("log_softmax")
def log_softmax(x: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """x less its logsumexp."""
    shifted = x._array - x._array.max(axis=dim, keepdims=True)
    made = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
    return result("log_softmax", made, (x,), lambda g: [g - np.exp(made) * g.sum(axis=dim, keepdims=True)])


@operation("softmax")
def softmax(x: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """Exponentials that sum up to 1."""
    powers = np.exp(x._array - x._array.max(axis=dim, keepdims=True))
    made = powers / powers.sum(axis=dim, keepdims=True)
    return result("softmax", made, (x,), lambda g: [made * (g - (g * made).sum(axis=dim, keepdims=True))])


# ------------------------------------------------------------------------------------------ along a dimension


@operation("cumsum")
def cumsum(x: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Running sums; of integers int64."""
    kind = dtype.numpy if dtype is not None else dtypes.INT64 if x._array.dtype.kind in "iub" else None
    with np.errstate(all="ignore"):
        made = np.cumsum(x._array, axis=dim, dtype=kind)
    return result("cumsum", made, (x,), lambda g: [np.flip(np.cumsum(np.flip(g, dim), axis=dim), dim)])


@operation("cumprod")
def cumprod(x: Tensor, dim: int) -> Tensor:
    """Running products; of integers int64."""
    kind = dtypes.INT64 if x._array.dtype.kind in "iub" else None
    with np.errstate(all="ignore"):
        return result("cumprod", np.cumprod(x._array, axis=dim, dtype=kind), (x,))


@operation("diff")
def diff(x: Tensor, n: int = 1, dim: int = -1) -> Tensor:
    """Differences of neighbours."""
    return result("diff", np.diff(x._array, n, axis=dim), (x,))


@operation("argsort")
def argsort(x: Tensor, dim: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The places in ascending order, int64; equal numbers stay in their order."""
    array = x._array
    if not descending:
        return plain(np.argsort(array, axis=dim, kind="stable").astype("i8"))
    last = array.shape[dim] - 1 if array.ndim else 0
    order = last - np.flip(np.argsort(np.flip(array, dim), axis=dim, kind="stable"), dim)
    return plain(order.astype("i8"))


@operation("sort")
def sort(x: Tensor, dim: int = -1, descending: bool = False, stable: bool = True) -> ValuesAndIndices:
    """The numbers in ascending order, and where they stood."""
    order = argsort(x, dim, descending)
    return ValuesAndIndices(x.gather(dim % x.ndim, order), order)


@operation("topk")
def topk(x: Tensor, k: int, dim: int = -1, largest: bool = True) -> ValuesAndIndices:
    """The k largest in descending order, and where they stand."""
    order = argsort(x, dim, descending=largest).narrow(dim, 0, k)
    return ValuesAndIndices(x.gather(dim % x.ndim, order), order)


@operation("unique")
def unique(x: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False) -> Any:
    """The different numbers in order, and how often each is there."""
    values, inverse, counts = np.unique(x._array, return_inverse=True, return_counts=True)
    more = [inverse.reshape(x._array.shape)] * return_inverse + [counts] * return_counts
    return (plain(values), *(plain(one.astype("i8")) for one in more)) if more else plain(values)


@operation("bincount")
def bincount(x: Tensor, weights: Any = None, minlength: int = 0) -> Tensor:
    """How often each whole number is there, int64."""
    if weights is not None:
        missing("torch.bincount with weights")
    return plain(np.bincount(x._array.astype(np.intp), minlength=minlength).astype("i8"))


@operation("equal")
def equal(x: Tensor, other: Tensor) -> bool:
    """Whether shapes and numbers are the same."""
    return x._array.shape == other._array.shape and bool((x._array == other._array).all())


@operation("isclose")
def isclose(x: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Whether they are the same but for rounding, each."""
    return plain(np.isclose(x._array, other._array, rtol, atol, equal_nan))


@operation("allclose")
def allclose(x: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether they are all the same but for rounding."""
    return bool(np.allclose(x._array, other._array, rtol, atol, equal_nan))
