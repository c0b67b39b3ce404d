"""Products of matrices, what torch.linalg and torch.fft have, and torch.special."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

from .absent import missing, submodule
from .tensors import Tensor, into, method, operation, result
from .wasm_product import vector_product


def _of_one_dtype(a: np.ndarray, b: np.ndarray) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {a.dtype} != {b.dtype}")


# In WebAssembly numpy has no BLAS. There einsum takes half the time of its own loops, since it goes through memory in
# order; it adds up in the same order, too. `vector_product` does the same with vectors.
NO_BLAS = sys.platform == "emscripten"


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a @ b."""
    large = a.ndim == b.ndim == 2 and b.shape[1] >= 8 and a.size * b.shape[1] > 10_000
    if NO_BLAS and large and a.dtype.char in "fd" and a.shape[1] == len(b):
        if a.dtype.char == "f" and (made := vector_product(a, b)) is not None:
            return made
        return np.einsum("ij,jk->ik", a, np.ascontiguousarray(b))
    return a @ b


@operation("matmul", "mm", "bmm", "mv", "dot")
def matmul(x: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two matrices, of a matrix and a vector, or of many of them."""
    a, b = x._array, other._array
    _of_one_dtype(a, b)
    try:
        made = product(a, b)
    except ValueError:
        rows, columns = ("x".join(map(str, one.shape)) for one in (a, b))
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows} and {columns})") from None

    def pull_back(g: np.ndarray) -> list:
        if a.ndim == 1 and b.ndim == 1:
            return [g * b, g * a]
        if b.ndim == 1:
            return [np.multiply.outer(g, b), (np.swapaxes(a, -1, -2) @ g[..., None])[..., 0]]
        if a.ndim == 1:
            return [(b @ g[..., None])[..., 0], a[:, None] * g[..., None, :]]
        return [product(g, np.swapaxes(b, -1, -2)), product(np.swapaxes(a, -1, -2), g)]

    return into(out, result("matmul", made, (x, other), pull_back))


Tensor.__matmul__ = lambda self, other: matmul(self, other)


@operation("outer")
def outer(x: Tensor, other: Tensor) -> Tensor:
    """The product of a column and a row."""
    return x[:, None] * other[None, :]


@operation("addmm", "baddbmm")
def addmm(x: Tensor, one: Tensor, other: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """x + one @ other."""
    if beta != 1 or alpha != 1:
        missing("torch.addmm with beta or alpha")
    return x + matmul(one, other)


@method("addmm_", "baddbmm_")
def _addmm_in_place(self: Tensor, one: Tensor, other: Tensor) -> Tensor:
    return self.overwrite(self._array + one._array @ other._array, one, other)


class SVD(NamedTuple):
    """What torch.linalg.svd gives."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def _without_gradient(name: str, x: Tensor, compute: Any) -> Tensor:
    return result(name, compute(x._array), (x,))


def svd(A: Tensor, full_matrices: bool = True) -> SVD:
    """Singular vectors and values."""
    return SVD(
        *(
            _without_gradient("linalg.svd", A, lambda _, one=one: one)
            for one in np.linalg.svd(A._array, full_matrices)
        )
    )


def svdvals(A: Tensor) -> Tensor:
    """Singular values, descending."""
    return _without_gradient("linalg.svdvals", A, lambda a: np.linalg.svd(a, compute_uv=False))


def matrix_power(A: Tensor, n: int) -> Tensor:
    """A times itself, n times."""
    return _without_gradient("linalg.matrix_power", A, lambda a: np.linalg.matrix_power(a, n))


def matrix_norm(A: Tensor) -> Tensor:
    """The Frobenius norm."""
    return A.norm()


def vector_norm(x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The Euclidean norm."""
    return x.norm(ord, dim, keepdim)


def solve(A: Tensor, B: Tensor) -> Tensor:
    """X with A X = B."""
    _of_one_dtype(A._array, B._array)
    return result("linalg.solve", np.linalg.solve(A._array, B._array), (A, B))


def rfft(x: Tensor, n: int | None = None, dim: int = -1) -> Tensor:
    """The Fourier transform of real numbers."""
    a = x._array
    length = a.shape[dim] if n is None else n

    def pull_back(g: np.ndarray) -> list:
        # Of each x: the real part of Σ_k g_k·e^(2πikt/n) over the frequencies that were given, half of all.
        found = length * np.fft.ifft(g, length, dim).real
        kept = min(length, a.shape[dim])
        before = np.zeros(a.shape, found.dtype)
        np.moveaxis(before, dim, 0)[:kept] = np.moveaxis(found, dim, 0)[:kept]
        return [before]

    return result("fft.rfft", _as_wide(np.fft.rfft(a, n, dim), a), (x,), pull_back)


def irfft(x: Tensor, n: int | None = None, dim: int = -1) -> Tensor:
    """Real numbers from their Fourier transform."""
    a = x._array
    length = 2 * (a.shape[dim] - 1) if n is None else n

    def pull_back(g: np.ndarray) -> list:
        # Each frequency stands for itself and for its mirror image, but for the first, and the last of an even n.
        found = np.moveaxis(np.fft.rfft(g, length, dim), dim, 0) / length
        found[1 : (length + 1) // 2] *= 2
        before = np.zeros(a.shape, found.dtype)
        kept = min(len(found), a.shape[dim])
        np.moveaxis(before, dim, 0)[:kept] = found[:kept]
        return [before]

    return result("fft.irfft", _as_wide(np.fft.irfft(a, n, dim), a), (x,), pull_back)


def _as_wide(made: np.ndarray, given: np.ndarray) -> np.ndarray:
    """In single precision where it was given so: numpy before 2 computes in double."""
    if given.dtype.itemsize // (2 if given.dtype.kind == "c" else 1) == 8:
        return made
    return made.astype("c8" if made.dtype.kind == "c" else "f4")


def entr(x: Tensor) -> Tensor:
    """−x log x, 0 at 0."""
    a = x._array
    with np.errstate(all="ignore"):
        made = np.where(a > 0, -a * np.log(a), np.where(a == 0, 0, -np.inf)).astype(a.dtype, copy=False)
    return result("special.entr", np.where(np.isnan(a), a, made), (x,))


def add_linalg() -> None:
    """Make torch.linalg, torch.fft and torch.special."""
    norm = vector_norm
    submodule(
        "linalg", svd=svd, svdvals=svdvals, matrix_power=matrix_power, matrix_norm=matrix_norm,
        vector_norm=vector_norm, norm=norm, solve=solve,
    )  # fmt: skip
    submodule("fft", rfft=rfft, irfft=irfft)
    submodule("special", entr=entr)
