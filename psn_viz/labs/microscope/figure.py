"""One layer at a moment of its training: W with B beside it, a row, the spikes of an example, the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    dots,
    figure,
    frame,
    heading,
    line,
    padded,
    stems,
    tiles,
    time_axis,
    verdict,
    weight_bars,
    weight_map,
)

if TYPE_CHECKING:
    from psn_viz.labs.microscope.lab import MicroscopeNumbers

# The curves, in this order: their sign before the numbers, their mark at the present moment, their stroke.
_SIGNS = ("●", "■", "▲", "◆")
_MARKERS = ("circle", "square", "triangle-up", "diamond")
_DASHES = ("solid", "dash", "dot", "dashdot")
_MAP, _BESIDE, _RIGHT = (0.0, 0.38), (0.4, 0.48), (0.6, 1.0)
_LABELS = 5
_SHOWN = {"W": "W", "change": "W − start", "Toeplitz": "nearest Toeplitz", "LIF": "nearest LIF"}
_GREY = palette.THEMES["light"]["line"]


def draw(numbers: MicroscopeNumbers) -> dict:
    """W with B − 1 beside it; under it row t in bars, with that of the nearest leak in rings; to the right the spikes
    of an example, and over the training steps loss, measures and λ, with the present moment marked.
    """
    n = numbers
    T, width = n.spikes.shape
    at = np.asarray(n.steps, dtype=float)
    now = at[n.moment : n.moment + 1]
    curves = {"Toeplitz": n.from_toeplitz, "LIF": n.from_leak, "rank": n.rank_share, "future": n.future}
    over = {"loss": ("x4", "y4"), "share": ("x4", "y5")}
    low, high = n.threshold_range
    threshold_range = padded((low - 1, high - 1, -0.1, 0.1))
    traces = [
        weight_map("W", n.weight, ("x", "y"), n.limit, {"y": "t"}),
        _sideways("B − 1", n.threshold - 1),
        weight_bars(n.weight[n.t], n.limit, ("x", "y2")),
        dots("nearest leak", n.leak[n.t], _GREY, ("x", "y2"), size=6 if T <= 32 else 4, symbol="circle-open",
             line={"width": 1.5}),
        tiles("S", n.spikes.T.astype(float), "spike", ("x3", "y3"), "S[t = %{x}] of neuron %{y}: %{z}"),
        line("loss", at, n.loss, _GREY, over["loss"], width=2),
        dots("loss now", n.loss[n.moment : n.moment + 1], _GREY, over["loss"], size=11) | {"x": now},
        *(
            line(name, at, values, _GREY, over["share"], width=2, dash=dash)
            for (name, values), dash in zip(curves.items(), _DASHES, strict=True)
        ),
        dots("measured now", np.array([values[n.moment] for values in curves.values()]), _GREY, over["share"],
             size=11, symbol=list(_MARKERS)) | {"x": np.repeat(now, len(curves))},
        line("λ", at, n.lambda_, palette.B, over["share"], width=3),
    ]  # fmt: skip
    rows = time_axis((0, 1), T, "x", labels=_LABELS)
    room = 0.03 * (at[-1] - at[0]) or 1.0
    highest = float(np.nanmax(n.loss, initial=0.1))
    axes = {
        "xaxis": time_axis(_MAP, T, "y2", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": rows | {"domain": [0.31, 0.92], "title": {"text": "row t"}, "range": rows["range"][::-1],
                         "showgrid": False},
        "yaxis2": axis((0, 0.17), "W[t,i]", anchor="x", range=[-1.05 * n.reach, 1.05 * n.reach], zeroline=True,
                       nticks=3),
        "xaxis2": axis(_BESIDE, f"{coloured('B')} − 1", anchor="y", range=list(threshold_range), zeroline=True,
                       showgrid=False, tickvals=[0, _one_digit(max(threshold_range, key=abs))], tickangle=0),
        "xaxis3": time_axis(_RIGHT, T, "y3", title="", labels=_LABELS, showgrid=False),
        "yaxis3": axis((0.6, 0.92), "neuron", anchor="x3", range=[-0.5, width - 0.5], nticks=3, showgrid=False),
        "xaxis4": axis(_RIGHT, "training steps", anchor="y5", range=[at[0] - room, at[-1] + room]),
        "yaxis4": axis((0.38, 0.5), "loss", anchor="x4", range=[-0.1 * highest, 1.1 * highest], nticks=3),
        "yaxis5": axis((0, 0.2), "", anchor="x4", range=[-0.06, 1.06], tickvals=[0, 0.5, 1]),
    }  # fmt: skip
    annotations = [
        heading(f"<b>{_SHOWN[n.show]}</b>, layer {n.layer}<br>after {n.steps[n.moment]} steps", _MAP[0], 0.93),
        heading(f"row t = {n.t}: {coloured('H')}[{n.t}] is made of<br>○ nearest LIF", _MAP[0], 0.175),
        heading(f"{_witness_line(n)}<br>{coloured('S')} for one {n.example}", _RIGHT[0], 0.93),
        heading(_loss(n), _RIGHT[0], 0.505),
        heading(_measured(n), _RIGHT[0], 0.205),
    ]
    frames = [frame(("x", "y"), (0, T - 1), (n.t, n.t), palette.H)]
    return figure(traces, axes, height=680, annotations=annotations, shapes=frames, columns=((0, 0.5), _RIGHT))


def _witness_line(n: MicroscopeNumbers) -> str:
    return "\N{NO-BREAK SPACE}" if n.witness is None else verdict(n.witness.agrees, n.witness_in_words)


def _loss(n: MicroscopeNumbers) -> str:
    mask = f"   {coloured('B', f'━ λ {n.lambda_[n.moment]:.3g}')}" if n.masked else ""
    return f"loss {n.loss[n.moment]:.3f}{mask}"


def _measured(n: MicroscopeNumbers) -> str:
    weight = "<b>W − start</b>" if n.show == "change" else "<b>W</b>"
    if n.is_zero:
        return f"{weight} is 0 before the first step"
    tau = "IF" if np.isinf(n.tau) else f"τ = {n.tau:.3g}"
    toeplitz, leak, rank, future = _SIGNS
    return (
        f"{weight}: {toeplitz} {n.from_toeplitz[n.moment]:.3f} from a Toeplitz matrix<br>"
        f"{leak} {n.from_leak[n.moment]:.3f} from an LIF, {tau}<br>"
        f"{rank} rank {n.rank:.1f} of {len(n.weight)}   {future} future {n.future[n.moment]:.3f}"
    )


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
