"""One layer at a moment of its training: W with B beside it, a row, the spikes of an example, the course."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, dots, figure, frame, heading, line, stems, tiles, time_axis, weight_map

SYMBOLS = {"Toeplitz": "●", "LIF": "■", "rank": "▲", "future": "◆"}  # on the curves, and before the numbers
_MARKERS = ("circle", "square", "triangle-up", "diamond")
_DASHES = ("solid", "dash", "dot", "dashdot")
_MAP, _BESIDE, _RIGHT = (0.0, 0.38), (0.4, 0.48), (0.6, 1.0)
_LABELS = 5
_GREY = palette.THEMES["light"]["line"]


def draw(
    weight, limit: float, t: int, row_of_leak, reach: float, threshold, threshold_range: tuple[float, float], *,
    spikes, steps, moment: int, loss, curves: dict[str, np.ndarray], lambda_, titles: dict[str, str], b_title: str,
) -> dict:  # fmt: skip
    """W `[T, T]`, absent entries NaN, colours within ±`limit`; B − 1 `[T]` beside it; under it row `t` in bars, with
    that of the nearest leak in rings, both within ±`reach`; to the right the `spikes` `[T, width]` of an example.

    Over the training steps of S moments: `loss` `[S]`, the four `curves` `[S]` from 0 to 1 and `lambda_` `[S]`, NaN
    where nothing is masked; the present `moment` is marked. `titles` are the headings of map, row, raster, loss and
    curves.
    """
    T, width = spikes.shape
    at = np.asarray(steps, dtype=float)
    now = at[moment : moment + 1]
    over = {"loss": ("x4", "y4"), "share": ("x4", "y5")}
    traces = [
        weight_map("W", weight, ("x", "y"), limit, {"y": "t"}),
        _sideways("B − 1", threshold),
        weight_bars(weight[t], limit, ("x", "y2")),
        dots("nearest leak", row_of_leak, _GREY, ("x", "y2"), size=6 if T <= 32 else 4, symbol="circle-open",
             line={"width": 1.5}),
        tiles("S", spikes.T.astype(float), "spike", ("x3", "y3"), "S[t = %{x}] of neuron %{y}: %{z}"),
        line("loss", at, loss, _GREY, over["loss"], width=2),
        _at(now, dots("loss now", loss[moment : moment + 1], _GREY, over["loss"], size=11)),
        *(
            line(name, at, values, _GREY, over["share"], width=2, dash=dash)
            for (name, values), dash in zip(curves.items(), _DASHES, strict=True)
        ),
        _at(np.repeat(now, len(curves)), dots(
            "measured now", np.array([values[moment] for values in curves.values()]), _GREY, over["share"],
            size=11, symbol=list(_MARKERS))),
        line("λ", at, lambda_, palette.B, over["share"], width=3),
    ]  # fmt: skip
    rows = time_axis((0, 1), T, "x", labels=_LABELS)
    room = 0.03 * (at[-1] - at[0]) or 1.0
    highest = float(np.nanmax(loss, initial=0.1))
    axes = {
        "xaxis": time_axis(_MAP, T, "y2", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": rows | {"domain": [0.31, 0.92], "title": {"text": "row t"}, "range": rows["range"][::-1],
                         "showgrid": False},
        "yaxis2": axis((0, 0.17), "W[t,i]", anchor="x", range=[-1.05 * reach, 1.05 * reach], zeroline=True, nticks=3),
        "xaxis2": axis(_BESIDE, b_title, anchor="y", range=list(threshold_range), zeroline=True, showgrid=False,
                       tickvals=[0, _one_digit(max(threshold_range, key=abs))], tickangle=0),
        "xaxis3": time_axis(_RIGHT, T, "y3", title="", labels=_LABELS, showgrid=False),
        "yaxis3": axis((0.6, 0.92), "neuron", anchor="x3", range=[-0.5, width - 0.5], nticks=3, showgrid=False),
        "xaxis4": axis(_RIGHT, "training steps", anchor="y5", range=[at[0] - room, at[-1] + room]),
        "yaxis4": axis((0.38, 0.5), "loss", anchor="x4", range=[-0.1 * highest, 1.1 * highest], nticks=3),
        "yaxis5": axis((0, 0.2), "", anchor="x4", range=[-0.06, 1.06], tickvals=[0, 0.5, 1]),
    }  # fmt: skip
    annotations = [
        heading(titles["map"], _MAP[0], 0.93),
        heading(titles["row"], _MAP[0], 0.175),
        heading(titles["raster"], _RIGHT[0], 0.93),
        heading(titles["loss"], _RIGHT[0], 0.505),
        heading(titles["curves"], _RIGHT[0], 0.205),
    ]
    frames = [frame(("x", "y"), (0, T - 1), (t, t), palette.H)]
    return figure(traces, axes, height=680, annotations=annotations, shapes=frames, columns=((0, 0.5), _RIGHT))


def _one_digit(value: float) -> float:
    """The number of one digit next to `value` on the side of 0."""
    unit = 10.0 ** np.floor(np.log10(abs(value)))
    return float(np.trunc(value / unit) * unit)


def _sideways(name: str, values) -> dict:
    """Bars along the rows of W."""
    bars = stems(name, np.arange(len(values)), palette.B, ("x2", "y"), width=0.7, points_at={"y": "t"})
    return bars | {
        "x": values,
        "orientation": "h",
        "hovertemplate": f"{name} = %{{x:.3g}} at t = %{{y}}<extra></extra>",
    }


def weight_bars(values, limit: float, axes: tuple[str, str], points_at: dict[str, str] | None = None) -> dict:
    """One row of W as bars in the colours of its map."""
    bars = stems("W[t,i]", values, _GREY, axes, width=0.8, points_at=points_at)
    marker = {
        "color": values,
        "colorscale": palette.THEMES["light"]["scales"]["weight"],
        "cmin": -limit,
        "cmax": limit,
        "line": {"color": _GREY, "width": 1 if len(values) <= 64 else 0},
    }
    return bars | {
        "marker": marker,
        "meta": bars["meta"] | {"scale": "weight"},
        "hovertemplate": "W[t, %{x}] = %{y:.4g}<extra></extra>",
    }


def _at(places, trace: dict) -> dict:
    return {**trace, "x": places}
