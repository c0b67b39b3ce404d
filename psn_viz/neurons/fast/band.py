"""H = W X, its transpose and the gradient of W, as the fused form needs them: dense, or a band in O(kTN) work.

A `Weight` says how the `[T, T]` matrix W comes from a parameter; `Dense` and `Banded` multiply by it. Nothing here
is differentiable: `function.py` puts these products together into one autograd function.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad


@dataclass(frozen=True)
class Weight:
    """W of the PSN: the parameter itself, `[T, T]`."""

    def matrix(self, parameter: Tensor, T: int) -> Tensor:
        """W `[T, T]`."""
        return parameter

    def gradient(self, dense: Tensor, parameter: Tensor) -> Tensor:
        """The gradient of the parameter from ∂L/∂W `[T, T]`."""
        return dense

    def product(self, parameter: Tensor, T: int, N: int) -> Dense | Banded:
        """The faster way to multiply by W."""
        return Dense(self, parameter, T)


@dataclass(frozen=True)
class MaskedWeight(Weight):
    """W ⊙ M_k(λ) of the masked PSN for λ < 1."""

    k: int
    lambda_: float

    def matrix(self, parameter: Tensor, T: int) -> Tensor:
        return self._masked(parameter)

    def gradient(self, dense: Tensor, parameter: Tensor) -> Tensor:
        return self._masked(dense)

    def _masked(self, matrix: Tensor) -> Tensor:
        """matrix ⊙ M_k(λ), with an M_k(λ) made anew: no graph keeps it."""
        if self.lambda_ == 0:
            return matrix
        mask = within_band(torch.ones_like(matrix), self.k)
        return matrix * (self.lambda_ * mask + (1 - self.lambda_))


@dataclass(frozen=True)
class Band(Weight, ABC):
    """A W that is 0 but for the newest k inputs of each row."""

    k: int

    def product(self, parameter: Tensor, T: int, N: int) -> Dense | Banded:
        """The faster way to multiply by W: see `worth_a_band`."""
        banded = worth_a_band(T, self.k, N, parameter.device.type)
        return Banded(self, parameter, T) if banded else Dense(self, parameter, T)

    @abstractmethod
    def corners(self, parameter: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """The first and the last `[size, size]` of the diagonal of W."""

    @abstractmethod
    def row_blocks(self, parameter: Tensor, start: int, n: int, b: int) -> Tensor:
        """W of n blocks of b rows from row `start`, over the b + k − 1 columns that the band reaches."""

    @abstractmethod
    def column_blocks(self, parameter: Tensor, n: int, b: int) -> Tensor:
        """Wᵀ of the first n blocks of b columns, over the b + k − 1 rows that the band reaches."""

    @abstractmethod
    def band_gradient(self, corner: Tensor, blocks: Tensor, start: int, parameter: Tensor) -> Tensor:
        """The gradient of the parameter from ∂L/∂W in the first corner and in the row blocks."""


@dataclass(frozen=True)
class MaskedBand(Band):
    """W ⊙ M_k of the masked PSN with λ = 1."""

    def matrix(self, parameter: Tensor, T: int) -> Tensor:
        return within_band(parameter, self.k)

    def gradient(self, dense: Tensor, parameter: Tensor) -> Tensor:
        return within_band(dense, self.k)

    def corners(self, parameter: Tensor, size: int) -> tuple[Tensor, Tensor]:
        return within_band(parameter[:size, :size], self.k), within_band(parameter[-size:, -size:], self.k)

    def row_blocks(self, parameter: Tensor, start: int, n: int, b: int) -> Tensor:
        return _rows(parameter, start, n, b, self.k).triu().tril_(self.k - 1)

    def column_blocks(self, parameter: Tensor, n: int, b: int) -> Tensor:
        # A block of columns is a block of rows of the transpose, whose band lies above the diagonal.
        down, right = parameter.stride()
        shape, strides = (n, b, b + self.k - 1), (b * (down + right), right, down)
        return parameter.as_strided(shape, strides, parameter.storage_offset()).triu().tril_(self.k - 1)

    def band_gradient(self, corner: Tensor, blocks: Tensor, start: int, parameter: Tensor) -> Tensor:
        gradient = torch.zeros(parameter.shape, dtype=parameter.dtype, device=parameter.device)
        gradient[:start, :start] = within_band(corner, self.k)
        n, b, _ = blocks.shape
        _rows(gradient, start, n, b, self.k).copy_(blocks.triu_().tril_(self.k - 1))
        return gradient


@dataclass(frozen=True)
class SlidingBand(Band):
    """The banded Toeplitz W of the sliding PSN, from its kernel `[k]`: W_{k−1} on the diagonal."""

    def matrix(self, parameter: Tensor, T: int) -> Tensor:
        # Row t is the kernel between zeros, read through a window that moves one to the left per step.
        return pad(parameter, (T, T - 1))[self.k :].unfold(0, T, 1).flip(0)

    def gradient(self, dense: Tensor, parameter: Tensor) -> Tensor:
        # W_s stands on one diagonal; with k − 1 columns in front it starts in column i and moves right with t.
        return _diagonals(pad(dense, (self.k - 1, 0)), self.k).sum(0)

    def corners(self, parameter: Tensor, size: int) -> tuple[Tensor, Tensor]:
        corner = self.matrix(parameter, size)
        return corner, corner

    def row_blocks(self, parameter: Tensor, start: int, n: int, b: int) -> Tensor:
        # All blocks are one: row t holds the kernel from column t.
        block = pad(parameter, (b - 1, b - 1)).unfold(0, b + self.k - 1, 1).flip(0)
        return block.expand(n, -1, -1)

    def column_blocks(self, parameter: Tensor, n: int, b: int) -> Tensor:
        return self.row_blocks(parameter.flip(0), 0, n, b)

    def band_gradient(self, corner: Tensor, blocks: Tensor, start: int, parameter: Tensor) -> Tensor:
        return self.gradient(corner, parameter) + _diagonals(blocks.sum(0), self.k).sum(0)


def within_band(matrix: Tensor, k: int) -> Tensor:
    """A copy of W that keeps the newest k inputs of each row and is 0 elsewhere."""
    return matrix.tril().triu(1 - k)


def _rows(matrix: Tensor, start: int, n: int, b: int, k: int) -> Tensor:
    """A view `[n, b, b + k − 1]` of blocks of rows: from k − 1 left of the diagonal to the block's last column."""
    down, right = matrix.stride()
    offset = matrix.storage_offset() + start * down + (start - k + 1) * right
    return matrix.as_strided((n, b, b + k - 1), (b * (down + right), down, right), offset)


