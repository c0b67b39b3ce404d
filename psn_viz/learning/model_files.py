"""Trained networks in files: the weights as safetensors, and beside them a card in JSON that says what they are."""

import hashlib
import inspect
import json
import os
import platform
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import torch
from torch import Tensor, nn

from psn_viz import __version__
from psn_viz.files import write_whole
from psn_viz.learning import snapshots
from psn_viz.learning.data.load import Dataset
from psn_viz.learning.evaluation import require_module
from psn_viz.learning.history import PER_EPOCH, History
from psn_viz.learning.image_networks import SequentialCIFARClassifier, StaticClassifier
from psn_viz.learning.networks import SpikingClassifier
from psn_viz.learning.tensor_file import below, misfit, pack, path_of, unpack
from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN
from psn_viz.torch_state import machine

KIND = "model"
FORMAT = 1
NETWORKS: dict[str, type[nn.Module]] = {
    kind.__name__: kind for kind in (SpikingClassifier, SequentialCIFARClassifier, StaticClassifier)
}
NEURONS: dict[str, type[nn.Module]] = {kind.__name__: kind for kind in (IF, LIF, PSN, MaskedPSN, SlidingPSN, nn.ReLU)}


def save_model(
    path: str | os.PathLike,
    model: nn.Module,
    history: History | None = None,
    *,
    data: Dataset | None = None,
    metrics: dict | None = None,
    facts: dict | None = None,
) -> Path:
    """Write `model` as PATH.safetensors and its card as PATH.json; the path of the first.

    path: with one of the two endings or without. model: one of `psn_viz.learning`'s networks with neurons of this
    package (or ReLU) in it. history: what `train` returned; the card tells of it, and its losses and snapshots of
    the neurons go along with the weights. data: what it was trained on, for the card. metrics: numbers by name, such
    as {"test_accuracy": 0.81}; None for one that was not measured. facts: anything else for the card, by name.

    A model that was there before stays until both new files are whole. Raises TypeError or ValueError for a model
    that cannot be built again from a card or holds NaN, and for metrics or facts that JSON cannot say; OSError when
    the folder cannot be written.
    """
    base = _base(path_of("path", path))
    require_module(model)
    for name, value, kind in (("history", history, History), ("data", data, Dataset)):
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{name} must be a {kind.__name__} or None, got {type(value).__name__}")
    card = {"format": FORMAT, "name": base.name, **describe(model)}
    if data is not None:
        card["data"] = {
            "name": data.name,
            "T": data.T,
            "samples": {part: len(getattr(data, part)) for part in ("train", "validation", "test")},
            "class_names": list(data.class_names),
            "source": data.source,
            "licence": data.licence,
        }
    state = model.state_dict()
    if wrong := misfit(state, state):
        raise ValueError(f"model must hold finite weights only: {wrong}")
    tensors = {f"model/{name}": values for name, values in state.items()}
    if history is not None:
        card |= _history_to(history, tensors)
    card |= {
        "metrics": metrics or {},
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "versions": {"psn_viz": __version__, "torch": torch.__version__, "python": platform.python_version()},
        "machine": machine(history.settings.get("device", "cpu") if history else "cpu"),
    }
    if facts and (twice := sorted(facts.keys() & (card.keys() | {"weights"}))):
        raise ValueError(f"facts must not name {twice[0]!r}, which the card already has")
    weights = pack(KIND, tensors, {})
    card |= {**(facts or {}), "weights": {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}}
    try:
        text = json.dumps(card, ensure_ascii=False, allow_nan=False, indent=1)
    except (TypeError, ValueError) as error:
        raise type(error)(f"metrics and facts must be what JSON can say: {error}") from None
    files = {_file(base, ".safetensors"): weights, _file(base, ".json"): text.encode() + b"\n"}
    return _write_both(files)


def load_model(name: str | os.PathLike) -> nn.Module:
    """A saved network on the CPU, in eval mode, with two attributes more: `.card`, a dict, and `.history`, a History.

    name: of a model that comes with the package, one of `shipped_models()`; or the path of a saved model, which has
    a folder or an ending: "models/rows-psn", "rows-psn.safetensors". `.history.neurons` holds the snapshots of the
    neurons. What `save_model` wrote is built again from numbers and names alone; no code is read.

    Raises TypeError for a name that is none, FileNotFoundError for a file that is not there, ValueError for a name
    that is unknown and, naming the file, for files that are damaged or do not belong together.
    """
    base = _find(name)
    card_file, weights_file = _file(base, ".json"), _file(base, ".safetensors")
    for file in (card_file, weights_file):
        if not file.is_file():
            raise FileNotFoundError(
                f"{file} is not there: a saved model is two files, {base.name}.safetensors and .json"
            )
    data = weights_file.read_bytes()
    try:
        card = json.loads(card_file.read_text("utf-8"))
        if card["format"] != FORMAT:
            raise ValueError(f"its format is {card['format']!r}, this psn_viz reads {FORMAT}")
        digest = card["weights"]["sha256"]
        model = build(card)
        said = {name: card[name] for name in ("network", "neurons", "lambda")}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, RuntimeError, MemoryError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ValueError(f"{card_file} is damaged, or is no card of a saved model: {why}") from None
    tensors, _ = unpack(KIND, weights_file, data)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"{weights_file} is not the file that {card_file.name} describes: get the two together")
    weights = below("model", tensors)
    if wrong := misfit(model.state_dict(), weights):
        raise ValueError(f"{weights_file} does not fit its card: {wrong}")
    model.load_state_dict(weights)
    found = describe(model)
    if differ := [name for name in said if found[name] != said[name]]:
        raise ValueError(f"{card_file} does not fit its weights: they have {differ[0]} = {found[differ[0]]}")
    try:
        model.history = _history_from(card, tensors)
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise ValueError(f"{card_file} does not fit the history in {weights_file.name}: {error}") from None
    model.card = card
    return model.eval()


