"""What the lab `successors` has to compute."""

from functools import cache

import numpy as np


def expected(state: dict) -> dict:
    beta, T = state["beta"], state["T"]
    x = state["mean"] + 0.6 * _noise(state["seed"])[:T]
    h, s = map(list, _loop(x, beta))
    table = [_after(x, beta, start) for start in range(T + 1)]
    found, place, number = np.zeros(T), table[0], 1
    while place < T:
        found[place] = number.bit_length()  # spike 1; 2 and 3; 4 to 7; …
        place, number = table[place + 1], number + 1
    return {
        **{name: state[name] for name in ("beta", "mean", "seed", "round")},
        **{"x": x, "h": h, "s": s, "next_spike": table, "found": found},
        **{"needed": found.max(), "most": T.bit_length(), "marked": (found > 0) & (found <= state["round"])},
        **{"witness.agrees": True},
    }


def _loop(x, beta):
    v, steps = 0.0, []
    for value in x:
        h = beta * v + value
        steps.append((h, float(h >= 1)))
        v = 0.0 if h >= 1 else h
    return zip(*steps, strict=True)


def _after(x, beta: float, start: int) -> int:
    """The first spike of a neuron that starts in that step; the number of steps if there is none."""
    v = 0.0
    for t in range(start, len(x)):
        v = beta * v + x[t]
        if v >= 1:
            return t
    return len(x)


@cache
def _noise(seed: int):
    return np.random.default_rng(seed).standard_normal(64)
