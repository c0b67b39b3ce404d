"""Random state and number of threads of torch, set for a while and then restored; and the machine it runs on."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NotRequired, TypedDict

import torch

from psn_viz.json_files import Count
from psn_viz.processor import usable_cores


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """A context with the default generators of CPU and `device` seeded; their states are restored afterwards."""
    # torch.manual_seed would seed every device, also those whose state is not put back.
    backend = {"cuda": torch.cuda, "mps": torch.mps}.get(device.type)
    devices = (device,) if device.type == "cuda" else ()
    before = backend.get_rng_state(*devices) if backend else None
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        try:
            if backend:
                with torch.cuda.device(device) if devices else nullcontext():
                    backend.manual_seed(seed)
            yield
        finally:
            if backend:
                backend.set_rng_state(before, *devices)


@contextmanager
def one_thread() -> Iterator[None]:
    """A context with one thread of torch; restored afterwards. Several add up in parts, which rounds differently."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def spare_core() -> Iterator[None]:
    """A context with at most one thread of torch less than there are cores; restored afterwards.

    torch's threads wait for each other, spinning, after every small product. When one of them has lost its
    core, to the browser that draws the curve or to another notebook, all wait: on two cores, one busy
    neighbour made training 3 to 20 times slower with two threads, and not twice as slow with one. On an
    idle machine the second thread gains less than a factor of two.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(min(before, max(1, usable_cores() - 1)))
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Machine(TypedDict):
    """What a saved model, a study or a measurement records of the machine: its kind, not its name.

    device: as torch calls it, such as "cpu". cores: those that the process may use. threads: those that torch may
    use. cpu, gpu: the names of the processor and of the GPU.
    """

    system: str
    processor: str
    cores: Count
    device: str
    threads: NotRequired[Count]
    cpu: NotRequired[str | None]
    gpu: NotRequired[str | None]


def machine(device: str) -> Machine:
    """This machine, computing on `device`."""
    facts: Machine = {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": usable_cores(),
        "device": device,
    }
    if device.startswith("cuda") and torch.cuda.is_available():
        facts["gpu"] = torch.cuda.get_device_name(device)
    return facts
