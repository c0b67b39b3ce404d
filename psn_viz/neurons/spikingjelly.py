"""Bring neurons over from SpikingJelly (https://github.com/fangwei123456/spikingjelly)."""

from __future__ import annotations

import torch

from psn_viz.neurons.base import Neuron
from psn_viz.neurons.integrate_and_fire import IF, LIF
from psn_viz.neurons.masked_psn import MaskedPSN
from psn_viz.neurons.psn import PSN
from psn_viz.neurons.sliding_psn import SlidingPSN
from psn_viz.neurons.surrogate import ATan


def from_spikingjelly(module: torch.nn.Module) -> Neuron:
    """The same neuron with a copy of the same weights, dtype and device, from a SpikingJelly module.

    Takes `PSN`, `MaskedPSN`, `SlidingPSN`, `IFNode` and `LIFNode`. SpikingJelly stores a bias −B and computes
    Θ(WX + bias), so the threshold is minus its bias. Its `v_reset=None` is the soft reset. Its ATan becomes
    `ATan`; any other surrogate is kept as it is. What a module remembers of a running sequence is not copied.

    Raises TypeError for any other module, subclasses included: their dynamics may differ.
    """
    kind = type(module)
    convert = _CONVERTERS.get(kind.__name__) if _is_from("neuron", kind) else None
    if convert is None:
        raise TypeError(
            f"module must be a SpikingJelly {', '.join(_CONVERTERS)}, got {kind.__module__}.{kind.__qualname__}"
        )
    return convert(module, _surrogate(module.surrogate_function)).train(module.training)


def _surrogate(function):
    is_atan = _is_from("surrogate", type(function)) and type(function).__name__ == "ATan" and function.spiking
    return ATan(float(function.alpha)) if is_atan else function


def _is_from(part: str, kind: type) -> bool:
    return kind.__module__.startswith(f"spikingjelly.activation_based.{part}")


def _with_parameters(neuron, module):
    for name, source, sign in (("weight", module.weight, 1), ("threshold", module.bias, -1)):
        value = (sign * source.detach().clone()).reshape(getattr(neuron, name).shape)
        setattr(neuron, name, torch.nn.Parameter(value, requires_grad=source.requires_grad))
    return neuron


def _psn(module, surrogate):
    return _with_parameters(PSN(module.T, surrogate), module)


def _masked_psn(module, surrogate):
    # SpikingJelly accepts k > T, which masks no more than k = T.
    neuron = MaskedPSN(module.T, min(module.k, module.T), float(module.lambda_), surrogate)
    return _with_parameters(neuron.to(module.weight), module)


def _sliding_psn(module, surrogate):
    return _with_parameters(SlidingPSN(module.k, surrogate=surrogate), module)


def _reset(module) -> dict:
    if module.v_reset is None:
        return {"reset": "soft", "v_reset": 0.0}
    return {"reset": "hard", "v_reset": module.v_reset}


def _if(module, surrogate):
    return IF(module.v_threshold, detach_reset=module.detach_reset, surrogate=surrogate, **_reset(module))


def _lif(module, surrogate):
    return LIF(
        module.tau,
        module.decay_input,
        module.v_threshold,
        detach_reset=module.detach_reset,
        surrogate=surrogate,
        **_reset(module),
    )


_CONVERTERS = {
    "PSN": _psn,
    "MaskedPSN": _masked_psn,
    "SlidingPSN": _sliding_psn,
    "IFNode": _if,
    "LIFNode": _lif,
}
