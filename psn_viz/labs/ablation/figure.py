"""A trained W after weights have been taken from it, and what that does to the answers on the test set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import (
    axis,
    coloured,
    figure,
    frame,
    heading,
    stems,
    time_axis,
    verdict,
    weight_bars,
    weight_map,
)

if TYPE_CHECKING:
    from psn_viz.labs.ablation.lab import AblationNumbers

_MAP, _RIGHT = (0.0, 0.42), (0.66, 1.0)
_LABELS = 5
_GREY = palette.THEMES["light"]["line"]
_NAME = 15  # characters of a class that there is room for


def draw(numbers: AblationNumbers) -> dict:
    """W with the row of the cell under it, and squares framed; to the right the share of right answers, over all test
    samples and in each class: now (bars) and of the network as it is (frames).
    """
    n, (t, i) = numbers, numbers.cell
    T, limit = len(n.weight), n.limit
    names = ["<b>all</b>", *(name if len(name) <= _NAME else f"{name[: _NAME - 1]}…" for name in n.class_names)]
    rows = np.arange(len(names))
    chance = 1 / len(n.class_names)
    pointing = {"y": "cell.t", "x": "cell.i"}
    traces = [
        weight_map("W", n.weight, ("x", "y"), limit, pointing),
        weight_bars(n.weight[t], limit, ("x", "y2"), {"x": "cell.i"}),
        _shares("% right, intact", 100 * n.accuracy_intact, 0.8, "rgba(0,0,0,0)", 1.5),
        _shares("% right", 100 * n.accuracy, 0.5, palette.S, 0),
    ]  # fmt: skip
    vertical = time_axis((0, 1), T, "x", labels=_LABELS)
    axes = {
        "xaxis": time_axis(_MAP, T, "y2", title="column i (input time)", labels=_LABELS, showgrid=False),
        "yaxis": vertical | {"domain": [0.31, 0.92], "title": {"text": "row t"}, "range": vertical["range"][::-1],
                             "showgrid": False},
        "yaxis2": axis((0, 0.19), "W[t,i]", anchor="x", range=[-1.05 * limit, 1.05 * limit], zeroline=True, nticks=3),
        "xaxis2": axis(_RIGHT, "% right", anchor="y3", range=[0, 105], tickvals=[0, 50, 100]),
        "yaxis3": axis((0, 0.78), anchor="x2", range=[len(names) - 0.5, -0.5], tickvals=rows.tolist(), ticktext=names,
                       showgrid=False),
    }  # fmt: skip
    shapes = [
        frame(("x", "y"), (0, T - 1), (t, t), palette.H),
        frame(("x", "y"), (i, i), (t, t), palette.X),
        *(_square(square, T) for square in n.squares),
        {"type": "line", "xref": "x2", "yref": "y3 domain", "x0": 100 * chance, "x1": 100 * chance, "y0": 0, "y1": 1,
         "line": {"color": _GREY, "width": 1.5, "dash": "dot"}},
    ]  # fmt: skip
    annotations = [
        heading(_title(n), _MAP[0], 0.93),
        heading(f"row t = {t}: {coloured('H')}[{t}] is made of", _MAP[0], 0.2),
        heading(_answers(n), 0.52, 0.87),
        heading(f"{coloured('S', '▮')} now   ▯ intact   ┊ chance", 0.52, 0.79),
    ]
    return figure(traces, axes, height=640, annotations=annotations, shapes=shapes, columns=((0, 0.44), (0.52, 1.0)))


def _title(n: AblationNumbers) -> str:
    removed = f"{n.removed} of {n.weights} wiped, {100 * n.share:.1f} % of ΣW²"
    return f"<b>W</b>, layer {n.layer}: {n.cut_in_words}<br>{removed}"


def _answers(n: AblationNumbers) -> str:
    now, before = 100 * n.accuracy[0], 100 * n.accuracy_intact[0]
    compared, difference = n.witness_in_words
    change = f"{100 * (n.accuracy[0] - n.accuracy_intact[0]):+.1f}".replace("-", "−")
    return (
        f"<b>{now:.1f} %</b> right of {n.samples}<br>intact {before:.1f} %: {change}<br>"
        f"{verdict(n.witness.agrees, compared)}<br>{difference}"
    )


def _shares(name: str, values, width: float, colour: str, edge: float) -> dict:
    """One bar in each row, in the middle of it whatever else stands there."""
    bars = stems(name, np.arange(len(values)), palette.S, ("x2", "y3"), width=width)
    return bars | {
        "x": values,
        "orientation": "h",
        "offset": -width / 2,
        "marker": {"color": colour, "line": {"color": _GREY, "width": edge}},
        "hovertemplate": f"{name}: %{{x:.1f}} %<extra></extra>",
    }


def _square(square: tuple[int, int, int], T: int) -> dict:
    t, i, side = square
    ends = ((max(0, n - side // 2), min(T - 1, n - side // 2 + side - 1)) for n in (i, t))
    return frame(("x", "y"), *ends, _GREY, width=1.5)
