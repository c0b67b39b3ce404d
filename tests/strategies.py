"""Random inputs and neurons for the tests of the neurons, and what "equal" means for their results."""

from __future__ import annotations

import math

import numpy as np
import torch
from hypothesis import strategies as st

from psn_viz.neurons import IF, LIF, PSN, MaskedPSN, SlidingPSN

# Two roundings of one charge may fall on both sides of the threshold: spikes are compared beyond this distance.
MARGIN = {torch.float32: 1e-4, torch.float64: 1e-9}
TOLERANCE = {torch.float32: 2e-5, torch.float64: 1e-12}

dtypes = st.sampled_from([torch.float32, torch.float64])
seeds = st.integers(0, 2**32 - 1)
trailing = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple)
taus = st.one_of(st.sampled_from([1.0, 2.0]), st.floats(1.0, 20.0))
resets = st.sampled_from(["hard", "soft", "none"])
lambdas = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0.0, 1.0))


@st.composite
def orders(draw, max_T: int = 8):
    """T and a k from 1 to T."""
    T = draw(st.integers(1, max_T))
    return T, draw(st.integers(1, T))


@st.composite
def cuts(draw, max_T: int = 9):
    """T, and the lengths of the chunks that it is cut into."""
    T = draw(st.integers(1, max_T))
    at = sorted(draw(st.sets(st.integers(1, T - 1)))) if T > 1 else []
    return T, [stop - start for start, stop in zip([0, *at], [*at, T], strict=True)]


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def flat(x: torch.Tensor) -> np.ndarray:
    """`[T, N, …]` as a float64 array `[T, N]`."""
    return x.detach().to(torch.float64).reshape(len(x), -1).numpy()


def clear_input(distance, T: int, shape: tuple[int, ...], dtype: torch.dtype, rng: torch.Generator) -> torch.Tensor:
    """A normal `[T, *shape]` input whose every |H − B| is beyond the margin.

    `distance` maps a float64 array `[T, N]` to its H − B. Neurons too close to the threshold get another input:
    no neuron sees the input of another.
    """
    x = torch.randn(T, math.prod(shape), generator=rng, dtype=dtype)
    for _ in range(100):
        close = torch.from_numpy((np.abs(distance(flat(x))) <= MARGIN[dtype]).any(0))
        if not close.any():
            return x.reshape(T, *shape)
        x[:, close] = torch.randn(T, int(close.sum()), generator=rng, dtype=dtype)
    raise AssertionError("no input keeps away from the threshold")


def randomise(neuron: torch.nn.Module, rng: torch.Generator) -> torch.nn.Module:
    """Random weights, and thresholds of both signs around 0.3."""
    with torch.no_grad():
        neuron.weight.copy_(torch.randn(neuron.weight.shape, generator=rng))
        neuron.threshold.copy_(0.3 + torch.randn(neuron.threshold.shape, generator=rng) / 2)
    return neuron


def family(T: int = 4, k: int = 2, lambda_: float = 1.0, seed: int = 0) -> dict[str, torch.nn.Module]:
    """One neuron of each kind, with random parameters."""
    rng = generator(seed)
    return {
        "IF": IF(),
        "LIF": LIF(),
        "PSN": randomise(PSN(T), rng),
        "MaskedPSN": randomise(MaskedPSN(T, k, lambda_), rng),
        "SlidingPSN": randomise(SlidingPSN(k), rng),
    }


NAMES = ("IF", "LIF", "PSN", "MaskedPSN", "SlidingPSN")
STEPPING = ("IF", "LIF", "MaskedPSN", "SlidingPSN")
WEIGHTED = ("PSN", "MaskedPSN", "SlidingPSN")


def assert_close(got: torch.Tensor, expected: torch.Tensor, what: str = "", tolerance: float | None = None) -> None:
    """Equal but for rounding, relative to the largest entry."""
    assert got.shape == expected.shape and got.dtype == expected.dtype, what
    if got.numel() == 0:
        return
    got, expected = got.detach(), expected.detach()
    scale = max(1.0, float(expected.abs().max()))
    error = float((got - expected).abs().max()) / scale
    limit = TOLERANCE[got.dtype] if tolerance is None else tolerance
    assert error <= limit, f"{what} differs by {error:.3g} of its scale, allowed {limit:.3g}"


def gradients(module, x: torch.Tensor, weight_of_spikes: torch.Tensor, parameters=()) -> list[torch.Tensor]:
    """Spikes, then the gradients of their weighted sum in x and in the parameters."""
    x = x.detach().clone().requires_grad_()
    spikes = module(x)
    return [spikes, *torch.autograd.grad((spikes * weight_of_spikes).sum(), (x, *parameters))]
