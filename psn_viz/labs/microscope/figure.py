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

_MAP, _BESIDE, _RIGHT = (0.0, 0.38), (0.4, 0.48), (0.6, 1.0)
# The four measures stand two by two, each on axes of its own under its own name.
_HALVES = ((0.6, 0.775), (0.825, 1.0))
_LINES = ((0.17, 0.26), (0.0, 0.09))
_LABELS = 5
_SHOWN = {
    "W": "W",
    "change": "W − start",
    "1 direction": "column × row",
    "4 directions": "4 directions",
    "Toeplitz": "nearest Toeplitz",
    "LIF": "nearest LIF",
}
_GREY = palette.THEMES["light"]["line"]


def draw(numbers: MicroscopeNumbers) -> dict:
    """W with B − 1 beside it, or with the column of one direction; under it row t in bars, with that of the nearest
    leak in rings; to the right the spikes of an example, and over the training steps loss, the four measures and λ,
    with the present moment marked.
    """
    n = numbers
    T, width = n.spikes.shape
    at = np.asarray(n.steps, dtype=float)
    one_direction = bool(np.isfinite(n.column).any())
    low, high = n.threshold_range
    sideways = padded((low - 1, high - 1, -0.1, 0.1))
    if one_direction:
        sideways = (-1.05 * n.limit, 1.05 * n.limit)
    traces = [
        weight_map("W", n.weight, ("x", "y"), n.limit, {"y": "t"}),
        _sideways("column", n.column, _GREY) if one_direction else _sideways("B − 1", n.threshold - 1, palette.B),
        weight_bars(n.weight[n.t], n.limit, ("x", "y2")),
        dots("nearest leak", np.full(T, np.nan) if "direction" in n.show else n.leak[n.t], _GREY, ("x", "y2"),
             size=6 if T <= 32 else 4, symbol="circle-open", line={"width": 1.5}),
        tiles("S", n.spikes.T.astype(float), "spike", ("x3", "y3"), "S[t = %{x}] of neuron %{y}: %{z}"),
        *_course("loss", at, n.loss, n.moment, ("x4", "y4")),
        *_course("Toeplitz", at, n.from_toeplitz, n.moment, ("x5", "y5")),
        *_course("LIF", at, n.from_leak, n.moment, ("x6", "y6")),
        *_course("rank", at, n.rank_share, n.moment, ("x7", "y7")),
        line("λ", at, n.lambda_, palette.B, ("x8", "y8"), width=3),
        *_course("future", at, n.future, n.moment, ("x8", "y8")),
    ]  # fmt: skip
    rows = time_axis((0, 1), T, "x", labels=_LABELS)
    highest = float(np.nanmax(n.loss, initial=0.1))
    beside = "column" if one_direction else f"{coloured('B')} − 1"
    steps = {"range": _with_room(at), "nticks": 3}
    (first, second), (upper, lower) = _HALVES, _LINES
    share = {"range": [-0.1, 1.1], "tickvals": [0, 1]}
    axes = {
        "xaxis": time_axis(_MAP, T, "y2", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": rows | {"domain": [0.31, 0.92], "title": {"text": "row t"}, "range": rows["range"][::-1],
                         "showgrid": False},
        "yaxis2": axis((0, 0.17), "W[t,i]", anchor="x", range=[-1.05 * n.reach, 1.05 * n.reach], zeroline=True,
                       nticks=3),
        "xaxis2": axis(_BESIDE, beside, anchor="y", range=list(sideways), zeroline=True,
                       showgrid=False, tickvals=[0, _one_digit(max(sideways, key=abs))], tickangle=0),
        "xaxis3": time_axis(_RIGHT, T, "y3", title="", labels=_LABELS, showgrid=False),
        "yaxis3": axis((0.64, 0.92), "neuron", anchor="x3", range=[-0.5, width - 0.5], nticks=3, showgrid=False),
        "xaxis4": axis(_RIGHT, anchor="y4", showticklabels=False, **steps),
        "yaxis4": axis((0.42, 0.52), anchor="x4", range=[-0.1 * highest, 1.1 * highest], nticks=3),
        "xaxis5": axis(first, anchor="y5", showticklabels=False, **steps),
        "yaxis5": axis(upper, anchor="x5", **share),
        "xaxis6": axis(second, anchor="y6", showticklabels=False, **steps),
        "yaxis6": axis(upper, anchor="x6", showticklabels=False, **share),
        "xaxis7": axis(first, "training steps", anchor="y7", **steps),
        "yaxis7": axis(lower, anchor="x7", **share),
        "xaxis8": axis(second, "training steps", anchor="y8", **steps),
        "yaxis8": axis(lower, anchor="x8", showticklabels=False, **share),
    }  # fmt: skip
    annotations = [
        heading(f"<b>{_SHOWN[n.show]}</b>, layer {n.layer}<br>after {n.steps[n.moment]} steps", _MAP[0], 0.93),
        heading(_row_heading(n, one_direction), _MAP[0], 0.175),
        heading(f"{_witness_line(n)}<br>{coloured('S')} for one {n.example}", _RIGHT[0], 0.93),
        heading(f"loss {n.loss[n.moment]:.3f}", _RIGHT[0], 0.525),
        heading(_measured(n), _RIGHT[0], 0.315),
        *(
            heading(text, half[0], line[1] + 0.005)
            for text, (line, half) in zip(
                _measures(n), ((line, half) for line in _LINES for half in _HALVES), strict=True
            )
        ),
    ]
    frames = [frame(("x", "y"), (0, T - 1), (n.t, n.t), palette.H)]
    return figure(traces, axes, height=720, annotations=annotations, shapes=frames, columns=((0, 0.5), _RIGHT))


