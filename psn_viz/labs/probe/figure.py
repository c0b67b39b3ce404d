"""The probe: input and charge of one neuron with and without the cue, what is left, and what trained networks do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    dots,
    doubling,
    figure,
    heading,
    line,
    spike_ticks,
    stems,
    time_axis,
    verdict,
)

if TYPE_CHECKING:
    from psn_viz.labs.probe.lab import ProbeNumbers

FLOOR = 1e-10  # the least that is drawn of what is left
FLOAT32 = 2.0**-24  # half the distance from 1 to the next float32
_LEFT, _RIGHT = (0.0, 0.46), (0.64, 1.0)
_LABELS = 5
_POINTS = 60  # samples that are drawn of each kind


def draw(numbers: ProbeNumbers) -> dict:
    """To the left one sample over time; to the right all samples at the question, and trained networks."""
    n = numbers
    T = n.D + 1
    ink = palette.THEMES["light"]["line"]
    # All charges grow with w, fifty times over: on one axis for every w a small one would leave everything flat.
    h_range = doubling(np.concatenate(([1.25], n.h_with, n.h_without)))
    raster = 1.12 * h_range[1]
    size = np.abs(n.left)
    edge = np.array([-0.6, T - 0.4])
    traces = [
        stems("X", n.x, palette.X, ("x", "y")),
        line("H with cue, line", np.arange(T), n.h_with, palette.H, ("x", "y2")),
        dots("H with cue", n.h_with, palette.H, ("x", "y2"), size=8),
        dots("H without", n.h_without, palette.H, ("x", "y2"), size=9, symbol="circle-open", line={"width": 2}),
        line("V_th", edge, np.ones(2), palette.B, ("x", "y2"), dash="dash"),
        spike_ticks("S with cue", n.s_with, raster, ("x", "y2")),
        dots("left", np.where(size >= FLOOR, size, np.nan), palette.H, ("x", "y3"), size=7, symbol="diamond"),
        line("float32", edge, np.full(2, FLOAT32), ink, ("x", "y3"), dash="dot"),
        line("question off by 0.001", edge, np.full(2, n.limit), ink, ("x", "y3"), dash="dash"),
        *_strip("one", n.at_question, n.threshold, n.told, ("x2", "y4")),
        *_strip("pair", n.pair, n.pair_threshold, n.pair_told, ("x3", "y5")),
        *_networks(n),
    ]
    labels = list(n.trained)[::-1]
    axes = {
        "xaxis": time_axis(_LEFT, T, "y3", labels=_LABELS),
        "yaxis": axis((0.84, 0.95), coloured("X"), range=list(doubling(n.x)), anchor="x",
                      zeroline=True, nticks=4),
        "yaxis2": axis((0.4, 0.72), coloured("H"), range=[h_range[0], 1.25 * h_range[1]], anchor="x"),
        "yaxis3": axis((0, 0.27), "|left|", type="log", range=[np.log10(FLOOR), 1.5], anchor="x",
                       tickvals=[1e-9, 1e-6, 1e-3, 1], ticktext=["10⁻⁹", "10⁻⁶", "10⁻³", "1"]),
        "xaxis2": axis(_RIGHT, "", range=list(doubling(n.at_question)), anchor="y4", nticks=4),
        "yaxis4": _kinds((0.8, 0.89), "x2"),
        "xaxis3": axis(_RIGHT, "", range=list(doubling([0.1, -0.1, *n.pair.flat])), anchor="y5", nticks=4),
        "yaxis5": _kinds((0.55, 0.64), "x3"),
        "xaxis4": axis(_RIGHT, "% right", range=[0, 106], tickvals=[0, 25, 50, 75, 100], anchor="y6"),
        "yaxis6": axis((0, 0.37), "", range=[-0.6, len(labels) - 0.4], tickvals=list(range(len(labels))),
                       ticktext=[_short(label, n.present) for label in labels], anchor="x4", showgrid=False),
    }  # fmt: skip
    equal, difference = n.witness.words("left", "w · weight")
    annotations = [
        heading(f"<b>{n.name}</b><br>{coloured('X')}: the cue, then distractors", _LEFT[0], 0.955),
        heading(f"{coloured('H', '●')} with the cue   {coloured('H', '○')} without", _LEFT[0], 0.77),
        heading(f"{coloured('S', '┃')} spikes with the cue", _LEFT[0], 0.725),
        heading(f"left of the cue: <b>{minus(n.left[-1])}</b><br>{verdict(n.witness.agrees, equal)}<br>{difference}",
                _LEFT[0], 0.28),
        heading(f"<b>{coloured('H')}[{n.D}] of this neuron</b>, all samples:<br>"
                f"a threshold tells <b>{100 * n.told:.0f} %</b>", _RIGHT[0], 0.9),
        heading(f"<b>plus a neuron of weight {minus(-n.w)}</b>:<br>"
                f"{'they cancel, ' * n.cancels}a threshold tells <b>{100 * n.pair_told:.0f} %</b>", _RIGHT[0], 0.65),
        heading(f"<b>Trained networks</b>, τ = {n.span} or k = 9<br>{_answered(n)}",
                _RIGHT[0], 0.38),
        _beside("question off by 0.001", n.limit, T),
        _beside("float32", FLOAT32, T),
    ]  # fmt: skip
    return figure(
        traces, axes, height=680, annotations=annotations, shapes=[_chance(len(labels), ink)], columns=(_LEFT, _RIGHT)
    )


def minus(number: float) -> str:
    """A number of at most three digits, with a proper minus sign."""
    return f"{number:.3g}".replace("-", "−") if number else "0"


def _short(label: str, present: str) -> str:
    """The part of a neuron's name that tells it from the others of the plot; bold where it is the present one."""
    short = (
        label.split(", ")[-1].removesuffix(" reset").replace("no", "none")
        if label.startswith("LIF")
        else label.split(" PSN")[0]
    )
    return f"<b>{short}</b>" if label == present else short


