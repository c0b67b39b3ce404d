"""Input sequences that a reader can name, seed or type."""

from __future__ import annotations

import math

import numpy as np

SUGGESTIONS = ("block 1.5", "steady 1.5", "pulses 4", "ramp 2", "noise 1", "noise 2", "0.5 1 2 0 0 3")
_PATTERNS = ("block", "steady", "pulses", "ramp", "noise")
_MOST = 10.0


def parse_input(text: str, T: int) -> np.ndarray:
    """The input X `[T]` float64 that a text describes.

    "block A": A from an eighth to eleven sixteenths of the time; "steady A": A throughout; "pulses A": A at every
    fourth step; "ramp A": from 0 to A; "noise SEED": normal, mean 0.9 and standard deviation 1.5, drawn from that
    seed; or the numbers themselves, X[0] X[1] …, with zeros after the last, and without those from X[T] on.

    Raises ValueError that names what is not understood: an unknown word, a value that is NaN or beyond ±10, with
    its time-step.
    """
    words = text.replace(",", " ").split()
    if words and words[0].lower() in _PATTERNS:
        return _pattern(words, T)
    if not words:
        raise ValueError(_explain("it is empty"))
    numbers = [_value(word, f"at time-step {step}") for step, word in enumerate(words)]
    return np.array((numbers + [0.0] * T)[:T])


def _pattern(words: list[str], T: int) -> np.ndarray:
    name = words[0].lower()
    if len(words) != 2:
        raise ValueError(_explain(f"{name!r} is followed by one number"))
    if name == "noise":
        if not words[1].isascii() or not words[1].isdigit() or len(words[1]) > 9:
            raise ValueError(_explain(f"the seed of noise is a whole number ≥ 0, not {words[1][:40]!r}"))
        return np.random.default_rng(int(words[1])).normal(0.9, 1.5, T)
    level = _value(words[1], f"after {name!r}")
    t = np.arange(T)
    if name == "block":
        return np.where((t >= T // 8) & (t < 11 * T // 16), level, 0.0)
    if name == "pulses":
        return np.where(t % 4 == 1, level, 0.0)
    if name == "ramp":
        return level * t / max(1, T - 1)
    return np.full(T, level)


def _value(word: str, where: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise ValueError(_explain(f"{word[:40]!r} {where} is not a number")) from None
    if math.isnan(value):
        raise ValueError(_explain(f"the value {where} is NaN, which would silently give no spike"))
    if abs(value) > _MOST:
        raise ValueError(_explain(f"{word[:40]} {where} is beyond ±{_MOST:g}"))
    return value


def _explain(problem: str) -> str:
    return f"input not understood: {problem}. Allowed: {', '.join(SUGGESTIONS[:5])}, or numbers such as 0.5 1 2"
