"""The finished rows of one study: which there are, how they are grouped, and what of them is worth keeping."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np

from psn_viz.learning import Difference, Study, difference
from psn_viz.learning.data.load import FASHION_MNIST_CLASSES
from psn_viz.learning.study_results import Row

GROUPS = {"lif": "LIF", "psn": "PSN family", "both": "both", "all": "both and controls"}
AXES = {"list": "a list", "tau": "τ", "k": "k", "reach": "reach", "parameters": "parameters"}
_VALUES: dict[str, Callable[[Row], float | None]] = {
    "tau": lambda row: row.tau,
    "k": lambda row: row.k,
    "reach": lambda row: row.reach,
    "parameters": lambda row: row.parameters,
}


def value_on(axis: str, row: Row) -> float:
    """What a row has of τ, k, reach or parameters; NaN where it has none, as in a list."""
    value = _VALUES.get(axis, lambda row: None)(row)
    return np.nan if value is None else float(value)


def tasks_of(study: Study, name: str, recipes: Iterable[str] | None = None) -> dict[str, TaskRows]:
    """The rows of a study as one task, called `name`; of one with several data sets each as a task of its name.

    recipes: those to take, by names as `Study.row` takes them, or None. Raises ValueError where none of the rows is
    finished.
    """
    rows = study.rows() if recipes is None else [study.row(recipe) for recipe in recipes]
    if not rows:
        raise ValueError(f"study must hold a finished row, got none in {study!r}")
    rows = list({row.recipe: row for row in rows}.values())  # each once: a recipe has two names
    about = study.made.get("about", study.made["data"])
    if len({row.data for row in study.entries}) == 1:
        about = about.replace(study.made["data"], rows[0].data)
        return {name: TaskRows(study, rows, about, f"{study.task}-")}
    tasks = {}
    for data in dict.fromkeys(row.data for row in rows):
        own = [row for row in rows if row.data == data]
        prefix = f"{data}-" if all(row.recipe.startswith(f"{data}-") for row in own) else f"{study.task}-"
        tasks[data] = TaskRows(study, own, about.replace(study.made["data"], data), prefix)
    return tasks


class TaskRows:
    """Finished rows of a study on one data set, by what follows the task in their names: "psn".

    study: whose rows they are. rows: in the order of the study. setting: data and readout in words. prefix: what
    their names begin with.
    """

    def __init__(self, study: Study, rows: list[Row], setting: str, prefix: str) -> None:
        self.study, self.setting = study, setting
        self.rows = {row.recipe.removeprefix(prefix): row for row in rows}
        self.names = list(self.rows)
        self._confusions: dict[str, np.ndarray] = {}
        self._differences: dict[tuple[str, str], Difference] = {}

    @cached_property
    def chance(self) -> float:
        """What guessing gives: 1 over the number of classes."""
        row = next(iter(self.rows.values()))
        return 1 / self.study.made.get("classes", len(set(row.truth)))

    @cached_property
    def memoryless(self) -> Row | None:
        """The control without memory, if it is there."""
        return next((row for row in self.rows.values() if row.control and row.family != "ReLU"), None)

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The names of the rows in each group of GROUPS that is more than another one."""
        lif = [name for name, row in self.rows.items() if row.family == "LIF" and not row.control]
        psn = [name for name, row in self.rows.items() if row.family != "LIF" and not row.control]
        groups = {"lif": lif, "psn": psn, "both": [*lif, *psn] if lif and psn else [], "all": self.names}
        if len(lif) + len(psn) == len(self.names):
            del groups["all"]
        return {group: sorted(names, key=self.names.index) for group, names in groups.items() if names}

    def axes(self, group: str) -> tuple[str, ...]:
        """What the rows of a group can be laid out over: a list, and whatever takes two values or more in them."""
        rows = [self.rows[name] for name in self.groups[group]]
        values = {axis: {value_on(axis, row) for row in rows if value_on(axis, row) > 0} for axis in _VALUES}
        return "list", *(axis for axis, found in values.items() if len(found) > 1)

    @cached_property
    def best(self) -> tuple[str, str]:
        """Two to begin with, by validation: the PSN or the best, and the best LIF or the best of the rest."""
        order = sorted(self.names, key=lambda name: -self.rows[name].validation_mean)  # a stable sort
        one = "psn" if "psn" in self.rows else next(name for name in order if name in self.groups.get("psn", order))
        rest = [name for name in order if name != one] or [one]
        return one, next((name for name in rest if name in self.groups.get("lif", ())), rest[0])

    def confusion(self, name: str) -> np.ndarray:
        """The share of the samples of class i that was put in class j, `[classes, classes]` float64, all seeds."""
        if name not in self._confusions:
            counts = self.rows[name].confusion().double().numpy()
            self._confusions[name] = counts / np.maximum(1, counts.sum(1, keepdims=True))
        return self._confusions[name]

    def difference(self, one: str, other: str) -> Difference:
        """One minus the other; raises ValueError where they have too few seeds."""
        if (one, other) not in self._differences:
            self._differences[one, other] = difference(self.rows[one], self.rows[other])
        return self._differences[one, other]

    def class_name(self, name: str, label: int) -> str:
        """What a class is called, or its number."""
        fashion = self.rows[name].data.startswith("fashion-mnist")
        return FASHION_MNIST_CLASSES[label] if fashion else f"class {label}"
