"""What a pass over `[T, N]` costs at least, and how long a device would take for it: the roofline model.

Counted is the forward pass at inference: operations, numbers moved between memory and processor, and launches, one
for each kernel that waits for the one before. Predicted is

    seconds = launches · latency + max(operations / peak, bytes / bandwidth)

What one kernel writes and the next reads again costs no bandwidth where it fits into the cache of the device.

So it is a bound rather than a measurement: the time that the cache itself takes, what X and S drive out of it, thin
matrices and a half-filled device are not in it. The model is that of Williams, Waterman and Patterson, *Roofline*,
Communications of the ACM 52 (2009), with launches and that cache added.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES = {"float32": 4, "float16": 2}  # bfloat16 has the roofs of float16, on devices that have it
# Charge by τ: subtract, divide, add. Fire: compare. Reset: 1 − S, multiply.
LIF_OPERATIONS = 6
# Each of the six as a kernel of its own reads what it needs and writes its result: 3 + 2 + 3 + 2 + 2 + 3 numbers. X
# and S among them are in `moved`; of the others, three arrays [N] are needed at once: V, X − V, (X − V)/τ.
_LIF_BETWEEN_APART, _LIF_HELD_APART = 15 - 2, 3

PSN_FUSED, PSN_PUBLISHED, SLIDING = "PSN, one kernel", "PSN, product and threshold", "sliding PSN"
LIF_FUSED, LIF_STEPS, LIF_APART = "LIF, fused", "LIF, one kernel a step", "LIF, each operation a kernel"


@dataclass(frozen=True)
class Work:
    """What one forward pass needs.

    operations: on numbers. moved: numbers that go from or to memory in any case, X, S and the weights.
    between: numbers that one kernel writes and a later one reads, each counted twice. held: how many of them there
    are at once; they stay in a cache that holds so many. launches: kernels that wait for each other.
    """

    operations: int
    moved: int
    between: int = 0
    held: int = 0
    launches: int = 1

    def stays_in(self, cache: float, size: int) -> bool:
        """Does what goes from kernel to kernel stay in a cache of so many bytes, with `size` bytes a number?"""
        return bool(self.between) and self.held * size <= cache

    def bytes_moved(self, cache: float, size: int) -> int:
        """Bytes to and from memory, where the device has a cache of so many bytes."""
        return (self.moved + (0 if self.stays_in(cache, size) else self.between)) * size


def work(T: int, N: int, k: int) -> dict[str, Work]:
    """The work of each neuron on N neurons over T time-steps; k is the order of the sliding PSN.

    The published PSN is a matrix product and a surrogate function: H is written and read again.
    """
    in_and_out = 2 * T * N  # X is read, S is written
    charge = LIF_OPERATIONS * T * N
    weights = T * T + T
    return {
        PSN_FUSED: Work(2 * T * T * N, in_and_out + weights),
        PSN_PUBLISHED: Work(2 * T * T * N, in_and_out + weights, between=2 * T * N, held=T * N, launches=2),
        SLIDING: Work(2 * min(k, T) * T * N, in_and_out + min(k, T) + 1),
        LIF_FUSED: Work(charge, in_and_out),
        # Between two kernels V goes out and comes back.
        LIF_STEPS: Work(charge, in_and_out, between=2 * T * N, held=N, launches=T),
        LIF_APART: Work(
            charge, in_and_out, _LIF_BETWEEN_APART * T * N, _LIF_HELD_APART * N, launches=LIF_OPERATIONS * T
        ),
    }


@dataclass(frozen=True)
class Device:
    """A device by its roofs: operations a second for each dtype, bytes a second, seconds a launch, bytes it holds.

    `source` says where they are from, a data sheet or a measurement. `cache` is what its last cache holds in bytes,
    0 where that is not known. `cache_bandwidth` is that of data so small that they stay in the caches; no prediction
    uses it.
    """

    title: str
    source: str
    peak: dict[str, float]
    bandwidth: float
    latency: float
    memory: float | None = None
    cache: float = 0.0
    cache_bandwidth: float | None = None

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The dtypes for which its peak is known."""
        return tuple(self.peak)

    def ridge(self, dtype: str) -> float:
        """Operations a byte from which on it is limited by operations, and no longer by bandwidth."""
        return self.peak[dtype] / self.bandwidth

    def intensity(self, work: Work, dtype: str) -> float:
        """Operations of that work for each byte moved to or from memory."""
        return work.operations / work.bytes_moved(self.cache, BYTES[dtype])

    def predict(self, work: Work, dtype: str) -> tuple[float, str]:
        """Seconds for that work at the least, and what takes the largest part: launches, bandwidth or operations."""
        parts = {
            "launches": work.launches * self.latency,
            "bandwidth": work.bytes_moved(self.cache, BYTES[dtype]) / self.bandwidth,
            "operations": work.operations / self.peak[dtype],
        }
        seconds = parts["launches"] + max(parts["bandwidth"], parts["operations"])
        return seconds, max(parts, key=lambda part: parts[part])


_LAUNCH = 5e-6  # no data sheet says it: assumed, a usual figure for one small kernel


def _sheet(title: str, float32: float, float16: float, bandwidth: float, memory: float, cache: float) -> Device:
    """From TFLOP/s, GB/s, GB and MiB."""
    return Device(
        title, f"data sheet; {1e6 * _LAUNCH:g} µs a launch assumed",
        {"float32": float32 * 1e12, "float16": float16 * 1e12}, bandwidth * 1e9, _LAUNCH, memory * 1e9, cache * 2**20,
    )  # fmt: skip


# NVIDIA's data sheets of these products (RTX 4090: the white paper of the Ada architecture). float32 without tensor
# cores, which is what PyTorch's products use unless told otherwise; float16 on tensor cores, adding in float32,
# without sparsity. The last number is the L2 cache, from NVIDIA's white papers of the architectures: Turing, Ada,
# A100 (Ampere) and H100 (Hopper).
DATA_SHEETS = {
    "T4": _sheet("NVIDIA T4", 8.1, 65, 320, 16, 4),
    "RTX 4090": _sheet("NVIDIA RTX 4090", 82.6, 165.2, 1008, 24, 72),
    "A100": _sheet("NVIDIA A100 80 GB SXM", 19.5, 312, 2039, 80, 40),
    "H100": _sheet("NVIDIA H100 SXM", 67, 989, 3350, 80, 50),
}
