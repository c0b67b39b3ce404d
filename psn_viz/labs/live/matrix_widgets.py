"""Widgets of a matrix that the reader paints: two fields for the selected cell, a slider for its value."""

from __future__ import annotations

import ipywidgets
import traitlets

from psn_viz.labs.core.matrix_controls import Cell, Painting
from psn_viz.labs.live.control_widgets import STYLE, Composite, control_widget, limit_widget

_STEP = 0.01


@control_widget.register(Cell)
def _(control: Cell, value) -> CellPicker:
    return CellPicker(value, control.size, control.symbol)


@limit_widget.register(Cell)
def _(control: Cell, widget) -> None:
    widget.limit(control.size)


@control_widget.register(Painting)
def _(control: Painting, value) -> Brush:
    return Brush(value, control.largest, control.symbol)


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
    """A slider for the weight in the selected cell, and a button that clears all; `value` are the painted cells."""

    value = traitlets.Tuple()

    def __init__(self, value: tuple, largest: float, symbol: str) -> None:
        self._cell: tuple[int, int] | None = None
        self._weight = 0.0
        self._slider = ipywidgets.FloatSlider(
            0, min=-largest, max=largest, step=_STEP, description=symbol, readout_format=".2f", style=STYLE
        )
        clear = ipywidgets.Button(description="Unpaint")
        clear.layout.width = "auto"
        super().__init__([self._slider, clear], value=value, description=symbol)
        self.add_class("psn-brush")
        self._slider.observe(self._on_slider, "value")
        clear.on_click(lambda _: self.set_trait("value", ()))

    def select_cell(self, cell: tuple[int, int], weight: float) -> None:
        """Select a cell, whose value is `weight` now."""
        self._cell = None  # else the slider would paint it
        self._slider.value = weight
        self._cell, self._weight = cell, weight

    def _on_slider(self, change) -> None:
        # A browser rounds what it is given to a step of the slider, and sends that back: that is no paint.
        if self._cell is None or abs(change["new"] - self._weight) <= _STEP / 2:
            return
        other_cells = [entry for entry in self.value if tuple(entry[:2]) != self._cell]
        self.value = tuple(sorted([*other_cells, (*self._cell, round(change["new"], 4))]))
