"""What the lab `firing` has to compute."""

from functools import cache

import numpy as np
import torch

from psn_viz.neurons import LIF

LEVELS = np.array([-0.5, -0.3, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1])


def expected(state: dict) -> dict:
    """By reset as `hard.s`, `soft.s`, …"""
    runs = {reset: run(state, reset) for reset in ("hard", "soft", "none")}
    place = int(np.searchsorted(LEVELS, state["mean"], side="right"))
    numbers = {"levels": np.insert(LEVELS, place, state["mean"])}
    for reset, of in runs.items():
        s, free = of.s.numpy(), runs["none"].s.numpy()
        rates = _rates(state["tau"], state["deviation"], state["seed"], reset)
        steps = [t for t in range(64) if (s[t] != free[t]).any()]
        numbers |= {
            f"{reset}.s": s[:, :9],
            f"{reset}.h": of.h[:, :9].numpy(),
            f"{reset}.rate": s.mean(),
            f"{reset}.rates": np.insert(rates, place, s.mean()),
            f"{reset}.differing": (s != free).mean(),
            f"{reset}.first_differing": steps[0] if steps else None,
        }
    return numbers


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
