"""A sliding PSN without multiplications: every weight is a power of two, so that a product is a shift of bits."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.family.later_neuron import LaterNeuron, check_channels, to_channels
from psn_viz.neurons.surrogate import ATan


class PowerOfTwoPSN(LaterNeuron):
    """Multiplication-free channel-wise PSN (Xue et al., NeurIPS 2025, arXiv 2501.14490).

    quantise  Ŵ = sign(W)·2^round(log₂|W|);  backward as if Ŵ were W (straight-through, for the whole of it)
    charge    H[t] = Σ_{s=0}^{k−1} Ŵ_s·X[t−(k−1−s)·d],  X[i] = 0 for i < 0
    fire      S[t] = Θ(H[t] − V_th)

    `weight` is `[k]` and `threshold` a scalar, shared by all neurons; with `channels` = C they are `[C, k]` and
    `[C]`, for an input `[T, N, C, …]`, as in the paper. `dilation` d is the distance in time between two weights:
    with d > 1 the same k reaches further back. (The paper lets d change from layer to layer.)

    The reset is removed, as in the PSN. Source: sections 4.1 and 4.2 of the paper, read in a copy whose formulas were
    missing and whose words state the sliding PSN, the dilation, the quantiser and its gradient; the authors' code
    was not to be had. Ours: the order of the weights (W_{k−1} meets the newest input), the start, which is the
    "exponential" one of SlidingPSN (its weights are powers of two), and products as products: torch has no shift of
    floats, and times a power of two is exact.

    Input and spikes are `[T, N, …]` with the dtype and device of the parameters.
    Raises TypeError or ValueError when k, dilation or channels is not an integer ≥ 1.
    """

    reset_becomes, depth, cost = "removed", "1 sum of k terms", "kT shifts and additions"
    streams, any_length = True, True

    def __init__(
        self,
        k: int,
        dilation: int = 1,
        channels: int | None = None,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.k = arguments.integer("k", k, low=1)
        self.dilation = arguments.integer("dilation", dilation, low=1)
        self.channels = None if channels is None else arguments.integer("channels", channels, low=1)
        sizes = () if self.channels is None else (self.channels,)
        powers = 2.0 ** torch.arange(1 - self.k, 1, dtype=torch.float32)
        self.weight = nn.Parameter(powers.expand(*sizes, self.k).clone())
        self.threshold = nn.Parameter(torch.ones(sizes))

    def quantised(self) -> torch.Tensor:
        """Ŵ of the shape of `weight`: the power of two whose logarithm is nearest, with the sign of W; 0 for 0."""
        power = torch.sign(self.weight) * 2.0 ** torch.log2(self.weight.abs()).round()
        # Its value is that of `power`, for what is added is 0; its derivative is that of W.
        return power.detach() + (self.weight - self.weight.detach())

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]`: k shifted copies of X, all time-steps at once."""
        return self._sum(torch.cat((x.new_zeros(self._reach(), *x.shape[1:]), x)), len(x))

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The same H, one step after the other, from a queue of the last (k − 1)·d inputs."""
        queue, h = x.new_zeros(self._reach(), *x.shape[1:]) if memory is None else memory, []
        for x_t in x.unbind():
            window = torch.cat((queue, x_t[None]))
            h.append(self._sum(window, 1)[0])
            queue = window[1:]
        return torch.stack(h), queue.clone()

    def fire(self, h: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − V_th), with one V_th for all, or one for each channel."""
        return self.surrogate(h - (self.threshold if self.channels is None else to_channels(self.threshold, h)))

    def _sum(self, inputs: torch.Tensor, T: int) -> torch.Tensor:
        """H of the last T of these inputs, which the (k − 1)·d before them precede."""
        h = inputs.new_zeros(())
        for s, weight in enumerate(self.quantised().unbind(-1)):
            weight = weight if self.channels is None else to_channels(weight, inputs)
            h = h + weight * inputs[s * self.dilation : s * self.dilation + T]
        return h

    def _reach(self) -> int:
        return (self.k - 1) * self.dilation

    def _check_step_input(self, name: str, x: torch.Tensor) -> None:
        super()._check_step_input(name, x)
        check_channels(name, x, self.channels)

    def _settings(self) -> str:
        return f"k={self.k}, dilation={self.dilation}, channels={self.channels}"
