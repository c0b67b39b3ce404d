"""Lab: a real image, one row per time-step, through an LIF and a PSN."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
LEARNED = Path(__file__).with_name("learned.json")  # what "trained" stands for; it tells how it was made
_PER_CLASS = 40
_TRAINED = "a network learned its W and thresholds, and each row of W has a weight for every row of the image"
_AHEAD = "its W is the leak run backwards, so row t answers to rows that come after it, which no loop can do"
_LEAK = "its W is the leak of the LIF, which looks back only and waits for nothing: the LIF without its reset"
_NO_LEAK = "with τ = 1 its W has no leak, and row t answers to itself alone"


@dataclass(frozen=True)
class ReadImageNumbers:
    """One image of T rows and 28 columns, read row by row by 28 LIF neurons and by 28 PSNs, one to a column.

    kind, which: the image, by its class and its number there. tau: time constant of the leak in time-steps.
    weights: what W of the PSN holds, "trained", "ahead" or "leak". t: the last row that has been read.
    image `[T, 28]` float64 in [0, 1]; s_lif `[T, 28]`, 0 or 1, of all rows; s_psn `[T, 28]`, 0 or 1, NaN in the rows
    that are not known yet. weight `[T, T]`, threshold `[T]`: W and B of the PSN, float64. known_from `[T]`: the last
    row of the image that row t of the PSN's spikes depends on.
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
    weight: np.ndarray
    threshold: np.ndarray
    known_from: np.ndarray
    witness: Witness | None

    @property
    def weights_in_words(self) -> str:
        """What W is, and what follows from it."""
        if self.tau == 1 and self.weights == "ahead":
            return _NO_LEAK
        return {"trained": _TRAINED, "ahead": _AHEAD, "leak": _LEAK}[self.weights]

    @property
    def rows_left(self) -> int:
        """How many rows the PSN still waits for before it knows any of its spikes."""
        return max(0, int(self.known_from.min()) - self.t)

    @property
    def lif_spikes(self) -> int:
        """How often the LIF neurons have fired up to row t."""
        return int(self.s_lif[: self.t + 1].sum())

    @property
    def psn_spikes(self) -> int:
        """How many spikes of the PSN are known."""
        return int(np.nansum(self.s_psn))


class ReadImage(Lab):
    """Each pixel column is a neuron, each row a time-step: the LIF reads on, the PSN waits for what its W needs."""

    name = "read_image"
    title = "Read an image row by row"
    sentence = "An LIF fires as the rows come in; a PSN waits for all of them, then answers with one product."
    main = "t", "tau"
    table = (
        Choice("kind", "kind", "what the image shows", "Ankle boot", FASHION_MNIST_CLASSES),
        Whole("which", "image", "which of the images of this kind", 4, low=0, high=_PER_CLASS - 1),
        Real("tau", "τ", "time constant of the leak", 3.0, low=1.0, high=6.0, step=0.25),
        Choice("weights", "W", "the weights of the PSN: learned, a leak that looks ahead, or the leak of the LIF",
               "trained", ("trained", "ahead", "leak")),
        Whole("t", "t", "the last row that has been read", T - 1, low=0, high=T - 1),
    )  # fmt: skip
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
        psn = _psn(weights, tau)
        run = psn.record(image)
        known_from = _last_used(psn.weight)
        loop = LIF(tau, decay_input=False, reset="none").record(image)
        return ReadImageNumbers(
            kind=state["kind"],
            which=state["which"],
            tau=tau,
            weights=weights,
            t=t,
            image=image.numpy(),
            s_lif=lif.s.numpy(),
            s_psn=np.where((known_from <= t)[:, None], run.s.numpy(), np.nan),
            weight=psn.weight.numpy(),
            threshold=psn.threshold.numpy(),
            known_from=known_from,
            witness=Witness.between(loop.h, run.h) if weights == "leak" else None,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: ReadImageNumbers) -> str:
        n = numbers
        lif = (
            f"{n.kind} {n.which}, {_rows(n.t)}: "
            f"the LIF (τ = {n.tau:g}) fired {figure.counted(n.lif_spikes, 'time')} "
            f"in {figure.counted(n.t + 1, 'step')}"
        )
        if n.rows_left:
            return f"{lif}; the PSN has fired nothing yet, it needs all {T} rows: {n.weights_in_words}."
        psn = f"the PSN fired {figure.counted(n.psn_spikes, 'time')}, by one product: {n.weights_in_words}."
        compared = f" Product and loop without reset: largest difference {n.witness.size}." if n.witness else ""
        return f"{lif}; {psn}{compared}"


def _rows(t: int) -> str:
    return f"rows 0 to {t}" if t else "row 0"


def _psn(weights: str, tau: float) -> PSN:
    """The PSN that `weights` names, in float64; one with a leak of time constant `tau` fires at 1 in every row."""
    psn = PSN(T).double().requires_grad_(False)
    if weights == "trained":
        psn.load_state_dict(_learned())
    else:
        leak = reset_free_weight(T, tau, decay_input=False)
        psn.weight.copy_(leak if weights == "leak" else leak.T)
    return psn


@cache
def _learned() -> dict[str, torch.Tensor]:
    content = json.loads(LEARNED.read_text("utf-8"))
    return {name: torch.tensor(content[name], dtype=torch.float64) for name in ("weight", "threshold")}


def _last_used(weight: torch.Tensor) -> np.ndarray:
    """For each row of W the last column that is not 0: the input that its charge has to wait for."""
    steps = np.arange(len(weight))
    return np.where(weight.numpy() != 0, steps, 0).max(1)


@cache
def _images() -> dict[str, torch.Tensor]:
    data = load_dataset("fashion-mnist-rows")
    pick = data.validation
    return {name: pick.x[:, pick.y == n].double() for n, name in enumerate(data.class_names)}


def _picked(kind: str, which: int) -> torch.Tensor:
    return _images()[kind][:, which].clone()
