"""The fused form: charge and fire in one autograd function.

S = Θ(W X − B), and with G = ∂L/∂S ⊙ σ′(H − B),

    ∂L/∂X = Wᵀ G,    ∂L/∂W = G Xᵀ,    ∂L/∂B = −Σ_n G[:, n].

The readable form leaves each operation to autograd, which passes over `[T, N]` numbers some ten times, each time
through all of the memory. This one keeps X, W, B and H, and of a masked W not even the mask, which is made anew. On a
CPU it works on blocks of neurons small enough that all passes over a block meet it in the cache; on CUDA, up to 64
time-steps, `triton_kernel.py` makes one pass where it can.
"""

from __future__ import annotations

import functools
import importlib.util
import warnings
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from psn_viz.neurons import arguments
from psn_viz.neurons.fast.band import Banded, Dense, Weight
from psn_viz.neurons.surrogate import has_no_memory, is_transformed, times_slope

if TYPE_CHECKING:
    from psn_viz.neurons.base import ParallelNeuron

# Numbers of a block: 1 MiB in float32. Half and twice as many were as fast, a quarter and all at once slower.
BLOCK = 2**18
# But no fewer neurons than this: from T = 512 on the product takes most of the time, and wants wide matrices.
WIDTH = 1024


def spikes(neuron: ParallelNeuron, x: Tensor) -> Tensor:
    """S = Θ(H − B) `[T, N, …]` of an input that `serving.serves`: the spikes and gradients of `fire(charge(x))`.

    Where its gradients are differentiated once more (create_graph=True) or taken for a batch of ∂L/∂S at once
    (is_grads_batched=True, vmap), they are computed in plain operations.
    """
    parameter, threshold, weight = neuron.weight, neuron.threshold, neuron._fused_weight()
    flat = x.flatten(1)
    if torch.is_grad_enabled() and (x.requires_grad or parameter.requires_grad or threshold.requires_grad):
        return _FusedSpikes.apply(flat, parameter, threshold, neuron.surrogate.alpha, weight).view(x.shape)
    return _forward(weight, parameter, flat, threshold, keep=False)[1].view(x.shape)


