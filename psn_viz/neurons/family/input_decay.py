"""A leak that the input opens and closes: selective memory without a reset, by a scan."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.family.later_neuron import LaterNeuron
from psn_viz.neurons.surrogate import ATan


class InputDecayLIF(LaterNeuron):
    """A leak that depends on the newest k inputs, after the dynamic decay neuron (DSN, Huang et al., 2602.01133).

    decay   a[t] = σ(Σ_{s=0}^{k−1} W_s·X[t−k+1+s] + b),   X[i] = 0 for i < 0
    charge  H[t] = a[t]·H[t−1] + (1 − a[t])·X[t]
    fire    S[t] = Θ(H[t] − V_th)

    `weight` is `[k]`, `bias` and `threshold` are scalars, all learned and shared by all neurons. a depends on inputs
    alone, not on spikes, so the recurrence stays linear in H. Two steps h → a′·h + c′ → a·h + c put together are one,
    h → a·a′·h + a·c′ + c, and log T doublings do.

    The reset is replaced: a[t] near 0 forgets as a reset does, but the input says when.
    Source: words, not formulas. Reviews of the paper on OpenReview (RGxDhp3m0I) describe a sigmoid of the output of
    a sliding PSN, which gates H[t−1] and X[t] in the charge of an LIF; other notes an α[t] from a causal convolution
    and a sigmoid. That the gate of X[t] is 1 − a[t] is our reading; so are one kernel for all neurons, and the start:
    W uniform in ±1/√k, b such that an input of 0 decays as an LIF with `tau`, V_th at 1. By these words theirs also
    emits integers in training, which ours does not. Neither the paper's body nor its code was to be had: take it as
    a neuron of this kind, not as theirs.

    Input and spikes are `[T, N, …]` with the dtype and device of the parameters; any T.
    Raises TypeError or ValueError when k is not an integer ≥ 1 or tau not a number > 1.
    """

    reset_becomes, depth, cost = "replaced", "log T (scan)", "about T log T + kT"
    streams, any_length = True, True

    def __init__(
        self,
        k: int = 4,
        tau: float = 2.0,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.k = arguments.integer("k", k, low=1)
        self.tau = arguments.real("tau", tau, above=1.0)
        self.weight = nn.Parameter(torch.empty(self.k).uniform_(-(self.k**-0.5), self.k**-0.5))
        self.bias = nn.Parameter(torch.tensor(math.log(self.tau - 1)))  # σ gives 1 − 1/τ
        self.threshold = nn.Parameter(torch.ones(()))

    def decay(self, inputs: torch.Tensor, T: int) -> torch.Tensor:
        """a `[T, N, …]` of the last T inputs, which k − 1 earlier ones precede."""
        gates = [weight * inputs[s : s + T] for s, weight in enumerate(self.weight.unbind())]
        return torch.sigmoid(sum(gates, self.bias))

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]` by doubling: after d = 1, 2, 4, … each H[t] holds what the last 2d steps have brought."""
        a = self.decay(torch.cat((self._silence(x), x)), len(x))
        h, d = (1 - a) * x, 1
        while d < len(x):
            h = torch.cat((h[:d], h[d:] + a[d:] * h[:-d]))
            a = torch.cat((a[:d], a[d:] * a[:-d]))
            d *= 2
        return h

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The same H, one step after the other; kept are H and the last k − 1 inputs."""
        h_t, queue = (torch.zeros_like(x[0]), self._silence(x)) if memory is None else (memory[0], memory[1:])
        h = []
        for x_t in x.unbind():
            window = torch.cat((queue, x_t[None]))
            a_t = self.decay(window, 1)[0]
            h_t = a_t * h_t + (1 - a_t) * x_t
            h.append(h_t)
            queue = window[1:]
        return torch.stack(h), torch.cat((h_t[None], queue))

    def _silence(self, x: torch.Tensor) -> torch.Tensor:
        return x.new_zeros(self.k - 1, *x.shape[1:])

    def _settings(self) -> str:
        return f"k={self.k}, tau={self.tau}"
