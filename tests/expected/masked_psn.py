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
    for t, i in itertools.product(range(T), range(T)):
        order[t, i] = i <= t <= i + k - 1
    return order, lambda_ * order + (1 - lambda_) * np.ones((T, T))


def charges(state: dict) -> tuple[np.ndarray, np.ndarray]:
    """H before and after the change of X[i]."""
    weight = dense_weight() * masks(state["k"], state["lambda"])[1]
    x = parse_input(state["input"], T)
    changed = x + state["delta"] * np.eye(T)[state["i"]]
    return weight @ x, weight @ changed


def last_needed(state: dict) -> np.ndarray:
    """The last column of each row of W ⊙ M_k(λ) that is not 0."""
    weight = dense_weight() * masks(state["k"], state["lambda"])[1]
    return np.array([max(i for i in range(T) if row[i] != 0) for row in weight])


def expected(state: dict) -> dict:
    lambda_ = state["lambda"]
    order, mask = masks(state["k"], lambda_)
    weight = dense_weight() * mask
    h, h_changed = charges(state)
    schedule = [min(8 * epoch / 255, 1) for epoch in range(256)]
    return {
        "input": state["input"],
        "x": parse_input(state["input"], T),
        "i": np.array(state["i"]),
        "delta": np.array(state["delta"]),
        "largest_delta": np.array(4.0),
        "k": np.array(state["k"]),
        "lambda_": np.array(lambda_),
        "order_mask": _present(order),
        "mask": _present(mask),
        "weight": _present(weight),
        "largest_weight": np.abs(dense_weight()).max(),
        "s": h >= 1,
        "s_changed": h_changed >= 1,
        "dh": h_changed - h,
        "last_needed": last_needed(state),
        "schedule": np.array(schedule),
        "epoch": np.array(next(epoch for epoch, value in enumerate(schedule) if value >= lambda_)),
        "can_step": lambda_ == 1,
    }


def _present(values: np.ndarray) -> np.ndarray:
    return np.where(values == 0, np.nan, values)