def _diagonals(matrix: Tensor, k: int) -> Tensor:
    """A view `[t, k]` of a contiguous `[t, t + k − 1]`: row t is its entries t to t + k − 1."""
    t, columns = matrix.shape
    return matrix.as_strided((t, k), (columns + 1, 1))


class Dense:
    """Products with every entry of W, `[T, T]`."""

    def __init__(self, weight: Weight, parameter: Tensor, T: int) -> None:
        self.weight, self.parameter = weight, parameter
        self.matrix = weight.matrix(parameter, T)
        self.outer: Tensor | None = None

    def charge(self, x: Tensor, out: Tensor) -> None:
        """out = W x, `[T, n]`."""
        torch.mm(self.matrix, x, out=out)

    def pull_back(self, g: Tensor, out: Tensor) -> None:
        """out = Wᵀ g, `[T, n]`."""
        torch.mm(self.matrix.t(), g, out=out)

    def add_outer(self, g: Tensor, x: Tensor) -> None:
        """Add g xᵀ to ∂L/∂W."""
        self.outer = torch.mm(g, x.t()) if self.outer is None else self.outer.addmm_(g, x.t())

    def gradient(self) -> Tensor:
        """The gradient of the parameter from all that was added."""
        assert self.outer is not None
        return self.weight.gradient(self.outer, self.parameter)