def _beside(text: str, height: float, steps: int) -> dict:
    """What a line of the logarithmic plot stands for, at its right end."""
    return heading(text, steps - 0.4, np.log10(height), xref="x", yref="y3", xanchor="right", font={"size": 11})


def _answered(n: ProbeNumbers) -> str:
    if not n.present:
        return f"this neuron: {n.answered}"
    right = n.trained[n.present]
    return f"this neuron: <b>{100 * right.mean():.0f} %</b>, {len(right)} seeds"


def _kinds(domain: tuple[float, float], anchor: str) -> dict:
    return axis(domain, "", range=[-0.7, 1.7], tickvals=[0, 1], ticktext=["without", "cue"], anchor=anchor,
                showgrid=False)  # fmt: skip


def _strip(name: str, values: np.ndarray, threshold: float, told: float, axes: tuple[str, str]) -> list[dict]:
    """The first samples of `values` `[2, n]`, those with the cue above; and the threshold, if it tells anything."""
    drawn = values[:, :_POINTS]
    offset = np.linspace(-0.3, 0.3, 7)[np.arange(drawn.shape[1]) % 7]  # so that equal values do not hide each other
    marks = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{name}, {kind}",
            "x": row,
            "y": place + offset,
            "marker": {"color": palette.H, "size": 5, "symbol": symbol},
            "xaxis": axes[0],
            "yaxis": axes[1],
            "hoverinfo": "skip",
        }
        for row, place, kind, symbol in zip(drawn, (1, 0), ("cue", "without"), ("circle", "circle-open"), strict=True)
    ]
    at = threshold if told > 0.5 else np.nan
    return [*marks, line(f"{name}, threshold", np.full(2, at), np.array([-0.7, 1.7]), palette.B, axes, dash="dash")]


def _networks(n: ProbeNumbers) -> list[dict]:
    """The accuracy of every seed, a row for each kind of neuron, and crosses where none was trained."""
    labels = list(n.trained)[::-1]
    points = [(100 * value, row, label) for row, label in enumerate(labels) for value in n.trained[label]]
    absent = [row for row, label in enumerate(labels) if not len(n.trained[label])]
    marks = {
        "others": ([p for p in points if p[2] != n.present], "circle-open", 8),
        "this neuron": ([p for p in points if p[2] == n.present], "circle", 10),
    }
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": np.array([p[0] for p in chosen]),
            "y": np.array([float(p[1]) for p in chosen]),
            "marker": {"color": palette.S, "size": size, "symbol": symbol, "line": {"width": 1.5}},
            "xaxis": "x4",
            "yaxis": "y6",
            "hovertemplate": "%{x:.1f} %<extra></extra>",
        }
        for name, (chosen, symbol, size) in marks.items()
    ]
    words = {
        "type": "scatter",
        "mode": "text",
        "name": "not trained",
        "x": np.full(len(absent), 53.0),
        "y": np.array(absent, dtype=float),
        "text": ["not trained"] * len(absent),
        "xaxis": "x4",
        "yaxis": "y6",
        "hoverinfo": "skip",
    }
    return [*traces, words]


def _chance(rows: int, colour: str) -> dict:
    return {
        "type": "line",
        "xref": "x4",
        "yref": "y6",
        "x0": 25,
        "x1": 25,
        "y0": -0.6,
        "y1": rows - 0.4,
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
    }
