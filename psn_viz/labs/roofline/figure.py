"""A roofline with the neurons under it, the predicted time of each, and their ratio over N."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.bench.cost_model import LIF_APART, LIF_FUSED, LIF_STEPS, PSN_FUSED, PSN_PUBLISHED, SLIDING, work
from psn_viz.bench.text_report import busy_in_short
from psn_viz.bench.units import digits
from psn_viz.labs.core import palette
from psn_viz.labs.core.sizes import in_short
from psn_viz.labs.core.traces import axis, coloured, figure, heading, wrapped

if TYPE_CHECKING:
    from psn_viz.labs.roofline.lab import RooflineNumbers

_LEFT, _RIGHT = (0.0, 0.39), (0.5, 1.0)
_TOP, _ROWS, _RATIO = 0.86, (0.43, 0.86), (0.0, 0.29)
_BEFORE = -14  # px that labels of rows begin before their axis: on a phone they need all the width
INTENSITY = (-1.4, 3.7)  # decades of operations a byte
_TIMES = (-2.7, 4.9)  # decades of times as long as the published PSN
_TICKS = {0.01: "1/100", 1: "1", 100: "100", 1e4: "10⁴"}
# What each neuron is drawn as: the colour of what it has to wait for (H only, or V of the step before), and a mark.
MARKS = {
    PSN_FUSED: ("H", "●", "circle"),
    PSN_PUBLISHED: ("H", "▲", "triangle-up"),
    SLIDING: ("H", "○", "circle-open"),
    LIF_FUSED: ("V", "◆", "diamond"),
    LIF_STEPS: ("V", "▮", "square"),
    LIF_APART: ("V", "✖", "x"),
}
# Their lines over N, where the published PSN is 1.
_STROKES = {PSN_FUSED: "solid", SLIDING: "dash", LIF_FUSED: "solid", LIF_STEPS: "dash", LIF_APART: "dot"}


def draw(numbers: RooflineNumbers) -> dict:
    """To the left the roofs, the neurons under them, and the PSN for other T; to the right the predicted seconds of
    each neuron, with its name and a stroke where it was measured, over their ratio to the PSN for each N.
    """
    n = numbers
    sizes = [in_short(N) for N in n.neurons]
    present = n.neurons.index(n.N)
    reach, times = _reach(n), _times(n)
    ink = palette.THEMES["light"]["line"]
    names, places = list(MARKS), np.arange(len(sizes))
    rows = np.arange(len(names))[::-1].astype(float)
    traces = [
        _curve("roof", n.roof_at, n.roof, ink, ("x", "y"), width=2.5),
        _curve("roof of the caches", n.roof_at, n.cache_roof, ink, ("x", "y"), width=1.5, dash="dot"),
        _curve("PSN, one kernel, for other T", n.intensity_over_T, n.reached_over_T, palette.H, ("x", "y"), width=1)
        | {"mode": "lines+markers", "marker": {"color": palette.H, "size": 4},
           "text": [f"PSN, T = {in_short(T)}" for T in n.steps], "hoverinfo": "text"},
        _marks("neurons", n.intensity, n.reached, ("x", "y"),
               "%{x:.3g} operations a byte, %{y:.3g} operations a second"),
        _marks("seconds", n.seconds, dict(zip(names, rows, strict=True)), ("x2", "y2"), "%{x:.3g} s")
        | {"orientation": "h"},  # its values lie along x
        {
            "type": "scatter", "mode": "markers", "name": "measured", "orientation": "h",
            "x": np.array([n.measured.get(name, np.nan) for name in names]), "y": rows,
            "marker": {"color": ink, "symbol": "line-ns", "size": 11, "line": {"color": ink, "width": 3}},
            "xaxis": "x2", "yaxis": "y2", "hovertemplate": "measured: %{x:.3g} s<extra></extra>",
        },
    ]  # fmt: skip
    for name, dash in _STROKES.items():
        colour = palette.QUANTITIES[MARKS[name][0]]
        traces.append(
            _curve(f"{name} / {PSN_PUBLISHED}", places, n.ratios[name], colour, ("x3", "y3"), width=2, dash=dash)
            | {"hoverinfo": "all", "hovertemplate": f"{name}: %{{y:.3g}} times the published PSN<extra></extra>",
               "meta": {"points_at": {"x": "N"}}}
        )  # fmt: skip
    axes = {
        "xaxis": axis(_LEFT, "operations a byte", type="log", range=list(INTENSITY), tickvals=[0.1, 1, 10, 100, 1000],
                      ticktext=["0.1", "1", "10", "100", "1000"], anchor="y"),
        "yaxis": axis((0, _TOP), "operations a second", type="log", range=list(reach), anchor="x", dtick=2,
                      exponentformat="power"),
        "xaxis2": axis(_RIGHT, "seconds, predicted", type="log", range=list(times), anchor="y2",
                       tickvals=[1e-6, 1e-3, 1, 1e3], ticktext=["1 µs", "1 ms", "1 s", "1000 s"]),
        "yaxis2": axis(_ROWS, range=[-0.45, len(names) - 0.1], showticklabels=False, showgrid=False, showline=False,
                       anchor="x2"),
        "xaxis3": axis(_RIGHT, "N", range=[-0.4, len(sizes) - 0.6], anchor="y3",
                       tickvals=list(range(0, len(sizes), 4)), ticktext=sizes[::4]),
        "yaxis3": axis(_RATIO, type="log", range=list(_TIMES), tickvals=list(_TICKS), ticktext=list(_TICKS.values()),
                       anchor="x3"),
    }  # fmt: skip
    labels = [
        heading(f"{coloured(MARKS[name][0], MARKS[name][1])} {n.label(name)}: {n.time(name)}", times[0], row + 0.2,
                xref="x2", yref="y2", font={"size": 11}, xshift=_BEFORE)
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    annotations = [
        heading(_title(n), _LEFT[0], _TOP + 0.01),
        heading("predicted time, and its limit" + _mark_of_measured(n), _RIGHT[0], _TOP + 0.01),
        heading(f"times as long as {coloured('H', '▲')}, T = {in_short(n.T)}", _RIGHT[0], _RATIO[1] + 0.01),
        *labels,
    ]
    lowest, highest = (10**decade for decade in _TIMES)
    shapes = [
        _line((axes["xaxis3"]["range"][0], 1), (axes["xaxis3"]["range"][1], 1), palette.H, width=2),
        _line((present, lowest), (present, highest), ink, width=1.5, dash="dot"),
    ]
    return figure(traces, axes, height=680, annotations=annotations, shapes=shapes, columns=(_LEFT, _RIGHT))


def _title(n: RooflineNumbers) -> str:
    busy = "" if n.busy is None else f", {busy_in_short(n.busy)}"
    return (
        f"<b>{wrapped(n.device.title)}</b>, {n.dtype}<br>{n.roofs_in_words}<br>{n.device.source}{busy}<br>"
        f"{wrapped(n.cache_in_words, 42)}<br>"
        f"ridge {digits(n.ridge)} operations a byte, {coloured('H', '●')} {digits(n.intensity[PSN_FUSED])}"
    )


def _mark_of_measured(n: RooflineNumbers) -> str:
    """The legend of the measured times: how the measured loop differs from the predicted one."""
    loop = "" if n.loop_kernels is None else f"; our loop: {n.loop_kernels} kernels a step"
    return f"<br>┃ measured, where it was{loop}" if n.measured else ""


def _reach(n: RooflineNumbers) -> tuple[float, float]:
    """Decades of operations a second: from those of the smallest loop up to the highest roof."""
    return np.log10(n.neurons[0] / n.device.latency) - 0.7, np.log10(max(n.device.peak.values())) + 0.4


def _times(n: RooflineNumbers) -> tuple[float, float]:
    """Decades of seconds: from one launch up to the largest neuron of all."""
    longest = n.steps[-1]
    slowest = max(
        n.device.predict(needed, dtype)[0]
        for dtype in n.device.dtypes
        for needed in work(longest, n.neurons[-1], longest).values()
    )
    return np.log10(n.device.latency) - 0.4, np.log10(slowest) + 0.7  # room for the last label


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
