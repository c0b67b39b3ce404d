"""Measures of W `[T, T]`: how far it is from one kernel for all steps, and from a leak; its rank; its look ahead.

And a control for them: `smooth_random`, a random W that is as smooth along the inputs as a trained one.

Row t of W is output time, column i input time, as in `psn_viz.neurons`. Everything is computed in float64.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from psn_viz.neurons import reset_free_weight
from psn_viz.neurons.arguments import integer
from psn_viz.torch_state import spare_core

_FLAT = 1e-14


class Toeplitz(NamedTuple):
    """weight: `[T, T]` float64, constant along its diagonals. distance: ‖W − weight‖ / ‖W‖, from 0 to 1."""

    weight: Tensor
    distance: float


class Leak(NamedTuple):
    """weight = scale · (1 − 1/τ)^(t−i) for i ≤ t, else 0: `[T, T]` float64. tau: from 1 (no memory) to infinity (IF).

    scale: what the newest input gets, negative where W does the opposite of a leak. distance: ‖W − weight‖ / ‖W‖,
    from 0 to 1.
    """

    weight: Tensor
    tau: float
    scale: float
    distance: float


class Measures(NamedTuple):
    """The four measures of one W: `toeplitz` and `leak` are relative distances, `rank` the effective rank."""

    toeplitz: float
    leak: float
    rank: float
    future: float


def measures(weight: Tensor) -> Measures:
    """All four measures of W `[T, T]`. Raises what they raise."""
    return Measures(
        nearest_toeplitz(weight).distance,
        nearest_leak(weight).distance,
        effective_rank(weight),
        future_share(weight),
    )


@spare_core()  # small products gain nothing from a second thread, and wait for it
def nearest_toeplitz(weight: Tensor) -> Toeplitz:
    """The Toeplitz matrix nearest to W `[T, T]` in the Frobenius norm: each diagonal becomes its mean.

    Distance 0: one kernel serves all steps (sliding PSN, LIF without reset). Numbers drawn independently around 0
    have about √(1 − (2T − 1)/T²), 0.96 for T = 28.

    Raises TypeError for anything but a floating tensor, ValueError when it is not square, not finite or all zeros.
    """
    W = _matrix(weight)
    T = len(W)
    place = _lag(T) + T - 1
    sums = W.new_zeros(2 * T - 1).index_add(0, place.flatten(), W.flatten())
    means = sums / (T - torch.arange(1 - T, T).abs())
    near = means[place]
    return Toeplitz(near, _distance(W, near))


@spare_core()
def nearest_leak(weight: Tensor) -> Leak:
    """The reset-free LIF whose W is nearest to this one `[T, T]`, its best scale included.

    For each τ the best scale has a closed form; τ is found by search, β = 1 − 1/τ to about nine digits. The scale may
    have either sign: a linear layer in front of a neuron can turn its input around. Distance 0: a leak does all that
    W does. Numbers drawn independently around 0 are as far as can be, more than 0.99 for T = 28.

    Raises as `nearest_toeplitz`.
    """
    W = _matrix(weight)
    T = len(W)
    sums = torch.stack([W.diagonal(-lag).sum() for lag in range(T)])
    count = torch.arange(T, 0, -1, dtype=W.dtype)
    lag = torch.arange(T, dtype=W.dtype)

    def matched(beta: Tensor) -> Tensor:
        """⟨W, L⟩² / ⟨L, L⟩ for each β: by how much the best multiple of the leak L shortens ‖W‖²."""
        powers = beta[:, None] ** lag
        return (powers @ sums) ** 2 / (powers**2 @ count)

    low, high = 0.0, 1.0
    for places in (2001, 201, 201, 201):
        beta = torch.linspace(low, high, places, dtype=W.dtype)
        best, step = float(beta[matched(beta).argmax()]), (high - low) / (places - 1)
        low, high = max(0.0, best - step), min(1.0, best + step)
    # Around its best place the curve is flat within rounding: an end that is as good is meant.
    ends = torch.tensor([best, 0.0, 1.0], dtype=W.dtype)
    as_good = matched(ends) >= matched(ends).max() * (1 - _FLAT)
    best = next((end for end, good in zip((0.0, 1.0), as_good[1:], strict=True) if good), best)
    tau = 1 / (1 - best) if best < 1 else math.inf
    leak = reset_free_weight(T, None if tau == math.inf else tau, decay_input=False)
    scale = float((W * leak).sum() / leak.square().sum())
    return Leak(scale * leak, tau, scale, _distance(W, scale * leak))


@spare_core()
def effective_rank(weight: Tensor) -> float:
    """How many singular values of a matrix count: exp of the entropy of σ_k / Σσ (Roy and Vetterli 2007).

    From 1, all rows are multiples of one, to the smaller side of the matrix, all singular values are equal.
    Roy, Vetterli: The effective rank: a measure of effective dimensionality. EUSIPCO 2007.

    Raises TypeError for anything but a floating tensor, ValueError when it is no matrix, not finite or all zeros.
    """
    values = torch.linalg.svdvals(_matrix(weight, square=False))
    share = values / values.sum()
    return float(torch.special.entr(share).sum().exp())


def future_share(weight: Tensor) -> float:
    """The share of W `[T, T]` that lies on inputs still to come: Σ_{i>t} W[t,i]² / Σ W².

    0: no step waits for a later input. Numbers drawn independently around 0 have about (T − 1)/(2T). Raises as
    `nearest_toeplitz`.
    """
    squared = _matrix(weight).square()
    return float(squared.triu(1).sum() / squared.sum())


@spare_core()
def smooth_random(weight: Tensor, start: Tensor, *, seed: int = 0) -> Tensor:
    """A random W `[T, T]`, float64, that has from a trained one only its start, its length and its smoothness.

    weight, start: W `[T, T]` after and before training. The result is a start as a PSN draws it, U(−1/√T, 1/√T), plus
    a random change as long as that of training, ‖weight − start‖, whose neighbouring columns are as alike: each row
    of the change is an autoregressive process of order 1 along the inputs, z[i] = c z[i − 1] + √(1 − c²) e[i] with e
    standard normal, and c is the mean cosine of neighbouring columns of weight − start.
    seed: of both parts. Matrices of different seeds are independent: where two are alike, smoothness explains it.

    Raises TypeError or ValueError as `nearest_toeplitz` for both matrices; ValueError for different shapes, for T
    below 2, and where a column of the change is 0.
    """
    W, before = _matrix(weight), _matrix(start)
    if W.shape != before.shape or len(W) < 2:
        raise ValueError(
            f"weight and start must be [T, T] with the same T ≥ 2, got {list(W.shape)} and {list(before.shape)}"
        )
    change = W - before
    if not change.norm(dim=0).all():
        raise ValueError("weight must differ from start in every column: a column that is 0 has no direction")
    T = len(W)
    rho = float(cosine_similarity(change[:, 1:], change[:, :-1], dim=0).mean().clamp(-1, 1))
    generator = torch.Generator().manual_seed(integer("seed", seed, low=0))
    drawn = (2 * torch.rand(T, T, generator=generator, dtype=W.dtype) - 1) / math.sqrt(T)
    noise = torch.randn(T, T, generator=generator, dtype=W.dtype)
    columns = [noise[:, 0]]
    for e in noise.T[1:]:
        columns.append(rho * columns[-1] + math.sqrt(1 - rho**2) * e)
    smooth = torch.stack(columns, dim=1)
    return drawn + smooth * (change.norm() / smooth.norm())


def _matrix(weight: Tensor, square: bool = True) -> Tensor:
    """The argument `weight` in float64 on the CPU.

    Its squares must be numbers, too: entries are refused where those would overflow, or vanish all.
    """
    allowed_shape = "[T, T]" if square else "a matrix [m, n]"
    if not isinstance(weight, Tensor) or not weight.is_floating_point():
        given = weight.dtype if isinstance(weight, Tensor) else type(weight).__name__
        raise TypeError(f"weight must be {allowed_shape}, a tensor of a floating dtype, got {given}")
    if weight.dim() != 2 or 0 in weight.shape or (square and weight.shape[0] != weight.shape[1]):
        raise ValueError(f"weight must be {allowed_shape}, got shape {list(weight.shape)}")
    W = weight.detach().to("cpu", torch.float64)
    if not torch.isfinite(W).all():
        raise ValueError("weight must be finite, it holds NaN or infinity")
    if not W.any():
        raise ValueError("weight must have an entry that is not 0: of nothing there is no share and no distance")
    largest = float(W.abs().max())
    if not 1e-100 <= largest <= 1e100:
        raise ValueError(f"weight must have its largest entry between 1e-100 and 1e100, got {largest:.3g}")
    return W


def _lag(T: int) -> Tensor:
    """t − i at each place, int64 `[T, T]`."""
    step = torch.arange(T)
    return step[:, None] - step


def _distance(W: Tensor, near: Tensor) -> float:
    return float((W - near).norm() / W.norm())
