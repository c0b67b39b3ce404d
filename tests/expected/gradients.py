"""What the lab `gradients` has to compute."""

import itertools
import math
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import PSN
from psn_viz.torch_state import seeded


def expected(state: dict) -> dict:
    T, tau = state["T"], state["tau"]
    t = min(state["t"], T - 1)
    x = parse_input(state["input"], T)
    longest = parse_input(state["input"], 32)
    loop, factors, spikes = loop_gradients(x, tau, state["reset"])
    gain = 1.0 if tau == "IF" else 1 / tau
    psn, entry = psn_gradients(x), initial_weight(T)[t, 0]
    return {
        "t": t,
        "x": x,
        "s": spikes,
        "loop": loop,
        "psn": psn,
        "factors": factors,
        "gain": gain,
        "product": math.prod(factors[:t]),
        "slope": loop[t, t] / gain,
        "keep": 1.0 if tau == "IF" else 1 - 1 / tau,
        "entry": entry,
        "psn_slope": psn[t, 0] / entry,
        "x_ends": (min(longest), max(longest)),
    }


def surrogate(distance: float) -> float:
    return 1 / (1 + (math.pi * distance) ** 2)


def loop_gradients(x: np.ndarray, tau, reset: str) -> tuple[np.ndarray, list[float], list[float]]:
    """∂S[t]/∂X[i] `[T, T]` of IF or LIF, its factors ∂H[s+1]/∂H[s], and S: the recurrence and the chain rule."""
    gain, keep = (1.0, 1.0) if tau == "IF" else (1 / tau, 1 - 1 / tau)
    kind, _, detached = reset.partition(" ")
    h, s, factors = [], [], []
    v = 0.0
    for value in x:
        # In the order of the neurons' own operations: at the threshold rounding decides.
        h.append(v + value if tau == "IF" else v + (value - v) / tau)
        s.append(float(h[-1] >= 1))
        v = {"hard": h[-1] * (1 - s[-1]), "soft": h[-1] - s[-1], "none": h[-1]}[kind]
        slope = 0.0 if detached else surrogate(h[-1] - 1)
        factors.append(keep * {"hard": 1 - s[-1] - h[-1] * slope, "soft": 1 - slope, "none": 1.0}[kind])
    gradients = np.zeros((len(x), len(x)))
    for t, i in itertools.product(range(len(x)), range(len(x))):
        if i <= t:
            gradients[t, i] = gain * math.prod(factors[i:t]) * surrogate(h[t] - 1)
    return gradients, factors, s


def psn_gradients(x: np.ndarray) -> np.ndarray:
    """∂S[t]/∂X[i] `[T, T]` of a PSN as initialised, its threshold 1: an entry of W times the surrogate."""
    weight = initial_weight(len(x))
    return np.array([surrogate(float(row @ x) - 1) * row for row in weight])


@cache
def initial_weight(T: int) -> np.ndarray:
    with seeded(3, torch.device("cpu")):
        return PSN(T).weight.detach().double().numpy()
