"""The plain call of the parallel family twice: the readable definition, and one autograd function that is fast.

Both give S = Θ(W X − B) and the same gradients. With G = ∂L/∂S ⊙ σ′(H − B),

    ∂L/∂X = Wᵀ G,    ∂L/∂W = G Xᵀ,    ∂L/∂B = −Σ_n G[:, n].

The readable form leaves each step to autograd, which keeps H − B beside X, and passes over `[T, N]` numbers some
ten times. The fused form keeps X, W, B and H, and of a masked W not even the mask, which is made anew. On a CPU
it works on blocks of neurons small enough that all passes over a block meet it in the cache; on CUDA, up to 64
time-steps, `triton_kernel.py` makes one pass where it can.
"""

from __future__ import annotations

import math
from contextlib import nullcontext

import torch

from psn_viz.neurons import arguments
from psn_viz.neurons.fast.band import Weight
from psn_viz.neurons.surrogate import ATan, has_no_memory, is_transformed

# Numbers of a block: 1 MiB in float32. Half and twice as many were as fast, a quarter and all at once slower.
BLOCK = 2**18
# But no fewer neurons than this: from T = 512 on the product takes most of the time, and wants wide matrices.
WIDTH = 1024


def readable_spikes(x, parameter, threshold, alpha: float, weight: Weight) -> torch.Tensor:
    """S = Θ(W X − B) `[T, N]`, step by step: what `fused_spikes` has to give.

    x is `[T, N]`, `threshold` B is `[T]` or a scalar, `weight` says how W comes from `parameter`.
    """
    h = weight.matrix(parameter, len(x)) @ x
    return ATan(alpha)(h - _column(threshold))


def fused_spikes(x, parameter, threshold, alpha: float, weight: Weight) -> torch.Tensor:
    """The same in one autograd function. The arguments share one floating dtype and device, and N ≥ 1.

    Where its gradients are differentiated once more (create_graph=True) or taken for a batch of ∂L/∂S at once
    (is_grads_batched=True, vmap), they are computed in plain operations.
    """
    if torch.is_grad_enabled() and (x.requires_grad or parameter.requires_grad or threshold.requires_grad):
        return _FusedSpikes.apply(x, parameter, threshold, alpha, weight)
    kernel = _kernel(x)
    if kernel is not None:
        return kernel.spikes(weight.matrix(parameter, len(x)), x, threshold)
    spikes = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    product, column = weight.product(parameter, *x.shape), _column(threshold)
    for block in _blocks(x):
        product.charge(x[:, block], out=spikes[:, block])
        spikes[:, block].ge_(column)
    return spikes


def can_fuse(x: torch.Tensor, parameter: torch.Tensor, threshold: torch.Tensor, surrogate) -> bool:
    """Whether the fused form may stand in for the readable one on this input, here and now."""
    return (
        type(surrogate) is ATan
        and type(x) is torch.Tensor
        and x.dtype == parameter.dtype
        and x.numel() > 0
        # Compilers and tracers want plain operations: they fuse themselves.
        and not arguments.is_compiling()
        and not torch.jit.is_tracing()
        # Neither the transforms of torch.func nor forward-mode differentiation know out=.
        and not is_transformed(x, parameter, threshold)
        and not arguments.autocast_is_on(x.device.type)
    )


class _FusedSpikes(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, parameter, threshold, alpha, weight):
        kernel = _kernel(x)
        if kernel is None:
            charge, spikes = _forward(weight.product(parameter, *x.shape), x, threshold)
        else:
            charge, spikes = None, kernel.spikes(weight.matrix(parameter, len(x)), x, threshold)
        ctx.save_for_backward(x, parameter, threshold, charge)
        ctx.alpha, ctx.weight = alpha, weight
        return spikes

    @staticmethod
    def backward(ctx, grad):
        with _without_autocast(grad.device.type):
            return *_gradients(ctx, grad), None, None


def _gradients(ctx, grad):
    """∂L/∂X, the gradient of the parameter and ∂L/∂B, from ∂L/∂S."""
    x, parameter, threshold, charge = ctx.saved_tensors
    if torch.is_grad_enabled() or has_no_memory(grad) or is_transformed(grad):
        return _plain_gradients(ctx, grad, x, parameter, threshold)
    if charge is None:
        matrix = ctx.weight.matrix(parameter, len(x))
        dx, outer, db = _kernel(x).gradients(matrix, x, threshold, grad, ctx.alpha)
        dw = ctx.weight.gradient(outer, parameter)
    else:
        product = ctx.weight.product(parameter, *x.shape)
        dx, dw, db = _backward(product, x, threshold, charge, grad, ctx.alpha, ctx.needs_input_grad)
    if db is not None and threshold.dim() == 0:
        db = db.sum()
    return dx, dw, db


