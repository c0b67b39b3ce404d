"""Spikes with hard reset, soft reset and none, the firing rates over the input level, and one neuron's H."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, frame, heading, line, tiles, time_axis

_LEFT, _RIGHT = (0.0, 0.47), (0.57, 1.0)
_RASTERS = {"hard": (0.70, 0.955), "soft": (0.35, 0.605), "none": (0.0, 0.255)}
_DASHES = {"hard": "dot", "soft": "dash", "none": "solid"}
_MARKS = "━━ none   ╍╍ soft   ┈┈ hard"


def draw(
    spikes: dict[str, np.ndarray], levels: np.ndarray, curve: dict[str, np.ndarray], level: float,
    rate: dict[str, float], charge: dict[str, np.ndarray], neuron: int, titles: dict[str, str], share: str,
    keep: str, h_range: tuple[float, float],
) -> dict:  # fmt: skip
    """By reset: `spikes` `[T, neurons]`, the firing rate over the `levels` of the input, `charge` `[T]` of `neuron`.

    `level` and `rate` are where the input is now; `share` is how much of S differs between none and hard there.
    """
    steps, rows = spikes["none"].shape
    traces, annotations, shapes = [], [], []
    axes = {"xaxis": time_axis(_LEFT, steps, "y3", labels=5, showgrid=False)}
    for n, (reset, domain) in enumerate(_RASTERS.items(), start=1):
        suffix = "" if n == 1 else str(n)
        raster = tiles(
            f"S, {reset}",
            spikes[reset].T,
            "spike",
            ("x", f"y{suffix}"),
            f"{reset}: S[t=%{{x}}, neuron %{{y}}] = %{{z}}",
        )
        traces.append(raster | {"ygap": 2, "meta": raster["meta"] | {"points_at": {"y": "neuron"}}})
        axes[f"yaxis{suffix}"] = axis(
            domain, "neuron", range=[rows - 0.5, -0.5], anchor="x", showgrid=False, tickvals=[neuron]
        )
        annotations.append(heading(titles[reset], _LEFT[0], domain[1] + 0.005))
        shapes.append(frame(("x", f"y{suffix}"), (0, steps - 1), (neuron, neuron), palette.H))
    rates = ("x2", "y4")
    traces += [
        line(f"rate, {reset}", levels, curve[reset], palette.S, rates, dash=_DASHES[reset], width=2)
        for reset in _RASTERS
    ]
    now = np.array([rate[reset] for reset in _RASTERS])
    traces += [
        line("difference", np.full(2, level), np.array([rate["hard"], rate["none"]]), palette.S, rates, width=8)
        | {"opacity": 0.3},
        dots("rate now", now, palette.S, rates) | {"x": np.full(3, level)},
    ]
    traces += [
        line(f"H, {reset}", np.arange(steps), charge[reset], palette.H, ("x3", "y5"), dash=_DASHES[reset])
        for reset in _RASTERS
    ]
    traces.append(line("V_th", np.array([-0.6, steps - 0.4]), np.ones(2), palette.B, ("x3", "y5"), width=2))
    axes |= {
        "xaxis2": axis(_RIGHT, f"mean of {coloured('X')}", anchor="y4", range=[levels[0] - 0.04, levels[-1] + 0.04]),
        "yaxis4": axis((0.58, 0.955), "firing rate", anchor="x2", range=[-0.03, 1.03]),
        "xaxis3": time_axis(_RIGHT, steps, "y5", labels=5),
        "yaxis5": axis((0.0, 0.37), coloured("H"), anchor="x3", range=list(h_range)),
    }
    step = f"{coloured('H')}[t] = {keep}·{coloured('V')}[t−1] + {coloured('X')}[t]"
    threshold = f"{coloured('B', 'V<sub>th</sub>')} = 1"
    annotations += [
        heading(f"{step},  {threshold}<br>{_MARKS}", _RIGHT[0], 0.96),
        heading(f"{coloured('H')} of neuron {neuron}<br>{_MARKS}", _RIGHT[0], 0.375),
        _beside(level, rate, f"{share}<br>differ"),
    ]
    return figure(traces, axes, height=620, annotations=annotations, shapes=shapes, columns=(_LEFT, _RIGHT))


def _beside(level: float, rate: dict[str, float], text: str) -> dict:
    """Text beside the difference, on the side and between the two curves where there is most room."""
    on_right = level < 0.6
    low, high = max((rate["hard"], rate["soft"]), (rate["soft"], rate["none"]), key=lambda gap: gap[1] - gap[0])
    return {
        "text": text,
        "x": level,
        "y": (low + high) / 2,
        "xref": "x2",
        "yref": "y4",
        "xanchor": "left" if on_right else "right",
        "xshift": 8 if on_right else -8,
        "showarrow": False,
    }
