"""What was measured and comes with the package: machines by name, with their roofs and the times of the neurons."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from psn_viz.bench import Results, Roofs, load_results, stored_results
from psn_viz.labs.cost_model import Device

# The subjects of the measurements that are the neurons of the cost model: their order k, where they have one.
SUBJECTS = {
    "psn": ("PSN", None),
    "sliding-8": ("sliding PSN", 8),
    "fused-lif": ("LIF, fused", None),
    "loop-lif": ("LIF, 6 kernels a step", None),
}


@dataclass(frozen=True)
class Machine:
    """One machine: its roofs as a device, and runs that measured neurons on it."""

    device: Device
    runs: tuple[Results, ...] = ()

    def seconds(self, T: int, N: int, k: int) -> dict[str, float]:
        """Medians of the forward pass at inference in float32, of those that were measured at this size."""
        found = {}
        for run in self.runs:
            for subject, (neuron, order) in SUBJECTS.items():
                median = run.median(subject, T, N, "inference")
                if median is not None and order in (None, k):
                    found.setdefault(neuron, median)
        return found


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
    longer = [load_results(one) for one in stored_results("long") if one == f"{name}-long"]
    return Machine(
        device_of(Roofs(**figure.roofs), figure.machine_in_words, f"measured {figure.date[:10]}"), (figure, *longer)
    )


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
