"""The mask and what it leaves of W; where a change of one input shows; what a step waits for; λ in training."""

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
    spike_ticks,
    stems,
    time_axis,
    verdict,
    weight_map,
)

if TYPE_CHECKING:
    from psn_viz.labs.masked_psn.lab import MaskedPSNNumbers

# Two masks beside each other over the runs; beside them the masked W over the schedule.
_LEFT, _RIGHT = (0.0, 0.64), (0.71, 1.0)
_FIRST, _SECOND = (0.0, 0.29), (0.35, 0.64)
_MAPS, _MAP_AXES = (0.59, 1.0), (("x", "y"), ("x2", "y"), ("x3", "y2"))
_TOP, _RASTER = 0.43, 0.12  # of X, ΔH and S together, and of S alone
_LABELS = 4
_POINTS_AT = {"x": "i"}


def draw(numbers: MaskedPSNNumbers) -> dict:
    """M_k, M_k(λ) and W ⊙ M_k(λ), column i of each framed; in the third a ring in each row marks its last column that
    counts. Under them X with δ added to X[i], the change of H that follows, and the spikes before and after, those
    that M_k opens to X[i] shaded; beside them the schedule of λ.
    """
    n, x, i = numbers, numbers.x, numbers.i
    steps = len(x)
    t = np.arange(steps)
    earlier, flipped = t < i, n.s_differs
    # As far as λ, k, i and δ can take any of them: the axes must not jump while one of these moves.
    low, high = min(0.0, x.min()) - n.largest_delta, max(0.0, x.max()) + n.largest_delta
    room = 0.05 * (high - low)
    dh_limit = 1.05 * n.largest_weight * n.largest_delta
    traces = [
        weight_map("M_k", n.order_mask, _MAP_AXES[0], 1, _POINTS_AT),
        weight_map("M_k(λ)", n.mask, _MAP_AXES[1], 1, _POINTS_AT),
        weight_map("W ⊙ M_k(λ)", n.weight, _MAP_AXES[2], n.largest_weight, _POINTS_AT),
        dots("last input needed", t, palette.S, _MAP_AXES[2], **_ring(6)) | {"x": n.last_needed},
        stems("X", x, palette.X, ("x4", "y3"), points_at=_POINTS_AT, drags="X"),
        line("X[i] + δ", np.array([i, i]), np.array([x[i], x[i] + n.delta]), palette.X, ("x4", "y3"), width=2.5)
        | {"mode": "lines+markers", "marker": {"symbol": "circle-open", "size": [0, 9], "line": {"width": 2.5}}},
        _bars("change of an earlier H", np.where(earlier, n.dh, np.nan), "/"),
        _bars("change of H", np.where(earlier, np.nan, n.dh), ""),
        spike_ticks("S", n.s, 1, ("x4", "y5")),
        spike_ticks("S with X[i] + δ", n.s_changed, 0, ("x4", "y5")),
        dots("an earlier S changed", np.where(flipped & earlier, 0.5, np.nan), palette.S, ("x4", "y5"), size=11,
             symbol="x"),
        dots("S changed", np.where(flipped & ~earlier, 0.5, np.nan), palette.S, ("x4", "y5"), **_ring(11)),
        line("schedule", np.arange(len(n.schedule)), n.schedule, palette.B, ("x5", "y6"), width=2.5),
        dots("λ", np.array([n.lambda_]), palette.X, ("x5", "y6"), size=11) | {"x": np.array([n.epoch])},
    ]  # fmt: skip
    columns = {"title": "column i", "labels": _LABELS, "showgrid": False}
    rows = {"range": [steps - 0.4, -0.6], "showgrid": False, "tickmode": "linear", "tick0": 0, "dtick": 4}
    bars = {"anchor": "x4", "zeroline": True, "nticks": 3}
    axes = {
        "xaxis": time_axis(_FIRST, steps, "y", **columns),
        "xaxis2": time_axis(_SECOND, steps, "y", **columns),
        "xaxis3": time_axis(_RIGHT, steps, "y2", **columns),
        "xaxis4": time_axis(_LEFT, steps, "y5", labels=8),
        "xaxis5": axis(
            _RIGHT, "epoch of training", anchor="y6", range=[-4, len(n.schedule) + 3],
            tickvals=[0, int(np.argmax(n.schedule)), len(n.schedule) // 2, len(n.schedule) - 1],
        ),
        "yaxis": axis(_MAPS, "row t", anchor="x", **rows),
        "yaxis2": axis(_MAPS, anchor="x3", **rows),
        "yaxis3": axis((0.3, _TOP), coloured("X"), range=[low - room, high + room], **bars),
        "yaxis4": axis((0.145, 0.275), f"Δ{coloured('H')}", range=[-dh_limit, dh_limit], **bars),
        "yaxis5": axis(
            (0, _RASTER), coloured("S"), anchor="x4", range=[-0.7, 1.7], tickvals=[0, 1], ticktext=["+ δ", "X"],
            showgrid=False,
        ),
        "yaxis6": axis((0, 0.15), anchor="x5", range=[-0.12, 1.12], tickvals=[0, 1]),
    }  # fmt: skip
    shapes = [
        *(frame(over_map, (i, i), (0, steps - 1), palette.X) for over_map in _MAP_AXES),
        _band(-0.6, i - 0.5, palette.B),
        _band(i - 0.5, min(i + n.k, steps) - 0.5, palette.X),
    ]
    past = f"<b>{n.past}</b>" if n.past_unchanged is None else verdict(n.past_unchanged, n.past)
    legend = (
        f"{coloured('B', '▮')} before i  {coloured('X', '▮')} where M<sub>k</sub> = 1  "
        f"{coloured('S', '✖')}{coloured('S', '○')} S changed"
    )
    waits = f"{coloured('S', '○')} last input needed"
    equal, difference = (words.replace("\n", "<br>") for words in n.by_steps)
    lines = waits, *n.latency, verdict(n.runs_by_steps, equal), difference, n.fused.line
    lines_below = "<br>".join(filter(None, lines))
    starts = _FIRST[0], _SECOND[0], _RIGHT[0]
    annotations = [
        *(heading(title, start, 1.01) for title, start in zip(_titles(n), starts, strict=True)),
        heading(f"{past}<br>{legend}", _LEFT[0], _TOP + 0.01),
        heading(lines_below, _RIGHT[0], 0.255),
        heading(f"λ in training (paper):<br>epoch {n.epoch} of {len(n.schedule)}", _RIGHT[0], 0.16),
    ]
    return figure(traces, axes, height=660, annotations=annotations, shapes=shapes, columns=(_LEFT, _RIGHT))


def _titles(n: MaskedPSNNumbers) -> tuple[str, str, str]:
    """What each of the three maps is, in two short lines."""
    entries, ones = n.weight.size, int(np.isfinite(n.order_mask).sum())
    smallest = float(np.nanmin(n.mask))
    shut = "absent" if np.isnan(n.mask).any() else f"{smallest:.6g}"
    values = "1 everywhere" if shut != "absent" and smallest == 1 else f"1 or {shut}"
    return (
        f"<b>M<sub>k</sub></b>, k = {n.k}<br>{ones} of {entries} are 1",
        f"<b>M<sub>k</sub>(λ)</b>, λ = {n.lambda_:g}<br>{values}",
        f"<b>W ⊙ M<sub>k</sub>(λ)</b><br>{n.weights_left} of {entries} are left",
    )


def _band(start: float, stop: float, colour: str) -> dict:
    """The steps from `start` to `stop` shaded, from the axis of S up to the top of X."""
    return {
        "type": "rect", "layer": "below", "xref": "x4", "yref": "y5 domain", "x0": start, "x1": stop, "y0": 0,
        "y1": _TOP / _RASTER, "fillcolor": colour, "opacity": 0.2, "line": {"width": 0},
    }  # fmt: skip


def _ring(size: int) -> dict:
    return {"size": size, "symbol": "circle-open", "line": {"width": 2}}


def _bars(name: str, values: np.ndarray, pattern: str) -> dict:
    bars = stems(name, values, palette.H, ("x4", "y4"))
    filled = {
        "shape": pattern,
        "fillmode": "overlay",
        "fgcolor": palette.PAGES["light"],
        "fgopacity": 1,
        "size": 5,
        "solidity": 0.4,
    }
    # Two sets of bars on one axis would otherwise make room for each other.
    return {**bars, "offset": -bars["width"] / 2, "marker": {"color": palette.H, "pattern": filled}}
