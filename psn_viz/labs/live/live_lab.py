"""A lab as widgets: its controls, the panel with the figure, and what a reader does with them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable

from psn_viz.labs.core.controls import Control, Typed
from psn_viz.labs.core.definition import Lab, is_finite
from psn_viz.labs.core.phrases import error_message
from psn_viz.labs.live import (  # noqa: F401 (they register their widgets)
    cut_widgets,
    kernel_widget,
    matrix_widgets,
    training_widgets,
)
from psn_viz.labs.live.control_widgets import control_widget, limit_widget
from psn_viz.labs.live.panel import Panel
from psn_viz.labs.live.view import LabView

_log = logging.getLogger(__name__)


class LiveLab:
    """The widgets of one lab: `controls` by name, the `panel` that draws, and the `view` with both."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.controls = {control.name: control_widget(control, lab.state[control.name]) for control in lab.table}
        self._suspended = False
        self.panel = Panel(lab.drawing, lab.description)
        self.view = LabView(lab, self)
        self._limit()
        for widget in self.controls.values():
            widget.observe(self._moved, "value")
        self.panel.observe(self._pointed, "pointed")
        self.panel.observe(self._dragged, "dragged")
        self.panel.observe(self._chosen, "chosen")
        self.panel.on_msg(self._came_back)

    def draw(self, figure: dict, description: str) -> None:
        """Draw another figure. What else depends on the state follows when the figure is on its way."""
        self.panel.show(figure, description)
        with self._without_callbacks():
            self._limit()

    def follow(self) -> None:
        """Bring all controls, code and error to those of the lab."""
        self._show_state(keep_refused_text=False)
        self.view.refresh()

    def attempt(self, action: Callable[[], None]) -> None:
        """Run a callback of the page; an error is shown there, and the lab stays as it was.

        A callback of a widget has nobody to raise its errors to. (What is wrong with a typed code, the view tells.)
        """
        self.lab.error = ""
        try:
            action()
        except (Exception, KeyboardInterrupt) as error:  # the latter: the reader interrupts the kernel
            _log.debug("%s could not do that", self.lab.name, exc_info=True)
            self.lab.error = error_message(error)
            self.view.refresh_error()
            self._show_state()
        else:
            self.view.refresh()

    def reset(self) -> None:
        """Go to the start, and there again once the moves that the browser held back have come: none undoes it.

        What the reader does after the click stays.
        """
        self.attempt(self.lab.reset)
        self.panel.ask_back()

    def _came_back(self, _, message, buffers) -> None:
        if message == {"back": True, "acted": False}:
            self.attempt(self.lab.reset)

    @contextlib.contextmanager
    def _without_callbacks(self):
        """Set controls without their callbacks."""
        before, self._suspended = self._suspended, True
        try:
            yield
        finally:
            self._suspended = before

    def _moved(self, change=None) -> None:
        if not self._suspended:
            self.attempt(self._read_controls)

    def _read_controls(self) -> None:
        """Go to the state that the controls hold. One that holds no value keeps its last one; the others move on."""
        lab = self.lab
        state, refused = lab.state, []
        for control in lab.table:
            try:
                state[control.name] = control.check(self.controls[control.name].value)
            except ValueError as error:
                refused.append(str(error))
        settled = lab.settle(state)
        lab.move_to(settled)
        if refused:
            lab.error = refused[-1]
        if refused or settled != state:
            self._show_state()

    def _show_state(self, keep_refused_text: bool = True) -> None:
        """Set the controls to the present state, except refused text: it stays to be corrected."""
        with self._without_callbacks():
            self._limit()
            for control in self.lab.table:
                if not (keep_refused_text and self._holds_refused_text(control)):
                    self.controls[control.name].value = self.lab.state[control.name]
            self._select_cells()

    def _holds_refused_text(self, control: Control) -> bool:
        if not isinstance(control, Typed):
            return False
        try:
            control.check(self.controls[control.name].value)
        except Exception:
            return True
        return False

    def _limit(self) -> None:
        """Narrow what controls allow, where that depends on others."""
        lab = self.lab
        state, limits = lab.state, lab.limits(lab.state)
        for name in limits:
            control, widget = lab.control_in(state, name), self.controls[name]
            limit_widget(control, widget)
            if not isinstance(control, Typed):
                widget.value = state[name]
            self.view.show_meaning(control)
        self._select_cells()

    def _select_cells(self) -> None:
        for name, cell in self.lab.selected_cells(self.lab.state, self.lab.numbers).items():
            self.controls[name].select_cell(*cell)

    def _pointed(self, change) -> None:
        """The pointer is on a part of the figure that stands for values of controls."""
        places = change["new"]
        # Forgotten, so that pointing at the same place again is told again.
        self.panel.pointed = {}
        if places:
            self.attempt(lambda: self._move(self.lab.values_at(places)))

    def _dragged(self, change) -> None:
        """The pointer pulls a bar of the figure to a height."""
        pull = change["new"]
        self.panel.dragged = []
        match pull:
            case [str(name), int(number), value] if is_finite(value):
                self.attempt(lambda: self._move(type(self.lab).drag(self.lab.state, name, number, value)))

    def _chosen(self, change) -> None:
        """The reader clicked at a mark of the figure that stands for something to choose."""
        choice = change["new"]
        self.panel.chosen = []
        match choice:
            case [str(name), int(number)]:
                self.attempt(lambda: self._move(type(self.lab).choose(self.lab.state, name, number)))

    def _move(self, values: dict) -> None:
        """Move some controls with one update; text in the others that is no input stays there."""
        with self._without_callbacks():
            for name, value in values.items():
                self.controls[name].value = value
        self._read_controls()
