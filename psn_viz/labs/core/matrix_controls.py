"""Controls of a matrix that the reader paints: the cell in hand, and the cells that were given another value."""

from __future__ import annotations

import re
from dataclasses import dataclass

import ipywidgets
import traitlets

from psn_viz.labs.core.controls import STYLE, Control
from psn_viz.labs.live.composite import Composite

_STEP = 0.01


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

    def widget(self, value) -> CellPicker:
        return CellPicker(value, self.size, self.symbol)

    def label(self, value) -> str:
        return "t = {}, i = {}".format(*value)

    def encode(self, value) -> str:
        return "{}.{}".format(*value)

    def decode(self, text: str) -> tuple[int, int]:
        return self.check(text)


@dataclass(frozen=True)
class Painting(Control):
    """The cells ((t, i, w), …) that hold another value w than the matrix they lie in; in a code "10.3~0.5_…".

    In order of t and i, each once; `|w|` is at most `most`.
    """

    size: int
    most: float
    example: tuple[int, int]

    def check(self, value) -> tuple[tuple[int, int, float], ...]:
        cells = {}
        for entry in value if isinstance(value, tuple | list) else [value]:
            place = as_cell(entry[:2]) if isinstance(entry, tuple | list) and len(entry) == 3 else None
            weight = entry[2] if place else None
            fits = place and all(0 <= n < self.size for n in place)
            if not fits or not isinstance(weight, int | float) or not abs(weight) <= self.most:
                allowed = (
                    f"(t, i, w) with t and i from 0 to {self.size - 1} and w from {-self.most:g} to {self.most:g}"
                )
                raise self._refuse(entry, f"cells {allowed}")
            cells[place] = float(f"{weight:.4g}")
        return tuple((*place, weight) for place, weight in sorted(cells.items()))

    def values(self) -> list[tuple]:
        """Nothing painted, then one cell through its range."""
        weights = (round(self.most * n / 4, 4) for n in range(-4, 5))
        return [(), *(((*self.example, weight),) for weight in weights)]

    def widget(self, value) -> Brush:
        return Brush(value, self.most, self.symbol)

    def label(self, value) -> str:
        return ", ".join(f"W[{t},{i}] = {weight:.4g}" for t, i, weight in value) or "unpainted"

    def encode(self, value) -> str:
        return "_".join(f"{t}.{i}~{weight:.4g}" for t, i, weight in value)

    def decode(self, text: str) -> tuple:
        entries = []
        for part in filter(None, text.split("_")):
            if not (found := re.fullmatch(r"(\d{1,9})\.(\d{1,9})~(-?\d+(?:\.\d+)?(?:e-?\d+)?)", part, re.ASCII)):
                raise self._refuse(part, "cells such as 10.3~0.5, with _ between them")
            entries.append((int(found[1]), int(found[2]), float(found[3])))
        return self.check(entries)


class CellPicker(Composite, ipywidgets.HBox):
    """Two number fields, t and i; `value` is the pair."""

    value = traitlets.Tuple()

    def __init__(self, value: tuple[int, int], size: int, symbol: str) -> None:
        self._fields = [
            ipywidgets.BoundedIntText(n, 0, size - 1, description=name, style=STYLE)
            for n, name in zip(value, "ti", strict=True)
        ]
        self._showing = False
        super().__init__(self._fields, value=value, description=symbol)
        self.add_class("psn-cell")
        self.observe(self._show, "value")
        for field in self._fields:
            field.observe(self._typed, "value")

    def limit(self, size: int) -> None:
        """Allow rows and columns 0 … size − 1."""
        for field in self._fields:
            field.max = size - 1

    def _show(self, change) -> None:
        self._showing = True  # the fields move one after the other: between the two they hold no pair of anyone's
        try:
            for field, n in zip(self._fields, change["new"], strict=True):
                field.value = n
        finally:
            self._showing = False
        self.value = tuple(field.value for field in self._fields)  # a field takes what is within its limits

    def _typed(self, change) -> None:
        if not self._showing:
            self.value = tuple(field.value for field in self._fields)


class Brush(Composite, ipywidgets.HBox):
    """A slider with the value of the cell in hand, and a button that takes all paint off; `value` are the cells."""

    value = traitlets.Tuple()

    def __init__(self, value: tuple, most: float, symbol: str) -> None:
        self._cell: tuple[int, int] | None = None
        self._weight = 0.0
        self._slider = ipywidgets.FloatSlider(
            0, min=-most, max=most, step=_STEP, description=symbol, readout_format=".2f", style=STYLE
        )
        clear = ipywidgets.Button(description="Unpaint")
        clear.layout.width = "auto"
        super().__init__([self._slider, clear], value=value, description=symbol)
        self.add_class("psn-brush")
        self._slider.observe(self._painted, "value")
        clear.on_click(lambda _: self.set_trait("value", ()))

    def hold(self, cell: tuple[int, int], weight: float) -> None:
        """Take up a cell, whose value is `weight` now."""
        self._cell = None  # else the slider would paint it
        self._slider.value = weight
        self._cell, self._weight = cell, weight

    def _painted(self, change) -> None:
        # A browser rounds what it is given to a step of the slider, and sends that back: that is no paint.
        if self._cell is None or abs(change["new"] - self._weight) <= _STEP / 2:
            return
        others = [entry for entry in self.value if tuple(entry[:2]) != self._cell]
        self.value = tuple(sorted([*others, (*self._cell, round(change["new"], 4))]))


def as_cell(pair) -> tuple[int, int] | None:
    """Two whole numbers (t, i) from anything that is a pair of them, else None."""
    try:
        t, i = pair
        numbers = int(t), int(i)
        return numbers if all(float(given) == n for given, n in zip((t, i), numbers, strict=True)) else None
    except (TypeError, ValueError, OverflowError):
        return None
