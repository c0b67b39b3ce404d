"""The parts that every figure is assembled from: axes, traces in the colour of their quantity, annotations."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence

import numpy as np

from psn_viz.labs.core import palette

_LIGHT = palette.THEMES["light"]
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
_MARKED = re.compile(r"(\s*)(?:([^\w\s<]+) )?(.*)", re.DOTALL)  # space, marks, the text


def figure(
    traces: list[dict], axes: dict[str, dict], height: int, annotations=(), shapes=(), columns=((0.0, 1.0),),
    margin: dict[str, int] | None = None,
) -> dict:  # fmt: skip
    """A figure from trace dicts and axis dicts (`xaxis`, `yaxis`, `xaxis2`, …), in the light theme.

    A plain dict in plotly's format: checking it all, as `go.Figure` does, takes longer than all else in a move.

    The drawing code swaps text, grid and colour scales in a dark page. `columns` are the parts of the width that
    stand beside each other, from left to right: on a narrow page they are drawn one below the other. `margin` is in
    px, for the sides (l, r, t, b) that need another than usual.
    """
    return {
        "data": traces,
        "layout": {
            **axes,
            "height": height,
            "margin": {"l": 58, "r": 14, "t": 46, "b": 46} | (margin or {}),
            "font": {"family": FONT, "size": 13, "color": _LIGHT["text"]},
            "paper_bgcolor": palette.PAGES["light"],
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "bargap": 0.55,
            "annotations": list(annotations),
            "shapes": list(shapes),
            "meta": {"columns": [list(column) for column in columns]},
        },
    }


def axis(domain: tuple[float, float], title: str = "", **more) -> dict:
    """One axis of a figure over `domain` (fractions of the width or height)."""
    return {
        "domain": list(domain),
        "title": {"text": title, "standoff": 6},
        "gridcolor": _LIGHT["grid"],
        "linecolor": _LIGHT["line"],
        "zerolinecolor": _LIGHT["line"],
        "zeroline": False,
        "fixedrange": True,
        "nticks": 5,
        **more,
    }


def time_axis(
    domain: tuple[float, float], steps: int, anchor: str, title: str = "time-step t", labels: int = 9, **more
) -> dict:
    """A time axis with every step in view, half a step of room at both ends, and at most `labels` labels.

    Tick labels are the dearest part of a redraw: a figure of many axes wants few on each.
    """
    spacing = next(n for n in (1, 2, 4, 8, 16, 32, 64) if steps / n <= labels)
    return axis(
        domain, title, range=[-0.6, steps - 0.4], tickmode="linear", tick0=0, dtick=spacing, anchor=anchor, **more
    )


def stems(
    name: str, values: np.ndarray, colour: str, axes: tuple[str, str], width: float = 0.45,
    points_at: dict[str, str] | None = None, drags: str = "",
) -> dict:  # fmt: skip
    """Bars from zero, one per time-step: for quantities that are given or added up.

    `points_at` as in `weight_map`. With `drags` a bar follows the pointer that pulls it: the lab is told of that
    name, the bar's number and its height (`Lab.drag`).
    """
    return {
        "type": "bar",
        "name": name,
        "y": values,
        "width": width,
        "marker": {"color": colour},
        "meta": {"points_at": points_at or {}, "drags": drags},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"{name}[%{{x}}] = %{{y:.4g}}<extra></extra>",
    }


def dots(
    name: str, values: np.ndarray, colour: str, axes: tuple[str, str], *, points_at: dict[str, str] | None = None,
    **marker,
) -> dict:  # fmt: skip
    """One marker per time-step; `points_at` as in `weight_map`."""
    return {
        "meta": {"points_at": points_at or {}},
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "y": values,
        "marker": {"color": colour, "size": 8, **marker},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"{name}[%{{x}}] = %{{y:.4g}}<extra></extra>",
    }


def line(name: str, x: Sequence[float], y: Sequence[float], colour: str, axes: tuple[str, str], **style) -> dict:
    """A line without markers."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 1.5, **style},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hoverinfo": "skip",
    }


