"""What the neurons are to reach: ratios of medians within one run, on float32, and how time grows with T.

Growth is that of a whole step of training at fixed k, the update of the parameters by the optimiser counted in. The
sliding PSN has k weights, and its time is to grow as T does. The masked PSN has T² of them, of which the optimiser
reads and writes every one: for long sequences, no way to compute H makes its time grow more slowly than T².

At T = 8 the ratio to SpikingJelly's PSN is not one number. A call there is a few passes over 2 MiB each. Where the
allocator of the system (glibc) gives the memory of one call back and fetches it again for the next, which depends on
what was allocated before, up to 1500 page faults come on top, 1 to 2 µs each, now for one of the two, now for the
other. In runs on one machine, with one thread, the ratio was 0.52 to 0.58 where no memory was given back
(MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ of 10⁹), 0.47 to 0.50 where all of it was (MALLOC_MMAP_THRESHOLD_
of 2¹⁷) and 0.35 to 0.6 as it comes. With two threads it was up to 1.4 while another program used one of the two
cores: each operation then waits until both threads had their turn, and the PSN works on two blocks, in twice as many
operations.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from psn_viz.bench.plan import FAMILY, LIMITS
from psn_viz.bench.results import Results

LONG = (256, 4096)  # T from which and up to which growth is judged
FEWEST = 3  # T with a median: through two there is always a line
LARGE = 2**16  # N from which inference is judged: below, starting is what takes time


@dataclass(frozen=True)
class Checked:
    """A target and what was found: `value` ≤ `limit` is wanted; value is None where it was not measured."""

    quantity: str
    size: str
    value: float | None
    limit: float

    @property
    def met(self) -> bool | None:
        """Is it met; None where it was not measured."""
        return None if self.value is None else self.value <= self.limit


def against_spikingjelly(name: str, T: int) -> float | None:
    """The most that time over that of SpikingJelly's neuron of the same kind may be, in training; None: no target."""
    if name == "psn":
        return 0.65 if T <= 32 else 0.8 if T <= 128 else 1.0
    if T <= 128:
        return 0.7
    return {"masked-8": 0.7, "sliding-8": 0.15}[name] if T >= 1024 else None


def against_product(name: str, T: int) -> float | None:
    """The most that time over that of the bare product may be, in training; None: no target."""
    if name != "psn" or T < 128:
        return None
    return 1.5 if T < 512 else 1.2


AT_INFERENCE = 2.5  # times the larger of the product and a copy
PASS_ON_GPU = 1.5  # times a copy, at T = 32 and N = 2²⁰: read X once, write S once
GROWTH = {"masked-8": 2.0, "sliding-8": 1.15}  # exponent of T at fixed k, with the update of the parameters
SHORT = 8  # T at which memory decides


def has_targets(results: Results) -> bool:
    """Are there targets for such results: is all of it float32?"""
    return all(row.dtype == "float32" for row in results.rows)


def checked(results: Results) -> Iterator[Checked]:
    """Every target whose sizes are in the results, SpikingJelly's first; none where `has_targets` says no."""
    if not has_targets(results):
        return
    yield from _training(results, against_spikingjelly, lambda name: f"sj-{name}")
    yield from _training(results, against_product, lambda name: "bare")
    for name, limit in GROWTH.items():
        yield from _growth(results, name, limit)
    on_gpu = str(results.machine["device"]).startswith("cuda")
    for T, N in results.sizes("inference"):
        for name in FAMILY if N >= LARGE else ():
            if results.row(name, T, N, "inference") is None:
                continue
            limits = {limit: results.ratio(name, limit, T, N, "inference") for limit in LIMITS}
            ratios = [ratio for ratio in limits.values() if ratio is not None]
            value = min(ratios) if len(ratios) == len(LIMITS) else None
            yield Checked(f"{name} / larger of {' and '.join(LIMITS)}, inference", _size(T, N), value, AT_INFERENCE)
            if on_gpu and (T, N) == (32, 2**20):
                yield Checked(f"{name} / copy, inference", _size(T, N), limits["copy"], PASS_ON_GPU)


def _training(
    results: Results, limit_of: Callable[[str, int], float | None], peer_of: Callable[[str], str]
) -> Iterator[Checked]:
    for name in FAMILY:
        peer = peer_of(name)
        for T, N in results.sizes("training"):
            limit = limit_of(name, T)
            if limit is not None and all(results.row(subject, T, N, "training") for subject in (name, peer)):
                value = results.ratio(name, peer, T, N, "training")
                yield Checked(f"{name} / {peer}, training", _size(T, N), value, limit)


def _growth(results: Results, name: str, limit: float) -> Iterator[Checked]:
    N = 256
    T = results.steps(name, N, "update", *LONG)
    value = results.exponent(name, N, "update", *LONG) if len(T) >= FEWEST else None
    if value is None:  # then the sizes that were asked for are named
        T = [row.T for row in results.rows if (row.subject, row.N, row.mode) == (name, N, "update")]
        T = [steps for steps in T if LONG[0] <= steps <= LONG[1]]
    if len(T) >= FEWEST:
        quantity = f"{name}, p in time ∝ T^p, training and update"
        yield Checked(quantity, f"T = {min(T)} … {max(T)}, N = {N}", value, limit)


def note_on(checks: Iterable[Checked]) -> list[str]:
    """What to know of these targets, in lines; none where there is nothing."""
    if not any("/ sj-" in check.quantity and check.size.startswith(f"{SHORT} ×") for check in checks):
        return []
    return [
        f"At T = {SHORT}, time goes into memory: whether the system takes that of a call back and hands it out again",
        "changes from run to run, and ratios to SpikingJelly with it, by a factor of up to two.",
    ]


def _size(T: int, N: int) -> str:
    return f"{T} × {N}"
