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
    ahead = np.arange(T) > t
    by_steps = np.where(ahead, np.nan, steps)
    page = range(t // PAGES[T] * PAGES[T], (t // PAGES[T] + 1) * PAGES[T])
    columns = range(max(0, page[0] - k + 1), page[-1] + 1)
    shown = np.full((len(page), len(columns)), np.nan)
    for row, column in np.ndindex(shown.shape):
        lag = page[row] - columns[column]
        if 0 <= lag < k:
            shown[row, column] = W[k - 1 - lag]
    held = range(t - k + 1, t + 1)
    own = np.array([x[j] if j >= 0 else np.nan for j in held])
    old = np.array([1.0 if j < 0 and state["queue"] == "left over" else np.nan for j in held])
    return {
        "kernel": W,
        "queue": own,
        "left over": old,
        "W·queue": W * np.where(np.isnan(own), old, own),
        "W": shown,
        "X": x,
        "H at once": at_once,
        "H by steps": by_steps,
        "now": np.where(np.arange(T) == t, steps, np.nan),
        "V_th": np.ones(2),
        "S at once": np.where(at_once >= 1, 1, np.nan),
        "S by steps": np.where(by_steps >= 1, 0, np.nan),
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