def _forward(product, x, threshold):
    """H, as `_of_block` finds it, and S."""
    column = _column(threshold)
    spikes = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    # The charge is nobody else's, so it may lie block after block, each one contiguous.
    charge = torch.empty(x.numel(), dtype=x.dtype, device=x.device)
    for block in _blocks(x):
        h = _of_block(charge, len(x), block)
        product.charge(x[:, block], out=h)
        torch.ge(h, column, out=spikes[:, block])  # Θ(H − B), and Θ(0) = 1
    return charge, spikes


def _backward(product, x, threshold, charge, grad, alpha, needed):
    """∂L/∂X, the gradient of the parameter and ∂L/∂B `[T]`, each None where it is not needed."""
    T, column = len(x), _column(threshold)
    needs_x, needs_weight, needs_threshold = needed[:3]
    # σ′(d) = α / (2·(1 + (π·α·d/2)²)) = 1 / (2/α + slope·d²)
    floor = torch.full((), 2 / alpha, dtype=x.dtype, device=x.device)
    slope = math.pi**2 * alpha / 2
    dx = torch.empty(x.shape, dtype=x.dtype, device=x.device) if needs_x else None
    row_sums = None
    scratch = torch.empty(T * _columns(x), dtype=x.dtype, device=x.device)
    for block in _blocks(x):
        g = scratch[: T * (block.stop - block.start)].view(T, -1)
        torch.sub(_of_block(charge, T, block), column, out=g)
        torch.addcmul(floor, g, g, value=slope, out=g)
        torch.div(grad[:, block], g, out=g)
        if needs_x:
            product.pull_back(g, out=dx[:, block])
        if needs_weight:
            product.add_outer(g, x[:, block])
        if needs_threshold:
            row_sums = g.sum(1) if row_sums is None else row_sums.add_(g.sum(1))
    return dx, product.gradient() if needs_weight else None, row_sums.neg_() if needs_threshold else None


def _kernel(x: torch.Tensor):
    """The module with the kernels of a CUDA device, or None where there are none or they are no use."""
    if x.device.type != "cuda":
        return None
    try:
        from psn_viz.neurons.fast import triton_kernel
    except Exception:  # without triton, or with one that does not fit
        return None
    return triton_kernel if triton_kernel.serves(x, _plain) else None


def _plain(w, x, b, g, alpha) -> None:
    """A forward and a backward pass in operations of torch, for `triton_kernel` to compare itself with."""
    product = Weight().product(w, *x.shape)
    charge, _ = _forward(product, x, b)
    _backward(product, x, b, charge, g, alpha, (True, True, True))


def _plain_gradients(ctx, grad, x, parameter, threshold):
    """The gradients in operations that can be differentiated once more and that vmap knows."""
    needs_x, needs_weight, needs_threshold = ctx.needs_input_grad[:3]
    w = ctx.weight.matrix(parameter, len(x))
    d = w @ x - _column(threshold)
    g = grad * ctx.alpha / (2 * (1 + (math.pi * ctx.alpha / 2 * d) ** 2))  # ∂L/∂S ⊙ σ′(H − B)
    dx = w.t() @ g if needs_x else None
    dw = ctx.weight.gradient(g @ x.t(), parameter) if needs_weight else None
    if not needs_threshold:
        return dx, dw, None
    return dx, dw, -g.sum() if threshold.dim() == 0 else -g.sum(1)


def _without_autocast(device_type: str):
    """A context that keeps the dtypes: backward may be called where autocast is on, though forward was not."""
    if not arguments.autocast_is_on(device_type):
        return nullcontext()
    try:
        return torch.autocast(device_type, enabled=False)
    except RuntimeError:  # torch < 2.4 cannot tell that this device has none
        return nullcontext()


def _column(threshold: torch.Tensor) -> torch.Tensor:
    """B as something that `[T, N]` can be compared with."""
    return threshold[:, None] if threshold.dim() else threshold


def _columns(x: torch.Tensor) -> int:
    """How many neurons a block holds: all of them where blocks would not pay."""
    T, N = x.shape
    # Other devices want few large kernels; short dtypes would be rounded after each block.
    if x.device.type != "cpu" or x.dtype not in (torch.float32, torch.float64):
        return N
    return min(N, max(WIDTH, BLOCK * 4 // x.element_size() // T))


def _blocks(x: torch.Tensor) -> list[slice]:
    width, N = _columns(x), x.shape[1]
    return [slice(start, min(N, start + width)) for start in range(0, N, width)]


def _of_block(flat: torch.Tensor, T: int, block: slice) -> torch.Tensor:
    return flat[T * block.start : T * block.stop].view(T, -1)
