"""An arc from every step to the next spike, the path from the start lit up; below it H of the loop and the spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, heading, line, spike_ticks, verdict

if TYPE_CHECKING:
    from psn_viz.labs.successors.lab import SuccessorsNumbers

_ARCS, _CHARGE, _RASTER = (0.5, 1.0), (0.17, 0.42), (0.0, 0.11)
_INK = palette.THEMES["light"]["line"]
_POINTS = 17  # of one arc
_LABELS = 8  # at most so many on the time axis


def draw(numbers: SuccessorsNumbers) -> dict:
    """All arcs in grey, those of the path that are known after this round in the colour of spikes."""
    n, T = numbers, len(numbers.x)
    places = np.arange(-1, T)  # from where: the start, then every step
    marked = n.marked
    known = np.concatenate(([n.round > 0], marked))
    on_path = known & np.concatenate((marked, [False]))[n.next_spike]  # both ends of the arc are known
    ends = n.next_spike < T
    arcs, raster, charge = ("x", "y"), ("x", "y3"), ("x", "y2")
    longest = int(np.max(n.next_spike - places))
    traces = [
        _arcs("never again", places[~ends], n.next_spike[~ends], longest, arcs, _INK, 1.0, "dot"),
        _arcs("next spike", places[ends], n.next_spike[ends], longest, arcs, _INK, 1.0),
        _arcs("path", places[on_path], n.next_spike[on_path], longest, arcs, palette.S, 3.0),
        dots("steps", np.zeros(T + 2), _INK, arcs, size=4) | {"x": np.arange(-1, T + 1), "hoverinfo": "skip"},
        dots("marked", np.where(marked, 0.0, np.nan), palette.S, arcs, size=9)
        | {"hovertemplate": "spike at t = %{x}<extra></extra>"},
        _rounds(n, arcs),
        dots("H", n.h, palette.H, charge, size=7),
        line("V_th", np.array([-0.6, T - 0.4]), np.ones(2), palette.B, charge, dash="dash"),
        spike_ticks("S, marked", marked, 1, raster),
        spike_ticks("S, loop", n.s, 0, raster),
    ]
    for trace in traces[-2:]:
        trace["marker"] = trace["marker"] | {"size": 11}
    h_low = min(-0.5, float(np.floor(1.04 * n.h.min() - 0.15)))
    spacing = next(step for step in (1, 2, 4, 8, 16) if T / step <= _LABELS)
    steps = list(range(0, T, spacing))
    axes = {
        "xaxis": axis(
            (0, 1), "time-step t", range=[-1.8, T + 0.8], anchor="y3", tickvals=steps, ticktext=list(map(str, steps))
        ),
        "yaxis": axis(_ARCS, "", range=[-0.3, 1.06], tickvals=[], showgrid=False, anchor="x"),
        "yaxis2": axis(_CHARGE, coloured("H"), range=[h_low, max(2.0, 1.1 * float(n.h.max()))], nticks=4, anchor="x"),
        "yaxis3": axis(
            _RASTER, "", range=[-0.6, 1.6], tickvals=[0, 1], ticktext=["loop", "path"], showgrid=False, anchor="x"
        ),
    }
    return figure(
        traces,
        axes,
        height=560,
        annotations=[
            heading(_found(n), 0, 1.005),
            _below("start", -1),
            _below("never", T),
            _below(f"{coloured('S', '●')} n: found in round n", (T - 1) / 2),
            heading(f"{coloured('H')} of the loop,  {coloured('B', 'V<sub>th</sub>')} = 1", 0, 0.422),
        ],
        margin={"t": 66},
    )


def _found(n: SuccessorsNumbers) -> str:
    """What is known after this round, in how many; and whether it is what the loop gives."""
    spikes, shown = int((n.found > 0).sum()), int(n.marked.sum())
    equal, _ = n.witness.words("loop", "path")
    return (
        "─ next spike, if the last was here<br>"
        f"{coloured('S', '━')} path, round {n.round}: {shown} of {spikes} spikes ({n.needed} for all)<br>"
        f"{verdict(n.witness.agrees, equal)} in the end"
    )


def _arcs(
    name: str, starts, ends, longest: int, axes: tuple[str, str], colour: str, width: float, dash: str = "solid"
) -> dict:
    """Half ellipses from the starts to the ends, the higher the longer, 1 for the longest; NaN between them."""
    angle = np.linspace(0, np.pi, _POINTS)
    x, y = [np.full(1, np.nan)], [np.full(1, np.nan)]
    for start, end in zip(starts, ends, strict=True):
        x += [(start + end) / 2 - (end - start) / 2 * np.cos(angle), np.full(1, np.nan)]
        y += [np.sqrt((end - start) / longest) * np.sin(angle), np.full(1, np.nan)]
    return line(name, np.concatenate(x), np.concatenate(y), colour, axes, width=width, dash=dash)


def _rounds(n: SuccessorsNumbers, axes: tuple[str, str]) -> dict:
    """Below the first spike that a round has found, its number: the spikes up to the next one were found with it."""
    steps = [int(np.flatnonzero(n.found == r)[0]) for r in range(1, min(n.round, n.needed) + 1)]
    return {
        "type": "scatter",
        "mode": "text",
        "name": "found in round",
        "x": np.array(steps, dtype=float),
        "y": np.full(len(steps), -0.1),
        "text": [str(int(n.found[step])) for step in steps],
        "textfont": {"color": palette.S, "size": 12},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "hoverinfo": "skip",
    }


def _below(text: str, place: float) -> dict:
    return {
        "text": text, "x": place, "y": -0.16, "xref": "x", "yref": "y", "xanchor": "center", "yanchor": "top",
        "showarrow": False, "font": {"size": 11},
    }  # fmt: skip
