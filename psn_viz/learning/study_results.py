"""A study: every recipe of a task, trained from several seeds, as a table and as a file that says how it was made."""

import os
import statistics
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from psn_viz import json_files
from psn_viz.files import path_of
from psn_viz.json_files import Count, CountFromZero, Fraction, NonNegative, Positive
from psn_viz.torch_state import Machine

FORMAT = 1
FOLDER = Path(str(resources.files("psn_viz.learning"))) / "results"
Times = Annotated[list[Positive], Meta(min_length=1)]


@dataclass(frozen=True)
class Run:
    """One recipe trained from one seed, with the learning rate that did best on the validation part.

    grid: (learning rate, validation accuracy, None where training diverged) for each rate tried; where two were
    equally good, that with the smaller training loss was kept. Accuracies in
    [0, 1]; the test part was measured once, after the rate had been chosen. firing_rate: spikes per neuron and
    time-step of each hidden layer, on the validation part; empty for a network without spikes. seconds: of the run
    kept.
    """

    recipe: str
    label: str
    seed: CountFromZero
    learning_rate: Positive
    grid: tuple[tuple[Positive, Fraction | None], ...]
    validation_accuracy: Fraction
    test_accuracy: Fraction
    firing_rate: tuple[NonNegative, ...]
    parameters: Count
    epochs: Count
    seconds: NonNegative

    def __post_init__(self) -> None:
        if self.learning_rate not in (rates := [rate for rate, _ in self.grid]):
            raise ValueError(f"learning_rate must be one of those in grid, {rates}; got {self.learning_rate}")

    @property
    def at_edge(self) -> bool:
        """Whether the best rate was the smallest or largest tried, though the grid had grown: see `train_recipe`."""
        rates = [rate for rate, _ in self.grid]
        return self.learning_rate in (min(rates), max(rates))


@dataclass(frozen=True)
class Row:
    """What the runs of one recipe have in common, or vary in: a line of the table.

    mean and spread (standard deviation over the seeds, n − 1 in the denominator; None for one seed) of the test
    accuracy. firing_rate: mean over seeds and layers, None for a network without spikes. epoch_seconds: median time
    of one training epoch, measured in turn with the other recipes, None where it was not.
    """

    recipe: str
    label: str
    runs: tuple[Run, ...]
    epoch_seconds: float | None

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Test accuracy of each run."""
        return tuple(run.test_accuracy for run in self.runs)

    @property
    def mean(self) -> float:
        """Mean test accuracy over the seeds."""
        return statistics.fmean(self.accuracies)

    @property
    def spread(self) -> float | None:
        """Standard deviation of the test accuracy over the seeds."""
        return statistics.stdev(self.accuracies) if len(self.runs) > 1 else None

    @property
    def validation_mean(self) -> float:
        """Mean validation accuracy over the seeds: what may be used to choose between recipes."""
        return statistics.fmean(run.validation_accuracy for run in self.runs)

    @property
    def parameters(self) -> int:
        """Trained numbers of the network."""
        return self.runs[0].parameters

    @property
    def firing_rate(self) -> float | None:
        """Spikes per neuron and time-step, mean over layers and seeds."""
        rates = [rate for run in self.runs for rate in run.firing_rate]
        return statistics.fmean(rates) if rates else None

    @property
    def learning_rates(self) -> tuple[float, ...]:
        """The rate chosen for each seed."""
        return tuple(run.learning_rate for run in self.runs)


class Conditions(TypedDict):
    """What all runs of a study share. samples: by part of the data. rates: the learning rates that were tried."""

    task: str
    data: str
    about: NotRequired[str]
    T: NotRequired[Count]
    classes: NotRequired[Count]
    samples: NotRequired[dict[str, Count]]
    source: NotRequired[str]
    licence: NotRequired[str]
    epochs: Count
    rates: list[Positive]
    choice: NotRequired[str]
    machine: Machine
    versions: NotRequired[dict[str, str]]
    command: str


@dataclass
class Study:
    """The runs of a task and the conditions that they share.

    made: the conditions. runs: in the order of the recipes and, within one, of the seeds. epoch_times: recipe →
    seconds of each timed epoch; time_machine: where those were taken.
    """

    made: Conditions
    runs: list[Run] = field(default_factory=list)
    epoch_times: dict[str, Times] = field(default_factory=dict)
    time_machine: Machine | None = None

    @property
    def task(self) -> str:
        """The name of the task."""
        return self.made["task"]

    @property
    def machine(self) -> Machine:
        """Where the networks were trained."""
        return self.made["machine"]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in order."""
        return tuple(sorted({run.seed for run in self.runs}))

    def rows(self) -> list[Row]:
        """One line per recipe, in the order of the recipes."""
        by_recipe: dict[str, list[Run]] = {}
        for run in self.runs:
            by_recipe.setdefault(run.recipe, []).append(run)
        times = {name: statistics.median(seconds) for name, seconds in self.epoch_times.items()}
        return [Row(name, runs[0].label, tuple(runs), times.get(name)) for name, runs in by_recipe.items()]

    def row(self, recipe: str) -> Row:
        """The line of one recipe, by its name or by what follows the task in it: "rows-psn" or "psn".

        Raises ValueError for a recipe that is not in the study.
        """
        rows = {row.recipe: row for row in self.rows()}
        for name in (recipe, f"{self.task}-{recipe}"):
            if name in rows:
                return rows[name]
        raise ValueError(f"recipe must be one of {', '.join(rows)}; got {recipe!r}")

    def __repr__(self) -> str:
        return f"Study({self.task}: {len(self.rows())} recipes, seeds {', '.join(map(str, self.seeds))})"


def load_study(name: str | os.PathLike) -> Study:
    """A study that comes with the package, by the name of its task, or one of your own, by the path of its file.

    Raises TypeError for a name that is none, FileNotFoundError for a file that is not there, ValueError for an
    unknown name and for a file that is damaged, naming it and the place in it.
    """
    return json_files.read(json_files.find(name, FOLDER), Study, "study of psn_viz", FORMAT)


def save_study(path: str | os.PathLike, study: Study) -> Path:
    """Write the study as JSON, whole or not at all; the path. Raises ValueError for what JSON cannot hold, as NaN."""
    return json_files.write(path_of("path", path), {"format": FORMAT, **asdict(study)})


def stored_studies() -> tuple[str, ...]:
    """The names of the studies that come with the package."""
    return json_files.stored_names(FOLDER)
