"""The spike Θ and the gradient that stands in for its own, which is zero almost everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.autograd.forward_ad import unpack_dual

from psn_viz.neurons import arguments


def atan_coefficients(alpha: float) -> tuple[float, float]:
    """a and b in σ′(x) = α / (2·(1 + (π·α·x/2)²)) = 1 / (a + b·x²), the slope of ATan's surrogate."""
    return 2 / alpha, math.pi**2 * alpha / 2


def times_slope(
    gradient: torch.Tensor, x: torch.Tensor, alpha: float, out: torch.Tensor | None = None
) -> torch.Tensor:
    """gradient · σ′(x) for tensors of one shape and dtype.

    It can be differentiated again, unless it is written into `out`, which may be x itself.
    """
    a, b = atan_coefficients(alpha)
    constant = torch.full((), a, dtype=x.dtype, device=x.device)
    return torch.div(gradient, torch.addcmul(constant, x, x, value=b, out=out), out=out)


class _ATanSpike(torch.autograd.Function):
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
        return times_slope(grad, x, ctx.alpha), None


def _differentiable_spike(x: torch.Tensor, alpha: float) -> torch.Tensor:
    """The same spike and derivative for every way of differentiating, at the price of more operations.

    Θ(x) has no derivative of its own here; what is added to it is 0, and has that of σ(x) = arctan(παx/2)/π + 1/2.
    The autograd.Function cannot serve here: with a `jvp` torch.compile refuses it, and without one its forward
    derivative in a compiled function is silently 0, as the second one is with it. (At a NaN, which gives no spike,
    the derivative is 0 here, and NaN there.)
    """
    sigma = torch.atan(math.pi * alpha / 2 * x.nan_to_num()) / math.pi  # for a NaN, what is added must be 0 too
    return (x >= 0).to(x.dtype) + (sigma - sigma.detach())


# torch has no public function that says this. Where a version lacks this one, the tensors tell, if the transform
# follows one of them.
transform_is_active = getattr(torch._C, "_are_functorch_transforms_active", None)
# The compiler of an older torch stops at the question, or at the autograd.Function (2.2): it gets plain operations.
_COMPILER_SUPPORTS_QUESTION = torch.__version__ >= "2.6"  # a version knows how to be compared with a text


def is_transformed(*tensors: torch.Tensor) -> bool:
    """Whether a transform of torch.func is at work, or forward-mode differentiation follows one of the tensors."""
    if arguments.is_compiling() and not _COMPILER_SUPPORTS_QUESTION:
        return True
    if any(map(has_no_memory, tensors)) if transform_is_active is None else transform_is_active():
        return True
    return any(unpack_dual(tensor).tangent is not None for tensor in tensors)


def has_no_memory(tensor: torch.Tensor) -> bool:
    """Whether this is a wrapper without storage, as a batch is under vmap (of functorch or of torch.func)."""
    try:
        tensor.untyped_storage()
    except RuntimeError:  # NotImplementedError is one
        return True
    return False


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
        object.__setattr__(self, "alpha", arguments.real("alpha", self.alpha, above=0.0))

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes Θ(x) of x's shape and dtype; TypeError where x is not a tensor of a floating dtype."""
        arguments.floating("x", x)
        if is_transformed(x):
            return _differentiable_spike(x, self.alpha)
        # torch.jit.trace compares what it has traced with a second trace, without gradients.
        if (x.requires_grad and torch.is_grad_enabled()) or torch.jit.is_tracing():
            return _ATanSpike.apply(x, self.alpha)
        return (x >= 0).to(x.dtype)
