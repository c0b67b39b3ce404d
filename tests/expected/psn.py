"""What the lab `psn` has to show."""

from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.learning import load_model
from psn_viz.neurons import PSN


@cache
def learned(preset: str) -> tuple[np.ndarray, np.ndarray]:
    """W and B of a layer of the network that comes with the package."""
    held = load_model("rows-psn").state_dict()
    layer = int(preset.split()[1]) - 1
    return tuple(held[f"layers.{layer}.neuron.{name}"].double().numpy() for name in ("weight", "threshold"))


def length(state: dict) -> int:
    """T: what was learned has its own."""
    return len(learned(state["preset"])[1]) if state["preset"].startswith("learned") else state["T"]


@cache
def ends(preset: str, text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The least and the largest X and H over every T, without paint."""
    lengths = [length({"preset": preset})] if preset.startswith("learned") else range(2, 65)
    x = [parse_input(text, T) for T in lengths]
    h = [weight({"preset": preset, "T": len(one), "paint": ()}) @ one for one in x]
    return tuple((min(map(min, all_)), max(map(max, all_))) for all_ in (x, h))


def weight(state: dict) -> np.ndarray:
    """W before the paint, entry by entry from what its name means, then the paint."""
    T, preset = length(state), state["preset"]
    step = np.arange(T)
    lag = step[:, None] - step
    if preset in ("random", "diagonal"):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            W = PSN(T).weight.detach().double().numpy()
        if preset == "diagonal":
            W = np.where(lag == 0, W * np.sqrt(T), 0.0)
    elif preset.startswith("learned"):
        W = learned(preset)[0].copy()
    elif preset == "IF":
        W = np.where(lag >= 0, 1.0, 0.0)
    elif preset == "identity":
        W = np.eye(T)
    else:
        tau = float(preset.split()[1])
        W = np.where(lag >= 0, (1 - 1 / tau) ** np.maximum(lag, 0) / tau, 0.0)
    for t, i, value in state["paint"]:
        if t < T and i < T:
            W[t, i] = value
    return W


def expected(state: dict) -> dict:
    T = length(state)
    B = learned(state["preset"])[1] if state["preset"].startswith("learned") else np.ones(T)
    t, i = (min(n, T - 1) for n in state["cell"])
    x = parse_input(state["input"], T)
    W = weight(state)
    x_ends, (low, high) = ends(state["preset"], state["input"])
    h = np.array([sum(W[row, column] * x[column] for column in range(T)) for row in range(T)])
    return {
        "preset": state["preset"],
        "x": x,
        "weight": W,
        "threshold": B,
        "h": h,
        "s": h >= B,
        "cell": (t, i),
        "made_of": W[t] * x,
        "adds": W[:, i] * x[i],
        "reached": W[:, i] != 0,
        "shares": ((W * x).min(), (W * x).max()),
        "x_ends": x_ends,
        "h_ends": (min(low, *h), max(high, *h)),
        "future": np.abs(np.triu(W, 1)).sum() / max(np.abs(W).sum(), 1e-300),
        "painted": [at for *at, _ in state["paint"] if max(at) < T] or np.zeros((0,)),
    }
