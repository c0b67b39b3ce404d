"""The widget of a sliding PSN's kernel: a text field with a slider for k."""

from __future__ import annotations

import ipywidgets
import traitlets

from psn_viz.labs.core.controls import Typed
from psn_viz.labs.live.control_widgets import STYLE, Composite, control_widget
from psn_viz.labs.sliding_psn.kernel_control import LONGEST, Kernel, order_of, with_k


@control_widget.register(Kernel)
def _(control: Kernel, value) -> KernelField:
    return KernelField(value, control)


class KernelField(Composite, ipywidgets.VBox):
    """The text of a kernel over a slider with its k; `value` is the text."""

    value = traitlets.Unicode()

    def __init__(self, value: str, control: Kernel) -> None:
        self._text = control_widget.dispatch(Typed)(control, value)
        self._k = ipywidgets.IntSlider(order_of(value), 1, LONGEST, description="k", style=STYLE)
        self._full_kernel = (
            value  # what the slider takes its weights from: back at the old k, they are all there again
        )
        self._updating = False
        for part in (self._text, self._k):
            part.layout.width = "auto"
        super().__init__([self._text, self._k], value=value, description=control.symbol)
        self.add_class("psn-kernel")
        self.observe(self._show, "value")
        self._text.observe(lambda change: self.set_trait("value", change["new"]), "value")
        self._k.observe(self._on_slider, "value")

    def _show(self, change) -> None:
        self._text.value = change["new"]
        if self._updating:
            return
        try:
            k = order_of(change["new"])
        except ValueError:  # the lab says so; k stays
            return
        self._full_kernel = change["new"]
        self._updating = True
        try:
            self._k.value = k
        finally:
            self._updating = False

    def _on_slider(self, change) -> None:
        if self._updating:
            return
        self._updating = True
        try:
            self.value = with_k(self._full_kernel, change["new"])
        finally:
            self._updating = False
