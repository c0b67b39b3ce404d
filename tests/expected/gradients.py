"""What the lab `gradients` has to show."""

import itertools
import math
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import PSN
from psn_viz.torch_state import seeded


def expected(state: dict) -> dict:
    T = state["T"]
    t = min(state["t"], T - 1)
    x = parse_input(state["input"], T)
    lif, factors, spikes = loop_gradients(x, state["tau"], state["reset"])
    psn = psn_gradients(x)
    absent = {"LIF": np.abs(lif[t]), "PSN": np.abs(psn[t])}
    shown = {
        "map of LIF, log₁₀": logarithm(lif),
        "map of PSN, log₁₀": logarithm(psn),
        "key, log₁₀": np.arange(-6, 0.5, 0.5)[None],
        "∂H[s+1]/∂H[s]": np.array([factors[s] if s < t else np.nan for s in range(T)]),
        "S": np.where(np.array(spikes) == 1, 1.45, np.nan),
        "X": x,
    }
    for name, row in absent.items():
        shown[name] = np.where(row >= 1e-6, row, np.nan)
        shown[f"{name}, below 10⁻⁶"] = np.where((row > 0) & (row < 1e-6), 1e-6, np.nan)
    # Inputs after t have no gradient in a loop, and no mark.
    shown["LIF, exactly 0"] = np.array([1e-6 if i <= t and absent["LIF"][i] == 0 else np.nan for i in range(T)])
    return shown


def surrogate(distance: float) -> float:
    return 1 / (1 + (math.pi * distance) ** 2)


def loop_gradients(x: np.ndarray, tau, reset: str) -> tuple[np.ndarray, list[float], list[float]]:
    """∂S[t]/∂X[i] `[T, T]` of IF or LIF, its factors ∂H[s+1]/∂H[s], and S: the recurrence and the chain rule."""
    gain, keep = (1.0, 1.0) if tau == "IF" else (1 / tau, 1 - 1 / tau)
    kind, _, detached = reset.partition(" ")
    h, s, factors = [], [], []
    v = 0.0
    for value in x:
        h.append(keep * v + gain * value)
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


def logarithm(gradients: np.ndarray) -> np.ndarray:
    """log₁₀ of the size, −6 for all that is smaller; NaN for exactly 0."""
    size = np.abs(gradients)
    return np.where(size > 0, np.log10(np.maximum(size, 1e-6)), np.nan)
