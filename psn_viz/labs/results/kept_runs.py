"""The numbers of each view, out of the file of reported results."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from psn_viz.learning.reported_results import Reported, reported_curve, reported_results
from psn_viz.learning.training import lambda_at

VIEWS = ("table", "order", "curves", "mask", "tasks", "seconds")
EPOCHS = 256  # of every run on sequential CIFAR
# The data of each view, the first one where another view was left with data that this one lacks.
DATA = {
    "table": ("CIFAR10", "CIFAR100"),
    "order": ("CIFAR100",),
    "curves": ("CIFAR10", "CIFAR100"),
    "mask": ("CIFAR100", "CIFAR10"),
    "tasks": ("CIFAR10-DVS", "CIFAR10", "ImageNet"),
    "seconds": ("CIFAR10", "CIFAR100"),
}
KEPT_ORDERS = {"CIFAR100": (1, 2, 4, 8, 32), "CIFAR10": (32,)}
SWEEP = "order sweep, sequential CIFAR100"
FLAT_FROM = 4  # the order from which on the sweep rises little
_WITH_RESET = ("LIF", "PLIF", "PLIF (PyTorch rerun)", "KLIF", "GLIF")
_AGAIN = "another run with the same arguments"


@dataclass(frozen=True)
class RowsNumbers:
    """One number of each run of a view, the first the highest accuracy or the shortest time.

    view, data, count, epoch: the state. labels: what each is. notes: what is to be known of it, or "". reset_free:
    whether its neuron has no reset. values `[rows]`: accuracy in %, or the median of seconds an epoch. low, high
    `[rows]`: between them lie 90 % of the epochs' seconds; of an accuracy both are its value. twins: the places of
    two runs with the same arguments, or None. All arrays are float64.
    """

    view: str
    data: str
    count: str
    epoch: int
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    reset_free: tuple[bool, ...]
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    twins: tuple[int, int] | None

    def value_of(self, label: str) -> float:
        """The value of the row with this label."""
        return float(self.values[self.labels.index(label)])


@dataclass(frozen=True)
class OrdersNumbers:
    """Accuracy in % over the order k, by neuron, on sequential CIFAR100.

    count: "best" or "last". k, accuracy: by neuron `[runs]`, float64. repeats: (k, accuracy, accuracy) of two runs
    of one setting, by neuron. noise: the largest difference of two such runs, in points. flat: by neuron, the lowest
    and the highest accuracy from k = FLAT_FROM on.
    """

    count: str
    k: dict[str, np.ndarray]
    accuracy: dict[str, np.ndarray]
    repeats: dict[str, list[tuple[int, float, float]]]
    noise: float
    flat: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class CurvesNumbers:
    """Test accuracy in % after each epoch, of every run on one data set.

    data, epoch: the state. curves: by run `[256]` float64, NaN beyond the epoch. reset_free: by run. behind: by run
    of the PSN family the last of the shown epochs in which it was not ahead of both LIF runs; −1 where there is none.
    """

    data: str
    epoch: int
    curves: dict[str, np.ndarray]
    reset_free: dict[str, bool]
    behind: dict[str, int]


@dataclass(frozen=True)
class MaskNumbers:
    """Test accuracy of a masked PSN and λ, epoch by epoch.

    data, k, epoch: the state. accuracy `[256]` in %, lambda_ `[256]`: float64, NaN beyond the epoch. shut: the first
    epoch with λ = 1. open_best, shut_best: (accuracy, epoch) of the best shown epoch with λ < 1 and with λ = 1; None
    where none is shown yet.
    """

    data: str
    k: int
    epoch: int
    accuracy: np.ndarray
    lambda_: np.ndarray
    shut: int
    open_best: tuple[float, int] | None
    shut_best: tuple[float, int] | None


Numbers = RowsNumbers | OrdersNumbers | CurvesNumbers | MaskNumbers


def name_of(neuron: str, note: str | None) -> str:
    """What a run is called: the second of two with the same arguments says so."""
    return f"{neuron}, again" if note == _AGAIN else neuron


def rows_of(view: str, data: str, count: str, epoch: int) -> RowsNumbers:
    """The final table, the other tasks, or the times."""
    found: list[tuple[str, str, bool, float, float, float]] = []
    if view == "seconds":
        for run in reported_results().epoch_seconds:
            if run.table == f"sequential {data}":
                shared = ", another run names its GPU" if run.on_its_gpu else ""
                note = f"{run.host}, {run.dynamics}{shared}"
                label, free = name_of(run.neuron, run.note), run.neuron not in _WITH_RESET
                found.append((label, note, free, run.median, run.low, run.high))
        found.sort(key=lambda row: row[3])
    else:
        chosen = ("static", "neuromorphic") if view == "tasks" else (f"sequential {data}",)
        for row in reported_results().results:
            if row.table in chosen and row.data == data:
                value = _counted(row, count, epoch)
                label = f"{row.network}, T = {row.T}" if view == "tasks" else name_of(row.neuron, row.note)
                note = row.neuron + ("" if row.k is None else f", k = {row.k}")
                found.append((label, note, row.neuron not in _WITH_RESET, value, value, value))
        found.sort(key=lambda row: -row[3])
    labels, notes, free, *values = zip(*found, strict=True)
    twins = tuple(labels.index(name) for name in ("LIF", "LIF, again")) if "LIF, again" in labels else None
    value, low, high = (np.array(part, dtype=float) for part in values)
    return RowsNumbers(view, data, count, epoch, labels, notes, free, value, low, high, twins)  # type: ignore[arg-type]


def _counted(row: Reported, count: str, epoch: int) -> float:
    """The accuracy of a run that counts."""
    if count == "epoch":
        return reported_curve(row.table, row.neuron, row.k, row.note).accuracy[epoch]
    value = row.best if count == "best" else row.last
    if value is None:
        raise ValueError(f"{row.table}, {row.neuron}: no {count} accuracy is reported")
    return value


def orders_of(count: str) -> OrdersNumbers:
    """The sweep over the order k."""
    k, accuracy, repeats = {}, {}, {}
    for neuron in ("masked PSN", "sliding PSN"):
        rows = [row for row in reported_results().results if row.table == SWEEP and row.neuron == neuron]
        k[neuron] = np.array([row.k for row in rows], dtype=float)
        accuracy[neuron] = np.array([_counted(row, count, 0) for row in rows])
        repeats[neuron] = [
            (one.k or 0, _counted(one, count, 0), _counted(other, count, 0))
            for one, other in itertools.combinations(rows, 2)
            if one.k == other.k
        ]
    flat = {name: accuracy[name][k[name] >= FLAT_FROM] for name in k}
    return OrdersNumbers(
        count,
        k,
        accuracy,
        repeats,
        noise=max(abs(one - other) for pairs in repeats.values() for _, one, other in pairs),
        flat={name: (float(values.min()), float(values.max())) for name, values in flat.items()},
    )


def _up_to(values, epoch: int) -> np.ndarray:
    """The values up to this epoch, NaN beyond."""
    shown = np.array(values, dtype=float)
    shown[epoch + 1 :] = np.nan
    return shown


def curves_of(data: str, epoch: int) -> CurvesNumbers:
    """The curves of all runs on sequential CIFAR10 or CIFAR100."""
    runs = [curve for curve in reported_results().curves if curve.table == f"sequential {data}"]
    curves = {name_of(run.neuron, run.note): _up_to(run.accuracy, epoch) for run in runs}
    lif = np.maximum(curves["LIF"], curves["LIF, again"])[: epoch + 1]
    family = [run.neuron for run in runs if run.neuron.endswith("PSN")]
    behind = {name: np.flatnonzero(curves[name][: epoch + 1] <= lif) for name in family}
    return CurvesNumbers(
        data,
        epoch,
        curves,
        {name_of(run.neuron, run.note): run.neuron not in _WITH_RESET for run in runs},
        {name: int(epochs[-1]) if len(epochs) else -1 for name, epochs in behind.items()},
    )


def mask_of(data: str, k: int, epoch: int) -> MaskNumbers:
    """The curve of one masked PSN with the λ of each epoch."""
    table = f"sequential {data}" if k == 32 else SWEEP
    curve = reported_curve(table, "masked PSN", k)
    lambdas = [lambda_at("paper", e, EPOCHS) for e in range(EPOCHS)]
    shut = lambdas.index(1.0)
    return MaskNumbers(
        data,
        k,
        epoch,
        _up_to(curve.accuracy, epoch),
        _up_to(lambdas, epoch),
        shut,
        open_best=curve.best(0, min(shut, epoch + 1)),
        shut_best=curve.best(shut, epoch + 1) if epoch >= shut else None,
    )
