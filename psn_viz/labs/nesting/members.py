"""The members of the family as neurons: what each holds, which W it can hold, what it costs and allows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN, reset_free_weight

T = 16
MEMBERS = ("LIF reset", "LIF", "k1", "sliding", "masked", "causal", "PSN")
HOLDERS = ("PSN", "causal", "masked", "sliding", "k1")  # each holds all that the next one can
_ROUNDING = 1e-12  # of a kernel taken from the diagonals of W
_SEED = 5
_SCALE = 2.0  # through four weights alone a new W seldom reaches the threshold


def member(name: str, k: int, tau: float) -> torch.nn.Module:
    """The neuron that the name stands for, as it starts out; masked and dense ones share one W and one B."""
    if name.startswith("LIF"):
        # The form without 1/τ: at τ = 2 its weights are those that a sliding PSN starts from.
        return LIF(tau, decay_input=False, reset="none" if name == "LIF" else "hard")
    neuron = _empty(name, k)
    if isinstance(neuron, PSN):
        weight, threshold = _drawn()
        neuron.weight.copy_(weight)
        neuron.threshold.copy_(threshold)
    return neuron


def _empty(name: str, k: int) -> PSN | SlidingPSN:
    match name:
        case "PSN":
            neuron = PSN(T)
        case "causal":
            neuron = MaskedPSN(T, T, lambda_=1)
        case "masked":
            neuron = MaskedPSN(T, k, lambda_=1)
        case "sliding":
            neuron = SlidingPSN(k)
        case "k1":
            neuron = SlidingPSN(1)
    return neuron.double()


@lru_cache(maxsize=1)
def _drawn() -> tuple[torch.Tensor, torch.Tensor]:
    """W as a PSN draws it but for its scale, and a threshold of its own for each time-step. Seeds torch."""
    torch.manual_seed(_SEED)
    return _SCALE * PSN(T).double().weight.detach(), 0.5 + torch.rand(T, dtype=torch.float64)


def holding(name: str, k: int, weight: torch.Tensor, threshold: torch.Tensor) -> PSN | SlidingPSN:
    """A neuron of that kind with this W and threshold, or what of them it can hold."""
    neuron = _empty(name, k)
    if isinstance(neuron, SlidingPSN):
        # One weight for each lag: the mean of that diagonal; the last weight meets the newest input.
        lags = range(neuron.k - 1, -1, -1)
        neuron.weight.copy_(torch.stack([weight.diagonal(-lag).mean() for lag in lags]))
        neuron.threshold.copy_(threshold.mean())
    else:
        neuron.weight.copy_(weight)
        neuron.threshold.copy_(threshold)
    return neuron


def matrix(neuron) -> torch.Tensor:
    """What multiplies X `[T, T]`; of an LIF with reset, what would if it had none."""
    if isinstance(neuron, LIF):
        return reset_free_weight(T, neuron.tau, neuron.decay_input)
    if isinstance(neuron, SlidingPSN):
        return neuron.dense_weight(T)
    return neuron.masked_weight() if isinstance(neuron, MaskedPSN) else neuron.weight


def thresholds(neuron) -> torch.Tensor:
    """The threshold at each time-step, `[T]`."""
    if isinstance(neuron, LIF):
        return torch.full((T,), neuron.v_threshold, dtype=torch.float64)
    return neuron.threshold.expand(T)


def innermost(k: int, weight: torch.Tensor, threshold: torch.Tensor) -> str:
    """The most special kind of neuron that holds exactly this W and threshold."""
    inside = HOLDERS[0]
    for name in HOLDERS[1:]:
        neuron = holding(name, k, weight, threshold)
        off = max((matrix(neuron) - weight).abs().max(), (thresholds(neuron) - threshold).abs().max())
        if off > _ROUNDING:
            break
        inside = name
    return inside


def present(weight: torch.Tensor, neurons: list) -> np.ndarray:
    """NaN where the structure of none of the neurons has an entry."""
    lag = torch.arange(T)[:, None] - torch.arange(T)
    present = torch.zeros(T, T, dtype=torch.bool)
    for neuron in neurons:
        match neuron:
            case LIF():
                present |= lag >= 0
            case SlidingPSN() | MaskedPSN():
                present |= (lag >= 0) & (lag < neuron.k)
            case _:
                present |= True
    return torch.where(present, weight, torch.nan).numpy()


def asked(neuron, x: torch.Tensor) -> dict:
    """What a neuron answers when it is asked what it costs and allows."""
    later = x.clone()
    later[-1] += 1
    stored = sum(parameter.numel() for parameter in neuron.parameters())
    masked_out = int((neuron.mask == 0).sum()) if isinstance(neuron, MaskedPSN) else 0
    return {
        "parameters": stored,
        "used": stored - masked_out,
        "future": not torch.equal(neuron.record(x).h[:-1], neuron.record(later).h[:-1]),
        "other_T": _allows(lambda: neuron(x[:-1])),
        "steps": _allows(neuron.initial_state),
    }


def _allows(call) -> bool:
    try:
        call()
    except ValueError:
        return False
    return True


def not_scaled(neuron, x: torch.Tensor) -> float:
    """How far H is from scaling with X, as it does for every W: X is made so small that the neuron never fires."""
    free = LIF(neuron.tau, decay_input=neuron.decay_input, reset="none").record(x).h
    small = 0.5 * neuron.v_threshold / max(1.0, float(free.abs().max()))
    return float((neuron.record(small * x).h / small - neuron.record(x).h).abs().max())
