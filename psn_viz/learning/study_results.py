"""A study: every recipe of a task, trained from several seeds, as a table and as a file that says how it was made."""

import os
import statistics
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import NotRequired, TypedDict

import torch
from torch import Tensor

from psn_viz import json_files
from psn_viz.files import path_of, write_whole
from psn_viz.json_files import Count, CountFromZero, Fraction, NonNegative, Positive
from psn_viz.torch_state import Machine

FORMAT = 2
FOLDER = Path(str(resources.files("psn_viz.learning"))) / "results"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"  # how a class is written in `Run.answers`: one character each


@dataclass(frozen=True)
class Tried:
    """One learning rate of the sweep of a recipe.

    validation_accuracy, train_loss: after the last epoch, of each seed in the order of the seeds; None where training
    diverged.
    """

    learning_rate: Positive
    validation_accuracy: tuple[Fraction | None, ...]
    train_loss: tuple[NonNegative | None, ...]

    @property
    def result(self) -> tuple[float, float] | None:
        """Mean validation accuracy and mean training loss over the seeds; None where training of one diverged."""
        accuracies = [accuracy for accuracy in self.validation_accuracy if accuracy is not None]
        losses = [loss for loss in self.train_loss if loss is not None]
        if len(accuracies) < len(self.validation_accuracy):
            return None
        return statistics.fmean(accuracies), statistics.fmean(losses)


@dataclass(frozen=True)
class Run:
    """A recipe trained from one seed, with the learning rate that was chosen for the recipe.

    test_accuracy: measured once, after the rate had been chosen. answers: the class given to each test sample, one
    character of DIGITS each. train_loss, train_accuracy (of the epoch, while weights change) and validation_curve
    (after it): one number an epoch. firing_rate: spikes per neuron and time-step of each hidden layer, on the
    validation part; empty for a network without spikes. seconds: of training.
    """

    seed: CountFromZero
    test_accuracy: Fraction
    answers: str
    train_loss: tuple[NonNegative, ...]
    train_accuracy: tuple[Fraction, ...]
    validation_curve: tuple[Fraction, ...]
    firing_rate: tuple[NonNegative, ...]
    seconds: NonNegative

    @property
    def validation_accuracy(self) -> float:
        """Accuracy on the validation part after the last epoch."""
        return self.validation_curve[-1]


@dataclass(frozen=True)
class Row:
    """A line of the table: one recipe, its sweep over learning rates, and its runs with the rate that was chosen.

    recipe, label: its name, and what it is in words. data: the data set. family: "PSN", "masked PSN", "sliding PSN",
    "LIF" or "ReLU"; k, tau, reset: what a neuron of the family has of them. control: whether it is there to lack
    something. reach: how many of the T inputs the answer of the last step can depend on. layers, parameters: of the
    network. epochs, updates: how often it saw the training part, and how many steps the optimiser took.
    grid: in the order of the rates. runs: in the order of the seeds; empty while the sweep is under way.
    epoch_times: seconds of each epoch that was timed, in turn with the other recipes. truth: the class of each test
    sample, written as the answers are; not in the file, which holds it once for all.
    """

    recipe: str
    label: str
    data: str
    family: str
    k: Count | None
    tau: Positive | None
    reset: str | None
    control: bool
    reach: Count
    layers: Count
    parameters: Count
    epochs: Count
    updates: Count
    grid: tuple[Tried, ...] = ()
    learning_rate: Positive | None = None
    runs: tuple[Run, ...] = ()
    epoch_times: tuple[Positive, ...] = ()
    truth: str = ""

    def __post_init__(self) -> None:
        if self.runs and self.learning_rate not in (rates := [tried.learning_rate for tried in self.grid]):
            raise ValueError(f"learning_rate must be one of those in grid, {rates}; got {self.learning_rate}")

    @property
    def at_edge(self) -> bool:
        """Whether the rate is the smallest or largest tried, though the grid had grown: see `search_rate`."""
        rates = [tried.learning_rate for tried in self.grid]
        return self.learning_rate in (min(rates), max(rates))

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
        """Standard deviation of the test accuracy over the seeds (n − 1 in the denominator); None for one seed."""
        return statistics.stdev(self.accuracies) if len(self.runs) > 1 else None

    @property
    def validation_mean(self) -> float:
        """Mean validation accuracy over the seeds: what may be used to choose between recipes."""
        return statistics.fmean(run.validation_accuracy for run in self.runs)

    @property
    def firing_rate(self) -> float | None:
        """Spikes per neuron and time-step, mean over layers and seeds; None for a network without spikes."""
        rates = [rate for run in self.runs for rate in run.firing_rate]
        return statistics.fmean(rates) if rates else None

    @property
    def epoch_seconds(self) -> float | None:
        """Median time of one training epoch; None where it was not measured."""
        return statistics.median(self.epoch_times) if self.epoch_times else None

    @property
    def right(self) -> Tensor:
        """Which test samples each run put in the right class, bool `[seeds, n]`."""
        return torch.tensor(
            [[given == true for given, true in zip(run.answers, self.truth, strict=True)] for run in self.runs]
        )

    def confusion(self) -> Tensor:
        """How often a sample of class i was put in class j, summed over the seeds, int64 `[classes, classes]`."""
        classes = 1 + max(map(DIGITS.index, self.truth))
        counts = torch.zeros(classes, classes, dtype=torch.int64)
        for run in self.runs:
            for given, true in zip(run.answers, self.truth, strict=True):
                counts[DIGITS.index(true), DIGITS.index(given)] += 1
        return counts


class Conditions(TypedDict):
    """What all runs of a study share. samples: by part of the data. rates: the learning rates tried first."""

    task: str
    about: NotRequired[str]
    data: str
    T: NotRequired[Count]
    classes: NotRequired[Count]
    samples: NotRequired[dict[str, Count]]
    source: NotRequired[str]
    licence: NotRequired[str]
    seeds: Count
    rates: list[Positive]
    training: NotRequired[str]
    choice: NotRequired[str]
    machine: Machine
    versions: NotRequired[dict[str, str]]
    command: str


@dataclass
class Study:
    """The rows of a task and the conditions that they share.

    made: the conditions. entries: all rows, in the order of the recipes, those under way included. truth: the class
    of each test sample of a data set, by its name, one character of DIGITS each. time_machine: where the times of an
    epoch were taken.
    """

    made: Conditions
    entries: list[Row] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)
    time_machine: Machine | None = None

    def __post_init__(self) -> None:
        for row in self.entries:
            for run in row.runs:
                right = [
                    given == true for given, true in zip(run.answers, self.truth.get(row.data, ""), strict=False)
                ]
                if len(right) != len(run.answers) or round(sum(right) / len(right), 6) != run.test_accuracy:
                    raise ValueError(f"answers of {row.recipe}, seed {run.seed}, do not give its test_accuracy")

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
        return tuple(range(self.made["seeds"]))

    def rows(self) -> list[Row]:
        """The finished rows, in the order of the recipes."""
        return [replace(row, truth=self.truth[row.data]) for row in self.entries if row.runs]

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
    content = {"format": FORMAT, **asdict(study)}
    for row in content["entries"]:
        del row["truth"]
    # Without line breaks: most of a study is numbers, and would be a line each.
    return write_whole(path_of("path", path), json_files.encode(content, indent=None))


def stored_studies() -> tuple[str, ...]:
    """The names of the studies that come with the package."""
    return json_files.stored_names(FOLDER)
