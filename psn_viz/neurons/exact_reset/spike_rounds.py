"""Any β, either reset, by rounds: guess all spikes, compute all H from them, fire again, until nothing changes.

Round by round, S ← Θ(H(S) − θ) with `charge_given_spikes`, from S = 0; so the first round gives the neuron without
reset. S[t] follows from the spikes before t alone. If those are right, so is S[t] in the next round: after k rounds
the first k steps are right, and after T all are. A guess that reproduces itself is right as well. How many rounds it
takes depends on the input: a wrong spike can move the next one, and so on down to the end.

Fixed-point Parallel Training (FPT, arXiv 2506.12087, ICML 2025) trains networks with such rounds, few of them, in
place of the loop; its abstract names 3 as usual. How many entries are still wrong then is what `wrong_after_rounds`
counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.linear_scan import charge_given_spikes
from psn_viz.neurons.exact_reset.serial_loop import WITH_RESET, checked, serial_run


def fixed_point_rounds(x: Tensor, beta: float, v_threshold: float = 1.0, reset: str = "soft") -> Iterator[Tensor]:
    """The spikes `[T, N, …]` after round 1, 2, … of an input `[T, N, …]`.

    It ends with the first round that changes nothing, or after T rounds: the last spikes are those of the loop.
    Raises as `serial_run` does, when it is called.
    """
    beta, v_threshold = checked(x, beta, v_threshold)
    arguments.with_values("x", x)
    return _rounds(x.detach(), beta, v_threshold, arguments.choice("reset", reset, WITH_RESET))


def _rounds(x: Tensor, beta: float, v_threshold: float, reset: str) -> Iterator[Tensor]:
    spikes = torch.zeros_like(x)
    for _ in range(len(x)):
        before = spikes
        spikes = (charge_given_spikes(x, before, beta, v_threshold, reset) >= v_threshold).to(x.dtype)
        yield spikes
        if torch.equal(spikes, before):
            return


def wrong_after_rounds(x: Tensor, beta: float, v_threshold: float = 1.0, reset: str = "soft") -> list[int]:
    """How many entries of S differ from those of the loop after round 1, 2, …, until a round changes nothing.

    Raises as `serial_run` does.
    """
    rounds = fixed_point_rounds(x, beta, v_threshold, reset)
    loop = serial_run(x.detach(), beta, v_threshold, reset).s
    return [int((spikes != loop).sum()) for spikes in rounds]
