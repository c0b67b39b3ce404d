"""The Parallel Spiking Neuron: H = W X, S = Θ(H − B)."""

from __future__ import annotations

import math

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.base import ParallelNeuron, product_over_time
from psn_viz.neurons.fast.band import Weight
from psn_viz.neurons.surrogate import ATan


class PSN(ParallelNeuron):
    """Parallel Spiking Neuron (Fang et al. 2023).

    charge  H = W X,        W = `weight` `[T, T]`, learnable and dense: every step may look at every step
    fire    S = Θ(H − B),   B = `threshold` `[T]`, learnable
    There is no reset.

    W starts from U(−1/√T, 1/√T) (Kaiming uniform, a = √5) and B at 1. Input and spikes are `[T, N, …]` with
    the dtype and device of the parameters; all neurons of the layer share W and B.

    Raises TypeError or ValueError when T is not an integer ≥ 1.
    """

    def __init__(self, T: int, surrogate=ATan()) -> None:  # noqa: B008 (frozen, so safe to share)
        super().__init__(surrogate)
        self.T = arguments.integer("T", T, low=1)
        self.weight = nn.Parameter(torch.empty(self.T, self.T))
        self.threshold = nn.Parameter(torch.empty(self.T))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """W and B as at the start, for parameters that hold nothing yet, such as those of `to_empty`."""
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        nn.init.ones_(self.threshold)

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H = W X, `[T, N, …]`."""
        return product_over_time(self.weight, x)

    def _weight(self) -> Weight:
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
        return f"T={self.T}, surrogate={self.surrogate}"
