"""The trained models that the labs look into: which there are, and what is read from them once and kept."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice
from psn_viz.learning import Dataset, load_dataset, load_model, shipped_models
from psn_viz.learning.network_surgery import InTraining, answers, in_training

WITH_WEIGHTS = ("PSN", "MaskedPSN", "SlidingPSN")


class About(NamedTuple):
    """How many layers of neurons a model has, how many time-steps, and how many moments of its training are kept."""

    layers: int
    T: int
    moments: int


@cache
def learned_models() -> dict[str, About]:
    """The models that come with the package and learned a W, by name. Read from their cards."""
    found = {}
    for name in shipped_models():
        try:
            card = json.loads((resources.files("psn_viz.learning") / "models" / f"{name}.json").read_text("utf-8"))
            kinds, moments = [neuron["kind"] for neuron in card["neurons"]], card["history"]["neurons"]["steps"]
            about = About(len(kinds), card["data"]["T"], len(moments))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged card: load_model says so to whoever asks for that model
        if kinds and set(kinds) <= set(WITH_WEIGHTS):
            found[name] = about
    return found


def choices() -> tuple[Choice, Choice]:
    """The controls of a lab that looks into a layer of one of them: model and layer."""
    return (
        Choice("model", "model", "a trained network of the package", "rows-psn", tuple(learned_models())),
        Choice("layer", "layer", "which of its layers of neurons", 1, tuple(range(1, 1 + most("layers")))),
    )


def most(what: str) -> int:
    """The largest number of "layers", "T" or "moments" that one of them has."""
    return max(getattr(about, what) for about in learned_models().values())


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
    """What became of one layer in training: not to be changed."""
    return in_training(model_of(name), layer, learned_models()[name].T)


@cache
def intact(name: str) -> np.ndarray:
    """Which test samples the model as it is puts in the right class, bool `[n]`."""
    return right(model_of(name), name)


def right(model: torch.nn.Module, name: str) -> np.ndarray:
    """Which test samples a variant of the model `name` puts in the right class, bool `[n]`."""
    test = data_of(name).test
    return (answers(model, test) == test.y).numpy()
