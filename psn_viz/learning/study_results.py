"""A study: every recipe of a task, trained from several seeds, as a table and as a file that says how it was made."""

import json
import os
import statistics
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path

from psn_viz.files import write_whole
from psn_viz.learning.tensor_file import path_of

FORMAT = 1


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
    seed: int
    learning_rate: float
    grid: tuple[tuple[float, float | None], ...]
    validation_accuracy: float
    test_accuracy: float
    firing_rate: tuple[float, ...]
    parameters: int
    epochs: int
    seconds: float

    @property
    def at_edge(self) -> bool:
        """Whether the best rate was the smallest or largest tried, though the grid had grown: see `follow`."""
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


@dataclass
class Study:
    """The runs of a task and the conditions that they share.

    made: task, data, samples, epochs of each recipe, rates, machine, versions, command, data licence and source.
    runs: in the order of the recipes and, within one, of the seeds. epoch_times: recipe → seconds of each timed
    epoch; time_machine: where those were taken.
    """

    made: dict
    runs: list[Run] = field(default_factory=list)
    epoch_times: dict[str, list[float]] = field(default_factory=dict)
    time_machine: dict | None = None

    @property
    def task(self) -> str:
        """The name of the task."""
        return self.made["task"]

    @property
    def machine(self) -> dict:
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

    Raises FileNotFoundError for a file that is not there, ValueError for an unknown name and, naming the file, for
    one that is damaged.
    """
    path = path_of("name", name)
    if isinstance(name, str) and name == path.name and path.suffix != ".json":
        if name not in stored_studies():
            raise ValueError(
                f"name must be one of the studies that come with psn_viz ({', '.join(stored_studies()) or 'none'}), "
                f"or a path that ends in .json; got {name!r}"
            )
        path = _folder() / f"{name}.json"
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise ValueError(f"its format is {told['format']!r}, this psn_viz reads {FORMAT}")
        made = dict(told["made"])
        if missing := sorted({"task", "data", "machine", "command", "epochs", "rates"} - made.keys()):
            raise KeyError(missing[0])
        return Study(made, [_run(one) for one in told["runs"]], _times(told["epoch_times"]), told["time_machine"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ValueError(f"{path} is damaged, or is no study of psn_viz: {why}") from None


def save_study(path: str | os.PathLike, study: Study) -> Path:
    """Write the study as JSON, whole or not at all; the path."""
    told = {
        "format": FORMAT,
        "made": study.made,
        "runs": [asdict(run) for run in study.runs],
        "epoch_times": study.epoch_times,
        "time_machine": study.time_machine,
    }
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    return write_whole(path_of("path", path), text.encode() + b"\n")


def stored_studies() -> tuple[str, ...]:
    """The names of the studies that come with the package."""
    return tuple(sorted(file.stem for file in _folder().glob("*.json")))


def _run(told: dict) -> Run:
    run = Run(**{**told, "grid": tuple(map(tuple, told["grid"])), "firing_rate": tuple(told["firing_rate"])})
    tried = {rate: accuracy for rate, accuracy in run.grid}
    accuracies = [run.validation_accuracy, run.test_accuracy, *(one for one in tried.values() if one is not None)]
    for what, fine in (
        ("names", all(isinstance(name, str) for name in (run.recipe, run.label))),
        ("whole numbers", all(type(n) is int for n in (run.seed, run.parameters, run.epochs))),
        ("accuracies", all(isinstance(one, int | float) and 0 <= one <= 1 for one in accuracies)),
        ("firing rates", all(isinstance(rate, int | float) and rate >= 0 for rate in run.firing_rate)),
        ("learning rates", run.learning_rate in tried and all(rate > 0 for rate in tried)),
        ("seconds", isinstance(run.seconds, int | float)),
    ):
        if not fine:
            raise ValueError(f"the {what} of a run cannot be right: {told}")
    return run


def _times(told: dict) -> dict[str, list[float]]:
    if not all(seconds and all(one > 0 for one in seconds) for seconds in told.values()):
        raise ValueError("its epoch times cannot be right")
    return dict(told)


def _folder() -> Path:
    return Path(str(resources.files("psn_viz.learning"))) / "results"
