"""What the machine can do at most, measured: bytes copied and operations done in a second; and what a start costs."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from psn_viz.bench.timing import alternate
from psn_viz.json_files import Positive
from psn_viz.learning.preconditions import device_for

# Larger than the caches of most CPUs, and small enough to stay in them.
FAR, NEAR = 2**26, 2**18
SECONDS = 0.2
LAUNCHES = 100


@dataclass(frozen=True)
class Roofs:
    """The best of many repeats on one device, for one dtype: a roof is what the machine can do undisturbed.

    bandwidth: bytes/s of copying 64 MiB (on a GPU 1 GiB), each byte counted twice, once read and once written.
    cache_bandwidth: the same of 256 KiB, which stay in a CPU's cache; None on a GPU, where starting takes longer.
    flops: operations/s of a matrix product, 2·n³ for n × n, n = 1024 (on a GPU 8192).
    latency: seconds from one operation on a single number to the next that waits for it, as torch starts them.
    """

    device: str
    dtype: str
    bandwidth: Positive
    cache_bandwidth: Positive | None
    flops: Positive
    latency: Positive


def measure_roofs(device: str | torch.device | None = None, dtype: torch.dtype = torch.float32) -> Roofs:
    """Measure them, in less than a second on a machine that has nothing else to do.

    device: None is CUDA if there is any, else CPU. Raises TypeError or ValueError for one that is not there, and for
    a dtype that is not floating.
    """
    device = device_for(device)
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        raise TypeError(f"dtype must be a floating torch.dtype, got {dtype!r}")
    small = device.type == "cpu"
    far = _copy(FAR if small else 2**30, device)
    near = _copy(NEAR, device) if small else None
    n = 1024 if small else 8192
    a, b, c = (torch.full((n, n), 0.5, device=device).to(dtype) for _ in range(3))
    product = shortest_time(lambda: torch.mm(a, b, out=c), device)
    number = torch.zeros((), device=device, dtype=dtype)
    launches = shortest_time(lambda: [number.add_(1) for _ in range(LAUNCHES)], device)
    name = str(dtype).removeprefix("torch.")
    return Roofs(str(device), name, far, near, 2 * n**3 / product, launches / LAUNCHES)


def _copy(size: int, device: torch.device) -> float:
    source, target = (torch.ones(size, dtype=torch.uint8, device=device) for _ in range(2))
    return 2 * size / shortest_time(lambda: target.copy_(source), device)


def shortest_time(call: Callable[[], object], device: torch.device) -> float:
    """Seconds of the fastest of about a hundred calls."""
    timing = alternate({"it": call}, repeats=101, warmup=2, device=device, budget=SECONDS)
    return min(timing["it"].seconds)
