"""Lab: a real image, one row per time-step, through an LIF and a PSN."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.read_image import figure
from psn_viz.learning import load_dataset
from psn_viz.learning.data.load import FASHION_MNIST_CLASSES
from psn_viz.neurons import LIF, PSN, reset_free_weight

T = 28
_PER_CLASS = 40


@dataclass(frozen=True)
class ReadImageNumbers:
    """One image of T rows and 28 columns, read row by row by 28 LIF neurons and by 28 PSNs, one to a column.

    kind, which: the image, by its class and its number there. tau: time constant of the leak in time-steps.
    weights: what W of the PSN holds, "leak" or "ahead". t: the last row that has been read.
    image `[T, 28]` float64 in [0, 1]; s_lif `[T, 28]`, 0 or 1, of all rows; s_psn `[T, 28]`, NaN until all are read.
    witness: H of the product against H of a loop without reset, which "leak" claims to be equal; else None.
    """

    kind: str
    which: int
    tau: float
    weights: str
    t: int
    image: np.ndarray
    s_lif: np.ndarray
    s_psn: np.ndarray
    witness: Witness | None

    @property
    def rows_left(self) -> int:
        """How many rows the PSN still waits for."""
        return len(self.image) - 1 - self.t

    @property
    def lif_spikes(self) -> int:
        """How often the LIF neurons have fired up to row t."""
        return int(self.s_lif[: self.t + 1].sum())


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
    def compute(state: dict) -> ReadImageNumbers:
        image = _picked(state["kind"], state["which"])
        tau, weights, t = state["tau"], state["weights"], state["t"]
        # The form without 1/τ: pixels of at most 1 then charge a neuron past its threshold of 1.
        lif = LIF(tau, decay_input=False).record(image)
        psn = PSN(T).double().requires_grad_(False)
        leak = reset_free_weight(T, tau, decay_input=False)
        psn.weight.copy_(leak if weights == "leak" else leak.T)
        run = psn.record(image)
        loop = LIF(tau, decay_input=False, reset="none").record(image)
        return ReadImageNumbers(
            kind=state["kind"],
            which=state["which"],
            tau=tau,
            weights=weights,
            t=t,
            image=image.numpy(),
            s_lif=lif.s.numpy(),
            s_psn=run.s.numpy() if t == T - 1 else np.full(image.shape, np.nan),
            witness=Witness.between(loop.h, run.h) if weights == "leak" else None,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: ReadImageNumbers) -> str:
        n = numbers
        lif = (
            f"{n.kind} {n.which}, rows 0 to {n.t}: "
            f"the LIF (τ = {n.tau:g}) fired {n.lif_spikes} times in {n.t + 1} steps"
        )
        if n.rows_left:
            return f"{lif}; the PSN has fired nothing yet, it needs all {T} rows."
        w_in_words = {
            "leak": "the leak of the LIF, but no reset, so it goes on firing where the LIF was set back",
            "ahead": "the same leak run backwards, so row t answers to the rows after it, which no loop can do",
        }[n.weights]
        psn = f"the PSN fired {int(n.s_psn.sum())} times, all from one product: its W holds {w_in_words}."
        compared = f" Product and loop without reset: largest difference {n.witness.size}." if n.witness else ""
        return f"{lif}; {psn}{compared}"


@cache
def _images() -> dict[str, torch.Tensor]:
    data = load_dataset("fashion-mnist-rows")
    pick = data.validation
    return {name: pick.x[:, pick.y == n].double() for n, name in enumerate(data.class_names)}


def _picked(kind: str, which: int) -> torch.Tensor:
    return _images()[kind][:, which].clone()
