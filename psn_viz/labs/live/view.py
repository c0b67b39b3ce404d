"""How a live lab is laid out: controls with their meaning, reset, save, state code; the figure beside them."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets

from psn_viz.labs.core.controls import Control
from psn_viz.labs.core.phrases import error_message
from psn_viz.labs.live.control_widgets import STYLE
from psn_viz.labs.live.panel import Panel, with_picture
from psn_viz.labs.live.transport import Transport


class LabView(ipywidgets.VBox):
    """Everything of one lab on the page. `refresh` brings code and error line up to date."""

    def __init__(self, lab, live) -> None:
        self._lab, self._live = lab, live
        # Where a page can open another lab: takes a code that was typed, and tells whether it went there.
        self.elsewhere: Callable[[str], bool] | None = None
        self._error = ipywidgets.HTML()
        self._error.add_class("psn-error")
        self._code = ipywidgets.Text(lab.code, description="state", continuous_update=False, style=STYLE)
        reset = ipywidgets.Button(description="Reset")
        save = ipywidgets.Button(description="Save SVG + CSV")
        for button in (reset, save):
            button.layout.width = "auto"
        reset.add_class("psn-reset")  # panel.js looks for it
        reset.on_click(lambda _: live.reset())
        save.on_click(lambda _: live.attempt(lambda: live.panel.save(lab.name)))
        self._code.observe(self._typed_code, "value")

        parts = []
        self._meanings: dict[str, ipywidgets.HTML] = {}
        for control in lab.table:
            widget = live.controls[control.name]
            extra = [Transport(widget)] if control.name == lab.transport else []
            parts.append(with_meaning(widget, control.meaning, *extra))
            self._meanings[control.name] = parts[-1].children[1]
        code_meaning = "this state as text; type a code and press Enter to go there"
        parts.append(with_meaning(self._code, code_meaning, self._error))
        buttons = ipywidgets.HBox([reset, save])
        controls = ipywidgets.Box([*parts, buttons])
        controls.add_class("psn-controls")
        view = ipywidgets.Box([live.panel])
        view.add_class("psn-view")
        body = ipywidgets.Box([controls, view])
        body.add_class("psn-body")
        super().__init__([body])
        self.add_class("psn-lab")

    @property
    def panel(self) -> Panel:
        """What draws the figure."""
        return self._live.panel

    def show_meaning(self, control: Control) -> None:
        """Show what a control means in this state."""
        text = html.escape(control.meaning)
        if self._meanings[control.name].value != text:
            self._meanings[control.name].value = text
            _set_tooltip(self._live.controls[control.name], control.meaning)

    def refresh(self) -> None:
        """Show the lab's present code and error."""
        self._code.value = self._lab.code
        self.refresh_error()

    def refresh_error(self) -> None:
        """Show the lab's error; a code that is refused stays where it was typed."""
        self._error.value = html.escape(self._lab.error)

    def _typed_code(self, change) -> None:
        lab, code = self._lab, change["new"]
        if code == lab.code:
            self.refresh_error()
            return
        try:
            if self.elsewhere is None or not self.elsewhere(code):
                lab.set(**type(lab).state_from_code(code))
        except (Exception, KeyboardInterrupt) as error:  # before anything moved; the code stays, to be mended
            self._error.value = html.escape(error_message(error))

    def __repr__(self) -> str:  # no address: strict nbval can compare it
        return repr(self._lab)

    def _repr_mimebundle_(self, **kwargs):
        return with_picture(super()._repr_mimebundle_(**kwargs), self.panel)


def with_meaning(widget, meaning: str, *below) -> ipywidgets.VBox:
    """A control with its meaning as text under it and as tooltip, which also becomes its accessible name."""
    _set_tooltip(widget, meaning)
    text = ipywidgets.HTML(html.escape(meaning))
    text.add_class("psn-meaning")
    part = ipywidgets.VBox([widget, text, *below])
    part.add_class("psn-control")
    return part


def _set_tooltip(widget, text: str) -> None:
    # The same trait under its ipywidgets 8 and its ipywidgets 7 name.
    setattr(widget, "tooltip" if widget.has_trait("tooltip") else "description_tooltip", text)
