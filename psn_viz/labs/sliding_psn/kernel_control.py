"""The weights on the newest k inputs as a reader writes them, one kernel for all rows of W or a row each, and their
control.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Typed
from psn_viz.neurons import SlidingPSN
from psn_viz.read_numbers import is_number, number_words
from psn_viz.torch_state import seeded

LONGEST = 16
MOST_ROWS = 200
MAX_WEIGHT = 1.5
SUGGESTIONS = (
    "exponential 1", "exponential 2", "exponential 4", "exponential 8", "exponential 16", "uniform 4 1",
    "uniform 8 1", "1 0 0 0", "0 0 0 1", "-1 1", "0.25 0.25 0.25 0.25", "masked 4 2",
)  # fmt: skip


def parse_kernel(text: str) -> np.ndarray:
    """The weights float64 that a text describes, the last one for the newest input.

    One kernel W_0 … W_{k−1} `[k]`: "exponential k" and "uniform k SEED" are the initialisations of `SlidingPSN`;
    else the k numbers themselves. "masked k SEED": weights of its own for each of 200 rows, `[200, k]`, evenly from
    −1 to 1.
    Raises ValueError that names what is not understood: k beyond 1 … 16, a weight that is NaN or beyond ±1.5.
    """
    words = _words(text)
    if not words:
        raise ValueError(_explain("it is empty"))
    name = words[0].lower()
    if name == "exponential":
        (k,) = _whole_numbers(words, "k")
        return SlidingPSN(k).weight.detach().double().numpy()
    if name in ("uniform", "masked"):
        k, seed = _whole_numbers(words, "k", "a seed")
        # Always the same from one seed, and without disturbing the reader's random numbers.
        with seeded(seed, torch.device("cpu")):
            if name == "masked":
                return 2 * torch.rand(MOST_ROWS, k, dtype=torch.float64).numpy() - 1
            return SlidingPSN(k, init="uniform").weight.detach().double().numpy()
    if len(words) > LONGEST:
        raise ValueError(_explain(f"k must be at most {LONGEST}, these are {len(words)} numbers"))
    return np.array([_weight(word, n) for n, word in enumerate(words)])


def order_of(text: str) -> int:
    """The k of a text; raises ValueError as `parse_kernel` does."""
    return parse_kernel(text).shape[-1]


def kernel_text(weights) -> str:
    """Weights as text for `parse_kernel`, in up to four digits."""
    return " ".join(f"{weight + 0.0:.4g}" for weight in weights)  # + 0.0, for −0 is 0


def with_k(text: str, k: int) -> str:
    """The kernel of a text with another k: the same initialisation, or its newest weights, with zeros before them."""
    words = _words(text)
    if words[0].lower() in ("exponential", "uniform", "masked"):
        return " ".join([words[0], str(k), *words[2:]])
    return " ".join((["0"] * k + words)[-k:])


def _words(text: str) -> list[str]:
    if text.lstrip()[:1].isalpha():
        text = text.replace("+", " ")  # as a state code has it
    try:
        return number_words(text)
    except ValueError as error:
        raise ValueError(_explain(str(error))) from None


def _whole_numbers(words: list[str], *names: str) -> list[int]:
    name, *arguments = words
    if len(arguments) != len(names):
        raise ValueError(_explain(f"{name!r} is followed by {' and '.join(names)}"))
    for label, word in zip(names, arguments, strict=True):
        if not word.isascii() or not word.isdigit() or len(word) > 9:
            raise ValueError(_explain(f"{label} is a whole number ≥ 0, not {word[:40]!r}"))
    k, *rest = map(int, arguments)
    if not 1 <= k <= LONGEST:
        raise ValueError(_explain(f"k must be from 1 to {LONGEST}, got {k}"))
    return [k, *rest]


def _weight(word: str, n: int) -> float:
    if not is_number(word):
        names = "" if n else ", nor is it exponential, uniform or masked"
        raise ValueError(_explain(f"{word[:40]!r}, W_{n}, is not a number{names}"))
    value = float(word)
    if not abs(value) <= MAX_WEIGHT:  # NaN, too
        raise ValueError(_explain(f"W_{n} = {word[:40]} is not within ±{MAX_WEIGHT:g}"))
    return value


def _explain(problem: str) -> str:
    allowed = "exponential 4, uniform 4 1, masked 4 2, or numbers such as 0.25 0.5 1"
    return f"kernel not understood: {problem}. Allowed: {allowed}"


@dataclass(frozen=True)
class Kernel(Typed):
    """A kernel as text, with suggestions; its k also moves by a slider."""
