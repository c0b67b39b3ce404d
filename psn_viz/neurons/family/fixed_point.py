"""An LIF with its reset, by guessing all spikes and correcting them, all time-steps at once."""

from __future__ import annotations

from collections.abc import Callable

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.family.later_neuron import LaterNeuron
from psn_viz.neurons.integrate_and_fire import LIF
from psn_viz.neurons.reset_free import reset_free_weight
from psn_viz.neurons.surrogate import ATan

CARRIES = ("spikes", "sigmoid")
FIRST_SLOPE = 2.0  # of the sigmoid of the first round; each round after it is three times as steep


class FixedPointLIF(LaterNeuron):
    """Fixed-point Parallel Training of an LIF with a soft reset (FPT; Feng et al., ICML 2025, arXiv 2506.12087).

    the loop     H[t] = β·V[t−1] + X[t],  S[t] = Θ(H[t] − V_th),  V[t] = H[t] − V_th·S[t],      β = 1 − 1/τ
    unrolled     H = Λ X − V_th·(Λ − I) S,  Λ[t, i] = β^(t−i) for i ≤ t: S is on both sides
    round 1      S₁ = Θ(Λ X − V_th), as if there were no reset
    round n + 1  S ← Θ(Λ X − V_th·(Λ − I) S − V_th)

    The reset is kept: `rounds` = 3 approximates it, and T rounds are exact, for Λ − I has no entry on its diagonal,
    so that each round makes at least one further time-step right and keeps it so. Gradients are exact then, too.
    With few rounds many spikes may be wrong: `error` counts them.

    carry: what a round hands to the next. "spikes": S, as above. "sigmoid": σ(a·(H − V_th)) in its place, with
    a = 2, 6, 18, …, so that gradients pass smoothly; the last round fires with Θ. T rounds are then near to exact.

    Source: the authors' code, WanjinVon/FPT (imagenet/imagenet_train.py and my_seq_cifar100/main_seq_cifar100.py,
    commit 47bc819), and the abstract; the paper's body was not read. Theirs carries a sigmoid (a, then 3a and 6a or
    12a, a = 2 or 1, or learned), *draws* the spikes of the last round from it, and may learn Λ. With "sigmoid" our H
    after 3 rounds is theirs (of imagenet_train.py, a = 2; checked). Ours draws nothing, learns nothing, and can carry
    spikes, which makes T rounds exact.

    τ ≥ 1 in time-steps. Input and spikes are `[T, N, …]` in any floating dtype, on any device.
    Raises TypeError or ValueError when rounds is not an integer ≥ 1, tau not a number ≥ 1, carry not one of the two.
    """

    reset_becomes, depth, cost = "exact", "K products", "KT²"
    streams, any_length = False, True

    def __init__(
        self,
        tau: float = 2.0,
        rounds: int = 3,
        carry: str = "spikes",
        v_threshold: float = 1.0,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.tau = arguments.real("tau", tau, low=1.0)
        self.rounds = arguments.integer("rounds", rounds, low=1)
        self.carry = arguments.choice("carry", carry, CARRIES)
        self.v_threshold = arguments.real("v_threshold", v_threshold)

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]` of the last round."""
        weight = reset_free_weight(len(x), self.tau, decay_input=False, dtype=x.dtype, device=x.device)
        inputs = x.flatten(1)
        h = weight @ inputs  # round 1: no reset
        for number in range(self.rounds - 1):
            s = self.fire(h)
            if self.carry == "sigmoid":
                s = torch.sigmoid(FIRST_SLOPE * 3**number * (h - self.v_threshold))
            h = weight @ (inputs - self.v_threshold * s) + self.v_threshold * s  # Λ X − V_th·(Λ − I) S
        return h.view(x.shape)

    def fire(self, h: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − V_th)."""
        return self.surrogate(h - self.v_threshold)

    def exact(self) -> LIF:
        """The LIF with a soft reset that the rounds approximate."""
        return LIF(self.tau, decay_input=False, v_threshold=self.v_threshold, reset="soft", surrogate=self.surrogate)

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """H of the exact LIF, one step after the other. A call comes near to it, and is equal with T rounds."""
        run = self.exact()._run(x)  # `record` would also look for NaN
        return run.h, run.v[-1:]

    def error(self, x: torch.Tensor) -> float:
        """The share of entries of S `[T, N, …]` in which a call differs from the exact LIF.

        Raises as a call does, and ValueError for an x without neurons or without numbers (on the meta device).
        """
        self._check_input(x)
        arguments.with_values("x", x)
        if x.numel() == 0:
            raise ValueError(f"x must have at least one neuron, got shape {list(x.shape)}")
        return float((self(x) != self.serial(x)).double().mean())

    def _why_not_step(self) -> str:
        return "its rounds go over a whole sequence. `exact()` gives the LIF that it approximates, which can"

    def _settings(self) -> str:
        return f"tau={self.tau}, rounds={self.rounds}, carry={self.carry!r}, v_threshold={self.v_threshold}"
