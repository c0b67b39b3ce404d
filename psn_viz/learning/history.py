"""Reports of a training run: `Progress` while it goes on, `History` afterwards."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from psn_viz.learning.snapshots import NeuronHistory


@dataclass(frozen=True)
class Progress:
    """What a callback receives. Epochs and steps count from 1; `step` and `steps` are of the whole run.

    loss and train_accuracy (in [0, 1]) are means over the samples of the current epoch so far, measured
    while the weights move. validation_accuracy is None except in the report that ends an epoch.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    train_accuracy: float
    validation_accuracy: float | None
    seconds: float
    seconds_left: float


# What a History has one number of for each epoch.
PER_EPOCH = ("train_loss", "train_accuracy", "validation_accuracy")


@dataclass
class History:
    """What happened in a run of `train`.

    losses: one per step, the mean over its batch. train_loss, train_accuracy, validation_accuracy: one per
    finished epoch, the first two as in `Progress`. lambda_: λ of the masked neurons in each epoch begun,
    empty without such neurons. seconds: what the run took, all of its parts together. stopped: True when an
    interrupt ended the run early. settings: what was asked for, with the defaults filled in. neurons: the
    snapshots of the neurons, None when none were asked for.
    """

    settings: dict = field(default_factory=dict)
    losses: list[float] = field(default_factory=list)
    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    lambda_: list[float] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False
    neurons: NeuronHistory | None = None

    def __repr__(self) -> str:
        requested, done = self.settings.get("epochs", "?"), len(self.validation_accuracy)
        best = f", validation accuracy {self.validation_accuracy[-1]:.3f}" if done else ""
        ending = ", stopped" if self.stopped else ""
        return f"History({done} of {requested} epochs, {len(self.losses)} steps{best}, {self.seconds:.1f} s{ending})"


class Reporter:
    """Calls the callbacks: at the end of each epoch, and in between at most every `interval` seconds.

    A live view redraws for every call, and drawing more often than it can be seen only slows training.
    """

    def __init__(
        self, callbacks: Sequence[Callable[[Progress], object]], epochs: int, steps: int, interval: float = 0.1
    ) -> None:
        self.callbacks, self.epochs, self.steps, self.interval = callbacks, epochs, steps, interval
        self.start = time.perf_counter()
        self.last = self.start

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.start

    def report(
        self, epoch: int, step: int, loss: float, accuracy: float, validation_accuracy: float | None = None
    ) -> None:
        """Call the callbacks, unless they were called less than `interval` seconds ago."""
        now = time.perf_counter()
        if validation_accuracy is None and now - self.last < self.interval:
            return
        seconds = now - self.start
        seconds_left = seconds / step * (self.steps - step)
        progress = Progress(
            epoch, self.epochs, step, self.steps, loss, accuracy, validation_accuracy, seconds, seconds_left
        )
        for callback in self.callbacks:
            callback(progress)
        # Counted from when drawing is done: a slow callback must not take all the time.
        self.last = time.perf_counter()