# Multiply-adds that a band must save per product, before its more numerous calls pay. Measured on a CPU for T from 48
# to 512, N from 1 to 4096 and k from 2 to 64: the two ways meet between 2^20 and 2^21. For other devices the number
# is an estimate, from calls that take as long and products some thousand times as fast.
SAVED = {"cpu": 2**21}
SAVED_ELSEWHERE = 2**31


def worth_a_band(T: int, k: int, N: int, device_type: str = "cpu") -> bool:
    """Whether the banded products of order k are faster than the dense one for an input `[T, N]`."""
    b = rows_per_block(k)
    saved = (T - (b + k - 1)) * T * N
    return T >= 2 * b and saved >= SAVED.get(device_type, SAVED_ELSEWHERE)


def rows_per_block(k: int) -> int:
    """Rows b of a block of the band: the power of two from k on, at least 16.

    A row then costs b + k − 1 multiply-adds per neuron in place of T. Smaller blocks cost less arithmetic and
    more overhead; at k = 8, blocks of 16 and of 32 rows took the same time within a third.
    """
    return max(16, 1 << (k - 1).bit_length())


class Banded:
    """Products with the band of W alone: blocks of b rows, all of one shape, in one batched product.

    Block j of H reads b + k − 1 rows of X: overlapping windows on X, which a view with strides gives without a
    copy. The first b + T mod b rows, before which there is no input, are a small product of their own. Wᵀ is the
    same upside down: its last rows stand alone.
    """

    def __init__(self, weight: Band, parameter: Tensor, T: int) -> None:
        self.weight, self.parameter, self.k = weight, parameter, weight.k
        self.b = rows_per_block(self.k)
        self.n = T // self.b - 1
        self.start = T - self.n * self.b  # b + T mod b, which is at least k − 1
        self.first, self.last = weight.corners(parameter, self.start)
        self.rows = weight.row_blocks(parameter, self.start, self.n, self.b)
        self.outer: tuple[Tensor, Tensor] | None = None

    def charge(self, x: Tensor, out: Tensor) -> None:
        """out = W x, `[T, n]`."""
        torch.mm(self.first, x[: self.start], out=out[: self.start])
        torch.bmm(self.rows, self._windows(x, self.start - self.k + 1), out=self._blocks(out[self.start :]))

    def pull_back(self, g: Tensor, out: Tensor) -> None:
        """out = Wᵀ g, `[T, n]`."""
        stop = self.n * self.b
        columns = self.weight.column_blocks(self.parameter, self.n, self.b)
        torch.bmm(columns, self._windows(g, 0), out=self._blocks(out[:stop]))
        torch.mm(self.last.t(), g[stop:], out=out[stop:])

    def add_outer(self, g: Tensor, x: Tensor) -> None:
        """Add the band of g xᵀ to ∂L/∂W."""
        corner = g[: self.start], x[: self.start].t()
        blocks = self._blocks(g[self.start :]), self._windows(x, self.start - self.k + 1).transpose(1, 2)
        if self.outer is None:
            self.outer = torch.mm(*corner), torch.bmm(*blocks)
        else:
            self.outer[0].addmm_(*corner)
            self.outer[1].baddbmm_(*blocks)

    def gradient(self) -> Tensor:
        """The gradient of the parameter from all that was added."""
        assert self.outer is not None
        return self.weight.band_gradient(*self.outer, self.start, self.parameter)

    def _windows(self, x: Tensor, start: int) -> Tensor:
        down, right = x.stride()
        shape, strides = (self.n, self.b + self.k - 1, x.shape[1]), (self.b * down, down, right)
        return x.as_strided(shape, strides, x.storage_offset() + start * down)

    def _blocks(self, rows: Tensor) -> Tensor:
        return rows.view(self.n, self.b, rows.shape[1])
