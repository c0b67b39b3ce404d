"""Traces of the graph: edges as lines, nodes as discs, and what is written at them."""

from __future__ import annotations

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.unroll import places

GRAPH = {"xaxis": "x", "yaxis": "y"}
INK = palette.THEMES["light"]["line"]
WAITS, DONE = 5.0, 16.0  # px: a node that waits, and one that is computed
_SMALL = 11  # px of letters
_ARROW = 0.6  # where on its edge the arrow stands


def edges(
    name: str, paths, colour: str, width: float, *, opacity: float = 1.0, dash: str = "solid", arrow: float = 0.0
) -> dict:
    """Some edges as one trace, with an arrow of so many px on each."""
    paths = list(paths)
    points = places.joined(paths)
    sizes = np.zeros(len(points))
    start = 0
    for path in paths:
        sizes[start + round(_ARROW * (len(path) - 1))] = arrow
        start += len(path) + 1
    return {
        "type": "scatter",
        "mode": "lines+markers" if arrow else "lines",
        "name": name,
        "x": points[:, 0],
        "y": points[:, 1],
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "size": sizes.tolist(),
            "color": colour,
            "opacity": 1,
            "line": {"width": 0},
        },
        "opacity": opacity,
        "hoverinfo": "skip",
        "meta": {"drawn_only": True},
        **GRAPH,
    }


def linear(name: str, paths, exponent: float, beta: float) -> dict:
    """Edges of the linear part, as wide as β to this power."""
    width = 1 + 4.5 * beta**exponent
    return edges(name, paths, palette.H, width, arrow=7 + 1.4 * width)


def nodes(name: str, x, y, sizes, colour: str, values: np.ndarray, **marker) -> dict:
    """The nodes of one quantity `[T]`, with their values under the pointer; pointing at one sets t."""
    x, y = (np.broadcast_to(np.asarray(place, dtype=float), len(values)) for place in (x, y))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x.copy(),
        "y": y.copy(),
        "marker": {
            "color": colour,
            "size": [float(size) for size in sizes],
            "opacity": 1,
            "line": {"width": 0},
            **marker,
        },
        "customdata": [float(value) for value in values],
        "cliponaxis": False,
        "meta": {"points_at": {"x": "t"}, "has_values": True},
        "hovertemplate": f"{name}[%{{x:.0f}}] = %{{customdata:.4g}}<extra></extra>",
        **GRAPH,
    }


def spikes(s: np.ndarray, sizes) -> dict:
    """The nodes of S `[T]`: a disc with 1 where it fires, a ring with 0 where not, a dot until it is computed."""
    there = np.asarray(sizes, dtype=float) > (WAITS + DONE) / 2
    fires = np.asarray(s) > 0
    trace = nodes("S", np.arange(len(s)), places.S, sizes, palette.S, s)
    trace["marker"]["symbol"] = np.where(there & ~fires, "circle-open", "circle").tolist()
    trace["marker"]["line"] = {"color": palette.S, "width": 2}
    # Letters that are not to be seen yet: where plotly finds none, it loses count of those that come later.
    colours = np.where(there, np.where(fires, palette.PAGES["light"], palette.S), "rgba(0,0,0,0)").tolist()
    return trace | {
        "mode": "markers+text",
        "text": [f"{value:.0f}" for value in s],
        "textfont": {"color": colours, "size": 10},
        "textposition": "middle center",
    }


def written(name: str, entries: list[tuple], colour: str, letters: int = _SMALL, axes: dict = GRAPH) -> dict:
    """Words at places: (place, text, how far it has appeared, from 0 to 1, and where to the place if not in it)."""
    entries = [entry for entry in entries if entry[2] > 0.05 and entry[1]]
    at = np.array([place for place, *_ in entries], dtype=float).reshape(-1, 2)
    return {
        "type": "scatter",
        "mode": "text",
        "name": name,
        "x": at[:, 0],
        "y": at[:, 1],
        "text": [text for _, text, *_ in entries],
        "textposition": [(*entry, "middle center")[3] for entry in entries],
        "textfont": {"size": [max(1.0, letters * size) for _, _, size, *_ in entries], "color": colour},
        "hoverinfo": "skip",
        "meta": {"drawn_only": True},
        "cliponaxis": False,
        **axes,
    }


def inputs(x: np.ndarray, sizes) -> list[dict]:
    """The nodes of X `[T]`, with their values under them: as far as the node is large, however flat the graph is."""
    values = {
        "mode": "markers+text",
        "text": [f"{value:.3g}".replace("-", "−") for value in x],
        "textposition": "bottom center",
        "textfont": {"size": _SMALL, "color": palette.X},
    }
    return [nodes("X", np.arange(len(x)), places.X, sizes, palette.X, x) | values]
