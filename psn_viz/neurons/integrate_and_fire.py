"""Integrate-and-fire neurons that charge, fire and reset: each step needs the one before."""

from __future__ import annotations

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.base import Neuron, Record, State
from psn_viz.neurons.fast.membrane_loop import loop_spikes
from psn_viz.neurons.surrogate import ATan

RESETS = ("hard", "soft", "none")
LOOPS = ("readable", "fused")


class IF(Neuron):
    """Integrate-and-fire neuron (Fang et al. 2023).

    charge  H[t] = V[t−1] + X[t]
    fire    S[t] = Θ(H[t] − V_th)
    reset   hard: V[t] = H[t]·(1 − S[t]) + V_reset·S[t];  soft: V[t] = H[t] − V_th·S[t];  none: V[t] = H[t]

    V starts at `v_reset`. With `detach_reset` the gradient does not flow through the S of the reset.
    Input and spikes are `[T, N, …]` in any floating dtype, on any device; there are no parameters.

    `backend` says how a call on a whole sequence is computed: "readable", by the loop as it stands; "fused", by the
    same loop with its gradient by hand (`psn_viz/neurons/fast/membrane_loop.py`), which trains faster. The fused
    form raises ValueError, with the reason, where it cannot serve: under torch.autocast, a compiler or a transform of
    torch.func, with another surrogate than ATan or with a `charge`, `fire` or `after_reset` of its own. `record`,
    `step` and `chunk` are always readable.

    Raises TypeError or ValueError for arguments out of range, naming them.
    """

    # Also that of neurons pickled by versions without a backend.
    backend = "readable"

    def __init__(
        self,
        v_threshold: float = 1.0,
        v_reset: float = 0.0,
        reset: str = "hard",
        detach_reset: bool = False,
        surrogate=ATan(),  # noqa: B008 (frozen, so safe to share)
        backend: str = "readable",
    ) -> None:
        super().__init__(surrogate)
        self.backend = arguments.choice("backend", backend, LOOPS)
        self.v_threshold = arguments.real("v_threshold", v_threshold)
        self.v_reset = arguments.real("v_reset", v_reset)
        self.reset = arguments.choice("reset", reset, RESETS)
        self.detach_reset = arguments.flag("detach_reset", detach_reset)

    def charge(self, v: torch.Tensor | float, x_t: torch.Tensor) -> torch.Tensor:
        """H[t] from V[t−1] and X[t], each `[N, …]`."""
        return v + x_t

    def fire(self, h: torch.Tensor) -> torch.Tensor:
        """S[t] = Θ(H[t] − V_th), `[N, …]`."""
        return self.surrogate(h - self.v_threshold)

    def after_reset(self, h: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
        """V[t] from H[t] and S[t], each `[N, …]`."""
        if self.reset == "none":
            return h
        if self.detach_reset:
            s = s.detach()
        if self.reset == "hard":
            return h * (1 - s) + self.v_reset * s
        return h - self.v_threshold * s

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes `[T, N, …]`, 0 or 1, from an input `[T, N, …]`: see `Neuron.forward` for errors and NaN."""
        if self.backend == "fused":
            return loop_spikes(self, x)
        arguments.sequence(x)
        v, spikes = self._rest(x), []
        for x_t in x.unbind():  # step t needs the V of step t − 1
            h = self.charge(v, x_t)
            s = self.fire(h)
            v = self.after_reset(h, s)
            spikes.append(s)
        return torch.stack(spikes)

    def _charge_slopes(self) -> tuple[float, float]:
        """∂H[t]/∂V[t−1] and ∂H[t]/∂X[t]."""
        return 1.0, 1.0

    def _rest(self, x: torch.Tensor) -> torch.Tensor:
        return torch.full_like(x[0], self.v_reset)

    def _charge_fire_reset(
        self, v: torch.Tensor, x_t: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        h = self.charge(v, x_t)
        s = self.fire(h)
        return h, s, self.after_reset(h, s)

    def _run(self, x: torch.Tensor) -> Record:
        arguments.sequence(x)
        v, run = self._rest(x), []
        for x_t in x.unbind():
            run.append(self._charge_fire_reset(v, x_t))
            v = run[-1][-1]
        return Record(x, *map(torch.stack, zip(*run, strict=True)))

    def _continue(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        v, spikes = self._rest(x) if state.memory is None else state.memory, []
        for x_t in x.unbind():
            _, s, v = self._charge_fire_reset(v, x_t)
            spikes.append(s)
        return torch.stack(spikes), v

    def _dynamics(self) -> str:
        return f"v_threshold={self.v_threshold}, v_reset={self.v_reset}, reset={self.reset!r}"

    def _identity(self) -> str:
        return f"{type(self).__name__}({self._dynamics()})"

    def extra_repr(self) -> str:
        fused = ", backend='fused'" if self.backend == "fused" else ""
        return f"{self._dynamics()}, detach_reset={self.detach_reset}, surrogate={self.surrogate}{fused}"


class LIF(IF):
    """Leaky integrate-and-fire neuron (Fang et al. 2023): IF with another charge.

    charge  H[t] = V[t−1] + (X[t] − (V[t−1] − V_reset))/τ            with `decay_input`
            H[t] = V[t−1] − (V[t−1] − V_reset)/τ + X[t]              without: the β-form, β = 1 − 1/τ

    τ ≥ 1 is the membrane time constant in time-steps; τ = 1 has no memory. All else as in `IF`.
    """

    def __init__(
        self,
        tau: float = 2.0,
        decay_input: bool = True,
        v_threshold: float = 1.0,
        v_reset: float = 0.0,
        reset: str = "hard",
        detach_reset: bool = False,
        surrogate=ATan(),  # noqa: B008 (frozen, so safe to share)
        backend: str = "readable",
    ) -> None:
        super().__init__(v_threshold, v_reset, reset, detach_reset, surrogate, backend)
        self.tau = arguments.real("tau", tau, low=1.0)
        self.decay_input = arguments.flag("decay_input", decay_input)

    def charge(self, v: torch.Tensor | float, x_t: torch.Tensor) -> torch.Tensor:
        """H[t] from V[t−1] and X[t], each `[N, …]`."""
        if self.decay_input:
            return v + (x_t - (v - self.v_reset)) / self.tau
        return v - (v - self.v_reset) / self.tau + x_t

    def _charge_slopes(self) -> tuple[float, float]:
        return 1 - 1 / self.tau, 1 / self.tau if self.decay_input else 1.0

    def _dynamics(self) -> str:
        return f"tau={self.tau}, decay_input={self.decay_input}, {super()._dynamics()}"
