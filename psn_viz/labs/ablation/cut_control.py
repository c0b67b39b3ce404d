"""Controls that take weights away: whole diagonals by name or by a slider, and squares around the cell in hand."""

from __future__ import annotations

import re
from dataclasses import dataclass

import ipywidgets
import numpy as np
import traitlets

from psn_viz.labs.core.controls import STYLE, Control, Typed
from psn_viz.labs.core.matrix_controls import as_cell
from psn_viz.labs.live.composite import Composite
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

    def wiped(self, T: int) -> np.ndarray:
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
    """A cut as text, with suggestions; the offsets of a band also move by a slider."""

    def widget(self, value) -> CutField:
        return CutField(value, self)


class CutField(Composite, ipywidgets.VBox):
    """The text of a cut over a slider with two handles, from and to; `value` is the text."""

    value = traitlets.Unicode()

    def __init__(self, value: str, control: Cutting) -> None:
        self._text = Typed.widget(control, value)
        self._band = ipywidgets.IntRangeSlider(value=(0, 0), min=-1, max=1, description="t − i", style=STYLE)
        self._showing = False
        for part in (self._text, self._band):
            part.layout.width = "auto"
        super().__init__([self._text, self._band], value=value, description=control.symbol)
        self.add_class("psn-kernel")
        self.observe(self._show, "value")
        self._text.observe(lambda change: self.set_trait("value", change["new"]), "value")
        self._band.observe(self._slid, "value")

    def limit(self, T: int) -> None:
        """Allow the offsets of a W `[T, T]`."""
        self._showing = True
        try:
            self._band.min, self._band.max = min(self._band.min, 1 - T), max(self._band.max, T - 1)
            self._band.min, self._band.max = 1 - T, T - 1
        finally:
            self._showing = False
        self._show_band()

    def _show(self, change) -> None:
        self._text.value = change["new"]
        self._show_band()

    def _show_band(self) -> None:
        """Bring the slider to the offsets of the text, where it has some."""
        try:
            cut = parse_cut(self.value)
        except ValueError:  # the lab says so
            return
        low, high = self._band.min, self._band.max
        ends = {"future": (low, -1), "past": (1, high)}.get(cut.name)
        if cut.name in ("band", "keep"):
            ends = tuple(min(max(end, low), high) for end in (cut.low, cut.high))
        if ends and not self._showing:
            self._showing = True
            try:
                self._band.value = ends
            finally:
                self._showing = False

    def _slid(self, change) -> None:
        if self._showing:
            return
        name = "keep" if self.value.lower().startswith("keep") else "band"
        self._showing = True
        try:
            self.value = "{} {} {}".format(name, *change["new"])
        finally:
            self._showing = False


@dataclass(frozen=True)
class Squares(Control):
    """The squares ((t, i, side), …) that are wiped, each around its cell; in a code "10.3~5_…".

    In order of t and i, each cell once; sides from 1 to `most`.
    """

    size: int
    most: int
    example: tuple[int, int]

    def check(self, value) -> tuple[tuple[int, int, int], ...]:
        squares = {}
        for entry in value if isinstance(value, tuple | list) else [value]:
            cell = as_cell(entry[:2]) if isinstance(entry, tuple | list) and len(entry) == 3 else None
            side = entry[2] if cell else None
            fits = cell and all(0 <= n < self.size for n in cell)
            if not fits or isinstance(side, bool) or side not in range(1, self.most + 1):
                allowed = f"(t, i, side) with t and i from 0 to {self.size - 1} and a side from 1 to {self.most}"
                raise self._refuse(entry, f"squares {allowed}")
            squares[cell] = int(side)
        return tuple((*cell, side) for cell, side in sorted(squares.items()))

    def values(self) -> list[tuple]:
        """Nothing wiped, then one square of all sizes."""
        sides = sorted({1 + round(n * (self.most - 1) / 8) for n in range(9)})
        return [(), *(((*self.example, side),) for side in sides)]

    def widget(self, value) -> Eraser:
        return Eraser(value, self.most, self.symbol)

    def label(self, value) -> str:
        return ", ".join(f"{side} × {side} around ({t}, {i})" for t, i, side in value) or "nothing"

    def encode(self, value) -> str:
        return "_".join(f"{t}.{i}~{side}" for t, i, side in value)

    def decode(self, text: str) -> tuple:
        squares = []
        for part in filter(None, text.split("_")):
            if not (found := re.fullmatch(r"(\d{1,9})\.(\d{1,9})~(\d{1,9})", part, re.ASCII)):
                raise self._refuse(part, "squares such as 10.3~5, with _ between them")
            squares.append(tuple(int(number) for number in found.groups()))
        return self.check(squares)


def within(squares, T: int) -> np.ndarray:
    """Bool `[T, T]`: which entries the squares cover."""
    covered = np.zeros((T, T), dtype=bool)
    for t, i, side in squares:
        top, left = t - side // 2, i - side // 2
        covered[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)] = True
    return covered


class Eraser(Composite, ipywidgets.HBox):
    """A slider with the side of the square that is wiped around the cell in hand, and a button that wipes nothing.

    `value` are the squares.
    """

    value = traitlets.Tuple()

    def __init__(self, value: tuple, most: int, symbol: str) -> None:
        self._cell: tuple[int, int] | None = None
        self._slider = ipywidgets.IntSlider(0, 0, most, description=symbol, style=STYLE)
        clear = ipywidgets.Button(description="Unwipe")
        clear.layout.width = "auto"
        super().__init__([self._slider, clear], value=value, description=symbol)
        self.add_class("psn-brush")
        self._slider.observe(self._wiped, "value")
        clear.on_click(lambda _: self.set_trait("value", ()))

    def hold(self, cell: tuple[int, int]) -> None:
        """Take up a cell, with the square that is wiped around it."""
        self._cell = None  # else the slider would wipe there
        self._slider.value = next((side for *at, side in self.value if tuple(at) == cell), 0)
        self._cell = cell

    def _wiped(self, change) -> None:
        if self._cell is None:
            return
        others = [square for square in self.value if tuple(square[:2]) != self._cell]
        here = [(*self._cell, change["new"])] if change["new"] else []
        self.value = tuple(sorted([*others, *here]))