def spike_ticks(name: str, spikes: np.ndarray, row: float, axes: tuple[str, str]) -> dict:
    """A vertical tick at each time-step with a spike, at height `row` of a raster; NaN where there is none."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "y": np.where(spikes > 0, row, np.nan),
        "marker": {"color": palette.S, "symbol": "line-ns", "size": 14, "line": {"color": palette.S, "width": 3.5}},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"{name}[%{{x}}] = 1<extra></extra>",
    }


def weight_map(
    name: str, weight: np.ndarray, axes: tuple[str, str], limit: float, points_at: dict[str, str] | None = None
) -> dict:
    """W as tiles: row t downwards, column i to the right, symmetric limits ±limit, NaN entries absent.

    `points_at` says which control the place under the pointer sets: {"y": "row", "x": "column"} sets the controls
    of those names to row and column, {"y": "cell.t", "x": "cell.i"} the parts of one that stands for a pair.
    """
    gap = 1 if len(weight) <= 40 else 0  # among many tiles the gaps would be all that one sees
    return {
        "type": "heatmap",
        "name": name,
        "z": weight,
        "zmin": -limit,
        "zmax": limit,
        "colorscale": _LIGHT["scales"]["weight"],
        "meta": {"scale": "weight", "points_at": points_at or {}},
        "xgap": gap,
        "ygap": gap,
        "showscale": False,
        "hoverongaps": False,
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"{name}[t=%{{y}}, i=%{{x}}] = %{{z:.4g}}<extra></extra>",
    }


def weight_bars(
    row: np.ndarray, limit: float, axes: tuple[str, str], points_at: dict[str, str] | None = None
) -> dict:
    """One row of W `[T]` as bars in the colours of its map, whose limits are ±limit; `points_at` as there."""
    edge = _LIGHT["line"]
    bars = stems("W[t,i]", row, edge, axes, width=0.8, points_at=points_at)
    marker = {
        "color": row,
        "colorscale": _LIGHT["scales"]["weight"],
        "cmin": -limit,
        "cmax": limit,
        "line": {"color": edge, "width": 1 if len(row) <= 64 else 0},
    }
    return bars | {
        "marker": marker,
        "meta": bars["meta"] | {"scale": "weight"},
        "hovertemplate": "W[t, %{x}] = %{y:.4g}<extra></extra>",
    }


def tiles(name: str, values: np.ndarray, scale: str, axes: tuple[str, str], hover: str) -> dict:
    """A picture of values from 0 to 1 in one of the named scales; NaN entries absent."""
    return {
        "type": "heatmap",
        "name": name,
        "z": values,
        "zmin": 0,
        "zmax": 1,
        "colorscale": _LIGHT["scales"][scale],
        "meta": {"scale": scale},
        "showscale": False,
        "hoverongaps": False,
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": hover + "<extra></extra>",
    }


def frame(
    axes: tuple[str, str], columns: tuple[float, float], rows: tuple[float, float], colour: str, **line
) -> dict:
    """A frame around columns and rows of a map, both ends included: (3, 3) and (0, 7) are column 3 down to row 7."""
    return {
        "type": "rect",
        "xref": axes[0],
        "yref": axes[1],
        "x0": columns[0] - 0.5,
        "x1": columns[1] + 0.5,
        "y0": rows[0] - 0.5,
        "y1": rows[1] + 0.5,
        "line": {"color": colour, "width": 2, **line},
    }


def padded(values) -> tuple[float, float]:
    """The range of an axis that all values fit into, with a little room at both ends, in steps of a tenth or so.

    In steps, so that the axis rests while a slider moves the values a little.
    """
    low, high = float(np.min(values)), float(np.max(values))
    room = 0.08 * (high - low)
    step = _round_step((high - low) / 10)
    return step * math.floor((low - room) / step), step * math.ceil((high + room) / step)


def doubling(values) -> tuple[float, float]:
    """The range of an axis for amounts that a slider changes many times over: its ends are powers of two.

    One range for all states would draw most of them flat; this one rests until what it holds doubles or halves. An
    end with less on its side is at an eighth of the other one, so that it rests, too.
    """
    low, high = (_power_of_two(max(0.0, float(np.max(side)))) for side in (-np.asarray(values), np.asarray(values)))
    least = max(low, high) / 8 or 1.0
    return -max(low, least), max(high, least)


def _power_of_two(size: float) -> float:
    """The next power of two that is not smaller, with a little room; 0 for 0."""
    return 2.0 ** math.ceil(math.log2(1.04 * size)) if size > 0 else 0.0


def _round_step(size: float) -> float:
    """The next of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is not smaller; 1 for 0."""
    if size <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= size)


def bar_range(values) -> list[float]:
    """The range that plotly chooses by itself for bars of these values; given, a change of it is drawn faster."""
    low, high = min(0.0, float(np.min(values))), max(0.0, float(np.max(values)))
    room = (high - low) / 18  # a twentieth of the axis
    return [low - room * (low < 0), high + room * (high > 0)] if high > low else [-1.0, 1.0]


def heading(text: str, x: float, y: float, **more) -> dict:
    """A line of text over a part of the figure, left-aligned at paper coordinates."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        **more,
    }


def cursor(t: int, panels: tuple[str, ...]) -> list[dict]:
    """A dotted line at time-step t in each of these y axes: between them stand texts, which it must not cross."""
    return [
        {
            "type": "line", "x0": t, "x1": t, "y0": 0, "y1": 1, "yref": f"{panel} domain", "layer": "below",
            "line": {"color": palette.B, "width": 1, "dash": "dot"},
        }
        for panel in panels
    ]  # fmt: skip


def coloured(quantity: str, text: str | None = None) -> str:
    """The symbol of a quantity (or other text) in its colour, for headings.

    Marks before a text, such as ▮ in "▮ X", stand in a span of their own: they keep the colour of what they are marks
    of, where letters get one that can be read (see letters.py).
    """
    found = _MARKED.fullmatch(text or quantity)
    assert found, "it matches every text"
    space, marks, rest = found.groups()
    inside = [part for part in (marks, rest) if part]
    return space + " ".join(
        f'<span style="color:{palette.QUANTITIES[quantity]}"><b>{part}</b></span>' for part in inside
    )


def verdict(agrees: bool, text: str) -> str:
    """The witness in words: green with ✓ where two computations agree, red with ✗ where they do not."""
    colour, sign = (palette.AGREE, "✓") if agrees else (palette.DISAGREE, "✗")
    return f'<span style="color:{colour}"><b>{sign} {text}</b></span>'


def wrapped(text: str, letters: int = 44) -> str:
    """A text without mark-up in lines of at most so many letters: as few as can be, and about equally long."""
    lines = textwrap.wrap(text, letters)
    shortest = math.ceil((len(text) + 1) / max(1, len(lines))) - 1  # a blank goes where a line ends
    for width in range(max(shortest, 1, *map(len, text.split())), letters):
        if len(narrower := textwrap.wrap(text, width)) == len(lines):
            return "<br>".join(narrower)
    return "<br>".join(lines)
