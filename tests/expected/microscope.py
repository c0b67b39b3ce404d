"""What the lab `microscope` has to show."""

from functools import cache

import numpy as np
import torch

from psn_viz.learning import nearest_leak
from psn_viz.torch_state import spare_core
from tests.expected import trained


def expected(state: dict) -> dict:
    with spare_core():  # threads that wait for each other take most of the time on a busy machine
        return _expected(state)


def _expected(state: dict) -> dict:
    name, T = state["model"], trained.steps(state["model"])
    moments = trained.model(name).history.neurons
    S = len(moments)
    moment, t = min(state["moment"], S - 1), min(state["t"], T - 1)
    number = min(state["layer"], len(trained.model(name).neurons))
    directions = {"1 direction": 1, "4 directions": 4}.get(state["show"], 0)
    of = "change" if directions or state["show"] == "change" else "W"
    now = trained.at_moment(name, number, moment)
    leak = best_leak(name, number, moment, of)
    shown = {
        "W": np.where(now["absent"], np.nan, now["W"]),
        "change": np.where(now["absent"], np.nan, now["change"]),
        "Toeplitz": np.where(now["absent"], np.nan, trained.toeplitz(now["W"])),
        "LIF": leak,
        "1 direction": largest_directions(now["change"], 1),
        "4 directions": largest_directions(now["change"], 4),
    }[state["show"]]
    every = [trained.at_moment(name, number, n) for n in range(S)]
    toeplitz, lif, rank, future = np.array([measured(name, number, n, of) for n in range(S)]).T
    thresholds = np.array([there["B"] for there in every])
    return {
        "model": name,
        "layer": number,
        "kind": type(trained.layer(name, number)[0]).__name__,
        "moment": moment,
        "t": t,
        "weight": shown,
        "leak": leak,
        "column": column_of(shown) if directions == 1 else np.full(T, np.nan),
        "threshold": now["B"],
        "threshold_range": (thresholds.min(), thresholds.max()),
        "spikes": now["S"],
        "loss": losses(name),
        "lambda_": np.array([there["λ"] for there in every]),
        "from_toeplitz": toeplitz,
        "from_leak": lif,
        "rank_share": rank,
        "future": future,
    }


def largest_directions(weight: np.ndarray, count: int) -> np.ndarray:
    """Nothing of rank `count` is nearer: what is left when the others are taken away."""
    U, S, V = np.linalg.svd(weight)
    return weight - (U[:, count:] * S[count:]) @ V[count:]


def column_of(product: np.ndarray) -> np.ndarray:
    """The column of a column times a row whose largest entry is 1: where the largest entries of all rows are."""
    sizes = np.linalg.norm(product, axis=0)
    return product[:, sizes.argmax()]


@cache
def losses(name: str) -> np.ndarray:
    history = trained.model(name).history
    found, before = [], 0
    for step in history.neurons.steps:
        found.append(np.mean(history.losses[before:step]) if step > before else history.losses[0])
        before = step
    return np.array(found)


@cache
def measured(name: str, number: int, moment: int, of: str) -> tuple:
    """The four measures, the rank as a share of T; NaN of what is 0."""
    weight = trained.at_moment(name, number, moment)[of]
    if not weight.any():
        return (np.nan,) * 4
    leak = np.nan_to_num(best_leak(name, number, moment, of))
    return (
        trained.away(weight, trained.toeplitz(weight)),
        trained.away(weight, leak),
        trained.effective_rank(weight) / len(weight),
        trained.future(weight),
    )


@cache
def best_leak(name: str, number: int, moment: int, of: str) -> np.ndarray:
    """The nearest leak, NaN in the future: no leak of another τ is nearer."""
    weight = trained.at_moment(name, number, moment)[of]
    T = len(weight)
    if not weight.any():
        return np.full((T, T), np.nan)
    found = nearest_leak(torch.from_numpy(weight))
    for leak in trained.leaks(T, (0.0, 0.3, 0.6, 0.9, 1.0)):
        scale = (weight * leak).sum() / (leak**2).sum()
        assert trained.away(weight, scale * leak) >= found.distance - 1e-9
    own = trained.leaks(T, (1 - 1 / found.tau if np.isfinite(found.tau) else 1.0,))[0] * found.scale
    return np.where(trained.lag(T) >= 0, own, np.nan)
