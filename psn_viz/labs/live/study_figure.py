"""Test accuracies of several networks as a dot plot: every seed, the mean of the seeds and their spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, figure, heading, line

MAX_ROWS = 16  # rows that one still takes in
_PITCH, _MARGIN = 42, {"l": 16, "r": 16, "t": 58, "b": 46}  # px: a row with its label above it, and around them all
_INK = palette.THEMES["light"]["line"]
_AXES = ("x", "y")


@dataclass(frozen=True)
class Dots:
    """One row: the test accuracy of each seed in percent, with the text under the pointer for each; their mean and
    standard deviation (None for one seed); whether it is a control, and drawn in grey.
    """

    label: str
    percent: tuple[float, ...]
    hover: tuple[str, ...]
    mean: float
    spread: float | None
    control: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the bar that shows the spread."""
        return self.mean - (self.spread or 0.0), self.mean + (self.spread or 0.0)


@dataclass(frozen=True)
class DotPlot:
    """Rows from top to bottom; a reference accuracy in percent, or None; what was measured, in words."""

    rows: tuple[Dots, ...]
    reference: float | None
    title: str


def draw(numbers: DotPlot) -> dict:
    """A row of dots for each network; the reference is a dotted line through all of them."""
    rows, reference = numbers.rows, numbers.reference
    shown = [value for row in rows for value in (*row.percent, *row.ends)] + [reference] * (reference is not None)
    low, high = 5 * np.floor((min(shown) - 0.5) / 5), 5 * np.ceil((max(shown) + 0.5) / 5)
    heights = range(len(rows) - 1, -1, -1)
    traces, notes = [], [heading(numbers.title.replace(", ", "<br>", 1), 0, 1, yshift=8)]
    for control, colour in ((False, palette.S), (True, _INK)):
        placed_rows = [(y, row) for y, row in zip(heights, rows, strict=True) if row.control == control]
        if placed_rows:
            traces += _dots("control, " if control else "", placed_rows, colour)
    for y, row in zip(heights, rows, strict=True):
        notes.append(heading(f"<b>{row.label}</b>", 0, y + 0.18, yref="y", xshift=4))
        notes.append(_number(row, y, on_the_left=row.mean > (low + high) / 2))
    every = 5 if high - low <= 25 else 10
    axes = {
        "xaxis": axis((0, 1), "test accuracy in %", range=[low, high], anchor="y", tick0=0, dtick=every),
        "yaxis": axis((0, 1), range=[-0.5, len(rows) - 0.3], anchor="x", tick0=0, dtick=1, showticklabels=False),
    }
    shapes = [] if reference is None else [_level(reference)]
    height = _MARGIN["t"] + _MARGIN["b"] + _PITCH * len(rows)
    return figure(traces, axes, height, notes, shapes, margin=_MARGIN)


def _dots(name: str, placed_rows: list[tuple[int, Dots]], colour: str) -> list[dict]:
    """Spread, mean and seeds of the rows of one colour."""
    bars = [(x, y) for y, row in placed_rows for x in (*row.ends, np.nan)]  # NaN ends a line
    means = [(row.mean, y) for y, row in placed_rows]
    seeds = [(x, y) for y, row in placed_rows for x in row.percent]
    return [
        line(f"{name}spread", *_columns(bars), colour, _AXES, width=5),
        _markers(f"{name}mean", means, symbol="line-ns", size=15, line={"color": colour, "width": 3.5})
        | {"hoverinfo": "skip"},
        _markers(f"{name}each seed", seeds, color=colour, symbol="circle-open", size=9, line={"width": 2})
        | {"text": [text for _, row in placed_rows for text in row.hover], "hovertemplate": "%{text}<extra></extra>"},
    ]


def _markers(name: str, points: list[tuple[float, float]], **marker) -> dict:
    x, y = _columns(points)
    axes = {"xaxis": _AXES[0], "yaxis": _AXES[1]}
    return {"type": "scatter", "mode": "markers", "name": name, "x": x, "y": y, "marker": marker, **axes}


def _columns(points: list[tuple[float, float]]) -> np.ndarray:
    return np.array(points, dtype=float).T


def _number(row: Dots, y: float, on_the_left: bool) -> dict:
    """Mean and spread in figures, beside the dots on the side where there is room."""
    values = [*row.percent, *row.ends]
    return {
        "text": f"{row.mean:.1f}" + ("" if row.spread is None else f" ± {row.spread:.1f}"),
        "x": min(values) if on_the_left else max(values),
        "y": y,
        "xref": _AXES[0],
        "yref": _AXES[1],
        "xanchor": "right" if on_the_left else "left",
        "yanchor": "middle",
        "xshift": -9 if on_the_left else 9,
        "showarrow": False,
    }


def _level(percent: float) -> dict:
    return {
        "type": "line",
        "xref": _AXES[0],
        "yref": "paper",
        "x0": percent,
        "x1": percent,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"color": _INK, "width": 1.5, "dash": "dot"},
    }
