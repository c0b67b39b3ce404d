"""The fused form of a plain call as one kernel of Triton: one pass over the data for up to 64 time-steps.

A program holds W and some neurons, all time-steps of them: the forward pass reads X and writes S, the backward pass
reads X and ∂L/∂S and writes ∂L/∂X, and computes H once more, so that nothing of `[T, N]` is kept but X. ∂L/∂W and
∂L/∂B are summed per program, and over the programs at the end: the same numbers in every run.

Importing this needs the package triton, which comes with torch for CUDA. The tests run the kernels in Triton's
interpreter, which does not prove that a device gets them right: `serves` tries that on the device at hand, once, and
`function.py` does without the kernels where anything fails. What is used depends on nothing that is timed: the same
seed gives the same numbers.

The slope of the surrogate, `surrogate.times_slope`, stands here once more (`_backward`), as a kernel cannot call it.
"""

from __future__ import annotations

import warnings

import torch
import triton
import triton.language as tl
from torch import Tensor

from psn_viz.neurons.surrogate import ATan, atan_coefficients

LONGEST = 64  # W and a tile of X have to fit into the registers of a program
WARPS = 8  # compiled for an A100, four have too few registers for 64 steps of float32
DTYPES = (torch.float32, torch.float16, torch.bfloat16)


@triton.jit
def _tile(start, row, column, T, N, STEPS: tl.constexpr, WIDTH: tl.constexpr):
    """Offsets of all T time-steps of WIDTH neurons from `start`, in 64 bits, and which of them exist."""
    t = tl.arange(0, STEPS).to(tl.int64)[:, None]
    n = (start.to(tl.int64) + tl.arange(0, WIDTH))[None, :]
    return t * row + n * column, (t < T) & (n < N)


@triton.jit
def _parameters(w_at, b_at, b_step, T, STEPS: tl.constexpr):
    """W, and B as a column in float32."""
    t = tl.arange(0, STEPS)
    w = tl.load(w_at + t[:, None] * T + t[None, :], mask=(t[:, None] < T) & (t[None, :] < T), other=0.0)
    return w, tl.load(b_at + t * b_step, mask=t < T, other=0.0).to(tl.float32)[:, None]


@triton.jit
def _forward(w_at, x_at, b_at, s_at, b_step, row, column, T, N, STEPS: tl.constexpr, WIDTH: tl.constexpr):
    w, b = _parameters(w_at, b_at, b_step, T, STEPS)
    start = tl.program_id(0) * WIDTH
    at, inside = _tile(start, row, column, T, N, STEPS, WIDTH)
    x = tl.load(x_at + at, mask=inside, other=0.0)
    # H has the dtype of x, as a product has; float32 is multiplied as float32.
    h = tl.dot(w, x, input_precision="ieee").to(x.dtype).to(tl.float32)
    at, inside = _tile(start, N, 1, T, N, STEPS, WIDTH)
    tl.store(s_at + at, (h >= b).to(x.dtype), mask=inside)


