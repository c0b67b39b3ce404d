"""A PSN whose W is the product of two thin matrices: fewer parameters, fewer operations, the same look ahead."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.family.later_neuron import LaterNeuron
from psn_viz.neurons.surrogate import ATan


class LowRankPSN(LaterNeuron):
    """PSN with W = L R: r sums over all inputs, and each time-step mixes these r numbers.

    charge  H = L (R X),    L = `left` `[T, r]`, R = `right` `[r, T]`, both learnable
    fire    S = Θ(H − B),   B = `threshold` `[T]`, learnable

    Source: our own algebra, from the definition of the PSN (Fang et al. 2023); no paper was followed. W has rank r at
    most. With r = T every PSN can be written in this way; with r < T/2 it takes fewer operations, 2rT in place of T².
    The start is ours: uniform, with the variance of the entries of W that a PSN starts from; B at 1.
    The reset is removed, as in the PSN. Every step may look at every step, so nothing can be given before the last
    input; but while the inputs come in, r sums are all that has to be kept.

    Input and spikes are `[T, N, …]` with the dtype and device of the parameters.
    Raises TypeError or ValueError when T is not an integer ≥ 1 or rank not one from 1 to T.
    """

    reset_becomes, depth, cost = "removed", "2 products", "2rT"
    streams, any_length = False, False

    def __init__(
        self,
        T: int,
        rank: int,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.T = arguments.integer("T", T, low=1)
        self.rank = arguments.integer("rank", rank, low=1, high=self.T)
        # The sum of r products of two such numbers has the variance 1/(3T) of U(−1/√T, 1/√T).
        bound = (3 / (self.rank * self.T)) ** 0.25
        self.left = nn.Parameter(torch.empty(self.T, self.rank).uniform_(-bound, bound))
        self.right = nn.Parameter(torch.empty(self.rank, self.T).uniform_(-bound, bound))
        self.threshold = nn.Parameter(torch.ones(self.T))

    def dense_weight(self) -> torch.Tensor:
        """W = L R, `[T, T]`."""
        return self.left @ self.right

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H = L (R X), `[T, N, …]`: two thin products; W itself is never made."""
        return (self.left @ (self.right @ x.flatten(1))).view(x.shape)

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The same H: add each input to the r sums as it comes; after the last one, read all H from them."""
        sums = x.new_zeros(self.rank, *x.shape[1:])
        for weights, x_t in zip(self.right.unbind(1), x.unbind(), strict=True):
            sums = sums + weights.view(-1, *[1] * x_t.dim()) * x_t
        h = [(weights.view(-1, *[1] * (x.dim() - 1)) * sums).sum(0) for weights in self.left.unbind()]
        return torch.stack(h), sums

    def fire(self, h: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − B) for H `[T, N, …]` and B `[T]`."""
        return self.surrogate(h - self.threshold.view(-1, *[1] * (h.dim() - 1)))

    def _check_input(self, x: torch.Tensor) -> None:
        arguments.sequence(x, T=self.T)
        self._check_step_input("x", x)

    def _why_not_step(self) -> str:
        return (
            "its H[0] may depend on X[T−1], so it has to wait for all T inputs. Call it on the whole sequence, or "
            "use MaskedPSN with lambda_ = 1 or SlidingPSN"
        )

    def _settings(self) -> str:
        return f"T={self.T}, rank={self.rank}"
