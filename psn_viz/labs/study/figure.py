"""Every seed of every neuron over what the neurons differ in, and to the right the two that are compared."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, figure, heading, line, verdict
from psn_viz.labs.study import words
from psn_viz.labs.study.run_panels import MARKS, run_panels
from psn_viz.labs.study.seed_marks import (
    INK,
    STEP,
    box,
    colour_of,
    ends_of,
    level_notes,
    levels,
    levels_beside,
    range_of,
    roles,
    seed_marks,
    segment,
)

if TYPE_CHECKING:
    from psn_viz.labs.study.lab import StudyNumbers

LEFT, RIGHT = (0.0, 0.54), (0.66, 1.0)
_TOP = 0.8
_BEFORE = -50  # px that the heading begins before the axis: within the margin, however wide the page
_NARROW = 280  # px that the panel is wide on a phone
_DASHES = {"solid": "━", "dash": "╍", "dot": "┅", "dashdot": "┉"}
_GREY_DOT = f'<span style="color:{INK}">●</span>'
_LINES = 4
_FIGURES = 34  # px that a mean in figures takes
_LONG = 24  # letters of a label that stay in one line
_MOST_WRAPPED = 20  # rows whose labels may have two lines
_TITLES = {
    "tau": "time constant τ, in time-steps",
    "k": "order k, in time-steps",
    "reach": "inputs that the last answer can depend on",
    "parameters": "parameters of the network",
}


@dataclass(frozen=True)
class Column:
    """Rows that stand side by side: those of one value, or those of a family that has none; `label` under them."""

    label: str
    names: list[str]
    centre: float
    width: float

    @property
    def places(self) -> dict[str, float]:
        """Where each row stands."""
        first = self.centre - STEP * (len(self.names) - 1) / 2
        return {name: first + STEP * n for n, name in enumerate(self.names)}


def draw(numbers: StudyNumbers) -> dict:
    """Circles for seeds, ticks for their means, lines through the means of what differs in one number only; curves,
    sweep and confusion beside them.
    """
    n = numbers
    right, right_axes, right_notes = run_panels(n, RIGHT)
    left, left_axes, legend, left_notes, shapes = (_as_list if n.axis == "list" else _over_values)(n)
    points, interval = words.difference_in_words(n)
    one, other = (f"{coloured(MARKS[role], '●')} {words.short(row.label)}" for role, row in n.chosen.items())
    agrees = verdict(n.witness.agrees, words.witness_in_words(n))
    told = "<br>".join(
        [n.setting, f"{one} −", f"{other}:", f"<b>{points}</b>", interval.removesuffix(" each"), agrees, legend]
    )
    # Above the labels of the axis, too: a narrow page has no room to spare.
    notes = [heading(told, LEFT[0], _TOP + 0.01, xshift=_BEFORE), *left_notes, *right_notes]
    under = left_axes["xaxis"]
    lines = under["title"]["text"].count("<br>") + any("<br>" in label for label in under.get("ticktext", ()))
    return figure(
        left + right, left_axes | right_axes, 760, notes, shapes, columns=((0.0, 0.56), (RIGHT[0] - 0.06, 1.0)),
        margin={"t": 20, "b": 46 + 18 * lines},
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- over τ, k, …


def _over_values(n: StudyNumbers) -> tuple[list[dict], dict, str, list[dict], list[dict]]:
    columns, beyond = _columns(n)
    place = {name: at for column in columns for name, at in column.places.items()}
    joined = _joined(n, place)
    low, high = range_of(n)
    ends = [columns[0].centre - columns[0].width / 2, columns[-1].centre + columns[-1].width / 2]
    marks = seed_marks(n, list(n.rows), [place[name] for name in n.rows], upright=True)
    traces = [*_lines(joined, ends[0]), *marks, _figures([], [], ends[0])]
    labels = _staggered(columns, ends[1] - ends[0])
    title = axis(LEFT, _TITLES[n.axis])["title"] | {"standoff": 6 + 16 * any("<br>" in label for label in labels)}
    axes = {
        "xaxis": axis(LEFT, range=ends, tickvals=[column.centre for column in columns], ticktext=labels, anchor="y",
                      showgrid=False) | {"title": title},
        "yaxis": axis((0.0, _TOP), "test accuracy in %", range=[low, high], anchor="x"),
    }  # fmt: skip
    between = columns[beyond].centre - columns[beyond].width / 2 - 0.15 if 0 < beyond < len(columns) else None
    # What stands right of the line between has no room for it on a narrow page.
    told_at = dict.fromkeys(("chance", "no memory"), (ends[1] if between is None else between, -3))
    shapes = [
        *levels(n, (low, high), "y", ends),
        segment("x", between or 0.0, (low, high), {"color": INK, "width": 1}, visible=between is not None),
        *(box(n, role, (place[name], *ends_of(n.rows[name])), upright=True) for role, name in roles(n)),
    ]
    return traces, axes, _legend(joined), level_notes(n, (low, high), told_at), shapes


def _columns(n: StudyNumbers) -> tuple[list[Column], int]:
    """Columns of values, growing, then those of families that have none, and the number of the first of these."""
    by_value: dict[float, list[str]] = {}
    by_family: dict[str, list[str]] = {}
    for name, row in n.rows.items():
        if np.isnan(value := n.value[name]):
            family = "controls" if row.control else row.family.removesuffix(" PSN")
            by_family.setdefault(family, []).append(name)
        else:
            by_value.setdefault(value, []).append(name)
    order = {"PSN": 0, "masked": 1, "sliding": 2, "LIF": 3, "controls": 4}
    groups = [(f"{value:g}", by_value[value]) for value in sorted(by_value)]
    groups += [(family, by_family[family]) for family in sorted(by_family, key=lambda name: order.get(name, 3))]
    columns, at = [], 0.0
    for number, (label, names) in enumerate(groups):
        width = max(1.0, STEP * (len(names) + 1))
        at += 0.3 * (number == len(by_value) > 0)  # a gap before what has no value
        columns.append(Column(label, names, at + width / 2, width))
        at += width
    return columns, len(by_value)


def _joined(n: StudyNumbers, place: dict[str, float]) -> list[tuple[str, list[float], list[float], str, str]]:
    """Lines: their name, x, y, colour and dash; through the first row of those that share a value."""
    series: dict[str, dict[float, str]] = {}
    for name, row in n.rows.items():
        if not np.isnan(value := n.value[name]):
            series.setdefault(words.series_of(row), {}).setdefault(value, name)
    found: list[tuple[str, list[float], list[float], str, str]] = []
    for label, by_value in series.items():
        names = [by_value[value] for value in sorted(by_value)]
        if len(names) < 2:
            continue
        colour = colour_of(n.rows[names[0]])
        dash = list(_DASHES)[sum(other == colour for *_, other, _ in found) % len(_DASHES)]
        found.append((label, [place[m] for m in names], [100 * n.rows[m].mean for m in names], colour, dash))
    return found


def _lines(joined: list[tuple[str, list[float], list[float], str, str]], start: float) -> list[dict]:
    """The same traces in every state, from x = `start`; where there are more lines than traces, some share one."""
    traces = []
    for number in range(_LINES):
        mine = joined[number::_LINES]
        x, y = [start], [np.nan]
        for _, across, up, *_ in mine:
            x, y = [*x, *across, across[-1]], [*y, *up, np.nan]  # NaN ends a line
        colour, dash = mine[0][3:] if mine else (INK, "solid")
        places = np.array(x, dtype=float)
        traces.append(line(f"line {number + 1}", places, np.array(y), colour, ("x", "y"), dash=dash, width=2))
    return traces


def _staggered(columns: list[Column], width: float) -> list[str]:
    """The labels of the columns; one that would meet the one before it on a narrow page stands a line lower."""
    labels = [columns[0].label]
    for before, column in itertools.pairwise(columns):
        room = _NARROW * (column.centre - before.centre) / width
        meets = room < 4 * (len(before.label) + len(column.label)) + 3
        labels.append(f"<br>{column.label}" if meets and not labels[-1].startswith("<br>") else column.label)
    return labels


def _legend(joined) -> str:
    """What the lines are; what all of them are is said once."""
    signs = {palette.V: "V", palette.H: "H"}
    labels = [words.short(label) for label, *_ in joined]
    columns = zip(*(label.split() for label in labels), strict=False)
    alike = itertools.takewhile(lambda words_in_it: len(set(words_in_it)) == 1, columns)
    shared = "".join(f"{word} " for word, *_ in alike) if len(labels) > 1 else ""
    named = [
        f"{coloured(signs[colour], _DASHES[dash]) if colour in signs else _DASHES[dash]} {label.removeprefix(shared)}"
        + "<br>" * (len(joined) > 3 and number == 1)
        for number, (label, (*_, colour, dash)) in enumerate(zip(labels, joined, strict=True))
    ]
    return (f"{shared.rstrip(', ')}: " if shared else "") + "   ".join(named).replace("<br>   ", "<br>") or " "


# --------------------------------------------------------------------------------------------- a list


def _as_list(n: StudyNumbers) -> tuple[list[dict], dict, str, list[dict], list[dict]]:
    names = list(n.rows)
    place = {name: float(len(names) - 1 - number) for number, name in enumerate(names)}
    low, high = range_of(n)
    short = {name: _wrapped(words.short(n.rows[name].label), len(names)) for name in names}
    labels = [f"<b>{label}</b>" if name in (n.one, n.other) else label for name, label in short.items()]
    longest = max(len(part) for label in short.values() for part in label.split("<br>"))
    indent = max(0.0, (5.7 * longest - 52) / 500)  # beside the margin, for the labels, on a narrow page
    share = min(0.3, _FIGURES / (_NARROW * (LEFT[1] - indent) / LEFT[1]))
    room = share / (1 - share) * (high - low)  # for the means in figures
    means = [words.percent(n.rows[name].mean) for name in names]
    traces = [
        *_lines([], low),
        *seed_marks(n, names, list(place.values()), upright=False),
        _figures(means, list(place.values()), high + 0.95 * room),
    ]
    title = f"accuracy in %{levels_beside(n, (low, high))}"
    axes = {
        "xaxis": axis((indent, LEFT[1]), title, range=[low, high + room], anchor="y", nticks=5),
        "yaxis": axis((0.0, _TOP), range=[-0.7, len(names) - 0.3], tickvals=list(place.values()),
                      ticktext=labels, tickfont={"size": 10}, anchor="x"),
    }  # fmt: skip
    shapes = [
        *levels(n, (low, high), "x", [-0.7, len(names) - 0.3]),
        segment("x", 0.0, (0, 1), {"width": 1}, visible=False),
        *(box(n, role, (place[name], *ends_of(n.rows[name])), upright=False) for role, name in roles(n)),
    ]
    told_at = {"chance": (len(names) - 0.3, -2), "no memory": (len(names) - 0.3, 2)}
    signs = f"{coloured('H', '●')} without reset   {coloured('V', '●')} with reset   {_GREY_DOT} control<br> "
    return traces, axes, signs, level_notes(n, (low, high), told_at), shapes


def _figures(means: list[str], places: list[float], at: float) -> dict:
    """The means in figures, at the end of each row."""
    return {
        "type": "scatter", "mode": "text", "name": "means in figures", "x": np.full(max(1, len(places)), at),
        "y": np.array(places or [np.nan]), "text": means or [""], "textposition": "middle left",
        "textfont": {"size": 11}, "hoverinfo": "skip", "xaxis": "x", "yaxis": "y",
    }  # fmt: skip


def _wrapped(label: str, rows: int) -> str:
    """A label in two lines, where it is long and so many rows leave room for them."""
    if len(label) <= _LONG or rows > _MOST_WRAPPED:
        return label
    blanks = [n for n, letter in enumerate(label) if letter == " "]
    middle = min(blanks, key=lambda n: abs(n - len(label) / 2), default=len(label))
    return f"{label[:middle]}<br>{label[middle + 1 :]}".removesuffix("<br>")
