"""The trained models that labs show; models, data and histories are loaded once (cached)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple, NoReturn

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice
from psn_viz.learning import Dataset, load_dataset, load_model, shipped_models
from psn_viz.learning.model_files import card_of
from psn_viz.learning.network_surgery import InTraining, answers, in_training

WITH_WEIGHTS = ("PSN", "MaskedPSN", "SlidingPSN")
_START = "rows-psn"


class About(NamedTuple):
    """How many layers of neurons a model has, how many time-steps, and how many moments of its training are kept."""

    layers: int
    T: int
    moments: int


@cache
def learned_models() -> dict[str, About]:
    """The models that come with the package and learned a W, by name. Read from their cards."""
    models = {}
    for name in shipped_models():
        try:
            card = card_of(name)
        except (OSError, ValueError):
            continue  # a damaged card: load_model says so to whoever asks for that model
        if card.data is None or card.history is None or card.history.neurons is None:
            continue
        kinds = {neuron.get("kind") for neuron in card.neurons}
        if kinds and kinds <= set(WITH_WEIGHTS):
            models[name] = About(len(card.neurons), card.data.T, len(card.history.neurons.steps))
    return models


def layer_controls() -> tuple[Choice, Choice]:
    """The controls of a lab that looks into a layer of a model: model and layer.

    Raises ValueError where no model can be read, as do the functions below.
    """
    models = tuple(learned_models() or _none())
    start = _START if _START in models else models[0]
    return (
        Choice("model", "model", "a trained network of the package", start, models),
        Choice("layer", "layer", "which of its layers of neurons", 1, tuple(range(1, 1 + largest_of("layers")))),
    )


def layers_of(name: str) -> tuple[int, ...]:
    """The layers of neurons that a model has."""
    return tuple(range(1, 1 + learned_models()[name].layers))


def largest_of(field: str) -> int:
    """The largest number of "layers", "T" or "moments" that one of them has."""
    return max(getattr(about, field) for about in (learned_models() or _none()).values())


def _none() -> NoReturn:
    raise ValueError(
        "psn_viz has no trained model with a W whose card can be read: the files in its folder learning/models are "
        "missing or damaged; install it again"
    )


@cache
def model_of(name: str):
    """The model, read once: not to be changed."""
    return load_model(name).requires_grad_(False)


@lru_cache(maxsize=4)
def data_of(name: str) -> Dataset:
    """The data that the model was trained on, made once: not to be changed."""
    return load_dataset(model_of(name).card["data"]["name"])


@cache
def training_of(name: str, layer: int) -> InTraining:
    """The training history of one layer: not to be changed."""
    return in_training(model_of(name), layer, learned_models()[name].T)


@cache
def intact(name: str) -> np.ndarray:
    """Which test samples the model as it is puts in the right class, bool `[n]`."""
    return right(model_of(name), name)


def right(model: torch.nn.Module, name: str) -> np.ndarray:
    """Which test samples a variant of the model `name` puts in the right class, bool `[n]`."""
    test = data_of(name).test
    return (answers(model, test) == test.y).numpy()
