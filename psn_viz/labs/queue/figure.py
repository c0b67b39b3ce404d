"""What comes in, what waits, how many were served; the loop up to step t beside the form, which has all steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    cursor,
    dots,
    doubling,
    figure,
    heading,
    line,
    spike_ticks,
    stems,
    time_axis,
    verdict,
)

if TYPE_CHECKING:
    from psn_viz.labs.queue.lab import QueueNumbers

_INPUT, _WORK, _COUNTS, _RASTER = (0.87, 1.0), (0.54, 0.76), (0.15, 0.43), (0.0, 0.09)
_GIVEN = (-1.1, 3.1)  # all X that the controls allow, with a little room
_INK = palette.THEMES["light"]["line"]


def draw(numbers: QueueNumbers) -> dict:
    """X; H and V; the counts; the spikes. Up to t for the loop, for all steps by the form."""
    n, T = numbers, len(numbers.x)
    steps = np.arange(T)
    h, v, served, s = (np.where(steps > n.t, np.nan, values) for values in (n.h, n.v, n.served, n.s))
    ends = np.array([-0.6, T - 0.4])
    by_form = palette.DISAGREE if n.refusal else palette.S
    given, work, counts, raster = (("x", y) for y in ("y", "y2", "y3", "y4"))
    limit = 0.0 if n.form == "queue" else 1.0
    spikes = np.diff(n.count, prepend=0.0)
    traces = [
        stems("X", n.x, palette.X, given),
        line("limit", ends, np.full(2, limit), palette.B, given, dash="dash"),
        dots("not taken", np.where(n.outside > 0, n.x, np.nan), palette.DISAGREE, given, symbol="x", size=8),
        stems("H", h, palette.H, work, width=0.8),
        stems("V", v, palette.V, work, width=0.45),
        line("V_th", ends, np.ones(2), palette.B, work, dash="dash"),
        _stairs("one a step", steps + 1.0, _INK, counts, dash="dot"),
        _stairs("A", n.arrived, palette.X, counts),
        _stairs("by the form", n.count, by_form, counts, dash="dash" if n.refusal else "solid", width=3),
        dots("n, loop", served, palette.S, counts, size=7),
        spike_ticks("S, form", spikes, 1, raster),
        spike_ticks("S, loop", s, 0, raster),
    ]
    for trace in traces[-2:]:
        trace["marker"] = trace["marker"] | {"size": 11}
    values = np.concatenate((n.arrived, n.count, steps + 1.0, [0.0]))
    axes = {
        "xaxis": time_axis((0, 1), T, "y4"),
        "yaxis": axis(_INPUT, coloured("X"), range=list(_GIVEN), nticks=3, zeroline=True, anchor="x"),
        # What waits is 1 or 20, as the input is: on one axis for both a short queue would be flat.
        "yaxis2": axis(
            _WORK, f"{coloured('H')}, {coloured('V')}", range=list(doubling([*n.h, *n.v, 1.0])), nticks=4, anchor="x",
            zeroline=True,
        ),
        "yaxis3": axis(_COUNTS, "number", range=list(doubling(values)), nticks=5, anchor="x"),
        "yaxis4": axis(
            _RASTER, "", range=[-0.6, 1.6], tickvals=[0, 1], ticktext=["loop", "form"], showgrid=False, anchor="x"
        ),
    }  # fmt: skip
    drawn = figure(
        traces,
        axes,
        height=660,
        annotations=[
            heading(_legend(n), 0, 1.005),
            heading(_step(n), 0, 0.765),
            heading(_equal(n), 0, 0.435),
        ],
        shapes=cursor(n.t, ("y", "y2", "y3", "y4")),
    )
    drawn["layout"]["barmode"] = "overlay"
    return drawn


def _legend(n: QueueNumbers) -> str:
    rule = "≥ 0" if n.form == "queue" else f"≤ {coloured('B', 'V<sub>th</sub>')}"
    return f"{coloured('X', '▮ X')} comes in; the {n.form} needs {coloured('X')} {rule}"


def _step(n: QueueNumbers) -> str:
    """Step t spelled out."""
    x, h, s, v = (values[n.t] for values in (n.x, n.h, n.s, n.v))
    before = n.v[n.t - 1] if n.t else 0.0
    after = f", serve 1: {_number(v)}" if s else " < 1"
    sign = "−" if x < 0 else "+"
    return (
        f"{coloured('H', '▮ H')} is there, {coloured('V', '▮ V')} waits on, {coloured('B', '╍ V<sub>th</sub>')} = 1"
        f"<br>t = {n.t}: {_number(before)} {sign} {abs(x):.2f} = {_number(h)}{after}"
    )


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _equal(n: QueueNumbers) -> str:
    """Whether form and loop give the same number of spikes, or why the form refuses, and what it would give."""
    equal, difference = n.witness.words("loop", "form")
    mark = coloured("S", "━")
    said = f"{verdict(n.witness.agrees, equal)}, {difference}"
    if n.refusal:
        mark = f'<span style="color:{palette.DISAGREE}">╍</span>'
        would = "right by luck" if n.witness.agrees else f"wrong from t = {n.witness.first_apart}"
        said = f"{verdict(False, f'refuses X[{int(np.flatnonzero(n.outside)[0])}]')}; else {would}"
    return (
        f"{coloured('X', '┃')} whole V<sub>th</sub> come in   {coloured('S', '●')} spikes so far, loop<br>"
        f"{mark} spikes so far, {n.form}   ┈ one a step<br>{said}"
    )


def _stairs(name: str, values: np.ndarray, colour: str, axes: tuple[str, str], **style) -> dict:
    return line(name, np.arange(len(values)), values, colour, axes, shape="hvh", **style)
