"""Runs as rows, over the order k, or over the epochs; above them in words what came and how to read it."""

from __future__ import annotations

import math

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, heading, line, wrapped
from psn_viz.labs.results import in_words
from psn_viz.labs.results.kept_runs import (
    EPOCHS,
    CurvesNumbers,
    MaskNumbers,
    Numbers,
    OrdersNumbers,
    RowsNumbers,
)

_INK = palette.THEMES["light"]["line"]
_WIDE = (0.0, 1.0)
_ROW, _PLOT = 40, 330  # px: of one row, and of a plot over k or epochs
_LINE = 18  # px of a line of text
_LETTERS = 42
_SAID = {"table": 6, "tasks": 0, "seconds": 0, "epochs": 5}  # lines that sentences may take
_LOW = 53  # %: where no run over k lies
_DASHES = {"PSN": "solid", "masked PSN": "dash", "sliding PSN": "dot", "LIF": "solid", "LIF, again": "dot"}
_SHORT = {
    "ThinkStation-": "", "Precision-": "", "container ": "", "a loop, one CuPy kernel": "fused loop",
    ", its T × T matrix filled row by row": " + a loop", "a loop, compiled (torch.jit)": "compiled loop",
    "a loop, PyTorch": "loop", ", another run names its GPU": " (GPU?)",
}  # fmt: skip
_SIGNS = {"solid": "━", "dash": "╍", "dot": "┅"}


def draw(numbers: Numbers) -> dict:
    """The view of these numbers."""
    match numbers:
        case OrdersNumbers():
            return _orders(numbers)
        case CurvesNumbers():
            return _curves(numbers)
        case MaskNumbers():
            return _mask(numbers)
    return _rows(numbers)


def _whole(n: Numbers, plot: int, traces, axes, legend: str, notes=(), shapes=()) -> dict:
    """A figure with `plot` px for the plot, and over it what is said; axes know y from 0 to 1 over the plot alone."""
    said = "<br>".join([*(wrapped(sentence, _LETTERS) for sentence in in_words.result(n))])
    if not isinstance(n, OrdersNumbers):  # the plot must not jump while epochs pass
        said += "<br>" * max(0, _SAID.get(getattr(n, "view", ""), _SAID["epochs"]) - said.count("<br>") - 1)
    head = f"<b>{wrapped(in_words.title(n), _LETTERS - 8)}</b><br><i>{wrapped(in_words.reservation(n), _LETTERS)}</i>"
    text = f"{head}<br>{said}<br>{legend}"
    above = _LINE * (text.count("<br>") + 1) + 12
    share = plot / (plot + above)
    for name, one in axes.items():
        if name.startswith("y"):
            one["domain"] = [end * share for end in one["domain"]]
    told = heading(text, 0, 1, yanchor="top")
    return figure(traces, axes, plot + above + 64, [told, *notes], shapes, margin={"t": 14, "b": 50, "l": 50})


def _colour(reset_free: bool) -> str:
    """Of what spikes wait for: H alone, or V after a reset."""
    return palette.H if reset_free else palette.V


_KINDS = f"{coloured('H', '●')} no reset   {coloured('V', '●')} with reset"


# ------------------------------------------------------------------------------------------------- rows


