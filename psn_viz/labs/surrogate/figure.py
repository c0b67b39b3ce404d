"""Θ and σ, the slope σ′ with the neurons of a layer on it, and the neurons by H − V_th, as large as their slope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, heading, line, verdict

if TYPE_CHECKING:
    from psn_viz.labs.surrogate.lab import SurrogateNumbers

LOW, HIGH = -8.0, 4.0  # of H − V_th
_STEP, _SLOPE, _LAYER = (0.81, 0.96), (0.385, 0.64), (0.0, 0.265)
_SMALLEST, _LARGEST = 3, 14  # px, the size of a mark with slope 0, and with the largest


def draw(numbers: SurrogateNumbers) -> dict:
    """From top to bottom over one axis of H − V_th: Θ and σ; σ′ and on it the neurons; the neurons in rows."""
    n = numbers
    ink = palette.THEMES["light"]["line"]
    ends = np.array([LOW, HIGH])
    size = _SMALLEST + (_LARGEST - _SMALLEST) * n.slope / n.largest
    look = {"size": size, "color": [palette.S if s else palette.H for s in n.s], "line": {"width": 0}}
    marks = {
        "x": n.distance,
        "customdata": list(range(len(n.distance))),
        "meta": {"chooses": "neuron"},
        "hovertemplate": "neuron %{customdata}: H − V_th = %{x:.3g}<extra></extra>",
    }
    ring = {"size": 17, "symbol": "circle-open", "line": {"width": 2}}
    here = {"x": n.distance[[n.neuron]], "hoverinfo": "skip", "cliponaxis": False}
    on_curve, rows = ("x", "y2"), ("x", "y3")
    traces = [
        line("Θ", np.array([LOW, 0.0, 0.0, HIGH]), np.array([0.0, 0.0, 1.0, 1.0]), palette.S, ("x", "y"), width=2.5),
        line("σ", n.places, n.sigma, ink, ("x", "y"), dash="dash", width=2),
        line("σ′", n.places, n.sigma_slope, ink, on_curve, width=1.5),
        line("a tenth of the largest σ′", ends, np.full(2, n.largest / 10), ink, on_curve, dash="dot", width=1),
        dots("σ′ of each neuron", n.slope, palette.H, on_curve, **look) | marks,
        dots("neurons", np.arange(len(n.distance)), palette.H, rows, **look) | marks,
        dots("spelled out, σ′", n.slope[[n.neuron]], palette.X, on_curve, **ring) | here,
        dots("spelled out", np.array([n.neuron]), palette.X, rows, **ring) | here,
    ]
    threshold = f"{coloured('H')} − {coloured('B', 'V<sub>th</sub>')}"
    axes = {
        "xaxis": axis((0, 1), threshold, range=[LOW, HIGH], tickmode="linear", tick0=0, dtick=2, anchor="y3"),
        "yaxis": axis(_STEP, "", range=[-0.12, 1.12], tickvals=[0, 1]),
        "yaxis2": axis(_SLOPE, "σ′", range=[-0.1 * n.largest, 1.12 * n.largest], nticks=4),
        "yaxis3": axis(_LAYER, "neuron", range=[-9, len(n.distance) + 8], nticks=3, showgrid=False),
    }
    equal, difference = n.witness.words("autograd", "formula")
    about_slope = (
        f"σ′ = α/2 / (1 + (πα({threshold})/2)²)",
        f"<b>{100 * n.reached:.0f} %</b> have σ′ above α/20, <b>{100 * n.fired:.0f} %</b> fire",
        verdict(n.witness.agrees, equal),
        difference,
    )
    about_layer = (
        f"{coloured('S', '●')} fires  {coloured('H', '●')} silent,  as large as its σ′",
        f"{coloured('X', '○')} neuron {n.neuron}: {threshold} = {minus(n.distance[n.neuron])}, "
        f"{coloured('S')} = {n.s[n.neuron]:.0f}",
        _slope_of(n),
    )
    annotations = [
        heading(
            f"{coloured('S', '━')} Θ gives {coloured('S')}   ╍ σ gives the slope"
            f"   (α = {n.alpha:g}, α/2 = {n.largest:g})",
            0,
            0.965,
        ),
        heading("<br>".join(about_slope), 0, 0.645),
        heading("<br>".join(about_layer), 0, 0.27),
        heading("α/20", LOW, n.largest / 10, xref="x", yref="y2", font={"size": 11}),
    ]
    at_threshold = [
        {
            "type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": f"{panel} domain",
            "line": {"color": palette.B, "width": 1.5, "dash": "dash"},
        }
        for panel in ("y", "y2", "y3")
    ]  # fmt: skip
    return figure(traces, axes, height=680, annotations=annotations, shapes=at_threshold)


def minus(value: float) -> str:
    """A number in up to three digits, with the minus sign of print."""
    return f"{value + 0.0:.3g}".replace("-", "−")


def percent(share: float) -> str:
    """A share in percent, small ones with one digit."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def spelled_out(n: SurrogateNumbers) -> str:
    """The chosen neuron in a sentence."""
    return f"Neuron {n.neuron}: H − V_th = {minus(n.distance[n.neuron])}, S = {n.s[n.neuron]:.0f}, {_slope_of(n)}."


def _slope_of(n: SurrogateNumbers) -> str:
    slope = n.slope[n.neuron]
    return f"σ′ = {minus(slope)}, {percent(slope / n.largest)} of the largest"
