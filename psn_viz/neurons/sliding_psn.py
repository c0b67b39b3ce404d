"""The sliding PSN: one short kernel, shared by all time-steps, for sequences of any length."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad

from psn_viz.neurons import arguments
from psn_viz.neurons.base import ParallelNeuron, State, product_over_time, queue_after
from psn_viz.neurons.fast.band import SlidingWeight
from psn_viz.neurons.surrogate import ATan

INITIALISATIONS = ("exponential", "uniform")


class SlidingPSN(ParallelNeuron):
    """Sliding Parallel Spiking Neuron of order k (Fang et al. 2023).

    charge  H[t] = Σ_{i=0}^{k−1} W_i·X[t−k+1+i],  X[j] = 0 for j < 0;  W_{k−1} meets the newest input
    fire    S[t] = Θ(H[t] − V_th)

    `weight` is `[k]` and `threshold` a scalar, both learnable, so that T may change from call to call.
    `init`: "exponential" W_i = 2^(i−k+1), that is (…, 1/4, 1/2, 1), or "uniform" U(−1/√k, 1/√k); V_th starts
    at 1. Input and spikes are `[T, N, …]` with the dtype and device of the parameters.

    Raises TypeError or ValueError when k is not an integer ≥ 1 or init not one of the two.
    """

    def __init__(self, k: int, init: str = "exponential", surrogate=ATan()) -> None:  # noqa: B008
        super().__init__(surrogate)
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

    def dense_weight(self, T: int) -> torch.Tensor:
        """The banded Toeplitz matrix `[T, T]` that multiplies X: row t holds W_{k−1} on the diagonal, W_0 at t−k+1.

        Raises TypeError or ValueError when T is not an integer ≥ 1.
        """
        return self._toeplitz(arguments.integer("T", T, low=1))

    def _toeplitz(self, T: int) -> torch.Tensor:
        return SlidingWeight(self.k).matrix(self.weight, T)

    def _weight(self) -> SlidingWeight:
        return SlidingWeight(self.k)

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H = W X with the banded Toeplitz W, `[T, N, …]`."""
        if arguments.is_compiling() or torch.jit.is_tracing():
            return self._charge_for_any_length(x)
        return product_over_time(self._toeplitz(len(x)), x)

    def _charge_for_any_length(self, x: torch.Tensor) -> torch.Tensor:
        """The same H, summed as in the equation above.

        For compilers and tracers: nothing here depends on T but the sizes of tensors, so that one program serves all
        T. `unfold` would say it in one line, but its translation to ONNX gives other numbers.
        """
        T, before = x.shape[0], pad(x.flatten(1), (0, 0, self.k - 1, 0))
        h = self.weight[0] * before[:T]
        for i in range(1, self.k):
            h = h + self.weight[i] * before[i : i + T]
        return h.unflatten(1, x.shape[1:])

    def _continue(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        window = x if state.memory is None else torch.cat((state.memory, x))
        h = product_over_time(self._toeplitz(len(window))[-len(x) :], window)
        spikes = self.fire(h, self.threshold).to(x.dtype)
        return spikes, queue_after(window, self.k)

    def _identity(self) -> str:
        return f"SlidingPSN(k={self.k})"

    def extra_repr(self) -> str:
        return f"k={self.k}, init={self.init!r}, surrogate={self.surrogate}"
