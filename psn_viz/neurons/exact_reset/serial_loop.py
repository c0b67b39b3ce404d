"""The loop that every exact form is held to: charge, fire, reset, one time-step after the other."""

from __future__ import annotations

import math

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.base import Record
from psn_viz.neurons.surrogate import ATan

WITH_RESET = ("hard", "soft")


def serial_run(
    x: torch.Tensor,
    beta: float,
    v_threshold: float = 1.0,
    reset: str = "hard",
    detach_reset: bool = False,
    surrogate: ATan = ATan(),  # noqa: B008 (frozen, so safe to share)
) -> Record:
    """The run of N neurons on an input `[T, N, …]` of any floating dtype, step by step: `.x .h .s .v`.

    charge  H[t] = β·V[t−1] + X[t]
    fire    S[t] = Θ(H[t] − θ)
    reset   hard: V[t] = H[t]·(1 − S[t]);  soft: V[t] = H[t] − θ·S[t]

    It is `LIF(decay_input=False)` with β = 1 − 1/τ, and `IF` for β = 1 (Fang et al. 2023, with V_reset = 0). A LIF
    that divides its input by τ is this one on X/τ. With `detach_reset` no gradient flows through the S of the reset.

    Raises TypeError or ValueError when x is not such a tensor, `beta` not a number in (0, 1], `v_threshold` not
    above 0, one of them 0 or infinite in the dtype of x, `reset` neither "hard" nor "soft", `detach_reset` not a
    bool or `surrogate` not callable.
    """
    beta, v_threshold = checked(x, beta, v_threshold)
    reset = arguments.choice("reset", reset, WITH_RESET)
    detach_reset = arguments.flag("detach_reset", detach_reset)
    surrogate = arguments.function("surrogate", surrogate)
    v, run = torch.zeros_like(x[0]), []
    for x_t in x.unbind():
        h = beta * v + x_t  # charge
        s = surrogate(h - v_threshold)  # fire
        gone = s.detach() if detach_reset else s
        v = h * (1 - gone) if reset == "hard" else h - v_threshold * gone  # reset
        run.append((h, s, v))
    return Record(x, *map(torch.stack, zip(*run, strict=True)))


def checked(x: torch.Tensor, beta: float, v_threshold: float) -> tuple[float, float]:
    """β and θ as floats, as the loop over x has them; TypeError or ValueError for what no form here takes."""
    arguments.sequence(x)
    beta = arguments.real("beta", beta, above=0.0, high=1.0)
    v_threshold = arguments.real("v_threshold", v_threshold, above=0.0)
    return _rounded("beta", beta, x.dtype), _rounded("v_threshold", v_threshold, x.dtype)


def _rounded(name: str, value: float, dtype: torch.dtype) -> float:
    """The value in that dtype, or in float32 where that is wider: what torch computes with.

    A form that computes in float64 has to use the same: an input of float32(0.7) is below 0.7, but the loop over
    float32, where V_th is float32(0.7), fires on it.
    """
    dtype = torch.promote_types(dtype, torch.float32)
    rounded = torch.tensor(value, dtype=dtype, device="cpu").item()
    if not 0 < rounded < math.inf:
        raise ValueError(f"{name} must stay above 0 and finite in {dtype}, in which x is computed, got {value!r}")
    return rounded
