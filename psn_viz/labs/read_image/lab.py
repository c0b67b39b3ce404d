"""Lab: a real image, one row per time-step, through an LIF and a PSN."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.core.traces import verdict
from psn_viz.labs.read_image import figure as figures
from psn_viz.learning import load_dataset
from psn_viz.learning.data.load import FASHION_MNIST_CLASSES
from psn_viz.neurons import LIF, PSN, reset_free_weight

T = 28
TOLERANCE = 1e-10
_PER_CLASS = 40


class ReadImage(Lab):
    """Each pixel column is a neuron, each row a time-step: the LIF reads on, the PSN waits for the last row."""

    name = "read_image"
    title = "Read an image row by row"
    sentence = "An LIF fires as the rows come in; a PSN waits for all of them, then answers with one product."
    table = (
        Choice("kind", "kind", "what the image shows", "Ankle boot", FASHION_MNIST_CLASSES),
        Whole("which", "image", "which of the images of this kind", 4, low=0, high=_PER_CLASS - 1),
        Real("tau", "τ", "time constant of the leak", 3.0, low=1.0, high=6.0, step=0.25),
        Choice("weights", "W", "the weights that the PSN holds", "leak", ("leak", "ahead")),
        Whole("t", "t", "the last row that has been read", T - 1, low=0, high=T - 1),
    )
    transport = "t"

    @property
    def image(self) -> torch.Tensor:
        """The image picked now, `[28, 28]` float64 in [0, 1], one row per time-step; from the validation part."""
        return _picked(self.state["kind"], self.state["which"])

    @staticmethod
    def compute(state: dict) -> dict:
        image = _picked(state["kind"], state["which"])
        tau = state["tau"]
        # The form without 1/τ: pixels of at most 1 then charge a neuron past its threshold of 1.
        lif = LIF(tau, decay_input=False).record(image)
        psn = PSN(T).double().requires_grad_(False)
        psn.weight.copy_(_weights(state["weights"], tau))
        run = psn.record(image)
        loop = LIF(tau, decay_input=False, reset="none").record(image)
        complete = state["t"] == T - 1
        witness = float((loop.h - run.h).abs().max()) if state["weights"] == "leak" else None
        return {
            "image": image.numpy(),
            "lif": lif.s.numpy(),
            "psn": run.s.numpy() if complete else np.full(image.shape, np.nan),
            "witness": witness,
            "agrees": None if witness is None else witness <= TOLERANCE,
            "complete": complete,
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        t, left = numbers["t"], T - 1 - numbers["t"]
        lif = int(numbers["lif"][: t + 1].sum())
        titles = (
            figures.title("X", "image", f"{t + 1} of {T} rows read"),
            figures.title("S", "of the LIF", f"{t + 1} steps, {lif} spikes"),
            figures.title("S", "of the PSN", _psn_title(numbers)),
        )
        waiting = "" if numbers["complete"] else f"waits for<br>{left} more row{'s' * (left > 1)}"
        return figures.draw(numbers["image"], numbers["lif"], numbers["psn"], t, titles, waiting)

    @staticmethod
    def describe(numbers: dict) -> str:
        t = numbers["t"]
        lif = int(numbers["lif"][: t + 1].sum())
        start = (
            f"{numbers['kind']} {numbers['which']}, rows 0 to {t}: "
            f"the LIF (τ = {numbers['tau']:g}) fired {lif} times in {t + 1} steps"
        )
        if not numbers["complete"]:
            return f"{start}; the PSN has fired nothing yet, it needs all {T} rows."
        psn = int(numbers["psn"].sum())
        how = {
            "leak": "the leak of the LIF, but no reset, so it goes on firing where the LIF was set back",
            "ahead": "the same leak run backwards, so row t answers to the rows after it, which no loop can do",
        }[numbers["weights"]]
        witness = numbers["witness"]
        same = ""
        if witness is not None:
            same = f" Product and loop without reset: largest difference {at_most(witness, TOLERANCE)}."
        return f"{start}; the PSN fired {psn} times, all from one product: its W holds {how}.{same}"


@cache
def _images() -> dict[str, torch.Tensor]:
    data = load_dataset("fashion-mnist-rows")
    pick = data.validation
    return {name: pick.x[:, pick.y == n].double() for n, name in enumerate(data.class_names)}


def _picked(kind: str, which: int) -> torch.Tensor:
    return _images()[kind][:, which].clone()


def _weights(name: str, tau: float) -> torch.Tensor:
    weight = reset_free_weight(T, tau, decay_input=False)
    return weight if name == "leak" else weight.T


def _psn_title(numbers: dict) -> str:
    if not numbers["complete"]:
        return "no step yet"
    counted = f"1 product, {int(numbers['psn'].sum())} spikes"
    agrees = numbers["agrees"]
    if agrees is None:  # only the leak claims to be a loop: the one without the reset
        return counted
    return f"{counted}<br>{verdict(agrees, ('=' if agrees else '≠') + ' loop, no reset')}"
