"""Soft reset without leak: the number of spikes so far, in two ranges of inputs, by one running extreme.

With C[t] = X[0] + … + X[t] and n[t] spikes up to step t, V[t] = C[t] − θ·n[t]: the neuron fires when a whole θ more
has come in than was taken out. Let A[t] = ⌊C[t]/θ⌋ be the number of whole θ that have come in. At most one can be
taken out in a step, and none can be given back:

    n[t] = n[t−1] + 1 if A[t] > n[t−1], else n[t−1].

inputs ≤ θ   Never do two come in at once, so n is the highest A so far, but not below 0: a running maximum.
inputs ≥ 0   A never falls, and n is the output of a queue that serves one customer in a step. Either it has been busy
             since step i, n[t] = A[i] + t − i, or since the start, n[t] = t + 1; the smallest of these is true: a
             running minimum of A[i] − i. In the words of scans: products of matrices in (max, +) and in (min, +).

An input outside of these ranges breaks the step that the form rests on, so both refuse it. C is summed up in float64,
where it does not matter that it grows with T.
"""

from __future__ import annotations

import torch
from torch import Tensor

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.serial_loop import checked


def count_by_maximum(x: Tensor, v_threshold: float = 1.0) -> Tensor:
    """The number of spikes so far, float64 `[T, N, …]`, of a soft-reset IF on an input `[T, N, …]` with X ≤ θ.

    Raises ValueError where x is above `v_threshold` or NaN, with its largest value, and else as `serial_run` does.
    """
    _, v_threshold = checked(x, 1.0, v_threshold)
    arguments.with_values("x", x)
    if not bool((x <= v_threshold).all()):
        raise ValueError(
            f"x must be at most v_threshold = {v_threshold:g} everywhere, got {_worst(x, x.amax)}: two whole "
            "thresholds could come in within one step, and a running maximum would take both out at once"
        )
    # At the threshold but for rounding, two may seem to come in at once (in float64, 4·0.7/0.7 is 4 and 3·0.7/0.7
    # below 3): the second is taken out in the next step.
    return served_so_far(highest_so_far(whole_thresholds(x, v_threshold)))


def count_by_queue(x: Tensor, v_threshold: float = 1.0) -> Tensor:
    """The number of spikes so far, float64 `[T, N, …]`, of a soft-reset IF on an input `[T, N, …]` with X ≥ 0.

    Raises ValueError where x is below 0 or NaN, with its smallest value, and else as `serial_run` does.
    """
    _, v_threshold = checked(x, 1.0, v_threshold)
    arguments.with_values("x", x)
    if not bool((x >= 0).all()):
        raise ValueError(
            f"x must be at least 0 everywhere, got {_worst(x, x.amin)}: a queue takes in work, and gives none back "
            "that it has already done"
        )
    return served_so_far(whole_thresholds(x, v_threshold))


def whole_thresholds(x: Tensor, v_threshold: float = 1.0) -> Tensor:
    """A: how many whole thresholds have come in, float64 `[T, N, …]`, of an input `[T, N, …]`.

    Raises as `serial_run` does.
    """
    _, v_threshold = checked(x, 1.0, v_threshold)
    return torch.floor(torch.cumsum(x.detach().to(torch.float64), 0) / v_threshold)


def highest_so_far(arrived: Tensor) -> Tensor:
    """The running maximum of A `[T, N, …]`, not below 0: n where X ≤ θ. Raises for another A as for an x."""
    arguments.sequence(arrived, name="arrived")
    return torch.cummax(arrived, 0).values.clamp(min=0)


def served_so_far(arrived: Tensor) -> Tensor:
    """What a queue has served that takes in A `[T, N, …]` and serves one in a step: n where X ≥ 0.

    Raises for another A as for an x.
    """
    arguments.sequence(arrived, name="arrived")
    t = torch.arange(len(arrived), dtype=arrived.dtype, device=arrived.device)
    t = t.view(-1, *[1] * (arrived.dim() - 1))
    return t + torch.cummin(arrived - t, 0).values.clamp(max=1)


def spikes_of_counts(count: Tensor) -> Tensor:
    """Spikes `[T, N, …]`, 0 or 1, from the number of spikes so far `[T, N, …]`. Raises for another as for an x."""
    arguments.sequence(count, name="count")
    return count - torch.cat((torch.zeros_like(count[:1]), count[:-1]))


def _worst(x: Tensor, extreme) -> str:
    """The value that breaks the rule most, in words; NaN where there is one."""
    return f"{float(extreme()):g}"
