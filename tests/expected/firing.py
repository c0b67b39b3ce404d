"""What the lab `firing` has to show."""

from functools import cache

import numpy as np
import torch

from psn_viz.neurons import LIF

LEVELS = np.array([-0.5, -0.3, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1])


def expected(state: dict) -> dict:
    runs = {reset: run(state, reset) for reset in ("hard", "soft", "none")}
    rates = {reset: float(of.s.mean()) for reset, of in runs.items()}
    place = int(np.searchsorted(LEVELS, state["mean"], side="right"))
    shown = {}
    for reset, of in runs.items():
        shown[f"S, {reset}"] = of.s[:, :9].T.numpy()
        shown[f"H, {reset}"] = of.h[:, state["neuron"]].numpy()
        curve = _rates(state["tau"], state["deviation"], state["seed"], reset)
        shown[f"rate, {reset}"] = np.insert(curve, place, rates[reset])
    return shown | {
        "difference": np.array([rates["hard"], rates["none"]]),
        "rate now": np.array([rates["hard"], rates["soft"], rates["none"]]),
        "V_th": np.ones(2),
    }


def run(state: dict, reset: str):
    """One layer of 200 neurons over 64 steps, in the form H[t] = (1 − 1/τ)·V[t−1] + X[t]."""
    x = state["mean"] + state["deviation"] * _noise(state["seed"])
    return LIF(state["tau"], decay_input=False, reset=reset).record(torch.from_numpy(x))


@cache
def _rates(tau: float, deviation: float, seed: int, reset: str) -> np.ndarray:
    x = torch.from_numpy(LEVELS[:, None] + deviation * _noise(seed)[:, None])
    return LIF(tau, decay_input=False, reset=reset)(x).numpy().mean((0, 2))


@cache
def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((64, 200))


def same_picture(control: str, before: dict, after: dict) -> str:
    """Without deviation every seed draws the same input."""
    return "no noise" if control == "seed" and before["deviation"] == after["deviation"] == 0 else ""
