"""The models that `psn-viz train` makes: which data, which network, which settings."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn

from psn_viz.learning.data.load import Dataset, Split
from psn_viz.learning.image_networks import SequentialCIFARClassifier, StaticClassifier
from psn_viz.learning.later_kinds import later_kinds
from psn_viz.learning.networks import Classifier, SpikingClassifier
from psn_viz.learning.neuron_kinds import NeuronKind, lif, masked, memoryless, psn, relu, sliding
from psn_viz.neurons.arguments import integer
from psn_viz.neurons.integrate_and_fire import RESETS
from psn_viz.torch_state import seeded

TAUS = (2, 4, 8, 16, 32, 64)  # time constants of the LIF
RECALL_EPOCHS = 8  # of 40 updates each


@dataclass(frozen=True)
class Columns:
    """What a recipe of the paper's sequential network has besides: images that are read column by column.

    channels: of the images. width: of the convolutions, 128 in the paper. samples: how many images are learned from,
    the first ones; None: all. batch_size, optimizer, label_smoothing, augmentation: see `train`.
    """

    channels: int
    width: int = 128
    samples: int | None = None
    batch_size: int = 128
    optimizer: str = "sgd"
    label_smoothing: float = 0.1
    augmentation: str = "columns"

    def check(self, recipe: str, data: Dataset) -> None:
        """Raise ValueError when the samples of `data` are not such images, of one length and at least 4 rows."""
        height, rest = divmod(data.features, self.channels)
        if rest or height < 4 or data.train.length is not None:
            varying = "" if data.train.length is None else ", of varying length"
            raise ValueError(
                f"data must be images of one length for recipe {recipe!r}, {self.channels} channels of at least 4 "
                f"rows in each step, got {data.name!r}: {data.features} features in each step{varying}"
            )

    @property
    def settings(self) -> dict[str, Any]:
        """What it hands to `train`."""
        names = ("batch_size", "optimizer", "label_smoothing", "augmentation")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Recipe:
    """How one model is made.

    hidden: width of each hidden layer. shown: how often each image is shown, whole; None: the samples are sequences.
    lambda_schedule: of a masked PSN, see `train`. note: what sets this recipe apart from another with the same kind
    of neuron, in words. columns: of the paper's network for images that are read column by column, else None.
    """

    name: str
    kind: NeuronKind
    data: str
    readout: str = "last"
    epochs: int = 12
    hidden: tuple[int, ...] = (64, 64)
    shown: int | None = None
    lambda_schedule: str = "paper"
    note: str = ""
    learning_rate: float = 0.03
    columns: Columns | None = None

    @property
    def label(self) -> str:
        """The neuron in words, and what else is special."""
        return self.kind.label + (f", {self.note}" if self.note else "")

    @property
    def setting(self) -> str:
        """Data and readout."""
        readout_text = f"{self.readout} readout" if self.shown is None else f"whole images, shown {self.shown} times"
        return f"{self.data}, {readout_text}"

    @property
    def about(self) -> str:
        """Neuron, data and readout in one line."""
        return f"{self.label}; {self.setting}"

    @property
    def layers(self) -> int:
        """How many layers of neurons the network has."""
        if self.columns is not None:
            return 7
        return len(self.hidden) if self.shown is None else 2

    def neuron(self, T: int) -> nn.Module:
        """A fresh neuron for T time-steps."""
        return self.kind.make(T)

    def network(self, data: Dataset, seed: int) -> Classifier:
        """The network for `data`, its weights drawn with `seed`; the global random state is left as it was.

        Raises ValueError where the recipe reads images column by column and the data are no such images.
        """
        if self.columns is not None:
            self.columns.check(self.name, data)
        with seeded(seed, torch.device("cpu")):
            if self.columns is not None:
                return SequentialCIFARClassifier(
                    data.classes,
                    lambda: self.neuron(data.T),
                    self.columns.width,
                    self.columns.channels,
                    data.features // self.columns.channels,
                )
            if (shown := self.shown) is not None:
                return StaticClassifier(data.T, data.features, data.classes, lambda: self.neuron(shown), T=shown)
            return SpikingClassifier(
                data.features, data.classes, lambda: self.neuron(data.T), hidden=self.hidden, readout=self.readout
            )

    def part_of(self, data: Dataset) -> Dataset:
        """The data with as many training samples as the recipe learns from; all where it does not say."""
        samples = None if self.columns is None else self.columns.samples
        if samples is None or samples >= len(data.train):
            return data
        return replace(data, train=Split(data.train.x[:, :samples], data.train.y[:samples]))


def _tasks() -> dict[str, dict[str, Recipe]]:
    rows_data = "fashion-mnist-rows"
    controls = {"memoryless": memoryless(), "relu": relu()}
    rows = _task("rows", rows_data, {"psn": psn(), **_ordered(4, 8, 16, 28), **_lifs(*TAUS), **controls})
    for name, like, hidden, note in (
        ("sliding-8-deep", "sliding-8", (64,) * 4, "4 layers"),  # sees all 28 rows, as sliding-28 does
        ("psn-narrow", "psn", (54, 54), "54 neurons a layer"),  # as many parameters as sliding-28
        ("lif-none-8-wide", "lif-none-8", (73, 73), "73 neurons a layer"),  # as many parameters as psn
    ):
        rows[f"rows-{name}"] = replace(rows[f"rows-{like}"], name=f"rows-{name}", hidden=hidden, note=note)
    mean = {"psn": psn(), **_ordered(8, 28), **_lifs(2), "lif-none-8": lif("none", 8), **controls}
    digits = {"psn": psn(), **_ordered(32, 64), **_lifs(2, 8, 32), "memoryless": memoryless()}
    pixels = {"psn": psn(), "sliding-196": sliding(196), "lif-hard-2": lif("hard", 2)}
    pixels |= {f"lif-none-{tau}": lif("none", tau) for tau in (16, 64)} | {"memoryless": memoryless()}
    tempo = {"psn": psn(), "masked-42": masked(42), "sliding-8": sliding(8), "sliding-42": sliding(42)}
    tempo |= {"lif-hard-2": lif("hard", 2), **{f"lif-none-{tau}": lif("none", tau) for tau in (2, 8, 16)}}
    tempo |= {"memoryless": memoryless()}
    vowels = {"psn": psn(), **_ordered(4, 29), "lif-hard-2": lif("hard", 2), "lif-none-8": lif("none", 8), **controls}
    return {
        "rows": rows,
        "rows-mean": _task("rows-mean", rows_data, mean, readout="mean"),
        "digits": _task("digits", "digits-pixels", digits, epochs=30),
        "pixels": _task("pixels", "fashion-mnist-pixels", pixels),
        "tempo": _task("tempo", "fashion-mnist-rows-tempo", tempo),
        "vowels": _task("vowels", "japanese-vowels", vowels, readout="mean", epochs=30),
        "ramp": _ramp(rows_data),
        "recall": _recall(),
        "family": _family("recall-8", tau=2),
        "family-mixed": _family("recall-8-mixed", tau=8),
    }


def _family(data: str, tau: float) -> dict[str, Recipe]:
    """The later neurons on the probe, with those of the course beside them; leaks start as those of the LIF."""
    task, width = "family" + "-mixed" * data.endswith("-mixed"), 32
    kinds = {"psn": psn(), **_ordered(9), **_lifs(tau)}
    for name, (label, kind, k, make) in later_kinds(tau, 9, width).items():
        reset = "soft" if kind.reset_becomes == "exact" else None
        kinds[name] = NeuronKind(label, kind.__name__, make, k=k, reset=reset)
    return _task(task, data, kinds, epochs=RECALL_EPOCHS, hidden=(width,))


def _recall() -> dict[str, Recipe]:
    """The probe of memory: both versions of the task, several delays, a single hidden layer."""
    family = {"psn": psn(), **_ordered(9)}
    kinds: dict[str, dict[str, NeuronKind]] = {
        # Time constants with which an LIF lies between floor and ceiling at that delay, or nearly.
        "8-mixed": {**_lifs(4, 8, 16), **family},
        "4-mixed": {**_lifs(2), **family},
        "16-mixed": {**_lifs(16), "psn": psn()},
        "4": {**_lifs(2), **family},
        "6": _lifs(2),
        "8": {**_lifs(2, 16), **family},
        "16": {**_lifs(16), **family},
    }
    for tau in (4, 8):  # is it the reset, or what the gradient does with it?
        kinds["8-mixed"][f"lif-soft-{tau}-attached"] = lif("soft", tau, detached=False)
        kinds["8-mixed"][f"lif-hard-{tau}-detached"] = lif("hard", tau, detached=True)
    recipes: dict[str, Recipe] = {}
    for name, some in kinds.items():
        recipes |= _task(f"recall-{name}", f"recall-{name}", some, epochs=RECALL_EPOCHS, hidden=(32,))
    for reset in ("hard", "none"):  # is it the number of updates?
        like = recipes[f"recall-8-lif-{reset}-2"]
        long = replace(like, name=f"{like.name}-long", epochs=5 * RECALL_EPOCHS, note="5 times as many updates")
        recipes[long.name] = long
    return recipes


def _ramp(data: str) -> dict[str, Recipe]:
    """Masked PSNs whose λ takes different ways to 1, with equal numbers of updates."""
    schedules = {
        "closed": "λ = 1 throughout",
        "paper": "λ = 1 after an eighth",
        "half": "λ = 1 after a half",
        "linear": "λ = 1 at the end",
    }
    recipes = [
        Recipe(f"ramp-masked-{k}-{name}", masked(k), data, epochs=24, lambda_schedule=name, note=note)
        for k in (1, 4, 8)
        for name, note in schedules.items()
    ]
    return {recipe.name: recipe for recipe in recipes}


def _task(task: str, data: str, kinds: dict[str, NeuronKind], **settings: Any) -> dict[str, Recipe]:
    return {f"{task}-{name}": Recipe(f"{task}-{name}", kind, data, **settings) for name, kind in kinds.items()}


def _ordered(*orders: int) -> dict[str, NeuronKind]:
    kinds = {"masked": masked, "sliding": sliding}
    return {f"{name}-{k}": make(k) for name, make in kinds.items() for k in orders}


def _lifs(*taus: float) -> dict[str, NeuronKind]:
    return {f"lif-{reset}-{tau:g}": lif(reset, tau) for reset in RESETS for tau in taus}


def _columns() -> dict[str, Recipe]:
    """The paper's sequential network with its training, which takes a GPU for hours; and a fraction of it.

    As published (arXiv 2304.12760, and the arguments in its authors' logs): 256 epochs, SGD with momentum and 0.1, a
    sliding PSN AdamW with 0.001. Not as published: what `augment_columns` leaves out, float32, and a validation part.
    Masked and sliding also have the other optimiser, which the paper lacks.

    The *small* ones take minutes on two cores and show that it runs: their accuracies say nothing of the whole. In so
    few updates SGD with 0.1 learns nothing: they have AdamW with 0.01, all of them.
    """
    recipes: dict[str, Recipe] = {}
    for task, data, channels, T in (
        ("seq-cifar10", "sequential-cifar10", 3, 32),
        ("seq-fashion-mnist", "fashion-mnist-columns-full", 1, 28),
    ):
        kinds = {"psn": psn(), **_ordered(T), "lif-soft-2": lif("soft", 2), "lif-none-2": lif("none", 2)}
        kinds |= {"lif-none-8": lif("none", 8), "memoryless": memoryless()}
        whole = Columns(channels)
        sgd: dict[str, Any] = {"columns": whole, "learning_rate": 0.1}
        adamw: dict[str, Any] = {"columns": replace(whole, optimizer="adamw"), "learning_rate": 0.001}
        for name, recipe in _task(task, data, kinds, readout="mean", epochs=256).items():
            sliding_psn = recipe.kind.family == "sliding PSN"
            recipes[name] = replace(recipe, **(adamw if sliding_psn else sgd))
            if recipe.kind.family == "masked PSN" or (sliding_psn and not recipe.kind.control):
                other, words = (sgd, "SGD") if sliding_psn else (adamw, "AdamW")
                changed = f"{name}-{words.lower()}"
                recipes[changed] = replace(recipe, name=changed, note=words, **other)
        small = Columns(channels, width=16, samples=2000, batch_size=25, optimizer="adamw")
        recipes |= _task(
            f"{task}-small",
            data.removesuffix("-full"),  # the pictures that the package has are enough
            kinds,
            readout="mean",
            epochs=8,
            learning_rate=0.01,
            note="a fraction: 2000 images, width 16, AdamW",
            columns=small,
        )
    return recipes


_TASKS = _tasks()
TASKS: dict[str, tuple[str, ...]] = {task: tuple(recipes) for task, recipes in _TASKS.items()}
RECIPES: dict[str, Recipe] = {name: recipe for recipes in _TASKS.values() for name, recipe in recipes.items()}
RECIPES |= _columns()  # of no study: one run of them takes long enough


def recipe_for(name: str, *, epochs: int | None = None, data: str | None = None) -> Recipe:
    """The recipe of that name, with other epochs or data where they are given.

    Raises TypeError for a name or data that is no text or epochs that are no integer, ValueError for another name and
    for epochs below 1. Whether the data exist is asked when they are loaded.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be that of a recipe, such as {next(iter(RECIPES))!r}, got {name!r}")
    if name not in RECIPES:
        # Hundreds of names are no help: those that begin with what was typed, else those that look like it.
        typed = name.lower()
        near = [one for one in RECIPES if typed and one.startswith(typed)] or get_close_matches(typed, RECIPES, n=6)
        near = near or [names[0] for names in TASKS.values()]
        more = ", …" if len(near) > 6 else ""
        raise ValueError(
            f"name must be one of the {len(RECIPES)} recipes that `psn-viz train --list` shows, such as "
            f"{', '.join(map(repr, near[:6]))}{more}; got {name!r}"
        )
    if epochs is not None:
        integer("epochs", epochs, low=1)
    if data is not None and not isinstance(data, str):
        raise TypeError(f"data must be the name of a data set or None, got {data!r}")
    changes: dict[str, Any] = {"epochs": epochs, "data": data}
    changes = {field: value for field, value in changes.items() if value is not None}
    return replace(RECIPES[name], **changes)
