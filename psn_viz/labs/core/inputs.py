"""Input sequences that a reader can name, seed or type."""

from __future__ import annotations

import math
import re

import numpy as np

from psn_viz.read_numbers import is_number, number_words, read_number

SUGGESTIONS = ("block 1.5", "steady 1.5", "pulses 4", "ramp 2", "noise 1", "noise 2", "0.5 1 2 0 0 3")
_PATTERNS = ("block", "steady", "pulses", "ramp", "noise")
_LARGEST = 10.0


def parse_input(text: str, T: int) -> np.ndarray:
    """The input X `[T]` float64 that a text describes.

    "block A": A from an eighth to eleven sixteenths of the time; "steady A": A throughout; "pulses A": A at every
    fourth step; "ramp A": from 0 to A; "noise SEED": normal, mean 0.9 and standard deviation 1.5, drawn from that
    seed; or the numbers themselves, X[0] X[1] …, with zeros after the last, and without those from X[T] on.

    Raises ValueError that names what is not understood: an unknown word, a value that is NaN or beyond ±10, with
    its time-step, a comma that could be two things.
    """
    if (name := re.match(r"[\s,]*(\w+)", text)) and name[1].lower() in _PATTERNS:
        return _pattern(name[1].lower(), text[name.end() :].strip(" ,").split(), T)
    try:
        words = number_words(text)
    except ValueError as error:
        raise ValueError(_explain(str(error))) from None
    if not words:
        raise ValueError(_explain("it is empty"))
    for step, word in enumerate(words):
        if not is_number(word):
            raise ValueError(_explain(f"{word[:40]!r} at time-step {step} is not a number"))
    numbers = [_within(float(word), word, f"at time-step {step}") for step, word in enumerate(words)]
    return np.array((numbers + [0.0] * T)[:T])


def _pattern(name: str, words: list[str], T: int) -> np.ndarray:
    if len(words) != 1:
        raise ValueError(_explain(f"{name!r} is followed by one number"))
    (word,) = words
    if name == "noise":
        if not word.isascii() or not word.isdigit() or len(word) > 9:
            raise ValueError(_explain(f"the seed of noise is a whole number ≥ 0, not {word[:40]!r}"))
        return np.random.default_rng(int(word)).normal(0.9, 1.5, T)
    try:
        number = read_number(word)
    except ValueError as error:
        raise ValueError(_explain(f"after {name!r}: {error}")) from None
    level = _within(number, word, f"after {name!r}")
    t = np.arange(T)
    if name == "block":
        return np.where((t >= T // 8) & (t < 11 * T // 16), level, 0.0)
    if name == "pulses":
        return np.where(t % 4 == 1, level, 0.0)
    if name == "ramp":
        return level * t / max(1, T - 1)
    return np.full(T, level)


def _within(value: float, word: str, position: str) -> float:
    if math.isnan(value):
        raise ValueError(_explain(f"the value {position} is NaN, which would silently give no spike"))
    if abs(value) > _LARGEST:
        raise ValueError(_explain(f"{word[:40]} {position} is beyond ±{_LARGEST:g}"))
    return value


def _explain(problem: str) -> str:
    return f"input not understood: {problem}. Allowed: {', '.join(SUGGESTIONS[:5])}, or numbers such as 0.5 1 2"
