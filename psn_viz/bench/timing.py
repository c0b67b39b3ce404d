"""How long a call takes, compared fairly: in one process, alternating, warmed up, and waiting for the device."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.neurons.arguments import integer, real

clock = time.perf_counter
# However small the budget: a median of fewer says nothing.
FEWEST = 3


@dataclass(frozen=True)
class Timing:
    """How long each of the repeats took, in seconds, in the order in which they ran."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return float(np.median(self.seconds))

    @property
    def lower(self) -> float:
        """The lower quartile, in seconds: a quarter of the repeats took no longer."""
        return float(np.quantile(self.seconds, 0.25))

    @property
    def upper(self) -> float:
        """The upper quartile, in seconds: a quarter of the repeats took at least as long."""
        return float(np.quantile(self.seconds, 0.75))


def alternate(
    subjects: Mapping[str, Callable[[], object]],
    *,
    repeats: int = 31,
    warmup: int = 3,
    device: str | torch.device = "cpu",
    budget: float | None = None,
    on_progress: Callable[[int, int], object] | None = None,
) -> dict[str, Timing]:
    """Time callables against each other, by name: a round runs each once, every other round in reverse order.

    Alternating, because a machine is faster in one second than in the next: what slows it down then slows all of
    them, and the ratios stay. In reverse, so that none always follows the same neighbour, whose data fill the cache.

    subjects: callables without arguments; what they return is let go of before the clock is read.
    repeats ≥ 1, warmup ≥ 0: how many rounds are timed, and how many before them are not.
    device: where they compute. A GPU is handed its work and computes on; the clock is read when it has finished.
    budget: seconds. No new round begins after them, but 3 rounds (or `repeats`, if fewer) are always timed.
    on_progress: called with the number of rounds done and to be done, warm-up included.

    Raises TypeError or ValueError for an argument out of range. What a callable raises is passed on.
    """
    if not isinstance(subjects, Mapping) or not subjects or not all(map(callable, subjects.values())):
        raise TypeError(f"subjects must be a dict of callables by name, got {subjects!r}")
    repeats, warmup = integer("repeats", repeats, low=1), integer("warmup", warmup, low=0)
    budget = None if budget is None else real("budget", budget, low=0.0)
    wait = waiting_for(device)
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    start = clock()
    collecting = gc.isenabled()
    # As timeit does: otherwise the garbage of one is collected in the time of another.
    gc.disable()
    try:
        for number in range(warmup + repeats):
            timed = number - warmup
            late = budget is not None and clock() - start >= budget
            if late and timed >= min(FEWEST, repeats):
                break
            if late and 0 < number < warmup:
                continue  # Once warm is warm enough for a call that takes so long.
            for name in list(subjects)[:: 1 if timed % 2 == 0 else -1]:
                elapsed = _time(subjects[name], wait)
                if timed >= 0:
                    seconds[name].append(elapsed)
            if on_progress is not None:
                on_progress(number + 1, warmup + repeats)
    finally:
        if collecting:
            gc.enable()
    return {name: Timing(tuple(times)) for name, times in seconds.items()}


def waiting_for(device: str | torch.device) -> Callable[[], object]:
    """A function that waits until the device has finished (`torch.cuda.synchronize`); on a CPU it does nothing."""
    device = torch.device(device)
    if device.type == "cuda":
        return lambda: torch.cuda.synchronize(device)
    if device.type == "mps":
        return torch.mps.synchronize
    return lambda: None


def _time(call: Callable[[], object], wait: Callable[[], object]) -> float:
    wait()
    begin = clock()
    call()
    wait()
    return clock() - begin
