"""How a study is made: every recipe of a task from several seeds, kept in a file as it goes."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from os import PathLike
from pathlib import Path

import torch

from psn_viz import __version__
from psn_viz.files import path_of
from psn_viz.learning.data.load import Dataset, load_dataset
from psn_viz.learning.history import History, Progress
from psn_viz.learning.network_surgery import answers
from psn_viz.learning.networks import Classifier
from psn_viz.learning.preconditions import device_for
from psn_viz.learning.rate_search import BEYOND, RATES, search_rate
from psn_viz.learning.recipe_training import train_once
from psn_viz.learning.recipes import TASKS, Recipe, recipe_for
from psn_viz.learning.study_results import DIGITS, Conditions, Row, Run, Study, Tried, load_study, save_study
from psn_viz.learning.training import train
from psn_viz.neurons import Neuron
from psn_viz.torch_state import machine, seeded

SEEDS = 5
BATCH = 100
TIMED = 7  # epochs of each recipe whose time is taken, after one that is not


def train_study(
    task: str,
    path: str | PathLike,
    *,
    seeds: int = SEEDS,
    only: Sequence[str] = (),
    epochs: int | None = None,
    rates: Sequence[float] = RATES,
    device: str | None = None,
    data: str | None = None,
    announce: Callable[[str], object] = lambda text: None,
    callbacks: Sequence[Callable[[Progress], object]] = (),
) -> Study:
    """Train every recipe of `task` from the seeds 0 … seeds − 1, and keep the study in the file `path` as it goes.

    Each recipe is trained from every seed with every learning rate of `rates`; the rate with the best *mean*
    validation accuracy over the seeds is the recipe's, and the grid grows until that mean is worse on both sides (see
    `search_rate`). With that rate, and no other, every seed is measured on the test part, once. All rates are tried
    from the same weights and with the same order of samples.

    only: names of recipes of the task; empty: all. epochs, data: instead of those of the recipes. A file that is
    there is gone on with: what is in it is not trained again.

    Raises ValueError for an unknown task or recipe, and for a file made under other conditions (naming the first that
    differs). A KeyboardInterrupt is passed on; every learning rate that was finished is in the file.
    """
    recipes = recipes_of(task, epochs=epochs, data=data)
    names = [recipe.name for recipe in recipes]
    if unknown := [name for name in only if name not in names]:
        raise ValueError(f"only must name recipes of {task!r}, {', '.join(names)}; got {unknown[0]!r}")
    path = path_of("path", path)
    load = cache(load_dataset)
    conditions = _conditions(task, recipes, load(recipes[0].data), rates, seeds, device, epochs, data)
    study = _go_on(path, conditions, recipes)
    rows = {row.recipe: row for row in study.entries}
    study.truth |= {recipe.data: _truth(load(recipe.data)) for recipe in recipes}

    def keep(row: Row) -> None:
        rows[row.recipe] = row
        study.entries = [rows[name] for name in names if name in rows]
        save_study(path, study)

    for number, recipe in enumerate(recipes, start=1):
        if (only and recipe.name not in only) or (recipe.name in rows and rows[recipe.name].runs):
            continue
        title = f"{recipe.name} ({number} of {len(recipes)})"
        sweep = _Sweep(recipe, load(recipe.data), seeds, device, callbacks, partial(_say, announce, title))
        keep(sweep.finished(rows.get(recipe.name) or sweep.row, rates, keep))
    return study


def _say(announce: Callable[[str], object], title: str, text: str) -> None:
    announce(f"{title}, {text}")


def _truth(data: Dataset) -> str:
    return "".join(DIGITS[label] for label in data.test.y.tolist())


class _Sweep:
    """The runs of one recipe: those of this session are kept, so that the chosen one need not be trained again."""

    def __init__(
        self,
        recipe: Recipe,
        data: Dataset,
        seeds: int,
        device: str | None,
        callbacks: Sequence[Callable[[Progress], object]],
        say: Callable[[str], object],
    ) -> None:
        self.recipe, self.data, self.seeds, self.device = recipe, data, seeds, device
        self.callbacks, self.say = callbacks, say
        self.kept: dict[tuple[float, int], tuple[Classifier, History]] = {}

    @property
    def row(self) -> Row:
        """The line of the recipe, before anything was trained."""
        recipe, kind = self.recipe, self.recipe.kind
        T = self.data.T if recipe.shown is None else recipe.shown
        model = recipe.network(self.data, 0)
        return Row(
            recipe=recipe.name,
            label=recipe.label,
            data=recipe.data,
            family=kind.family,
            k=kind.k,
            tau=kind.tau,
            reset=kind.reset,
            control=kind.control,
            reach=kind.reach(T, recipe.layers),
            layers=recipe.layers,
            parameters=model.parameter_count,
            epochs=recipe.epochs,
            updates=recipe.epochs * -(-len(self.data.train) // BATCH),
        )

    def finished(self, row: Row, rates: Sequence[float], keep: Callable[[Row], object]) -> Row:
        """The line with the rate that was chosen and its runs; `keep` gets it after every rate.

        Raises FloatingPointError when training diverged with every rate.
        """
        tried = {one.learning_rate: one for one in row.grid}

        def result_of(rate: float) -> tuple[float, float] | None:
            if rate not in tried:
                tried[rate] = self.try_rate(rate)
                keep(replace(row, grid=tuple(tried[rate] for rate in sorted(tried))))
            return tried[rate].result

        best, _ = search_rate(rates, result_of)
        if best is None:
            raise FloatingPointError(f"{row.recipe}: training diverged with every learning rate of {sorted(tried)}")
        grid = tuple(tried[rate] for rate in sorted(tried))
        return replace(row, grid=grid, learning_rate=best, runs=tuple(self.measure(best)))

    def run(self, rate: float, seed: int) -> tuple[Classifier, History]:
        """One run; raises KeyboardInterrupt when it was stopped, and what `train` raises."""
        model, history = train_once(self.recipe, self.data, seed, rate, device=self.device, callbacks=self.callbacks)
        if history.stopped:
            raise KeyboardInterrupt
        return model, history

    def try_rate(self, rate: float) -> Tried:
        """Train every seed with one rate."""
        accuracies: list[float | None] = []
        losses: list[float | None] = []
        for seed in range(self.seeds):
            self.say(f"learning rate {rate:g}, seed {seed}")
            try:
                model, history = self.run(rate, seed)
            except FloatingPointError:
                accuracies.append(None)
                losses.append(None)
                continue
            self.kept[rate, seed] = model, history
            accuracies.append(_rounded(history.validation_accuracy[-1]))
            losses.append(_rounded(history.train_loss[-1]))
        return Tried(rate, tuple(accuracies), tuple(losses))

    def measure(self, rate: float) -> list[Run]:
        """Every seed with the chosen rate, measured on the test part; trained again where the run was not kept."""
        runs = []
        for seed in range(self.seeds):
            if (rate, seed) not in self.kept:
                self.say(f"learning rate {rate:g}, seed {seed}, once more")
                self.kept[rate, seed] = self.run(rate, seed)
            model, history = self.kept[rate, seed]
            spiking = all(isinstance(neuron, Neuron) for neuron in model.neurons)
            validation = self.data.validation
            with seeded(seed, torch.device("cpu")):  # some neurons draw their spikes, here, too
                firing = model.firing_rate(validation.x, validation.length) if spiking else ()
                given = answers(model, self.data.test).cpu()
            right = (given == self.data.test.y.cpu()).double().mean()
            runs.append(
                Run(
                    seed=seed,
                    test_accuracy=_rounded(float(right)),
                    answers="".join(DIGITS[answer] for answer in given.tolist()),
                    train_loss=tuple(map(_rounded, history.train_loss)),
                    train_accuracy=tuple(map(_rounded, history.train_accuracy)),
                    validation_curve=tuple(map(_rounded, history.validation_accuracy)),
                    firing_rate=tuple(float(f"{rate:.4g}") for rate in firing),
                    seconds=round(history.seconds, 3),
                )
            )
        return runs


def _rounded(value: float) -> float:
    return round(value, 6)


def measure_times(
    study: Study,
    path: str | PathLike,
    *,
    device: str | None = None,
    announce: Callable[[str], object] = lambda text: None,
) -> None:
    """Measure one epoch of training of every finished recipe of the study, in turn, TIMED times, and write it down.

    The first round is not counted. In turn, so that whatever else the machine does meets all of them alike.
    """
    load = cache(load_dataset)
    times: dict[str, list[float]] = {row.recipe: [] for row in study.rows()}
    for turn in range(TIMED + 1):
        announce(f"time of an epoch, {turn} of {TIMED}")
        for row in study.rows():
            recipe, data = recipe_for(row.recipe, data=row.data), load(row.data)
            history = train(recipe.network(data, 0), data, epochs=1, learning_rate=row.learning_rate, device=device)
            if history.stopped:
                raise KeyboardInterrupt
            if turn:
                times[row.recipe].append(round(history.seconds, 4))
    study.entries = [replace(row, epoch_times=tuple(times.get(row.recipe, ()))) for row in study.entries]
    study.time_machine = machine(str(device_for(device)))
    save_study(path, study)


def recipes_of(task: str, *, epochs: int | None = None, data: str | None = None) -> list[Recipe]:
    """The recipes of a task, with other epochs or data where they are given; ValueError for an unknown task."""
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}; got {task!r}")
    return [recipe_for(name, epochs=epochs, data=data) for name in TASKS[task]]


def _conditions(
    task: str,
    recipes: list[Recipe],
    sample: Dataset,
    rates: Sequence[float],
    seeds: int,
    device: str | None,
    epochs: int | None,
    data: str | None,
) -> Conditions:
    command = [f"psn-viz study {task} --seeds {seeds}"]
    command += [] if epochs is None else [f"--epochs {epochs}"]
    command += [] if data is None else [f"--data {data}"]
    return {
        "task": task,
        "about": recipes[0].setting,
        "data": recipes[0].data,
        "T": sample.T,
        "classes": sample.classes,
        "samples": {part: len(getattr(sample, part)) for part in ("train", "validation", "test")},
        "source": sample.source,
        "licence": sample.licence,
        "seeds": seeds,
        "rates": list(rates),
        "training": f"AdamW without weight decay, batches of {BATCH}, the learning rate falls to 0 along a cosine, "
        "cross-entropy; the weights after the last epoch count",
        "choice": "of each recipe the learning rate with the best mean validation accuracy over all seeds after the "
        "last epoch, with the smaller training loss where two are equal; the same rates first for all recipes, then "
        f"up to {BEYOND} beyond an edge, until the mean is worse on both sides; the test part was measured with that "
        "rate only, once for each seed",
        "machine": machine(str(device_for(device))),
        "versions": {"psn_viz": __version__, "torch": torch.__version__, "python": platform.python_version()},
        "command": " ".join(command),
    }


def _go_on(path: Path, conditions: Conditions, recipes: list[Recipe]) -> Study:
    """The study in the file, or a new one; ValueError where the file was made under other conditions."""
    if not path.exists():
        return Study(conditions)
    study = load_study(path)
    wanted = {recipe.name: recipe.epochs for recipe in recipes}
    pairs = [(name, study.made.get(name), value) for name, value in conditions.items() if name != "command"]
    pairs += [("epochs", row.epochs, wanted[row.recipe]) for row in study.entries if row.recipe in wanted]
    for name, held, value in pairs:
        if held != value:
            raise ValueError(
                f"{path} holds a study with {name} = {held}, this one has {value}: give another file, or remove it"
            )
    return study
