"""The Parallel Spiking Neuron: H = W X, S = Θ(H − B)."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments, fast
from psn_viz.neurons.base import ParallelNeuron
from psn_viz.neurons.fast.band import Weight
from psn_viz.neurons.surrogate import ATan


class PSN(ParallelNeuron):
    """Parallel Spiking Neuron (Fang et al. 2023).

    charge  H = W X,        W = `weight` `[T, T]`, learnable and dense: every step may look at every step
    fire    S = Θ(H − B),   B = `threshold` `[T]`, learnable
    There is no reset.

    W starts from U(−1/√T, 1/√T) (Kaiming uniform, a = √5) and B at 1. Input and spikes are `[T, N, …]` with
    the dtype and device of the parameters; all neurons of the layer share W and B. `backend`: see `ParallelNeuron`.

    Raises TypeError or ValueError when T is not an integer ≥ 1 or backend not "auto", "readable" or "fused".
    """

    def __init__(
        self,
        T: int,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
        *,
        backend: str = "auto",
    ) -> None:
        super().__init__(surrogate, backend)
        self.T = arguments.integer("T", T, low=1)
        self.weight = nn.Parameter(torch.empty(self.T, self.T))
        self.threshold = nn.Parameter(torch.empty(self.T))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """W and B as at the start, for parameters that hold nothing yet, such as those of `to_empty`."""
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        nn.init.ones_(self.threshold)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes `[T, N, …]`, 0 or 1, from an input `[T, N, …]`: see `Neuron.forward` for errors and NaN."""
        self._check_input(x)
        if fast.serves(self, x):  # the same spikes and gradients in less time; not needed to understand the neuron
            return fast.spikes(self, x)
        h = self.charge(x)
        return self.fire(h, self.threshold).to(x.dtype)  # under autocast, H is of another dtype

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H = W X, `[T, N, …]`: every neuron has the same W."""
        return (self.weight @ x.flatten(1)).view(x.shape)

    def fire(self, h: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − B) for H `[t, N, …]` and B `[t]`: every neuron has the same B."""
        return self.surrogate(h - threshold.view(-1, *[1] * (h.dim() - 1)))

    def _fused_weight(self) -> Weight:
        return Weight()

    def _check_input(self, x: torch.Tensor) -> None:
        arguments.sequence(x, T=self.T)
        arguments.fits_parameters(x, self.weight)

    def _can_step(self) -> None:
        raise ValueError(
            "PSN cannot run step by step: its H[0] may depend on X[T−1], so it has to wait for all T inputs. "
            "Call it on the whole sequence, or use MaskedPSN with lambda_ = 1 or SlidingPSN"
        )

    def extra_repr(self) -> str:
        return f"T={self.T}, surrogate={self.surrogate}{self._backend_repr()}"
