"""What the later parallel neurons share: H at once, the same H step by step, and what is known about each as data."""

from __future__ import annotations

from typing import ClassVar

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.base import Neuron, Record, State

# What becomes of the reset: taken away; replaced by its expected value, by something learned or by another mechanism
# that bounds H; or kept, by an approximation that becomes exact.
RESETS_BECOME = ("removed", "expected", "learned", "replaced", "exact")


class LaterNeuron(Neuron):
    """A neuron that came after the PSN, on the same interface: input `[T, N, …]`, spikes of that shape and dtype.

    Each gives its charge H in two ways, whose spikes and gradients the tests compare:

    charge(x)   all time-steps at once. This is what a call runs
    loop(x)     one time-step after the other. `serial(x)` gives its spikes

    As plain data, for the map of the field: `reset_becomes`, one of RESETS_BECOME; `depth`, how many operations have
    to wait for each other; `cost`, multiply-adds per neuron for T time-steps; `streams`, whether spikes can be given
    while the input comes in (`step` and `chunk` then work); `any_length`, whether T may change from call to call.

    A neuron with parameters wants x on their device and in their dtype.
    """

    reset_becomes: ClassVar[str]
    depth: ClassVar[str]
    cost: ClassVar[str]
    streams: ClassVar[bool]
    any_length: ClassVar[bool]
    threshold: torch.Tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes `[T, N, …]`, 0 or 1, from an input `[T, N, …]`: see `Neuron.forward` for errors and NaN."""
        self._check_input(x)
        return self.fire(self.charge(x)).to(x.dtype)  # under autocast H may have another

    def serial(self, x: torch.Tensor) -> torch.Tensor:
        """The spikes of a call, `[T, N, …]`, by the loop over time."""
        self._check_input(x)
        return self.fire(self.loop(x)[0]).to(x.dtype)

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]`, all time-steps at once."""
        raise NotImplementedError

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """H `[t, N, …]` of the next t steps, one after the other, and the memory `[m, N, …]` for those to come.

        memory: what the loop over the steps before has given; None at the start of a sequence.
        """
        raise NotImplementedError

    def fire(self, h: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − B)."""
        return self.surrogate(h - self.threshold)

    def _run(self, x: torch.Tensor) -> Record:
        self._check_input(x)
        h = self.charge(x)
        return Record(x, h, self.fire(h).to(x.dtype), v=h)

    def record(self, x: torch.Tensor) -> Record:
        """The whole run on `[T, N, …]`: `.x .h .s .v`, v = h; spikes as in a plain call.

        Raises ValueError where x, H or a threshold is NaN, naming the quantity, and the first time-step of x or H.
        """
        run = super().record(x)
        if isinstance(getattr(self, "threshold", None), torch.Tensor) and bool(self.threshold.isnan().any()):
            raise ValueError("threshold is NaN: it would silently give no spike")
        return run

    def _continue(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        h, memory = self.loop(x, state.memory)
        return self._fire_next(h, state.t).to(x.dtype), memory.to(x.dtype)

    def _fire_next(self, h: torch.Tensor, first: int) -> torch.Tensor:
        """S for H `[t, N, …]` of the steps from `first` on."""
        return self.fire(h)

    def _can_step(self) -> None:
        if not self.streams:
            raise ValueError(f"{type(self).__name__} cannot run step by step: {self._why_not_step()}")

    def _why_not_step(self) -> str:
        raise NotImplementedError

    def _identity(self) -> str:
        return f"{type(self).__name__}({self._settings()})"

    def _settings(self) -> str:
        """The arguments that tell one such neuron from another, as they were given."""
        return ""

    def _check_input(self, x: torch.Tensor) -> None:
        arguments.sequence(x)
        self._check_step_input("x", x)

    def _check_next(self, name: str, x: torch.Tensor, state: State) -> None:
        super()._check_next(name, x, state)
        self._check_step_input(name, x)

    def _check_step_input(self, name: str, x: torch.Tensor) -> None:
        """Check what holds for the input of a step as for that of a sequence."""
        for parameter in self.parameters():
            arguments.fits_parameters(x, parameter, name)
            return

    def extra_repr(self) -> str:
        settings = self._settings()
        return f"{settings}{', ' if settings else ''}surrogate={self.surrogate}"


def convolve(x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """Σ_{i ≤ t} kernel[t−i]·x[i] for every t, by the fast Fourier transform: log T operations after each other.

    kernel: `[T]`, or `[T, …]` with 1 where x has other dimensions. float16 and bfloat16 are computed in float32.
    """
    if x.numel() == 0:  # which the transform refuses
        return x.clone()
    T, dtype = len(x), torch.promote_types(x.dtype, torch.float32)
    kernel = kernel.to(dtype).reshape(T, *(kernel.shape[1:] or [1] * (x.dim() - 1)))
    # The transform is periodic: T zeros behind keep the end from leaking into the start.
    product = torch.fft.rfft(x.to(dtype), n=2 * T, dim=0) * torch.fft.rfft(kernel, n=2 * T, dim=0)
    return torch.fft.irfft(product, n=2 * T, dim=0)[:T].to(x.dtype)


def check_channels(name: str, x: torch.Tensor, channels: int | None) -> None:
    """Check that an input of one time-step or of several has so many channels in dimension 2 of `[T, N, C, …]`.

    Raises ValueError with the shape that came. Where `channels` is None all neurons share their parameters.
    """
    if channels is not None and (x.dim() < 3 or x.shape[2] != channels):
        raise ValueError(
            f"{name} must be [T, N, C, …] with C = {channels} channels, as this neuron was made for them, "
            f"got shape {list(x.shape)}"
        )


def to_channels(parameter: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """A parameter `[]` or `[C]` (or `[T, C]`, `[T]` with a time before it) shaped so that it meets x `[T, N, C, …]`.

    The time, if there is one, stays in front.
    """
    return parameter.reshape(*parameter.shape[:-1], 1, -1, *[1] * (x.dim() - 3))
