"""The loop and the matrix side by side: W, one row of it at work, and both results."""

from __future__ import annotations

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

_LEFT, _RIGHT = (0.0, 0.43), (0.55, 1.0)
_LABELS = 5


def draw(
    x, weight, h_loop, h_product, s_loop, s_product, from_inputs, from_spikes, row: int, title: str, agrees: bool,
    witness: tuple[str, str], h_range: tuple[float, float], share_range: tuple[float, float],
) -> dict:  # fmt: skip
    """W `[T, T]` with row `row` framed; beneath it what H[row] is made of; to the right X, H and S by both ways.

    `from_inputs` and `from_spikes` `[T]` are the summands of H[row] by input and by earlier spike. Entries of W
    that are NaN are absent and not drawn. `witness` is what loop and product were found to be, in two short lines.
    """
    steps = len(x)
    limit = float(np.nanmax(np.abs(weight)))
    traces = [
        weight_map("W", weight, ("x", "y"), limit, points_at={"y": "row"}),
        stems("W[t,i]·X", from_inputs, palette.X, ("x", "y2")),
        stems("from S", from_spikes, palette.S, ("x", "y2")),
        stems("X", x, palette.X, ("x2", "y3")),
        line("loop", np.arange(steps), h_loop, palette.H, ("x2", "y4"), width=2),
        dots("product", h_product, palette.H, ("x2", "y4"), size=8, symbol="circle-open", line={"width": 2}),
        line("V_th", np.array([-0.6, steps - 0.4]), np.ones(2), palette.B, ("x2", "y4"), dash="dash"),
        spike_ticks("S of the loop", s_loop, 1, ("x2", "y5")),
        spike_ticks("S of the product", s_product, 0, ("x2", "y5")),
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
        "yaxis3": axis((0.8, 1), coloured("X"), anchor="x2", nticks=4, zeroline=True),
        "yaxis4": axis((0.26, 0.73), coloured("H"), anchor="x2", range=list(h_range)),
        "yaxis5": axis(
            (0, 0.17), coloured("S"), anchor="x2", range=[-0.7, 1.7], tickvals=[0, 1], ticktext=["W X", "loop"],
            showgrid=False,
        ),
    }  # fmt: skip
    at_work = frame(("x", "y"), (0, steps - 1), (row, row), palette.H)
    made_of = f"{coloured('H')}[{row}] = {h_loop[row]:.3f}, made of"
    annotations = [
        heading(title, _LEFT[0], 1.01),
        heading(made_of, _LEFT[0], 0.255),
        heading(f"{verdict(agrees, witness[0])}<br>{witness[1]}", _RIGHT[0], 1.01),
        heading(f"{coloured('H', '━')} loop   {coloured('H', '○')} product W X", _RIGHT[0], 0.735),
    ]
    return figure(traces, axes, height=560, annotations=annotations, shapes=[at_work], columns=(_LEFT, _RIGHT))