def _course(name: str, at: np.ndarray, values: np.ndarray, moment: int, axes: tuple[str, str]) -> list[dict]:
    """A curve over the training steps, with the present moment marked."""
    now = slice(moment, moment + 1)
    marked = dots(f"{name} now", values[now], _GREY, axes, size=9) | {"x": at[now]}
    return [line(name, at, values, _GREY, axes, width=2), marked]


def _with_room(at: np.ndarray) -> list[float]:
    room = 0.03 * (at[-1] - at[0]) or 1.0
    return [at[0] - room, at[-1] + room]


def _row_heading(n: MicroscopeNumbers, one_direction: bool) -> str:
    row = f"row t = {n.t}"
    if one_direction:
        return f"{row}: one row for all t,<br>times column[{n.t}] = {_signed(n.column[n.t])}"
    if n.show == "4 directions":
        return f"{row}: a mixture of<br>four rows"
    leak = "" if n.is_zero else "<br>○ nearest LIF, " + ("IF" if np.isinf(n.tau) else f"τ = {n.tau:.3g}")
    return f"{row}: {coloured('H')}[{n.t}] is made of{leak}"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _witness_line(n: MicroscopeNumbers) -> str:
    return "\N{NO-BREAK SPACE}" if n.witness is None else verdict(n.witness.agrees, n.witness_in_words)


def _measured(n: MicroscopeNumbers) -> str:
    weight = "<b>W − start</b>" if n.of_change else "<b>W</b>"
    mask = coloured("B", f"   ━ λ {n.lambda_[n.moment]:.3g}") if n.masked else ""
    return (f"{weight} is 0 before the first step" if n.is_zero else f"four measures of {weight}") + mask


def _measures(n: MicroscopeNumbers) -> tuple[str, str, str, str]:
    """The heading of each measure, with its number if there is anything to measure."""
    if n.is_zero:
        return "from Toeplitz", "from LIF", "rank", "future"
    return (
        f"from Toeplitz {n.from_toeplitz[n.moment]:.3f}",
        f"from LIF {n.from_leak[n.moment]:.3f}",
        f"rank {n.rank:.1f} of {len(n.weight)}",
        f"future {n.future[n.moment]:.3f}",
    )


def _one_digit(value: float) -> float:
    """The number of one digit next to `value` on the side of 0."""
    unit = 10.0 ** np.floor(np.log10(abs(value)))
    return float(np.trunc(value / unit) * unit)


def _sideways(name: str, values, colour: str) -> dict:
    """Bars along the rows of W."""
    bars = stems(name, np.arange(len(values)), colour, ("x2", "y"), width=0.7, points_at={"y": "t"})
    return bars | {
        "x": values,
        "orientation": "h",
        "hovertemplate": f"{name} = %{{x:.3g}} at t = %{{y}}<extra></extra>",
    }
