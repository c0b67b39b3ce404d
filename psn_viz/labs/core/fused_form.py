"""The fused form of a neuron beside its equations: what training runs against what a student reads."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from psn_viz.labs.core.traces import verdict
from psn_viz.labs.core.witness import Witness
from psn_viz.neurons import Record
from psn_viz.neurons.base import ParallelNeuron


@dataclass(frozen=True)
class FusedForm:
    """What the fused form gave beside the readable one: `witness` compares them; what was compared is `quantity`.

    witness: None where the neuron has equations of its own, which the fused form does not know.
    """

    quantity: str
    witness: Witness | None

    @property
    def line(self) -> str:
        """One line for the figure, red where the two part; "" where there is nothing to compare."""
        if self.witness is None:
            return ""
        if self.witness.agrees:
            return "fused: same"  # as short as a narrow page wants it
        return verdict(False, f"fused: other from t = {self.witness.first_apart}")

    def after(self, words: str) -> str:
        """The line behind the words of another witness."""
        return f"{words}, {self.line}" if self.line else words

    @property
    def sentence(self) -> str:
        """The same for the description."""
        if self.witness is None:
            return ""
        if self.witness.agrees:
            return f" The fused form gives the same {self.quantity}."
        return f" The fused form gives another {self.quantity} from t = {self.witness.first_apart} on."


def fused_spikes_beside(neuron: ParallelNeuron, run: Record) -> FusedForm:
    """The spikes of the fused form for the input of `run`, `[T, 1]`, against those of the run.

    Spikes that differ where H is at the threshold but for rounding do not part them.
    """
    if (fused := _called_fused(neuron, run.x)) is None:
        return FusedForm("S", None)
    h, s = run.h.detach()[:, 0], run.s.detach()[:, 0]
    threshold = neuron.threshold.detach()
    return FusedForm("S", Witness.between_runs((h, s), (h, fused.detach()[:, 0]), threshold))


def fused_gradients_beside(neuron: ParallelNeuron, x: torch.Tensor, readable: torch.Tensor) -> FusedForm:
    """∂S[t]/∂X[i] `[T, T]` through the fused form for the input `[T]`, against the `readable` ones."""
    copies = x[:, None].repeat(1, len(x)).requires_grad_()  # copy t of the input serves S[t]
    if (fused := _called_fused(neuron, copies)) is None:
        return FusedForm("gradient", None)
    (gradient,) = torch.autograd.grad(fused.diagonal().sum(), copies)
    return FusedForm("gradient", Witness.between(gradient.T, readable))


def _called_fused(neuron: ParallelNeuron, x: torch.Tensor) -> torch.Tensor | None:
    before = neuron.backend
    try:
        neuron.backend = "fused"
        return neuron(x)
    except ValueError:
        return None
    finally:
        neuron.backend = before
