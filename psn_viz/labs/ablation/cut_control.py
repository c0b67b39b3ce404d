"""Controls that take weights away: whole diagonals by name or by a slider, and squares around the selected cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from psn_viz.labs.core.controls import Control, Typed
from psn_viz.labs.core.matrix_controls import as_cell
from psn_viz.read_numbers import plain_minus

FURTHEST = 999
SUGGESTIONS = (
    "nothing", "future", "past", "band 1 3", "band 4 27", "keep 0 7", "keep 0 0", "Toeplitz", "LIF", "start",
)  # fmt: skip
_NAMES = {name.lower(): name for name in ("nothing", "future", "past", "Toeplitz", "LIF", "start")}


@dataclass(frozen=True)
class Cut:
    """What is done to W. name: one of "nothing", "future", "past", "band", "keep", "Toeplitz", "LIF", "start".

    low, high: the offsets t − i of "band" and "keep", both included; negative ones lie in the future.
    """

    name: str
    low: int = 0
    high: int = 0

    def removed(self, T: int) -> np.ndarray:
        """Bool `[T, T]`: which entries it takes away."""
        lag = np.arange(T)[:, None] - np.arange(T)
        within = (lag >= self.low) & (lag <= self.high)
        match self.name:
            case "future":
                return lag < 0
            case "past":
                return lag > 0
            case "band":
                return within
            case "keep":
                return ~within
        return np.zeros((T, T), dtype=bool)


def parse_cut(text: str) -> Cut:
    """The cut that a text describes: a name, or "band FROM TO" or "keep FROM TO" with two offsets t − i.

    Raises ValueError that names what is not understood.
    """
    words = [word.strip(",") for word in plain_minus(text).split()]
    if not words:
        raise ValueError(_explain("it is empty"))
    name = words[0].lower()
    if name in _NAMES:
        if len(words) > 1:
            raise ValueError(_explain(f"nothing follows {_NAMES[name]!r}, here {' '.join(words[1:])[:40]!r}"))
        return Cut(_NAMES[name])
    if name not in ("band", "keep"):
        raise ValueError(_explain(f"{words[0][:40]!r} is no cut"))
    if len(words) != 3:
        raise ValueError(_explain(f"{name!r} is followed by two offsets, from and to"))
    low, high = (_offset(word) for word in words[1:])
    if low > high:
        raise ValueError(_explain(f"{low} is more than {high}: the smaller offset comes first"))
    return Cut(name, low, high)


def _offset(word: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,3}", word):
        raise ValueError(
            _explain(f"an offset t − i is a whole number from {-FURTHEST} to {FURTHEST}, not {word[:40]!r}")
        )
    return int(word)


def _explain(problem: str) -> str:
    return f"cut not understood: {problem}. Allowed: nothing, future, past, band 1 3, keep 0 7, Toeplitz, LIF, start"


@dataclass(frozen=True)
class Cutting(Typed):
    """A cut as text, with suggestions; the offsets of a band of a `size` × `size` matrix also move by a slider."""

    size: int = FURTHEST + 1


@dataclass(frozen=True)
class Squares(Control):
    """The squares ((t, i, side), …) that are wiped, each around its cell; in a code "10.3~5_…".

    In order of t and i, each cell once; sides from 1 to `largest`.
    """

    size: int
    largest: int
    example: tuple[int, int]

    def check(self, value) -> tuple[tuple[int, int, int], ...]:
        squares = {}
        for entry in value if isinstance(value, tuple | list) else [value]:
            cell = as_cell(entry[:2]) if isinstance(entry, tuple | list) and len(entry) == 3 else None
            side = entry[2] if cell else None
            fits = cell and all(0 <= n < self.size for n in cell)
            if not fits or isinstance(side, bool) or side not in range(1, self.largest + 1):
                allowed = f"(t, i, side) with t and i from 0 to {self.size - 1} and a side from 1 to {self.largest}"
                raise self._refuse(entry, f"squares {allowed}")
            squares[cell] = int(side)
        return tuple((*cell, side) for cell, side in sorted(squares.items()))

    def values(self) -> list[tuple]:
        """Nothing wiped, then one square of all sizes."""
        sides = sorted({1 + round(n * (self.largest - 1) / 8) for n in range(9)})
        return [(), *(((*self.example, side),) for side in sides)]

    def label(self, value) -> str:
        return ", ".join(f"{side} × {side} around ({t}, {i})" for t, i, side in value) or "nothing"

    def encode(self, value) -> str:
        return "_".join(f"{t}.{i}~{side}" for t, i, side in value)

    def decode(self, text: str) -> tuple:
        squares = []
        for part in filter(None, text.split("_")):
            if not (match := re.fullmatch(r"(\d{1,9})\.(\d{1,9})~(\d{1,9})", part, re.ASCII)):
                raise self._refuse(part, "squares such as 10.3~5, with _ between them")
            squares.append(tuple(int(number) for number in match.groups()))
        return self.check(squares)


def within(squares, T: int) -> np.ndarray:
    """Bool `[T, T]`: which entries the squares cover."""
    covered = np.zeros((T, T), dtype=bool)
    for t, i, side in squares:
        top, left = t - side // 2, i - side // 2
        covered[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)] = True
    return covered
