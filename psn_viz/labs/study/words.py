"""What the lab `study` says in words: of its rows, of two of them, and its alt text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.study.task_rows import AXES, GROUPS
from psn_viz.learning.study_results import Row

if TYPE_CHECKING:
    from psn_viz.labs.study.lab import StudyNumbers

_SHORT = {
    "control without memory: sliding PSN, k = 1": "no memory (k=1)",
    "control that is no spiking network: ReLU": "no spikes (ReLU)",
    "masked PSN": "masked",
    "sliding PSN": "sliding",
    " neurons a layer": " wide",
    " = ": "=",
}


def short(label: str) -> str:
    """A label where there is little room."""
    for words, shorter in _SHORT.items():
        label = label.replace(words, shorter)
    return label


def series_of(row: Row) -> str:
    """What a row is, but for its τ and k: rows that a line may join."""
    return re.sub(r", [τk] = [\d.]+", "", row.label)


def percent(share: float) -> str:
    """A share from 0 to 1 in percent, with the minus sign of print."""
    return f"{100 * share:.1f}".replace("-", "−")


def difference_in_words(n: StudyNumbers) -> tuple[str, str]:
    """The difference of the two, with what follows from its interval; the interval, or why there is none."""
    if n.difference is None:
        return f"{100 * (n.rows[n.one].mean - n.rows[n.other].mean):+.1f} points".replace("-", "−"), n.no_difference
    points, low, high = (f"{value:+.1f}".replace("-", "−") for value in _ends(n))
    interval = f"{100 * n.difference.confidence:.0f} % interval {low} to {high}, {seeds_in_words(n)}"
    return f"{points} points" + ("" if n.difference.shown else ", no difference shown"), interval


def _ends(n: StudyNumbers) -> tuple[float, float, float]:
    return n.difference.points, n.difference.low, n.difference.high


def tried_in_words(n: StudyNumbers) -> str:
    """The learning rate of the two."""
    return ", ".join(
        f"{role} {row.learning_rate:g}{' (at the edge)' if row.at_edge else ''}" for role, row in n.chosen.items()
    )


def confusion_in_words(n: StudyNumbers) -> str:
    """The confusion that is most frequent in `one`."""
    true, given = n.most_confused
    if true == given:
        return "no sample in a wrong class"
    return f"most often {n.class_names[true]} → {n.class_names[given]}, {percent(n.confusion[true, given])} %"


def seeds_in_words(n: StudyNumbers) -> str:
    """How many seeds the rows have."""
    seeds = max(len(row.runs) for row in n.rows.values())
    return f"{seeds} seed{'s' * (seeds > 1)} each"


def references_in_words(n: StudyNumbers) -> str:
    """The levels that accuracies are to be held against."""
    chance = f"chance {percent(n.chance)}"
    return chance if n.memoryless is None else f"{chance}, control without memory {percent(n.memoryless.mean)}"


def witness_in_words(n: StudyNumbers) -> str:
    """Whether the answers in the file give the accuracies in it."""
    if n.witness.agrees:
        return "accuracy = share of right answers"
    return "accuracy ≠ share of right answers"


def described(n: StudyNumbers) -> str:
    """The alt text."""
    if n.axis == "list":
        layout = "best mean first: " + "; ".join(map(_mean, n.rows.values()))
    else:
        layout = f"over {AXES[n.axis]}: " + "; ".join(_series(n))
    points, interval = difference_in_words(n)
    compared = f"{n.rows[n.one].label} − {n.rows[n.other].label}: {points} ({interval})"
    runs = "; ".join(_runs(role, row) for role, row in n.chosen.items())
    return (
        f"{n.task}: {n.setting}, {GROUPS[n.neurons]}. Mean test accuracy in % (worst to best "
        f"seed), {layout}. {references_in_words(n).capitalize()}. {compared}. {runs}. "
        f"Confusion of {n.rows[n.one].label}: {confusion_in_words(n)}. {witness_in_words(n).capitalize()}."
    )


def _accuracy(row: Row) -> str:
    if len(row.runs) == 1:
        return percent(row.mean)
    return f"{percent(row.mean)} ({percent(min(row.accuracies))} to {percent(max(row.accuracies))})"


def _mean(row: Row) -> str:
    return f"{row.label} {_accuracy(row)}"


def _series(n: StudyNumbers) -> list[str]:
    """Series by series, what has no place on the axis last."""
    series: dict[str, list[str]] = {}
    beyond = []
    for name, row in n.rows.items():
        value = n.value[name]
        if np.isnan(value):
            beyond.append(_mean(row))
        else:
            series.setdefault(series_of(row), []).append((value, f"{value:g} {_accuracy(row)}"))
    found = [f"{name}: {', '.join(text for _, text in sorted(points))}" for name, points in series.items()]
    return found + ([f"without {AXES[n.axis]}: {', '.join(beyond)}"] if beyond else [])


def _runs(role: str, row: Row) -> str:
    train = np.mean([run.train_accuracy[-1] for run in row.runs])
    rates = [f"{tried.learning_rate:g}" for tried in row.grid]
    edge = ", at the edge" if row.at_edge else ""
    return (
        f"{role}, {row.label}: after {row.epochs} epochs {percent(train)} % right in training and "
        f"{percent(row.validation_mean)} % in validation, learning rate {row.learning_rate:g} of {', '.join(rates)}"
        f"{edge}"
    )
