"""The weights over the queue they meet and over the banded matrix; X, H and S all at once and by steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.phrases import span
from psn_viz.labs.core.traces import (
    axis,
    bar_range,
    coloured,
    dots,
    figure,
    heading,
    line,
    spike_ticks,
    stems,
    time_axis,
    verdict,
    weight_map,
)
from psn_viz.labs.sliding_psn.kernel_control import MAX_WEIGHT

if TYPE_CHECKING:
    from psn_viz.labs.sliding_psn.lab import SlidingPSNNumbers

_LEFT, _RIGHT = (0.0, 0.43), (0.55, 1.0)
_LABELS = 5
_LIMITS = (0.25, 0.5, 1.0)  # of the colours, in steps: mostly none changes but that of the bar that is pulled
_GREY = palette.THEMES["light"]["line"]


def draw(numbers: SlidingPSNNumbers) -> dict:
    """The weights of now as bars over the queue; under both the part of W in view. To the right X, H and S all at
    once, and by steps up to the last one taken.
    """
    n, t, x, weights = numbers, numbers.t, numbers.x, numbers.weights
    k, steps = len(weights), len(x)
    largest = n.largest_weight
    limit = next((limit for limit in _LIMITS if largest <= limit), _LIMITS[-1])
    slots = np.arange(k)
    old = slots < n.empty + n.left_over
    h_taken, s_taken = np.full(steps, np.nan), np.full(steps, np.nan)
    h_taken[: t + 1], s_taken[: t + 1] = n.h_steps, n.s_steps
    lag = t - np.arange(steps)
    seen = np.select([lag < 0, lag >= k], [0.2, 0.5], 1.0)
    reach = 1.08 * (1.0 if largest <= 1 else MAX_WEIGHT) * max(1.0, float(np.abs(x).max()))
    rows, columns = (first + np.arange(count) for first, count in zip(n.corner, n.weight.shape, strict=True))
    points_at = {"y": "t"} if n.row == t else None  # else the row would move away from the pointer
    name = "<b>W<sub>s</sub></b>" if n.shared else "<b>W[t,i]</b>"
    traces = [
        _kernel(n, limit),
        _overlaid(stems("queue", np.where(old, np.nan, n.queue), palette.X, ("x", "y2"), width=0.8), 0.45),
        _overlaid(stems("left over", np.where(old, n.queue, np.nan), _GREY, ("x", "y2"), width=0.8), 0.7),
        _overlaid(stems("W·queue", weights * n.queue, palette.H, ("x", "y2"), width=0.3)),
        weight_map("W", n.weight, ("x2", "y3"), limit, points_at) | {"y": rows, "x": columns},
        stems("X", x, palette.X, ("x3", "y4"), width=0.45 if steps <= 64 else 1),
        line("H at once", np.arange(steps), n.h, palette.H, ("x3", "y5"), width=2 if steps <= 64 else 1),
        dots("H by steps", h_taken, palette.H, ("x3", "y5"), size=_size(steps), symbol="circle-open",
             line={"width": 2}),
        dots("now", np.where(lag == 0, h_taken, np.nan), palette.H, ("x3", "y5"), size=9),
        line("V_th", np.array([-0.5, steps - 0.5]), np.full(2, n.threshold), palette.B, ("x3", "y5"), dash="dash"),
        spike_ticks("S at once", n.s, 1, ("x3", "y6")),
        spike_ticks("S by steps", s_taken, 0, ("x3", "y6")),
    ]  # fmt: skip
    traces[5]["marker"] |= {"opacity": seen}
    for ticks in traces[-2:]:
        ticks["marker"] |= {"line": ticks["marker"]["line"] | {"width": 3.5 if steps <= 64 else 1.5}}
    named = slots[:: -max(1, -(-k // _LABELS))]
    every_row, every_column = (time_axis((0, 1), len(part), "x", labels=_LABELS)["dtick"] for part in (rows, columns))
    axes = {
        "xaxis": axis(
            _LEFT, anchor="y2", range=[-0.6, k - 0.4], tickvals=named, showgrid=False,
            ticktext=["t" if slot == k - 1 else f"t−{k - 1 - slot}" for slot in named],
        ),
        "yaxis": axis((0.78, 1), name, anchor="x", range=[-MAX_WEIGHT, MAX_WEIGHT], zeroline=True, nticks=4),
        "yaxis2": axis((0.52, 0.67), coloured("X"), anchor="x", range=[-reach, reach], zeroline=True, nticks=5,
                       showgrid=False),
        "xaxis2": axis(_LEFT, "column i (input time)", anchor="y3", range=[columns[0] - 0.5, columns[-1] + 0.5],
                       tickmode="linear", tick0=0, dtick=every_column, showgrid=False),
        "yaxis3": axis((0, 0.36), "row t", anchor="x2", range=[rows[-1] + 0.5, rows[0] - 0.5], tickmode="linear",
                       tick0=0, dtick=every_row, showgrid=False),
        "xaxis3": time_axis(_RIGHT, steps, "y6", labels=_LABELS),
        "yaxis4": axis((0.82, 1), coloured("X"), range=bar_range(n.x), anchor="x3", nticks=4, zeroline=True),
        "yaxis5": axis((0.27, 0.74), coloured("H"), anchor="x3", range=list(_h_range(n))),
        # A title would stand in the map beside it where letters are large.
        "yaxis6": axis((0, 0.18), anchor="x3", range=[-0.7, 1.7], tickvals=[0, 1],
                       ticktext=[f"{coloured('S')} steps", "at once"], showgrid=False),
    }  # fmt: skip
    shapes = [
        _rectangle("x2", "y3", (columns[0] - 0.5, columns[-1] + 0.5), (n.row - 0.5, n.row + 0.5), palette.H),
        _rectangle("x3", "y4 domain", (max(-0.5, t - k + 0.5), t + 0.5), (0, 1), palette.X),
        *(_slot(slot, "dot" if slot < n.empty else "solid") for slot in slots),
    ]  # fmt: skip
    annotations = [
        heading(_kernel_title(n), _LEFT[0], 1.01),
        heading(_queue_title(n), _LEFT[0], 0.675),
        heading(_matrix_title(n, rows), _LEFT[0], 0.37),
        heading(_verdict(n), _RIGHT[0], 1.01),
        heading(f"{coloured('H', '━')} all at once   {coloured('H', '○')} step by step", _RIGHT[0], 0.745),
    ]
    return figure(traces, axes, height=640, annotations=annotations, shapes=shapes, columns=(_LEFT, _RIGHT))


def _kernel(n: SlidingPSNNumbers, limit: float) -> dict:
    bars = stems("kernel", n.weights, palette.H, ("x", "y"), width=0.8, drags="kernel" if n.shared else "")
    scale = palette.THEMES["light"]["scales"]["weight"]
    marker = {"color": n.weights, "colorscale": scale, "cmin": -limit, "cmax": limit}
    return bars | {
        "marker": marker | {"line": {"color": _GREY, "width": 1}},
        "meta": bars["meta"] | {"scale": "weight"},
        "hovertemplate": "W<sub>%{pointNumber}</sub> = %{y:.4g}<extra></extra>",
    }


def _overlaid(bars: dict, opacity: float = 1.0) -> dict:
    """Bars in the middle of their place, whatever else stands there."""
    return bars | {"offset": -bars["width"] / 2, "opacity": opacity}


def _size(steps: int) -> float:
    return 8 if steps <= 32 else 6 if steps <= 64 else 4


def _kernel_title(n: SlidingPSNNumbers) -> str:
    k = len(n.weights)
    if not n.shared:
        now = f"at step t = {n.t}" if n.row > n.t else f"the weights of step t = {n.t}"
        return f"row {n.row} of <b>W</b>, {now}"
    first, last = (f"<b>W</b><sub>{i}</sub>" for i in (0, k - 1))
    return f"kernel {first} … {last}: pull a bar" if k > 1 else f"kernel {first}: pull the bar"


def _queue_title(n: SlidingPSNNumbers) -> str:
    newest = f"{coloured('X')}[{n.t}]"
    inputs = f"{coloured('X')}[{n.oldest}] … {newest}" if n.oldest < n.t else newest
    note = f", {n.empty} empty" if n.empty else f", {n.left_over} left over" if n.left_over else ""
    charge = f"{coloured('H')}[{n.t}] = {n.h_steps[n.t]:.3f}"
    return f"queue: {inputs}{note}<br>{charge}, the sum of {coloured('H', '▮')} W·X"


def _matrix_title(n: SlidingPSNNumbers, rows) -> str:
    k, steps = len(n.weights), len(n.x)
    part = "" if len(rows) == steps else f", rows {rows[0]} … {rows[-1]}"
    numbers = f"{k} number{'s' * (k > 1)}"
    whose = f"{numbers}, shared by all rows" if n.shared else f"each row: {numbers} of its own"
    return f"<b>W</b>, {steps} × {steps}{part}<br>{whose}"


def _verdict(n: SlidingPSNNumbers) -> str:
    witness = n.witness
    comparison = f"= steps up to t = {n.t}" if witness.agrees else f"≠ steps {span(witness.apart)}"
    return (
        f"{verdict(witness.agrees, f'at once {comparison}')}<br>{n.fused.after(f'max |difference| {witness.size}')}"
    )


def _h_range(n: SlidingPSNNumbers) -> tuple[float, float]:
    """In halves, and the same for every t and either queue, so that the axis of H rests while those move."""
    shown = np.concatenate(([0.0, 1.2], n.h, n.h_steps, n.h_after_ones))
    return np.floor(2 * shown.min() - 0.2) / 2, np.ceil(2 * shown.max() + 0.2) / 2


def _slot(slot: int, dash: str) -> dict:
    return _rectangle("x", "y2 domain", (slot - 0.45, slot + 0.45), (0, 1), _GREY, dash, 1)


def _rectangle(x: str, y: str, columns, rows, colour: str, dash: str = "solid", width: float = 2) -> dict:
    return {
        "type": "rect", "xref": x, "yref": y, "x0": columns[0], "x1": columns[1], "y0": rows[0], "y1": rows[1],
        "line": {"color": colour, "width": width, "dash": dash},
    }  # fmt: skip
