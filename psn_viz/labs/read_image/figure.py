"""An image read row by row, and the spikes that two kinds of neuron answer with."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, figure, heading, tiles, time_axis

_PARTS = ((0.0, 0.29), (0.355, 0.645), (0.71, 1.0))


def draw(image, lif, psn, t: int, titles: tuple[str, str, str], waiting: str) -> dict:
    """Image, LIF spikes and PSN spikes, each `[T, width]` with one time-step a row, up to row t.

    `waiting` is written over the PSN's part while it has nothing to show.
    """
    steps, width = image.shape
    ahead = np.arange(steps)[:, None] > t
    arrays = (np.where(ahead, np.nan, image), np.where(ahead, np.nan, lif), psn)
    names = ("X", "S of the LIF", "S of the PSN")
    traces, axes, annotations = [], {}, []
    for n, (part, values, name, title) in enumerate(zip(_PARTS, arrays, names, titles, strict=True), start=1):
        suffix = "" if n == 1 else str(n)
        refs = (f"x{suffix}", f"y{suffix}")
        hover = f"{name}[t=%{{y}}, column %{{x}}] = %{{z:.2f}}"
        traces.append(tiles(name, values, "image" if n == 1 else "spike", refs, hover))
        axes[f"xaxis{suffix}"] = axis(
            part, "column", range=[-0.5, width - 0.5], anchor=refs[1], showgrid=False, tick0=0, dtick=7
        )
        vertical = time_axis((0, 1), steps, refs[0], title="time-step t = row" if n == 1 else "")
        axes[f"yaxis{suffix}"] = vertical | {"range": vertical["range"][::-1], "showgrid": False}
        annotations.append(heading(title, part[0], 1.01))
    if waiting:
        middle = {"x": sum(_PARTS[2]) / 2, "y": 0.5, "xanchor": "center", "yanchor": "middle", "align": "center"}
        annotations.append(heading(waiting, **middle))
    reading = {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": t, "y1": t,
        "line": {"color": palette.X, "width": 1.5, "dash": "dot"},
    }  # fmt: skip
    margin = {"t": 62}  # room for three lines of title
    return figure(traces, axes, 396, annotations, [reading], _PARTS, margin)


def title(quantity: str, text: str, below: str) -> str:
    """Over a part: the quantity in its colour with what it is, and a line or two of what came out."""
    return f"{coloured(quantity)} {text}<br>{below}"
