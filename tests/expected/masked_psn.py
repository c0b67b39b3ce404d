"""What the lab `masked_psn` has to show."""

import itertools
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import PSN

T = 16


@cache
def dense_weight() -> np.ndarray:
    """A new PSN's W, twice as large: a masked PSN starts from the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(23)
        return 2 * PSN(T).weight.detach().double().numpy()


def masks(k: int, lambda_: float) -> tuple[np.ndarray, np.ndarray]:
    """M_k and M_k(λ), from their definition."""
    order = np.zeros((T, T))
    for i, j in itertools.product(range(T), range(T)):
        order[i, j] = j <= i <= j + k - 1
    return order, lambda_ * order + (1 - lambda_) * np.ones((T, T))


def charges(state: dict) -> tuple[np.ndarray, np.ndarray]:
    """H before and after the change of X[j]."""
    weight = dense_weight() * masks(state["k"], state["lambda"])[1]
    x = parse_input(state["input"], T)
    changed = x + state["delta"] * np.eye(T)[state["j"]]
    return weight @ x, weight @ changed


def last_needed(state: dict) -> np.ndarray:
    """The last column of each row of W ⊙ M_k(λ) that is not 0."""
    weight = dense_weight() * masks(state["k"], state["lambda"])[1]
    return np.array([max(i for i in range(T) if row[i] != 0) for row in weight])


def expected(state: dict) -> dict:
    j = state["j"]
    order, mask = masks(state["k"], state["lambda"])
    weight = dense_weight() * mask
    x = parse_input(state["input"], T)
    h, h_changed = charges(state)
    s, s_changed = h >= 1, h_changed >= 1
    earlier = np.arange(T) < j
    return {
        "M_k": _present(order),
        "M_k(λ)": _present(mask),
        "W ⊙ M_k(λ)": _present(weight),
        "last input needed": np.arange(T),
        "X": x,
        "X[j] + δ": np.array([x[j], x[j] + state["delta"]]),
        "change of an earlier H": np.where(earlier, h_changed - h, np.nan),
        "change of H": np.where(earlier, np.nan, h_changed - h),
        "S": np.where(s, 1, np.nan),
        "S with X[j] + δ": np.where(s_changed, 0, np.nan),
        "an earlier S changed": np.where((s != s_changed) & earlier, 0.5, np.nan),
        "S changed": np.where((s != s_changed) & ~earlier, 0.5, np.nan),
        "schedule": np.array([min(8 * epoch / 255, 1) for epoch in range(256)]),
        "λ": np.array([state["lambda"]]),
    }


def _present(values: np.ndarray) -> np.ndarray:
    return np.where(values == 0, np.nan, values)
