"""A network while it learns: loss and accuracy over the steps, W with B beside it, the spikes of one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    dots,
    figure,
    heading,
    line,
    stems,
    tiles,
    time_axis,
    verdict,
    weight_map,
)
from psn_viz.labs.train_live.changes import in_words

if TYPE_CHECKING:
    from psn_viz.labs.train_live.lab import TrainLiveNumbers

_LEFT, _MAP, _BESIDE = (0.0, 0.5), (0.6, 0.84), (0.87, 1.0)
_LOSS, _ACCURACY = ("x", "y"), ("x2", "y2")
_MOST_LOSS, _LEAST_THRESHOLD, _MOST_THRESHOLD = 3.0, -1.0, 3.0  # what is beyond stands at the edge
_GREY = palette.THEMES["light"]["line"]
_ROWS = 3  # in which the names of changes stand, so that close ones do not cover each other


def draw(numbers: TrainLiveNumbers) -> dict:
    """To the left loss and accuracy, a line where something was changed, dotted where that is still to come; to the
    right W and B now, and under them the spikes of one sample beside the sample itself.
    """
    n = numbers
    at = np.arange(n.steps + 1, dtype=float)
    now = at[-1:]
    threshold = np.clip(n.threshold, _LEAST_THRESHOLD, _MOST_THRESHOLD)
    T, width = n.spikes.shape
    limit = max(1.0, float(np.nanmax(np.abs(n.weight))))
    traces = [
        line("loss of each step", at, np.minimum(n.batch_loss, _MOST_LOSS), _GREY, _LOSS),
        line("loss", at, np.minimum(n.loss, _MOST_LOSS), palette.S, _LOSS, width=2.5),
        line("accuracy", at, 100 * n.accuracy, palette.S, _ACCURACY, width=2.5),
        dots("loss now", np.minimum(n.loss[-1:], _MOST_LOSS), palette.S, _LOSS, size=9) | {"x": now},
        dots("accuracy now", 100 * n.accuracy[-1:], palette.S, _ACCURACY, size=9) | {"x": now},
        weight_map("W", n.weight, ("x3", "y3"), limit),
        _sideways(threshold),
        tiles("S", n.spikes.T.astype(float), "spike", ("x5", "y5"), "S[t = %{x}] of neuron %{y}: %{z}"),
        tiles("X", n.image, "image", ("x6", "y6"), "row %{y}, column %{x}: %{z:.2f}"),
    ]
    steps = {"range": [-0.02 * n.most_steps, 1.02 * n.most_steps], "tickmode": "linear", "tick0": 0, "dtick": 40}
    rows = {"range": [T - 0.4, -0.6], "showgrid": False, "tickmode": "linear", "tick0": 0, "dtick": 1}
    axes = {
        "xaxis": axis(_LEFT, "", anchor="y", **steps),
        "yaxis": axis((0.56, 0.94), "loss", range=[0, _MOST_LOSS + 0.05], anchor="x"),
        "xaxis2": axis(_LEFT, "training steps", anchor="y2", **steps),
        "yaxis2": axis((0, 0.42), "% right", range=[0, 102], tickvals=[0, 25, 50, 75, 100], anchor="x2"),
        "xaxis3": time_axis(_MAP, T, "y3", title="column i", showgrid=False),
        "yaxis3": axis((0.56, 0.94), "row t", anchor="x3", **rows),
        "xaxis4": axis(_BESIDE, coloured("B"), anchor="y3", range=[_LEAST_THRESHOLD, _MOST_THRESHOLD], zeroline=True,
                       showgrid=False, tickvals=[0, 1, 2]),
        "xaxis5": time_axis(_MAP, T, "y5", showgrid=False),
        "yaxis5": axis((0, 0.36), "neuron", anchor="x5", range=[-0.5, width - 0.5], nticks=4, showgrid=False),
        "xaxis6": axis(_BESIDE, "", anchor="y6", range=[-0.5, 7.5], tickvals=[], showgrid=False),
        "yaxis6": axis((0.1, 0.36), "", anchor="x6", range=[7.5, -0.5], tickvals=[], showgrid=False),
    }  # fmt: skip
    answered = verdict(n.answer == n.label, f"a {n.label}, taken for a {n.answer}")
    annotations = [
        heading(f"{coloured('S', '━')} validation   <span style='color:{_GREY}'>━</span> each step", _LEFT[0], 0.95),
        heading(f"<b>{100 * n.accuracy[-1]:.1f} %</b> right after {n.steps} steps", _LEFT[0], 0.43),
        heading(f"<b>W</b>: {n.neuron_in_words}{_closed_form(n)}<br>{_compared(n)}", _MAP[0], 0.95),
        heading(f"{coloured('S')} of one digit: {answered}", _MAP[0], 0.37),
        *_names(n),
    ]
    return figure(
        traces, axes, height=560, annotations=annotations, shapes=_marks(n), columns=(_LEFT, (_MAP[0], 1.0)),
        margin={"t": 30},
    )  # fmt: skip


def _closed_form(n: TrainLiveNumbers) -> str:
    return " without reset" if n.settings.neuron == "LIF" else ""


def _compared(n: TrainLiveNumbers) -> str:
    equal, _ = n.witness.words(coloured("H"), f"W {coloured('X')}")
    return verdict(n.witness.agrees, equal)


def _marks(n: TrainLiveNumbers) -> list[dict]:
    """A line in both plots at each step with a change."""
    return [
        {
            "type": "line",
            "xref": x,
            "yref": y,
            "x0": step,
            "x1": step,
            "y0": 0,
            "y1": top,
            "line": {"color": _GREY, "width": 1.5, "dash": "dot" if step > n.steps else "solid"},
        }
        for step in _steps_with_changes(n)
        for (x, y), top in ((_LOSS, _MOST_LOSS), (_ACCURACY, 100))
    ]


def _names(n: TrainLiveNumbers) -> list[dict]:
    """What was changed, at the top of its line."""
    names = []
    for number, step in enumerate(_steps_with_changes(n)):
        left = step > 0.7 * n.most_steps  # else it would leave the plot
        words = ", ".join(in_words(change) for change in n.changes if change.step == step)
        names.append(
            {
                "text": words,
                "x": step,
                "y": _MOST_LOSS * (1 - 0.11 * (number % _ROWS)),
                "xref": _LOSS[0],
                "yref": _LOSS[1],
                "xanchor": "right" if left else "left",
                "yanchor": "top",
                "showarrow": False,
                "font": {"size": 11},
            }
        )
    return names


def _steps_with_changes(n: TrainLiveNumbers) -> list[int]:
    return sorted({change.step for change in n.changes if change.step})


def _sideways(threshold: np.ndarray) -> dict:
    """B in bars along the rows of W."""
    bars = stems("B", np.arange(len(threshold)), palette.B, ("x4", "y3"), width=0.7)
    hover = "B[%{y}] = %{x:.3g}<extra></extra>"
    return bars | {"x": threshold, "orientation": "h", "hovertemplate": hover}
