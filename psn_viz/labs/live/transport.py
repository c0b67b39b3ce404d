"""Play, step and rewind for a control that moves through time."""

from __future__ import annotations

import anywidget
import traitlets

from psn_viz.files import asset


class Transport(anywidget.AnyWidget):
    """Buttons that move `value` from `low` to `high`, by `by` every `interval` milliseconds while playing.

    The buttons for one step go to the next whole number.
    """

    _esm = asset(__package__, "late_start.js") + asset(__package__, "transport.js")
    value = traitlets.Float(0).tag(sync=True)
    low = traitlets.Float(0).tag(sync=True)
    high = traitlets.Float(1).tag(sync=True)
    by = traitlets.Float(1).tag(sync=True)
    interval = traitlets.Int(350).tag(sync=True)
    unit = traitlets.Unicode("time-step").tag(sync=True)  # what a step is called

    def __init__(self, slider) -> None:
        self._slider = slider
        super().__init__(value=slider.value, low=slider.min, high=slider.max)
        if slider.step < 1:  # a film: small moves, many of them
            self.by, self.interval, self.unit = slider.step, 60, "step"
        # Linked in the kernel: jslink is broken on Colab.
        self.observe(self._move, "value")
        slider.observe(lambda change: setattr(self, "value", change["new"]), "value")
        slider.observe(lambda change: setattr(self, "high", change["new"]), "max")

    def _move(self, change) -> None:
        self._slider.value = change["new"]
        self.value = self._slider.value  # which stays within its range

    def __repr__(self) -> str:
        return "Transport()"
