"""The gradient of the loop for spikes that were found at once: a linear scan from the last step to the first.

With G = ∂L/∂S ⊙ σ′(H − θ) and A[t] = ∂V[t]/∂H[t],

    ∂L/∂X[t] = ∂L/∂H[t] = G[t] + β·A[t]·∂L/∂H[t+1],

    hard: A[t] = 1 − S[t] − H[t]·σ′(H[t] − θ)    soft: A[t] = 1 − θ·σ′(H[t] − θ)    (without σ′ where it is detached)

which is what back-propagation through the loop computes, step by step (`psn_viz/neurons/fast/membrane_loop.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd.forward_ad import unpack_dual

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.linear_scan import charge_given_spikes, gated_scan
from psn_viz.neurons.surrogate import ATan, is_transformed, times_slope


def check_gradient_settings(detach_reset: bool, surrogate: ATan) -> None:
    """Raise TypeError when `surrogate` is not an `ATan` or `detach_reset` not a bool."""
    arguments.flag("detach_reset", detach_reset)
    if type(surrogate) is not ATan:
        raise TypeError(f"surrogate must be an ATan, whose slope is known here, got {surrogate!r}")


def with_loop_gradient(
    spikes: Tensor, x: Tensor, beta: float, v_threshold: float, reset: str, detach_reset: bool, surrogate: ATan
) -> Tensor:
    """The same spikes `[T, N, …]`, differentiable in x as those of the loop are; not a second time.

    Raises ValueError where torch.func or forward-mode differentiation asks for a derivative: it would not be known to
    them, or silently be 0.
    """
    followed = x.requires_grad and torch.is_grad_enabled()
    if not arguments.is_compiling() and is_transformed(x) and (followed or unpack_dual(x).tangent is not None):
        raise ValueError(
            "x must be differentiated by backward() or torch.autograd.grad: torch.func and forward-mode "
            "differentiation do not know this gradient; those of serial_run(…).s they do"
        )
    if not followed:
        return spikes
    return _ExactSpikes.apply(x, spikes, beta, v_threshold, reset, detach_reset, surrogate.alpha)


class _ExactSpikes(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx, x: Tensor, spikes: Tensor, beta: float, v_threshold: float, reset: str, detach_reset: bool, alpha: float
    ) -> Tensor:
        ctx.save_for_backward(charge_given_spikes(x, spikes, beta, v_threshold, reset), spikes)
        ctx.settings = beta, v_threshold, reset, detach_reset, alpha
        return spikes.clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad: Tensor) -> tuple[Tensor | None, ...]:
        h, s = ctx.saved_tensors
        beta, v_threshold, reset, detach_reset, alpha = ctx.settings
        over = h - v_threshold
        kept = 1 - s if reset == "hard" else torch.ones_like(s)
        if not detach_reset:
            kept = kept - times_slope(h if reset == "hard" else torch.full_like(h, v_threshold), over, alpha)
        into_charge = gated_scan((beta * kept).flip(0), times_slope(grad, over, alpha).flip(0)).flip(0)
        return into_charge, None, None, None, None, None, None
