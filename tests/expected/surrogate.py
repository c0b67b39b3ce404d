"""What the lab `surrogate` has to compute."""

import math

import numpy as np


def expected(state: dict) -> dict:
    alpha, t = state["alpha"], state["t"]
    x = state["mean"] + state["deviation"] * np.random.default_rng(0).standard_normal((32, 100))
    distance, s = [], []
    for series in x.T.tolist():
        before = 0.0
        for value in series[: t + 1]:
            h = before + (value - before) / 4
            fires = float(h >= 1)
            before = h * (1 - fires)
        distance.append(h - 1)
        s.append(fires)
    slope = [sigma_slope(each, alpha) for each in distance]
    places = [-8 + 0.025 * n for n in range(481)]
    return {
        "alpha": alpha,
        "mean": state["mean"],
        "deviation": state["deviation"],
        "t": t,
        "neuron": state["neuron"],
        "distance": distance,
        "s": s,
        "slope": slope,
        "largest": alpha / 2,
        "reached": sum(each > alpha / 20 for each in slope) / 100,
        "fired": sum(s) / 100,
        "places": places,
        "sigma": [math.atan(math.pi * alpha * place / 2) / math.pi + 0.5 for place in places],
        "sigma_slope": [sigma_slope(place, alpha) for place in places],
    }


def sigma_slope(distance: float, alpha: float) -> float:
    return alpha / (2 * (1 + (math.pi * alpha * distance / 2) ** 2))


def same_picture(control: str, before: dict, after: dict) -> str:
    """Without deviation and mean, H is 0 at every step."""
    still = control == "t" and before["mean"] == before["deviation"] == 0
    return "no input" if still else ""
