"""Hard reset in blocks of about √T steps: the same spikes as the dense form, in memory for some `[T, N]`.

1. Inside of every block, for every step s of it at once: the loop itself, started after a reset at s, as far as the
   end of the block. It gives the next spike after s in the block, or the V that leaves it. All blocks and all starts
   go together, so this takes `block` dependent steps, whatever T is.
2. From block to block: the V that comes in decides the first spike of the block; the last one that follows from it,
   found by pointer doubling, decides the V that goes out. One step for each block, T/block in all.
3. In all blocks at once, the path from the first spike is marked by pointer doubling.

About 2·√T steps wait for each other, where the loop has T and the dense form log T; the work is √T times that of the
loop, where the dense form has T times as much.

No potential is carried across a reset here: every block starts anew and step 1 repeats the operations of the loop,
roundings included. That is why the dtype of the input is enough, where the dense form needs float64.
"""

from __future__ import annotations

import torch
from torch import Tensor

from psn_viz.neurons import arguments
from psn_viz.neurons.exact_reset.serial_loop import checked
from psn_viz.neurons.reset_free_leak import leak_by_scan

PART = 2**17  # numbers of x that are computed together


def spikes_by_blocks(x: Tensor, beta: float, v_threshold: float = 1.0, block: int | None = None) -> Tensor:
    """Spikes `[T, N, …]`, 0 or 1 in the dtype of x, of the hard-reset loop on an input `[T, N, …]`.

    block: steps in a block, T at most, a power of two near √T if None. float16 and bfloat16 are computed in float32.
    Raises as `serial_run` does, and TypeError or ValueError when `block` is not an integer ≥ 1.
    """
    beta, v_threshold = checked(x, beta, v_threshold)
    T = len(x)
    length = 2 ** ((T.bit_length() + 1) // 2) if block is None else min(T, arguments.integer("block", block, low=1))
    flat = x.detach().flatten(1).to(torch.promote_types(x.dtype, torch.float32))
    # On a CPU a few neurons at a time, so that what is computed of them stays in the cache.
    width = max(128, PART // T) if x.device.type == "cpu" else max(1, flat.shape[1])
    parts = [_of_part(part, length, beta, v_threshold) for part in flat.split(width, dim=1)]
    return torch.cat(parts, dim=1).view(x.shape).to(x.dtype)


def _of_part(x: Tensor, length: int, beta: float, v_threshold: float) -> Tensor:
    """The steps with a spike, bool `[T, N]`."""
    T, count = len(x), -(-len(x) // length)
    padded = torch.nn.functional.pad(x, (0, 0, 0, count * length - T))  # what comes after the end changes nothing
    blocks = padded.view(count, length, -1).transpose(0, 1).contiguous()  # [step in the block, block, N]
    successors, left = _inside(blocks, beta, v_threshold)
    first = _first_spikes(blocks, successors, left, beta, v_threshold)
    return _marked(successors, first).transpose(0, 1).reshape(count * length, -1)[:T]


def _inside(blocks: Tensor, beta: float, v_threshold: float) -> tuple[Tensor, Tensor]:
    """For each step s of a block, if it held a spike: the step of the next one (`length`: none), and V at the end.

    That V is of use where there is no next one: nothing resets it on the way.
    """
    length = len(blocks)
    v = blocks * 0  # after a reset V is 0, or NaN where the input was infinite: in the loop ∞·0 is, too
    silent = torch.ones_like(blocks, dtype=torch.bool)  # no spike since the start
    steps = torch.ones_like(blocks, dtype=torch.int16 if length < 2**15 else torch.int64)  # to the next spike
    for lag in range(1, length):
        h, still = v[: length - lag], silent[: length - lag]
        h.mul_(beta).add_(blocks[lag:])
        still &= ~(h >= v_threshold)
        steps[: length - lag] += still
    return steps + torch.arange(length, device=blocks.device)[:, None, None], v


def _first_spikes(blocks: Tensor, successors: Tensor, left: Tensor, beta: float, v_threshold: float) -> Tensor:
    """The step of the first spike of each block `[1, count, N]` (`length`: none), from block to block."""
    length, count, N = blocks.shape
    # Without a next spike a step leads to itself: following far enough ends at the last spike of the block.
    last = torch.where(successors < length, successors, torch.arange(length, device=blocks.device)[:, None, None])
    for _ in range((length - 1).bit_length()):
        last = last.gather(0, last)
    u = leak_by_scan(blocks, beta)
    powers = torch.tensor([beta ** (step + 1) for step in range(length)], dtype=u.dtype, device=u.device)[:, None]
    always = torch.ones(1, N, dtype=torch.uint8, device=u.device)
    v, first = torch.zeros_like(u[0, 0]), []
    for number in range(count):
        h = u[:, number] + powers * v  # until the first spike
        start = torch.cat(((h >= v_threshold).to(torch.uint8), always)).argmax(0, keepdim=True)
        # Row `length`: no spike in this block, and V leaves it as H of its last step.
        end = torch.cat((last[:, number], torch.full_like(start, length))).gather(0, start)
        v = torch.cat((left[:, number], h[-1:])).gather(0, end)[0]
        first.append(start)
    return torch.stack(first, dim=1)


def _marked(successors: Tensor, first: Tensor) -> Tensor:
    """Which steps the paths from the first spikes meet, bool `[length, count, N]`."""
    length = len(successors)
    pointer = torch.cat((successors, torch.full_like(first, length)))
    marked = torch.zeros_like(pointer, dtype=torch.bool).scatter_(0, first, True)
    for _ in range((length - 1).bit_length()):
        marked.scatter_(0, torch.where(marked, pointer, length), True)
        pointer = pointer.gather(0, pointer)
    return marked[:length]
