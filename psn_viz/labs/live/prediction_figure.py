"""One image and the softmax shares that a classifier gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.phrases import first_largest
from psn_viz.labs.core.traces import axis, figure, heading, tiles

_ROUNDING = 1e-6  # of a softmax in float32


@dataclass(frozen=True)
class ImageShares:
    """One image `[T, width]` from 0 to 1, and the share that each class has of the softmax, `[classes]`, 0 to 1."""

    image: np.ndarray
    shares: np.ndarray
    class_names: Sequence[str]

    @property
    def best(self) -> str:
        """The class with the largest share; of shares equal but for rounding the first."""
        return self.class_names[first_largest(self.shares, _ROUNDING)]


def draw(numbers: ImageShares) -> dict:
    """The image, and a bar per class with its share of the softmax, most likely on top."""
    n, (steps, width) = numbers, numbers.image.shape
    # Shares that are equal but for rounding stand in the order of the classes, on every processor.
    order = np.argsort(-np.round(n.shares.astype(float), 6), kind="stable")[::-1]
    bars = {
        "type": "bar",
        "name": "share",
        "orientation": "h",
        "x": 100 * n.shares[order],
        "y": [n.class_names[place] for place in order],
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
    picture = tiles("image", n.image, "image", ("x", "y"), "%{z:.2f}")
    return figure([picture, bars], axes, height=320, annotations=[heading(f"read as: <b>{n.best}</b>", 0, 1.02)])
