"""Lab: the gradient of one spike with respect to every input, through the loop of an LIF and through a PSN."""

from __future__ import annotations

import functools

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import RESET_WORDS, at_most
from psn_viz.labs.core.traces import coloured
from psn_viz.labs.gradients import figure as figures
from psn_viz.neurons import IF, LIF, PSN, ATan
from psn_viz.torch_state import seeded

TOLERANCE = 1e-12
_LONGEST = 32
_NO_LEAK = "IF"
_DETACHED = " detached"
_SEED = 3


class Gradients(Lab):
    """∂S[t]/∂X[i] by autograd: for LIF a product with one factor per step, for a PSN one entry of W.

    One neuron only: what a gradient meets on its way through the layers above is not in it, nor what training makes
    of W.
    """

    name = "gradients"
    title = "How far back a gradient reaches"
    sentence = (
        "Through the loop a gradient is a product with one factor per step, and a reset can make it zero; "
        "through a PSN it is one entry of W."
    )
    table = (
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, _LONGEST)),
        Choice("tau", "τ", "time constant of the leak; IF has no leak", 4,
               (1, 1.25, 1.5, 2, 3, 4, 6, 8, 16, _NO_LEAK), ordered=True),
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
    def compute(state: dict) -> dict:
        T, t, tau = state["T"], state["t"], state["tau"]
        x = torch.from_numpy(parse_input(state["input"], T))
        reset = state["reset"].removesuffix(_DETACHED)
        options = {"reset": reset, "detach_reset": state["reset"].endswith(_DETACHED)}
        lif = IF(**options) if tau == _NO_LEAK else LIF(tau, **options)
        psn = _as_initialised(T)

        by_autograd, run = jacobian(lif, x)
        h, s = run.h[:, 0].detach(), run.s[:, 0].detach()
        gain, keep = (1.0, 1.0) if tau == _NO_LEAK else (1 / tau, 1 - 1 / tau)
        factors = loop_factors(h, s, state["reset"], keep)
        slope = surrogate_slope(h - 1)
        chain = products(factors)
        by_hand = gain * slope[:, None] * chain

        psn_by_autograd, psn_run = jacobian(psn, x)
        psn_slope = surrogate_slope(psn_run.h[:, 0].detach() - psn.threshold)
        psn_by_hand = psn_slope[:, None] * psn.weight

        differences = {"LIF": (by_autograd - by_hand).abs(), "PSN": (psn_by_autograd - psn_by_hand).abs()}
        apart = {name: ~(difference <= TOLERANCE) for name, difference in differences.items()}  # NaN is apart, too
        return {
            "x": x.numpy(),
            "lif": by_autograd.numpy(),
            "psn": psn_by_autograd.numpy(),
            "s": s.numpy(),
            "factors": factors.numpy(),
            "gain": gain,
            "product": float(chain[t, 0]),
            "slope": float(slope[t]),
            "entry": float(psn.weight[t, 0]),
            "psn_slope": float(psn_slope[t]),
            "keep": keep,
            "witness": float(torch.stack([difference.max() for difference in differences.values()]).max()),
            "first_apart": {name: int(where.any(1).nonzero()[0]) for name, where in apart.items() if where.any()},
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        # What follows of a pattern or of noise does not depend on T: the axis must not jump while T moves.
        x = parse_input(numbers["input"], _LONGEST)
        low, high = min(0.0, float(x.min())), max(1.0, float(x.max()))
        room = 0.08 * (high - low)
        return figures.draw(
            numbers["x"], numbers["s"], numbers["lif"], numbers["psn"], numbers["factors"], numbers["t"],
            _titles(numbers), _spelled_out(numbers), _formula(numbers), not numbers["first_apart"],
            _witness(numbers), (low - room, high + room),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        t = numbers["t"]
        agrees = (
            f"Autograd and the algebra agree, difference {at_most(numbers['witness'], TOLERANCE)}"
            if not numbers["first_apart"]
            else f"Autograd and the algebra differ by {numbers['witness']:.2g} ({_first_apart(numbers)})"
        )
        loop, entry = (" = ".join(terms) for terms in _terms(numbers))
        return (
            f"{_neuron(numbers)}, {_reset_words(numbers)}, T = {numbers['T']}, input {numbers['input']}: "
            f"∂S[{t}]/∂X[0] = {loop}; {_reach(numbers)}. "
            f"PSN as initialised: ∂S[{t}]/∂X[0] = {entry}. {agrees}."
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


@functools.cache
def _as_initialised(T: int) -> PSN:
    with seeded(_SEED, torch.device("cpu")):
        return PSN(T).double().requires_grad_(False)


def _neuron(numbers: dict) -> str:
    return "IF" if numbers["tau"] == _NO_LEAK else f"LIF, τ = {numbers['tau']}"


def _reset_words(numbers: dict) -> str:
    reset = numbers["reset"]
    return RESET_WORDS[reset.removesuffix(_DETACHED)] + (", detached" if reset.endswith(_DETACHED) else "")


def _number(value: float) -> str:
    return f"{value:.3g}" if value else "0"


def _terms(numbers: dict) -> tuple[list[str], list[str]]:
    """∂S[t]/∂X[0] of the loop and of the PSN: what it is a product of, the product in numbers, the result."""
    t = numbers["t"]
    names, loop = [f"{t} factor{'s' * (t != 1)}", "σ′"], ["product", "slope"]
    if numbers["tau"] != _NO_LEAK:
        names, loop = ["1/τ", *names], ["gain", *loop]
    return (
        [" · ".join(names), _product(numbers, loop), _number(numbers["lif"][t, 0])],
        [f"W[{t},0] · σ′", _product(numbers, ["entry", "psn_slope"]), _number(numbers["psn"][t, 0])],
    )


def _product(numbers: dict, names: list[str]) -> str:
    return " · ".join(_number(numbers[name]) for name in names)


def _reach(numbers: dict) -> str:
    t = numbers["t"]
    seen = np.flatnonzero(np.abs(numbers["lif"][t]) >= figures.FLOOR)
    if not len(seen):
        return "no input has a gradient of 10⁻⁶ or more"
    first = int(seen[0])
    if first == 0:
        return "the gradient reaches back to the first input"
    why = "is exactly 0" if numbers["lif"][t, first - 1] == 0 else "is below 10⁻⁶"
    return f"the gradient reaches back to X[{first}], that of X[{first - 1}] {why}"


def _titles(numbers: dict) -> tuple[str, str]:
    return f"<b>{_neuron(numbers)}</b>, {_reset_words(numbers)}", "<b>PSN</b>, W as initialised"


def _spelled_out(numbers: dict) -> str:
    gradient = f"∂{coloured('S')}[{numbers['t']}]/∂{coloured('X')}[0]"
    loop = "IF" if numbers["tau"] == _NO_LEAK else "LIF"
    return "<br>".join(
        f"{coloured('X', mark)} {name}: {gradient} = {names}<br>= {values} = <b>{result}</b>"
        for mark, name, (names, values, result) in zip("●○", (loop, "PSN"), _terms(numbers), strict=True)
    )


def _formula(numbers: dict) -> str:
    h, s = coloured("H"), coloured("S")
    after = {
        "hard": f" · (1 − {s} − {h}·σ′)",
        "hard detached": f" · (1 − {s})",
        "soft": " · (1 − σ′)",
    }.get(numbers["reset"], "")
    return f"factors ∂{h}[s+1]/∂{h}[s] = {_number(numbers['keep'])}{after}"


def _first_apart(numbers: dict) -> str:
    return ", ".join(f"{name} from t = {t}" for name, t in numbers["first_apart"].items())


def _witness(numbers: dict) -> tuple[str, str]:
    if not numbers["first_apart"]:
        return "autograd = algebra", f"max |difference| {at_most(numbers['witness'], TOLERANCE)}"
    return f"autograd ≠ algebra: {_first_apart(numbers)}", f"max |difference| {numbers['witness']:.3g}"
