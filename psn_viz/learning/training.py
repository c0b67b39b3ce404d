"""The training loop: gradient descent over epochs, reported as it goes, that can be stopped at any time."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from psn_viz.files import path_of
from psn_viz.learning.augmentation import AUGMENTATIONS, augment_columns
from psn_viz.learning.checkpoint import Saved, TrainingState, write_checkpoint
from psn_viz.learning.data.load import Dataset
from psn_viz.learning.evaluation import correct, logits_of, placement, require_finite, require_module
from psn_viz.learning.history import History, Progress, Reporter
from psn_viz.learning.preconditions import device_for, require_match, require_mixed_precision
from psn_viz.learning.snapshots import NeuronHistory, moments
from psn_viz.neurons import MaskedPSN
from psn_viz.neurons.arguments import choice, flag, integer, real
from psn_viz.torch_state import seeded, spare_core

LEARNING_RATES = {"adamw": 2e-2, "sgd": 0.1}
LAMBDA_SCHEDULES = ("paper", "half", "linear", "closed")


def train(
    model: nn.Module,
    data: Dataset,
    *,
    epochs: int = 12,
    batch_size: int = 100,
    learning_rate: float | None = None,
    optimizer: str = "adamw",
    seed: int = 0,
    device: str | torch.device | None = None,
    label_smoothing: float = 0.0,
    lambda_schedule: str = "paper",
    mixed_precision: bool = False,
    augmentation: str = "none",
    snapshots: int = 0,
    checkpoint: str | PathLike | None = None,
    resume: bool = False,
    callbacks: Sequence[Callable[[Progress], object]] = (),
) -> History:
    """Train `model` in place on `data.train`, watch it on `data.validation`, and return what happened.

    model: an nn.Module from x `[T, n, features]` to logits `[n, classes]`, such as SpikingClassifier. Where the
    samples of `data` differ in length, it is called with `length`, int64 `[n]`, as second argument.
    epochs ≥ 1, batch_size ≥ 1 (an epoch is cut into equal batches of at most that many samples).
    learning_rate: at the start; it falls to 0 along a cosine. None: 2e-2 for adamw, 0.1 for sgd.
    optimizer: "adamw", or "sgd" with momentum 0.9; both without weight decay, as in the paper (arXiv 2304.12760).
    seed: of the order of the samples and of dropout, not of the weights, which the model brings along. On a
    CPU the same seed and the same weights at the start give bit-identical weights at the end. The global random
    state is left as it was.
    device: where to train; None is CUDA if there is any, else CPU. The model comes back to its own device.
    On a CPU one core is left free, for whoever draws the curve.
    label_smoothing: 0 ≤ … < 1. lambda_schedule: how λ of every MaskedPSN grows to 1, see `lambda_at`.
    mixed_precision: let autocast compute in bfloat16 what allows it; weights, loss and evaluation stay as they are.
    On a CUDA GPU that has bfloat16 only.
    augmentation: "none", or "columns", what `augment_columns` does with each batch, for images read column by
    column and a model that knows its `channels`. The training accuracy is then that on mixed images.
    snapshots: how many states of the neurons `History.neurons` is to hold, at equal distances from before the first
    step to after the last: 0, or 2 and more.
    checkpoint: a file, written before the first epoch and after every one. resume: go on from that file, with the
    settings of the run that wrote it; nothing of the model but its kind and size matters then. An epoch that was
    cut off is done over, so that on a CPU the end is the same, bit for bit, as that of a run in one piece.
    callbacks: each is called with a `Progress` about ten times a second and at the end of each epoch.

    The model is left in eval mode. A KeyboardInterrupt (the stop button of a notebook) ends the run without an
    error: the model keeps what it has learned, λ stays where it is, `history.stopped` is True. One that comes
    during the checks, before the first step, is passed on: nothing has been changed then.

    Raises TypeError or ValueError before anything is changed: for an argument out of range, for a model that
    does not fit the data, for NaN or infinity in the data (naming part, time-step and sample), for a checkpoint that
    is damaged or of another run; FileExistsError for a checkpoint that is there without `resume`, FileNotFoundError
    for one that is not there with it. Raises
    FloatingPointError when the loss, a gradient or a weight stops being finite, naming epoch and step; the model
    then holds the weights that gave the last finite loss and gradients.
    """
    require_module(model)
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a Dataset such as load_dataset('fashion-mnist-rows'), got {data!r}")
    optimizer = choice("optimizer", optimizer, tuple(LEARNING_RATES))
    if learning_rate is None:
        learning_rate = LEARNING_RATES[optimizer]
    if isinstance(callbacks, str) or not isinstance(callbacks, Sequence) or not all(map(callable, callbacks)):
        raise TypeError(f"callbacks must be a list or tuple of functions such as (show,), got {callbacks!r}")
    device = device_for(device)
    settings: dict[str, Any] = {
        "data": data.name,
        "epochs": integer("epochs", epochs, low=1),
        "batch_size": integer("batch_size", batch_size, low=1),
        "learning_rate": real("learning_rate", learning_rate, above=0, below=1e30),
        "optimizer": optimizer,
        "seed": integer("seed", seed, low=0, high=2**63 - 1),
        "device": str(device),
        "label_smoothing": real("label_smoothing", label_smoothing, low=0, below=1),
        "lambda_schedule": choice("lambda_schedule", lambda_schedule, LAMBDA_SCHEDULES),
        "mixed_precision": flag("mixed_precision", mixed_precision),
        "snapshots": integer("snapshots", snapshots, low=0),
    }
    # Settings of a run without it stay what they were before there was any: its checkpoints can be gone on with.
    if choice("augmentation", augmentation, AUGMENTATIONS) != "none":
        settings["augmentation"] = augmentation
        needs = f"augmentation {augmentation!r} needs images of one length and a model with `channels`, such as "
        if not hasattr(model, "channels"):
            raise ValueError(f"{needs}SequentialCIFARClassifier; got a {type(model).__name__}")
        if data.train.length is not None:
            raise ValueError(f"{needs}{type(model).__name__}; got {data.name!r}, whose samples vary in length")
    if mixed_precision:
        require_mixed_precision(device)
    if snapshots == 1:
        raise ValueError("snapshots must be 0 or at least 2, the first and the last state; got 1")
    file = None if checkpoint is None else path_of("checkpoint", checkpoint)
    if flag("resume", resume) and file is None:
        raise ValueError("resume needs the checkpoint to go on from: checkpoint='run.safetensors'")
    if file is not None and file.exists() and not resume:
        raise FileExistsError(f"checkpoint {file} is there: go on from it with resume=True, or remove it")
    home = placement(model)[0]
    with seeded(settings["seed"], device), spare_core():
        for part in ("train", "validation", "test"):
            require_finite(f"data.{part}", getattr(data, part).x)
        require_match(model, data)
        saved = Saved(file, model, data, settings) if resume and file is not None else None
        run = Run(model, data, device, callbacks, History(settings))
        try:
            model.to(device)
            run.prepare(saved)
            run.train_epochs(file)
        except KeyboardInterrupt:
            run.history.stopped = True
        finally:
            run.history.seconds = run.reporter.seconds
            model.eval()
            model.to(home)
    return run.history


def lambda_at(schedule: str, epoch: int, epochs: int) -> float:
    """λ during epoch 0 … epochs − 1; exactly 1 in the last.

    "paper": min(8·e/(E − 1), 1), which is 1 after an eighth of the run, so that most of it trains the neuron as it
    will be used. With few epochs E that is a staircase: for E = 12 the values 0, 0.73, 1, 1, … "half": min(2·e/(E −
    1), 1). "linear": e/(E − 1). "closed": 1 throughout. A run of one epoch has λ = 1.
    """
    fraction = 1.0 if epochs == 1 or schedule == "closed" else epoch / (epochs - 1)
    return min({"paper": 8, "half": 2}.get(schedule, 1) * fraction, 1.0)


class Run:
    """One call of `train`: the loop and what it needs from step to step."""

    def __init__(
        self,
        model: nn.Module,
        data: Dataset,
        device: torch.device,
        callbacks: Sequence[Callable[[Progress], object]],
        history: History,
    ) -> None:
        self.model, self.data, self.device, self.history = model, data, device, history
        self.settings = history.settings
        self.batches = math.ceil(len(data.train) / self.settings["batch_size"])
        self.steps = self.settings["epochs"] * self.batches
        self.reporter = Reporter(callbacks, self.settings["epochs"], self.steps)
        # Weights before the last step that went well, and that step's number: what a diverged run goes back to.
        self.good_weights: list[Tensor] | None = None
        self.good_step = 0

    def prepare(self, saved: Saved | None) -> None:
        """Optimiser, schedule and generators, new or restored from `saved`; the model is on its device."""
        settings = self.settings
        self.optimizer = _optimizer(self.model, settings["optimizer"], settings["learning_rate"])
        self.cosine = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=self.steps)
        # The order of the samples has its own generator: dropout in a model does not change it.
        self.order = torch.Generator().manual_seed(settings["seed"])
        self.moments = moments(settings["snapshots"], self.steps)
        if self.moments:
            self.history.neurons = NeuronHistory()
        if saved is not None:
            saved.restore(self.state())
            self.reporter.start -= saved.facts.seconds
            if self.history.losses:
                self.remember_weights(len(self.history.losses))

    def state(self) -> TrainingState:
        """The state of the run, for a checkpoint."""
        return TrainingState(
            self.model, self.optimizer, self.cosine, self.order, self.device, self.history, self.reporter.seconds
        )

    def train_epochs(self, checkpoint: Path | None) -> None:
        """Train for the remaining epochs."""
        settings, history, validation = self.settings, self.history, self.data.validation
        dtype = placement(self.model)[1]
        x, y = self.data.train.x.to(self.device, dtype), self.data.train.y.to(self.device)
        length = self.data.train.length
        length = None if length is None else length.to(self.device)
        validation_x = validation.x.to(self.device, dtype)
        validation_y = validation.y.to(self.device)
        masked = [module for module in self.model.modules() if isinstance(module, MaskedPSN)]
        step = len(history.losses)
        if checkpoint is not None and step == 0:
            write_checkpoint(checkpoint, self.state(), self.data)
        for epoch in range(step // self.batches, settings["epochs"]):
            if masked:
                history.lambda_.append(lambda_at(settings["lambda_schedule"], epoch, settings["epochs"]))
            for module in masked:
                module.lambda_ = history.lambda_[-1]
            if step == 0:
                self.snapshot(step)
            self.model.train()
            loss_sum, hits, seen = 0.0, 0.0, 0
            shuffled = torch.randperm(len(y), generator=self.order).to(self.device)
            # Equal parts rather than a small rest, whose noisy step would count as much as the others.
            for chosen in shuffled.tensor_split(self.batches):
                step += 1
                some_length = None if length is None else length[chosen]
                loss, right = self.step(epoch, step, x[:, chosen], y[chosen], some_length)
                self.cosine.step()
                history.losses.append(loss)
                self.snapshot(step)
                loss_sum, hits, seen = loss_sum + loss * len(chosen), hits + right, seen + len(chosen)
                if seen < len(y):
                    self.reporter.report(epoch + 1, step, loss_sum / seen, hits / seen)
            self.check_weights(epoch, step)
            right = correct(self.model, validation_x, validation_y, validation.length, batch_size=1000)
            validation_accuracy = right / len(validation)
            history.train_loss.append(loss_sum / seen)
            history.train_accuracy.append(hits / seen)
            history.validation_accuracy.append(validation_accuracy)
            if checkpoint is not None:
                write_checkpoint(checkpoint, self.state(), self.data)
            self.reporter.report(epoch + 1, step, loss_sum / seen, hits / seen, validation_accuracy)

    def snapshot(self, step: int) -> None:
        """Record the neurons, if this step is one of the moments."""
        if self.history.neurons is not None and step in self.moments:
            length = self.data.validation.length
            example = (self.data.validation.x[:, :1], *([] if length is None else [length[:1]]))
            self.history.neurons.add(step, self.model, example)

    def step(self, epoch: int, step: int, x: Tensor, y: Tensor, length: Tensor | None) -> tuple[float, float]:
        """One update on a batch; its loss and how many samples were right."""
        before = [tensor.detach().clone() for tensor in _state(self.model)]
        target = y
        if self.settings.get("augmentation"):
            x, target = augment_columns(x, y, self.model.channels, self.data.classes, self.order)  # type: ignore[arg-type]
        mixed = self.settings["mixed_precision"]
        with torch.autocast(self.device.type, torch.bfloat16) if mixed else nullcontext():
            logits = logits_of(self.model, x, length)
            loss = F.cross_entropy(logits, target, label_smoothing=self.settings["label_smoothing"])
        self.optimizer.zero_grad()
        loss.backward()
        # The gradients too: NaN weights in a hidden layer give no spikes there and a finite loss.
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        finite = torch.stack([torch.isfinite(g).all() for g in gradients]).all()
        right = (logits.argmax(-1) == (target if target is y else target.argmax(-1))).sum()
        # One transfer for all three: on a GPU every transfer waits for the whole step.
        value, right, finite = torch.stack([number.detach().float() for number in (loss, right, finite)]).tolist()
        if not (math.isfinite(value) and finite):
            problem = f"the loss became {value}" if not math.isfinite(value) else "a gradient became NaN or infinite"
            raise self.diverged(epoch, step, problem, before, x)
        self.good_weights, self.good_step = before, step
        self.optimizer.step()
        return value, right

    def remember_weights(self, step: int) -> None:
        """Remember the weights after step `step` as the last good ones."""
        self.good_weights, self.good_step = [tensor.detach().clone() for tensor in _state(self.model)], step + 1

    def check_weights(self, epoch: int, step: int) -> None:
        """FloatingPointError when the epoch's last update, which no later loss has judged yet, went wrong."""
        if not all(bool(torch.isfinite(parameter).all()) for parameter in self.model.parameters()):
            raise self.diverged(epoch, step, "a weight became NaN or infinite", self.good_weights or [], None)

    def diverged(
        self, epoch: int, step: int, problem: str, before: list[Tensor], x: Tensor | None
    ) -> FloatingPointError:
        """Restore the last good weights; returns the error to raise, with the likely cause."""
        with torch.no_grad():
            for tensor, saved in zip(_state(self.model), self.good_weights or before, strict=True):
                tensor.copy_(saved)
        rate = self.settings["learning_rate"]
        if self.good_weights is None and x is not None:
            # Nothing has been learned yet, so it is not the learning rate.
            cause = f"the input (its largest value is {x.abs().max().item():.3g}) or the weights at the start"
            advice = "scale the input to about 0 … 1"
            holds = "the weights it started with"
        else:
            cause = f"the learning rate, {rate:g} at the start"
            advice = f"try learning_rate={rate / 10:.2g}"
            holds = f"the weights from before step {self.good_step}, the last with a finite loss"
        return FloatingPointError(
            f"{problem} in epoch {epoch + 1} of {self.settings['epochs']}, step {step} of {self.steps}. "
            f"Likely cause: {cause}; {advice}. The model holds {holds}."
        )


def _state(model: nn.Module) -> list[Tensor]:
    """Everything a step changes: the parameters, and the running statistics of BatchNorm."""
    return [*model.parameters(), *model.buffers()]


def _optimizer(model: nn.Module, name: str, learning_rate: float) -> torch.optim.Optimizer:
    # No weight decay: pulling a threshold or W towards 0 is no neutral preference for simple solutions.
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9)
    return torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=0.0)
