"""What both views of a study share: circles for seeds, ticks for means, levels to hold them against, frames."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import heading
from psn_viz.labs.study import words
from psn_viz.labs.study.run_panels import COLOURS
from psn_viz.learning.study_results import Row

if TYPE_CHECKING:
    from psn_viz.labs.study.lab import StudyNumbers

INK = palette.THEMES["light"]["line"]
STEP = 0.24  # between two rows that share a value, where 1 is the width of a value


def roles(n: StudyNumbers) -> list[tuple[str, str]]:
    """The two that are compared, by their role."""
    return [("one", n.one), ("other", n.other)]


def colour_of(row: Row) -> str:
    """Of what its spikes wait for: V after a reset, or H alone; a control is grey."""
    if row.control:
        return INK
    return palette.V if row.reset in ("hard", "soft") else palette.H


def ends_of(row: Row) -> tuple[float, float]:
    """The lowest and the highest seed in %."""
    return 100 * min(row.accuracies), 100 * max(row.accuracies)


def range_of(n: StudyNumbers) -> tuple[float, float]:
    """The range of accuracies in %: all seeds, and a level to hold them against unless it takes half of the room."""
    shown = [value for row in n.rows.values() for value in ends_of(row)]
    low, high = min(shown), max(shown)
    reach = low - max(5.0, high - low)
    found = [level for level in _reference_levels(n).values() if reach <= level]
    low, high = min([*found, low]), max([*found, high])
    low, high = 5 * math.floor((low - 1) / 5), 5 * math.ceil((high + 1) / 5)
    # Under a level that is named, room for the names of those below the axis.
    crowded = len(found) < len(_reference_levels(n)) and any(level - low < 0.1 * (high - low) for level in found)
    return low - 5 * crowded, high


def _reference_levels(n: StudyNumbers) -> dict[str, float]:
    levels = {"chance": 100 * n.chance}
    if n.memoryless is not None:
        levels["no memory"] = 100 * n.memoryless.mean
    return levels


def seed_marks(n: StudyNumbers, names: list[str], places: list[float], upright: bool) -> list[dict]:
    """A tick for each mean, and over them a circle for each seed."""
    across, along = ("x", "y") if upright else ("y", "x")
    rows = [n.rows[name] for name in names]
    colours = [colour_of(row) for row in rows]
    seeds = [
        (at, 100 * run.test_accuracy, row, run) for at, row in zip(places, rows, strict=True) for run in row.runs
    ]
    meta = {"meta": {"chooses": "row"}}
    where = {"type": "scatter", "mode": "markers", "xaxis": "x", "yaxis": "y"}
    means = {
        **where, **meta, "name": "mean", across: np.array(places), along: np.array([100 * row.mean for row in rows]),
        "marker": {"symbol": "line-ew" if upright else "line-ns", "size": 10, "color": colours,
                   "line": {"color": colours, "width": 3}},
        "text": [f"{row.label}<br>mean of {len(row.runs)}: {words.percent(row.mean)} %" for row in rows],
        "customdata": [n.places[name] for name in names],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    circles = {
        **where, **meta, "name": "each seed",
        across: np.array([at for at, *_ in seeds]), along: np.array([value for _, value, *_ in seeds]),
        "marker": {"symbol": "circle-open", "size": 7, "color": [colour_of(row) for *_, row, _ in seeds],
                   "line": {"width": 1.5}},
        "text": [
            f"{row.label}<br>seed {run.seed}: {words.percent(run.test_accuracy)} %, validation "
            f"{words.percent(run.validation_accuracy)} %<br>mean of {len(row.runs)}: {words.percent(row.mean)} %"
            for *_, row, run in seeds
        ],
        "customdata": [n.places[name] for name in names for _ in n.rows[name].runs],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return [means, circles]


def levels(n: StudyNumbers, ends: tuple[float, float], letter: str, across: list[float]) -> list[dict]:
    """Thin lines for chance and for the control without memory, within the axes."""
    levels = _shown_levels(n, ends)
    other = "x" if letter == "y" else "y"
    style = {"color": INK, "width": 1, "dash": "dot"}
    return [
        segment(letter, levels.get(name, 0.0), (across[0], across[1]), style, other=other,
                 visible=name in levels)
        for name in ("chance", "no memory")
    ]  # fmt: skip


def segment(letter: str, at: float, across, style: dict, *, visible: bool, other: str | None = None) -> dict:
    """A line at one place of the axis `letter`, over the others' range."""
    other = other or ("y" if letter == "x" else "x")
    return {
        "type": "line", "xref": "x", "yref": "y", f"{letter}0": at, f"{letter}1": at, f"{other}0": across[0],
        f"{other}1": across[1], "layer": "below", "line": style, "visible": visible,
    }  # fmt: skip


def _shown_levels(n: StudyNumbers, ends: tuple[float, float]) -> dict[str, float]:
    return {name: level for name, level in _reference_levels(n).items() if ends[0] <= level <= ends[1]}


def level_notes(n: StudyNumbers, ends: tuple[float, float], where: dict[str, tuple[float, float]]) -> list[dict]:
    """What the thin lines are, at `where` along them and so many px beside that; last what lies below the axis."""
    shown, upright = _shown_levels(n, ends), n.axis != "list"
    notes = []
    for name, (along, shift) in where.items():
        level = shown.get(name, ends[0])
        x, y = (along, level) if upright else (level, along)
        notes.append(_small(f"{name} {level:.1f}" if name in shown else " ", x, y, shift))
    below = [f"{name} {level:.1f} %" for name, level in _reference_levels(n).items() if name not in shown]
    said = f"↓ not on this axis: {', '.join(below)}" if below and upright else " "
    return [*notes, _small(said, 0.0, ends[0], 3)]


def levels_beside(n: StudyNumbers, ends: tuple[float, float]) -> str:
    """What lies left of the axis of a list, in a line of its title each: over the axis stand the names of others."""
    return "".join(f"<br>← {name} {level:.1f}" for name, level in _reference_levels(n).items() if level < ends[0])


def _small(text: str, x: float, y: float, shift: float) -> dict:
    anchor = "left" if shift > 0 else "right"
    return heading(text, x, y, xref="x", yref="y", font={"size": 10}, xshift=shift, xanchor=anchor)


def box(n: StudyNumbers, role: str, row: tuple[float, float, float], upright: bool) -> dict:
    """A frame around the seeds of one of the two."""
    at, low, high = row
    ends = range_of(n)
    room = 0.025 * (ends[1] - ends[0])
    across = 0.5 * STEP if upright else 0.45
    sides = {"x": (at - across, at + across), "y": (low - room, high + room)}
    if not upright:
        sides = {"x": sides["y"], "y": sides["x"]}
    (x0, x1), (y0, y1) = sides["x"], sides["y"]
    return {
        "type": "rect", "xref": "x", "yref": "y", "x0": x0, "x1": x1, "y0": y0, "y1": y1,
        "line": {"color": COLOURS[role], "width": 2}, "visible": math.isfinite(at),
    }  # fmt: skip
