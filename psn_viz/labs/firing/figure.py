"""Spikes with hard reset, soft reset and none, the firing rates over the input level, and one neuron's H."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, frame, heading, line, tiles, time_axis, verdict

if TYPE_CHECKING:
    from psn_viz.labs.firing.lab import FiringNumbers

_LEFT, _RIGHT = (0.0, 0.47), (0.57, 1.0)
_RASTERS = {"hard": (0.70, 0.955), "soft": (0.35, 0.605), "none": (0.0, 0.255)}
_DASHES = {"hard": "dot", "soft": "dash", "none": "solid"}
_LABEL = 0.18  # width of what stands beside the marks, in units of the mean
_HIGH = 0.2  # height of that text, in firing rates
_MARKS = "━━ none   ╍╍ soft   ··· hard"


def draw(numbers: FiringNumbers) -> dict:
    """To the left the spikes with each reset; to the right the firing rate over the input, and H of one neuron."""
    n, layers = numbers, numbers.by_reset
    steps, rows = n.none.s.shape
    traces, annotations, shapes = [], [], []
    axes = {"xaxis": time_axis(_LEFT, steps, "y3", labels=5, showgrid=False)}
    for number, (reset, domain) in enumerate(_RASTERS.items(), start=1):
        suffix = "" if number == 1 else str(number)
        raster = tiles(
            f"S, {reset}",
            layers[reset].s.T,
            "spike",
            ("x", f"y{suffix}"),
            f"{reset}: S[t=%{{x}}, neuron %{{y}}] = %{{z}}",
        )
        traces.append(raster | {"ygap": 2, "meta": raster["meta"] | {"points_at": {"y": "neuron"}}})
        axes[f"yaxis{suffix}"] = axis(
            domain, "neuron", range=[rows - 0.5, -0.5], anchor="x", showgrid=False, tickvals=[n.neuron]
        )
        annotations.append(heading(_title(n, reset), _LEFT[0], domain[1] + 0.005))
        shapes.append(frame(("x", f"y{suffix}"), (0, steps - 1), (n.neuron, n.neuron), palette.H))
    rates, charge = ("x2", "y4"), ("x3", "y5")
    traces += [
        line(f"rate, {reset}", n.levels, layer.rates, palette.S, rates, dash=_DASHES[reset], width=2)
        for reset, layer in layers.items()
    ]
    now = np.array([layer.rate for layer in layers.values()])
    traces += [
        line("difference", np.full(2, n.mean), np.array([n.hard.rate, n.none.rate]), palette.S, rates, width=8)
        | {"opacity": 0.3},
        dots("rate now", now, palette.S, rates) | {"x": np.full(3, n.mean)},
    ]
    traces += [
        line(f"H, {reset}", np.arange(steps), layer.h[:, n.neuron], palette.H, charge, dash=_DASHES[reset])
        for reset, layer in layers.items()
    ]
    traces.append(line("V_th", np.array([-0.6, steps - 0.4]), np.ones(2), palette.B, charge, width=2))
    ends, h_range = (n.levels[0], n.levels[-1]), _h_range([layer.h for layer in layers.values()])
    axes |= {
        "xaxis2": axis(_RIGHT, f"mean of {coloured('X')}", anchor="y4", range=[ends[0] - 0.04, ends[1] + 0.04]),
        "yaxis4": axis((0.58, 0.955), "firing rate", anchor="x2", range=[-0.03, 1.03]),
        "xaxis3": time_axis(_RIGHT, steps, "y5", labels=5),
        "yaxis5": axis((0.0, 0.37), coloured("H"), anchor="x3", range=list(h_range)),
    }
    step = f"{coloured('H')}[t] = {1 - 1 / n.tau:.3g}·{coloured('V')}[t−1] + {coloured('X')}[t]"
    threshold = f"{coloured('B', 'V<sub>th</sub>')} = 1"
    annotations += [
        heading(f"{step},  {threshold}<br>{_MARKS}", _RIGHT[0], 0.96),
        heading(f"{coloured('H')} of neuron {n.neuron}<br>{_MARKS}", _RIGHT[0], 0.375),
        _share_differing(n),
    ]
    return figure(traces, axes, height=620, annotations=annotations, shapes=shapes, columns=(_LEFT, _RIGHT))


def _title(n: FiringNumbers, reset: str) -> str:
    layer = n.by_reset[reset]
    fire = f"{'no' if reset == 'none' else reset} reset: {layer.rate:.2f} of all entries fire"
    if reset == "none":
        equal, difference = n.witness.words("loop", "W X")
        compared = f"{verdict(n.witness.agrees, equal)}, {difference.removeprefix('max ')}"  # as wide as a phone
    elif layer.first_differing is None:
        compared = verdict(True, "the same spikes as none")
    else:
        differing = f"{100 * layer.differing:.0f} % ≠ none, first at t = {layer.first_differing}"
        compared = verdict(False, differing)
    return f"{fire}<br>{compared}"


def _h_range(charges: list[np.ndarray]) -> tuple[float, float]:
    """An axis from and to whole numbers (or every fifth one), so that it stays while the input changes a little."""
    low, high = min(0.0, float(np.min(charges))), max(1.2, float(np.max(charges)))
    step = 1 if high - low < 10 else 5
    return step * math.floor(low / step), step * math.ceil(high / step)


def _share_differing(n: FiringNumbers) -> dict:
    """How much of S differs between hard and none, beside that difference of rates, where there is most room."""
    curves = [layer.rates for layer in n.by_reset.values()]
    room = _room(n, curves)
    if not room or max(top - bottom for top, bottom in room.values()) < _HIGH:  # the curves lie on each other
        room = _room(n, [np.zeros_like(curves[0]), *curves, np.ones_like(curves[0])])
    side = max(room, key=lambda side: room[side][0] - room[side][1])
    on_right = side == "right"
    return {
        "text": f"{100 * n.hard.differing:.0f} %<br>differ",
        "x": n.mean,
        "y": sum(room[side]) / 2,
        "xref": "x2",
        "yref": "y4",
        "xanchor": "left" if on_right else "right",
        "xshift": 8 if on_right else -8,
        "showarrow": False,
    }


def _room(n: FiringNumbers, curves: list[np.ndarray]) -> dict[str, tuple[float, float]]:
    """By side of the mean: the highest and the lowest place without a curve, of curves from low to high."""
    room: dict[str, tuple[float, float]] = {}
    for low, high in itertools.pairwise(curves):
        for side, near, far in (("left", n.mean, n.mean - _LABEL), ("right", n.mean + _LABEL, n.mean)):
            top, bottom = np.interp(far, n.levels, high), np.interp(near, n.levels, low)
            inside = n.levels[0] <= min(near, far) and max(near, far) <= n.levels[-1] + 0.04
            if inside and (side not in room or top - bottom > room[side][0] - room[side][1]):
                room[side] = top, bottom
    return room
