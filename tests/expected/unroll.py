"""What the lab `unroll` has to compute, in plain Python."""

from __future__ import annotations

import math

from psn_viz.labs.core.inputs import parse_input

T, TAU = 8, 4.0
BETA = 1 - 1 / TAU
NAN = float("nan")


def loop(x, reset: str) -> tuple[list[float], list[float], list[float]]:
    """H, S and V of an LIF with threshold 1."""
    v, run = 0.0, []
    for x_t in x:
        h = v + (x_t - v) / TAU
        s = 1.0 if h >= 1 else 0.0
        if reset == "hard":
            v = 0.0 if s else h
        elif reset == "soft":
            v = h - s
        else:
            v = h
        run.append((h, s, v))
    return tuple(map(list, zip(*run, strict=True)))


def with_terms(x, h, k: int) -> list[float]:
    """H[t] from H[t − k] and the k inputs since, by the recurrence without reset."""
    found = []
    for t in range(T):
        value = h[t - k] if t >= k else 0.0
        for i in range(max(0, t - k + 1), t + 1):
            value = value - value / TAU + x[i] / TAU
        found.append(value)
    return found


def sum_of(x, t: int, terms: int) -> float:
    """The newest `terms` inputs of step t, weighted."""
    return sum(x[i] * BETA ** (t - i) / TAU for i in range(max(0, t - terms + 1), t + 1))


def ready(way: str, t: int) -> int:
    """After how many ticks a way has H[t]: one step a tick, doubling reach, all at once."""
    return {"loop": t + 1, "scan": max(1, math.ceil(math.log2(t + 1))), "product": 1}[way]


def expected(state: dict) -> dict:
    reset, show, at = state["reset"], state["show"], state["at"]
    x = [float(value) for value in parse_input(state["input"], T)]
    h, s, v = loop(x, reset)
    h_even, s_even, _ = loop([value if i % 2 == 0 else 0.0 for i, value in enumerate(x)], reset)
    h_odd, s_odd, _ = loop([value if i % 2 else 0.0 for i, value in enumerate(x)], reset)
    terms = math.floor(at) if show == "derivation" else 0
    free = reset == "none"
    other = with_terms(x, h, terms) if terms else h
    written = {"product": T, "derivation": max(1, terms) if free else 1}.get(show, 1)
    tick = 0 if show == "derivation" else math.floor(at)
    ways = ("loop", "scan", "product")
    return {
        "input": state["input"],
        "tau": TAU,
        "reset": reset,
        "show": show,
        "at": at,
        "t": state["t"],
        "x": x,
        "h": h,
        "s": s,
        "v": v,
        "h_other": other,
        "weight": [[BETA ** (t - i) / TAU if 0 <= t - i < written else NAN for i in range(T)] for t in range(T)],
        "scan": [[sum_of(x, t, 2**r) for t in range(T)] for r in range(4)],
        "known": [[float(ready(way, t) <= tick) for t in range(T)] for way in ways],
        "ticks": {way: max(ready(way, t) for t in range(T)) for way in ways},
        # Loop: leak and input of each step. Scan: T to scale, one for each pair joined. Product: each W[t, i].
        "multiply_adds": {
            "loop": sum(2 for _ in range(T)),
            "scan": T + sum(1 for far in (1, 2, 4) for t in range(T) if t >= far),
            "product": sum(1 for t in range(T) for _ in range(t + 1)),
        },
        "s_even": s_even,
        "h_even": h_even,
        "s_odd": s_odd,
        "h_odd": h_odd,
        "superposition.difference": max(abs(a - b - c) for a, b, c in zip(h, h_even, h_odd, strict=True)),
    }
