"""`psn-viz train` and `psn-viz study`: make a model, or a table of many, in a terminal, and save it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from psn_viz.learning.data.download import BeingDownloaded, DataMissing
from psn_viz.learning.data.load import load_dataset
from psn_viz.learning.history import Progress
from psn_viz.learning.model_files import save_model
from psn_viz.learning.rate_search import RATES
from psn_viz.learning.recipe_training import train_recipe
from psn_viz.learning.recipes import RECIPES, TASKS, recipe_for
from psn_viz.learning.run_study import SEEDS, measure_times, train_study
from psn_viz.learning.study_results import Study, load_study
from psn_viz.progress_line import Gauge, Line, clock
from psn_viz.text_table import text_table


def list_recipes() -> int:
    """Print the names of all recipes and what they are; the exit code."""
    width = max(map(len, RECIPES))
    for name, recipe in RECIPES.items():
        print(f"{name:<{width}}  {recipe.about}, {recipe.epochs} epochs")
    return 0


def train_command(
    name: str,
    folder: Path,
    *,
    epochs: int | None = None,
    seed: int = 0,
    device: str | None = None,
    data: str | None = None,
    learning_rate: float | None = None,
    grid: bool = False,
    resume: bool = False,
    download: bool = False,
) -> int:
    """Train the recipe `name`, save it in `folder`, and say so; the exit code. download: its data, where missing."""
    saved_as = name if seed == 0 else f"{name}-seed-{seed}"
    checkpoint = None if grid else folder / f"{saved_as}.checkpoint"
    bar, path = Bar(sys.stderr), None
    try:
        recipe = recipe_for(name, epochs=epochs, data=data)
        if download:
            load_dataset(recipe.data, download=True)
        folder.mkdir(parents=True, exist_ok=True)
        trained = train_recipe(
            recipe,
            seed=seed,
            learning_rate=learning_rate,
            rates=RATES if grid else (),
            device=device,
            checkpoint=checkpoint,
            resume=resume,
            callbacks=[bar],
            announce=bar.set_title,
        )
        bar.end()
        trained.facts["command"] = _command(name, epochs, seed, data, learning_rate, grid)
        model, history, metrics = trained.model, trained.history, trained.metrics
        path = save_model(folder / saved_as, model, history, data=trained.data, metrics=metrics, facts=trained.facts)
        validation, test = (percent(metrics[f"{part}_accuracy"]) for part in ("validation", "test"))
        print(f"{path}: validation {validation}, test {test}")
        if trained.facts["grid"]:
            rates = (
                (f"{run['learning_rate']:g}", percent(run["validation_accuracy"])) for run in trained.facts["grid"]
            )
            print("learning rates by validation: " + ", ".join(f"{rate} {value}" for rate, value in rates))
        if metrics["test_accuracy"] is None:
            print("Stopped: the model is what had been learned by then" + ("" if grid else "; --resume goes on."))
            return 130
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)
        print(f"Use it: psn_viz.load_model({str(path)!r})")
        return 0
    except FileExistsError as error:
        bar.end()
        message = f"{checkpoint} holds a run that was cut off: go on with --resume, or remove it"
        return _refuse(message if str(checkpoint) in str(error) else str(error))
    except KeyboardInterrupt:
        bar.end()
        if path is not None:
            message = f"the model is in {path}"
        elif checkpoint is not None and checkpoint.exists():
            message = f"no model saved; {checkpoint} is there, and the same command with --resume goes on from it"
        else:
            message = "nothing saved"
        raise KeyboardInterrupt(f"psn-viz train: stopped, {message}") from None
    except (ValueError, OSError, FloatingPointError, BeingDownloaded) as error:
        bar.end()
        missing = isinstance(error, DataMissing) and not download
        return _refuse(f"{error}; with --download, this command downloads it" if missing else str(error))


def list_tasks() -> int:
    """Print the names of all tasks and what they are; the exit code."""
    width = max(map(len, TASKS))
    for task, names in TASKS.items():
        first = RECIPES[names[0]]
        print(f"{task:<{width}}  {first.setting}, {first.epochs} epochs, {len(names)} recipes")
    return 0


def study_command(
    task: str,
    folder: Path,
    *,
    seeds: int = SEEDS,
    only: Sequence[str] = (),
    epochs: int | None = None,
    device: str | None = None,
    data: str | None = None,
    times: bool = False,
) -> int:
    """Carry out the study of `task`, or with `times` only measure its times anew, and print it; the exit code."""
    path = folder / f"{task}.json"
    bar = Bar(sys.stderr)
    try:
        if times:
            study = load_study(path)
            measure_times(study, path, device=device, announce=bar.show)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            study = train_study(
                task,
                path,
                seeds=seeds,
                only=only,
                epochs=epochs,
                rates=RATES,
                device=device,
                data=data,
                announce=bar.set_title,
                callbacks=[bar],
            )
    except KeyboardInterrupt:
        bar.end()
        message = (
            f"what was finished is in {path}; the same command goes on" if path.exists() else "nothing was finished"
        )
        raise KeyboardInterrupt(f"psn-viz study: stopped, {message}") from None
    except (ValueError, OSError, FloatingPointError, BeingDownloaded) as error:
        bar.end()
        print(f"psn-viz study: {error}", file=sys.stderr)
        return 1
    bar.end()
    print(study_table(study))
    print(f"{path}: {study.made['command']}")
    return 0


def study_table(study: Study) -> str:
    """The study as text: test accuracy over the seeds, and what it took."""
    head = ["", "test %", "parameters", "spikes", "s/epoch", "learning rate"]
    rows = [
        [
            row.label,
            f"{100 * row.mean:.1f}" + ("" if row.spread is None else f" ± {100 * row.spread:.1f}"),
            str(row.parameters),
            "–" if row.firing_rate is None else f"{row.firing_rate:.3f}",
            "–" if row.epoch_seconds is None else f"{row.epoch_seconds:.3g}",
            f"{row.learning_rate:g}{'*' if row.at_edge else ''}",
        ]
        for row in study.rows()
    ]
    lines = text_table(head, rows, align="<>>>><")
    if any(row.at_edge for row in study.rows()):
        lines.append("* the smallest or largest rate tried")
    return "\n".join(lines)


class Bar(Line):
    """How far a training is; outside of a terminal, a line per epoch."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.validation = self.title = ""

    def set_title(self, title: str) -> None:
        """Put a title before what follows."""
        self.title = title

    def __call__(self, progress: Progress) -> None:
        """Draw a report of `train`."""
        if not self.live and progress.validation_accuracy is None:
            return
        if progress.validation_accuracy is not None:
            self.validation = f"validation {percent(progress.validation_accuracy)}"
        elif progress.epoch == 1:  # of the next run
            self.validation = ""
        done = progress.step == progress.steps
        self.show(
            [
                (f"epoch {progress.epoch} of {progress.epochs}", 0),
                (Gauge(progress.step, progress.steps), 4),
                (f"loss {progress.loss:.3f}", 3),
                *([(self.validation, 1 if done else 2)] if self.validation else []),
                (f"{clock(progress.seconds_left)} left", 2 if done else 1),
            ],
            self.title,
        )
        if done:
            self.end()


def _command(
    name: str, epochs: int | None, seed: int, data: str | None, learning_rate: float | None, grid: bool
) -> str:
    """The line that makes this model again."""
    arguments: Sequence[str] = (
        "psn-viz train",
        name,
        *([] if epochs is None else [f"--epochs {epochs}"]),
        f"--seed {seed}",
        *([] if data is None else [f"--data {data}"]),
        *([] if learning_rate is None else [f"--rate {learning_rate:g}"]),
        *(["--grid"] if grid else []),
    )
    return " ".join(arguments)


def _refuse(message: str) -> int:
    print(f"psn-viz train: {message}", file=sys.stderr)
    return 1


def percent(share: float | None) -> str:
    """A share as text; None is "not measured"."""
    return "not measured" if share is None else f"{100 * share:.1f} %"