def _rows(n: RowsNumbers) -> dict:
    places = np.arange(len(n.labels))[::-1].astype(float)
    timed = n.view == "seconds"
    low, high = _ends(n)
    unit = "s" if timed else "%"
    marks = dots("seconds" if timed else "accuracy", places, _INK, ("x", "y"), size=10) | {
        "x": n.values,
        "marker": {"color": [_colour(free) for free in n.reset_free], "size": 10},
        "error_x": {"type": "data", "symmetric": False, "array": n.high - n.values, "arrayminus": n.values - n.low,
                    "color": _INK, "thickness": 1.5, "width": 4},
        "text": [f"{label} ({note}): {value:.2f} {unit}"
                 for label, note, value in zip(n.labels, n.notes, n.values, strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": n.values, "meta": {"has_values": True},
    }  # fmt: skip
    title = "seconds an epoch" if timed else "test accuracy in %"
    ends = [math.log10(low), math.log10(high)] if timed else [low, high]
    kind = {"type": "log", "tickvals": [10, 20, 50, 100, 200], "ticktext": ["10", "20", "50", "100", "200"]}
    axes = {
        "xaxis": axis(_WIDE, title, range=ends, anchor="y", **(kind if timed else {})),
        "yaxis": axis((0, 1), range=[-0.5, len(places) - 0.15], showticklabels=False, showgrid=False, anchor="x"),
    }
    notes = [
        heading(_row_label(n, row, unit), ends[0], place + 0.16, xref="x", yref="y", font={"size": 11})
        for row, place in enumerate(places)
    ]
    shapes = []
    if n.twins is not None and not timed:
        one, other = (n.values[place] for place in n.twins)
        shapes = [_span(("x", "y domain"), (min(one, other), max(one, other)), (0, 1))]
    return _whole(n, _ROW * len(places), [marks], axes, _KINDS, notes, shapes)


def _row_label(n: RowsNumbers, row: int, unit: str) -> str:
    note = n.notes[row] if n.view != "table" else ""
    for long, short in _SHORT.items():
        note = note.replace(long, short)
    return f"{n.labels[row]} <b>{n.values[row]:.2f} {unit}</b> {note}"


def _ends(n: RowsNumbers) -> tuple[float, float]:
    """The range of the axis: one for all that can count in a view, so that it rests."""
    if n.view == "seconds":
        return 8.0, 320.0
    if n.view == "table" and n.count == "epoch":
        return 0.0, 92.0
    spread = {"CIFAR10-DVS": (80, 88), "ImageNet": (66, 72), "CIFAR10": (94, 96)}
    low, high = spread[n.data] if n.view == "tasks" else {"CIFAR10": (78, 90), "CIFAR100": (51, 64)}[n.data]
    return float(low), float(high)


def _span(axes: tuple[str, str], x: tuple[float, float], y: tuple[float, float]) -> dict:
    """A grey part of the plot."""
    return {
        "type": "rect", "xref": axes[0], "yref": axes[1], "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1],
        "layer": "below", "line": {"width": 0}, "fillcolor": _INK, "opacity": 0.25,
    }  # fmt: skip


# ----------------------------------------------------------------------------------------------- over k


def _orders(n: OrdersNumbers) -> dict:
    traces, shapes = [], []
    for name, symbol in (("masked PSN", "circle"), ("sliding PSN", "diamond-open")):
        traces.append(
            dots(
                name,
                n.accuracy[name],
                palette.H,
                ("x", "y"),
                size=8,
                symbol=symbol,
                line={"width": 1.5, "color": palette.H},
            )
            | {"x": n.k[name], "hovertemplate": f"{name}, k = %{{x}}: %{{y:.2f}} %<extra></extra>"}
        )
        for k, one, other in n.repeats[name]:
            shapes.append({"type": "line", "xref": "x", "yref": "y", "x0": k, "x1": k, "y0": one, "y1": other,
                           "line": {"color": _INK, "width": 3}, "layer": "below"})  # fmt: skip
    shapes.append(_span(("x", "y"), (10, 12), (_LOW - n.noise / 2, _LOW + n.noise / 2)))
    axes = {
        "xaxis": axis(_WIDE, "order k, in time-steps", range=[0, 33], tickvals=[1, 4, 8, 16, 24, 32], anchor="y"),
        "yaxis": axis((0, 1), "test accuracy in %", range=[46, 64], anchor="x"),
    }
    notes = [heading("repeats are up to so far apart", 12.4, _LOW, xref="x", yref="y", yanchor="middle",
                     font={"size": 11})]  # fmt: skip
    legend = f"{coloured('H', '●')} masked PSN   {coloured('H', '◇')} sliding PSN   ┃ repeats"
    return _whole(n, _PLOT, traces, axes, legend, notes, shapes)


# ------------------------------------------------------------------------------------------- over epochs


def _over_epochs(trace: dict, first: int) -> dict:
    """A line whose points stand at first, first + 1, …: said once, for the places would be half of a message."""
    return {name: value for name, value in trace.items() if name != "x"} | {"x0": first, "dx": 1}


def _newest(name: str, values: list[float], colour: str, axes: tuple[str, str], at: int) -> dict:
    """The last shown point of some curves, as dots: of a single epoch there is no line to see."""
    return dots(name, np.array(values), colour, axes, size=6) | {
        "x": np.full(len(values), float(at)),
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def _curves(n: CurvesNumbers) -> dict:
    traces = []
    ends: dict[str, list[float]] = {_INK: [], _colour(False): [], _colour(True): []}
    for name, values in n.curves.items():
        known = name in _DASHES
        colour = _colour(n.reset_free[name]) if known else _INK
        ends[colour].append(float(values[n.epoch]))
        style = {"width": 2.5 if known else 1, "dash": _DASHES.get(name, "solid")}
        traces.append(
            _over_epochs(line(name, (), values, colour, ("x", "y"), **style), first=1)
            | {"hoverinfo": "all", "hovertemplate": f"{name}, after %{{x}} epochs: %{{y:.2f}} %<extra></extra>"}
        )
    traces.sort(key=lambda trace: trace["name"] in _DASHES)  # what is named lies above
    traces += [_newest("newest", values, colour, ("x", "y"), n.epoch + 1) for colour, values in ends.items()]
    axes = {
        "xaxis": axis(_WIDE, "epochs done, e + 1", type="log", range=[-0.05, math.log10(EPOCHS) + 0.05],
                      tickvals=[1, 2, 5, 10, 20, 50, 100, 256],
                      ticktext=["1", "2", "5", "10", "20", "50", "100", "256"], anchor="y"),
        "yaxis": axis((0, 1), "test accuracy in %", range=[0, 92 if n.data == "CIFAR10" else 66], anchor="x"),
    }  # fmt: skip
    names = [f"{coloured('H' if n.reset_free[name] else 'V', _SIGNS[dash])} {name}" for name, dash in _DASHES.items()]
    legend = f"{'  '.join(names[:3])}<br>{'  '.join(names[3:])}  ─ others"
    return _whole(n, _PLOT, traces, axes, legend)


def _mask(n: MaskNumbers) -> dict:
    marked = [best for best in (n.open_best, n.shut_best) if best is not None]
    bests = dots("best", np.array([value for value, _ in marked]), palette.H, ("x", "y"), size=11,
                 symbol="circle-open", line={"width": 2.5})  # fmt: skip
    traces = [
        _over_epochs(line("accuracy", (), n.accuracy, palette.H, ("x", "y"), width=2), first=0)
        | {"hoverinfo": "all", "hovertemplate": "epoch %{x}: %{y:.2f} %<extra></extra>"},
        bests | {"x": np.array([epoch for _, epoch in marked], dtype=float),
                 "hovertemplate": "epoch %{x}: %{y:.2f} %<extra></extra>"},
        _newest("newest", [float(n.accuracy[n.epoch])], palette.H, ("x", "y"), n.epoch),
        _newest("newest", [float(n.lambda_[n.epoch])], palette.B, ("x", "y2"), n.epoch),
        _over_epochs(line("λ", (), n.lambda_, palette.B, ("x", "y2"), width=3), first=0)
        | {"hoverinfo": "all", "hovertemplate": "epoch %{x}: λ = %{y:.3f}<extra></extra>"},
    ]  # fmt: skip
    axes = {
        "xaxis": axis(_WIDE, "epoch e", range=[-4, EPOCHS + 3], tickvals=[0, n.shut, 64, 128, 192, 255], anchor="y2"),
        "yaxis": axis((0.28, 1), "test accuracy in %", range=[0, 90 if n.data == "CIFAR10" else 65], anchor="x"),
        "yaxis2": axis((0, 0.18), "λ", range=[-0.1, 1.15], tickvals=[0, 1], anchor="x"),
    }
    shut = {"type": "line", "xref": "x", "yref": "paper", "x0": n.shut - 0.5, "x1": n.shut - 0.5, "y0": 0,
            "y1": 0.5, "line": {"color": _INK, "width": 1.5, "dash": "dash"}}  # fmt: skip
    opened = _span(("x", "y domain"), (-4, n.shut - 0.5), (0, 1))
    legend = f"{coloured('H', '━')} accuracy   {coloured('H', '○')} best   {coloured('B', '━')} λ   grey: λ < 1"
    return _whole(n, _PLOT, traces, axes, legend, shapes=[opened, shut])
