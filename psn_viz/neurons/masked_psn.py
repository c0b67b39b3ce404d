"""The masked PSN: a PSN that learns to do without the future and the distant past."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments, fast
from psn_viz.neurons.base import State, queue_after
from psn_viz.neurons.fast.band import MaskedBand, MaskedWeight, Weight
from psn_viz.neurons.psn import PSN
from psn_viz.neurons.surrogate import ATan


class MaskedPSN(PSN):
    """Masked Parallel Spiking Neuron of order k (Fang et al. 2023).

    mask    M_k[t, i] = 1 for i ≤ t ≤ i + k − 1, else 0;   M_k(λ) = λ·M_k + (1 − λ)·J, J all ones
    charge  H = (W ⊙ M_k(λ)) X
    fire    S = Θ(H − B), and all else, as in `PSN`

    λ = 0 is a dense PSN and λ = 1 sees the last k inputs only; training moves it from 0 to 1. `lambda_` is a
    Python number, so that no forward waits for the device; assign to it, and `state_dict` carries it. A `state_dict`
    without one, that of a `PSN`, leaves λ as it is. With λ = 1 the neuron also runs step by step. Parameters, shapes
    and initialisation as in `PSN`.

    What averages the numbers of a network, such as torch.optim.swa_utils.AveragedModel, copies λ once and then
    never again: `set_lambda(averaged, λ)` before such a copy is evaluated.

    Raises TypeError or ValueError when T, k (1 to T) or lambda_ (0 to 1) is out of range, and for a backend as `PSN`.
    """

    def __init__(
        self,
        T: int,
        k: int,
        lambda_: float = 0.0,
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
        *,
        backend: str = "auto",
    ) -> None:
        super().__init__(T, surrogate, backend=backend)
        self.k = arguments.integer("k", k, low=1, high=self.T, why="k = T already lets every past input through")
        self.lambda_ = lambda_

    @property
    def mask(self) -> torch.Tensor:
        """M_k `[T, T]`, with the dtype and device of `weight`.

        Made of k each time and never stored: nothing that builds, moves or loads a module can leave another one.
        """
        return torch.ones_like(self.weight).tril().triu(1 - self.k)  # i ≤ t, and t ≤ i + k − 1

    @property
    def lambda_(self) -> float:
        """λ, a Python float from 0 (dense) to 1 (masked)."""
        return self._lambda

    @lambda_.setter
    def lambda_(self, value: float) -> None:
        self._lambda = arguments.real("lambda_", value, 0.0, 1.0)

    def masked_weight(self) -> torch.Tensor:
        """W ⊙ M_k(λ), the `[T, T]` matrix that multiplies X."""
        return self.weight * (self.lambda_ * self.mask + (1 - self.lambda_))

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H = (W ⊙ M_k(λ)) X, `[T, N, …]`."""
        return (self.masked_weight() @ x.flatten(1)).view(x.shape)

    def _fused_weight(self) -> Weight:
        return MaskedBand(self.k) if self.lambda_ == 1 else MaskedWeight(self.k, self.lambda_)

    def _can_step(self) -> None:
        if self.lambda_ < 1:
            raise ValueError(
                f"MaskedPSN runs step by step only with lambda_ = 1, but lambda_ = {self.lambda_} still lets "
                "future inputs through; set neuron.lambda_ = 1, or call it on the whole sequence"
            )

    def _check_next(self, name: str, x: torch.Tensor, state: State) -> None:
        super()._check_next(name, x, state)
        if state.t + len(x) > self.T:
            raise ValueError(
                f"{name} must hold at most {self.T - state.t} more time-steps, got {len(x)}: this neuron has "
                f"T = {self.T} and has taken {state.t}; start a new sequence with initial_state()"
            )

    def _continue(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        window = x if state.memory is None else torch.cat((state.memory, x))
        steps = slice(state.t, state.t + len(x))
        weight = self._part_of_weight(steps, slice(steps.stop - len(window), steps.stop))
        h = (weight @ window.flatten(1)).view(x.shape)
        spikes = self.fire(h, self.threshold[steps]).to(x.dtype)
        return spikes, queue_after(window, self.k)

    def _part_of_weight(self, steps: slice, inputs: slice) -> torch.Tensor:
        """The rows of W ⊙ M_k for these steps and its columns for these inputs; λ is 1."""
        if fast.own_equations(self):
            return self.masked_weight()[steps, inputs]
        # The same, without a pass over all T² entries at every step.
        earlier = steps.start - inputs.start
        return self.weight[steps, inputs].tril(earlier).triu(earlier + 1 - self.k)

    def _identity(self) -> str:
        return f"MaskedPSN(T={self.T}, k={self.k})"

    def get_extra_state(self) -> torch.Tensor:
        return torch.tensor(self.lambda_, dtype=torch.float64, device="cpu")

    def set_extra_state(self, state: torch.Tensor) -> None:
        if isinstance(state, torch.Tensor) and state.is_meta:
            raise ValueError(
                "lambda_ in the state dict is on the meta device and has no value; "
                "load the file onto a device that has, for example torch.load(..., map_location='cpu')"
            )
        self.lambda_ = float(state)

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing, unexpected, errors) -> None:
        super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, missing, unexpected, errors)
        # The state of a PSN is W and B; which λ they are used with is this neuron's own affair.
        if prefix + "_extra_state" in missing:
            missing.remove(prefix + "_extra_state")

    def extra_repr(self) -> str:
        settings = f"T={self.T}, k={self.k}, lambda_={self.lambda_}, surrogate={self.surrogate}"
        return settings + self._backend_repr()


def set_lambda(module: nn.Module, lambda_: float) -> None:
    """Set λ of every MaskedPSN in `module`: of a network, or of a copy of it that holds averaged weights.

    Raises TypeError or ValueError, before anything is set, for a λ out of range and where there is no MaskedPSN.
    """
    value = arguments.real("lambda_", lambda_, 0.0, 1.0)
    if not isinstance(module, nn.Module):
        raise TypeError(f"module must be a torch.nn.Module with a MaskedPSN in it, got {type(module).__name__}")
    masked = [part for part in module.modules() if isinstance(part, MaskedPSN)]
    if not masked:
        raise ValueError(f"module must have a MaskedPSN in it, got a {type(module).__name__} with none")
    for neuron in masked:
        neuron.lambda_ = value
