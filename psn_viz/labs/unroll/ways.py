"""Ways to the charge of an LIF without reset (V starts at 0): the loop, its unrolled sum, and a scan.

H[t] = β·H[t−1] + X[t]/τ with β = 1 − 1/τ. All arrays are float64 over T time-steps. A *tick* is one stage: all that
is ready in it is computed at once, however many there are, and a sum of several terms counts as one.
"""

from __future__ import annotations

import math

import numpy as np

WAYS = ("loop", "scan", "product")


def node_by_node(x: np.ndarray, tau: float, reset: str) -> np.ndarray:
    """H `[T]` of the loop with threshold 1, one node of the graph after the other; `reset` as in `LIF`."""
    v, charges = 0.0, []
    for x_t in x:
        h = v + (x_t - v) / tau  # as `LIF` rounds it: else H near the threshold might fire in one of them alone
        s = float(h >= 1)
        v = {"hard": h * (1 - s), "soft": h - s, "none": h}[reset]
        charges.append(h)
    return np.array(charges)


def coefficients(T: int, tau: float, terms: int) -> np.ndarray:
    """What stands before each X[i] in H[t] after so many terms are written out, `[T, T]`, NaN where nothing does."""
    lag = np.subtract.outer(np.arange(T), np.arange(T))
    return np.where((lag >= 0) & (lag < terms), (1 - 1 / tau) ** np.maximum(lag, 0) / tau, np.nan)


def unrolled(x: np.ndarray, h: np.ndarray, tau: float, terms: int) -> np.ndarray:
    """β^k·H[t−k] and k terms of X, `[T]`, k = `terms`: the right side of the recurrence, unrolled, with the H given.

    Where fewer than k inputs came before, there is no H left on the right.
    """
    rest = np.zeros_like(h)
    rest[terms:] = (1 - 1 / tau) ** terms * h[: len(h) - terms]
    return np.nan_to_num(coefficients(len(x), tau, terms)) @ x + rest


def compose(first: tuple, then: tuple) -> tuple:
    """Two steps H → a·H + b, one after the other, as one: the pair (a, b) of both."""
    (a_first, b_first), (a_then, b_then) = first, then
    return a_then * a_first, a_then * b_first + b_then


def scan(x: np.ndarray, tau: float) -> tuple[np.ndarray, np.ndarray]:
    """The pairs (a, b) before the first round and after each, `[rounds + 1, T]` both; the last b is H.

    Round r composes the pair of each step with that of 2^r steps before, which doubles what it covers (Hillis and
    Steele 1986; the pairs as in Blelloch 1990).
    """
    pairs = [(np.full(len(x), 1 - 1 / tau), x / tau)]
    for n in range(rounds(len(x))):
        far, (a, b) = 2**n, pairs[-1]
        joined = compose((a[:-far], b[:-far]), (a[far:], b[far:]))
        pairs.append(tuple(np.concatenate((old[:far], new)) for old, new in zip((a, b), joined, strict=True)))
    a, b = zip(*pairs, strict=True)
    return np.array(a), np.array(b)


def rounds(T: int) -> int:
    """How often what a scan covers must double until it is T steps."""
    return math.ceil(math.log2(T))


def ticks(T: int) -> dict[str, int]:
    """After how many ticks each way has all of H. The scaling by 1/τ belongs to the first tick."""
    return {"loop": T, "scan": rounds(T), "product": 1}


def known(T: int, tick: int) -> np.ndarray:
    """Which H[t] each of the `WAYS` has after so many ticks, `[3, T]`, 0 or 1."""
    t = np.arange(T)
    return np.array([t < tick, t < 2**tick if tick else t < 0, t < T * tick], dtype=float)


def multiply_adds(T: int) -> dict[str, int]:
    """How many multiplications, each with its addition if it has one, a way takes for one neuron.

    The powers of β are worked out beforehand: those of the scan as well as those in W.
    """
    return {
        "loop": 2 * T,
        "scan": T + sum(T - 2**n for n in range(rounds(T))),
        "product": T * (T + 1) // 2,
    }
