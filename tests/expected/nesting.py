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


INSIDE = ["PSN", "causal", "masked", "sliding", "k1"]  # each inside the one before


def innermost(member: str, k: int, tau: float) -> str | None:
    """By the theory: the most special set with that W and B, or None where there is no W."""
    first, second, _ = between(member)
    if first == "LIF reset" and tau > 1:
        return None
    lif = "k1" if tau == 1 else "sliding" if k == T else "causal"
    of = {"LIF reset": lif, "LIF": lif, "k1": "k1", "sliding": "k1" if k == 1 else "sliding", "masked": "masked",
          "causal": "masked" if k == T else "causal", "PSN": "PSN"}  # fmt: skip
    return min(of[first], of[second], key=INSIDE.index)


def not_scaled(tau: float, x: torch.Tensor) -> float:
    """The difference of H to that of the leak alone, which is what H is, but for the scale, where nothing fires."""
    leak, reset = (LIF(tau, decay_input=False, reset=reset).record(x).h for reset in ("none", "hard"))
    return float((leak - reset).abs().max())


def expected(state: dict) -> dict:
    k, tau, holder = state["k"], state["tau"], state["holder"]
    x = torch.from_numpy(parse_input(state["input"], T))[:, None]
    first, second, share = between(state["member"])
    runs = {name: run(name, k, tau, x) for name in ORDER}
    one, other = runs[first], runs[second]
    weight = torch.lerp(matrix(first, k, tau), matrix(second, k, tau), share)
    threshold = torch.lerp(thresholds(first), thresholds(second), share)
    h = torch.lerp(one.h, other.h, share)[:, 0]
    of_holder = neuron(holder, k, weight, threshold).record(x)
    every_h = torch.stack([one.h for one in (*runs.values(), of_holder)])
    inside = innermost(state["member"], k, tau)
    return {
        "first": first,
        "second": second,
        "share": np.array(share),
        "holder": holder,
        "k": np.array(k),
        "tau": np.array(tau),
        "input": state["input"],
        "x": x[:, 0].numpy(),
        "h": h.numpy(),
        "s": (h >= threshold).numpy() if share else one.s[:, 0].numpy(),
        "threshold": threshold.numpy(),
        "h_of_holder": of_holder.h[:, 0].numpy(),
        "s_of_holder": of_holder.s[:, 0].numpy(),
        "h_span": (float(every_h.min()), float(every_h.max())),
        "weight": np.where(present(first, k) | present(second, k), weight, np.nan),
        "inside": inside,
        "lif_inside": innermost("LIF", k, tau),
        "can_hold": inside is not None and INSIDE.index(inside) >= INSIDE.index(holder),
        "not_scaled": None if inside else np.array(not_scaled(tau, x)),
    }
