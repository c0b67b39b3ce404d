"""Checkpoints: save a training run and resume it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from psn_viz.files import write_whole
from psn_viz.learning import snapshots
from psn_viz.learning.data.dataset import Dataset
from psn_viz.learning.history import PER_EPOCH, History
from psn_viz.learning.tensor_file import below, misfit, pack, unpack

KIND = "checkpoint"
FORMAT = 1


class Facts(msgspec.Struct, rename={"lambda_": "lambda"}):
    """What a checkpoint holds beside tensors. samples: a digest of the data. schedule: of the learning rate."""

    format: int
    settings: dict[str, Any]
    samples: str
    losses: list[float]
    lambda_: list[float]
    train_loss: list[float]
    train_accuracy: list[float]
    validation_accuracy: list[float]
    seconds: float
    schedule: dict[str, Any]
    neurons: snapshots.Moments | None


@dataclass(frozen=True)
class TrainingState:
    """The state of a run between two epochs; `order` is the generator of the order of the samples."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    order: torch.Generator
    device: torch.device
    history: History
    seconds: float


def write_checkpoint(path: Path, training: TrainingState, data: Dataset) -> None:
    """Write the state of a run on `data`, atomically."""
    tensors = {f"model/{name}": values for name, values in training.model.state_dict().items()}
    for number, state in training.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{number}/{name}": torch.as_tensor(value) for name, value in state.items()}
    tensors |= {f"random/{name}": state for name, state in _random(training).items()}
    history, moments = training.history, None
    if history.neurons is not None:
        snapshot_tensors, moments = snapshots.to_tensors(history.neurons)
        tensors |= {f"neurons/{name}": values for name, values in snapshot_tensors.items()}
    facts = Facts(
        format=FORMAT,
        settings=history.settings,
        samples=_samples(data),
        losses=history.losses,
        lambda_=history.lambda_,
        **{name: getattr(history, name) for name in PER_EPOCH},
        seconds=training.seconds,
        schedule=training.schedule.state_dict(),
        neurons=moments,
    )
    write_whole(path, pack(KIND, tensors, facts))


class Saved:
    """A checkpoint that was read and validated.

    Raises FileNotFoundError without a file, ValueError naming the file when it is damaged, when it is of a run with
    other settings or other data, or when it does not fit `model`.
    """

    def __init__(self, path: Path, model: nn.Module, data: Dataset, settings: dict) -> None:
        if not path.exists():
            raise FileNotFoundError(f"checkpoint {path} is not there, so nothing can be resumed: leave resume out")
        self.path = path
        self.tensors, self.facts = unpack(KIND, path, path.read_bytes(), Facts, FORMAT)
        before = self.facts.settings
        # Where it is computed may change from one part of a run to the next.
        differ = [name for name in settings if name != "device" and settings[name] != before.get(name)]
        if differ:
            those = ", ".join(f"{name} = {before.get(name)!r} and not {settings[name]!r}" for name in differ)
            raise ValueError(f"{path} is of a run with {those}: resume with the settings it was begun with")
        if self.facts.samples != _samples(data):
            raise ValueError(f"{path} is of a run on other data than this {data.name!r}: resume with those")
        if wrong := misfit(model.state_dict(), below("model", self.tensors)):
            raise ValueError(f"{path} does not fit the model: {wrong}")

    def restore(self, training: TrainingState) -> None:
        """Restore a run from the checkpoint; its model is on its device."""
        facts, history = self.facts, training.history
        training.model.load_state_dict(below("model", self.tensors))
        state = training.optimizer.state_dict()
        for name, values in below("optimizer", self.tensors).items():
            number, _, key = name.partition("/")
            state["state"].setdefault(int(number), {})[key] = values
        for group, rate in zip(state["param_groups"], facts.schedule["_last_lr"], strict=True):
            group["lr"] = rate
        training.optimizer.load_state_dict(state)
        training.schedule.load_state_dict(facts.schedule)
        for name, generator_state in below("random", self.tensors).items():
            _set_random(training, name, generator_state)
        history.losses, history.lambda_ = facts.losses, facts.lambda_
        for name in PER_EPOCH:
            setattr(history, name, getattr(facts, name))
        if facts.neurons is not None:
            history.neurons = snapshots.from_tensors(below("neurons", self.tensors), facts.neurons)


def _samples(data: Dataset) -> str:
    """A digest of the training samples, in their order."""
    digest = hashlib.sha256()
    for values in (data.train.x, data.train.y):
        digest.update(f"{list(values.shape)} {values.dtype}".encode())
        digest.update(values.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _random(training: TrainingState) -> dict[str, Tensor]:
    """The states of all generators that the run draws from."""
    states = {"order": training.order.get_state(), "cpu": torch.get_rng_state()}
    if training.device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(training.device)
    elif training.device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def _set_random(training: TrainingState, name: str, state: Tensor) -> None:
    if name == "order":
        training.order.set_state(state)
    elif name == "cpu":
        torch.set_rng_state(state)
    elif name == training.device.type == "cuda":
        torch.cuda.set_rng_state(state, training.device)
    elif name == training.device.type == "mps":
        torch.mps.set_rng_state(state)
