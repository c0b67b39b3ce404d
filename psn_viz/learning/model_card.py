"""The card of a saved model: what it must say, and how a network is described in it and built from it again."""

import inspect
from typing import Any

import msgspec
import torch
from torch import nn

from psn_viz.json_files import Count, NonNegative
from psn_viz.learning import snapshots
from psn_viz.learning.image_networks import SequentialCIFARClassifier, StaticClassifier
from psn_viz.learning.networks import Classifier, SpikingClassifier
from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN

NETWORKS: dict[str, type[Classifier]] = {
    kind.__name__: kind for kind in (SpikingClassifier, SequentialCIFARClassifier, StaticClassifier)
}
NEURONS: dict[str, type[nn.Module]] = {kind.__name__: kind for kind in (IF, LIF, PSN, MaskedPSN, SlidingPSN, nn.ReLU)}


class DataFacts(msgspec.Struct):
    """What a card says of the data that a model was trained on."""

    name: str
    T: Count


class WeightFacts(msgspec.Struct):
    """What a card says of the file with the weights that belongs to it."""

    sha256: str


class HistoryFacts(msgspec.Struct, rename={"lambda_": "lambda"}):
    """What a card says of the training; the rest lies with the weights."""

    train_loss: list[float]
    train_accuracy: list[float]
    validation_accuracy: list[float]
    lambda_: list[float]
    neurons: snapshots.Moments | None


class ModelCard(msgspec.Struct, rename={"lambda_": "lambda"}):
    """What a card must say, for the model to be built again from it. A card says more, which is for its reader.

    network, neurons: "kind", the name of a class, and its arguments.
    """

    network: dict[str, Any]
    neurons: list[dict[str, Any]]
    lambda_: float | None
    weights: WeightFacts
    data: DataFacts | None = None
    history: HistoryFacts | None = None
    training: dict[str, Any] | None = None
    seconds: NonNegative = 0.0
    stopped: bool = False

    def __post_init__(self) -> None:
        if (self.history is None) != (self.training is None):
            raise ValueError("training and history must both be there, or neither")


def describe(model: nn.Module) -> dict:
    """The facts that `build` needs: "network" and "neurons", and "lambda", λ at this moment or None.

    Raises TypeError for networks, neurons and surrogates that a card has no words for.
    """
    kind = type(model).__name__
    if not isinstance(model, Classifier) or NETWORKS.get(kind) is not type(model):
        raise TypeError(f"model must be one of {', '.join(NETWORKS)} to be saved, got {kind}")
    neurons = [_describe_neuron(neuron) for neuron in model.neurons]
    return {
        "network": {"kind": kind, **_arguments(model, without=("neuron",))},
        "neurons": neurons,
        "lambda": next((neuron["lambda_"] for neuron in neurons if "lambda_" in neuron), None),
    }


def build(card: ModelCard) -> Classifier:
    """The network that a card describes, with new weights.

    Raises ValueError when the card does not describe one.
    """
    try:
        return _build(card.network, card.neurons)
    except (TypeError, RuntimeError, MemoryError) as error:
        raise ValueError(str(error)) from None


def _build(network: dict[str, Any], neurons: list[dict[str, Any]]) -> Classifier:
    fresh_neurons = iter([_build_neuron(**neuron) for neuron in neurons])

    def neuron() -> nn.Module:
        try:
            return next(fresh_neurons)
        except StopIteration:
            raise ValueError(f"{len(neurons)} neurons are fewer than the network has layers") from None

    arguments = dict(network)
    kind = arguments.pop("kind", None)
    if not isinstance(kind, str) or kind not in NETWORKS:
        raise ValueError(f"network {kind!r} is none of {', '.join(NETWORKS)}")
    # What a fresh network draws at random is replaced at once: nobody else's random numbers change.
    with torch.random.fork_rng(devices=[]):
        model = NETWORKS[kind](neuron=neuron, **arguments)
    if next(fresh_neurons, None) is not None:
        raise ValueError(f"{len(neurons)} neurons are more than the network has layers")
    return model


def _describe_neuron(neuron: nn.Module) -> dict:
    kind = type(neuron).__name__
    if NEURONS.get(kind) is not type(neuron):
        raise TypeError(f"neurons must be of {', '.join(NEURONS)} to be saved, got {kind}")
    # How fast it is computed is no part of what it is.
    described = {"kind": kind, **_arguments(neuron, without=("surrogate", "backend"))}
    if kind != "ReLU":
        if type(neuron.surrogate) is not ATan:
            raise TypeError(f"surrogate must be ATan to be saved, got {neuron.surrogate!r}")
        described["alpha"] = neuron.surrogate.alpha
    return described


def _build_neuron(kind: object = None, alpha: float | None = None, **arguments) -> nn.Module:
    if not isinstance(kind, str) or kind not in NEURONS:
        raise ValueError(f"neuron {kind!r} is none of {', '.join(NEURONS)}")
    if alpha is not None:
        arguments["surrogate"] = ATan(alpha)
    with torch.random.fork_rng(devices=[]):
        return NEURONS[kind](**arguments)


def _arguments(module: nn.Module, without: tuple[str, ...]) -> dict:
    """The arguments of the module's class, which are attributes of the same names."""
    names = inspect.signature(type(module)).parameters
    values = {name: getattr(module, name) for name in names if name not in without}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
