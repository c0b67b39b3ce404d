"""What a pass over `[T, N]` costs at least, and how long a device would take for it: the roofline model.

Counted is the forward pass at inference: operations on numbers, elements moved between memory and processor, and
launches, one for each kernel that waits for the one before. Predicted is

    seconds = launches · latency + max(operations / peak, bytes / bandwidth)

so it is a bound rather than a measurement: caches, thin matrices and a half-filled device are not in it. The model
is that of Williams, Waterman and Patterson, *Roofline*, Communications of the ACM 52 (2009), with launches added.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES = {"float32": 4, "float16": 2}  # bfloat16 has the roofs of float16, on devices that have it
# Charge by τ: subtract, divide, add. Fire: compare. Reset: 1 − S, multiply.
LIF_OPERATIONS = 6
# Each of the six as a kernel of its own reads what it needs and writes its result: 3 + 2 + 3 + 2 + 2 + 3 elements.
_LIF_ELEMENTS_APART = 15


@dataclass(frozen=True)
class Work:
    """What one forward pass needs: operations, elements moved, and kernels that wait for each other."""

    operations: int
    elements: int
    launches: int = 1


def work(T: int, N: int, k: int) -> dict[str, Work]:
    """The work of each neuron on N neurons over T time-steps; k is the order of the sliding PSN."""
    in_and_out = 2 * T * N  # X is read, S is written
    charge = LIF_OPERATIONS * T * N
    return {
        "PSN": Work(2 * T * T * N, in_and_out + T * T + T),
        "sliding PSN": Work(2 * min(k, T) * T * N, in_and_out + min(k, T) + 1),
        "LIF, fused": Work(charge, in_and_out),
        # Between two kernels V goes out to memory and comes back.
        "LIF, 1 kernel a step": Work(charge, in_and_out + 2 * T * N, T),
        "LIF, 6 kernels a step": Work(charge, _LIF_ELEMENTS_APART * T * N, LIF_OPERATIONS * T),
    }


@dataclass(frozen=True)
class Device:
    """A device by its roofs: operations a second for each dtype, bytes a second, seconds a launch, bytes it holds.

    `source` says where they are from, a data sheet or a measurement. `cache_bandwidth` is that of data so small that
    they stay in the caches; no prediction uses it.
    """

    title: str
    source: str
    peak: dict[str, float]
    bandwidth: float
    latency: float
    memory: float | None = None
    cache_bandwidth: float | None = None

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The dtypes for which its peak is known."""
        return tuple(self.peak)

    def ridge(self, dtype: str) -> float:
        """Operations a byte from which on it is limited by operations, and no longer by bandwidth."""
        return self.peak[dtype] / self.bandwidth

    def predict(self, work: Work, dtype: str) -> tuple[float, str]:
        """Seconds for that work at the least, and what takes the largest part: launches, bandwidth or operations."""
        parts = {
            "launches": work.launches * self.latency,
            "bandwidth": work.elements * BYTES[dtype] / self.bandwidth,
            "operations": work.operations / self.peak[dtype],
        }
        seconds = parts["launches"] + max(parts["bandwidth"], parts["operations"])
        return seconds, max(parts, key=lambda part: parts[part])


_LAUNCH = 5e-6  # no data sheet says it: assumed, a usual figure for one small kernel


def _sheet(title: str, float32: float, float16: float, bandwidth: float, memory: float) -> Device:
    """From TFLOP/s, GB/s and GB."""
    return Device(
        title, f"data sheet; {1e6 * _LAUNCH:g} µs a launch assumed",
        {"float32": float32 * 1e12, "float16": float16 * 1e12}, bandwidth * 1e9, _LAUNCH, memory * 1e9,
    )  # fmt: skip


# NVIDIA's data sheets of these products (RTX 4090: the white paper of the Ada architecture). float32 without tensor
# cores, which is what PyTorch's products use unless told otherwise; float16 on tensor cores, adding in float32,
# without sparsity.
DATA_SHEETS = {
    "T4": _sheet("NVIDIA T4", 8.1, 65, 320, 16),
    "RTX 4090": _sheet("NVIDIA RTX 4090", 82.6, 165.2, 1008, 24),
    "A100": _sheet("NVIDIA A100 80 GB SXM", 19.5, 312, 2039, 80),
    "H100": _sheet("NVIDIA H100 SXM", 67, 989, 3350, 80),
}
