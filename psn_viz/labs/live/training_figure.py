"""Loss and accuracy of a training run, while it goes on or afterwards."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, figure, heading, line

_AXES = ("x2", "y2")


def draw(epochs: int, at, loss, train_at, train_accuracy, validation_accuracy, top: float) -> dict:
    """Loss at the times `at` (in epochs); training accuracy at `train_at`; validation accuracy after each epoch.

    Accuracies from 0 to 1. `top` is the upper end of the loss axis.
    """
    validation = 100 * np.asarray(validation_accuracy, dtype=float)
    done = np.arange(1, len(validation) + 1, dtype=float)
    ink = palette.THEMES["light"]["line"]
    traces = [
        line("loss", np.asarray(at, dtype=float), np.asarray(loss, dtype=float), ink, ("x", "y"), width=2),
        line(
            "training", np.asarray(train_at, dtype=float), 100 * np.asarray(train_accuracy, dtype=float), ink, _AXES
        ),
        line("validation", done, validation, palette.S, _AXES, width=2.5),
    ]
    span = [0, epochs + 0.2]
    axes = {
        "xaxis": axis((0, 0.45), "epoch", range=span, anchor="y"),
        "yaxis": axis((0, 1), "loss", range=[0, top], anchor="x"),
        "xaxis2": axis((0.57, 1), "epoch", range=span, anchor="y2"),
        "yaxis2": axis((0, 1), "accuracy in %", range=[0, 100], anchor="x2"),
    }
    label = f'<b>training</b>   <span style="color:{palette.S}"><b>validation</b></span>'
    return figure(traces, axes, height=280, annotations=[heading(label, 0.57, 1.02)])
