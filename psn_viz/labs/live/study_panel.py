"""The test accuracies of a study, every seed of every neuron, as a figure without controls."""

from __future__ import annotations

from collections.abc import Sequence

from psn_viz.labs.live import study_figure
from psn_viz.labs.live.panel import Panel
from psn_viz.learning import Study
from psn_viz.learning.study_results import Row, Run


def study_panel(study: Study, recipes: Sequence[str] | None = None, reference: str | None = "memoryless") -> Panel:
    """A row of dots for each neuron of `study`, the one with the best mean on top; controls are grey.

    recipes: which to show, by the names that `study.row` takes, such as ["psn", "lif"]; None: all. reference: the
    recipe whose mean is drawn as a dotted line through all rows, or None. Raises TypeError for anything but a Study
    and a list of names, ValueError for a recipe that is not in the study and for none or too many of them.
    """
    if not isinstance(study, Study):
        raise TypeError(f"study must be what load_study(…) returned, got {type(study).__name__}")
    if isinstance(recipes, str) or not (recipes is None or isinstance(recipes, Sequence)):
        raise TypeError(f"recipes must be a list of names such as ['psn', 'lif'], or None; got {recipes!r}")
    rows = study.rows() if recipes is None else [study.row(recipe) for recipe in recipes]
    rows = list({row.recipe: row for row in rows}.values())  # each once: a recipe has two names
    if not 1 <= len(rows) <= study_figure.MAX_ROWS:
        raise ValueError(f"recipes must name 1 to {study_figure.MAX_ROWS} of the study's, got {len(rows)}")
    rows.sort(key=lambda row: -row.mean)
    dotted = None if reference is None else study.row(reference)
    seeds = max(len(row.runs) for row in rows)
    title = f"{study.made['about']}; {seeds} seed{'s' if seeds > 1 else ''} each"
    level = None if dotted is None else 100 * dotted.mean
    numbers = study_figure.DotPlot(tuple(map(_dots, rows)), level, title)
    return Panel(study_figure.draw(numbers), _description(title, rows, dotted))


def _dots(row: Row) -> study_figure.Dots:
    kind, _, name = row.label.rpartition(": ")  # "control without memory: sliding PSN, k = 1" is too long for a phone
    return study_figure.Dots(
        label=f"control: {name}" if kind.startswith("control") else row.label,
        percent=tuple(100 * accuracy for accuracy in row.accuracies),
        hover=tuple(map(_hover, row.runs)),
        mean=100 * row.mean,
        spread=None if row.spread is None else 100 * row.spread,
        control=kind.startswith("control"),
    )


def _hover(run: Run) -> str:
    return (
        f"{run.label}<br>seed {run.seed}: {100 * run.test_accuracy:.1f} %, validation "
        f"{100 * run.validation_accuracy:.1f} %<br>learning rate {run.learning_rate:g}"
    )


def _description(title: str, rows: list[Row], dotted: Row | None) -> str:
    means = "; ".join(f"{row.label}: {_number(row)}" for row in rows)
    level = "" if dotted is None else f" Dotted line: {dotted.label}, {100 * dotted.mean:.1f}."
    return f"Test accuracy in % ({title}), best mean first, worst and best seed in brackets: {means}.{level}"


def _number(row: Row) -> str:
    if row.spread is None:
        return f"{100 * row.mean:.1f}"
    worst, best = 100 * min(row.accuracies), 100 * max(row.accuracies)
    return f"{100 * row.mean:.1f} ± {100 * row.spread:.1f} ({worst:.1f} to {best:.1f})"
