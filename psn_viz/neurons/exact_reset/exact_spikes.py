"""Spikes of a neuron with reset, at once, with the gradients of the loop."""

from __future__ import annotations

from collections import deque
from itertools import islice

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.loop_gradient import check_gradient_settings, with_loop_gradient
from psn_viz.neurons.exact_reset.next_spikes import spike_path
from psn_viz.neurons.exact_reset.serial_loop import checked
from psn_viz.neurons.exact_reset.spike_counts import count_by_maximum, count_by_queue, spikes_of_counts
from psn_viz.neurons.exact_reset.spike_rounds import fixed_point_rounds
from psn_viz.neurons.exact_reset.time_blocks import spikes_by_blocks
from psn_viz.neurons.surrogate import ATan

HARD_FORMS = ("blocks", "dense")
COUNTS = {"maximum": count_by_maximum, "queue": count_by_queue}


def hard_reset_spikes(
    x: torch.Tensor,
    beta: float,
    v_threshold: float = 1.0,
    form: str = "blocks",
    block: int | None = None,
    detach_reset: bool = False,
    surrogate: ATan = ATan(),  # noqa: B008 (frozen, so safe to share)
) -> torch.Tensor:
    """Spikes `[T, N, …]`, 0 or 1, of a LIF or IF with hard reset on any input `[T, N, …]`: `serial_run(…).s`.

    form: "dense", the table of all successors, with T²·N numbers in memory; "blocks", the same in blocks of `block`
    steps (about √T if None). Spikes have the dtype of x; gradients are those of the loop.

    Raises TypeError or ValueError for what `serial_run` does not take, for another form or surrogate, and when
    `block` is not an integer ≥ 1 or comes with the dense form.
    """
    check_gradient_settings(detach_reset, surrogate)
    if arguments.choice("form", form, HARD_FORMS) == "dense":
        if block is not None:
            raise ValueError(f"block must be None with form 'dense', which has no blocks, got {block!r}")
        spikes = spike_path(x.detach() if isinstance(x, torch.Tensor) else x, beta, v_threshold).spikes
    else:
        spikes = spikes_by_blocks(x, beta, v_threshold, block)
    return with_loop_gradient(spikes, x, *checked(x, beta, v_threshold), "hard", detach_reset, surrogate)


def soft_reset_if_spikes(
    x: torch.Tensor,
    v_threshold: float = 1.0,
    form: str = "maximum",
    detach_reset: bool = False,
    surrogate: ATan = ATan(),  # noqa: B008
) -> torch.Tensor:
    """Spikes `[T, N, …]`, 0 or 1, of an IF with soft reset: `serial_run(x, 1.0, …, "soft").s`.

    form: "maximum" for inputs ≤ θ, "queue" for inputs ≥ 0. Spikes have the dtype of x; gradients are those of the
    loop. Raises ValueError for an input outside of that range, with the value, and TypeError or ValueError for what
    `serial_run` does not take and for another form or surrogate.
    """
    check_gradient_settings(detach_reset, surrogate)
    count = COUNTS[arguments.choice("form", form, tuple(COUNTS))](x, v_threshold)
    spikes = spikes_of_counts(count).to(x.dtype)
    return with_loop_gradient(spikes, x, *checked(x, 1.0, v_threshold), "soft", detach_reset, surrogate)


def fixed_point_spikes(
    x: torch.Tensor,
    beta: float,
    v_threshold: float = 1.0,
    reset: str = "soft",
    rounds: int | None = None,
    detach_reset: bool = False,
    surrogate: ATan = ATan(),  # noqa: B008
) -> torch.Tensor:
    """Spikes `[T, N, …]`, 0 or 1, of a LIF or IF with either reset on any input: `serial_run(…, reset).s`.

    rounds: how many at most. With None, until nothing changes: at most T, and exact. With fewer, what is there by
    then; gradients are those of a loop that fires at these spikes. Spikes have the dtype of x.

    Raises TypeError or ValueError for what `serial_run` does not take, for another surrogate, and when `rounds` is
    not an integer ≥ 1.
    """
    check_gradient_settings(detach_reset, surrogate)
    most = None if rounds is None else arguments.integer("rounds", rounds, low=1)
    (spikes,) = deque(islice(fixed_point_rounds(x, beta, v_threshold, reset), most), maxlen=1)  # the last of them
    return with_loop_gradient(spikes, x, *checked(x, beta, v_threshold), reset, detach_reset, surrogate)
