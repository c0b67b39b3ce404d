"""What the lab `nesting` has to show."""

from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN, reset_free_weight

T = 16
ORDER = ["LIF reset", "LIF", "k1", "sliding", "masked", "causal", "PSN"]
LAG = np.arange(T)[:, None] - np.arange(T)


def between(member: str) -> tuple[str, str, float]:
    """The members on both sides of a place of the slider, and how far it is from the first."""
    name, _, percent = member.rpartition(" ")
    if not percent.isdigit():
        return member, member, 0.0
    return name, ORDER[ORDER.index(name) + 1], int(percent) / 100


def matrix(name: str, k: int, tau: float) -> torch.Tensor:
    """W `[T, T]` of a member; of the LIF with reset, that of its leak."""
    if name.startswith("LIF"):
        return reset_free_weight(T, tau, decay_input=False)
    if name in ("k1", "sliding"):
        order = 1 if name == "k1" else k
        return torch.from_numpy(np.where((LAG >= 0) & (LAG < order), 2.0 ** -np.clip(LAG, 0, T), 0.0))
    return torch.where(torch.from_numpy(present(name, k)), _drawn()[0], 0)


def present(name: str, k: int) -> np.ndarray:
    """Which entries a member has."""
    order = {"k1": 1, "sliding": k, "masked": k}.get(name, T)
    return np.full((T, T), True) if name == "PSN" else (LAG >= 0) & (LAG < order)


def thresholds(name: str) -> torch.Tensor:
    return _drawn()[1] if name in ("masked", "causal", "PSN") else torch.ones(T, dtype=torch.float64)


@cache
def _drawn() -> tuple[torch.Tensor, torch.Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        weight = 2 * PSN(T).weight.detach().double()
        return weight, 0.5 + torch.rand(T, dtype=torch.float64)


def neuron(name: str, k: int, weight: torch.Tensor, threshold: torch.Tensor):
    """A neuron of that kind with as much of W and threshold as it can hold."""
    if name in ("k1", "sliding"):
        made = SlidingPSN(1 if name == "k1" else k).double()
        kernel = [weight.diagonal(-lag).mean() for lag in reversed(range(made.k))]
        values = torch.stack(kernel), threshold.mean()
    else:
        made = {"PSN": PSN(T), "causal": MaskedPSN(T, T, 1), "masked": MaskedPSN(T, k, 1)}[name].double()
        values = weight, threshold
    with torch.no_grad():
        made.weight.copy_(values[0])
        made.threshold.copy_(values[1])
    return made.requires_grad_(False)


def run(name: str, k: int, tau: float, x: torch.Tensor):
    """One member's own run, `[T, 1]`."""
    if name.startswith("LIF"):
        return LIF(tau, decay_input=False, reset="hard" if "reset" in name else "none").record(x)
    return neuron(name, k, matrix(name, k, tau), thresholds(name)).record(x)


def expected(state: dict) -> dict:
    k, tau = state["k"], state["tau"]
    x = torch.from_numpy(parse_input(state["input"], T))[:, None]
    first, second, share = between(state["member"])
    one, other = (run(name, k, tau, x) for name in (first, second))
    weight = torch.lerp(matrix(first, k, tau), matrix(second, k, tau), share)
    threshold = torch.lerp(thresholds(first), thresholds(second), share)
    h = torch.lerp(one.h, other.h, share)[:, 0]
    spikes = (h >= threshold).double() if share else one.s[:, 0]
    held = neuron(state["holder"], k, weight, threshold).record(x)
    return {
        "sets": np.array([49, 43, 37, 31, 25, 20, 20]),
        "W": np.where(present(first, k) | present(second, k), weight, np.nan),
        "LIF": np.array([8]),
        "member": np.array([8]),
        "X": x[:, 0].numpy(),
        "H": h.numpy(),
        "H of the holder": held.h[:, 0].numpy(),
        "B": threshold.numpy(),
        "S": np.where(spikes == 1, 1, np.nan),
        "S of the holder": np.where(held.s[:, 0] == 1, 0, np.nan),
    }
