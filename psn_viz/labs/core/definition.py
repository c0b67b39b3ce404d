"""A lab: a table of controls, one function from their state to numbers, one from the numbers to a figure.

Three surfaces come from that definition: live (`show`), frames without a kernel (`frames`), a picture (`picture`).
"""

from __future__ import annotations

import contextlib
import logging
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote_plus, unquote_plus

import plotly.graph_objects as go
import torch

from psn_viz.labs.core.controls import Control, Real, Typed, Whole
from psn_viz.labs.core.frames import Frames
from psn_viz.labs.core.phrases import told
from psn_viz.labs.live.panel import Panel
from psn_viz.labs.live.picture import Picture
from psn_viz.labs.live.view import LabView
from psn_viz.torch_state import seeded, spare_core

_log = logging.getLogger(__name__)


class Lab:
    """Base of all labs. Subclasses give `name`, `title`, `sentence`, `table`, and the three functions below.

    `lab = SomeLab(tau=4)` starts in that state. `lab.controls[name].value = …` updates it at once. A state that
    cannot be computed or drawn leaves figure, state and controls as they were, and `lab.error` says why; only text
    that is refused stays in its field, for the reader to mend.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    table: ClassVar[tuple[Control, ...]]
    transport: ClassVar[str | None] = None  # the control that moves through time, if one does

    @staticmethod
    def settle(state: dict) -> dict:
        """The state with values that depend on each other brought into agreement (a row of W within T)."""
        return state

    @staticmethod
    def compute(state: dict) -> dict:
        """From the state of the controls to numbers; `witness` among them is the largest difference, or None."""
        raise NotImplementedError

    @staticmethod
    def draw(numbers: dict) -> dict:
        """From the numbers to the figure, a dict in plotly's format."""
        raise NotImplementedError

    @staticmethod
    def drag(state: dict, name: str, number: int, value: float) -> dict:
        """The controls to set when bar `number` of what the figure calls `name` is pulled to the height `value`."""
        return {}

    @staticmethod
    def describe(numbers: dict) -> str:
        """From the numbers to the alt text: the result, not just the settings."""
        raise NotImplementedError

    def __init__(self, **start_state) -> None:
        state = self._checked({control.name: control.start for control in self.table} | start_state)
        self._opening = state
        self.error = ""
        self._keep(state, *self._results(state))
        self.controls = {control.name: control.widget(state[control.name]) for control in self.table}
        self._suspended = False
        self.panel = Panel(self._drawn, self.description)
        self._follow()
        for widget in self.controls.values():
            widget.observe(self._moved, "value")
        self.panel.observe(self._pointed, "pointed")
        self.panel.observe(self._dragged, "dragged")
        self._view = LabView(self)

    @classmethod
    def _checked(cls, state: dict) -> dict:
        known = {control.name: control for control in cls.table}
        for name in state:
            if name not in known:
                raise ValueError(f"{cls.name} has no control {name!r}; it has {', '.join(known)}")
        return cls.settle({name: known[name].check(value) for name, value in state.items()})

    @property
    def state(self) -> dict:
        """The values of all controls, by name."""
        return dict(self._state)

    @property
    def figure(self) -> go.Figure:
        """The figure of the present state, made and checked by plotly anew at each call."""
        return go.Figure(self._drawn)

    @property
    def witness(self) -> float | None:
        """The largest difference now between the two computations that the lab compares, or None."""
        return self.numbers.get("witness")

    def set(self, **values) -> None:
        """Move several controls at once, with one update. Whatever it raises, it raises before anything moved."""
        state = self._checked(self._state | values)
        results = self._results(state) if state != self._state else None
        self.panel.let_go()
        with self._unheard():
            if results:
                self._enter(state, results)
            self._show_state(keep_refused_text=False)
        self.error = ""
        self._view.refresh()

    def reset(self) -> None:
        """Back to the state in which this lab was opened."""
        self.set(**self._opening)

    @property
    def code(self) -> str:
        """The state as text: the name, then what differs from the start. Short enough to dictate."""
        moved = [
            f"{control.name}={quote_plus(control.encode(self._state[control.name]))}"
            for control in self.table
            if self._state[control.name] != self.settle(self._state | {control.name: control.start})[control.name]
        ]
        return ";".join([self.name, *moved])

    @classmethod
    def from_code(cls, text: str) -> Lab:
        """The lab in the state that a code describes. Raises ValueError that says what is damaged."""
        return cls(**cls.state_from_code(text))

    @classmethod
    def state_from_code(cls, text: str) -> dict:
        """The complete state that a code describes. Raises TypeError or ValueError that says what is damaged."""
        if not isinstance(text, str):
            raise TypeError(f"text must be a state code such as {cls.name!r}, got {type(text).__name__}")
        first, *parts = [part.strip() for part in re.split(r"[;\s]+", text.strip())]
        if first != cls.name:
            raise ValueError(f"a code of this lab begins with {cls.name!r}, got {first[:40]!r}")
        known = {control.name: control for control in cls.table}
        state = {control.name: control.start for control in cls.table}
        for part in filter(None, parts):
            name, equals, value = part.partition("=")
            if not equals or name not in known:
                raise ValueError(f"{part[:40]!r} in the code is not one of {', '.join(f'{n}=…' for n in known)}")
            state[name] = known[name].decode(unquote_plus(value))
        return cls._checked(state)

    def show(self) -> LabView:
        """The live lab: controls beside the figure. The last line of a notebook cell displays it."""
        return self._view

    def picture(self, format: str = "svg") -> Picture:
        """The present figure as a still picture with alt text; `format` is "svg" or "png"."""
        return Picture(self._drawn, self.description, format)

    def frames(self, control: str) -> Frames:
        """The figure over the values of one control, the others as they are now, as a page without a kernel."""
        known = {entry.name: entry for entry in self.table}
        if not isinstance(control, str) or control not in known:
            raise ValueError(f"control must be one of {', '.join(known)}, got {control!r}")
        entry = known[control]
        values = self._possible(entry)
        if not isinstance(entry, Whole | Real) and self._state[control] not in values:
            values = [self._state[control], *values]
        runs = [self._numbers(self.settle(self._state | {control: value})) for value in values]
        return Frames(
            title=self.title,
            control=entry.symbol,
            meaning=entry.meaning,
            values=values,
            labels=[entry.label(value) for value in values],
            start=min(range(len(values)), key=lambda n: _distance(values[n], self._state[control])),
            figures=[type(self).draw(run) for run in runs],
            descriptions=[type(self).describe(run) for run in runs],
        )

    def _possible(self, control: Control) -> list:
        """The values of one control that are values in the present state of the others."""
        settled = lambda value: self.settle(self._state | {control.name: value})[control.name]  # noqa: E731
        if isinstance(control, Whole):  # as many within what is left of its range
            control = replace(control, low=settled(control.low), high=settled(control.high))
        return [value for value in control.values() if settled(value) == value]

    def _numbers(self, state: dict) -> dict:
        # A second thread gains nothing on small products, and loses 10 ms whenever the browser has its core.
        # A neuron that is made draws its weights: the reader's own random numbers must not notice.
        with spare_core(), seeded(0, torch.device("cpu")):
            return type(self).compute(state)

    def _results(self, state: dict) -> tuple[dict, dict, str]:
        """Numbers, figure and description of a state; raises what compute, draw and describe raise."""
        numbers = self._numbers(state)
        return numbers, type(self).draw(numbers), type(self).describe(numbers)

    def _keep(self, state: dict, numbers: dict, drawn: dict, description: str) -> None:
        self._state, self.numbers, self._drawn, self.description = state, numbers, drawn, description

    def _enter(self, state: dict, results: tuple) -> None:
        """Go on to a state, or stay wholly in the one before."""
        before = self._state, self.numbers, self._drawn, self.description
        self._keep(state, *results)
        try:
            self.panel.show(self._drawn, self.description)
            self._follow()
        except BaseException:
            self._keep(*before)
            self.panel.show(self._drawn, self.description)
            raise

    def attempt(self, act: Callable[[], None]) -> None:
        """Do what the reader asked for on the page. What it raises is shown there, and the lab stays as it was.

        A callback of a widget has nobody to raise its errors to. (What is wrong with a typed code, the view tells.)
        """
        self.error = ""
        try:
            act()
        except (Exception, KeyboardInterrupt) as error:  # the latter: the reader interrupts the kernel
            _log.debug("%s could not do that", self.name, exc_info=True)
            self.error = told(error)
            self._view.refresh_error()
            self._show_state()
        else:
            self._view.refresh()

    @contextlib.contextmanager
    def _unheard(self):
        """While controls are moved here, the lab does not follow them."""
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
        state, refused = dict(self._state), []
        for control in self.table:
            try:
                state[control.name] = control.check(self.controls[control.name].value)
            except ValueError as error:
                refused.append(str(error))
        state = self.settle(state)
        if state != self._state:
            self._enter(state, self._results(state))
        if refused:
            self.error = refused[-1]
            self._show_state()

    def _show_state(self, keep_refused_text: bool = True) -> None:
        """Put the controls to the present state, all but text that is refused: its reader wants to mend it."""
        with self._unheard():
            self._limit(self._state)
            for control in self.table:
                if not (keep_refused_text and self._holds_refused_text(control)):
                    self.controls[control.name].value = self._state[control.name]
            self._follow()

    def _holds_refused_text(self, control: Control) -> bool:
        if not isinstance(control, Typed):
            return False
        try:
            control.check(self.controls[control.name].value)
        except Exception:
            return True
        return False

    def _follow(self) -> None:
        """Bring what else depends on the state into line, once the figure is on its way: the eye waits for that."""
        self._limit(self._state)

    def _limit(self, state: dict) -> None:
        """Narrow the range of controls that depend on others, where a lab has such."""

    def _pointed(self, change) -> None:
        """The pointer is on a part of the figure that stands for values of controls."""
        places = change["new"]
        # Forgotten, so that pointing at the same place again is told again.
        self.panel.pointed = {}
        if places:
            self.attempt(lambda: self._move(self._pointed_values(places)))

    def _pointed_values(self, places: dict) -> dict:
        known = {control.name: control for control in self.table}
        values = {}
        for target, number in places.items():
            # It comes from a browser: what is no number, or for no control, is ignored.
            name, _, part = str(target).partition(".")
            if name in known and _finite(number):
                values[name] = known[name].at(values.get(name, self._state[name]), part, number)
        return values

    def _dragged(self, change) -> None:
        """The pointer pulls a bar of the figure to a height."""
        pull = change["new"]
        self.panel.dragged = []
        match pull:
            case [str(name), int(number), value] if _finite(value):
                self.attempt(lambda: self._move(type(self).drag(self.state, name, number, value)))

    def _move(self, values: dict) -> None:
        """Move some controls with one update; text in the others that is no input stays there."""
        with self._unheard():
            for name, value in values.items():
                self.controls[name].value = value
        self._read_controls()

    def __repr__(self) -> str:
        return f"Lab({self.code!r})"


def _finite(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _distance(value, wanted) -> float:
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return abs(value - wanted)
    return float(value != wanted)
