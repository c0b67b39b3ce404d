"""The loop and the matrix side by side: W, one row of it at work, and both results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.leaks import NO_LEAK
from psn_viz.labs.core.traces import (
    axis,
    bar_range,
    coloured,
    dots,
    figure,
    frame,
    heading,
    line,
    padded,
    spike_ticks,
    stems,
    time_axis,
    verdict,
    weight_map,
)

if TYPE_CHECKING:
    from psn_viz.labs.closed_form.lab import ClosedFormNumbers

_LEFT, _RIGHT = (0.0, 0.43), (0.55, 1.0)
_LABELS = 5


def draw(numbers: ClosedFormNumbers) -> dict:
    """W with the row at work framed; beneath it what H of that row is made of; to the right X, and H and S twice."""
    n = numbers
    steps = len(n.x)
    limit = float(np.nanmax(np.abs(n.weight)))
    # A leaky average of X stays within X: the axis of H need not jump while τ moves. A sum does not.
    sums = (np.cumsum(n.x), n.h_loop) if n.tau == NO_LEAK else ()
    h_range = padded(np.concatenate(([0.0, 1.2], n.x, *sums)))
    share_range = padded(np.concatenate(([0.0], n.x * np.nanmax(n.weight), n.from_spikes)))
    traces = [
        weight_map("W", n.weight, ("x", "y"), limit, points_at={"y": "row"}),
        stems("W[t,i]·X", n.from_inputs, palette.X, ("x", "y2")),
        stems("from S", n.from_spikes, palette.S, ("x", "y2")),
        stems("X", n.x, palette.X, ("x2", "y3")),
        line("loop", np.arange(steps), n.h_loop, palette.H, ("x2", "y4"), width=2),
        dots("product", n.h_product, palette.H, ("x2", "y4"), size=8, symbol="circle-open", line={"width": 2}),
        line("V_th", np.array([-0.6, steps - 0.4]), np.ones(2), palette.B, ("x2", "y4"), dash="dash"),
        spike_ticks("S of the loop", n.s_loop, 1, ("x2", "y5")),
        spike_ticks("S of the product", n.s_product, 0, ("x2", "y5")),
    ]
    axes = {
        # One time axis for W and for the row at work under it: its columns are the bars' places.
        "xaxis": time_axis(_LEFT, steps, "y2", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": axis(
            (0.36, 1), "row t", range=[steps - 0.4, -0.6], showgrid=False, tickmode="linear", tick0=0,
            dtick=time_axis((0, 1), steps, "y", labels=_LABELS)["dtick"], anchor="x",
        ),
        "yaxis2": axis((0, 0.25), "W[t,i]·X[i]", range=list(share_range), anchor="x", zeroline=True, nticks=4),
        "xaxis2": time_axis(_RIGHT, steps, "y5", labels=_LABELS),
        "yaxis3": axis((0.8, 1), coloured("X"), range=bar_range(n.x), anchor="x2", nticks=4, zeroline=True),
        "yaxis4": axis((0.26, 0.73), coloured("H"), anchor="x2", range=list(h_range)),
        "yaxis5": axis(
            (0, 0.17), coloured("S"), anchor="x2", range=[-0.7, 1.7], tickvals=[0, 1], ticktext=["W X", "loop"],
            showgrid=False,
        ),
    }  # fmt: skip
    at_work = frame(("x", "y"), (0, steps - 1), (n.row, n.row), palette.H)
    made_of = f"{coloured('H')}[{n.row}] = {n.h_loop[n.row]:.3f}, made of"
    equal, difference = n.witness.words("loop", "uncut W · X" if _is_cut(n) else "W X")
    annotations = [
        heading(_title(n), _LEFT[0], 1.01),
        heading(made_of, _LEFT[0], 0.255),
        heading(f"{verdict(n.witness.agrees, equal)}<br>{difference}", _RIGHT[0], 1.01),
        heading(f"{coloured('H', '━')} loop   {coloured('H', '○')} {_product(n)}", _RIGHT[0], 0.735),
    ]
    return figure(traces, axes, height=560, annotations=annotations, shapes=[at_work], columns=(_LEFT, _RIGHT))


def _is_cut(n: ClosedFormNumbers) -> bool:
    return n.reset == "hard" and not n.witness.agrees


def _product(n: ClosedFormNumbers) -> str:
    """What the circles are: the matrix that is drawn may lack entries, which theirs has."""
    return "product of the uncut W and X" if _is_cut(n) else "product W X"


def _title(n: ClosedFormNumbers) -> str:
    note = "cut by this input's spikes" if _is_cut(n) else "the same for every input"
    return f"<b>W</b>, {note}<br>largest entry {np.nanmax(n.weight):.3g}"
