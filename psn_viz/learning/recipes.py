"""The models that `psn-viz train` makes: which data, which network, which settings."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import torch
from torch import nn

from psn_viz.learning.data.load import Dataset, load_dataset
from psn_viz.learning.evaluation import accuracy
from psn_viz.learning.history import History, Progress
from psn_viz.learning.image_networks import StaticClassifier
from psn_viz.learning.networks import Classifier, SpikingClassifier
from psn_viz.learning.training import train
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN
from psn_viz.torch_state import seeded

RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
BEYOND = 4  # how often a grid may grow, when its best rate is its smallest or largest
SLOWER = (4, 8, 16, 32, 64)  # τ of the other LIF neurons
SHOWN = 4  # how often a still image is shown, as in the paper's static networks
SNAPSHOTS = 20  # of T = 196, two layers: 3 MB in float16


@dataclass(frozen=True)
class Recipe:
    """How one model is made; `neuron` makes a fresh neuron from the number of time-steps T.

    label: the neuron in words. shown: how often each image is shown, whole; None: the samples are sequences.
    """

    name: str
    label: str
    data: str
    neuron: Callable[[int], nn.Module]
    readout: str = "last"
    epochs: int = 12
    learning_rate: float = 0.02
    hidden: tuple[int, ...] = (64, 64)
    shown: int | None = None

    @property
    def setting(self) -> str:
        """Data and readout, the same for all recipes of a task."""
        readout_text = f"{self.readout} readout" if self.shown is None else f"whole images, shown {self.shown} times"
        return f"{self.data}, {readout_text}"

    @property
    def about(self) -> str:
        """Neuron, data and readout in one line."""
        return f"{self.label}; {self.setting}"

    def network(self, data: Dataset, seed: int) -> Classifier:
        """The network for `data`, its weights drawn with `seed`; the global random state is left as it was."""
        with seeded(seed, torch.device("cpu")):
            if (shown := self.shown) is not None:
                return StaticClassifier(data.T, data.features, data.classes, lambda: self.neuron(shown), T=shown)
            return SpikingClassifier(
                data.features, data.classes, lambda: self.neuron(data.T), hidden=self.hidden, readout=self.readout
            )


@dataclass
class Trained:
    """What `train_recipe` made: the model, its run, and what its card is to say; see `save_model`."""

    model: Classifier
    history: History
    data: Dataset
    metrics: dict
    facts: dict


def train_recipe(
    recipe: Recipe,
    *,
    seed: int = 0,
    rates: Sequence[float] = (),
    device: str | None = None,
    checkpoint: str | PathLike | None = None,
    resume: bool = False,
    callbacks: Sequence[Callable[[Progress], object]] = (),
    announce: Callable[[str], object] = lambda text: None,
) -> Trained:
    """Train as the recipe says, and measure on the test part once, at the end.

    rates: learning rates to try one after the other, from the same weights; that with the best accuracy on the
    validation part at the end of its run is kept; where two are equal, that with the smaller loss on the training
    part in its last epoch. If it is the largest or smallest of them, twice or half of it is tried too, at most BEYOND
    times. A rate with which training diverges is noted and passed over. Empty: the recipe's own rate.
    announce: called with a text that says which of several rates comes next. The rest goes to `train`; checkpoint and
    resume are for a single rate.

    A KeyboardInterrupt ends the training and not the call: the model is the best that was trained to its end, or
    the one under way if there is none; the test part is left alone then, and the metrics say None.
    Raises what `load_dataset` and `train` raise; FloatingPointError only when no rate is left.
    """
    if rates and (checkpoint is not None or resume):
        raise ValueError("rates must be empty with a checkpoint, which holds one run only")
    data = load_dataset(recipe.data)
    tried: dict[float, tuple[float, float] | None] = {}
    best_run: tuple[Classifier, History] | None = None
    stopped = False
    waiting = sorted(rates) or [recipe.learning_rate]
    grown = 0
    for number in itertools.count(1):
        if not waiting:
            beyond = _beyond(tried) if rates and grown < BEYOND else None
            if beyond is None:
                break
            waiting, grown = [beyond], grown + 1
        rate = waiting.pop(0)
        if rates:
            announce(f"learning rate {rate:g} ({number} of {len(rates) + grown})")
        model = recipe.network(data, seed)
        try:
            history = train(
                model,
                data,
                epochs=recipe.epochs,
                learning_rate=rate,
                seed=seed,
                device=device,
                snapshots=SNAPSHOTS,
                checkpoint=checkpoint,
                resume=resume,
                callbacks=callbacks,
            )
        except FloatingPointError as error:
            tried[rate] = None
            diverged = error
            continue
        if history.stopped:
            best_run, stopped = best_run or (model, history), True
            break
        tried[rate] = history.validation_accuracy[-1], history.train_loss[-1]
        if _best(tried) == rate:
            best_run = model, history
    if best_run is None:
        raise diverged
    return _measured(recipe, data, *best_run, sorted(tried.items()) if rates else [], stopped, seed)


def _best(tried: dict[float, tuple[float, float] | None]) -> float | None:
    """The rate with the best validation accuracy, of equal ones that with the smallest loss; None if all diverged."""
    finished = {rate: result for rate, result in tried.items() if result is not None}
    return max(finished, key=lambda rate: (finished[rate][0], -finished[rate][1]), default=None)


def _beyond(tried: dict[float, tuple[float, float] | None]) -> float | None:
    """The next rate to try, when the best of those tried is the largest or the smallest of them."""
    best = _best(tried)
    if best is None:
        return None
    if best == max(tried):
        return 2 * best
    return best / 2 if best == min(tried) else None


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


def _tasks() -> dict[str, dict[str, Recipe]]:
    lif = "LIF, τ = 2, hard reset", lambda T: LIF()
    no_reset = "LIF, τ = 2, no reset", lambda T: LIF(reset="none")
    psn = "PSN", lambda T: PSN(T=T)
    memoryless = "control without memory: sliding PSN, k = 1", lambda T: SlidingPSN(k=1)
    relu = "control that is no spiking network: ReLU", lambda T: nn.ReLU()

    def masked(k: int):
        return f"masked PSN, k = {k}", lambda T: MaskedPSN(T=T, k=min(k, T))

    def sliding(k: int):
        return f"sliding PSN, k = {k}", lambda T: SlidingPSN(k=k)

    def slower(tau: int):
        return f"LIF, τ = {tau}, hard reset", lambda T: LIF(tau=float(tau))

    slower_lif = {f"lif-tau-{tau}": slower(tau) for tau in SLOWER}
    controls = {"memoryless": memoryless, "relu": relu}
    rows = {
        "psn": psn,
        "masked-8": masked(8),
        "sliding-8": sliding(8),
        "lif": lif,
        "lif-no-reset": no_reset,
        **controls,
    }
    pixels = {
        "psn": psn,
        "masked-32": masked(32),
        "sliding-32": sliding(32),
        "lif": lif,
        "lif-no-reset": no_reset,
        "memoryless": memoryless,
    }
    vowels = {"psn": psn, "masked-4": masked(4), "sliding-4": sliding(4), "lif": lif, "memoryless": memoryless}
    static = {"psn": psn, "sliding-2": sliding(2), "lif": lif, **controls}
    tasks: tuple[tuple[str, str, dict[str, Any], dict[str, tuple[str, Callable[[int], nn.Module]]]], ...] = (
        ("rows", "fashion-mnist-rows", {}, rows | slower_lif),
        ("rows-mean", "fashion-mnist-rows", {"readout": "mean"}, rows),
        ("pixels", "fashion-mnist-pixels", {}, pixels),
        ("digits", "digits-pixels", {"epochs": 30}, pixels | slower_lif),
        ("vowels", "japanese-vowels", {"readout": "mean", "epochs": 30}, vowels),
        ("static", "fashion-mnist-rows", {"readout": "mean", "epochs": 6, "shown": SHOWN}, static),
    )
    return {
        task: {
            f"{task}-{name}": Recipe(f"{task}-{name}", label, data, neuron, **settings)
            for name, (label, neuron) in neurons.items()
        }
        for task, data, settings, neurons in tasks
    }


_TASKS = _tasks()
TASKS: dict[str, tuple[str, ...]] = {task: tuple(recipes) for task, recipes in _TASKS.items()}
RECIPES: dict[str, Recipe] = {name: recipe for recipes in _TASKS.values() for name, recipe in recipes.items()}


def recipe_for(name: str, *, epochs: int | None = None, data: str | None = None) -> Recipe:
    """The recipe of that name, with other epochs or data where they are given. Raises ValueError for another name."""
    if name not in RECIPES:
        raise ValueError(f"name must be one of {', '.join(RECIPES)}; got {name!r}")
    changes: dict[str, Any] = {"epochs": epochs, "data": data}
    changes = {field: value for field, value in changes.items() if value is not None}
    return replace(RECIPES[name], **changes)
