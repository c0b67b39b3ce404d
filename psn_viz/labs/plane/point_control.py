"""A point of the plane of two inputs, as a reader writes it or points at it."""

from __future__ import annotations

from dataclasses import dataclass

from psn_viz.labs.core.controls import Typed
from psn_viz.read_numbers import is_number, number_words

LOW, HIGH = -2.0, 8.0  # the square that is drawn
STEP = 0.25  # between two points of the grid that can be pointed at
# M is the middle between P and Q. No charge of the three, with whatever reset, is within 0.09 of the threshold.
MARKED = {"P": (3.5, 2.0), "Q": (5.5, 4.5), "M": (4.5, 3.25)}


def parse_point(text: str) -> tuple[float, float]:
    """X[0] and X[1] from a text such as "4.5 3.25".

    Raises ValueError that names what is not understood: other than two numbers, or one outside of the square.
    """
    try:
        words = number_words(text)
    except ValueError as error:
        raise ValueError(_explain(str(error))) from None
    if len(words) != 2:
        raise ValueError(_explain(f"these are {len(words)} numbers" if words else "it is empty"))
    first, second = (_within(word, f"X[{n}]") for n, word in enumerate(words))
    return first, second


def point_text(point: tuple[float, float]) -> str:
    """A point as text for `parse_point`, in up to four digits."""
    return " ".join(f"{value + 0.0:.4g}" for value in point)  # + 0.0, for −0 is 0


@dataclass(frozen=True)
class Point(Typed):
    """Two inputs as text; pointing at the plane sets them to the nearest point of the grid."""

    def at(self, value: str, part: str, number: float) -> str:
        """The text after the reader pointed at `number` along X[0], part "0", or X[1], part "1"."""
        point = list(parse_point(value))
        if part in ("0", "1"):
            point[int(part)] = min(HIGH, max(LOW, STEP * round(number / STEP)))
        return point_text((point[0], point[1]))


def _within(word: str, name: str) -> float:
    if not is_number(word):
        raise ValueError(_explain(f"{word[:40]!r}, {name}, is not a number"))
    value = float(word)
    if not LOW <= value <= HIGH:  # NaN, too
        raise ValueError(_explain(f"{name} = {word[:40]} is not from {LOW:g} to {HIGH:g}"))
    return value


def _explain(problem: str) -> str:
    return f"point not understood: {problem}. Allowed: two numbers, X[0] and X[1], such as 4.5 3.25"
