"""Loss and accuracy of a training run, while it goes on or afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, figure, heading, line

_AXES = ("x2", "y2")


@dataclass(frozen=True)
class TrainingCurves:
    """A run of `epochs` epochs as far as it has come; accuracies from 0 to 1.

    loss and train_accuracy were reported at the times `at`, counted in epochs; validation_accuracy after each epoch.
    """

    epochs: int
    at: Sequence[float]
    loss: Sequence[float]
    train_accuracy: Sequence[float]
    validation_accuracy: Sequence[float]


def draw(numbers: TrainingCurves) -> dict:
    """The loss; beside it the accuracy on what was trained with and on what was held back for validation."""
    n = numbers
    at, loss, training = (np.asarray(values, dtype=float) for values in (n.at, n.loss, n.train_accuracy))
    validation = 100 * np.asarray(n.validation_accuracy, dtype=float)
    finished_epochs = np.arange(1, len(validation) + 1, dtype=float)
    ink = palette.THEMES["light"]["line"]
    traces = [
        line("loss", at, loss, ink, ("x", "y"), width=2),
        line("training", at, 100 * training, ink, _AXES),
        line("validation", finished_epochs, validation, palette.S, _AXES, width=2.5),
    ]
    span = [0, n.epochs + 0.2]
    axes = {
        "xaxis": axis((0, 0.45), "epoch", range=span, anchor="y"),
        "yaxis": axis((0, 1), "loss", range=[0, 1.08 * max(n.loss, default=2.5)], anchor="x"),
        "xaxis2": axis((0.57, 1), "epoch", range=span, anchor="y2"),
        "yaxis2": axis((0, 1), "accuracy in %", range=[0, 100], anchor="x2"),
    }
    label = f'<b>training</b>   <span style="color:{palette.S}"><b>validation</b></span>'
    return figure(traces, axes, height=280, annotations=[heading(label, 0.57, 1.02)])