class _FusedSpikes(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, parameter: Tensor, threshold: Tensor, alpha: float, weight: Weight) -> Tensor:
        charge, spikes = _forward(weight, parameter, x, threshold, keep=True)
        ctx.save_for_backward(x, parameter, threshold, charge)
        ctx.alpha, ctx.weight = alpha, weight
        return spikes

    @staticmethod
    def backward(ctx, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = grads
        with _without_autocast(grad.device.type):
            return *_gradients(ctx, grad), None, None


Gradients = tuple[Tensor | None, Tensor | None, Tensor | None]


def _gradients(ctx, grad: Tensor) -> Gradients:
    """∂L/∂X, the gradient of the parameter and ∂L/∂B, from ∂L/∂S."""
    x, parameter, threshold, charge = ctx.saved_tensors
    if torch.is_grad_enabled() or has_no_memory(grad) or is_transformed(grad):
        return _plain_gradients(ctx, grad, x, parameter, threshold)
    dw: Tensor | None
    db: Tensor | None
    if charge is None:
        kernel = kernel_for(x)
        assert kernel is not None
        matrix = ctx.weight.matrix(parameter, len(x))
        dx, outer, db = kernel.gradients(matrix, x, threshold, grad, ctx.alpha)
        dw = ctx.weight.gradient(outer, parameter)
    else:
        product = ctx.weight.product(parameter, *x.shape)
        dx, dw, db = _backward(product, x, threshold, charge, grad, ctx.alpha, ctx.needs_input_grad)
    if db is not None and threshold.dim() == 0:
        db = db.sum()
    return dx, dw, db


def _forward(
    weight: Weight, parameter: Tensor, x: Tensor, threshold: Tensor, keep: bool
) -> tuple[Tensor | None, Tensor]:
    """H, as `_of_block` finds it, and S. H is None where it is not kept, or made again by the backward kernel."""
    kernel = kernel_for(x)
    if kernel is not None:
        return None, kernel.spikes(weight.matrix(parameter, len(x)), x, threshold)
    product, column = weight.product(parameter, *x.shape), _column(threshold)
    spikes = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    # The charge is nobody else's, so it may lie block after block, each one contiguous.
    charge = torch.empty(x.numel(), dtype=x.dtype, device=x.device) if keep else None
    for block in _blocks(x):
        h = spikes[:, block] if charge is None else _of_block(charge, len(x), block)
        product.charge(x[:, block], out=h)
        torch.ge(h, column, out=spikes[:, block])  # Θ(H − B), and Θ(0) = 1
    return charge, spikes


def _backward(
    product: Dense | Banded, x: Tensor, threshold: Tensor, charge: Tensor, grad: Tensor, alpha: float,
    needed: tuple[bool, ...],
) -> Gradients:  # fmt: skip
    """∂L/∂X, the gradient of the parameter and ∂L/∂B `[T]`, each None where it is not needed."""
    T, column = len(x), _column(threshold)
    needs_x, needs_weight, needs_threshold = needed[:3]
    dx = torch.empty(x.shape, dtype=x.dtype, device=x.device) if needs_x else None
    db = torch.zeros(T, dtype=x.dtype, device=x.device) if needs_threshold else None
    scratch = torch.empty(T * _columns(x), dtype=x.dtype, device=x.device)
    for block in _blocks(x):
        g = scratch[: T * (block.stop - block.start)].view(T, -1)
        torch.sub(_of_block(charge, T, block), column, out=g)
        times_slope(grad[:, block], g, alpha, out=g)
        if dx is not None:
            product.pull_back(g, out=dx[:, block])
        if needs_weight:
            product.add_outer(g, x[:, block])
        if db is not None:
            db -= g.sum(1)
    return dx, product.gradient() if needs_weight else None, db


def _plain_gradients(ctx, grad: Tensor, x: Tensor, parameter: Tensor, threshold: Tensor) -> Gradients:
    """The gradients in operations that can be differentiated once more and that vmap knows."""
    needs_x, needs_weight, needs_threshold = ctx.needs_input_grad[:3]
    w = ctx.weight.matrix(parameter, len(x))
    g = times_slope(grad, w @ x - _column(threshold), ctx.alpha)
    dx = w.t() @ g if needs_x else None
    dw = ctx.weight.gradient(g @ x.t(), parameter) if needs_weight else None
    if not needs_threshold:
        return dx, dw, None
    return dx, dw, -g.sum() if threshold.dim() == 0 else -g.sum(1)


def kernel_for(x: Tensor) -> ModuleType | None:
    """The module with the kernels of a CUDA device, or None where they do not serve."""
    if x.device.type != "cuda":
        return None
    kernel = _triton_kernel()
    return kernel if kernel is not None and kernel.serves(x) else None


@functools.cache
def _triton_kernel() -> ModuleType | None:
    if importlib.util.find_spec("triton") is None:  # there is none for Windows
        return None
    try:
        from psn_viz.neurons.fast import triton_kernel
    except Exception as error:  # of any kind: a triton that does not fit its torch or this system
        warnings.warn(f"on CUDA, neurons do without their kernel: Triton fails with {error!r}", stacklevel=2)
        return None
    return triton_kernel


def _without_autocast(device_type: str) -> AbstractContextManager:
    """A context that keeps the dtypes: backward may be called where autocast is on, though forward was not."""
    if not arguments.autocast_is_on(device_type):
        return nullcontext()
    try:
        return torch.autocast(device_type, enabled=False)
    except RuntimeError:  # torch < 2.4 cannot tell that this device has none
        return nullcontext()


def _column(threshold: Tensor) -> Tensor:
    """B as something that `[T, N]` can be compared with."""
    return threshold[:, None] if threshold.dim() else threshold


def _columns(x: Tensor) -> int:
    """How many neurons a block holds: all of them where blocks would not pay."""
    T, N = x.shape
    # Other devices want few large kernels; short dtypes would be rounded after each block.
    if x.device.type != "cpu" or x.dtype not in (torch.float32, torch.float64):
        return N
    return min(N, max(WIDTH, BLOCK * 4 // x.element_size() // T))


def _blocks(x: Tensor) -> list[slice]:
    width, N = _columns(x), x.shape[1]
    return [slice(start, min(N, start + width)) for start in range(0, N, width)]


def _of_block(flat: Tensor, T: int, block: slice) -> Tensor:
    return flat[T * block.start : T * block.stop].view(T, -1)
