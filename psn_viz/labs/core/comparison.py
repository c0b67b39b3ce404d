"""Figures that compare a learner's result with the expected one."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, figure, frame, heading, spike_ticks, stems, time_axis, weight_map


def spikes(x, expected, given, t: int, title: str) -> dict:
    """X `[T]` over two rows of spikes, expected and given `[T]`; t is where they first differ."""
    steps = len(x)
    traces = [
        stems("X", x, palette.X, ("x", "y")),
        spike_ticks("expected S", expected, 1, ("x", "y2")),
        spike_ticks("your S", given, 0, ("x", "y2")),
    ]
    axes = {
        "xaxis": time_axis((0, 1), steps, "y2"),
        "yaxis": axis((0.5, 1), coloured("X"), nticks=4, zeroline=True),
        "yaxis2": axis(
            (0, 0.4),
            coloured("S"),
            range=[-0.7, 1.7],
            tickvals=[0, 1],
            ticktext=["yours", "expected"],
            showgrid=False,
        ),
    }
    return figure(
        traces,
        axes,
        height=300,
        shapes=[frame(("x", "y2"), (t, t), (-0.2, 1.2), palette.DISAGREE)],
        annotations=[_over(title)],
        margin={"l": 84},  # room for the words at the raster beside its symbol
    )


def weights(expected, given, place: tuple[int, int], title: str) -> dict:
    """W expected and given, `[T, T]`, on one colour scale; `place` is the first entry that differs. 0 is absent."""
    steps = len(expected)
    limit = float(np.max(np.abs([expected, given]))) or 1.0
    present = [np.where(values == 0, np.nan, values) for values in (expected, given)]
    left, right = (0.0, 0.44), (0.56, 1.0)
    traces = [
        weight_map("expected W", present[0], ("x", "y"), limit),
        weight_map("your W", present[1], ("x2", "y2"), limit),
    ]
    axes = {}
    for number, domain in (("", left), ("2", right)):
        axes[f"xaxis{number}"] = time_axis(domain, steps, f"y{number}", "column i", showgrid=False)
        axes[f"yaxis{number}"] = axis(
            (0, 0.92), "row t", range=[steps - 0.4, -0.6], showgrid=False, tickmode="linear", tick0=0,
            dtick=time_axis((0, 1), steps, "y")["dtick"], anchor=f"x{number}",
        )  # fmt: skip
    t, i = place
    shapes = [frame(axes, (i, i), (t, t), palette.DISAGREE) for axes in (("x", "y"), ("x2", "y2"))]
    names = [heading("expected", left[0], 0.93), heading("yours", right[0], 0.93)]
    return figure(traces, axes, height=380, shapes=shapes, annotations=[_over(title), *names])


def _over(title: str) -> dict:
    return heading(f"<b>{title}</b>", 0, 1.03)
