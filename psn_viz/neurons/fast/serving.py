"""Which calls the fused form takes: those it can serve, and of them, unless told otherwise, those where it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.surrogate import ATan, is_transformed

if TYPE_CHECKING:
    from psn_viz.neurons.base import ParallelNeuron

# What the fused form computes in its own way. A subclass or a single neuron may have others, and then other spikes.
EQUATIONS = ("charge", "fire", "mask", "masked_weight")

# Numbers of an input `[T, N]` from which "auto" is fused on a CPU. Measured with one thread for T from 4 to 256: in
# training the two forms meet between 2^13 and 2^15.
LARGE = 2**14


def serves(neuron: ParallelNeuron, x: torch.Tensor) -> bool:
    """Whether the fused form takes this call.

    Raises ValueError with the reason where `neuron.backend` is "fused" and the fused form cannot serve.
    """
    backend = neuron.backend
    if backend == "readable":
        return False
    reason = _why_not_followed()
    if backend == "fused":
        require(reason or why_not_this_neuron(neuron) or _why_not_this_input(x, neuron))
        return True
    # A compiler must not be asked for the size: its program would hold for such sizes alone.
    if reason or (x.device.type == "cpu" and x.numel() < LARGE):
        return False
    return not (why_not_this_neuron(neuron) or _why_not_this_input(x, neuron))


def require(reason: str) -> None:
    """ValueError where there is a reason."""
    if reason:
        raise ValueError(f"backend must be 'auto' or 'readable' here, got 'fused', which cannot serve: {reason}")


def own_equations(neuron: ParallelNeuron) -> list[str]:
    """The names of those equations for which the neuron or a later class has others than the fused form knows."""
    kind, attributes = type(neuron), vars(neuron)
    known = kind._fused_equations or (object,) * len(EQUATIONS)
    return [
        name
        for name, equation in zip(EQUATIONS, known, strict=True)
        if name in attributes or getattr(kind, name, None) is not equation
    ]


def why_not_this_neuron(neuron: ParallelNeuron) -> str:
    """Why the fused form does not compute this neuron, whatever the input; "" if it does."""
    if changed := own_equations(neuron):
        return f"this {type(neuron).__name__} has its own {', '.join(changed)}"
    if type(neuron.surrogate) is not ATan:
        return f"its surrogate is not ATan but {neuron.surrogate!r}"
    return ""


def _why_not_followed() -> str:
    # Compilers and tracers want plain operations: they fuse themselves.
    if arguments.is_compiling():
        return "torch.compile or torch.export follows this call"
    if torch.jit.is_tracing():
        return "torch.jit.trace follows this call"
    return ""


def _why_not_this_input(x: torch.Tensor, neuron: ParallelNeuron) -> str:
    if type(x) not in (torch.Tensor, torch.nn.Parameter):
        return f"x is a {type(x).__name__}, of which only the readable form is sure to know"
    if x.numel() == 0:
        return f"x has no numbers, its shape is {list(x.shape)}"
    # Neither the transforms of torch.func nor forward-mode differentiation know out=.
    if is_transformed(x, neuron.weight, neuron.threshold):
        return "a transform of torch.func or forward-mode differentiation follows this call"
    if arguments.autocast_is_on(x.device.type):
        return "torch.autocast is on and chooses the dtype of every operation"
    return ""
