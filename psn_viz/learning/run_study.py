"""How a study is made: every recipe of a task from several seeds, kept in a file after each run."""

import platform
from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike
from pathlib import Path

import torch

from psn_viz import __version__
from psn_viz.files import path_of
from psn_viz.learning.data.load import Dataset, load_dataset
from psn_viz.learning.history import Progress
from psn_viz.learning.preconditions import device_for
from psn_viz.learning.recipes import BEYOND, RATES, TASKS, Recipe, Trained, recipe_for, train_recipe
from psn_viz.learning.study_results import Conditions, Run, Study, load_study, save_study
from psn_viz.learning.training import train
from psn_viz.neurons import Neuron
from psn_viz.torch_state import machine

TIMED = 7  # epochs of each recipe whose time is taken, after one that is not


def train_study(
    task: str,
    path: str | PathLike,
    *,
    seeds: int = 3,
    epochs: int | None = None,
    rates: Sequence[float] = RATES,
    device: str | None = None,
    data: str | None = None,
    announce: Callable[[str], object] = lambda text: None,
    callbacks: Sequence[Callable[[Progress], object]] = (),
) -> Study:
    """Train every recipe of `task` from the seeds 0 … seeds − 1, and keep the study in the file `path` after each.

    A file that is there is gone on with: runs in it are not made again, and more seeds are added to them. Each run is
    `train_recipe` with `rates`: chosen by the validation part, measured on the test part once. epochs, data: instead
    of those of the recipes. At the end the times of an epoch are measured, see `measure_times`.

    Raises ValueError for an unknown task, and for a file made under other conditions (naming the first that differs).
    A KeyboardInterrupt is passed on; what was finished is in the file.
    """
    recipes = recipes_of(task, epochs=epochs, data=data)
    path = path_of("path", path)
    sample = load_dataset(recipes[0].data)
    command = _command(task, seeds, epochs, data)
    study = _go_on(path, _conditions(task, recipes, sample, rates, str(device_for(device)), command))
    study.made["command"] = _command(task, max(seeds, len(study.seeds)), epochs, data)
    finished = {(run.recipe, run.seed) for run in study.runs}
    order = [recipe.name for recipe in recipes]
    for number, recipe in enumerate(recipes, start=1):
        for seed in range(seeds):
            if (recipe.name, seed) in finished:
                continue
            title = f"{recipe.name} ({number} of {len(recipes)}), seed {seed}"
            trained = train_recipe(
                recipe,
                seed=seed,
                rates=rates,
                device=device,
                callbacks=callbacks,
                announce=partial(_announce_run, announce, title),
            )
            if trained.history.stopped or trained.metrics["test_accuracy"] is None:
                raise KeyboardInterrupt
            study.runs.append(_run_of(recipe, seed, trained))
            study.runs.sort(key=lambda run: (order.index(run.recipe), run.seed))
            save_study(path, study)
    measure_times(study, path, device=device, announce=announce)
    return study


def measure_times(
    study: Study,
    path: str | PathLike,
    *,
    device: str | None = None,
    announce: Callable[[str], object] = lambda text: None,
) -> None:
    """Measure one epoch of training of every recipe of the study, in turn, TIMED times, and write it to the file.

    The first round is not counted. In turn, so that whatever else the machine does meets all of them alike.
    """
    conditions = study.made
    recipes = recipes_of(study.task, data=conditions["data"])
    recipes = [recipe for recipe in recipes if recipe.name in {run.recipe for run in study.runs}]
    data = load_dataset(conditions["data"])
    times: dict[str, list[float]] = {recipe.name: [] for recipe in recipes}
    for turn in range(TIMED + 1):
        announce(f"time of an epoch, {turn} of {TIMED}")
        for recipe in recipes:
            history = train(
                recipe.network(data, 0), data, epochs=1, learning_rate=recipe.learning_rate, device=device
            )
            if history.stopped:
                raise KeyboardInterrupt
            if turn:
                times[recipe.name].append(round(history.seconds, 4))
    study.epoch_times, study.time_machine = times, machine(str(device_for(device)))
    save_study(path, study)


def recipes_of(task: str, *, epochs: int | None = None, data: str | None = None) -> list[Recipe]:
    """The recipes of a task, with other epochs or data where they are given; ValueError for an unknown task."""
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}; got {task!r}")
    return [recipe_for(name, epochs=epochs, data=data) for name in TASKS[task]]


def _announce_run(announce: Callable[[str], object], title: str, text: str) -> None:
    announce(f"{title}, {text}")


def _conditions(
    task: str, recipes: list[Recipe], data: Dataset, rates: Sequence[float], device: str, command: str
) -> Conditions:
    return {
        "task": task,
        "data": recipes[0].data,
        "about": recipes[0].setting,
        "T": data.T,
        "classes": data.classes,
        "samples": {part: len(getattr(data, part)) for part in ("train", "validation", "test")},
        "source": data.source,
        "licence": data.licence,
        "epochs": recipes[0].epochs,
        "rates": list(rates),
        "choice": "the learning rate of each run is that with the best validation accuracy after the last epoch, "
        "with the smaller training loss where two are equal, of the rates and up to "
        f"{BEYOND} beyond an edge of them; the test part was measured once, after that",
        "machine": machine(device),
        "versions": {"psn_viz": __version__, "torch": torch.__version__, "python": platform.python_version()},
        "command": command,
    }


def _go_on(path: Path, conditions: Conditions) -> Study:
    if not path.exists():
        return Study(conditions)
    study = load_study(path)
    for name, value in conditions.items():
        if name != "command" and study.made.get(name) != value:
            raise ValueError(
                f"{path} holds a study with {name} = {study.made.get(name)}, this one has {value}: "
                "give another file, or remove it"
            )
    return study


def _command(task: str, seeds: int, epochs: int | None, data: str | None) -> str:
    return " ".join(
        [
            f"psn-viz study {task} --seeds {seeds}",
            *([] if epochs is None else [f"--epochs {epochs}"]),
            *([] if data is None else [f"--data {data}"]),
        ]
    )


def _run_of(recipe: Recipe, seed: int, trained: Trained) -> Run:
    metrics, history = trained.metrics, trained.history
    spiking = all(isinstance(neuron, Neuron) for neuron in trained.model.neurons)
    return Run(
        recipe=recipe.name,
        label=recipe.label,
        seed=seed,
        learning_rate=history.settings["learning_rate"],
        grid=tuple((tried["learning_rate"], tried["validation_accuracy"]) for tried in trained.facts["grid"]),
        validation_accuracy=metrics["validation_accuracy"],
        test_accuracy=metrics["test_accuracy"],
        firing_rate=tuple(float(f"{rate:.4g}") for rate in metrics["firing_rate"]) if spiking else (),
        parameters=trained.model.parameter_count,
        epochs=recipe.epochs,
        seconds=round(history.seconds, 3),
    )
