"""What was measured and comes with the package: machines by name, with their roofs and the times of the neurons."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from psn_viz.bench import Results, Roofs, load_results, stored_results
from psn_viz.bench.cost_model import Device
from psn_viz.bench.text_report import too_busy
from psn_viz.neurons import LIF

# The model of a loop that comes closest to ours, which starts `kernels_a_step()`.
LOOP = "LIF, 6 kernels a step"
# The subjects of the measurements that are the neurons of the cost model: their order k, where they have one.
SUBJECTS = {
    "psn": ("PSN", None),
    "sliding-8": ("sliding PSN", 8),
    "fused-lif": ("LIF, fused", None),
    "loop-lif": (LOOP, None),
}


@dataclass(frozen=True)
class Machine:
    """One machine: its roofs as a device, and runs that measured neurons on it."""

    device: Device
    runs: tuple[Results, ...] = ()

    def seconds(self, T: int, N: int, k: int) -> dict[str, float]:
        """Medians of the forward pass at inference in float32, of those that were measured at this size."""
        neuron_of = {subject: neuron for subject, (neuron, order) in SUBJECTS.items() if order in (None, k)}
        medians: dict[str, float] = {}
        for row in (row for run in self.runs for row in run.rows):
            matches = (row.T, row.N, row.mode, row.dtype) == (
                T,
                N,
                "inference",
                "float32",
            ) and row.subject in neuron_of
            if matches and row.median is not None:
                medians.setdefault(neuron_of[row.subject], row.median)
        return {neuron: medians[neuron] for neuron in neuron_of.values() if neuron in medians}

    @property
    def busy(self) -> Results | None:
        """Of the runs that something else may have slowed down, the one with the most of it; None: there is none."""
        return max(filter(too_busy, self.runs), key=lambda run: (run.others or 0, run.load or 0), default=None)


class _Kernels(TorchDispatchMode):
    """Counts the operations that compute: all but views of the same memory."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        aliases = [result.alias_info for result in function._schema.returns]
        self.count += not any(alias is not None and not alias.is_write for alias in aliases)
        return function(*args, **(kwargs or {}))


@functools.cache
def kernels_a_step() -> int:
    """How many kernels "loop-lif" starts in one time-step at inference: what one step more adds, counted."""
    counts = []
    for T in (2, 3):
        # Meta tensors have no numbers: nothing is computed.
        with torch.no_grad(), _Kernels() as kernels:
            LIF()(torch.empty(T, 1, device="meta"))
        counts.append(kernels.count)
    return counts[1] - counts[0]


def names() -> tuple[str, ...]:
    """The machines that there are stored measurements of."""
    return tuple(name.removesuffix("-figure") for name in stored_results("figure"))


@functools.cache
def grid(name: str) -> Results:
    """The stored measurements of a machine on the grid of the paper's figure."""
    return load_results(f"{name}-figure")


@functools.cache
def machine(name: str) -> Machine:
    """A machine by one of `names`. Raises ValueError for results without roofs."""
    figure = grid(name)
    if figure.roofs is None:
        raise ValueError(f"the stored results of {name} hold no roofs: measure them again")
    longer = [load_results(stored) for stored in stored_results("long") if stored == f"{name}-long"]
    device = device_of(figure.roofs, figure.machine_in_words, f"measured {figure.date[:10]}")
    return Machine(device, (figure, *longer))


def device_of(roofs: Roofs, title: str, source: str) -> Device:
    """Measured roofs as a device, for the one dtype that they were measured with."""
    return Device(
        title,
        source,
        {roofs.dtype: roofs.flops},
        roofs.bandwidth,
        roofs.latency,
        cache_bandwidth=roofs.cache_bandwidth,
    )
