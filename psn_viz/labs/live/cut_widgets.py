"""Widgets that take weights away: a text field with a slider over diagonals, and a slider for a square."""

from __future__ import annotations

import ipywidgets
import traitlets

from psn_viz.labs.ablation.cut_control import Cutting, Squares, parse_cut
from psn_viz.labs.core.controls import Typed
from psn_viz.labs.live.control_widgets import STYLE, Composite, control_widget, limit_widget


@control_widget.register(Cutting)
def _(control: Cutting, value) -> CutField:
    return CutField(value, control)


@limit_widget.register(Cutting)
def _(control: Cutting, widget) -> None:
    widget.limit(control.size)


@control_widget.register(Squares)
def _(control: Squares, value) -> Eraser:
    return Eraser(value, control.largest, control.symbol)


class CutField(Composite, ipywidgets.VBox):
    """The text of a cut over a slider with two handles, from and to; `value` is the text."""

    value = traitlets.Unicode()

    def __init__(self, value: str, control: Cutting) -> None:
        self._text = control_widget.dispatch(Typed)(control, value)
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


class Eraser(Composite, ipywidgets.HBox):
    """A slider for the side of the square around the selected cell, and a button that clears all squares.

    `value` are the squares.
    """

    value = traitlets.Tuple()

    def __init__(self, value: tuple, largest: int, symbol: str) -> None:
        self._cell: tuple[int, int] | None = None
        self._slider = ipywidgets.IntSlider(0, 0, largest, description=symbol, style=STYLE)
        clear = ipywidgets.Button(description="Unwipe")
        clear.layout.width = "auto"
        super().__init__([self._slider, clear], value=value, description=symbol)
        self.add_class("psn-brush")
        self._slider.observe(self._on_slider, "value")
        clear.on_click(lambda _: self.set_trait("value", ()))

    def select_cell(self, cell: tuple[int, int]) -> None:
        """Select a cell; the slider goes to the side of its square."""
        self._cell = None  # else the slider would wipe there
        self._slider.value = next((side for *at, side in self.value if tuple(at) == cell), 0)
        self._cell = cell

    def _on_slider(self, change) -> None:
        if self._cell is None:
            return
        other_cells = [square for square in self.value if tuple(square[:2]) != self._cell]
        square = [(*self._cell, change["new"])] if change["new"] else []
        self.value = tuple(sorted([*other_cells, *square]))
