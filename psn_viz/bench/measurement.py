"""Measure the points of a plan, one after the other."""

import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import cast

import torch

from psn_viz import __version__
from psn_viz.bench import epoch
from psn_viz.bench.machine_limits import measure_roofs
from psn_viz.bench.other_programs import cores_used_by_others
from psn_viz.bench.plan import Plan, Point
from psn_viz.bench.results import Results, Row
from psn_viz.bench.subjects import SUBJECTS, Run, bytes_needed, first_line, inputs, prepare, too_large
from psn_viz.bench.timing import Timing, alternate
from psn_viz.learning.preconditions import device_for
from psn_viz.neurons.arguments import choice, integer, real
from psn_viz.processor import processor_name
from psn_viz.torch_state import Machine, machine

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float64": torch.float64}


@dataclass(frozen=True)
class BenchProgress:
    """What `on_progress` is called with: points done and to be done, the next point or None, seconds left."""

    done: int
    points: int
    point: Point | None
    seconds_left: float | None


def measure(
    subjects: Sequence[str],
    sizes: Sequence[tuple[int, int]],
    *,
    modes: Sequence[str] = ("training",),
    dtype: str = "float32",
    device: str | torch.device | None = "cpu",
    repeats: int = 31,
    budget: float | None = 20.0,
    threads: int | None = None,
    on_progress: Callable[[BenchProgress], object] | None = None,
) -> Results:
    """Time some subjects against each other here and now, at some sizes.

    subjects: names of `SUBJECTS`, such as ("psn", "plain-lif"). sizes: pairs (T, N). modes: "inference", "training".
    budget: seconds for all together, divided among the points; where repeats take longer, there are fewer of them,
    but at least 3, and when the time is up, the points that remain are left out. What compiling takes, for
    "fused-lif", comes on top. threads: of torch on a CPU; None: as many as now. One is slower and steadier: several
    wait for each other, and long where something else needs a core. on_progress: called with a `BenchProgress`.

    What cannot run here or was left out has a row that says why. An interrupt (the stop button of a notebook) ends
    the measurement without an error: the results hold what was done, with `complete` False.

    Raises TypeError or ValueError for an argument out of range, and before anything is measured, ValueError for
    sizes that do not fit into memory, with the number of bytes needed and the number there is.
    """
    values = _listed(subjects)
    if not values:
        raise TypeError(f"subjects must be a sequence of names such as ('psn', 'plain-lif'), got {subjects!r}")
    names = tuple(choice("each of subjects", name, tuple(SUBJECTS)) for name in values)
    values = _listed(modes)
    if not values:
        raise TypeError(f"modes must be a sequence such as ('inference', 'training'), got {modes!r}")
    modes = [choice("each of modes", mode, ("inference", "training")) for mode in values]
    values = _listed(sizes)
    if values is None:
        raise TypeError(f"sizes must be a sequence of pairs (T, N), such as [(32, 1024)], got {sizes!r}")
    if not values:
        raise ValueError("sizes must hold at least one pair (T, N), such as [(32, 1024)]; got none")
    pairs = [_pair(size) for size in values]
    points = tuple(Point(T, N, mode, names) for mode in modes for T, N in pairs)
    repeats = integer("repeats", repeats, low=1)
    budget = None if budget is None else real("budget", budget, low=0.0)
    device, torch_dtype = device_for(device), DTYPES[choice("dtype", dtype, tuple(DTYPES))]
    _require_memory(points, torch_dtype, device)
    plan = Plan("measure", "", points, repeats=repeats, budget=budget)
    return run_plan(plan, device=device, dtype=dtype, threads=threads, roofs=False, on_progress=on_progress)


def run_plan(
    plan: Plan,
    *,
    device: str | torch.device | None = "cpu",
    dtype: str = "float32",
    threads: int | None = None,
    roofs: bool = True,
    on_progress: Callable[[BenchProgress], object] | None = None,
    on_point: Callable[[Results], object] | None = None,
) -> Results:
    """Measure all points of a plan, and before them the roofs of the machine.

    What does not fit into memory, cannot run here, breaks off while it is timed, or is left when the plan's budget is
    used up, has a row that says why. threads: as in `measure`. on_point: called after each point with the results so
    far, `complete` False, to save them. An interrupt ends the run without an error: the results hold the points that
    were done, with `complete` False.
    Raises TypeError or ValueError for a device that is not there and another dtype than float32, bfloat16, float64.
    """
    device, torch_dtype = device_for(device), DTYPES[choice("dtype", dtype, tuple(DTYPES))]
    with torch_threads(threads):
        date = datetime.now(UTC).isoformat(timespec="seconds")
        results = Results(plan.name, date, this_machine(device), versions())
        results.load = load()
        try:
            results.others = cores_used_by_others()
            if roofs:
                results.roofs = measure_roofs(device, torch_dtype)
            for rows in _points(plan, dtype, device, on_progress):
                results.rows += rows
                if on_point is not None:
                    on_point(results)
            results.complete = True
        except KeyboardInterrupt:
            pass
    return results


