"""A leak without reset, learned, by the fast Fourier transform: ParaLIF, and SPSN, which draws its spikes."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.family.later_neuron import LaterNeuron, convolve
from psn_viz.neurons.surrogate import ATan

SPIKES = ("delta", "threshold")


class ParaLIF(LaterNeuron):
    """Parallelizable leaky integrate-and-fire neuron (Yarga and Wood, Neuromorphic Computing and Engineering 2025).

    synapse   I[t] = α·I[t−1] + X[t],                α = e^(−1/τ_syn)
    membrane  V[t] = β·V[t−1] + (1 − β)·I[t],        β = e^(−1/τ_mem)
    fire      "delta": S[t] = Θ(V[t] − V[t−1] − V_th);   "threshold": S[t] = Θ(V[t] − V_th)

    Both leaks are linear, so V is X times two kernels: three transforms. `tau_mem` and `tau_syn` (> 0, in time-steps;
    `tau_syn` None: no synapse, I = X) are where the learning starts; `learn_tau` False keeps them. V_th =
    `threshold` starts at 1 and is learned. H, in `record`, is what V_th is compared with.

    The reset is removed. "delta" fires on a *rise* of V: a V that stays high fires no more, which does part of a
    reset's work.
    Source: the authors' code, NECOTIS/Parallelizable-Leaky-Integrate-and-Fire-Neuron (ParaLIF/paralif.py and base.py,
    commit f08c418); the article was not read. Not here: their other spike functions, recurrent weights, lists of
    time constants. Other here: their learned α and β pass through a sigmoid after the start, so that they begin
    elsewhere than the τ that was given, ours begin there; their threshold and their α and β are fixed, and their
    surrogate is a fast sigmoid, unless asked for; their Θ(0) is 0. Checked with commit f08c418: our H is that of
    their loop. Their product of three transforms of length 2T differs from it in the first steps where the leak
    outlasts T, as X and two kernels need 3T: what comes late wraps round. Ours convolves twice, with a cut between.

    Input and spikes are `[T, N, …]` with the dtype and device of the parameters; any T.
    Raises TypeError or ValueError when a τ is not a number > 0, spike not one of the two, learn_tau no bool.
    """

    reset_becomes, depth, cost = "removed", "log T (Fourier transform)", "about T log T"
    streams, any_length = True, True

    def __init__(
        self,
        tau_mem: float = 2.0,
        tau_syn: float | None = None,
        spike: str = "delta",
        learn_tau: bool = True,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.tau_mem = arguments.real("tau_mem", tau_mem, above=0.0)
        self.tau_syn = None if tau_syn is None else arguments.real("tau_syn", tau_syn, above=0.0)
        self.spike = arguments.choice("spike", spike, SPIKES)
        self.learn_tau = arguments.flag("learn_tau", learn_tau)
        # Kept as logits: whatever learning does to them, α and β stay between 0 and 1.
        self.beta_logit = nn.Parameter(_logit(self.tau_mem), requires_grad=self.learn_tau)
        if self.tau_syn is not None:
            self.alpha_logit = nn.Parameter(_logit(self.tau_syn), requires_grad=self.learn_tau)
        self.threshold = nn.Parameter(torch.ones(()))

    def leaks(self) -> tuple[torch.Tensor | None, torch.Tensor]:
        """α, or None without a synapse, and β."""
        alpha = None if self.tau_syn is None else torch.sigmoid(self.alpha_logit)
        return alpha, torch.sigmoid(self.beta_logit)

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]`: X convolved with α^t, then with (1 − β)·β^t; its rise where spikes are those of "delta"."""
        alpha, beta = self.leaks()
        steps = torch.arange(len(x), dtype=beta.dtype, device=beta.device)
        current = x if alpha is None else convolve(x, alpha**steps)
        v = convolve(current, (1 - beta) * beta**steps)
        return v - torch.cat((torch.zeros_like(v[:1]), v[:-1])) if self.spike == "delta" else v

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The same H, one step after the other; kept are I and V."""
        alpha, beta = self.leaks()
        (current, v), h = torch.zeros_like(x[0].expand(2, *x.shape[1:])) if memory is None else memory, []
        for x_t in x.unbind():
            current = x_t if alpha is None else alpha * current + x_t
            before, v = v, beta * v + (1 - beta) * current
            h.append(v - before if self.spike == "delta" else v)
        return torch.stack(h), torch.stack((current, v))

    def _settings(self) -> str:
        return f"tau_mem={self.tau_mem}, tau_syn={self.tau_syn}, spike={self.spike!r}, learn_tau={self.learn_tau}"


class SPSN(ParaLIF):
    """Stochastic and parallelizable spiking neuron (Yarga and Wood, arXiv 2306.12666), with Sigmoid-Bernoulli spikes.

    synapse, membrane   as in `ParaLIF`, with fixed α and β
    fire                S[t] is 1 with the probability p[t] = σ(V[t]), else 0; backward ∂S/∂p = p

    There is no threshold and nothing to learn. The reset is removed; since every spike is drawn, V may stay high
    without a spike at every step.
    Source: the authors' code, NECOTIS/Stochastic-Parallelizable-Spiking-Neuron-SPSN (neurons/spsn.py, commit
    c46d169), which names its equations (15) and (17) to (19); the paper itself was not read. Not here: their
    Gumbel-Softmax spikes, and the linear layer that theirs contains. Their default for both τ is one time-step. Their
    transforms wrap round as those of their ParaLIF do.

    The numbers are drawn from torch's generator of the device, one for each entry, in evaluation as in training, as
    theirs are: two calls differ. With `torch.manual_seed(0)` before it, `serial` gives the spikes of a call.
    """

    def __init__(self, tau_mem: float = 2.0, tau_syn: float | None = None) -> None:
        super().__init__(tau_mem, tau_syn, "threshold", learn_tau=False)
        del self.threshold

    def probability(self, x: torch.Tensor) -> torch.Tensor:
        """p = σ(V), `[T, N, …]`: of each spike to come."""
        self._check_input(x)
        return torch.sigmoid(self.charge(x))

    def fire(self, h: torch.Tensor) -> torch.Tensor:
        """S drawn with the probability σ(V)."""
        p = torch.sigmoid(h)
        # Not `rand_like`: it follows the order of p in memory, which is another one after a transform.
        drawn = (torch.rand(p.shape, dtype=p.dtype, device=p.device) < p).to(p.dtype)
        # What is added is 0 and has the derivative p.
        return drawn + (p * p / 2 - (p * p / 2).detach())

    def _settings(self) -> str:
        return f"tau_mem={self.tau_mem}, tau_syn={self.tau_syn}"

    def extra_repr(self) -> str:
        return self._settings()


def _logit(tau: float) -> torch.Tensor:
    """The number whose sigmoid is e^(−1/τ)."""
    rate = 1 / tau
    return torch.tensor(-rate - math.log(-math.expm1(-rate)))  # as −log(e^rate − 1), where e^rate would overflow
