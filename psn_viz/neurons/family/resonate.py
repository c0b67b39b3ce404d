"""Resonate and fire without a reset: a membrane that swings, so that it prefers inputs of its own rhythm."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from psn_viz.neurons import arguments
from psn_viz.neurons.family.later_neuron import LaterNeuron, check_channels, convolve, to_channels
from psn_viz.neurons.surrogate import ATan


class PRF(LaterNeuron):
    """Parallel resonate-and-fire neuron (Huang et al., arXiv 2410.03530).

    charge  U[t] = e^(Δ·(−1/τ + iθ))·U[t−1] + Δ·X[t],   U complex;   H = Re U
    fire    S[t] = Θ(H[t] − V_th)

    Each step turns U by the angle Δθ and shrinks it by e^(−Δ/τ). X is real, so Re U is X convolved with the one real
    kernel Δ·e^(−Δt/τ)·cos(Δθt). `log_step` (log Δ) and `log_frequency` (log θ) are learned, and V_th = `threshold`,
    which starts at 1; τ is fixed. They are scalars, or `[C]` with `channels` = C for an input `[T, N, C, …]`: one
    rhythm for each channel. Δ starts log-uniform between the two numbers of `step`, θ uniform between 0 and 2π.

    The reset is decoupled from the spike: in the paper it becomes the turning, which needs no spike to be known.
    Here this counts as "replaced".
    Source: a published copy of the authors' class `ParallelResonateFire` (SpikingJelly style, 5,272 characters; which
    repository it stands in was not established), and the abstract. Theirs starts Δ between 0.001 and 0.1, for
    sequences of thousands of steps; at T = 9 such a Δ hardly lets a neuron charge, so ours is told by `step`. Their
    threshold is fixed at 1, and their convolution is one of complex numbers.

    Input and spikes are `[T, N, …]` with the dtype and device of the parameters; any T.
    Raises TypeError or ValueError when tau is not a number > 0, step not two numbers > 0 in order, channels not an
    integer ≥ 1.
    """

    reset_becomes, depth, cost = "replaced", "log T (Fourier transform)", "about T log T"
    streams, any_length = True, True

    def __init__(
        self,
        channels: int | None = None,
        tau: float = 2.0,
        step: tuple[float, float] = (0.1, 1.0),
        surrogate: Callable[[torch.Tensor], torch.Tensor] = ATan(),  # noqa: B008 (frozen, so safe to share)
    ) -> None:
        super().__init__(surrogate)
        self.channels = None if channels is None else arguments.integer("channels", channels, low=1)
        self.tau = arguments.real("tau", tau, above=0.0)
        if not isinstance(step, tuple | list) or len(step) != 2:
            raise TypeError(f"step must be two numbers, the smallest and the largest Δ at the start, got {step!r}")
        low = arguments.real("step[0]", step[0], above=0.0)
        high = arguments.real("step[1]", step[1], low=low)
        self.range = low, high
        sizes = () if self.channels is None else (self.channels,)
        self.log_step = nn.Parameter(math.log(low) + (math.log(high) - math.log(low)) * torch.rand(sizes))
        self.log_frequency = nn.Parameter(torch.log(2 * math.pi * (1 - torch.rand(sizes))))  # never log 0
        self.threshold = nn.Parameter(torch.ones(()))

    def shrink_and_turn(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Δ, the factor e^(−Δ/τ) and the angle Δθ of a time-step, each `[]` or `[C]`."""
        step = self.log_step.exp()
        return step, torch.exp(-step / self.tau), step * self.log_frequency.exp()

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]`: one convolution."""
        step, factor, angle = self.shrink_and_turn()
        t = torch.arange(len(x), dtype=step.dtype, device=step.device).view(-1, *[1] * step.dim())
        kernel = step * factor**t * torch.cos(angle * t)
        return convolve(x, kernel if self.channels is None else to_channels(kernel, x))

    def loop(self, x: torch.Tensor, memory: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The same H, one step after the other; kept are the real and the imaginary part of U."""
        constants = self.shrink_and_turn()
        if self.channels is not None:
            step, factor, angle = (to_channels(constant, x) for constant in constants)
        else:
            step, factor, angle = constants
        (real, imaginary), h = torch.zeros_like(x[0].expand(2, *x.shape[1:])) if memory is None else memory, []
        for x_t in x.unbind():
            real, imaginary = (
                factor * (torch.cos(angle) * real - torch.sin(angle) * imaginary) + step * x_t,
                factor * (torch.sin(angle) * real + torch.cos(angle) * imaginary),
            )
            h.append(real)
        return torch.stack(h), torch.stack((real, imaginary))

    def _check_step_input(self, name: str, x: torch.Tensor) -> None:
        super()._check_step_input(name, x)
        check_channels(name, x, self.channels)

    def _settings(self) -> str:
        return f"channels={self.channels}, tau={self.tau}, step={self.range}"
