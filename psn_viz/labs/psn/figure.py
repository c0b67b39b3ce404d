"""W with X above its columns, the products of row t and column i beside it, H and S."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    bar_range,
    coloured,
    dots,
    doubling,
    figure,
    frame,
    heading,
    line,
    padded,
    spike_ticks,
    stems,
    time_axis,
    verdict,
    weight_map,
)

if TYPE_CHECKING:
    from psn_viz.labs.psn.lab import PSNNumbers

_MAP, _REACH, _RIGHT = (0.0, 0.38), (0.4, 0.5), (0.61, 1.0)
_LABELS = 5


def draw(numbers: PSNNumbers) -> dict:
    """X over W; under row t of `cell` the bars that sum to H[t], beside column i what X[i] adds to every H; to the
    right H with B, rings where X[i] has reached it, and S. Painted cells are framed.
    """
    n, (t, i) = numbers, numbers.cell
    x, weight, h = n.x, n.weight, n.h
    steps = len(x)
    # One scale for all rows and columns: pointing from one to the next moves bars, not axes. Not for every T and all
    # paint: W is initialised within 1/√T, so that the scale of T = 2, or of one strong cell, leaves T = 64 flat.
    share_range = doubling([0.1, *n.shares])
    h_range = padded([0.0, 1.2, *n.h_ends])
    pointing = {"y": "cell.t", "x": "cell.i"}
    column = {"x": "cell.i"}
    traces = [
        stems("X", x, palette.X, ("x", "y"), points_at=column),
        weight_map("W", weight, ("x", "y2"), float(np.abs(weight).max()) or 1.0, points_at=pointing),
        stems("W[t,i]·X", n.made_of, palette.X, ("x", "y3"), points_at=column),
        _sideways("X[i] adds", n.adds, palette.X, ("x2", "y2"), {"y": "cell.t"}),
        line("B", np.arange(steps), n.threshold, palette.B, ("x3", "y4"), dash="dash"),
        dots("H", h, palette.H, ("x3", "y4"), points_at={"x": "cell.t"}, size=np.where(np.arange(steps) == t, 12, 7)),
        dots("reached", np.where(n.reached, h, np.nan), palette.X, ("x3", "y4"), size=15, symbol="circle-open",
             line={"width": 1.5}) | {"cliponaxis": False},  # rings are wider than the ends of the axis
        spike_ticks("S", n.s, 0, ("x3", "y5")),
    ]  # fmt: skip
    rows = time_axis((0, 1), steps, "x", labels=_LABELS)
    axes = {
        "xaxis": time_axis(_MAP, steps, "y3", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": axis((0.87, 1), coloured("X"), range=bar_range(n.x_ends), anchor="x", nticks=3, zeroline=True),
        "yaxis2": rows | {"domain": [0.27, 0.77], "title": {"text": "row t"}, "range": rows["range"][::-1],
                          "showgrid": False},
        "yaxis3": axis((0, 0.16), "W[t,i]·X[i]", range=list(share_range), anchor="x", zeroline=True, nticks=3),
        "xaxis2": axis(_REACH, range=list(share_range), anchor="y2", zeroline=True, nticks=2, showgrid=False),
        "xaxis3": time_axis(_RIGHT, steps, "y5", labels=_LABELS),
        "yaxis4": axis((0.27, 0.77), f"{coloured('H')}, {coloured('B')}", anchor="x3", range=list(h_range)),
        "yaxis5": axis((0, 0.12), coloured("S"), anchor="x3", range=[-1, 1], tickvals=[], showgrid=False),
    }  # fmt: skip
    over_map = ("x", "y2")
    frames = [
        frame(over_map, (0, steps - 1), (t, t), palette.H),
        frame(over_map, (i, i), (0, steps - 1), palette.X),
        *(frame(over_map, (c, c), (r, r), palette.THEMES["light"]["line"], width=2.5) for r, c in n.painted),
    ]
    ring = f"{coloured('X', '○')} reached by {coloured('X')}[{i}]"
    equal, difference = n.witness_in_words
    witness = (verdict(n.witness.agrees, equal), difference, n.fused.line)
    annotations = [
        heading(_title(n), _MAP[0], 0.775),
        heading(f"{coloured('H')}[{t}] = {h[t]:.3f}, made of", _MAP[0], 0.165),
        heading(f"{coloured('X')}[{i}] adds", _REACH[0], 0.775),
        heading("<br>".join(filter(None, witness)), _RIGHT[0], 0.875),
        heading(f"{coloured('H', '● H')} charge   {ring}", _RIGHT[0], 0.775),
    ]  # fmt: skip
    columns = ((0, 0.52), _RIGHT)
    return figure(traces, axes, height=620, annotations=annotations, shapes=frames, columns=columns)


def _title(n: PSNNumbers) -> str:
    over = f", {len(n.painted)} painted" if n.painted else ""
    return f"<b>W</b>, {n.preset_in_words}<br>{100 * n.future:.0f} % on the future{over}"


def _sideways(name: str, values, colour: str, axes: tuple[str, str], points_at: dict) -> dict:
    """Bars along the rows of W: one per output time."""
    bars = stems(name, np.arange(len(values)), colour, axes, points_at=points_at)
    return bars | {
        "x": values,
        "orientation": "h",
        "hovertemplate": f"{name} %{{x:.4g}} at t = %{{y}}<extra></extra>",
    }
