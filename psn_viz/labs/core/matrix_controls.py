"""Controls of a matrix that the reader paints: the selected cell, and the cells that were painted over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psn_viz.labs.core.controls import Control


@dataclass(frozen=True)
class Cell(Control):
    """One entry (t, i) of a square matrix with up to `size` rows; in a code "10.3"."""

    size: int

    def check(self, value) -> tuple[int, int]:
        place = as_cell(value.split(".")) if isinstance(value, str) else as_cell(value)
        if place is None or not all(0 <= n < self.size for n in place):
            raise self._refuse(value, f"two whole numbers (t, i) from 0 to {self.size - 1}")
        return place

    def at(self, value, part, number):
        n = min(max(round(number), 0), self.size - 1)
        return {"t": (n, value[1]), "i": (value[0], n)}.get(part, value)

    def values(self) -> list[tuple[int, int]]:
        """The start, and down the diagonal from corner to corner."""
        return sorted({(n, n) for n in range(self.size)} | {self.start})

    def label(self, value) -> str:
        return "t = {}, i = {}".format(*value)

    def encode(self, value) -> str:
        return "{}.{}".format(*value)

    def decode(self, text: str) -> tuple[int, int]:
        return self.check(text)


@dataclass(frozen=True)
class Painting(Control):
    """The cells ((t, i, w), …) that hold another value w than the matrix they lie in; in a code "10.3~0.5_…".

    In order of t and i, each once; `|w|` is at most `largest`.
    """

    size: int
    largest: float
    example: tuple[int, int]

    def check(self, value) -> tuple[tuple[int, int, float], ...]:
        cells: dict[tuple[int, int], float] = {}
        for entry in value if isinstance(value, tuple | list) else [value]:
            place = as_cell(entry[:2]) if isinstance(entry, tuple | list) and len(entry) == 3 else None
            weight = entry[2] if place else None
            fits = place and all(0 <= n < self.size for n in place)
            if not place or not fits or not isinstance(weight, int | float) or not abs(weight) <= self.largest:
                places, weights = f"0 to {self.size - 1}", f"{-self.largest:g} to {self.largest:g}"
                raise self._refuse(entry, f"cells (t, i, w) with t and i from {places} and w from {weights}")
            cells[place] = float(f"{weight:.4g}")
        return tuple((*place, weight) for place, weight in sorted(cells.items()))

    def values(self) -> list[tuple]:
        """Nothing painted, then one cell through its range."""
        weights = (round(self.largest * n / 4, 4) for n in range(-4, 5))
        return [(), *(((*self.example, weight),) for weight in weights)]

    def label(self, value) -> str:
        return ", ".join(f"W[{t},{i}] = {weight:.4g}" for t, i, weight in value) or "unpainted"

    def encode(self, value) -> str:
        return "_".join(f"{t}.{i}~{weight:.4g}" for t, i, weight in value)

    def decode(self, text: str) -> tuple:
        entries = []
        for part in filter(None, text.split("_")):
            if not (match := re.fullmatch(r"(\d{1,9})\.(\d{1,9})~(-?\d+(?:\.\d+)?(?:e-?\d+)?)", part, re.ASCII)):
                raise self._refuse(part, "cells such as 10.3~0.5, with _ between them")
            entries.append((int(match[1]), int(match[2]), float(match[3])))
        return self.check(entries)


def as_cell(pair) -> tuple[int, int] | None:
    """Two whole numbers (t, i) from anything that is a pair of them, else None."""
    try:
        t, i = pair
        numbers = int(t), int(i)
        return numbers if all(float(given) == n for given, n in zip((t, i), numbers, strict=True)) else None
    except (TypeError, ValueError, OverflowError):
        return None
