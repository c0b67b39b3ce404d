"""One image and what a classifier makes of it."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, figure, heading, tiles


def draw(image, shares, class_names, title: str) -> dict:
    """The image `[T, width]`, and a bar per class with its share of the softmax, most likely on top."""
    steps, width = image.shape
    # Shares that are equal but for rounding stand in the order of the classes, on every processor.
    order = np.argsort(-np.round(np.asarray(shares, dtype=float), 6), kind="stable")[::-1]
    bars = {
        "type": "bar",
        "name": "share",
        "orientation": "h",
        "x": 100 * np.asarray(shares)[order],
        "y": [class_names[n] for n in order],
        "marker": {"color": palette.S},
        "xaxis": "x2",
        "yaxis": "y2",
        "hovertemplate": "%{y}: %{x:.1f} %<extra></extra>",
    }
    axes = {
        "xaxis": axis((0, 0.3), "", range=[-0.5, width - 0.5], showticklabels=False, showgrid=False, anchor="y"),
        "yaxis": axis((0, 1), "", range=[steps - 0.5, -0.5], showticklabels=False, showgrid=False, anchor="x"),
        "xaxis2": axis((0.5, 1), "softmax share in %", range=[0, 100], anchor="y2"),
        "yaxis2": axis((0, 1), "", showgrid=False, anchor="x2", tickmode="linear", dtick=1),
    }
    picture = tiles("image", image, "image", ("x", "y"), "%{z:.2f}")
    return figure([picture, bars], axes, height=320, annotations=[heading(title, 0, 1.02)])
