"""Lab: training that reacts. A small network learns, and its settings are changed on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.train_live import figure
from psn_viz.labs.train_live.changes import STEPS, Change, Changes, Settings, in_words, until
from psn_viz.labs.train_live.training_steps import WIDTH, digits, moments, threshold_of, weight_of
from psn_viz.learning.network_surgery import within_structure
from psn_viz.neurons import LIF, MaskedPSN, SlidingPSN

_SAMPLE = 3  # of the validation part: whose spikes are shown


@dataclass(frozen=True)
class Steps(Whole):
    """How many training steps are done. Its widget trains on."""


@dataclass(frozen=True)
class TrainLiveNumbers:
    """A network after `steps` of at most `most_steps` training steps.

    seed: of its first weights and of the order of the samples. changes: ((step, name, value), …), also those that
    are still to come. settings: neuron, k, λ, τ and learning rate now.
    batch_loss, loss, accuracy `[steps + 1]` float64: after 0, 1, … steps. batch_loss: of each step on its own
    samples, before it; NaN at 0. loss: on the validation part; accuracy: its share of right answers, 0 to 1.
    samples: how many the validation part has.
    weight `[T, T]` float64: what multiplies X now, NaN where the neuron has no weight; of LIF its closed form without
    reset. threshold `[T]` float64: B.
    image `[T, 8]` float64: one validation sample, 0 to 1, a row a time-step. spikes bool `[T, width]`: those it
    makes. label, answer: what it is, and what the network takes it for.
    witness: H of that sample by the neuron against W X.
    """

    seed: int
    steps: int
    most_steps: int
    changes: tuple[Change, ...]
    settings: Settings
    batch_loss: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    samples: int
    weight: np.ndarray
    threshold: np.ndarray
    image: np.ndarray
    spikes: np.ndarray
    label: int
    answer: int
    witness: Witness

    @property
    def neuron_in_words(self) -> str:
        """The neuron with the settings that matter to it."""
        neuron, k, lambda_, tau, _ = self.settings
        return {
            "PSN": "PSN",
            "masked": f"masked PSN, k = {k}, λ = {lambda_:g}",
            "sliding": f"sliding PSN, k = {k}",
            "LIF": f"LIF, τ = {tau:g}",
        }[neuron]

    @property
    def last_change(self) -> int | None:
        """The step of the last change until now, or None; what is set before the first step is none."""
        return max((change.step for change in until(self.changes, self.steps) if change.step), default=None)


class TrainLive(Lab):
    """Digits, read row by row through one layer of neurons; what is changed while they learn takes effect at once.

    Its state is the seed, the changes ((step, name, value), …) and how many steps are done, so that a code replays
    the run. Going back does not forget what was changed later; a change made there does. What of the learned weights
    stays under a change, `training_steps.with_settings` says.
    """

    name = "train_live"
    title = "Training that reacts"
    sentence = "Change neuron, mask or leak while a small network learns, and see at once what that does to it."
    main = "steps", "seed"
    table = (
        Steps("steps", "steps", "training steps done: train on, stop, step, or go back", 120, low=0, high=STEPS),
        Choice("seed", "seed", "of the first weights and the order of the samples", 0, tuple(range(5))),
        Changes("events", "changes", "set from this step on; changes that came later are dropped",
                (Change(60, "lambda", 1.0),)),
    )  # fmt: skip

    @staticmethod
    def limits(state: dict) -> dict:
        """A change is made at the step that is reached."""
        return {"events": {"now": state["steps"]}}

    @staticmethod
    def compute(state: dict) -> TrainLiveNumbers:
        changes, steps = state["events"], state["steps"]
        run = moments(state["seed"], changes, steps)
        now = run[-1]
        layer, validation = now.network.layers[0], digits()[1]
        x = validation.x[:, _SAMPLE : _SAMPLE + 1]
        with torch.no_grad():
            arriving = layer.norm(layer.linear(x).flatten(0, 1)).unflatten(0, x.shape[:2])
            record = layer.neuron.record(arriving)
            answer = int(now.network(x).argmax())
            weight = weight_of(layer.neuron)
            witness = Witness.between(record.h.flatten(1), weight @ arriving.flatten(1))
        return TrainLiveNumbers(
            seed=state["seed"],
            steps=steps,
            most_steps=STEPS,
            changes=changes,
            settings=now.settings,
            batch_loss=np.array([moment.batch_loss for moment in run]),
            loss=np.array([moment.loss for moment in run]),
            accuracy=np.array([moment.accuracy for moment in run]),
            samples=len(validation),
            weight=np.where(_absent(layer.neuron, len(weight)), np.nan, weight.numpy()),
            threshold=threshold_of(layer.neuron).numpy(),
            image=x[:, 0].numpy(),
            spikes=record.s[:, 0].numpy() > 0,
            label=int(validation.y[_SAMPLE]),
            answer=answer,
            witness=witness,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: TrainLiveNumbers) -> str:
        n = numbers
        done = f"after {n.steps} of {n.most_steps} training steps" if n.steps else "before the first training step"
        to_come = len(n.changes) - len(until(n.changes, n.steps))
        later = f" Still to come: {to_come} change{'s' * (to_come > 1)}." if to_come else ""
        equal, difference = n.witness.words("neuron", "W X")
        return (
            f"{WIDTH} neurons, {n.neuron_in_words}, learning rate {n.settings.rate:g}, seed {n.seed}, {done}: "
            f"{100 * n.accuracy[-1]:.1f} % of {n.samples} validation digits right, loss {n.loss[-1]:.3f}."
            f"{_since_the_change(n)}{later} A {n.label} makes {int(n.spikes.sum())} spikes and is taken for a "
            f"{n.answer}; its H: {equal}, {difference}."
        )


def _since_the_change(n: TrainLiveNumbers) -> str:
    step = n.last_change
    if step is None:
        return ""
    what = ", ".join(in_words(change) for change in n.changes if change.step == step)
    before, at_once = (f"{100 * n.accuracy[at]:.1f} %" for at in (step - 1, step))
    back = np.flatnonzero(n.accuracy[step:] >= n.accuracy[step - 1])
    again = "never as many as before until now"
    if len(back):
        again = f"as many as before again {back[0]} steps later" if back[0] else "no fewer than before"
    return f" Last change, at step {step}: {what}; {before} before, {at_once} at once, {again}."


def _absent(neuron, steps: int) -> np.ndarray:
    """Where the neuron has no weight at all: a mask that is not shut has made it smaller only."""
    if isinstance(neuron, LIF):
        return np.triu(np.ones((steps, steps), dtype=bool), 1)
    if isinstance(neuron, SlidingPSN) or (isinstance(neuron, MaskedPSN) and math.isclose(neuron.lambda_, 1)):
        return ~within_structure(neuron, steps).numpy()
    return np.zeros((steps, steps), dtype=bool)
