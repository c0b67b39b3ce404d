"""Once the spikes are known the reset is linear: H of all time-steps by a scan."""

from __future__ import annotations

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.serial_loop import WITH_RESET, checked
from psn_viz.neurons.reset_free_leak import leak_by_scan


def gated_scan(gates: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """y[t] = a[t]·y[t−1] + b[t] with y[−1] = 0, for gates a and inputs b, each `[T, N, …]`.

    ⌈log₂ T⌉ rounds, each over all T steps: after d = 1, 2, 4, … every y[t] holds its last 2d inputs. A gate that is
    0 forgets what was before it without any rounding.

    Raises TypeError or ValueError when `inputs` is not such a tensor of a floating dtype, or `gates` has another
    shape or dtype.
    """
    arguments.sequence(inputs, name="inputs")
    arguments.same_shape("gates", gates, inputs, "inputs")
    d = 1
    while d < len(inputs):
        inputs = torch.cat((inputs[:d], inputs[d:] + gates[d:] * inputs[:-d]))
        gates = torch.cat((gates[:d], gates[d:] * gates[:-d]))
        d *= 2
    return inputs


def charge_given_spikes(
    x: torch.Tensor, spikes: torch.Tensor, beta: float, v_threshold: float, reset: str
) -> torch.Tensor:
    """H `[T, N, …]` of the input x if the neuron fires exactly at `spikes` (0 or 1), each `[T, N, …]`.

    hard: H[t] = β·(1 − S[t−1])·H[t−1] + X[t], a spike closes the gate;
    soft: H[t] = β·H[t−1] + X[t] − β·θ·S[t−1], a spike is an input.

    Raises as `serial_run` does, and when `spikes` has another shape or dtype than x.
    """
    beta, v_threshold = checked(x, beta, v_threshold)
    arguments.same_shape("spikes", spikes, x, "x")
    arguments.choice("reset", reset, WITH_RESET)
    before = torch.cat((torch.zeros_like(spikes[:1]), spikes[:-1]))
    if reset == "hard":
        return gated_scan(beta * (1 - before), x)
    return leak_by_scan(x - beta * v_threshold * before, beta)
