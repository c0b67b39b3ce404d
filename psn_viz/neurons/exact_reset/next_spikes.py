"""Hard reset, all time-steps at once: where would the next spike be, if the last one was here?

A hard reset forgets everything. So from a spike at s on, the neuron is one that starts in step s + 1, and

    H[t] = u[t] − β^(t−s)·u[s]    with    u[t] = β·u[t−1] + X[t], the potential without reset,

until it fires again, at the first t > s with H[t] ≥ θ. That t is a function of s alone: `successors` computes it for
every s at once, spike or not. What really happens is the path from the start through this table, and `path_rounds`
marks it by pointer doubling: after r rounds the first 2^r − 1 spikes of the path are known, and every pointer leads
2^r spikes ahead.

The difference above is taken in float64. Without a reset to stop it, u grows: to 100·X for β = 0.99, to T·X for
β = 1. In float32 it is then known to some 1e-4 only, and so is its difference: rounding decides about an H that near
to θ, where the loop, whose H stays small, knows it to 1e-7. (β = 1, mean input 1, T = 1024, 20 neurons: 5 of 20480
spikes were wrong.) `time_blocks.py` never forms that difference, and keeps the dtype of its input.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.serial_loop import checked
from psn_viz.neurons.reset_free_leak import leak_by_scan


class SpikePath(NamedTuple):
    """What the dense form finds out about one input `[T, N, …]`.

    successors `[T + 1, N, …]` int64: row s + 1 holds the step of the next spike after one in step s; row 0 that of
    the first spike; T stands for "never again". rounds: `[T, N, …]` bool each, what is marked after 0, 1, 2, … rounds
    of doubling, up to the first after which nothing is added. spikes `[T, N, …]`: 0 or 1 in the dtype of x.
    """

    successors: torch.Tensor
    rounds: list[torch.Tensor]
    spikes: torch.Tensor


def successors(x: torch.Tensor, beta: float, v_threshold: float = 1.0) -> torch.Tensor:
    """The successors `[T + 1, N, …]` int64 of an input `[T, N, …]`: see `SpikePath`.

    It compares T²·N/2 numbers, and holds T²·N of float64 at once. Raises as `serial_run` does.
    """
    beta, v_threshold = checked(x, beta, v_threshold)
    u = leak_by_scan(x.flatten(1).to(torch.float64), beta)
    u = torch.cat((torch.zeros_like(u[:1]), u))  # row s + 1, and before the start no potential
    step = torch.arange(len(u), device=x.device)
    lag = (step - step[:, None])[..., None]
    h = u - beta ** lag.clamp(min=0).to(u.dtype) * u[:, None]  # [after a spike in s, step t, N]
    fires = ((h >= v_threshold) & (lag > 0))[:, 1:]
    # One more column, in which everything fires, stands for "never again". argmax takes the first of equal numbers.
    fires = torch.cat((fires, torch.ones_like(fires[:, :1])), dim=1)
    return fires.to(torch.uint8).argmax(1).view(len(u), *x.shape[1:])


def path_rounds(table: torch.Tensor) -> Iterator[torch.Tensor]:
    """What is marked `[T, N, …]`, bool, after 1, 2, … ⌈log₂(T + 1)⌉ rounds of pointer doubling in such a table.

    Raises TypeError or ValueError, when it is called, for a table that is not `[T + 1, N, …]` int64 with T ≥ 1, or
    whose row s + 1 names a step that is not after s, or after T.
    """
    if not isinstance(table, torch.Tensor) or table.dtype != torch.int64:
        got = table.dtype if isinstance(table, torch.Tensor) else type(table).__name__
        raise TypeError(f"table must be a tensor of torch.int64, as successors() gives it, got {got}")
    if table.dim() < 2 or len(table) < 2:
        raise ValueError(f"table must be [T + 1, N, …] with at least one time-step, got shape {list(table.shape)}")
    arguments.with_values("table", table)
    T = len(table) - 1
    after = torch.arange(T + 1, device=table.device).view(-1, *[1] * (table.dim() - 1))
    if bool(((table < after) | (table > T)).any()):
        raise ValueError(f"table must name in row s + 1 a step from s + 1 to T = {T}, got one that does not")
    return _rounds(table, T)


def _rounds(table: torch.Tensor, T: int) -> Iterator[torch.Tensor]:
    end = T + 1  # a place of its own for "never again", which leads to itself
    pointer = torch.cat((table + 1, torch.full_like(table[:1], end)))
    marked = torch.zeros_like(pointer, dtype=torch.bool)
    marked[0] = True  # the start
    for _ in range(T.bit_length()):
        marked.scatter_(0, torch.where(marked, pointer, end), True)
        pointer = pointer.gather(0, pointer)
        yield marked[1:end].clone()


def spike_path(x: torch.Tensor, beta: float, v_threshold: float = 1.0) -> SpikePath:
    """Successors, rounds and spikes of the dense form, for an input `[T, N, …]`. Raises as `serial_run` does."""
    table = successors(x, beta, v_threshold)
    arguments.with_values("x", x)
    rounds = [torch.zeros(x.shape, dtype=torch.bool, device=x.device)]
    for marked in path_rounds(table):
        if torch.equal(marked, rounds[-1]):
            break
        rounds.append(marked)
    return SpikePath(table, rounds, rounds[-1].to(x.dtype))
