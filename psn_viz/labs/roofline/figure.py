"""A roofline with the neurons under it, the predicted time of each, and their ratio over N."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, figure, heading

_LEFT, _RIGHT = (0.0, 0.44), (0.56, 1.0)
_TOP, _ROWS, _RATIO = 0.89, (0.52, 0.89), (0.0, 0.37)
INTENSITY = (-1.4, 3.7)  # decades of operations a byte
_TIMES = (-2.7, 4.9)  # decades of times as long as the PSN
_TICKS = {0.01: "1/100", 1: "1", 100: "100", 1e4: "10⁴"}
# What each neuron is drawn as: the colour of what it has to wait for (H only, or V of the step before), and a mark.
MARKS = {
    "PSN": ("H", "●", "circle"),
    "sliding PSN": ("H", "○", "circle-open"),
    "LIF, fused": ("V", "◆", "diamond"),
    "LIF, 1 kernel a step": ("V", "▮", "square"),
    "LIF, 6 kernels a step": ("V", "✖", "x"),
}
_STROKES = {
    "sliding PSN": "dash",
    "LIF, fused": "solid",
    "LIF, 1 kernel a step": "dash",
    "LIF, 6 kernels a step": "dot",
}


def draw(
    roof: tuple[np.ndarray, np.ndarray], cache_roof: np.ndarray, trail: tuple[np.ndarray, np.ndarray, list[str]],
    intensity: dict[str, float], reached: dict[str, float], seconds: dict[str, float], words: dict[str, str],
    sizes: list[str], ratios: dict[str, np.ndarray], at: int, *, title: str, over_n: str, measured: dict[str, float],
    mark: str, reach: tuple[float, float], times: tuple[float, float],
) -> dict:  # fmt: skip
    """For each neuron the operations a byte, the operations a second that it reaches, its seconds, and a line on it.

    roof: operations a second that are possible, over operations a byte; cache_roof: the same for what stays in
    caches, NaN where that is not known. trail: the PSN for other T, with a name for each. ratios: seconds over those
    of the PSN for each N of `sizes`, of which `at` is the present one. measured: seconds of those that were measured,
    mark: what these are, or "". reach, times: the ranges of operations a second and of seconds, in decades.
    """
    ink = palette.THEMES["light"]["line"]
    names, places = list(MARKS), np.arange(len(sizes))
    rows = np.arange(len(names))[::-1].astype(float)
    traces = [
        _curve("roof", *roof, ink, ("x", "y"), width=2.5),
        _curve("roof of the caches", roof[0], cache_roof, ink, ("x", "y"), width=1.5, dash="dot"),
        _curve("PSN for other T", trail[0], trail[1], palette.H, ("x", "y"), width=1)
        | {"mode": "lines+markers", "marker": {"color": palette.H, "size": 4}, "text": trail[2], "hoverinfo": "text"},
    ]
    traces += [
        _marks("neurons", intensity, reached, ("x", "y"), "%{x:.3g} operations a byte, %{y:.3g} operations a second"),
        _marks("seconds", seconds, dict(zip(names, rows, strict=True)), ("x2", "y2"), "%{x:.3g} s")
        | {"orientation": "h"},  # what it says is along x
        {
            "type": "scatter", "mode": "markers", "name": "measured", "orientation": "h",
            "x": np.array([measured.get(name, np.nan) for name in names]), "y": rows,
            "marker": {"color": ink, "symbol": "line-ns", "size": 11, "line": {"color": ink, "width": 3}},
            "xaxis": "x2", "yaxis": "y2", "hovertemplate": "measured: %{x:.3g} s<extra></extra>",
        },
    ]  # fmt: skip
    for name, dash in _STROKES.items():
        colour = palette.QUANTITIES[MARKS[name][0]]
        traces.append(
            _curve(f"{name} / PSN", places, ratios[name], colour, ("x3", "y3"), width=2, dash=dash)
            | {"hoverinfo": "all", "hovertemplate": f"{name}: %{{y:.3g}} times as long as the PSN<extra></extra>",
               "meta": {"points_at": {"x": "N"}}}
        )  # fmt: skip
    axes = {
        "xaxis": axis(_LEFT, "operations a byte", type="log", range=list(INTENSITY), tickvals=[0.1, 1, 10, 100, 1000],
                      ticktext=["0.1", "1", "10", "100", "1000"], anchor="y"),
        "yaxis": axis((0, _TOP), "operations a second", type="log", range=list(reach), anchor="x", dtick=2,
                      exponentformat="power"),
        "xaxis2": axis(_RIGHT, "seconds, predicted", type="log", range=list(times), anchor="y2",
                       tickvals=[1e-6, 1e-3, 1, 1e3], ticktext=["1 µs", "1 ms", "1 s", "1000 s"]),
        "yaxis2": axis(_ROWS, range=[-0.45, len(names) - 0.1], showticklabels=False, showgrid=False, anchor="x2"),
        "xaxis3": axis(_RIGHT, "N", range=[-0.4, len(sizes) - 0.6], anchor="y3",
                       tickvals=list(range(0, len(sizes), 4)), ticktext=sizes[::4]),
        "yaxis3": axis(_RATIO, type="log", range=list(_TIMES), tickvals=list(_TICKS), ticktext=list(_TICKS.values()),
                       anchor="x3"),
    }  # fmt: skip
    labels = [
        heading(f"{coloured(MARKS[name][0], MARKS[name][1])} {words[name]}", times[0], row + 0.12, xref="x2",
                yref="y2", font={"size": 12})
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    annotations = [
        heading(title, _LEFT[0], _TOP + 0.01),
        heading(
            "<br>".join(filter(None, ["predicted time, and its limit", mark])),
            _RIGHT[0],
            _TOP + 0.01,
        ),
        heading(over_n, _RIGHT[0], _RATIO[1] + 0.01),
        *labels,
    ]
    lowest, highest = (10**decade for decade in _TIMES)
    shapes = [
        _line((axes["xaxis3"]["range"][0], 1), (axes["xaxis3"]["range"][1], 1), palette.H, width=2),
        _line((at, lowest), (at, highest), ink, width=1.5, dash="dot"),
    ]
    return figure(traces, axes, height=560, annotations=annotations, shapes=shapes, columns=(_LEFT, _RIGHT))


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, **line) -> dict:
    """A line in the plot over N."""
    return {
        "type": "line", "xref": "x3", "yref": "y3", "x0": start[0], "y0": start[1], "x1": end[0], "y1": end[1],
        "line": {"color": colour, **line}, "layer": "below",
    }  # fmt: skip


def _curve(name: str, x, y, colour: str, axes: tuple[str, str], **line) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.asarray(x, dtype=float),
        "y": np.asarray(y, dtype=float),
        "line": {"color": colour, **line},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hoverinfo": "skip",
    }


def _marks(name: str, x: dict[str, float], y: dict[str, float], axes: tuple[str, str], hover: str) -> dict:
    """One mark for each neuron, the last first, so that the PSN is on top where several meet."""
    neurons = list(MARKS)[::-1]
    colours = [palette.QUANTITIES[MARKS[neuron][0]] for neuron in neurons]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": np.array([x[neuron] for neuron in neurons], dtype=float),
        "y": np.array([y[neuron] for neuron in neurons], dtype=float),
        "text": neurons,
        "marker": {
            "color": colours, "size": 10, "symbol": [MARKS[neuron][2] for neuron in neurons],
            "line": {"color": colours, "width": 2},
        },
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"%{{text}}: {hover}<extra></extra>",
    }  # fmt: skip
