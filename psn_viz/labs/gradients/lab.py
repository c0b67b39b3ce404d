"""Lab: the gradient of one spike with respect to every input, through the loop of an LIF and through a PSN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.fused_form import FusedForm, fused_gradients_beside
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.leaks import NO_LEAK, TIME_CONSTANTS, loop_of
from psn_viz.labs.core.phrases import RESET_WORDS
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.gradients import figure
from psn_viz.neurons import PSN, ATan
from psn_viz.torch_state import seeded

TOLERANCE = 1e-12
_LONGEST = 32
_DETACHED = " detached"
_SEED = 3


@dataclass(frozen=True)
class GradientsNumbers:
    """∂S[t]/∂X[i] of one loop neuron and one PSN over T steps, both with threshold 1, all without units.

    input: the text that X was read from. tau: time constant in time-steps, or "IF". reset: of the loop, "none",
    "hard", "soft", the last two also with " detached". t: the row of the gradients that is followed.
    x `[T]` float64; s `[T]`, 0 or 1, of the loop. loop, psn `[T, T]`: the gradients by autograd, row t, column i.
    factors `[T]`: ∂H[s+1]/∂H[s] of the loop at s.
    What loop[t, 0] is a product of: gain, ∂H/∂X within a step; product, of the factors before t; slope, σ′ at t.
    keep: 1 − 1/τ, in every factor. What psn[t, 0] is a product of: entry, W[t, 0]; psn_slope, σ′ at t.
    x_ends: the least and the largest X, were T as long as it can be.
    loop_witness, psn_witness: the gradients by autograd against those by the algebra.
    fused: the gradient of the PSN through its fused form against that through charge and fire.
    """

    input: str
    tau: float | str
    reset: str
    t: int
    x: np.ndarray
    s: np.ndarray
    loop: np.ndarray
    psn: np.ndarray
    factors: np.ndarray
    gain: float
    product: float
    slope: float
    keep: float
    entry: float
    psn_slope: float
    x_ends: tuple[float, float]
    loop_witness: Witness
    psn_witness: Witness
    fused: FusedForm

    @property
    def witness(self) -> Witness:
        """Both comparisons as one."""
        loop, psn = self.loop_witness, self.psn_witness
        difference = float(np.max([loop.difference, psn.difference]))  # NaN, where one of them is
        return Witness(difference, tuple(sorted({*loop.apart, *psn.apart})), loop.tolerance)

    @property
    def first_apart(self) -> str:
        """From which row on loop and PSN differ from the algebra, in words."""
        first_apart = {"LIF": self.loop_witness.first_apart, "PSN": self.psn_witness.first_apart}
        return ", ".join(f"{name} from t = {t}" for name, t in first_apart.items() if t is not None)

    @property
    def neuron(self) -> str:
        """The loop neuron in words."""
        return "IF" if self.tau == NO_LEAK else f"LIF, τ = {self.tau}"

    @property
    def reset_in_words(self) -> str:
        """Its reset in words."""
        detached = ", detached" if self.reset.endswith(_DETACHED) else ""
        return RESET_WORDS[self.reset.removesuffix(_DETACHED)] + detached

    @property
    def terms(self) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
        """∂S[t]/∂X[0] of loop and PSN: what it is a product of, the product in numbers, the result."""
        names, numbers = [f"{self.t} factor{'s' * (self.t != 1)}", "σ′"], [self.product, self.slope]
        if self.tau != NO_LEAK:
            names, numbers = ["1/τ", *names], [self.gain, *numbers]
        return (
            (" · ".join(names), _product(numbers), _number(self.loop[self.t, 0])),
            (f"W[{self.t},0] · σ′", _product([self.entry, self.psn_slope]), _number(self.psn[self.t, 0])),
        )


class Gradients(Lab):
    """∂S[t]/∂X[i] by autograd: for LIF a product with one factor per step, for a PSN one entry of W.

    It is one neuron before training. In a network the gradient also depends on the layers above.
    """

    name = "gradients"
    title = "How far back a gradient reaches"
    sentence = (
        "Through the loop a gradient is multiplied by a factor at every step, and a reset can make it zero; "
        "through a PSN it is one entry of W, however long ago the input was."
    )
    main = "T", "tau"
    table = (
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, _LONGEST)),
        Choice("tau", "τ", "time constant of the leak; IF has no leak", 4, TIME_CONSTANTS, ordered=True),
        Choice("reset", "reset", "what a spike does to V; detached: no gradient passes through its S",
               "hard detached", ("hard", "hard detached", "soft", "soft detached", "none")),
        Whole("T", "T", "length of the sequence", _LONGEST, low=2, high=_LONGEST),
        Whole("t", "t", "the S[t] whose gradient is followed (or point at a row)", 29, low=0, high=_LONGEST - 1),
    )  # fmt: skip

    @staticmethod
    def settle(state: dict) -> dict:
        """There is no S beyond T − 1."""
        return state | {"t": min(state["t"], state["T"] - 1)}

    @staticmethod
    def limits(state: dict) -> dict:
        """Every place of the slider is a row."""
        return {"t": {"high": state["T"] - 1}}

    @staticmethod
    def compute(state: dict) -> GradientsNumbers:
        T, t, tau, reset = state["T"], state["t"], state["tau"], state["reset"]
        longest = parse_input(state["input"], _LONGEST)
        x = torch.from_numpy(parse_input(state["input"], T))
        neuron = loop_of(tau, reset=reset.removesuffix(_DETACHED), detach_reset=reset.endswith(_DETACHED))
        loop, run = jacobian(neuron, x)
        h, s = run.h[:, 0].detach(), run.s[:, 0].detach()
        gain, keep = (1.0, 1.0) if tau == NO_LEAK else (1 / tau, 1 - 1 / tau)
        factors = loop_factors(h, s, reset, keep)
        slope = surrogate_slope(h - 1)
        chain = products(factors)

        psn = psn_as_initialised(T)
        of_psn, psn_run = jacobian(psn, x)
        psn_slope = surrogate_slope(psn_run.h[:, 0].detach() - psn.threshold)
        return GradientsNumbers(
            input=state["input"],
            tau=tau,
            reset=reset,
            t=t,
            x=x.numpy(),
            s=s.numpy(),
            loop=loop.numpy(),
            psn=of_psn.numpy(),
            factors=factors.numpy(),
            gain=gain,
            product=float(chain[t, 0]),
            slope=float(slope[t]),
            keep=keep,
            entry=float(psn.weight[t, 0]),
            psn_slope=float(psn_slope[t]),
            x_ends=(float(longest.min()), float(longest.max())),
            loop_witness=Witness.between(loop, gain * slope[:, None] * chain, TOLERANCE),
            psn_witness=Witness.between(of_psn, psn_slope[:, None] * psn.weight, TOLERANCE),
            fused=fused_gradients_beside(psn, x, of_psn),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: GradientsNumbers) -> str:
        n, witness = numbers, numbers.witness
        compared = (
            f"agree, difference {witness.size}"
            if witness.agrees
            else f"differ by {witness.difference:.2g} ({n.first_apart})"
        )
        loop, entry = (" = ".join(terms) for terms in n.terms)
        return (
            f"{n.neuron}, {n.reset_in_words}, T = {len(n.x)}, input {n.input}: "
            f"∂S[{n.t}]/∂X[0] = {loop}; {_reach(n)}. "
            f"PSN as initialised: ∂S[{n.t}]/∂X[0] = {entry}. Autograd and the algebra {compared}.{n.fused.sentence}"
        )


def jacobian(neuron, x: torch.Tensor) -> tuple[torch.Tensor, object]:
    """∂S[t]/∂X[i] `[T, T]` of one neuron on the input `[T]`, by autograd, and the run.

    The neuron runs on T copies of the input; the gradient of S[t] of copy t, all t together, is one backward pass.
    """
    copies = x[:, None].repeat(1, len(x)).requires_grad_()
    run = neuron.record(copies)
    (gradient,) = torch.autograd.grad(run.s.diagonal().sum(), copies)
    return gradient.T.contiguous(), run


def surrogate_slope(distance: torch.Tensor) -> torch.Tensor:
    """σ′(H − B) of the arctangent surrogate."""
    alpha = ATan().alpha
    return alpha / (2 * (1 + (torch.pi / 2 * alpha * distance) ** 2))


def loop_factors(h: torch.Tensor, s: torch.Tensor, reset: str, keep: float) -> torch.Tensor:
    """∂H[s+1]/∂H[s] `[T]`: the leak `keep` = 1 − 1/τ, times ∂V[s]/∂H[s], which is what the reset makes of it."""
    slope = surrogate_slope(h - 1)
    match reset:
        case "hard":
            return keep * (1 - s - h * slope)
        case "hard detached":
            return keep * (1 - s)
        case "soft":
            return keep * (1 - slope)
    return torch.full_like(h, keep)


def products(factors: torch.Tensor) -> torch.Tensor:
    """At [t, i] the product of the factors from i up to t − 1, `[T, T]`; zero for i > t."""
    rows = [torch.zeros_like(factors)]
    rows[0][0] = 1
    for t in range(1, len(factors)):
        row = rows[-1] * factors[t - 1]
        row[t] = 1
        rows.append(row)
    return torch.stack(rows)


def psn_as_initialised(T: int) -> PSN:
    """A PSN in float64 with the weights that training starts from, the same at every call."""
    with seeded(_SEED, torch.device("cpu")):
        return PSN(T).double().requires_grad_(False)


def _number(value: float) -> str:
    return f"{value:.3g}" if value else "0"


def _product(numbers: list[float]) -> str:
    return " · ".join(map(_number, numbers))


def _reach(n: GradientsNumbers) -> str:
    row = np.abs(n.loop[n.t])
    seen = np.flatnonzero(row >= figure.FLOOR)
    if not len(seen):
        return "no input has a gradient of 10⁻⁶ or more"
    first = int(seen[0])
    if first == 0:
        return "the gradient reaches back to the first input"
    why = "is exactly 0" if row[first - 1] == 0 else "is below 10⁻⁶"
    return f"the gradient reaches back to X[{first}], that of X[{first - 1}] {why}"
