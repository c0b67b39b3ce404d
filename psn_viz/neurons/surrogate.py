"""The spike Θ and the gradient that stands in for its own, which is zero almost everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from psn_viz.neurons import checks


class _ATanSpike(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x: torch.Tensor, alpha: float) -> torch.Tensor:
        return (x >= 0).to(x.dtype)

    @staticmethod
    def setup_context(ctx, inputs, output) -> None:
        x, ctx.alpha = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * ctx.alpha / (2 * (1 + (math.pi * ctx.alpha / 2 * x) ** 2)), None


@dataclass(frozen=True)
class ATan:
    """Heaviside step forward, arctangent surrogate backward.

    Called on x = H − B of any floating dtype, it returns Θ(x), 0 or 1 in the same dtype, with Θ(0) = 1.
    The backward pass uses σ′(x) = α / (2·(1 + (π·α·x/2)²)), whose peak is α/2 at x = 0 (Fang et al. 2023;
    α = 2 in all their PSN experiments). NaN gives no spike.

    Raises TypeError or ValueError when `alpha` is not a finite number > 0.
    """

    alpha: float = 2.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", checks.real("alpha", self.alpha, above=0.0))

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes Θ(x) of x's shape and dtype; TypeError where x is not a tensor of a floating dtype."""
        checks.floating("x", x)
        return _ATanSpike.apply(x, self.alpha)