def _points(
    plan: Plan, dtype: str, device: torch.device, on_progress: Callable[[BenchProgress], object] | None
) -> Iterator[list[Row]]:
    """The rows of one point after the other."""
    weights = [_weight(point) for point in plan.points]
    start, compiling = time.perf_counter(), 0.0
    report = on_progress or (lambda progress: None)
    for number, point in enumerate(plan.points):
        spent = time.perf_counter() - start - compiling
        seconds_left = spent * sum(weights[number:]) / sum(weights[:number]) if number else None
        share = None
        if plan.budget is not None:
            seconds_left = None if seconds_left is None else min(seconds_left, max(0.0, plan.budget - spent))
            # What the small ones leave goes to the large ones.
            share = (plan.budget - spent) / (len(plan.points) - number)
        report(BenchProgress(number, len(plan.points), point, seconds_left))
        if share is not None and share <= 0:
            late = f"left out: the {plan.budget:g} s were used up"
            yield [Row(point.T, point.N, point.mode, dtype, name, reason=late) for name in point.subjects]
            continue
        rows, extra = measure_point(point, plan, dtype, device, share)
        compiling += extra
        yield rows
    report(BenchProgress(len(plan.points), len(plan.points), None, 0.0))


def _weight(point: Point) -> float:
    """What share of the time a point will take, roughly: to tell how much is left."""
    # A call takes its time even for a few numbers, and a product T times as many operations as it has numbers.
    once = (2**16 + point.T * point.N) * (1 + point.T / 64)
    return once * len(point.subjects) * (1 if point.mode == "inference" else 3)


@contextmanager
def torch_threads(threads: int | None) -> Iterator[None]:
    """A context with that many threads of torch; the number is restored afterwards. None changes nothing."""
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(integer("threads", threads, low=1))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def this_machine(device: torch.device) -> Machine:
    """What results record of the machine: its kind, not its name."""
    about = machine(str(device))
    about["threads"] = torch.get_num_threads()
    if (cpu := processor_name()) is not None:
        about["cpu"] = cpu
    return about


def versions() -> dict[str, str | None]:
    """Versions of psn_viz, torch, Python and SpikingJelly; None where that is not installed."""
    spikingjelly: str | None = None
    with suppress(metadata.PackageNotFoundError):
        spikingjelly = metadata.version("spikingjelly")
    about = {"psn_viz": __version__, "torch": torch.__version__, "python": platform.python_version()}
    return {**about, "spikingjelly": spikingjelly}


def load() -> float | None:
    """The load average of the last minute (`os.getloadavg`); None where the system has none."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def measure_point(
    point: Point, plan: Plan, dtype: str, device: torch.device, budget: float | None
) -> tuple[list[Row], float]:
    """The rows of one point, and how many seconds compilers took of it."""
    begin = time.perf_counter()
    subjects_made = _make(point, DTYPES[dtype], device)
    compiling = time.perf_counter() - begin if "fused-lif" in subjects_made else 0.0
    runs = {name: run for name, run in subjects_made.items() if isinstance(run, Run)}
    reasons = {name: reason for name, reason in subjects_made.items() if isinstance(reason, str)}
    timed: dict[str, Timing] = {}
    if runs:
        calls = {name: run.call for name, run in runs.items()}
        try:
            timed = alternate(calls, repeats=plan.repeats, warmup=plan.warmup, device=device, budget=budget)
        except (RuntimeError, MemoryError) as error:  # the points after this one may still go well
            reasons |= dict.fromkeys(runs, f"broke off while it was timed: {first_line(error)}")
    rows = []
    for name in subjects_made:
        size = (point.T, point.N, point.mode, dtype, name)
        if name in timed:
            timing, run = timed[name], runs[name]
            times = (timing.median, timing.lower, timing.upper, len(timing.seconds))
            rows.append(Row(*size, *times, compile_seconds=run.compile_seconds, note=run.note))
        else:
            rows.append(Row(*size, reason=reasons[name]))
    return rows, compiling


def _make(point: Point, torch_dtype: torch.dtype, device: torch.device) -> dict[str, Run | str]:
    """Each subject of a point made ready, or why it cannot run."""
    if point.mode == "epoch":
        return epoch.subjects(point, torch_dtype, device)
    T, N, training = point.T, point.N, point.mode != "inference"
    reasons = {
        name: too_large(name, T, N, dtype=torch_dtype, device=device, training=training) for name in point.subjects
    }
    if all(reasons.values()):
        return dict(reasons)
    try:
        run_inputs = inputs(T, N, dtype=torch_dtype, device=device, training=training, update=point.mode == "update")
    except (RuntimeError, MemoryError) as error:
        return {name: reason or f"no inputs: {first_line(error)}" for name, reason in reasons.items()}
    return {name: reason or prepare(name, run_inputs) for name, reason in reasons.items()}


def _listed(value: object) -> list | None:
    """The items of an ordered iterable; None for what is not iterable or has no order, and for a str."""
    # In a dict or a set, nobody sees to it that T comes before N.
    if isinstance(value, str | bytes | Set | Mapping):
        return None
    try:
        return list(value.tolist() if isinstance(value, torch.Tensor) else cast(Iterable, value))
    except TypeError:
        return None


def _pair(size: object) -> tuple[int, int]:
    numbers = _listed(size)
    if numbers is None or len(numbers) != 2:
        raise TypeError(f"each of sizes must be a pair (T, N), got {size!r}")
    return integer("T", numbers[0], low=1), integer("N", numbers[1], low=1)


def _require_memory(points: Sequence[Point], torch_dtype: torch.dtype, device: torch.device) -> None:
    """ValueError with the most that is needed, where it is not there."""
    _, name, point = max(
        (bytes_needed(name, point.T, point.N, dtype=torch_dtype, training=point.mode == "training"), name, point)
        for point in points
        for name in point.subjects
    )
    if reason := too_large(
        name, point.T, point.N, dtype=torch_dtype, device=device, training=point.mode == "training"
    ):
        raise ValueError(f"sizes must fit into memory, but {reason}")
