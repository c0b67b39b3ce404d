"""The loop of an IF or LIF with its gradient by hand: the steps wait for each other as before, and do less each.

Forward, step by step, with D = ∂H[t]/∂V[t−1] and E = ∂H[t]/∂X[t] fixed numbers of the neuron:

    H[t] = charge(V[t−1], X[t]),    S[t] = Θ(H[t] − V_th),    V[t] = H[t], or what the reset leaves of it.

Backward, with G = ∂L/∂S ⊙ σ′(H − V_th) and A[t] = ∂V[t]/∂H[t], the first computed for all steps at once,

    ∂L/∂H[t] = G[t] + D · A[t] · ∂L/∂H[t+1],    ∂L/∂X[t] = E · ∂L/∂H[t]:

one operation for each step, where autograd needs some twenty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from psn_viz.neurons import arguments
from psn_viz.neurons.surrogate import ATan, is_transformed, times_slope

if TYPE_CHECKING:
    from psn_viz.neurons.integrate_and_fire import IF


def loop_spikes(neuron: IF, x: Tensor) -> Tensor:
    """The spikes and gradients of the loop over `charge`, `fire` and `after_reset`, for x `[T, N, …]`.

    Raises ValueError, with the reason, where this form cannot serve; see `why_not`. Its gradients cannot be
    differentiated once more.
    """
    arguments.sequence(x)
    if reason := why_not(neuron, x):
        raise ValueError(f"backend must be 'readable' here, got 'fused', which cannot serve: {reason}")
    return _Loop.apply(x, neuron)


def why_not(neuron: IF, x: Tensor | None = None) -> str:
    """Why this form does not compute the neuron, or this input of it; "" if it does."""
    kind = type(neuron)
    own = [name for name in ("charge", "fire", "after_reset") if name in vars(neuron) or not _known(kind, name)]
    if own:
        return f"this {kind.__name__} has its own {', '.join(own)}"
    if type(neuron.surrogate) is not ATan:
        return f"its surrogate is not ATan but {neuron.surrogate!r}"
    if x is None:
        return ""
    if arguments.is_compiling() or torch.jit.is_tracing():
        return "a compiler or tracer follows this call"
    if is_transformed(x):
        return "a transform of torch.func or forward-mode differentiation follows this call"
    if arguments.autocast_is_on(x.device.type):
        return "torch.autocast is on and chooses the dtype of every operation"
    return ""


def _known(kind: type, name: str) -> bool:
    """Whether the class has this equation from psn_viz itself."""
    return getattr(kind, name).__module__ == "psn_viz.neurons.integrate_and_fire"


class _Loop(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, neuron: IF) -> Tensor:
        charges, v = torch.empty_like(x), neuron._rest(x)
        for x_t, h in zip(x, charges, strict=True):
            h.copy_(neuron.charge(v, x_t))
            v = _after_reset(neuron, h)
        ctx.save_for_backward(charges)
        ctx.neuron = neuron
        return (charges >= neuron.v_threshold).to(x.dtype)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad: Tensor) -> tuple[Tensor, None]:
        (charges,), neuron = ctx.saved_tensors, ctx.neuron
        of_charge, of_input = neuron._charge_slopes()
        over = charges - neuron.v_threshold
        g = times_slope(grad, over, neuron.surrogate.alpha)
        carried = _reset_slope(neuron, charges, over).mul_(of_charge)
        for t in range(len(g) - 2, -1, -1):
            g[t].addcmul_(carried[t], g[t + 1])
        return g.mul_(of_input), None


def _after_reset(neuron: IF, h: Tensor) -> Tensor:
    """V[t] from H[t]."""
    if neuron.reset == "none":
        return h
    fired = h >= neuron.v_threshold
    return torch.where(fired, neuron.v_reset if neuron.reset == "hard" else h - neuron.v_threshold, h)


def _reset_slope(neuron: IF, charges: Tensor, over: Tensor) -> Tensor:
    """∂V[t]/∂H[t] for all steps, through the spike, too, unless the reset is detached."""
    slope = torch.ones_like(charges)
    if neuron.reset == "none":
        return slope
    if neuron.reset == "hard":
        slope.sub_((over >= 0).to(slope.dtype))
        lost = charges - neuron.v_reset
    else:
        lost = torch.full_like(charges, neuron.v_threshold)
    return slope if neuron.detach_reset else slope.sub_(times_slope(lost, over, neuron.surrogate.alpha))
