"""The two rows that are compared: learning curves, sweeps over the learning rate, and the confusion of `one`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, heading, line, padded, tiles
from psn_viz.labs.study import words

if TYPE_CHECKING:
    from psn_viz.labs.study.lab import StudyNumbers

COLOURS = {"one": palette.S, "other": palette.X}
MARKS = {"one": "S", "other": "X"}  # the quantities whose colours they have
_CURVES, _SWEEP, _CONFUSION = (0.71, 0.91), (0.4, 0.57), (0.02, 0.25)


def run_panels(n: StudyNumbers, domain: tuple[float, float]) -> tuple[list[dict], dict[str, dict], list[dict]]:
    """Traces, axes and headings of the three panels that stand over each other in this part of the width."""
    traces, curves = _curves(n)
    swept, sweep = _sweep(n)
    left = domain[0] - 0.06  # above the labels of the axes, too: a narrow page has no room to spare
    axes = {
        "xaxis2": axis(domain, "epoch", range=[0.5, max(row.epochs for row in n.chosen.values()) + 0.5], anchor="y2"),
        "yaxis2": axis(_CURVES, "% right", range=curves, anchor="x2"),
        "xaxis3": axis(domain, "learning rate", anchor="y3", **sweep["x"]),
        "yaxis3": axis(_SWEEP, "% right", range=sweep["y"], anchor="x3"),
        **_confusion_axes(n, domain),
    }
    who = "<br>".join(
        f"{coloured(MARKS[role], '●')} {role}: {words.short(row.label)}" for role, row in n.chosen.items()
    )  # fmt: skip
    notes = [
        heading(f"{who}<br>━ validation, thin: seeds   ┅ training", left, _CURVES[1] + 0.008),
        heading(f"validation over learning rate, ○ seeds<br>● chosen: {words.tried_in_words(n)}", left,
                _SWEEP[1] + 0.008),
        heading(f"confusion of {coloured('S', '●')} one, all seeds:<br>{words.confusion_in_words(n)}", left,
                _CONFUSION[1] + 0.008),
    ]  # fmt: skip
    return [*traces, *swept, _confusion(n)], axes, notes


def _curves(n: StudyNumbers) -> tuple[list[dict], list[float]]:
    """Validation of every seed and its mean, and the mean over training; the range of all."""
    traces, everything = [], []
    for role in n.chosen:
        validation, train = 100 * n.validation_curves[role], 100 * n.train_curves[role]
        everything += [validation.ravel(), train.mean(0)]
        epochs = np.arange(1.0, validation.shape[1] + 1)
        ended = np.full((len(validation), 1), np.nan)  # NaN ends a line
        each = np.tile([*epochs, epochs[-1]], len(validation))
        colour, axes = COLOURS[role], ("x2", "y2")
        traces += [
            line(f"{role}: validation, each seed", each, np.hstack([validation, ended]).ravel(), colour, axes,
                 width=0.6),
            line(f"{role}: training", epochs, train.mean(0), colour, axes, width=2, dash="dot")
            | _hover(f"{role}, training, epoch %{{x}}: %{{y:.1f}} %"),
            line(f"{role}: validation", epochs, validation.mean(0), colour, axes, width=2.5)
            | _hover(f"{role}, validation, epoch %{{x}}: %{{y:.1f}} %"),
        ]  # fmt: skip
    return traces, list(padded(np.concatenate(everything)))


def _hover(template: str) -> dict:
    return {"hoverinfo": "all", "hovertemplate": f"{template}<extra></extra>"}


def _sweep(n: StudyNumbers) -> tuple[list[dict], dict]:
    """Validation over the learning rate: every seed, the means, and the rate that was chosen; both axes."""
    tried = {role: 100 * values for role, values in n.tried.items()}
    low, high = padded(np.concatenate([values[np.isfinite(values)] for values in tried.values()]))
    low -= 0.1 * (high - low)  # room for what diverged
    rates = sorted({*n.rates["one"].tolist(), *n.rates["other"].tolist()})
    traces = []
    for role, row in n.chosen.items():
        values, colour = tried[role], COLOURS[role]
        x = np.log10(n.rates[role])
        each = np.repeat(x, values.shape[1])
        mean = values.mean(1)  # NaN where one seed diverged: that rate could not be chosen
        diverged = np.isnan(values).ravel()
        at = [tried_one.learning_rate for tried_one in row.grid].index(row.learning_rate)
        hover = {"text": [f"{role}, learning rate {rate:g}" for rate in n.rates[role] for _ in values[0]]}
        traces += [
            _points(f"{role}: sweep, each seed", each, values.ravel(), colour, symbol="circle-open", size=6)
            | hover | {"hovertemplate": "%{text}: %{y:.1f} %<extra></extra>"},
            _points(f"{role}: diverged", each, np.where(diverged, low + 0.05 * (high - low), np.nan), colour,
                    symbol="x-thin", size=8, line={"color": colour, "width": 2})
            | hover | {"hovertemplate": "%{text}: training diverged<extra></extra>"},
            line(f"{role}: sweep", x, mean, colour, ("x3", "y3"), width=2),
            _points(f"{role}: chosen rate", x[[at]], mean[[at]], colour, symbol="circle", size=10)
            | {"hovertemplate": f"{role}, chosen: {row.learning_rate:g}, mean %{{y:.1f}} %<extra></extra>"},
        ]  # fmt: skip
    places = np.log10(rates)
    x_axis = {
        "range": [float(places[0]) - 0.2, float(places[-1]) + 0.2],
        "tickvals": places.tolist(),
        "ticktext": [f"{rate:g}" for rate in rates],
    }
    return traces, {"x": x_axis, "y": [low, high]}


def _points(name: str, x: np.ndarray, y: np.ndarray, colour: str, **marker) -> dict:
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": x, "y": y, "xaxis": "x3", "yaxis": "y3",
        "marker": {"color": colour, **marker},
    }  # fmt: skip


def _confusion(n: StudyNumbers) -> dict:
    names = n.class_names
    text = [
        [f"{true} put in {given}: {words.percent(share)} %" for given, share in zip(names, shares, strict=True)]
        for true, shares in zip(names, n.confusion, strict=True)
    ]
    return tiles("confusion", n.confusion, "spike", ("x4", "y4"), "%{text}") | {"text": text, "xgap": 1, "ygap": 1}


def _confusion_axes(n: StudyNumbers, domain: tuple[float, float]) -> dict[str, dict]:
    last, ticks = len(n.confusion) - 0.5, list(range(len(n.confusion)))
    font = {"size": 10}
    return {
        "xaxis4": axis(domain, "put in class (same order)", range=[-0.5, last], tickvals=[], showgrid=False,
                       anchor="y4"),
        "yaxis4": axis(_CONFUSION, range=[last, -0.5], tickvals=ticks, ticktext=n.class_names, tickfont=font,
                       showgrid=False, anchor="x4"),
    }  # fmt: skip
