"""The kinds of neurons that recipes and studies compare, and how one of each is made."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN
from psn_viz.neurons.arguments import choice
from psn_viz.neurons.integrate_and_fire import RESETS


@dataclass(frozen=True)
class NeuronKind:
    """One kind of neuron: what distinguishes it, and how one is made from the number of time-steps T.

    label: in words. family: "PSN", "masked PSN", "sliding PSN", "LIF", "ReLU" or the name of a later neuron. k: order
    of a masked or sliding PSN. tau, reset: of an LIF, however it is computed. control: whether it is there to lack
    something, memory or spikes.
    """

    label: str
    family: str
    make: Callable[[int], nn.Module]
    k: int | None = None
    tau: float | None = None
    reset: str | None = None
    control: bool = False

    def reach(self, T: int, layers: int) -> int:
        """How many of T inputs the answer of the last step can depend on, with so many layers: L(k − 1) + 1 or T."""
        order = {"ReLU": 1, "PSN": T, "LIF": T}.get(self.family, self.k or T)
        return min(T, layers * (order - 1) + 1)


def psn() -> NeuronKind:
    """A dense PSN."""
    return NeuronKind("PSN", "PSN", lambda T: PSN(T=T))


def masked(k: int) -> NeuronKind:
    """A masked PSN of order k, or T if that is less."""
    return NeuronKind(f"masked PSN, k = {k}", "masked PSN", lambda T: MaskedPSN(T=T, k=min(k, T)), k=k)


def sliding(k: int) -> NeuronKind:
    """A sliding PSN of order k."""
    return NeuronKind(f"sliding PSN, k = {k}", "sliding PSN", lambda T: SlidingPSN(k=k), k=k)


def lif(reset: str, tau: float, *, detached: bool | None = None) -> NeuronKind:
    """An LIF. detached: whether its reset is cut out of the gradient; None: a soft one, as in the paper's sequential
    runs, and no other.

    Its loop is the fused one, since a study trains it a thousand times.
    """
    choice("reset", reset, RESETS)
    usual = reset == "soft"
    detached = usual if detached is None else detached
    words = {"hard": "hard reset", "soft": "soft reset", "none": "no reset"}[reset]
    if detached != usual:
        words += " cut out of the gradient" if detached else " with its gradient"
    return NeuronKind(
        f"LIF, τ = {tau:g}, {words}",
        "LIF",
        lambda T: LIF(tau=float(tau), reset=reset, detach_reset=detached, backend="fused"),
        tau=float(tau),
        reset=reset,
    )


def memoryless() -> NeuronKind:
    """The control without memory."""
    return NeuronKind(
        "control without memory: sliding PSN, k = 1", "sliding PSN", lambda T: SlidingPSN(k=1), k=1, control=True
    )


def relu() -> NeuronKind:
    """The control that does not spike."""
    return NeuronKind("control that is no spiking network: ReLU", "ReLU", lambda T: nn.ReLU(), control=True)
