"""What the lab `sliding_psn` has to show: H[t] = Σ W[t, i]·X[i] over the newest k inputs, in plain loops."""

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import SlidingPSN

PAGES = {8: 8, 16: 16, 32: 32, 64: 32, 200: 25}


def expected(state: dict) -> dict:
    T = state["T"]
    W, x = kernel(state["kernel"]), parse_input(state["input"], T)
    masked, k = W.ndim > 1, W.shape[-1]
    ones = min(k, T) - 1 if masked else k - 1
    late = ones if masked and state["queue"] == "left over" else 0  # steps that were taken before
    t = min(state["t"], T - 1 - late)
    if masked:
        rows = [[0.0] * max(0, k - 1 - row) + list(W[row])[max(0, k - 1 - row) :] for row in range(T)]
    else:
        rows = [list(W)] * (T + k)
    at_once = charges(rows[:T], x, dict.fromkeys(range(-k, 0), 0.0))
    before = dict.fromkeys(range(-ones, 0), 1.0 if state["queue"] == "left over" else 0.0)
    empty = dict.fromkeys(range(-k, 0), 0.0)
    steps = charges(rows[late : late + t + 1], x, empty | before)
    row = t + late
    page = range(row // PAGES[T] * PAGES[T], (row // PAGES[T] + 1) * PAGES[T])
    columns = range(max(0, page[0] - k + 1), page[-1] + 1)
    weight = np.full((len(page), len(columns)), np.nan)
    for line, column in np.ndindex(weight.shape):
        lag = page[line] - columns[column]
        if 0 <= lag < k:
            weight[line, column] = rows[page[line]][k - 1 - lag]
    in_queue = range(t - k + 1, t + 1)
    inputs = dict(enumerate(x)) | (dict.fromkeys(range(-ones, 0), 1.0) if state["queue"] == "left over" else {})
    after_ones = rows[ones:T] if masked else rows[:T]
    return {
        "kernel": state["kernel"],
        "shared": np.array(not masked),
        "weights": np.array([rows[row][s] if k - 1 - s <= row or not masked else np.nan for s in range(k)]),
        "largest_weight": np.array(np.abs(W).max()),
        "input": state["input"],
        "x": x,
        "h": at_once,
        "s": at_once >= 1,
        "threshold": np.array(1.0),
        "h_after_ones": charges(after_ones, x, empty | dict.fromkeys(range(-ones, 0), 1.0)),
        "t": np.array(t),
        "row": np.array(row),
        "h_steps": steps,
        "s_steps": steps >= 1,
        "start": state["queue"],
        "queue": np.array([inputs.get(i, np.nan) for i in in_queue]),
        "left_over": np.array(sum(i < 0 for i in in_queue if i in inputs)),
        "weight": weight,
        "corner": (page[0], columns[0]),
    }


def charges(rows, x, before: dict) -> np.ndarray:
    """H[t], one summand at a time, from k weights for each step; `before` are the inputs at negative times."""
    inputs = dict(enumerate(x)) | before
    k = len(rows[0])
    return np.array([sum(row[s] * inputs[t - k + 1 + s] for s in range(k)) for t, row in enumerate(rows)])


def kernel(text: str) -> np.ndarray:
    """W_0 … W_{k−1} of a kernel's text; of "masked k seed" those of 200 rows."""
    match text.replace(",", " ").lower().split():
        case ["exponential", k]:
            return np.array([2.0 ** (i - int(k) + 1) for i in range(int(k))])
        case ["uniform", k, seed]:
            torch.manual_seed(int(seed))
            return SlidingPSN(int(k), init="uniform").weight.detach().double().numpy()
        case ["masked", k, seed]:
            torch.manual_seed(int(seed))
            drawn = torch.rand(200, int(k), dtype=torch.float64).tolist()
            return np.array([[2 * number - 1 for number in row] for row in drawn])
        case numbers:
            return np.array([float(number) for number in numbers])
