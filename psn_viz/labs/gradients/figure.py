"""∂S[t]/∂X[i] of a loop and of a PSN: two maps over output and input time, one row of both, and its factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.leaks import NO_LEAK
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    dots,
    figure,
    frame,
    heading,
    padded,
    spike_ticks,
    stems,
    time_axis,
    verdict,
    weight_map,
)

if TYPE_CHECKING:
    from psn_viz.labs.gradients.lab import GradientsNumbers

FLOOR = 1e-6  # the least gradient that is drawn to scale
_DECADES = 6
_LEFT, _RIGHT = (0.0, 0.41), (0.53, 1.0)
_LABELS = 5
_ROW = ("x2", "y4")  # the axes of row t
_RASTER = 1.45  # where the spikes stand, over the factors
_TICKS = [-_DECADES, -4, -2, 0]
_TICK_WORDS = ["≤10⁻⁶", "10⁻⁴", "10⁻²", "1"]


def draw(numbers: GradientsNumbers) -> dict:
    """Maps of |∂S[t]/∂X[i]| of loop and PSN, row t framed; to the right that row, its factors and X.

    What is exactly 0 is absent from the maps and a cross in the row. An arrow shows how far back the loop reaches.
    """
    n, t = numbers, numbers.t
    steps = len(n.x)
    of_loop, of_psn = np.abs(n.loop[t]), np.abs(n.psn[t])
    # What follows of a pattern or of noise does not depend on T: the axis must not jump while T moves.
    x_range = padded([min(0.0, n.x_ends[0]), max(1.0, n.x_ends[1])])
    traces = [
        _map("map of LIF", n.loop, ("x", "y")),
        _map("map of PSN", n.psn, ("x", "y2")),
        _key(),
        dots("PSN", np.where(of_psn >= FLOOR, of_psn, np.nan), palette.X, _ROW, size=7, symbol="circle-open",
             line={"width": 1.5}),
        _at_floor("PSN, below 10⁻⁶", (of_psn > 0) & (of_psn < FLOOR), "triangle-down-open"),
        dots("LIF", np.where(of_loop >= FLOOR, of_loop, np.nan), palette.X, _ROW, size=7),
        _at_floor("LIF, below 10⁻⁶", (of_loop > 0) & (of_loop < FLOOR), "triangle-down"),
        _at_floor("LIF, exactly 0", (of_loop == 0) & (np.arange(steps) <= t), "x-thin"),
        stems("∂H[s+1]/∂H[s]", np.where(np.arange(steps) < t, n.factors, np.nan), palette.H, ("x2", "y5")),
        spike_ticks("S", n.s, _RASTER, ("x2", "y5")),
        stems("X", n.x, palette.X, ("x2", "y6")),
    ]  # fmt: skip
    row = {"range": [steps - 0.4, -0.6], "showgrid": False, "tickmode": "linear", "tick0": 0,
           "dtick": time_axis((0, 1), steps, "y", labels=_LABELS)["dtick"], "anchor": "x"}  # fmt: skip
    axes = {
        "xaxis": time_axis(_LEFT, steps, "y2", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": axis((0.615, 1), "row t", **row),
        "yaxis2": axis((0.18, 0.565), "row t", **row),
        "xaxis3": axis(_LEFT, "|∂S[t]/∂X[i]|, blank: exactly 0", tickvals=_TICKS, ticktext=_TICK_WORDS,
                       range=[-_DECADES - 0.5, 0.5], anchor="y3", showgrid=False),
        "yaxis3": axis((0, 0.025), tickvals=[], showgrid=False, anchor="x3"),
        "xaxis2": time_axis(_RIGHT, steps, "y6", labels=_LABELS, title="time-step i, s"),
        "yaxis4": axis((0.5, 0.845), f"|∂{coloured('S')}[t]/∂{coloured('X')}[i]|", type="log", range=[-6.5, 0.6],
                       tickvals=[10.0**n for n in _TICKS], ticktext=_TICK_WORDS, anchor="x2"),
        "yaxis5": axis((0.19, 0.395), "", range=[-1.15, _RASTER + 0.35], tickvals=[-1, 0, 1, _RASTER],
                       ticktext=["-1", "0", "1", coloured("S")], anchor="x2", zeroline=True),
        "yaxis6": axis((0, 0.15), coloured("X"), range=list(x_range), anchor="x2", zeroline=True, nticks=4),
    }  # fmt: skip
    frames = [frame(("x", y), (0, steps - 1), (t, t), palette.S) for y in ("y", "y2")]
    annotations = [
        heading(f"<b>{n.neuron}</b>, {n.reset_in_words}", _LEFT[0], 1.005),
        heading("<b>PSN</b>, W as initialised", _LEFT[0], 0.57),
        heading(_compared(n), _RIGHT[0], 1.01),
        heading(_spelled_out(n), _RIGHT[0], 0.85),
        _reach(n),
        heading(_marks(n), _RIGHT[0], 0.455, font={"size": 11}),
        heading(_factors(n), _RIGHT[0], 0.4),
    ]
    return figure(traces, axes, height=600, annotations=annotations, shapes=frames, columns=(_LEFT, _RIGHT))


def _reach(n: GradientsNumbers) -> dict:
    """An arrow to the oldest input whose gradient through the loop is drawn to scale; none where no input has one."""
    row = np.abs(n.loop[n.t])
    seen = np.flatnonzero(row >= FLOOR)
    first = int(seen[0]) if len(seen) else 0
    return {
        "text": f"{_loop(n)} reaches back to {coloured('X')}[{first}]",
        "visible": bool(len(seen)),
        "xref": _ROW[0],
        "yref": _ROW[1],
        "x": first,
        "y": float(np.log10(row[first])) if len(seen) else 0.0,
        "axref": _ROW[0],
        "ayref": _ROW[1],
        "ax": 0.72 * (len(n.x) - 1),
        "ay": -5.2,
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 1.5,
        "arrowcolor": palette.X,
        "standoff": 6,
    }


def _marks(n: GradientsNumbers) -> str:
    """What the marks at the lower end of the row stand for, of those that are there."""
    loop, psn = np.abs(n.loop[n.t, : n.t + 1]), np.abs(n.psn[n.t])
    marks = []
    if (loop == 0).any():
        marks.append("× exactly 0")
    if ((loop > 0) & (loop < FLOOR)).any() or ((psn > 0) & (psn < FLOOR)).any():
        marks.append("▼▽ below 10⁻⁶")
    return "   ".join(marks) or " "


def _loop(n: GradientsNumbers) -> str:
    return "IF" if n.tau == NO_LEAK else "LIF"


def _compared(n: GradientsNumbers) -> str:
    equal = "autograd = algebra" if n.witness.agrees else f"autograd ≠ algebra: {n.first_apart}"
    return f"{verdict(n.witness.agrees, equal)}<br>{n.fused.after(f'max |difference| {n.witness.size}')}"


def _spelled_out(n: GradientsNumbers) -> str:
    gradient = f"∂{coloured('S')}[{n.t}]/∂{coloured('X')}[0]"
    return "<br>".join(
        f"{coloured('X', mark)} {name}: {gradient} = {names}<br>= {values} = <b>{result}</b>"
        for mark, name, (names, values, result) in zip("●○", (_loop(n), "PSN"), n.terms, strict=True)
    )


def _factors(n: GradientsNumbers) -> str:
    """The formula of the factors."""
    h, s = coloured("H"), coloured("S")
    after = {
        "hard": f" · (1 − {s} − {h}·σ′)",
        "hard detached": f" · (1 − {s})",
        "soft": " · (1 − σ′)",
    }.get(n.reset, "")
    return f"factors ∂{h}[s+1]/∂{h}[s] = {n.keep:.3g}{after}"


def _map(name: str, gradient: np.ndarray, axes: tuple[str, str]) -> dict:
    """log₁₀ |gradient| in the half of the scale of W that runs from zero to the positive end."""
    return {
        **weight_map(f"{name}, log₁₀", _log(gradient), axes, 1, points_at={"y": "t"}),
        "zmin": -2 * _DECADES,
        "zmax": 0,
        "hovertemplate": "|∂S[%{y}]/∂X[%{x}]| = 10^%{z:.2f}" + f" (−{_DECADES}: that or less)<extra></extra>",
    }


def _key() -> dict:
    """The colours of the maps, over an axis of their own."""
    decades = np.linspace(-_DECADES, 0, 2 * _DECADES + 1)
    return {
        **_map("key", 10 ** decades[None], ("x3", "y3")),
        "x": decades,
        "xgap": 0,
        "meta": {"scale": "weight"},
        "hoverinfo": "skip",
    }


def _log(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.where(values == 0, np.nan, np.maximum(np.log10(np.abs(values)), -_DECADES))


def _at_floor(name: str, small: np.ndarray, symbol: str) -> dict:
    """Marks at the lower end of the axis, for what is too small for it."""
    marks = dots(name, np.where(small, FLOOR, np.nan), palette.X, _ROW, size=7, symbol=symbol,
                 line={"width": 1.5, "color": palette.X})  # fmt: skip
    return {**marks, "hovertemplate": f"{name}: [%{{x}}]<extra></extra>"}
