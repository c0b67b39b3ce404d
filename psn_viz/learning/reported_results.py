"""What papers and their authors' logs report: quoted, each number with its source, never mixed with our own."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from psn_viz import json_files
from psn_viz.json_files import Count, CountFromZero, Positive

FILE = Path(str(resources.files("psn_viz.learning"))) / "reported" / "parallel_spiking_neurons.json"
Percent = Annotated[float, Meta(ge=0, le=100)]


@dataclass(frozen=True)
class Source:
    """Where numbers come from, and how they are to be read."""

    citation: str
    read: str


@dataclass(frozen=True)
class Reported:
    """One accuracy as it was reported, in percent.

    table: what it belongs to, such as "sequential CIFAR10". best: of the test epochs where the source says so; last:
    after the last epoch. best_epoch counts from 0. note: what tells it apart from another run of the same neuron.
    source: the key of a Source.
    """

    table: str
    data: str
    neuron: str
    T: Count
    best: Percent
    source: str
    k: Count | None = None
    network: str | None = None
    best_epoch: CountFromZero | None = None
    last: Percent | None = None
    note: str | None = None


@dataclass(frozen=True)
class Curve:
    """Test accuracy in percent after each epoch of one run: accuracy[e] after epoch e, counted from 0."""

    table: str
    neuron: str
    accuracy: Annotated[list[Percent], Meta(min_length=1)]
    source: str
    k: Count | None = None
    note: str | None = None

    def best(self, first: int = 0, end: int | None = None) -> tuple[float, int]:
        """The highest accuracy of the epochs from `first` up to, not including, `end`, and the first such epoch."""
        accuracy = self.accuracy[first:end]
        return max(accuracy), first + accuracy.index(max(accuracy))


@dataclass(frozen=True)
class EpochSeconds:
    """How long the epochs of one run took, training and test together: the differences of the times in its log.

    host: the name of the machine in the log, shortened; that of a model may be borne by several. dynamics: how the
    neuron was computed. beside_it: of the other published runs, how many bear the name of that host and overlap with
    more than half of this one; on_its_gpu: how many of these name the same GPU. median, low, high: seconds; 90 % of
    the epochs lie between low and high.
    """

    table: str
    neuron: str
    host: str
    dynamics: str
    beside_it: CountFromZero
    on_its_gpu: CountFromZero
    median: Positive
    low: Positive
    high: Positive
    source: str
    k: Count | None = None
    note: str | None = None


@dataclass(frozen=True)
class Energy:
    """Microjoules for one sample as a paper estimates them: in all, and in the neurons where it says so."""

    network: str
    data: str
    total: Positive
    source: str
    in_neurons: Positive | None = None


@dataclass(frozen=True)
class ReportedResults:
    """All of them, and the sources by the keys that the others name."""

    sources: dict[str, Source]
    results: list[Reported]
    curves: list[Curve]
    epoch_seconds: list[EpochSeconds]
    energies: list[Energy]


@cache
def reported_results() -> ReportedResults:
    """What is reported, from the file that comes with the package."""
    return json_files.read(FILE, ReportedResults, "file of reported results", 2)


def reported_curve(table: str, neuron: str, k: int | None = None, note: str | None = None) -> Curve:
    """The curve of one run; k and note as in `reported`. Raises ValueError where there is none."""
    for curve in reported_results().curves:
        if (curve.table, curve.neuron, curve.note) == (table, neuron, note) and k in (None, curve.k):
            return curve
    kept = dict.fromkeys(
        f"{c.table}: {c.neuron}{'' if c.k is None else f', k = {c.k}'}" for c in reported_results().curves
    )
    raise ValueError(
        f"table and neuron must be of a run whose curve is kept ({'; '.join(kept)}); got {table!r}, {neuron!r} with "
        f"k = {k}, note = {note!r}"
    )


def reported(table: str, neuron: str, k: int | None = None, note: str | None = None) -> Reported:
    """One reported accuracy; k and note where the table has several of a neuron (the first without a note, else).

    Raises ValueError for what the table does not have, naming what it has.
    """
    of_table = [result for result in reported_results().results if result.table == table]
    if not of_table:
        tables = dict.fromkeys(result.table for result in reported_results().results)
        raise ValueError(f"table must be one of {', '.join(map(repr, tables))}; got {table!r}")
    for result in of_table:
        if result.neuron == neuron and k in (None, result.k) and note == result.note:
            return result
    names = dict.fromkeys(f"{r.neuron}{'' if r.k is None else f', k = {r.k}'}" for r in of_table)
    raise ValueError(f"neuron must be one of {', '.join(names)}; got {neuron!r} with k = {k}, note = {note!r}")
