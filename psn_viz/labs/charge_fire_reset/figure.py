"""One neuron over time: input X, charge H, spikes S, membrane V after the reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    bar_range,
    coloured,
    cursor,
    dots,
    figure,
    heading,
    line,
    spike_ticks,
    stems,
    time_axis,
)

if TYPE_CHECKING:
    from psn_viz.labs.charge_fire_reset.lab import ChargeFireResetNumbers

_TIME, _INPUT, _MEMBRANE, _RASTER = "x", "y", "y2", "y3"


def draw(numbers: ChargeFireResetNumbers) -> dict:
    """X, H, V and S up to time-step t, which is spelled out; what lies ahead of t is left blank."""
    n, t = numbers, numbers.t
    steps = len(n.x)
    h, s, v = (np.where(np.arange(steps) > t, np.nan, values) for values in (n.h, n.s, n.v))
    # The path of the membrane: charge takes V[t−1] to H[t], the reset drops H[t] to V[t] within the step.
    path_t = np.repeat(np.arange(steps), 2)
    path = np.stack((h, v), axis=1).ravel()
    traces = [
        stems("X", n.x, palette.X, (_TIME, _INPUT)),
        line("membrane", path_t, path, palette.THEMES["light"]["line"], (_TIME, _MEMBRANE), width=1),
        dots("H", h, palette.H, (_TIME, _MEMBRANE), size=10),
        dots("V", v, palette.V, (_TIME, _MEMBRANE), size=5, symbol="diamond"),
        line(
            "V_th", np.array([-0.6, steps - 0.4]), np.full(2, n.threshold), palette.B, (_TIME, _MEMBRANE), dash="dash"
        ),
        spike_ticks("S", s, 0, (_TIME, _RASTER)),
    ]
    axes = {
        "xaxis": time_axis((0, 1), steps, "y3"),
        "yaxis": axis((0.81, 1), coloured("X"), range=bar_range(n.x), nticks=4, zeroline=True),
        "yaxis2": axis((0.18, 0.67), f"{coloured('H')}, {coloured('V')}", range=list(n.h_range)),
        "yaxis3": axis((0, 0.12), coloured("S"), range=[-1, 1], tickvals=[], showgrid=False),
    }
    legend = (
        f"{coloured('X', '▮ X')} input   {coloured('H', '● H')} charge   {coloured('V', '◆ V')} after reset<br>"
        f"{coloured('B', '╌ V<sub>th</sub>')} threshold   {coloured('S', '┃ S')} spikes"
    )
    return figure(
        traces,
        axes,
        height=540,
        shapes=cursor(t, (_INPUT, _MEMBRANE, _RASTER)),
        annotations=[heading(legend, 0, 1.02), heading(_arithmetic(n), 0, 0.672)],
    )


def _arithmetic(n: ChargeFireResetNumbers) -> str:
    """Step t spelled out: charge, fire, reset."""
    x, h, s, v = (values[n.t] for values in (n.x, n.h, n.s, n.v))
    before = n.v[n.t - 1] if n.t else 0.0
    charge = f"charge {coloured('H')} = {before:.2f} + ({x:.2f} − {before:.2f})/{n.tau:g}"  # as wide as a phone
    fire = f"fire {coloured('H')} = {h:.3f} {'≥' if s else '<'} {n.threshold:g}, {coloured('S')} = {s:.0f}"
    return f"{charge}<br>{fire}<br>reset {coloured('V')} = {v:.3f}   (t = {n.t})"
