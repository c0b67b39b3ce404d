"""What the lab `ablation` has to show."""

from functools import cache

import numpy as np
import torch

from psn_viz.learning import nearest_leak
from tests.expected import trained


def expected(state: dict) -> dict:
    name, T = state["model"], trained.steps(state["model"])
    number = min(state["layer"], len(trained.model(name).neurons))
    squares = tuple(square for square in state["squares"] if max(square[:2]) < T)
    weight, gone = after(name, number, state["cut"], squares)
    before, taken = trained.present_weight(name, number), wiped(state["cut"], squares, T)
    there = ~trained.absent(trained.layer(name, number)[0], T, 1.0)
    ages = [0, *(t - i for t, i in np.argwhere(weight))]
    y = trained.data(name).test.y.numpy()
    return {
        "model": name,
        "layer": number,
        "squares": squares or np.zeros((0,)),
        "cell": tuple(min(n, T - 1) for n in state["cell"]),
        "weight": np.where(gone, np.nan, weight),
        "accuracy": by_class(right(name, number, state["cut"], squares), y),
        "accuracy_intact": by_class(right(name, number, "nothing", ()), y),
        "samples": len(y),
        "removed": (taken & there).sum(),
        "weights": there.sum(),
        "share": (before[taken] ** 2).sum() / (before**2).sum(),
        "k": 1 + max(ages),
        "steps_ahead": -min(ages),
    }


@cache
def right(name: str, number: int, cut: str, squares: tuple) -> np.ndarray:
    return trained.right_with(name, number, after(name, number, cut, squares)[0])


def by_class(right: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.array([right.mean(), *(right[y == label].mean() for label in range(y.max() + 1))])


def wiped(cut: str, squares: tuple, T: int) -> np.ndarray:
    """Which entries a cut and squares take away, cell by cell."""
    gone = np.zeros((T, T), dtype=bool)
    name, *ends = cut.lower().split()
    low, high = map(int, ends) if ends else (0, 0)
    takes = {
        "future": lambda t, i: i > t,
        "past": lambda t, i: i < t,
        "band": lambda t, i: low <= t - i <= high,
        "keep": lambda t, i: not low <= t - i <= high,
    }.get(name, lambda t, i: False)
    for t in range(T):
        for i in range(T):
            within = any(
                0 <= t - (row - side // 2) < side and 0 <= i - (column - side // 2) < side
                for row, column, side in squares
            )
            gone[t, i] = takes(t, i) or within
    return gone


def after(name: str, number: int, cut: str, squares: tuple) -> tuple[np.ndarray, np.ndarray]:
    """W with what is wiped or replaced, and which entries are not there."""
    neuron, _ = trained.layer(name, number)
    T, weight = trained.steps(name), trained.present_weight(name, number)
    length = np.sqrt((weight**2).sum())
    if cut.lower() == "toeplitz":
        weight = trained.toeplitz(weight)
    elif cut.lower() == "lif":
        weight = nearest_leak(torch.from_numpy(weight)).weight.numpy()
    elif cut.lower() == "start":
        last = len(trained.model(name).history.neurons) - 1
        kept = trained.at_moment(name, number, last)
        weight = kept["W"] - kept["change"]
    if cut.lower() in ("toeplitz", "lif", "start") and weight.any():
        weight = weight * (length / np.sqrt((weight**2).sum()))
    gone = wiped(cut, squares, T)
    if cut.lower() == "lif":
        gone |= trained.lag(T) < 0
    weight = np.where(gone, 0.0, weight)
    return weight, gone | (trained.absent(neuron, T, 1.0) & (weight == 0))
