"""The sliding PSN: one short kernel, shared by all time-steps, for sequences of any length."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn.functional import pad

from psn_viz.neurons import arguments, fast
from psn_viz.neurons.base import ParallelNeuron, State, queue_after
from psn_viz.neurons.fast.band import SlidingBand, Weight
from psn_viz.neurons.surrogate import ATan

INITIALISATIONS = ("exponential", "uniform")


class SlidingPSN(ParallelNeuron):
    """Sliding Parallel Spiking Neuron of order k (Fang et al. 2023).

    charge  H[t] = Σ_{s=0}^{k−1} W_s·X[t−k+1+s],  X[i] = 0 for i < 0;  W_{k−1} meets the newest input
    fire    S[t] = Θ(H[t] − V_th)

    `weight` is `[k]` and `threshold` a scalar, both learnable, so that T may change from call to call.
    `init`: "exponential" W_s = 2^(s−k+1), that is (…, 1/4, 1/2, 1), or "uniform" U(−1/√k, 1/√k); V_th starts
    at 1. Input and spikes are `[T, N, …]` with the dtype and device of the parameters. `backend`: see
    `ParallelNeuron`.

    Raises TypeError or ValueError when k is not an integer ≥ 1, init not one of the two or backend not "auto",
    "readable" or "fused".
    """

    def __init__(
        self,
        k: int,
        init: str = "exponential",
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
        *,
        backend: str = "auto",
    ) -> None:
        super().__init__(surrogate, backend)
        self.k = arguments.integer("k", k, low=1)
        self.init = arguments.choice("init", init, INITIALISATIONS)
        self.weight = nn.Parameter(torch.empty(self.k))
        self.threshold = nn.Parameter(torch.empty(()))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Kernel and V_th as at the start, for parameters that hold nothing yet, such as those of `to_empty`."""
        with torch.no_grad():
            if self.init == "exponential":
                # On the CPU, as not every device has float64.
                self.weight.copy_(2.0 ** torch.arange(1 - self.k, 1, dtype=torch.float64, device="cpu"))
            else:
                self.weight.uniform_(-(self.k**-0.5), self.k**-0.5)
            self.threshold.fill_(1.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes `[T, N, …]`, 0 or 1, from an input `[T, N, …]`: see `Neuron.forward` for errors and NaN."""
        self._check_input(x)
        if fast.serves(self, x):  # the same spikes and gradients in less time; not needed to understand the neuron
            return fast.spikes(self, x)
        h = self.charge(x)
        return self.fire(h, self.threshold).to(x.dtype)  # under autocast, H is of another dtype

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H[t] = Σ_{s=0}^{k−1} W_s·X[t−k+1+s] for all t, `[T, N, …]`: one product with the banded W."""
        if arguments.is_compiling() or torch.jit.is_tracing():
            return self._sum_over_kernel(x)
        return (self.dense_weight(len(x)) @ x.flatten(1)).view(x.shape)

    def dense_weight(self, T: int) -> torch.Tensor:
        """The banded Toeplitz matrix `[T, T]` that multiplies X: row t holds W_{k−1} on the diagonal, W_0 at t−k+1.

        Raises TypeError or ValueError when T is not an integer ≥ 1.
        """
        T = arguments.integer("T", T, low=1)
        # W_0 … W_{k−1} between zeros, read through a window of T numbers that moves one to the left with each row.
        between_zeros = pad(self.weight, (T, T - 1))[self.k :]
        return between_zeros.unfold(0, T, 1).flip(0)

    def _sum_over_kernel(self, x: torch.Tensor) -> torch.Tensor:
        """The same H, summed term by term: k operations in place of one.

        For compilers and tracers: nothing here depends on T but the sizes of tensors, so that one program serves all
        T. `unfold` would say it in one line, but its translation to ONNX gives other numbers.
        """
        T, before = x.shape[0], pad(x.flatten(1), (0, 0, self.k - 1, 0))  # k − 1 zeros before the first input
        h = self.weight[0] * before[:T]
        for i in range(1, self.k):
            h = h + self.weight[i] * before[i : i + T]
        return h.view(x.shape)

    def fire(self, h: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − V_th), with one V_th for all time-steps and neurons."""
        return self.surrogate(h - threshold)

    def _fused_weight(self) -> Weight:
        return SlidingBand(self.k)

    def _continue(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        window = x if state.memory is None else torch.cat((state.memory, x))
        # Of the window, the last rows: those of the new inputs.
        h = (self.dense_weight(len(window))[-len(x) :] @ window.flatten(1)).view(x.shape)
        spikes = self.fire(h, self.threshold).to(x.dtype)
        return spikes, queue_after(window, self.k)

    def _identity(self) -> str:
        return f"SlidingPSN(k={self.k})"

    def extra_repr(self) -> str:
        return f"k={self.k}, init={self.init!r}, surrogate={self.surrogate}{self._backend_repr()}"
