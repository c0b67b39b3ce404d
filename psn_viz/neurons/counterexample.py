"""Break it: the smallest input for which two neurons do not give the same spikes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
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
    values: Sequence[float] = VALUES,
    lengths: Iterable[int] = range(1, 7),
) -> Difference | None:
    """The smallest input on which two neurons differ, or None if they agree on all that are tried.

    one, other: from an input `[T, N]` float64 to spikes `[T, N]`, such as `IF()`, or a function of one. Every
    sequence of `values` is tried, of all `lengths` in their order; a PSN of T steps takes lengths=[T]. Of one length
    the first is that with the fewest entries that are not 0, then with the fewest different ones, then the smallest.
    Differences that an input a millionth larger or smaller does not show are left out: they are ties.

    Raises ValueError when `values` is empty or a length is below 1, or when more than a million inputs of one length
    would have to be tried; TypeError for what is no number; and what the neurons raise.
    """
    numbers = [arguments.real("values", value) for value in dict.fromkeys(values)]
    if not numbers:
        raise ValueError("values must hold at least one number, got none")
    arguments.function("one", one)
    arguments.function("other", other)
    for length in lengths:
        T = arguments.integer("lengths", length, low=1)
        if len(numbers) ** T > MOST:
            raise ValueError(
                f"lengths must leave at most {MOST} inputs to try, got {T} with {len(numbers)} values: "
                f"{len(numbers)}^{T}; give fewer values or shorter lengths"
            )
        x = torch.tensor(sorted(itertools.product(numbers, repeat=T), key=_size), dtype=torch.float64).t()
        apart = [(one(scale * x) != other(scale * x)) for scale in (1, 1 + SHARE, 1 - SHARE)]
        differs = (apart[0] & apart[1] & apart[2]).any(0)
        if differs.any():
            n = int(differs.to(torch.uint8).argmax())
            found = x[:, n : n + 1].contiguous()
            spikes, others = one(found)[:, 0].detach(), other(found)[:, 0].detach()
            return Difference(found, spikes, others, int((spikes != others).to(torch.uint8).argmax()))
    return None


def _size(sequence: tuple[float, ...]) -> tuple[int, int, float]:
    return sum(value != 0 for value in sequence), len(set(sequence)), sum(map(abs, sequence))
