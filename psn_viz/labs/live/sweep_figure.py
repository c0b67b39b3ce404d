"""Accuracy over the delay, one small plot for each neuron: what each seed gave, and the mean of the seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, figure, heading, line

MAX_PLOTS, PLOTS_PER_ROW, _GAP = 8, 3, 0.07  # plots in all, beside each other, and what is between them


@dataclass(frozen=True)
class DelaySweep:
    """Accuracies from 0 to 1, by name of the neuron `[seeds, delays]`; the delays in time-steps, growing; `chance` is
    what guessing gives.
    """

    delays: list[int]
    accuracy: dict[str, np.ndarray]
    chance: float


def draw(numbers: DelaySweep) -> dict:
    """A plot for each neuron, with every seed, the mean of the seeds, and chance as a dotted line."""
    n, accuracy = numbers, numbers.accuracy
    ink = palette.THEMES["light"]["line"]
    at = np.log2(np.asarray(n.delays, dtype=float))
    room = 0.06 * (at[-1] - at[0]) or 0.5
    span = [at[0] - room, at[-1] + room]
    columns = _places(min(PLOTS_PER_ROW, len(accuracy)), _GAP)
    rows = _places(-(-len(accuracy) // PLOTS_PER_ROW), 0.3 if len(accuracy) > PLOTS_PER_ROW else 0)[
        ::-1
    ]  # from the top
    traces, axes, names, shapes = [], {}, [], []
    for number, (name, seeds) in enumerate(accuracy.items()):
        suffix = str(number + 1) if number else ""
        column, row = columns[number % PLOTS_PER_ROW], rows[number // PLOTS_PER_ROW]
        percent, place = 100 * seeds, (f"x{suffix}", f"y{suffix}")
        traces += [
            line(f"{name}, mean", at, percent.mean(0), palette.S, place, width=2.5),
            _seeds(f"{name}, each seed", np.tile(at, len(percent)), percent.ravel(), place),
        ]
        shapes.append(_level(place, span, 100 * n.chance, ink))
        axes[f"xaxis{suffix}"] = axis(
            column, "delay D", range=span, tickvals=at.tolist(), ticktext=[str(delay) for delay in n.delays],
            anchor=f"y{suffix}",
        )  # fmt: skip
        axes[f"yaxis{suffix}"] = axis(
            row,
            "" if number % PLOTS_PER_ROW else "% right",
            range=[0, 108],
            tickvals=[0, 50, 100],
            anchor=f"x{suffix}",
        )
        names.append(heading(f"<b>{name}</b>", column[0], row[1] + 0.005))
    return figure(traces, axes, height=90 + 160 * len(rows), annotations=names, shapes=shapes, columns=columns)


def _level(axes: tuple[str, str], span: list[float], height: float, colour: str) -> dict:
    """A dotted line across one plot."""
    return {
        "type": "line",
        "xref": axes[0],
        "yref": axes[1],
        "x0": span[0],
        "x1": span[1],
        "y0": height,
        "y1": height,
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
    }


def _places(count: int, gap: float) -> list[tuple[float, float]]:
    """`count` parts of 0 … 1 with a gap between them."""
    size = (1 - (count - 1) * gap) / count
    return [(n * (size + gap), min(1.0, n * (size + gap) + size)) for n in range(count)]


def _seeds(name: str, x: np.ndarray, y: np.ndarray, axes: tuple[str, str]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "marker": {"color": palette.S, "size": 8, "symbol": "circle-open", "line": {"width": 1.5}},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hovertemplate": f"{name}: %{{y:.1f}} %<extra></extra>",
    }
