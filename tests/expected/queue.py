"""What the lab `queue` has to compute."""

from math import floor

import numpy as np


def expected(state: dict) -> dict:
    low, high, form = min(state["low"], state["high"]), state["high"], state["form"]
    drawn = np.random.default_rng(state["seed"]).random(24)
    x = [round(float(low + (high - low) * one) * 64) / 64 for one in drawn]
    v, total, served, steps = 0.0, 0.0, 0, []
    for value in x:
        total += value
        h = v + value
        v = h - 1 if h >= 1 else h
        served += h >= 1
        steps.append((h, float(h >= 1), v, floor(total), served))
    h, s, v, arrived, served = map(list, zip(*steps, strict=True))
    outside = [float(value < 0 if form == "queue" else value > 1) for value in x]
    return {
        **{"form": form, "low": low, "high": high, "seed": state["seed"], "t": state["t"]},
        **{"x": x, "h": h, "v": v, "s": s, "arrived": arrived, "served": served, "outside": outside},
        "count": _queue(arrived) if form == "queue" else _maximum(arrived),
    }


def _maximum(arrived: list) -> list:
    return [max(0, *arrived[: t + 1]) for t in range(24)]


def _queue(arrived: list) -> list:
    """Busy since step i, or since the start."""
    return [min(t + 1, *(arrived[i] + t - i for i in range(t + 1))) for t in range(24)]


def same_picture(control: str, before: dict, after: dict) -> str:
    """Of one number there is only one draw."""
    return "nothing is drawn" if control == "seed" and before["low"] == before["high"] else ""
