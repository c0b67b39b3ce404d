"""A reset by what is to be expected: a guess of the spikes, made without a reset, is subtracted."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.base import State
from psn_viz.neurons.family.later_neuron import LaterNeuron
from psn_viz.neurons.reset_free import reset_free_weight
from psn_viz.neurons.surrogate import ATan

LEARNS = ("nothing", "input", "reset", "both")


class PSU(LaterNeuron):
    """Parallel spiking unit (Li et al., IJCNN 2024, arXiv 2402.00449).

    expect  P = σ(A X),          A = `weight` `[T, T]`, lower triangular: the leak
    charge  H = A X − R P,       R = `reset_weight` `[T, T]`, lower triangular without its diagonal
    fire    S = Θ(H − B),        B = `threshold` `[T]`

    A soft reset subtracts R S, where S has to be known; the expected P stands for it here, so two products do. A and
    R start as those of an LIF: A[t, i] = β^(t−i)/τ, R[t, i] = β^(t−i) for i < t, β = 1 − 1/τ; B starts at 1 and is
    learned. learn: which of A and R are learned: "nothing", "input" (A), "reset" (R) or "both".

    The reset is replaced by its expected value.
    Source: the paper's equation as notes on it state it: ours have V = A x + A_r σ(A x), those of others
    V = A I − B S′ with S′ = σ(A I). Neither the whole paper nor its code was to be had. It has three kinds, PSU, IPSU
    ("input-aware") and RPSU ("reset-aware"); which matrices each of them learns is not established, so ours is told
    by `learn`. Ours, too, are the start and a threshold for each step.

    Input and spikes are `[T, N, …]` with the dtype and device of the parameters.
    Raises TypeError or ValueError when T is not an integer ≥ 1, tau not a number ≥ 1, learn not one of the four.
    """

    reset_becomes, depth, cost = "expected", "2 products", "T²"
    streams, any_length = True, False

    def __init__(
        self,
        T: int,
        tau: float = 2.0,
        learn: str = "both",
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.T = arguments.integer("T", T, low=1)
        self.tau = arguments.real("tau", tau, low=1.0)
        self.learn = arguments.choice("learn", learn, LEARNS)
        leak, powers = (
            reset_free_weight(self.T, self.tau, decay_input).to(torch.get_default_dtype())
            for decay_input in (True, False)
        )
        self.weight = nn.Parameter(leak, requires_grad=self.learn in ("input", "both"))
        self.reset_weight = nn.Parameter(powers.tril(-1), requires_grad=self.learn in ("reset", "both"))
        self.threshold = nn.Parameter(torch.ones(self.T))

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]`: two products."""
        u = self.weight.tril() @ x.flatten(1)
        return (u - self.reset_weight.tril(-1) @ torch.sigmoid(u)).view(x.shape)

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The same H, one step after the other; kept are all X and P so far, the two in turn."""
        known = [] if memory is None else list(memory.unbind())
        h = []
        for x_t in x.unbind():
            t = len(known) // 2
            inputs, expected = torch.stack([*known[::2], x_t]), known[1::2]
            u = (_over_time(self.weight[t, : t + 1], inputs) * inputs).sum(0)
            weights = _over_time(self.reset_weight[t, :t], x)
            h.append(u - (weights * torch.stack(expected)).sum(0) if expected else u)
            known += [x_t, torch.sigmoid(u)]
        return torch.stack(h), torch.stack(known)

    def fire(self, h: torch.Tensor, first: int = 0) -> torch.Tensor:
        """S = Θ(H − B) for H `[t, N, …]` of the steps from `first` on."""
        return self.surrogate(h - _over_time(self.threshold[first : first + len(h)], h))

    def _fire_next(self, h: torch.Tensor, first: int) -> torch.Tensor:
        return self.fire(h, first)

    def _check_input(self, x: torch.Tensor) -> None:
        arguments.sequence(x, T=self.T)
        self._check_step_input("x", x)

    def _check_next(self, name: str, x: torch.Tensor, state: State) -> None:
        super()._check_next(name, x, state)
        if state.t + len(x) > self.T:
            raise ValueError(
                f"{name} must hold at most {self.T - state.t} more time-steps, got {len(x)}: this neuron has "
                f"T = {self.T} and has taken {state.t}; start a new sequence with initial_state()"
            )

    def _settings(self) -> str:
        return f"T={self.T}, tau={self.tau}, learn={self.learn!r}"


def _over_time(weights: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Weights `[t]` shaped so that they meet an input `[t, N, …]`."""
    return weights.view(-1, *[1] * (x.dim() - 1))
