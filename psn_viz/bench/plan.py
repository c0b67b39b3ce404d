"""The grids: which subjects are measured at which sizes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FAMILY = ("psn", "masked-8", "sliding-8")
PEERS = tuple(f"sj-{name}" for name in FAMILY)
LOOPS = ("plain-lif", "loop-lif", "fused-lif", "sj-lif", "sj-fused-lif")
LIMITS = ("bare", "copy")
# With the reset of the LIF, at once; the loop; without its reset; a PSN.
WITH_RESET = ("exact-lif", "exact-lif-dense", "rounds-lif")


@dataclass(frozen=True, order=True)
class Point:
    """One size in one mode, and what is measured there against each other."""

    T: int
    N: int
    mode: str
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A grid of points. budget: seconds for all of them, compiling not counted; None: however long it takes."""

    name: str
    about: str
    points: tuple[Point, ...]
    repeats: int = 31
    warmup: int = 3
    budget: float | None = None


def plan_named(name: str, device: str = "cpu") -> Plan:
    """The plan of that name for a device; ValueError for an unknown name."""
    if name not in PLANS:
        raise ValueError(f"plan must be one of {', '.join(PLANS)}, got {name!r}")
    return PLANS[name](device)


def grid(T: Iterable[int], N: Iterable[int], modes: Sequence[str], subjects: tuple[str, ...]) -> tuple[Point, ...]:
    """Every T with every N; those of a T and a mode one after the other, as one compiled loop serves them all."""
    N = tuple(N)
    return tuple(Point(steps, width, mode, subjects) for steps in T for mode in modes for width in N)


def powers(base: int, low: int, high: int) -> tuple[int, ...]:
    """base^low … base^high."""
    return tuple(base**exponent for exponent in range(low, high + 1))


BOTH = ("inference", "training")


def _figure(device: str) -> Plan:
    subjects = ("psn", "sj-psn", *LOOPS, *LIMITS)
    points = grid(powers(2, 1, 6), powers(4, 4, 10), BOTH, subjects)
    return Plan("figure", "the grid of the paper's speed figure: T = 2 … 64, N = 2⁸ … 2²⁰", points, budget=240)


def _long(device: str) -> Plan:
    subjects = (*FAMILY, *PEERS, "plain-lif", "loop-lif", "sj-lif", "sj-fused-lif", *LIMITS)
    points = grid(powers(2, 6, 12), (1024,), BOTH, subjects)
    return Plan("long", "long sequences: T = 64 … 4096, N = 1024", points, budget=240)


def _targets(device: str) -> Plan:
    table = ((8, 65536), (32, 16384), (128, 4096), (512, 2048), (1024, 1024))
    large = ((8, 65536), (32, 65536), (128, 65536), (8, 2**20), (32, 2**20))
    points = [Point(T, N, "training", (*FAMILY, *PEERS, *LOOPS, *LIMITS)) for T, N in table]
    points += grid(powers(2, 8, 12), (256,), ("training",), ("psn", "bare"))
    points += grid(powers(2, 8, 12), (256,), ("update",), FAMILY[1:])
    points += [Point(T, N, "inference", (*FAMILY, "sj-psn", *LIMITS)) for T, N in large]
    if device.startswith("cuda"):
        points.append(Point(32, 2**20, "training", (*FAMILY, "sj-psn", "sj-fused-lif", *LIMITS)))
    return Plan("targets", "the sizes at which the speed of the neurons is checked", tuple(points))


def _epoch(device: str) -> Plan:
    # N: 64 neurons in a layer for each of the 120 samples of a batch.
    point = Point(28, 64 * 120, "epoch", ("psn", "sj-psn"))
    return Plan("epoch", "one epoch of training a network of PSNs on Fashion-MNIST", (point,), repeats=9, warmup=1)


def _quick(device: str) -> Plan:
    points = grid(powers(2, 1, 7), powers(2, 8, 16)[::4], BOTH, ("psn", "plain-lif", "bare"))
    return Plan("quick", "a small grid, in less than 25 seconds on two cores", points, budget=18)


def _reset(device: str) -> Plan:
    subjects = (*WITH_RESET, "plain-lif", "hand-lif", "sj-fused-lif", "scan-lif", "psn", *LIMITS)
    points = grid(powers(4, 3, 5), (256, 4096), BOTH, subjects)
    return Plan("reset", "an LIF with its reset at once, as a loop, and without: T = 64 … 1024", points, budget=240)


PLANS = {
    "quick": _quick,
    "figure": _figure,
    "long": _long,
    "targets": _targets,
    "epoch": _epoch,
    "reset": _reset,
}