@triton.jit
def _backward(
    w_at, x_at, b_at, g_at, dx_at, dw_at, db_at, b_step, x_row, x_column, g_row, g_column, slope_a, slope_b, T, N,
    tiles, STEPS: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    w, b = _parameters(w_at, b_at, b_step, T, STEPS)
    dw = tl.zeros((STEPS, STEPS), tl.float32)
    db = tl.zeros((STEPS,), tl.float32)
    for tile in range(tl.program_id(0), tiles, tl.num_programs(0)):
        start = tile * WIDTH
        at, inside = _tile(start, x_row, x_column, T, N, STEPS, WIDTH)
        x = tl.load(x_at + at, mask=inside, other=0.0)
        d = tl.dot(w, x, input_precision="ieee").to(x.dtype).to(tl.float32) - b
        at, inside = _tile(start, g_row, g_column, T, N, STEPS, WIDTH)
        g = tl.load(g_at + at, mask=inside, other=0.0).to(tl.float32) / (slope_a + slope_b * d * d)  # σ′(H − B)
        db -= tl.sum(g, 1)
        g = g.to(x.dtype)
        dw += tl.dot(g, tl.trans(x), input_precision="ieee")
        dx = tl.dot(tl.trans(w), g, input_precision="ieee")
        at, inside = _tile(start, N, 1, T, N, STEPS, WIDTH)
        tl.store(dx_at + at, dx.to(x.dtype), mask=inside)
    t, program = tl.arange(0, STEPS), tl.program_id(0)
    tl.store(dw_at + program * STEPS * STEPS + t[:, None] * STEPS + t[None, :], dw)
    tl.store(db_at + program * STEPS + t, db)


def spikes(matrix: Tensor, x: Tensor, threshold: Tensor) -> Tensor:
    """S = Θ(W X − B), `[T, N]`."""
    (T, N), (steps, width) = x.shape, _sizes(len(x))
    s = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    with torch.cuda.device_of(x):
        _forward[(triton.cdiv(N, width),)](
            matrix.contiguous(), x, threshold, s, _step(threshold), *x.stride(), T, N,
            STEPS=steps, WIDTH=width, num_warps=WARPS,
        )  # fmt: skip
    return s


def gradients(
    matrix: Tensor, x: Tensor, threshold: Tensor, grad: Tensor, alpha: float
) -> tuple[Tensor, Tensor, Tensor]:
    """∂L/∂X `[T, N]`, ∂L/∂W `[T, T]` and ∂L/∂B `[T]` from ∂L/∂S."""
    (T, N), (steps, width) = x.shape, _sizes(len(x))
    tiles = triton.cdiv(N, width)
    programs = min(tiles, _programs(x.device))
    dx = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    dw = torch.empty((programs, steps, steps), dtype=torch.float32, device=x.device)
    db = torch.empty((programs, steps), dtype=torch.float32, device=x.device)
    with torch.cuda.device_of(x):
        _backward[(programs,)](
            matrix.contiguous(), x, threshold, grad, dx, dw, db, _step(threshold), *x.stride(), *grad.stride(),
            *atan_coefficients(alpha), T, N, tiles,
            STEPS=steps, WIDTH=width, num_warps=WARPS,
        )  # fmt: skip
    return dx, dw.sum(0)[:T, :T].to(x.dtype).contiguous(), db.sum(0)[:T].to(x.dtype)


def _sizes(T: int) -> tuple[int, int]:
    """Time-steps and neurons of a tile: powers of two, at least the 16 that `tl.dot` wants."""
    steps = max(16, triton.next_power_of_2(T))
    return steps, 2048 // steps


def _step(threshold: Tensor) -> int:
    return threshold.stride(0) if threshold.dim() else 0


def _programs(device: torch.device) -> int:
    if device.type != "cuda":
        return 4  # the interpreter
    return 4 * torch.cuda.get_device_properties(device).multi_processor_count


_agrees: dict[tuple[torch.device, torch.dtype, int], bool] = {}


def serves(x: Tensor) -> bool:
    """Whether the kernels take an input `[T, N]`: T and dtype are theirs, and they are right on this device.

    That is tried once for each T, dtype and device, with the computer waiting for the device. Where they are wrong or
    fail, a warning says why.
    """
    T = len(x)
    if T > LONGEST or x.dtype not in DTYPES:
        return False
    key = x.device, x.dtype, T
    if key not in _agrees:
        if x.is_cuda and torch.cuda.is_current_stream_capturing():
            return False  # nothing can be waited for now; the next call outside may try
        try:
            reason = "" if agrees(T, x.dtype, x.device) else "it computes something else than float64 does"
        except Exception as error:  # of any kind: no compiler, another version of triton, too small a device
            reason = f"it fails with {error!r}"
        _agrees[key] = not reason
        if reason:
            call = f"T = {T} and {x.dtype} on {x.device}"
            warnings.warn(f"neurons do without their Triton kernel for {call}: {reason}", stacklevel=2)
    return _agrees[key]


def agrees(T: int, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether spikes and gradients of random numbers are those of float64, within the rounding of `dtype`."""
    rng, alpha, N = torch.Generator().manual_seed(0), 2.0, 1000
    x, g = (torch.randn(T, N, generator=rng).to(device, dtype) for _ in range(2))
    w, b = (torch.randn(*shape, generator=rng).to(device, dtype) for shape in ((T, T), (T,)))
    w = w / T**0.5
    exact_w, exact_x, exact_b = (tensor.double().requires_grad_() for tensor in (w, x, b))
    with torch.enable_grad():
        d = exact_w @ exact_x - exact_b[:, None]
        expected = torch.autograd.grad(ATan(alpha)(d), (exact_x, exact_w, exact_b), g.double())
    d = d.detach()
    # Some ten times what rounding does in the interpreter: a device may add up in another order.
    allowed = (32 if dtype == torch.float32 else 8) * torch.finfo(dtype).eps
    same = (spikes(w, x, b) == (d >= 0)) | (d.abs() <= allowed * (1 + b.double()[:, None].abs()))
    close = [
        (got.double() - value).abs().max() <= allowed * value.abs().max()
        for got, value in zip(gradients(w, x, b, g, alpha), expected, strict=True)
    ]
    return bool(torch.stack((same.all(), *close)).all())
