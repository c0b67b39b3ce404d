"""Training in front of the reader: a progress bar and live curves, and the curves of a finished run."""

from __future__ import annotations

import os

import ipywidgets
from IPython.display import display

from psn_viz.labs.live import training_figure as figures
from psn_viz.labs.live.panel import Panel
from psn_viz.labs.live.picture import Picture
from psn_viz.learning import History, Progress


class TrainingView(ipywidgets.VBox):
    """Show it, then hand it to `train(…, callbacks=[view])`: it draws every report as it comes.

    `view = TrainingView().show()`; `history = train(model, data, callbacks=[view])`.
    """

    def __init__(self) -> None:
        self._bar = ipywidgets.IntProgress(0, 0, 1, layout={"width": "300px"})
        self._text = ipywidgets.Label("waiting for the first step")
        self._reports: list[Progress] = []
        self._panel = Panel(_figure(1, [], []), "Loss and accuracy: training has not begun.")
        self._shown = None
        super().__init__([ipywidgets.HBox([self._bar, self._text]), self._panel])

    def show(self) -> TrainingView:
        """Display the view at once, in the middle of a cell, and return it."""
        self._shown = display(self, display_id=True)
        return self

    def __call__(self, progress: Progress) -> None:
        """Draw one report; what `train` calls."""
        last = self._reports[-1] if self._reports else progress
        if progress.step <= last.step or progress.seconds < last.seconds:
            self._reports = []  # another run with the same view
        self._reports.append(progress)
        self._bar.max, self._bar.value = progress.steps, progress.step
        self._text.value = (
            f"epoch {progress.epoch} of {progress.epochs}, {progress.seconds:.0f} s, about "
            f"{progress.seconds_left:.0f} s left"
        )
        validated = [report.validation_accuracy for report in self._reports if report.validation_accuracy is not None]
        points = [
            (report.step * report.epochs / report.steps, report.loss, report.train_accuracy)
            for report in self._reports
        ]
        self._panel.show(_figure(progress.epochs, points, validated), _description(progress.epochs, validated))
        if progress.step == progress.steps and self._shown and os.environ.get("PSN_VIZ_PICTURES"):
            # A built notebook keeps the finished curves, not the empty ones of the moment of display.
            self._shown.update(Picture(self._panel.figure, self._panel.alt, "png"))

    def __repr__(self) -> str:
        return "TrainingView()"


def training_panel(history: History) -> Panel:
    """The curves of a finished run. Raises TypeError for anything but a `History`."""
    if not isinstance(history, History):
        raise TypeError(f"history must be what train(…) returned, got {type(history).__name__}")
    points = [
        (epoch, loss, accuracy)
        for epoch, (loss, accuracy) in enumerate(
            zip(history.train_loss, history.train_accuracy, strict=True), start=1
        )
    ]
    epochs = history.settings.get("epochs", max(1, len(history.validation_accuracy)))
    return Panel(
        _figure(epochs, points, history.validation_accuracy), _description(epochs, history.validation_accuracy)
    )


def _figure(epochs: int, points: list[tuple[float, float, float]], validated: list[float]) -> dict:
    at, loss, accuracy = zip(*points, strict=True) if points else ((), (), ())
    return figures.draw(epochs, at, loss, at, accuracy, validated, top=1.08 * max(loss, default=2.5))


def _description(epochs: int, validated: list[float]) -> str:
    if not validated:
        return "Loss and accuracy: no epoch finished yet."
    return f"Validation accuracy {100 * validated[-1]:.1f} % after {len(validated)} of {epochs} epochs."
