"""A map of ratios over T and N; at one size all that was measured there, and the two that are compared over N."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.bench.text_report import busy_in_short
from psn_viz.labs.core import palette
from psn_viz.labs.core.sizes import in_short
from psn_viz.labs.core.traces import axis, coloured, figure, frame, heading, weight_map, wrapped

if TYPE_CHECKING:
    from psn_viz.labs.speed_ratio.lab import SpeedRatioNumbers

_LEFT, _RIGHT = (0.0, 0.44), (0.56, 1.0)
_TOP, _MAP, _ROWS, _CURVES = 0.91, (0.4, 0.91), (0.4, 0.91), (0.0, 0.28)
_INK = palette.THEMES["light"]["line"]


def draw(numbers: SpeedRatioNumbers) -> dict:
    """The ratio over all T and N as a map, with the present size framed; to the right the time of every subject at
    that size, and under it those of the two that are compared over N.
    """
    n = numbers
    seconds, (t, i) = n.seconds, n.place
    steps, neurons = [in_short(T) for T in n.steps], [in_short(N) for N in n.neurons]
    rows = np.arange(len(seconds))[::-1].astype(float)
    span = [n.decades[0] - 0.3, n.decades[1] + 0.3]
    quartiles = np.array(list(seconds.values()))
    with np.errstate(divide="ignore"):
        tiles = weight_map("log₂ ratio", np.log2(n.ratio), ("x", "y"), n.largest, points_at={"x": "N", "y": "T"})
    tiles |= {
        "text": [["" if np.isnan(value) else _ratio(value) for value in line] for line in n.ratio],
        "texttemplate": "%{text}",
        "hovertemplate": "%{text} times as long<extra></extra>",
    }
    marks = [_mark(name) for name in seconds]
    traces = [
        tiles,
        _bars("seconds", quartiles, rows, marks, ("x2", "y2"), along="x")
        | {"text": [f"{n.label(name)}: {n.time(name)}" for name in seconds], "orientation": "h"},
    ]
    for role, name, curve in (("above", n.above, n.above_over_n), ("below", n.below, n.below_over_n)):
        traces.append(
            _bars(f"over N, {role}", curve, np.arange(len(neurons)), [_mark(name)], ("x3", "y3"), along="y")
            | {"mode": "lines+markers", "line": {"color": _mark(name)[0], "width": 2},
               "text": [f"{n.label(name)}, N = {N}" for N in neurons], "meta": {"points_at": {"x": "N"}}}
        )  # fmt: skip
    labelled = range(0, len(neurons), 1 + len(neurons) // 6)
    axes = {
        "xaxis": axis(_LEFT, "N", range=[-0.5, len(neurons) - 0.5], tickvals=list(range(len(neurons))),
                      ticktext=neurons, anchor="y", showgrid=False),
        "yaxis": axis(_MAP, "T", range=[-0.5, len(steps) - 0.5], tickvals=list(range(len(steps))), ticktext=steps,
                      anchor="x", showgrid=False),
        "xaxis2": axis(_RIGHT, "seconds", type="log", range=span, anchor="y2", tickvals=_DECADES, ticktext=_UNITS),
        "yaxis2": axis(_ROWS, range=[-0.45, len(seconds) - 0.1], showticklabels=False, showgrid=False, anchor="x2"),
        "xaxis3": axis(_RIGHT, "N", range=[-0.4, len(neurons) - 0.6], tickvals=list(labelled),
                       ticktext=[neurons[place] for place in labelled], anchor="y3"),
        "yaxis3": axis(_CURVES, type="log", range=span, anchor="x3", tickvals=_DECADES, ticktext=_UNITS),
    }  # fmt: skip
    labels = [
        heading(
            f"{_sign(name)} {_bold(n.label(name), name in (n.above, n.below))}: {n.time(name)}",
            span[0], row + 0.2, xref="x2", yref="y2", font={"size": 10},
        )
        for name, row in zip(seconds, rows, strict=True)
    ]  # fmt: skip
    busy = "" if n.busy is None else f"; {busy_in_short(n.busy)}"
    machine = wrapped(f"measured on {n.machine}{busy}")
    annotations = [
        heading(f"<b>{n.quotient}</b>, {n.mode}<br>{machine}", _LEFT[0], _TOP + 0.01),
        heading(
            "<br>".join([f"<b>{n.size_and_ratio.replace(': ', ':<br>', 1)}</b>", *map(wrapped, n.limits)]),
            _LEFT[0],
            0.3,
            yanchor="top",
        ),
        heading("all that was measured at this size:<br>median (quartiles)", _RIGHT[0], _TOP + 0.01),
        heading(f"the time of the two over N, T = {steps[t]}", _RIGHT[0], _CURVES[1] + 0.01),
        *labels,
    ]
    present = frame(("x", "y"), (i, i), (t, t), palette.S, width=3)
    return figure(traces, axes, height=700, annotations=annotations, shapes=[present], columns=(_LEFT, _RIGHT))


_DECADES = [1e-6, 1e-4, 1e-2, 1]
_UNITS = ["1 µs", "100 µs", "10 ms", "1 s"]


def _mark(name: str) -> tuple[str, str]:
    """The colour of what a subject waits for, H alone or V of the step before, ink for what is no neuron; a mark."""
    if name in ("bare", "copy"):
        return _INK, "circle-open"
    lif = "lif" in name
    edge_only = "-open" if name.startswith("sj-") else ""
    return (palette.V if lif else palette.H), ("diamond" if lif else "circle") + edge_only


def _sign(name: str) -> str:
    if name in ("bare", "copy"):
        return "○"
    lif = "lif" in name
    return coloured("V" if lif else "H", "◆" if lif else "●")


def _bars(name: str, quartiles: np.ndarray, across, marks, axes: tuple[str, str], along: str) -> dict:
    """Medians with bars from the lower to the upper quartile, `[n, 3]`, `along` one of the two axes."""
    median, lower, upper = quartiles.T
    colours = [colour for colour, _ in marks]
    other = "y" if along == "x" else "x"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        along: median,
        other: np.asarray(across, dtype=float),
        f"error_{along}": {
            "type": "data", "symmetric": False, "array": upper - median, "arrayminus": median - lower, "width": 4,
            "thickness": 1.5, "color": colours[0] if len(colours) == 1 else _INK,
        },
        "marker": {
            "color": colours if len(colours) > 1 else colours[0], "size": 8,
            "symbol": [symbol for _, symbol in marks] if len(marks) > 1 else marks[0][1],
            "line": {"width": 1.5, "color": colours if len(colours) > 1 else colours[0]},
        },
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"%{{text}}: %{{{along}:.3g}} s<extra></extra>",
    }  # fmt: skip


def _ratio(value: float) -> str:
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"


def _bold(text: str, bold: bool) -> str:
    return f"<b>{text}</b>" if bold else text
