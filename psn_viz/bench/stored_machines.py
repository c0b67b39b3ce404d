"""What was measured and comes with the package: machines by name, with their roofs and the times of the neurons."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from psn_viz.bench import Results, Roofs, Row, load_results, stored_results
from psn_viz.bench.cost_model import LIF_APART, LIF_FUSED, PSN_FUSED, PSN_PUBLISHED, SLIDING, Device
from psn_viz.bench.plain_loop import plain_lif
from psn_viz.bench.text_report import too_busy
from psn_viz.neurons import LIF

# The subjects of the measurements that are the neurons of the cost model: their order k, where they have one. Of two
# that stand for the same neuron the first that was measured counts: `kernels_a_step` says how far it is from it.
SUBJECTS = {
    "psn": (PSN_FUSED, None),
    "sj-psn": (PSN_PUBLISHED, None),
    "sliding-8": (SLIDING, 8),
    "fused-lif": (LIF_FUSED, None),
    "plain-lif": (LIF_APART, None),
    "loop-lif": (LIF_APART, None),
}
LOOPS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {"plain-lif": plain_lif, "loop-lif": LIF()}


@dataclass(frozen=True)
class Machine:
    """One machine: its roofs as a device, and runs that measured neurons on it."""

    device: Device
    runs: tuple[Results, ...] = ()

    def seconds(self, T: int, N: int, k: int) -> dict[str, float]:
        """Medians of the forward pass at inference in float32, of those that were measured at this size."""
        medians: dict[str, float] = {}
        for subject, (neuron, order) in SUBJECTS.items():
            median = self._median(subject, T, N) if order in (None, k) else None
            if median is not None:
                medians.setdefault(neuron, median)
        return medians

    def loop(self, T: int, N: int) -> str | None:
        """Which of `LOOPS` was measured at this size, the first one of them."""
        return next((name for name in LOOPS if self._median(name, T, N) is not None), None)

    def _median(self, subject: str, T: int, N: int) -> float | None:
        size = T, N, "inference", "float32", subject
        found = (row.median for run in self.runs for row in run.rows if _size(row) == size)
        return next((median for median in found if median is not None), None)

    @property
    def busy(self) -> Results | None:
        """Of the runs that something else may have slowed down, the one with the most of it; None: there is none."""
        return max(filter(too_busy, self.runs), key=lambda run: (run.others or 0, run.load or 0), default=None)


def _size(row: Row) -> tuple:
    return row.T, row.N, row.mode, row.dtype, row.subject


class _Kernels(TorchDispatchMode):
    """Counts the operations that compute: all but views of the same memory."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        aliases = [result.alias_info for result in function._schema.returns]
        self.count += not any(alias is not None and not alias.is_write for alias in aliases)
        return function(*args, **(kwargs or {}))


@functools.cache
def kernels_a_step(loop: str) -> int:
    """How many kernels one of `LOOPS` starts in a time-step at inference: what one step more adds, counted."""
    return kernels(LOOPS[loop], 3) - kernels(LOOPS[loop], 2)


def kernels(neuron: Callable[[torch.Tensor], torch.Tensor], T: int) -> int:
    """How many kernels a forward pass over T time-steps starts at inference: operations that compute something."""
    # Meta tensors have no numbers: nothing is computed.
    neuron = neuron.to("meta") if isinstance(neuron, torch.nn.Module) else neuron
    with torch.no_grad(), _Kernels() as counted:
        neuron(torch.empty(T, 1, device="meta"))
    return counted.count


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
