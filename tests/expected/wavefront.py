"""What the lab `wavefront` has to compute."""

from functools import cache

import numpy as np


def expected(state: dict) -> dict:
    settings = tuple(state[name] for name in ("beta", "mean", "reset", "seed"))
    _, loop = run(*settings)
    rounds = guesses(*settings)
    wrong = [int((guess != loop).sum()) for guess in rounds]
    return {
        **{name: state[name] for name in ("K", "beta", "mean", "reset", "seed")},
        **{"s": rounds[state["K"] - 1], "loop": loop, "rate": loop.mean(), "silent": loop.sum()},
        **{"wrong": wrong, "wrong_now": wrong[state["K"] - 1], "witness.agrees": True},
        "exact": next(k for k in range(1, 65) if not any(wrong[k - 1 :])),
    }


@cache
def run(beta: float, mean: float, reset: str, seed: int):
    """H and S `[64, 20]` of the loop."""
    return _steps(beta, mean, reset, seed, None)


@cache
def guesses(beta: float, mean: float, reset: str, seed: int) -> list:
    """S `[64, 20]` after round 1 … 64, each from the spikes of the round before."""
    rounds, before = [], np.zeros((64, 20))
    for _ in range(64):
        same = len(rounds) > 1 and np.array_equal(rounds[-1], rounds[-2])
        before = before if same else _steps(beta, mean, reset, seed, before)[1]
        rounds.append(before)
    return rounds


def _steps(beta, mean, reset, seed, given):
    """H and S step by step, reset by the spikes themselves or by those that are given."""
    x = mean + 0.6 * _noise(seed)
    v, steps = np.zeros(20), []
    for t in range(64):
        h = beta * v + x[t]
        s = (h >= 1) * 1.0
        by = s if given is None else given[t]
        v = h * (1 - by) if reset == "hard" else h - by
        steps.append((h, s))
    return tuple(map(np.array, zip(*steps, strict=True)))


@cache
def _noise(seed: int):
    return np.random.default_rng(seed).standard_normal((64, 20))
