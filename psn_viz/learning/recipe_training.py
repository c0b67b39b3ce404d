"""A recipe carried out: trained from one seed, and measured on the test part once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike

from psn_viz.learning.data.load import Dataset, load_dataset
from psn_viz.learning.evaluation import accuracy
from psn_viz.learning.history import History, Progress
from psn_viz.learning.networks import Classifier
from psn_viz.learning.rate_search import search_rate
from psn_viz.learning.recipes import Recipe
from psn_viz.learning.training import train

SNAPSHOTS = 20  # of T = 196, two layers: 3 MB in float16


@dataclass
class Trained:
    """What `train_recipe` made: the model, its run, and what its card is to say; see `save_model`."""

    model: Classifier
    history: History
    data: Dataset
    metrics: dict
    facts: dict


def train_once(
    recipe: Recipe,
    data: Dataset,
    seed: int,
    learning_rate: float,
    *,
    snapshots: int = 0,
    device: str | None = None,
    checkpoint: str | PathLike | None = None,
    resume: bool = False,
    callbacks: Sequence[Callable[[Progress], object]] = (),
) -> tuple[Classifier, History]:
    """A network of the recipe, trained on `data`: one run, in which weights and order come from `seed`.

    The settings are those of the recipe and, beyond it, the defaults of `train`; the rest goes to it, and its errors
    come from it.
    """
    model = recipe.network(data, seed)
    history = train(
        model,
        data,
        epochs=recipe.epochs,
        learning_rate=learning_rate,
        lambda_schedule=recipe.lambda_schedule,
        seed=seed,
        device=device,
        snapshots=snapshots,
        checkpoint=checkpoint,
        resume=resume,
        callbacks=callbacks,
        **({} if recipe.columns is None else recipe.columns.settings),
    )
    return model, history


def train_recipe(
    recipe: Recipe,
    *,
    seed: int = 0,
    learning_rate: float | None = None,
    rates: Sequence[float] = (),
    device: str | None = None,
    checkpoint: str | PathLike | None = None,
    resume: bool = False,
    callbacks: Sequence[Callable[[Progress], object]] = (),
    announce: Callable[[str], object] = lambda text: None,
) -> Trained:
    """Train as the recipe says, from one seed, and measure on the test part once, at the end.

    learning_rate: instead of that of the recipe. rates: learning rates to choose from by the validation accuracy of
    this one seed, see `search_rate`; a study chooses by several seeds. A rate with which training diverges is noted
    and passed over. announce: called with a text that says which of several rates comes next. The rest goes to
    `train`; checkpoint and resume are for a single rate.

    A KeyboardInterrupt ends the training and not the call: the model is the best that was trained to its end, or
    the one under way if there is none; the test part is left alone then, and the metrics say None.
    Raises what `load_dataset` and `train` raise; FloatingPointError only when no rate is left.
    """
    if rates and (checkpoint is not None or resume or learning_rate is not None):
        raise ValueError("rates must be empty with learning_rate, and with a checkpoint, which holds one run only")
    data = recipe.part_of(load_dataset(recipe.data))
    runs: dict[float, tuple[Classifier, History]] = {}
    results: dict[float, tuple[float, float] | None] = {}
    diverged: FloatingPointError | None = None

    def result_of(rate: float) -> tuple[float, float] | None:
        nonlocal diverged
        if rates:
            announce(f"learning rate {rate:g} ({len(results) + 1} of {max(len(rates), len(results) + 1)})")
        try:
            model, history = train_once(
                recipe,
                data,
                seed,
                rate,
                snapshots=SNAPSHOTS if recipe.columns is None else 2,  # seven layers, some of 4096 neurons
                device=device,
                checkpoint=checkpoint,
                resume=resume,
                callbacks=callbacks,
            )
        except FloatingPointError as error:
            diverged, results[rate] = error, None
            return None
        runs[rate] = model, history
        if history.stopped:
            raise _Stopped
        results[rate] = history.validation_accuracy[-1], history.train_loss[-1]
        return results[rate]

    stopped = False
    try:
        if rates:
            best, _ = search_rate(rates, result_of)
        else:
            best = recipe.learning_rate if learning_rate is None else learning_rate
            best = None if result_of(best) is None else best
    except _Stopped:
        stopped = True
        finished = {rate: result for rate, result in results.items() if result is not None}
        best = max(finished, key=lambda rate: finished[rate][0], default=next(reversed(runs)))
    if best is None:
        raise diverged or FloatingPointError("training diverged")
    tried = sorted(results.items()) if rates else []
    return _measured(recipe, data, *runs[best], tried, stopped, seed)


class _Stopped(Exception):
    """Training was interrupted: no further rate is tried."""


def _measured(
    recipe: Recipe, data: Dataset, model: Classifier, history: History, tried: list, stopped: bool, seed: int
) -> Trained:
    metrics = {
        "train_accuracy": accuracy(model, data.train),
        "validation_accuracy": accuracy(model, data.validation),
        "test_accuracy": None if stopped else accuracy(model, data.test),
        "firing_rate": model.firing_rate(data.validation.x, data.validation.length),
    }
    facts = {
        "about": recipe.about,
        "recipe": recipe.name,
        "seeds": {"weights": seed, "order": seed},
        "splits": {
            "train": "the weights were learned from it",
            "validation": "watched during training"
            + (", and the learning rate chosen by it" if tried else "; nothing was chosen by it in this run"),
            "test": "not used: training was stopped" if stopped else "measured once, after training",
        },
        "grid": [
            {
                "learning_rate": rate,
                "validation_accuracy": None if result is None else result[0],
                "train_loss": None if result is None else float(f"{result[1]:.6g}"),
            }
            for rate, result in tried
        ],
    }
    return Trained(model, history, data, metrics, facts)
