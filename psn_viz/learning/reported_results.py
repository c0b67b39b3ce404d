"""Accuracies that papers and their authors' logs report: quoted, each with its source, never mixed with our own."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from psn_viz import json_files
from psn_viz.json_files import Count, CountFromZero

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
class EarlyAccuracy:
    """Test accuracy in percent after so many epochs."""

    table: str
    neuron: str
    epoch: Count
    accuracy: Percent


@dataclass(frozen=True)
class ReportedResults:
    """All of them: results, accuracies on the way, and the sources by the keys that the results name."""

    sources: dict[str, Source]
    results: list[Reported]
    curves: list[EarlyAccuracy]


@cache
def reported_results() -> ReportedResults:
    """What is reported, from the file that comes with the package."""
    return json_files.read(FILE, ReportedResults, "file of reported results", 1)


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
