"""The widgets of a lab that trains: a slider over the steps with Train, Step and Rewind, and one for each setting.

Training runs in the kernel, one step at a time, in its event loop: between two steps the kernel answers sliders and
runs other cells.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import ipywidgets
import traitlets

from psn_viz.labs.live.control_widgets import STYLE, Composite, control_widget, limit_widget
from psn_viz.labs.live.view import with_meaning
from psn_viz.labs.train_live.changes import ONLY_FOR, SETTINGS, Change, Changes, settings_after, until
from psn_viz.labs.train_live.lab import Steps

_PAUSE = 0.03  # seconds in which the kernel does other things, however long a step takes


@control_widget.register(Steps)
def _(control: Steps, value) -> StepsField:
    return StepsField(value, control)


@control_widget.register(Changes)
def _(control: Changes, value) -> ChangesField:
    return ChangesField(value, control)


@limit_widget.register(Changes)
def _(control: Changes, widget) -> None:
    widget.show_settings(control)


class StepsField(Composite, ipywidgets.VBox):
    """A slider for the training steps that are done, over Train or Stop, Step and Rewind; `value` is the step.

    `interval`: seconds from one step to the next, by itself slow enough to act while it trains.
    Training ends at the last step, at Stop, when `value` is set by anything else, and when the widget is closed.
    """

    value = traitlets.Int()
    interval = traitlets.Float(0.1)

    def __init__(self, value: int, control: Steps) -> None:
        self._control = control
        self._task: asyncio.Task | None = None
        self._stepping = False
        self._slider = ipywidgets.IntSlider(value, control.low, control.high, description=control.symbol, style=STYLE)
        self._train = ipywidgets.Button()
        step = ipywidgets.Button(description="Step")
        rewind = ipywidgets.Button(description="Rewind")
        buttons = ipywidgets.HBox([self._train, step, rewind])
        for part in (self._slider, *buttons.children):
            part.layout.width = "auto"
        super().__init__([self._slider, buttons], value=value, description=control.symbol)
        self.add_class("psn-training")
        self._show_training()
        self.observe(self._show, "value")
        self._slider.observe(lambda change: self.set_trait("value", change["new"]), "value")
        self._train.on_click(lambda _: self.stop() if self._task else self._start())
        step.on_click(lambda _: self._go(self.value + 1))
        rewind.on_click(lambda _: self._go(control.low))

    @property
    def trains(self) -> bool:
        """Whether training goes on."""
        return self._task is not None

    def stop(self) -> None:
        """Stop training after the present step."""
        task, self._task = self._task, None
        if task:
            with contextlib.suppress(RuntimeError):  # the loop has been closed: the task will not go on anyway
                task.cancel()
            self._show_training()

    def close(self) -> None:
        """Stop training, and close the widget."""
        self.stop()
        super().close()

    def _go(self, step: int) -> None:
        self.stop()
        self.value = min(step, self._control.high)

    def _start(self) -> None:
        if self.value >= self._control.high:
            self.value = self._control.low
        self._task = asyncio.get_running_loop().create_task(self._go_on())
        self._show_training()

    async def _go_on(self) -> None:
        task = asyncio.current_task()
        while self.value < self._control.high:
            started = time.monotonic()
            step = self.value + 1
            self._stepping = True
            try:
                self.value = step
            finally:
                self._stepping = False
            if self.value != step:  # the step could not be made: the lab says why
                break
            await asyncio.sleep(max(_PAUSE, self.interval - (time.monotonic() - started)))
        if self._task is task:
            self._task = None
            self._show_training()

    def _show(self, change) -> None:
        if not self._stepping:  # a slider, Reset or a typed code went somewhere else
            self.stop()
        self._slider.value = change["new"]

    def _show_training(self) -> None:
        trains = self._task is not None
        self._train.description = "Stop" if trains else "Train"


class ChangesField(Composite, ipywidgets.VBox):
    """One widget for each setting of the training, at what it is at the present step; `value` are the changes.

    Settings that mean nothing to the present neuron are out of sight.
    """

    value = traitlets.Tuple()

    def __init__(self, value: tuple, control: Changes) -> None:
        self._control = control
        self._showing = False
        self._settings = [control_widget(setting, setting.start) for setting in SETTINGS]
        self._parts = [
            with_meaning(widget, setting.meaning) for widget, setting in zip(self._settings, SETTINGS, strict=True)
        ]
        forget = ipywidgets.Button(description="Forget changes")
        forget.layout.width = "auto"
        super().__init__([*self._parts, forget], value=value, description=control.symbol)
        self.add_class("psn-changes")
        for setting, widget in zip(SETTINGS, self._settings, strict=True):
            if widget.has_trait("continuous_update"):  # one change for a move, not one for each place on the way
                widget.continuous_update = False
            widget.observe(lambda change, name=setting.name: self._moved(name, change["new"]), "value")
        forget.on_click(lambda _: self.set_trait("value", until(self.value, 0)))
        self.observe(lambda _: self.show_settings(self._control), "value")
        self.show_settings(control)

    def show_settings(self, control: Changes) -> None:
        """Show the settings at the step that is reached, `control.now`."""
        self._control = control
        now = settings_after(until(self.value, control.now))
        self._showing = True
        try:
            for setting, widget, part, value in zip(SETTINGS, self._settings, self._parts, now, strict=True):
                widget.value = value
                used = now.neuron in ONLY_FOR.get(setting.name, (now.neuron,))
                part.layout.display = None if used else "none"
        finally:
            self._showing = False

    def _moved(self, name: str, value) -> None:
        if self._showing:
            return
        changes = (*until(self.value, self._control.now), Change(self._control.now, name, value))
        try:
            self.value = self._control.check(changes)
        except ValueError:  # too many: the lab says so, and sets it back
            self.value = changes
