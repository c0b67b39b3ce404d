"""The members of the family as neurons: which W each can represent, its parameters and properties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN, reset_free_weight
from psn_viz.torch_state import seeded

T = 16
MEMBERS = ("LIF reset", "LIF", "k1", "sliding", "masked", "causal", "PSN")
HOLDERS = ("PSN", "causal", "masked", "sliding", "k1")  # each holds all that the next one can
_ROUNDING = 1e-12  # of a kernel taken from the diagonals of W
_SEED = 5
_SCALE = 2.0  # through four weights alone a new W seldom reaches the threshold


def label(name: str, k: int) -> str:
    """A member in words."""
    return {
        "LIF reset": "LIF, hard reset", "LIF": "LIF, no reset", "k1": "k=1", "sliding": f"sliding k={k}",
        "masked": f"masked k={k}", "causal": "masked k=T", "PSN": "PSN",
    }[name]  # fmt: skip


def member(name: str, k: int, tau: float) -> torch.nn.Module:
    """A new neuron by its name; masked and dense ones share one W and one B."""
    if name.startswith("LIF"):
        # The form without 1/τ: at τ = 2 its weights are those that a sliding PSN starts from.
        return LIF(tau, decay_input=False, reset="none" if name == "LIF" else "hard")
    neuron = _empty(name, k)
    if isinstance(neuron, PSN):
        weight, threshold = drawn_weights()
        neuron.weight.copy_(weight)
        neuron.threshold.copy_(threshold)
    return neuron


def _empty(name: str, k: int) -> PSN | SlidingPSN:
    neuron: PSN | SlidingPSN
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
def drawn_weights() -> tuple[torch.Tensor, torch.Tensor]:
    """W drawn as in a new PSN, but scaled, and a threshold for each time-step."""
    with seeded(_SEED, torch.device("cpu")):
        return _SCALE * PSN(T).double().weight.detach(), 0.5 + torch.rand(T, dtype=torch.float64)


def holder_of(name: str, k: int, weight: torch.Tensor, threshold: torch.Tensor) -> PSN | SlidingPSN:
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
        neuron = holder_of(name, k, weight, threshold)
        off = max((matrix(neuron) - weight).abs().max(), (thresholds(neuron) - threshold).abs().max())
        if off > _ROUNDING:
            break
        inside = name
    return inside


def present(weight: torch.Tensor, neurons: list) -> np.ndarray:
    """NaN where the structure of none of the neurons has an entry."""
    everywhere = torch.ones(T, T, dtype=torch.bool)
    present = ~everywhere
    for neuron in neurons:
        match neuron:
            case LIF():
                present |= everywhere.tril()
            case SlidingPSN() | MaskedPSN():
                present |= everywhere.tril().triu(1 - neuron.k)
            case _:
                present |= everywhere
    return torch.where(present, weight, torch.nan).numpy()


@dataclass(frozen=True)
class Properties:
    """What a neuron costs and allows.

    parameters: how many it stores; used: how many of them no mask takes away.
    sees_ahead: whether the last input changes an earlier H. any_T: whether it runs on another length than T.
    by_steps: whether it runs step by step.
    """

    parameters: int
    used: int
    sees_ahead: bool
    any_T: bool
    by_steps: bool

    @property
    def answers(self) -> tuple[str, str, str]:
        """Whether it sees ahead, runs on any T, and step by step, as "yes" or "no"."""
        sees_ahead, any_T, by_steps = (
            "yes" if answer else "no" for answer in (self.sees_ahead, self.any_T, self.by_steps)
        )
        return sees_ahead, any_T, by_steps


def properties_of(neuron, x: torch.Tensor) -> Properties:
    """What a neuron costs and allows, found by running it on x `[T, 1]` and on changes of x."""
    later = x.clone()
    later[-1] += 1
    parameters = sum(parameter.numel() for parameter in neuron.parameters())
    masked_out = int((neuron.mask == 0).sum()) if isinstance(neuron, MaskedPSN) else 0
    return Properties(
        parameters=parameters,
        used=parameters - masked_out,
        sees_ahead=not torch.equal(neuron.record(x).h[:-1], neuron.record(later).h[:-1]),
        any_T=_allows(lambda: neuron(x[:-1])),
        by_steps=_allows(neuron.initial_state),
    )


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
