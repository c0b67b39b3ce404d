"""The graph; below it W as far as it is known, or the clock: which H are there after this tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, figure, frame, heading, time_axis, weight_map
from psn_viz.labs.unroll import graphs, places, sentences
from psn_viz.labs.unroll.marks import DONE, WAITS, nodes, written

if TYPE_CHECKING:
    from psn_viz.labs.unroll.lab import UnrollNumbers

_GRAPH, _BELOW = (0.355, 0.9), (0.0, 0.27)
_LEFT = 70  # px for the names of the rows
_WORDS = -54  # px: words begin left of the axes


def draw(numbers: UnrollNumbers) -> dict:
    """The graph, its linear edges as wide as their weights; below it W, or the clock."""
    n = numbers
    of_clock = n.show != "derivation"
    traces, frames, below = _clock(n) if of_clock else _weights(n)
    graph = {"derivation": graphs.derivation, "loop": graphs.loop, "scan": graphs.scan, "product": graphs.product}
    heights, names = _rows(n)
    T = len(n.x)
    plain = {"showgrid": False, "showline": False, "ticks": "", "automargin": False}
    title = "time-step t" if of_clock else "column i (input time)"
    axes = {
        "xaxis": time_axis((0, 1), T, "y2", title, **plain) | {"range": [-0.6, T - 0.2]},
        "yaxis": axis(_GRAPH, "", range=[-0.4, 2.2], tickvals=heights, ticktext=names, anchor="x", **plain),
        "yaxis2": axis(_BELOW, "", anchor="x", **below, **plain),
    }  # fmt: skip
    lines = "<br>".join((*sentences.lines(n), sentences.agreement(n), sentences.added(n)))
    annotations = [heading(lines, 0, 0.915, xshift=_WORDS), heading(sentences.below(n), 0, 0.275, xshift=_WORDS)]
    return figure(
        [*graph[n.show](n), *traces], axes, height=650, annotations=annotations, shapes=frames, margin={"l": _LEFT}
    )


def _rows(n: UnrollNumbers) -> tuple[list[float], list[str]]:
    """The heights of the kinds of nodes, and their names."""
    X, H, V, S = (coloured(name) for name in "XHVS")
    if n.show == "scan":
        return [*places.LEVELS, places.S], [X, "round 1", "round 2", H, S]
    graph = places.Derivation(len(n.x), n.t, n.at if n.show == "derivation" else 0.0, n.stuck)
    if n.show == "product" or graph.melted == 1:
        return [places.X, places.H, places.S], [X, H if n.show == "product" else f"{H} = {V}", S]
    return [places.X, places.H, float(graph.membranes[0][1]), places.S], [X, H, V, S]


def _weights(n: UnrollNumbers) -> tuple[list[dict], list[dict], dict]:
    """W as far as it is known, with row t framed; "?" where a reset leaves no fixed number."""
    T = len(n.x)
    unknown = [((i, n.t), "?", float(n.stuck)) for i in range(n.t)]
    traces = [
        weight_map("W", n.weight, ("x", "y2"), 1 / n.tau, points_at={"y": "t"}),
        written("no entry", unknown, palette.S, 15, {"xaxis": "x", "yaxis": "y2"}),
    ]
    rows = range(T)
    axes = {
        "range": [T - 0.4, -0.6],
        "tickvals": list(rows)[1::2],
        "ticktext": [f"row {row}" for row in rows][1::2],
    }
    return traces, [frame(("x", "y2"), (0, T - 1), (n.t, n.t), palette.H)], axes


def _clock(n: UnrollNumbers) -> tuple[list[dict], list[dict], dict]:
    """One row of marks for each way: large where H[t] is there, small where it is not, none where it is not a way."""
    T = len(n.x)
    traces = []
    for row, way in enumerate(n.ticks):
        height = row if n.reset == "none" or way == "loop" else np.nan
        sizes = np.where(n.known[row] > 0, DONE, WAITS)
        marks = nodes(f"H by {way}", np.arange(T), height, sizes, palette.H, n.known[row])
        hover = f"{way}: H[%{{x:.0f}}] %{{customdata:.0f}}<extra></extra>"
        traces.append(marks | {"yaxis": "y2", "hovertemplate": hover})
    middle = [(((T - 1) / 2, 1.5), "with a reset there are no fixed weights", float(n.reset != "none"))]
    traces.append(written("why not", middle, palette.B, 13, {"xaxis": "x", "yaxis": "y2"}))
    axes = {"range": [2.6, -0.6], "tickvals": [0, 1, 2], "ticktext": list(n.ticks)}
    return traces, [frame(("x", "y2"), (n.t, n.t), (0, 2), palette.H, dash="dot")], axes
