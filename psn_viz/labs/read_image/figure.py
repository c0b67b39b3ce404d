"""An image read row by row, and the spikes that two kinds of neuron answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, figure, heading, tiles, time_axis, verdict

if TYPE_CHECKING:
    from psn_viz.labs.read_image.lab import ReadImageNumbers

_PARTS = ((0.0, 0.29), (0.355, 0.645), (0.71, 1.0))


def draw(numbers: ReadImageNumbers) -> dict:
    """Image, LIF spikes and those spikes of the PSN that are known at row t, one time-step a row."""
    n = numbers
    steps, width = n.image.shape
    ahead = np.arange(steps)[:, None] > n.t
    arrays = (np.where(ahead, np.nan, n.image), np.where(ahead, np.nan, n.s_lif), n.s_psn)
    names = ("X", "S of the LIF", "S of the PSN")
    titles = (
        f"{coloured('X')} image<br>{n.t + 1} of {steps} rows read",
        f"{coloured('S')} of the LIF<br>{counted(n.t + 1, 'step')}, {counted(n.lif_spikes, 'spike')}",
        f"{coloured('S')} of the PSN, W = {n.weights}<br>{_answer(n)}",
    )
    traces, axes, annotations = [], {}, []
    for number, (part, values, name, title) in enumerate(zip(_PARTS, arrays, names, titles, strict=True), start=1):
        suffix = "" if number == 1 else str(number)
        refs = (f"x{suffix}", f"y{suffix}")
        hover = f"{name}[t=%{{y}}, column %{{x}}] = %{{z:.2f}}"
        traces.append(tiles(name, values, "image" if number == 1 else "spike", refs, hover))
        axes[f"xaxis{suffix}"] = axis(
            part, "column", range=[-0.5, width - 0.5], anchor=refs[1], showgrid=False, tick0=0, dtick=7
        )
        vertical = time_axis((0, 1), steps, refs[0], title="time-step t = row" if number == 1 else "")
        axes[f"yaxis{suffix}"] = vertical | {"range": vertical["range"][::-1], "showgrid": False}
        annotations.append(heading(title, part[0], 1.01))
    if n.rows_left:
        waiting = f"waits for<br>{n.rows_left} more row{'s' * (n.rows_left > 1)}"
        middle = {"xanchor": "center", "yanchor": "middle", "align": "center"}
        annotations.append(heading(waiting, sum(_PARTS[2]) / 2, 0.5, **middle))
    reading = {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": n.t, "y1": n.t,
        "line": {"color": palette.X, "width": 1.5, "dash": "dot"},
    }  # fmt: skip
    margin = {"t": 62}  # room for three lines of title
    return figure(traces, axes, 396, annotations, [reading], _PARTS, margin)


def counted(count: int, what: str) -> str:
    """1 step, 2 steps."""
    return f"{count} {what}{'s' * (count != 1)}"


def _answer(n: ReadImageNumbers) -> str:
    """How many spikes of the PSN are known, and the witness, in a line each."""
    if n.rows_left:
        return "no step yet"
    said = f"1 product, {counted(n.psn_spikes, 'spike')}"
    if n.witness is None:  # only the leak claims to be a loop: the one without the reset
        return said
    return f"{said}<br>{verdict(n.witness.agrees, ('=' if n.witness.agrees else '≠') + ' LIF, no reset')}"
