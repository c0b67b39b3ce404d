"""How much memory there is, and how much of it a forward pass keeps."""

import os
from pathlib import Path

import torch
from torch import Tensor, nn

# What a process may grow to in a container, where there is a limit (Linux, control groups v2).
GROUP = Path("/sys/fs/cgroup")
MEMINFO = Path("/proc/meminfo")


def free_bytes(device: torch.device) -> int | None:
    """How many bytes are free on the device for new tensors; None where the system does not tell."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # What torch keeps to hand out again is free as well.
        return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    known = [number for number in (_of_machine(), _of_group()) if number is not None]
    return min(known, default=None)


def kept_for_backward(neuron: nn.Module, x: Tensor) -> float:
    """Bytes that autograd keeps of a forward pass on `x` for the backward one, in units of the bytes of x.

    Each piece of memory counts once, however many tensors look at it; x and the weights count where they are kept.
    """
    pieces = {}

    def put_aside(tensor: Tensor) -> Tensor:
        pieces[tensor.untyped_storage().data_ptr()] = tensor  # held, so that no other gets its place
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(put_aside, lambda tensor: tensor):
        neuron(x.detach().requires_grad_())
    return sum(tensor.untyped_storage().nbytes() for tensor in pieces.values()) / (x.numel() * x.element_size())


def _of_machine() -> int | None:
    try:
        # Linux fills idle memory with copies of files and gives it back on demand: this number counts that in.
        for line in MEMINFO.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    for name in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        try:
            return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, ValueError, OSError):  # Windows has no sysconf, macOS not all names
            continue
    return None


def _of_group() -> int | None:
    try:
        limit, used = (int((GROUP / name).read_text("ascii")) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # no control group, or the limit "max"
        return None
    return max(0, limit - max(0, used - _idle_files_of_group()))


def _idle_files_of_group() -> int:
    """Copies of files that have not been read again: counted as used, and given back on demand."""
    try:
        counters = dict(line.split(" ", 1) for line in (GROUP / "memory.stat").read_text("ascii").splitlines())
        return int(counters["inactive_file"])
    except (OSError, ValueError, KeyError):
        return 0
