"""What the lab `study` has to show, from the stored files themselves."""

import json
import math
from functools import cache
from importlib import resources
from statistics import fmean, variance

import numpy as np

from psn_viz.learning.paired_difference import student_quantile

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
AXES = ("tau", "k", "reach", "parameters")


@cache
def stored() -> dict:
    """Every study with a finished row by its name: its file, and these rows by what follows the task in their names.

    One with several data sets counts as a study of each, with its name.
    """
    found = {}
    for file in sorted(resources.files("psn_viz.learning").joinpath("results").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            study = json.loads(file.read_text("utf-8"))
            several = len({row["data"] for row in study["entries"]}) > 1
            for row in study["entries"]:
                if row["runs"]:
                    task = row["data"] if several else file.name.removesuffix(".json")
                    start = row["data"] if several else study["made"]["task"]
                    rows = found.setdefault(task, study | {"rows": {}})["rows"]
                    rows[row["recipe"].removeprefix(f"{start}-")] = row
    return found


def accuracies(row: dict) -> list[float]:
    return [run["test_accuracy"] for run in row["runs"]]


def validation(row: dict) -> float:
    return fmean(run["validation_curve"][-1] for run in row["runs"])


def is_lif(row: dict) -> bool:
    return row["family"] == "LIF" and not row["control"]


def is_psn(row: dict) -> bool:
    return row["family"] != "LIF" and not row["control"]


def group(task: str, neurons: str) -> set[str]:
    """The rows that a choice of neurons shows; none where the choice is not offered."""
    rows = stored()[task]["rows"]
    lif = {name for name, row in rows.items() if is_lif(row)}
    psn = {name for name, row in rows.items() if is_psn(row)}
    both = lif | psn if lif and psn else set()
    return {"lif": lif, "psn": psn, "both": both, "all": set(rows) if len(rows) > len(lif | psn) else set()}[neurons]


def with_axis(task: str, neurons: str) -> list[str]:
    """What the rows can be laid out over."""
    rows = stored()[task]["rows"]
    return [axis for axis in AXES if len({rows[name][axis] for name in group(task, neurons)} - {None}) > 1]


def first_two(task: str) -> tuple[str, str]:
    """The PSN, or the best of its family, or the best; and the best LIF, or the best of the rest: by validation."""
    rows = stored()[task]["rows"]
    best = sorted(rows, key=lambda name: (-validation(rows[name]), list(rows).index(name)))
    family = [name for name in best if is_psn(rows[name])]
    one = "psn" if "psn" in rows else (family or best)[0]
    rest = [name for name in best if name != one] or [one]
    return one, ([name for name in rest if is_lif(rows[name])] or rest)[0]


def settled(state: dict) -> dict:
    task, neurons, axis = state["task"], state["neurons"], state["axis"]
    if not group(task, neurons):
        neurons = next(choice for choice in ("both", "psn", "lif", "all") if group(task, choice))
    there = with_axis(task, neurons)
    if axis != "list" and axis not in there:
        axis = next(choice for choice in ("tau", "k", "list") if choice in (*there, "list"))
    one, other = first_two(task)
    rows = stored()[task]["rows"]
    return {
        "task": task,
        "neurons": neurons,
        "axis": axis,
        "one": state["one"] if state["one"] in rows else one,
        "other": state["other"] if state["other"] in rows else other,
    }


def right(task: str, name: str) -> np.ndarray:
    """Which samples each seed put in the right class, `[seeds, n]`."""
    row = stored()[task]["rows"][name]
    truth = stored()[task]["truth"][row["data"]]
    return np.array(
        [[a == b for a, b in zip(run["answers"], truth, strict=True)] for run in row["runs"]], dtype=float
    )


@cache
def interval(task: str, one: str, other: str) -> tuple[float, float, float]:
    """The difference in points, and the ends of its interval by the formula of `difference`."""
    a, b = right(task, one), right(task, other)
    samples = (a.mean(0) - b.mean(0)).tolist()
    parts = [(variance(samples) / len(samples), len(samples) - 1)]
    parts += [(variance(x.mean(1).tolist()) / len(x), len(x) - 1) for x in (a, b)]
    whole = sum(part for part, _ in parts)
    half = whole and student_quantile(0.975, whole**2 / sum(part**2 / n for part, n in parts)) * math.sqrt(whole)
    points = fmean(samples)
    return 100 * points, 100 * (points - half), 100 * (points + half)


@cache
def confusion(task: str, name: str) -> np.ndarray:
    row = stored()[task]["rows"][name]
    truth = stored()[task]["truth"][row["data"]]
    classes = stored()[task]["made"]["classes"]
    counts = np.zeros((classes, classes))
    for run in row["runs"]:
        np.add.at(counts, ([DIGITS.index(c) for c in truth], [DIGITS.index(c) for c in run["answers"]]), 1)
    return counts / counts.sum(1)[:, None]


def expected(state: dict) -> dict:
    state = settled(state)
    task, axis = state["task"], state["axis"]
    rows = stored()[task]["rows"]
    shown = [name for name in rows if name in group(task, state["neurons"]) | {state["one"], state["other"]}]
    chosen = {role: rows[state[role]] for role in ("one", "other")}
    there = {
        "task": task,
        "neurons": state["neurons"],
        "axis": axis,
        "one": state["one"],
        "other": state["other"],
        "accuracy": {name: accuracies(rows[name]) for name in shown},
        "value": {name: math.nan if rows[name].get(axis) is None else rows[name][axis] for name in shown},
        "places": {name: list(rows).index(name) for name in shown},
        "chance": 1 / stored()[task]["made"]["classes"],
        "confusion": confusion(task, state["one"]),
        "train_curves": {role: [run["train_accuracy"] for run in row["runs"]] for role, row in chosen.items()},
        "validation_curves": {role: [run["validation_curve"] for run in row["runs"]] for role, row in chosen.items()},
        "rates": {role: [tried["learning_rate"] for tried in row["grid"]] for role, row in chosen.items()},
        "tried": {role: [tried["validation_accuracy"] for tried in row["grid"]] for role, row in chosen.items()},
    }
    seeds = min(len(row["runs"]) for row in chosen.values())
    if state["one"] == state["other"] or seeds < 2:
        return there | {"difference": None}
    ends = interval(task, state["one"], state["other"])
    return there | dict(zip(("difference.points", "difference.low", "difference.high"), ends, strict=True))


def same_picture(control: str, before: dict, after: dict) -> str:
    one, other = (set(expected(state)["accuracy"]) for state in (before, after))
    return "the two that are compared are all that would be added" if control == "neurons" and one == other else ""
