"""Trained networks in files: the weights as safetensors, and beside them a card in JSON that says what they are."""

import hashlib
import os
import platform
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from psn_viz import __version__, json_files
from psn_viz.files import path_of, write_whole
from psn_viz.learning import snapshots
from psn_viz.learning.data.load import Dataset
from psn_viz.learning.evaluation import require_module
from psn_viz.learning.history import PER_EPOCH, History
from psn_viz.learning.model_card import HistoryFacts, ModelCard, build, describe
from psn_viz.learning.networks import Classifier
from psn_viz.learning.tensor_file import below, misfit, pack, unpack
from psn_viz.torch_state import machine

KIND = "model"
CARD = "card of a saved model"
FORMAT = 1
ENDINGS = (".safetensors", ".json")
FOLDER = Path(str(resources.files("psn_viz.learning"))) / "models"


class _Files(NamedTuple):
    """The two files of a saved model."""

    weights: Path
    card: Path


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
    package (or ReLU) in it. history: what `train` returned; the card describes it, and its losses and snapshots of
    the neurons go along with the weights. data: what it was trained on, for the card. metrics: numbers by name, such
    as {"test_accuracy": 0.81}; None for one that was not measured. facts: anything else for the card, by name.

    A model that was there before stays until both new files are whole. Raises TypeError or ValueError for a model
    that cannot be built again from a card or holds NaN, and for metrics or facts that JSON cannot hold; OSError when
    the folder cannot be written.
    """
    files = _files(path_of("path", path))
    require_module(model)
    for name, value, kind in (("history", history, History), ("data", data, Dataset)):
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{name} must be a {kind.__name__} or None, got {type(value).__name__}")
    card = {"format": FORMAT, "name": files.card.stem, **describe(model)}
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
        text = json_files.encode(card)
    except (TypeError, ValueError) as error:
        raise type(error)(f"metrics and facts must be what JSON can hold: {error}") from None
    _write_both({files.weights: weights, files.card: text})
    return files.weights


def load_model(name: str | os.PathLike) -> Classifier:
    """A saved network on the CPU, in eval mode, with two attributes more: `.card`, a dict, and `.history`, a History.

    name: of a model that comes with the package, one of `shipped_models()`; or the path of a saved model, which has
    a folder or an ending: "models/rows-psn", "rows-psn.safetensors". `.history.neurons` holds the snapshots of the
    neurons. What `save_model` wrote is built again from numbers and names alone; no code is read.

    Raises TypeError for a name that is none, FileNotFoundError for a file that is not there, ValueError for a name
    that is unknown and, naming the file, for files that are damaged or do not belong together.
    """
    files = _find(name)
    content = _read_card(files)
    with json_files.naming(files.card, CARD):
        card = json_files.check(content, ModelCard)
        model = build(card)
    data = files.weights.read_bytes()
    tensors, _ = unpack(KIND, files.weights, data, dict)
    if hashlib.sha256(data).hexdigest() != card.weights.sha256:
        raise ValueError(
            f"{files.weights} is damaged, or is not the file that {files.card.name} describes: get the two together"
        )
    weights = below("model", tensors)
    if wrong := misfit(model.state_dict(), weights):
        raise ValueError(f"{files.weights} does not fit its card: {wrong}")
    model.load_state_dict(weights)
    description = describe(model)
    if differ := [name for name in description if description[name] != content[name]]:
        raise ValueError(f"{files.card} does not fit its weights: they have {differ[0]} = {description[differ[0]]}")
    try:
        model.history = _history_from(card, tensors)
    except (ValueError, KeyError, RuntimeError) as error:
        raise ValueError(f"{files.card} does not fit the history in {files.weights.name}: {error}") from None
    model.card = content
    model.eval()
    return model


def card_of(name: str | os.PathLike) -> ModelCard:
    """The card of a saved model, whose weights are not read. name, errors: as in `load_model`."""
    files = _find(name)
    content = _read_card(files)
    with json_files.naming(files.card, CARD):
        return json_files.check(content, ModelCard)


def shipped_models() -> tuple[str, ...]:
    """The names of the models that come with the package."""
    return json_files.stored_names(FOLDER, ".safetensors")


def _history_to(history: History, tensors: dict[str, Tensor]) -> dict:
    """What the card says of a run; its long parts become tensors."""
    tensors["losses"] = torch.tensor(history.losses, dtype=torch.float32)
    moments = None
    if history.neurons is not None:
        snapshot_tensors, moments = snapshots.to_tensors(history.neurons)
        tensors |= {f"neurons/{name}": values for name, values in snapshot_tensors.items()}
    per_epoch = {name: [float(f"{value:.6g}") for value in getattr(history, name)] for name in PER_EPOCH}
    return {
        "training": history.settings,
        "seconds": round(history.seconds, 3),
        "stopped": history.stopped,
        "history": HistoryFacts(**per_epoch, lambda_=history.lambda_, neurons=moments),
    }


def _history_from(card: ModelCard, tensors: dict[str, Tensor]) -> History | None:
    facts = card.history
    if facts is None or card.training is None:
        return None
    return History(
        settings=dict(card.training),
        losses=tensors["losses"].tolist(),
        **{name: getattr(facts, name) for name in PER_EPOCH},
        lambda_=facts.lambda_,
        seconds=card.seconds,
        stopped=card.stopped,
        neurons=None if facts.neurons is None else snapshots.from_tensors(below("neurons", tensors), facts.neurons),
    )


def _find(name: str | os.PathLike) -> _Files:
    return _files(json_files.find(name, FOLDER, ENDINGS))


def _files(path: Path) -> _Files:
    """Both files of a model, from the path of one, or from the path without an ending."""
    base = path.with_suffix("") if path.suffix in ENDINGS else path
    if not base.name:
        raise ValueError(f"path must end in a file's name, got {str(path)!r}")
    return _Files(*(base.with_name(base.name + ending) for ending in ENDINGS))


def _read_card(files: _Files) -> dict[str, Any]:
    """All of a card. Raises FileNotFoundError where one of the two files is missing."""
    for file in (files.card, files.weights):
        if not file.is_file():
            raise FileNotFoundError(
                f"{file} is not there: a saved model is two files, {files.weights.name} and {files.card.name}"
            )
    return json_files.read(files.card, dict[str, Any], CARD, FORMAT)


def _write_both(files: dict[Path, bytes]) -> None:
    """Write both files: write each beside its target, then rename both."""
    beside = {path: path.with_name(f".{path.name}.new") for path in files}
    try:
        for path, data in files.items():
            write_whole(beside[path], data)
        for path in files:
            os.replace(beside[path], path)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
