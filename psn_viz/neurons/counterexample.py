"""Break it: the smallest input for which two neurons do not give the same spikes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch

from psn_viz.neurons import arguments

VALUES = (0.0, 0.3, 0.6, 1.2, -0.6)
MOST = 10**6  # inputs of one length that are tried
# A difference that is gone when the input grows or shrinks by this share is one of rounding, or of Θ(0).
SHARE = 1e-6


class Difference(NamedTuple):
    """An input x `[T, 1]` float64, the spikes `[T]` of both neurons on it, and the first step t that differs."""

    x: torch.Tensor
    one: torch.Tensor
    other: torch.Tensor
    t: int


def first_difference(
    one: Callable[[torch.Tensor], torch.Tensor],
    other: Callable[[torch.Tensor], torch.Tensor],
    values: Iterable[float] = VALUES,
    lengths: Iterable[int] = range(1, 7),
) -> Difference | None:
    """The smallest input on which two neurons differ, or None if they agree on all that are tried.

    one, other: from an input `[T, N]` float64 to spikes `[T, N]`, such as `IF()`, or a function of one. Every
    sequence of `values` is tried, of all `lengths` in their order; a PSN of T steps takes lengths=[T]. Of one length
    the first is that with the fewest entries that are not 0, then with the fewest different ones, then the smallest.
    Differences that an input a millionth larger or smaller does not show are left out: they are ties.

    Raises ValueError when `values` is empty or a length is below 1, or when more than a million inputs of one length
    would have to be tried; when a neuron gives NaN or another shape than its input has; TypeError for
    what is no number, no neuron or no tensor; and what the neurons raise.
    """
    for name, value in (("values", values), ("lengths", lengths)):
        if not isinstance(value, Iterable):
            raise TypeError(f"{name} must hold several numbers, got {value!r} ({type(value).__name__})")
    numbers = list(dict.fromkeys(arguments.real("values", value) for value in values))
    every_T = [arguments.integer("lengths", length, low=1) for length in lengths]
    for name, found in (("values", numbers), ("lengths", every_T)):
        if not found:
            raise ValueError(f"{name} must hold at least one number, got none")
    neurons = {"one": one, "other": other}
    for name, neuron in neurons.items():
        arguments.function(name, neuron, on="an input [T, N], such as IF()")
    for T in every_T:
        if len(numbers) ** T > MOST:
            raise ValueError(
                f"lengths must leave at most {MOST} inputs to try, got {T} with {len(numbers)} values: "
                f"{len(numbers)}^{T}; give fewer values or shorter lengths"
            )
        x = torch.tensor(sorted(itertools.product(numbers, repeat=T), key=_size), dtype=torch.float64).t()
        runs = [[_spikes(name, neurons[name], scale * x) for name in neurons] for scale in (1, 1 + SHARE, 1 - SHARE)]
        differs = torch.stack([spikes != others for spikes, others in runs]).all(0)
        if differs.any():
            n = int(differs.any(0).to(torch.uint8).argmax())
            # As they were among all inputs: run alone, a neuron may round otherwise, or draw other spikes.
            spikes, others = (of_all[:, n].clone() for of_all in runs[0])
            return Difference(x[:, n : n + 1].clone(), spikes, others, int(differs[:, n].to(torch.uint8).argmax()))
    return None


def _spikes(name: str, neuron: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """What the neuron gives for x `[T, N]`, without a graph; an error if it is not spikes of that shape."""
    shape, spikes = list(x.shape), neuron(x)
    if not isinstance(spikes, torch.Tensor):
        raise TypeError(f"{name} must give a tensor of spikes, got {type(spikes).__name__}")
    if list(spikes.shape) != shape:
        raise ValueError(f"{name} must give spikes of the shape of its input, {shape}, got {list(spikes.shape)}")
    arguments.with_values(f"what {name} gives", spikes)
    spikes = spikes.detach()
    if bool((spikes != spikes).any()):
        raise ValueError(f"{name} must give spikes, got NaN, which differs from itself")
    return spikes


def _size(sequence: tuple[float, ...]) -> tuple[int, int, float]:
    return sum(value != 0 for value in sequence), len(set(sequence)), sum(map(abs, sequence))
