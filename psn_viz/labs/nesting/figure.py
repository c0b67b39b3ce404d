"""One member of the family and a neuron that is to hold its W: W, the sets inside each other, and both runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    bar_range,
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
from psn_viz.labs.nesting.members import HOLDERS, Properties, label

if TYPE_CHECKING:
    from psn_viz.labs.nesting.lab import NestingNumbers

_LEFT, _RIGHT = (0.0, 0.45), (0.58, 1.0)
_LABELS = 5
_TABLE, _COLUMNS = 0.13, (0.0, 0.3, 0.66)  # its upper edge; where its columns begin, as shares of the width
# The sets, in units of their own axes: each begins a strip further to the right and a step lower than the one before.
_WIDTH, _HEIGHT, _STRIP, _STEP, _EDGE = 100, 50, 16.5, 6, 1
_DOTS, _ABOVE_DOTS = 8, 20


def draw(numbers: NestingNumbers) -> dict:
    """W; X, H and S of the member and of the neuron that is to hold its W; under them what both cost and allow.

    The kinds of neuron are frames, each inside the one before; that of the holder says whether it can hold this W.
    The dot is in the innermost that does, or outside of all; a ring marks the LIF without reset.
    """
    n = numbers
    steps = len(n.x)
    lif_x = _place(n.lif_inside, 0.3)
    member_x = lif_x if n.first == "LIF" and not n.share else _place(n.inside, 0.7)
    frames = _frames(n.holder, n.can_hold)
    corners = [(frame["x0"] + 1, frame["y1"] - 1) for frame in frames]
    labels = [f"<b>{label(name, n.k)}</b>" if name == n.holder else label(name, n.k) for name in HOLDERS]
    traces = [
        _texts(
            "sets",
            [*labels, "LIF,<br>reset", f"LIF<br>τ = {n.tau:g}"],
            [*corners, (0, _ABOVE_DOTS), (_place(n.lif_inside, 0) + 1, _ABOVE_DOTS)],
        ),
        weight_map("W", n.weight, ("x", "y"), 1.0),
        _ring("LIF", np.array([_DOTS]), ("x2", "y2")) | {"x": np.array([lif_x])},
        dots("member", np.array([_DOTS]), palette.H, ("x2", "y2"), size=13) | {"x": np.array([member_x])},
        stems("X", n.x, palette.X, ("x3", "y3")),
        line("H", np.arange(steps), n.h, palette.H, ("x3", "y4"), width=2),
        _ring("H of the holder", n.h_of_holder, ("x3", "y4")),
        line("B", np.arange(steps), n.threshold, palette.B, ("x3", "y4"), dash="dash", width=2),
        spike_ticks("S", n.s, 1, ("x3", "y5")),
        spike_ticks("S of the holder", n.s_of_holder, 0, ("x3", "y5")),
    ]
    # The same for every member, so that the axis of H stays while one becomes the other.
    low, high = min(0.0, n.h_span[0]), max(1.5, n.h_span[1])
    vertical = time_axis((0.47, 1), steps, "x", "row t", labels=_LABELS, showgrid=False)
    axes = {
        "xaxis": time_axis(_LEFT, steps, "y", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": vertical | {"range": vertical["range"][::-1]},
        "xaxis2": axis(_LEFT, anchor="y2", range=[0, _WIDTH], visible=False),
        "yaxis2": axis((0, 0.33), anchor="x2", range=[0, _HEIGHT], visible=False),
        "xaxis3": time_axis(_RIGHT, steps, "y5", labels=_LABELS),
        "yaxis3": axis((0.85, 1), coloured("X"), range=bar_range(n.x), anchor="x3", nticks=4, zeroline=True),
        "yaxis4": axis(
            (0.43, 0.76), coloured("H"), anchor="x3", range=[math.floor(low - 0.2), math.ceil(high + 0.2)]
        ),
        "yaxis5": axis(
            (0.245, 0.355),
            coloured("S"),
            anchor="x3",
            range=[-0.7, 1.7],
            tickvals=[],
            showgrid=False,
        ),
    }
    names = ("in between" if n.share else n.labels[0]), n.labels[2]
    agrees, size = n.witness.agrees, n.witness.size
    result = "same H and S" if agrees else f"first at t = {n.witness.first_apart}"
    statement = f" {'=' if agrees else '≠'} ".join(names)
    legend = f"{coloured('H', '━')} {names[0]}   {coloured('H', '○')} {names[1]}"
    annotations = [
        heading(f"<b>W</b>: {'<br>'.join(_title(n))}", _LEFT[0], 1.01),
        heading("every box around the dot can hold this W", _LEFT[0], 0.335),
        heading(f"{verdict(agrees, statement)}<br>{result}, max |difference| {size}", _RIGHT[0], 1.01),
        heading(f"{legend}<br>{coloured('B', '╍╍ B')}", _RIGHT[0], 0.765),
        heading(f"{coloured('S')} above {names[0]}, below {names[1]}", _RIGHT[0], 0.36),
        *_table(
            ["\N{NO-BREAK SPACE}", "parameters", "sees ahead", "any T", "step by step"],
            [names[0], *_answers(n.of_member)],
            [names[1], *_answers(n.of_holder)],
        ),
    ]
    return figure(traces, axes, height=660, annotations=annotations, shapes=frames, columns=(_LEFT, _RIGHT))


def _ring(name: str, values: np.ndarray, axes: tuple[str, str]) -> dict:
    return dots(name, values, palette.H, axes, symbol="circle-open", line={"width": 2})


def _title(n: NestingNumbers) -> tuple[str, str]:
    """The title of the map of W: its neuron and its form."""
    member, next_member, _ = n.labels
    if n.share:
        return f"{100 * n.share:.0f} % of the way from {member}", f"to {next_member}"
    if n.inside is None:
        note = f"H does not scale with X, by {n.not_scaled:.2g}: no W" if n.resets else "here no reset acts"
        return "its leak, without the reset", note
    form = {
        "LIF reset": "no memory, so nothing to reset",
        "LIF": f"W[t,i] = {1 - 1 / n.tau:.3g}<sup>t−i</sup> for i ≤ t",
        "k1": "no memory: the input of now only",
        "sliding": "the same k weights in every row",
        "masked": "k weights a row, each row its own",
        "causal": "all inputs up to now, each row its own",
        "PSN": "all inputs, also those to come",
    }[n.first]
    return member, form


def _place(inside: str | None, share: float) -> float:
    """Where along the sets a dot of the set `inside` stands: in its strip, beside the next set."""
    n = HOLDERS.index(inside) + 1 if inside else 0
    end = _WIDTH - _EDGE * (n - 1) if n == len(HOLDERS) else _STRIP * (n + 1)
    return _STRIP * n + share * (end - _STRIP * n)


def _frames(holder: str, can_hold: bool) -> list[dict]:
    """A frame for each set, inside the one before."""
    frames = []
    for n, name in enumerate(HOLDERS):
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


def _answers(of: Properties | None) -> list[str]:
    """What a neuron costs and allows, line by line; nothing for a W that no named neuron has."""
    if of is None:
        return ["–"] * 4
    used = f" ({of.used} used)" if of.used != of.parameters else ""
    return [f"{of.parameters}{used}", *of.answers]


def _table(*columns: list[str]) -> list[dict]:
    """Three columns of text under the runs, each line by line."""
    width = _RIGHT[1] - _RIGHT[0]
    return [
        heading("<br>".join(column), _RIGHT[0] + share * width, _TABLE, yanchor="top", font={"size": 11})
        for share, column in zip(_COLUMNS, columns, strict=True)
    ]
