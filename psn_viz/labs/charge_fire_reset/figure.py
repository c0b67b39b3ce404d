"""One neuron over time: what it is given, how it charges, when it fires, what the reset leaves."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, heading, line, spike_ticks, stems, time_axis

_TIME, _INPUT, _MEMBRANE, _RASTER = "x", "y", "y2", "y3"


def draw(x, h, s, v, v_threshold: float, t: int, top: float, bottom: float, arithmetic: str) -> dict:
    """Traces of X, H, V and S (each `[T]`) up to time-step t; what lies ahead of t is left blank.

    `bottom` and `top` are the fixed limits of the membrane axis; `arithmetic` spells out step t.
    """
    steps = len(x)
    ahead = np.arange(steps) > t
    shown = [np.where(ahead, np.nan, values) for values in (h, s, v)]
    # The path of the membrane: charge takes V[t−1] to H[t], the reset drops H[t] to V[t] within the step.
    path_t = np.repeat(np.arange(steps), 2)
    path = np.stack((shown[0], shown[2]), axis=1).ravel()
    traces = [
        stems("X", x, palette.X, (_TIME, _INPUT)),
        line("membrane", path_t, path, palette.THEMES["light"]["line"], (_TIME, _MEMBRANE), width=1),
        dots("H", shown[0], palette.H, (_TIME, _MEMBRANE), size=10),
        dots("V", shown[2], palette.V, (_TIME, _MEMBRANE), size=5, symbol="diamond"),
        line(
            "V_th", np.array([-0.6, steps - 0.4]), np.full(2, v_threshold), palette.B, (_TIME, _MEMBRANE), dash="dash"
        ),
        spike_ticks("S", shown[1], 0, (_TIME, _RASTER)),
    ]
    axes = {
        "xaxis": time_axis((0, 1), steps, "y3"),
        "yaxis": axis((0.81, 1), coloured("X"), nticks=4, zeroline=True),
        "yaxis2": axis((0.18, 0.67), f"{coloured('H')}, {coloured('V')}", range=[bottom, top]),
        "yaxis3": axis((0, 0.12), coloured("S"), range=[-1, 1], tickvals=[], showgrid=False),
    }
    cursor = {
        "type": "line", "x0": t, "x1": t, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
        "line": {"color": palette.B, "width": 1, "dash": "dot"},
    }  # fmt: skip
    legend = (
        f"{coloured('X', '▮ X')} input   {coloured('H', '● H')} charge   {coloured('V', '◆ V')} after reset<br>"
        f"{coloured('B', '╌ V<sub>th</sub>')} threshold   {coloured('S', '┃ S')} spikes"
    )
    return figure(
        traces,
        axes,
        height=540,
        shapes=[cursor],
        annotations=[heading(legend, 0, 1.02), heading(arithmetic, 0, 0.672)],
    )
