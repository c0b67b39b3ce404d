"""The widgets of a lab's controls: one function makes them, one narrows what they allow.

A control of a new kind is given its widget by `@control_widget.register(ItsClass)`, and `limit_widget` likewise.
"""

from __future__ import annotations

from functools import singledispatch

import ipywidgets
import traitlets

from psn_viz.labs.core.controls import Choice, Control, Real, Typed, Whole

# Every description takes the same room, so that sliders line up.
STYLE = {"description_width": "3.4em"}


@singledispatch
def control_widget(control: Control, value) -> ipywidgets.Widget:
    """The widget of a control, with a trait `value`, that starts at `value`."""
    raise TypeError(f"{type(control).__name__} has no widget: give it one by @control_widget.register")


@singledispatch
def limit_widget(control: Control, widget) -> None:
    """Have the widget of a control allow what `control` allows now: the same control with other limits."""


@control_widget.register(Whole)
def _(control: Whole, value) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(value, control.low, control.high, description=control.symbol, style=STYLE)


@limit_widget.register(Whole)
def _(control: Whole, widget) -> None:
    if control.low > widget.max:  # at no time may the lower limit be above the upper one
        widget.max = control.high
    widget.min, widget.max = control.low, control.high
    widget.disabled = control.low == control.high


@control_widget.register(Real)
def _(control: Real, value) -> ipywidgets.FloatSlider:
    digits = len(f"{control.step:.6g}".partition(".")[2])
    return ipywidgets.FloatSlider(
        value,
        min=control.low,
        max=control.high,
        step=control.step,
        description=control.symbol,
        readout_format=f".{digits}f",
        style=STYLE,
    )


@limit_widget.register(Real)
def _(control: Real, widget) -> None:
    if control.low > widget.max:
        widget.max = control.high
    widget.min, widget.max = control.low, control.high
    widget.disabled = control.low == control.high


@control_widget.register(Choice)
def _(control: Choice, value) -> ipywidgets.Widget:
    kind = ipywidgets.SelectionSlider if control.ordered else ipywidgets.Dropdown
    return kind(options=_options(control), value=value, description=control.symbol, style=STYLE)


@limit_widget.register(Choice)
def _(control: Choice, widget) -> None:
    options, value = _options(control), widget.value
    if list(widget.options) != options:
        widget.options = options  # which chooses the first of them
        if value in control.options:
            widget.value = value


def _options(control: Choice) -> list[tuple]:
    return [(control.label(option), option) for option in control.options]


@control_widget.register(Typed)
def _(control: Typed, value) -> ipywidgets.Combobox:
    return ipywidgets.Combobox(
        value=value,
        options=control.suggestions,
        ensure_option=False,
        continuous_update=False,
        description=control.symbol,
        style=STYLE,
    )


class Composite(ipywidgets.Box):
    """A box of several widgets that has `description` and `tooltip` like a single one; subclasses give `value`."""

    description = traitlets.Unicode()
    tooltip = traitlets.Unicode()  # kept here, for the parts: a box that is sent one cannot be displayed

    @traitlets.observe("tooltip")
    def _hand_on(self, change) -> None:
        for part in self.children:
            if isinstance(part, ipywidgets.Box):
                continue
            setattr(part, "tooltip" if part.has_trait("tooltip") else "description_tooltip", change["new"])
