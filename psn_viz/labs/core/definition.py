"""A lab: a table of controls, one function from their state to numbers, one from the numbers to a figure.

The definition, and a lab in one state. How a lab is shown is not known here: see `Lab.surfaces`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar, Protocol
from urllib.parse import quote_plus, unquote_plus

import torch

from psn_viz.labs.core.controls import Choice, Control, Real, Whole
from psn_viz.torch_state import seeded, spare_core


class LiveSurface(Protocol):
    """The interface of the widgets that show a lab live."""

    controls: dict[str, Any]
    panel: Any
    view: Any

    def draw(self, figure: dict, description: str) -> None:
        """Draw another figure."""

    def follow(self) -> None:
        """Bring controls, code and error to those of the lab."""


class Surfaces(Protocol):
    """How labs are shown; each takes the lab."""

    def live(self, lab: Lab) -> LiveSurface:
        """Controls beside the figure."""

    def figure(self, lab: Lab) -> Any:
        """The present figure as an object of plotly."""

    def picture(self, lab: Lab, format: str) -> Any:
        """The present figure as a still picture."""

    def frames(self, lab: Lab, control: str) -> Any:
        """The figure over the values of one control, as a page."""


class LazyTable:
    """The table of a lab whose controls follow from files: made when it is first asked for, not at import.

    What `make` raises, for files that are missing or damaged, is raised by whatever needs the table of that lab.
    """

    def __init__(self, make: Callable[[], tuple[Control, ...]]) -> None:
        self._make = cache(make)

    def __get__(self, lab: Lab | None, kind: type[Lab]) -> tuple[Control, ...]:
        return self._make()


class Lab:
    """Base of all labs. Subclasses give `name`, `title`, `sentence`, `table`, and the functions below.

    `lab = SomeLab(tau=4)` starts in that state. `lab.controls[name].value = …` updates it at once. A state that
    cannot be computed or drawn leaves figure, state and controls as they were, and `lab.error` says why; only text
    that is refused stays in its field, for the reader to mend.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    table: ClassVar[tuple[Control, ...]]  # or a LazyTable, which gives one
    transport: ClassVar[str | None] = None  # the control that moves through time, if one does
    main: ClassVar[tuple[str, ...]] = ()  # one or two controls that matter most: see `main_controls`
    renamed: ClassVar[dict[str, str]] = {}  # names of controls in older codes, and what they are called now
    surfaces: ClassVar[Surfaces]  # given by `psn_viz.labs`
    known: ClassVar[Container[str]] = ()  # the names of all labs, from there, too

    @staticmethod
    def settle(state: dict) -> dict:
        """The state with values that depend on each other brought into agreement (a row of W within T)."""
        return state

    @staticmethod
    def limits(state: dict) -> dict[str, dict[str, Any]]:
        """What controls allow in this state, where that is less than in the table: {name: {field: value}}.

        `{"row": {"high": state["T"] - 1}}` ends the slider of `row` there. `settle` keeps to the same limits.
        """
        return {}

    @staticmethod
    def compute(state: dict) -> Any:
        """From the state of the controls to numbers: a frozen dataclass, with a `witness` where two are compared."""
        raise NotImplementedError

    @staticmethod
    def draw(numbers: Any) -> dict:
        """From the numbers to the figure, a dict in plotly's format."""
        raise NotImplementedError

    @staticmethod
    def describe(numbers: Any) -> str:
        """From the numbers to the alt text: the result, not just the settings."""
        raise NotImplementedError

    @staticmethod
    def drag(state: dict, name: str, number: int, value: float) -> dict:
        """The controls to set when bar `number` of what the figure calls `name` is pulled to the height `value`."""
        return {}

    @staticmethod
    def choose(state: dict, name: str, number: int) -> dict:
        """The controls to set when the reader clicks at mark `number` of what the figure calls `name`."""
        return {}

    @staticmethod
    def selected_cells(state: dict, numbers: Any) -> dict[str, tuple]:
        """For controls that change one cell of a matrix: {name: (cell, …)}, which cell that is now."""
        return {}

    @classmethod
    def main_controls(cls) -> tuple[str, ...]:
        """The names of the one or two controls that show the point: what a talk moves, and frames run through.

        Where the lab says nothing: what moves through time, then those that stand first in the table.
        """
        names = [control.name for control in cls.table]
        return cls.main or tuple(sorted(names, key=lambda name: name != cls.transport)[:2])

    def __init__(self, **start_state) -> None:
        state = self.checked({control.name: control.start for control in self.table} | start_state)
        self.refuse_other_options(start_state, state)
        self._opening = state
        self._live: LiveSurface | None = None
        self.error = ""
        self._keep(state, *self._results(state))

    @classmethod
    def checked(cls, state: dict) -> dict:
        """The state in its canonical form, settled. Raises ValueError for a control or value that there is not."""
        known = {control.name: control for control in cls.table}
        for name in state:
            if name not in known:
                raise ValueError(f"{cls.name} has no control {name!r}; it has {', '.join(known)}")
        settled = cls.settle({name: known[name].check(value) for name, value in state.items()})
        if not isinstance(settled, dict) or settled.keys() != state.keys():
            raise ValueError(
                f"settle of {cls.__name__} must return the state, {', '.join(state)}; got {settled!r:.80}"
            )
        for name in cls.limits(settled):  # what settle should have kept to
            cls.control_in(settled, name).check(settled[name])
        return settled

    @classmethod
    def refuse_other_options(cls, given: dict, settled: dict) -> None:
        """Raise ValueError for an option that was asked for and that `settle` had to leave.

        A control that is moved brings others into agreement; a state that is given in one piece agrees or is none.
        """
        for name in given:
            control = cls.control_in(settled, name)
            if isinstance(control, Choice):
                try:
                    control.check(given[name])
                except ValueError as error:
                    others = (other for other in given if other != name)
                    raise ValueError(f"{error} with {', '.join(f'{n} = {settled[n]}' for n in others)}") from None

    @classmethod
    def control_in(cls, state: dict, name: str) -> Control:
        """A control with what it allows in this state."""
        known = {control.name: control for control in cls.table}
        limits = cls.limits(state)
        if unknown := limits.keys() - known.keys():
            raise ValueError(f"limits of {cls.__name__} must be of {', '.join(known)}, got {min(unknown)!r}")
        try:
            return replace(known[name], **limits.get(name, {}))
        except TypeError as error:
            raise ValueError(f"limits of {name} in {cls.__name__} must be fields of its control: {error}") from None

    @property
    def state(self) -> dict:
        """The values of all controls, by name."""
        return dict(self._state)

    @property
    def witness(self) -> float | None:
        """The largest difference now between the two computations that the lab compares, or None."""
        witness = getattr(self.numbers, "witness", None)
        return None if witness is None else witness.difference

    def set(self, **values) -> None:
        """Move several controls at once, with one update. Where it raises, nothing has moved."""
        self.move_to(self.checked(self._state | values))
        self.error = ""
        if self._live:
            self._live.panel.let_go()
            self._live.follow()

    def move_to(self, state: dict) -> None:
        """Go to a checked state. Where compute, draw or describe raises, the lab keeps its state."""
        if state == self._state:
            return
        results = self._results(state)
        before = self._state, self.numbers, self.drawing, self.description
        self._keep(state, *results)
        if self._live:
            try:
                self._live.draw(self.drawing, self.description)
            except BaseException:
                self._keep(*before)
                self._live.draw(self.drawing, self.description)
                raise

    def reset(self) -> None:
        """Back to the state in which this lab was opened."""
        self.set(**self._opening)

    def values_at(self, places: dict) -> dict:
        """The values of controls when the reader points at `places` of the figure, {"row": 3, "cell.t": 5}.

        It comes from a browser: what is no finite number, or for no control, is left out.
        """
        controls = {control.name: control for control in self.table}
        values: dict[str, Any] = {}
        for target, number in places.items():
            name, _, part = str(target).partition(".")
            if name in controls and is_finite(number):
                values[name] = controls[name].at(values.get(name, self._state[name]), part, number)
        return values

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
            other = f'; pv.lab("{first[:40]}…") shows that lab' if first in cls.known else ""
            raise ValueError(f"a code of this lab begins with {cls.name!r}, got {first[:40]!r}{other}")
        known = {control.name: control for control in cls.table}
        given = {}
        for part in filter(None, parts):
            name, equals, value = part.partition("=")
            name = cls.renamed.get(name, name)
            if not equals or name not in known:
                raise ValueError(f"{part[:40]!r} in the code is not one of {', '.join(f'{n}=…' for n in known)}")
            given[name] = known[name].decode(unquote_plus(value))
        state = cls.checked({control.name: control.start for control in cls.table} | given)
        cls.refuse_other_options(given, state)
        return state

    def states_over(self, name: str) -> list[dict]:
        """The present state with one control at each of its values: those that a page without a kernel steps through.

        Raises ValueError where the lab has no such control.
        """
        known = [control.name for control in self.table]
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"control must be one of {', '.join(known)}, got {name!r}")
        control = self.control_in(self._state, name)
        states = [self.settle(self._state | {name: value}) for value in control.values()]
        values = control.values()
        states = [state for state, value in zip(states, values, strict=True) if state[name] == value]
        if not isinstance(control, Whole | Real) and self._state not in states:
            states.insert(0, self._state)
        return states

    def results_of(self, state: dict) -> tuple[dict, str]:
        """Figure and description of a state; raises what the functions of the lab raise."""
        return self._results(state)[1:]

    # ------------------------------------------------------------------------------------------ surfaces

    @property
    def live(self) -> LiveSurface:
        """The live surface, made when it is first asked for."""
        if self._live is None:
            self._live = self.surfaces.live(self)
        return self._live

    @property
    def controls(self) -> dict[str, Any]:
        """The widget of each control by name; setting its `.value` updates the lab at once."""
        return self.live.controls

    @property
    def panel(self) -> Any:
        """The widget that draws the figure."""
        return self.live.panel

    def show(self) -> Any:
        """The live lab: controls beside the figure. The last line of a notebook cell displays it."""
        return self.live.view

    @property
    def figure(self) -> Any:
        """The plotly `Figure` of the present state, made and checked by plotly anew at each call."""
        return self.surfaces.figure(self)

    def picture(self, format: str = "svg") -> Any:
        """The present figure as a still picture with alt text; `format` is "svg" or "png"."""
        return self.surfaces.picture(self, format)

    def frames(self, control: str) -> Any:
        """The figure over the values of one control, the others as they are now, as a page without a kernel."""
        return self.surfaces.frames(self, control)

    # ------------------------------------------------------------------------------------------ computing

    def _results(self, state: dict) -> tuple[Any, dict, str]:
        """Numbers, figure and description of a state."""
        # A second thread gains nothing on small products, and loses 10 ms whenever the browser has its core.
        # A neuron that is made draws its weights: the reader's own random numbers must not notice.
        with spare_core(), seeded(0, torch.device("cpu")):
            numbers = type(self).compute(state)
        return numbers, type(self).draw(numbers), type(self).describe(numbers)

    def _keep(self, state: dict, numbers: Any, drawing: dict, description: str) -> None:
        self._state, self.numbers, self.drawing, self.description = state, numbers, drawing, description

    def __repr__(self) -> str:
        return f"Lab({self.code!r})"


def is_finite(value: Any) -> bool:
    """Whether a value that a browser sent is a number one can compute with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
