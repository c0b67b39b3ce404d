"""Lab: every stored run of the studies, over what the neurons differ in; two of them beside each other."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from psn_viz.labs.core.controls import Choice, Control
from psn_viz.labs.core.definition import Lab, LazyTable
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.study import figure
from psn_viz.labs.study.task_rows import AXES, GROUPS, TaskRows, tasks_of, value_on
from psn_viz.labs.study.words import described
from psn_viz.learning import Difference, Study, load_study, stored_studies
from psn_viz.learning.study_results import Row

_ROUNDED = 1e-6  # of accuracies: a study keeps six digits


@dataclass(frozen=True)
class Labelled(Choice):
    """A choice whose options are shown as `labels` (option, words) have them."""

    labels: tuple[tuple[Any, str], ...] = ()

    def label(self, value) -> str:
        return dict(self.labels).get(value, str(value))


@dataclass(frozen=True)
class StudyNumbers:
    """The runs of one task that are shown, and two rows of it that are compared.

    task: its name; setting: data and readout in words. neurons, axis: which rows, over what.
    rows: those shown by name, in the order of the study, best mean first in a list; places: the number of each in the
    study. one, other: names of the two. chance: what guessing gives, 0 to 1. memoryless: the row of the control
    without memory, or None.
    confusion `[classes, classes]` float64: the share of the samples of class i that `one` puts in class j, over all
    seeds. class_names: of all classes. difference: the accuracy of `one` minus that of `other`; None, with the
    reason in `no_difference`, where that cannot be said.
    witness: the accuracies that the file states of both against the share of right ones among the answers it holds.
    """

    task: str
    setting: str
    neurons: str
    axis: str
    rows: dict[str, Row]
    places: dict[str, int]
    one: str
    other: str
    chance: float
    memoryless: Row | None
    confusion: np.ndarray
    class_names: list[str]
    difference: Difference | None
    no_difference: str
    witness: Witness

    @property
    def chosen(self) -> dict[str, Row]:
        """The two rows by their role."""
        return {"one": self.rows[self.one], "other": self.rows[self.other]}

    @property
    def accuracy(self) -> dict[str, np.ndarray]:
        """Test accuracy `[seeds]` of each row, 0 to 1."""
        return {name: np.array(row.accuracies) for name, row in self.rows.items()}

    @property
    def value(self) -> dict[str, float]:
        """Where each row stands on the axis; NaN for what has none of it."""
        return {name: value_on(self.axis, row) for name, row in self.rows.items()}

    @property
    def validation_curves(self) -> dict[str, np.ndarray]:
        """Validation accuracy of the two `[seeds, epochs]`, 0 to 1."""
        return {role: np.array([run.validation_curve for run in row.runs]) for role, row in self.chosen.items()}

    @property
    def train_curves(self) -> dict[str, np.ndarray]:
        """Training accuracy of the two `[seeds, epochs]`, 0 to 1."""
        return {role: np.array([run.train_accuracy for run in row.runs]) for role, row in self.chosen.items()}

    @property
    def rates(self) -> dict[str, np.ndarray]:
        """The learning rates that were tried for the two `[rates]`."""
        return {role: np.array([tried.learning_rate for tried in row.grid]) for role, row in self.chosen.items()}

    @property
    def tried(self) -> dict[str, np.ndarray]:
        """Validation accuracy of the two `[rates, seeds]`, 0 to 1; NaN where training diverged."""
        return {
            role: np.array([tried.validation_accuracy for tried in row.grid], dtype=float)
            for role, row in self.chosen.items()
        }

    @property
    def most_confused(self) -> tuple[int, int]:
        """The class that is put in a wrong one most often, and that one."""
        wrong = self.confusion - np.diag(np.diag(self.confusion))
        true, given = np.unravel_index(wrong.argmax(), wrong.shape)
        return int(true), int(given)


@functools.cache
def _stored() -> dict[str, TaskRows]:
    tasks: dict[str, TaskRows] = {}
    for name in stored_studies():
        try:
            tasks |= tasks_of(load_study(name), name)
        except (OSError, ValueError):
            continue  # damaged, or nothing is finished: load_study says so to whoever asks for it
    if not tasks:
        raise ValueError(
            "no finished study comes with this copy of psn_viz: make one with `psn-viz study rows`, and show it with "
            "study_lab(load_study(…))"
        )
    return tasks


def _settled(tasks: dict[str, TaskRows], state: dict) -> dict:
    """The state with what the task lacks replaced by what it has."""
    task = tasks[state["task"]]
    neurons, axis = state["neurons"], state["axis"]
    if neurons not in task.groups:
        neurons = next(group for group in ("both", "psn", "lif", "all") if group in task.groups)
    if axis not in task.axes(neurons):
        axis = next(axis for axis in ("tau", "k", "list") if axis in task.axes(neurons))
    best = dict(zip(("one", "other"), task.best, strict=True))
    chosen = {role: state[role] if state[role] in task.rows else name for role, name in best.items()}
    return state | {"neurons": neurons, "axis": axis, **chosen}


def _table(tasks: dict[str, TaskRows], start: dict | None = None) -> tuple[Control, ...]:
    """The controls: what there is in any of the tasks; `start` is what they open with where it is there."""
    first = "rows" if "rows" in tasks else next(iter(tasks))
    wanted = {"task": first, "neurons": "lif", "axis": "tau", "one": None, "other": None}
    opening = _settled(tasks, wanted | (start or {}))
    labels = {name: row.label for task in tasks.values() for name, row in task.rows.items()}
    about = tuple((name, f"{name}: {task.setting}") for name, task in tasks.items())
    recipes = {"options": tuple(labels), "labels": tuple(labels.items())}
    return (
        Labelled("task", "task", "which study: data and readout", opening["task"], tuple(tasks), labels=about),
        Labelled("neurons", "show", "which neurons, beside the two that are compared", opening["neurons"],
                 tuple(GROUPS), labels=tuple(GROUPS.items())),
        Labelled("axis", "over", "a list, best mean first; or over τ, order k, reach, parameters", opening["axis"],
                 tuple(AXES), labels=tuple(AXES.items())),
        Labelled("one", "one", "click at a circle: it becomes this one", opening["one"], **recipes),
        Labelled("other", "− other", "and what was this one becomes the other", opening["other"], **recipes),
    )  # fmt: skip


class StudyLab(Lab):
    """Networks that `psn-viz study` trained, stored with their curves, sweeps and answers."""

    name = "study"
    title = "All runs of a study"
    sentence = (
        "Every seed of every neuron is a circle: ask what the accuracy goes with, and whether two neurons differ by "
        "more than the luck of seeds and test samples."
    )
    main = "task", "one"
    table = LazyTable(lambda: _table(_stored()))

    @staticmethod
    def tasks() -> dict[str, TaskRows]:
        """The studies that are shown. Raises ValueError where none come with the package."""
        return _stored()

    @classmethod
    def settle(cls, state: dict) -> dict:
        """A task has its own neurons, and what can be an axis depends on those that are shown."""
        return _settled(cls.tasks(), state)

    @classmethod
    def limits(cls, state: dict) -> dict:
        """What there is in this task."""
        task = cls.tasks()[state["task"]]
        labels = tuple((name, row.label) for name, row in task.rows.items())
        recipes = {"options": tuple(task.names), "labels": labels}
        return {
            "neurons": {"options": tuple(task.groups)},
            "axis": {"options": task.axes(state["neurons"])},
            "one": recipes,
            "other": recipes,
        }

    @classmethod
    def compute(cls, state: dict) -> StudyNumbers:
        task = cls.tasks()[state["task"]]
        one, other = state["one"], state["other"]
        shown = {*task.groups[state["neurons"]], one, other}
        names = [name for name in task.names if name in shown]
        if state["axis"] == "list":
            names.sort(key=lambda name: -task.rows[name].mean)
        rows = {name: task.rows[name] for name in names}
        stated = [accuracy for name in (one, other) for accuracy in rows[name].accuracies]
        found = [share for name in (one, other) for share in rows[name].right.double().mean(1).tolist()]
        compared, reason = None, "choose two networks"
        if one != other:
            try:
                compared, reason = task.difference(one, other), ""
            except ValueError:
                reason = "no interval from a single seed"
        confusion = task.confusion(one)
        return StudyNumbers(
            task=state["task"],
            setting=task.setting,
            neurons=state["neurons"],
            axis=state["axis"],
            rows=rows,
            places={name: task.names.index(name) for name in names},
            one=one,
            other=other,
            chance=task.chance,
            memoryless=task.memoryless,
            confusion=confusion,
            class_names=[task.class_name(one, label) for label in range(len(confusion))],
            difference=compared,
            no_difference=reason,
            witness=Witness.between(stated, found, _ROUNDED),
        )

    draw = staticmethod(figure.draw)
    describe = staticmethod(described)

    @classmethod
    def choose(cls, state: dict, name: str, number: int) -> dict:
        """The row that was clicked becomes `one`, and what `one` was becomes `other`."""
        names = cls.tasks()[state["task"]].names
        if not 0 <= number < len(names) or names[number] == state["one"]:
            return {}
        return {"one": names[number], "other": state["one"]}


def study_lab(study: Study, recipes: Sequence[str] | None = None, **start) -> Lab:
    """The lab `study` over one study, such as one of your own: `study_lab(load_study("studies/rows.json"))`.

    recipes: names as `study.row` takes them, ["psn", "lif-hard-2"], where not all are to be shown. start: the state
    it opens in, `neurons`, `axis`, `one`, `other`. Raises TypeError for anything but a Study and a list of names,
    ValueError for a study without finished rows, for a recipe that is not in it, and for a start that it lacks.
    """
    if not isinstance(study, Study):
        raise TypeError(f"study must be what load_study(…) returned, got {type(study).__name__}")
    if isinstance(recipes, str) or not (recipes is None or isinstance(recipes, Sequence)):
        raise TypeError(f"recipes must be a list of names such as ['psn', 'lif-hard-2'], or None; got {recipes!r}")
    only = tasks_of(study, study.task, recipes)

    class OneStudy(StudyLab):
        table = _table(only)

        @staticmethod
        def tasks() -> dict[str, TaskRows]:
            return only

    return OneStudy(**start)


def study_panel(study: Study, recipes: Sequence[str] | None = None, **start) -> Any:
    """The view of `study_lab(study, recipes)`, opened as a list of all its rows with the best mean first.

    Arguments and errors are those of `study_lab`.
    """
    return study_lab(study, recipes, **{"neurons": "all", "axis": "list"} | start).show()
