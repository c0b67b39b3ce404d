"""What the lab `sliding_psn` has to show, by the definition H[t] = Σ W_i·X[t−k+1+i] in plain loops."""

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import SlidingPSN

PAGES = {8: 8, 16: 16, 32: 32, 64: 32, 200: 25}


def expected(state: dict) -> dict:
    T, t = state["T"], min(state["t"], state["T"] - 1)
    W, x = kernel(state["kernel"]), parse_input(state["input"], T)
    k = len(W)
    at_once = charges(W, x, dict.fromkeys(range(-k, 0), 0.0))
    before = dict.fromkeys(range(1 - k, 0), 1.0 if state["queue"] == "left over" else 0.0)
    steps = charges(W, x, before)
    page = range(t // PAGES[T] * PAGES[T], (t // PAGES[T] + 1) * PAGES[T])
    columns = range(max(0, page[0] - k + 1), page[-1] + 1)
    weight = np.full((len(page), len(columns)), np.nan)
    for row, column in np.ndindex(weight.shape):
        lag = page[row] - columns[column]
        if 0 <= lag < k:
            weight[row, column] = W[k - 1 - lag]
    in_queue = range(t - k + 1, t + 1)
    one = 1.0 if state["queue"] == "left over" else np.nan
    return {
        "kernel": state["kernel"],
        "weights": W,
        "input": state["input"],
        "x": x,
        "h": at_once,
        "s": at_once >= 1,
        "threshold": np.array(1.0),
        "h_after_ones": charges(W, x, dict.fromkeys(range(1 - k, 0), 1.0)),
        "t": np.array(t),
        "h_steps": steps[: t + 1],
        "s_steps": steps[: t + 1] >= 1,
        "start": state["queue"],
        "queue": np.array([x[j] if j >= 0 else one for j in in_queue]),
        "left_over": np.array(sum(j < 0 for j in in_queue) if state["queue"] == "left over" else 0),
        "weight": weight,
        "corner": (page[0], columns[0]),
    }


def charges(W, x, before: dict) -> np.ndarray:
    """H[t], one summand at a time; `before` are the inputs at negative times."""
    k = len(W)
    inputs = dict(enumerate(x)) | before
    return np.array([sum(W[i] * inputs[t - k + 1 + i] for i in range(k)) for t in range(len(x))])


def kernel(text: str) -> np.ndarray:
    """W_0 … W_{k−1} of a kernel's text."""
    match text.replace(",", " ").lower().split():
        case ["exponential", k]:
            return np.array([2.0 ** (i - int(k) + 1) for i in range(int(k))])
        case ["uniform", k, seed]:
            torch.manual_seed(int(seed))
            return SlidingPSN(int(k), init="uniform").weight.detach().double().numpy()
        case numbers:
            return np.array([float(number) for number in numbers])