def shipped_models() -> tuple[str, ...]:
    """The names of the models that come with the package."""
    return tuple(sorted(file.stem for file in _shipped().glob("*.safetensors")))


def describe(model: nn.Module) -> dict:
    """What `build` makes the network again from: "network" and "neurons", and "lambda", λ at this moment or None.

    Raises TypeError for networks, neurons and surrogates that a card has no words for.
    """
    kind = type(model).__name__
    if NETWORKS.get(kind) is not type(model):
        raise TypeError(f"model must be one of {', '.join(NETWORKS)} to be saved, got {kind}")
    neurons = [_describe_neuron(neuron) for neuron in model.neurons]
    return {
        "network": {"kind": kind, **_arguments(model, without=("neuron",))},
        "neurons": neurons,
        "lambda": next((neuron["lambda_"] for neuron in neurons if "lambda_" in neuron), None),
    }


def build(card: dict) -> nn.Module:
    """The network that a card describes, with weights that mean nothing yet.

    Raises ValueError, KeyError or TypeError when the card does not describe one.
    """
    made = iter([_build_neuron(**neuron) for neuron in card["neurons"]])

    def neuron() -> nn.Module:
        try:
            return next(made)
        except StopIteration:
            raise ValueError(f"{len(card['neurons'])} neurons are fewer than the network has layers") from None

    arguments = dict(card["network"])
    kind = arguments.pop("kind")
    if kind not in NETWORKS:
        raise ValueError(f"network {kind!r} is none of {', '.join(NETWORKS)}")
    # What a fresh network draws at random is replaced at once: nobody else's random numbers change.
    with torch.random.fork_rng(devices=[]):
        model = NETWORKS[kind](neuron=neuron, **arguments)
    if next(made, None) is not None:
        raise ValueError(f"{len(card['neurons'])} neurons are more than the network has layers")
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


def _build_neuron(kind: str, alpha: float | None = None, **arguments) -> nn.Module:
    if kind not in NEURONS:
        raise ValueError(f"neuron {kind!r} is none of {', '.join(NEURONS)}")
    if alpha is not None:
        arguments["surrogate"] = ATan(alpha)
    with torch.random.fork_rng(devices=[]):
        return NEURONS[kind](**arguments)


def _arguments(module: nn.Module, without: tuple[str, ...]) -> dict:
    """What the module was made with: all of these classes keep their arguments under the same names."""
    names: Callable = inspect.signature(type(module)).parameters
    values = {name: getattr(module, name) for name in names if name not in without}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _history_to(history: History, tensors: dict[str, Tensor]) -> dict:
    """What the card says of a run; its long parts become tensors."""
    tensors["losses"] = torch.tensor(history.losses, dtype=torch.float32)
    moments = None
    if history.neurons is not None:
        held, moments = snapshots.to_tensors(history.neurons)
        tensors |= {f"neurons/{name}": values for name, values in held.items()}
    per_epoch = {name: [float(f"{value:.6g}") for value in getattr(history, name)] for name in PER_EPOCH}
    return {
        "training": history.settings,
        "seconds": round(history.seconds, 3),
        "stopped": history.stopped,
        "history": {**per_epoch, "lambda": history.lambda_, "neurons": moments},
    }


def _history_from(card: dict, tensors: dict[str, Tensor]) -> History | None:
    if "history" not in card:
        return None
    told = card["history"]
    neurons = told["neurons"]
    return History(
        settings=dict(card["training"]),
        losses=tensors["losses"].tolist(),
        **{name: list(told[name]) for name in PER_EPOCH},
        lambda_=list(told["lambda"]),
        seconds=float(card["seconds"]),
        stopped=bool(card["stopped"]),
        neurons=None if neurons is None else snapshots.from_tensors(below("neurons", tensors), neurons),
    )


def _shipped() -> Path:
    return Path(str(resources.files("psn_viz.learning"))) / "models"


def _find(name: str | os.PathLike) -> Path:
    path = path_of("name", name)
    if isinstance(name, str) and name == path.name and path.suffix not in (".safetensors", ".json"):
        if name not in shipped_models():
            shipped = ", ".join(map(repr, shipped_models())) or "none yet"
            raise ValueError(
                f"name must be one of the models that come with psn_viz ({shipped}), or a path with a folder or an "
                f"ending, such as {f'models/{name}'!r}; got {name!r}"
            )
        return _shipped() / name
    return _base(path)


def _base(path: Path) -> Path:
    base = path.with_suffix("") if path.suffix in (".safetensors", ".json") else path
    if not base.name:
        raise ValueError(f"path must end in a file's name, got {str(path)!r}")
    return base


def _file(base: Path, ending: str) -> Path:
    return base.with_name(base.name + ending)


def _write_both(files: dict[Path, bytes]) -> Path:
    """All files or, unless the machine stops between two renames, none; the path of the first."""
    beside = {path: path.with_name(f".{path.name}.new") for path in files}
    try:
        for path, data in files.items():
            write_whole(beside[path], data)
        for path in files:
            os.replace(beside[path], path)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
    return next(iter(files))
