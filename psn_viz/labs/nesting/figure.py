"""One member of the family and a neuron that is to hold its W: W, the sets inside each other, and both runs."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    dots,
    figure,
    heading,
    line,
    spike_ticks,
    stems,
    time_axis,
    verdict,
    weight_map,
)

_LEFT, _RIGHT = (0.0, 0.45), (0.58, 1.0)
_LABELS = 5
_TABLE, _COLUMNS = 0.13, (0.0, 0.3, 0.66)  # its upper edge; where its columns begin, as shares of the width
# The sets, in units of their own axes: each begins a strip further to the right and a step lower than the one before.
_WIDTH, _HEIGHT, _STRIP, _STEP, _EDGE = 100, 50, 16.5, 6, 1
_DOTS, _ABOVE_DOTS = 8, 20


def draw(
    x, weight, threshold, h, h_held, s, s_held, *, title: tuple[str, str], names: tuple[str, str],
    h_range: tuple[float, float], sets: dict[str, str], holder: str, inside: str | None, lif: tuple[str, str, bool],
    can_hold: bool, rows: list[tuple[str, str, str]], agrees: bool, witness: tuple[str, str],
) -> dict:  # fmt: skip
    """W `[T, T]`, absent entries NaN; X, H, S `[T]` of the neuron and, `_held`, of the one that is to hold its W.

    `names` are those of the two. `sets` are the kinds of neuron with their labels, each inside the one before; the
    frame of `holder` says whether it `can_hold` this W. The dot is in the set `inside`, or outside of all; `lif` is
    the set of the LIF without reset, its label, and whether it is the dot. `rows` compare the two, line by line.
    """
    steps = len(x)
    order = list(sets)
    lif_set, lif_label, lif_is_dot = lif
    lif_x = _place(order, lif_set, 0.3)
    frames = _frames(sets, holder, can_hold)
    corners = [(frame["x0"] + 1, frame["y1"] - 1) for frame in frames]
    labels = [f"<b>{label}</b>" if name == holder else label for name, label in sets.items()]
    traces = [
        _texts(
            "sets",
            [*labels, "LIF,<br>reset", lif_label],
            [*corners, (0, _ABOVE_DOTS), (_place(order, lif_set, 0) + 1, _ABOVE_DOTS)],
        ),
        weight_map("W", weight, ("x", "y"), 1.0),
        _ring("LIF", np.array([_DOTS]), ("x2", "y2")) | {"x": np.array([lif_x])},
        dots("member", np.array([_DOTS]), palette.H, ("x2", "y2"), size=13)
        | {"x": np.array([lif_x if lif_is_dot else _place(order, inside, 0.7)])},
        stems("X", x, palette.X, ("x3", "y3")),
        line("H", np.arange(steps), h, palette.H, ("x3", "y4"), width=2),
        _ring("H of the holder", h_held, ("x3", "y4")),
        line("B", np.arange(steps), threshold, palette.B, ("x3", "y4"), dash="dash", width=2),
        spike_ticks("S", s, 1, ("x3", "y5")),
        spike_ticks("S of the holder", s_held, 0, ("x3", "y5")),
    ]
    vertical = time_axis((0.47, 1), steps, "x", "row t", labels=_LABELS, showgrid=False)
    axes = {
        "xaxis": time_axis(_LEFT, steps, "y", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": vertical | {"range": vertical["range"][::-1]},
        "xaxis2": axis(_LEFT, anchor="y2", range=[0, _WIDTH], visible=False),
        "yaxis2": axis((0, 0.33), anchor="x2", range=[0, _HEIGHT], visible=False),
        "xaxis3": time_axis(_RIGHT, steps, "y5", labels=_LABELS),
        "yaxis3": axis((0.85, 1), coloured("X"), anchor="x3", nticks=4, zeroline=True),
        "yaxis4": axis((0.43, 0.76), coloured("H"), anchor="x3", range=list(h_range)),
        "yaxis5": axis(
            (0.245, 0.355),
            coloured("S"),
            anchor="x3",
            range=[-0.7, 1.7],
            tickvals=[0, 1],
            ticktext=["○", "━"],
            showgrid=False,
        ),
    }
    both = f"{coloured('H', '━')} {names[0]}   {coloured('H', '○')} {names[1]}"
    annotations = [
        heading(f"<b>W</b>: {title[0]}<br>{title[1]}", _LEFT[0], 1.01),
        heading("the dot: inside all that can hold this W", _LEFT[0], 0.335),
        heading(f"{verdict(agrees, witness[0])}<br>{witness[1]}", _RIGHT[0], 1.01),
        heading(f"{both}<br>{coloured('B', '╍╍ B')}", _RIGHT[0], 0.765),
        *_table([("\N{NO-BREAK SPACE}", *names), *rows]),
    ]
    return figure(traces, axes, height=660, annotations=annotations, shapes=frames, columns=(_LEFT, _RIGHT))


def _ring(name: str, values: np.ndarray, axes: tuple[str, str]) -> dict:
    return dots(name, values, palette.H, axes, symbol="circle-open", line={"width": 2})


def _place(order: list[str], inside: str | None, share: float) -> float:
    """Where along the sets a dot of the set `inside` stands: in its strip, beside the next set."""
    n = order.index(inside) + 1 if inside else 0
    end = _WIDTH - _EDGE * (n - 1) if n == len(order) else _STRIP * (n + 1)
    return _STRIP * n + share * (end - _STRIP * n)


def _frames(sets: dict[str, str], holder: str, can_hold: bool) -> list[dict]:
    """A frame for each set, inside the one before."""
    frames = []
    for n, name in enumerate(sets):
        colour, width = palette.THEMES["light"]["line"], 1
        if name == holder:
            colour, width = palette.AGREE if can_hold else palette.DISAGREE, 3
        frames.append(
            {
                "type": "rect", "xref": "x2", "yref": "y2", "x0": _STRIP * (n + 1), "x1": _WIDTH - _EDGE * n,
                "y0": _EDGE * n, "y1": _HEIGHT - _STEP * n, "line": {"color": colour, "width": width},
            }
        )  # fmt: skip
    return frames


def _texts(name: str, texts: list[str], places: list[tuple[float, float]]) -> dict:
    """Small texts among the sets, each to the right of its place and under it. Far cheaper than annotations."""
    x, y = np.array(places, dtype=float).T
    return {
        "type": "scatter",
        "mode": "text",
        "name": name,
        "x": x,
        "y": y,
        "text": texts,
        "textposition": "bottom right",
        "textfont": {"size": 12},
        "hoverinfo": "skip",
        "xaxis": "x2",
        "yaxis": "y2",
    }


def _table(rows: list[tuple[str, str, str]]) -> list[dict]:
    """Three columns of text under the runs, line by line."""
    width = _RIGHT[1] - _RIGHT[0]
    return [
        heading("<br>".join(column), _RIGHT[0] + share * width, _TABLE, yanchor="top", font={"size": 11})
        for share, column in zip(_COLUMNS, zip(*rows, strict=True), strict=True)
    ]
