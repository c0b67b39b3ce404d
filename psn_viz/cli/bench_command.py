"""`psn-viz bench`: measure a plan in a terminal, save what was found, and print the ratios."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from psn_viz.bench.measurement import BenchProgress, run_plan
from psn_viz.bench.plan import PLANS, Point, plan_named
from psn_viz.bench.text_report import report
from psn_viz.learning.preconditions import device_for
from psn_viz.progress_line import Gauge, Line, clock


def list_plans() -> int:
    """Print the names of all plans and what they are; the exit code."""
    width = max(map(len, PLANS))
    for name in PLANS:
        print(f"{name:<{width}}  {plan_named(name).about}")
    return 0


def bench_command(
    name: str,
    *,
    device: str | None = None,
    dtype: str = "float32",
    repeats: int | None = None,
    threads: int | None = None,
    out: Path | None = None,
) -> int:
    """Measure the plan `name`, write the file `out`, and print the ratios; the exit code.

    Ctrl-C ends the run: what was measured is written and printed all the same, marked as incomplete.
    """
    bar = Bar(sys.stderr)
    try:
        device = str(device_for(device))
        plan = plan_named(name, device)
        if repeats is not None:
            # Who asks for a number gets it, however long it takes.
            plan = replace(plan, repeats=repeats, budget=None)
        file = Path(f"bench-{name}-{device.replace(':', '-')}.json") if out is None else out
        _require_place(file)
        results = run_plan(
            plan,
            device=device,
            dtype=dtype,
            threads=threads,
            on_progress=bar,
            # After each point as well: what ends the run in between, leaves what was measured.
            on_point=lambda results: results.save(file),
        )
        bar.end()
        if results.rows:
            results.save(file)
    except (ValueError, OSError) as error:
        bar.end()
        print(f"psn-viz bench: {error}", file=sys.stderr)
        return 1
    if not results.rows:
        print("psn-viz bench: stopped, nothing measured", file=sys.stderr)
        return 130
    print(report(results))
    print(f"\n{file}")
    return 0 if results.complete else 130


def _require_place(out: Path) -> None:
    """OSError now, and not after minutes, for a file that cannot be written."""
    if not out.parent.is_dir():
        raise FileNotFoundError(f"--out: there is no folder {out.parent}")
    if out.is_dir():
        raise IsADirectoryError(f"--out: {out} is a folder; name a file in it")
    if not os.access(out.parent, os.W_OK):
        raise PermissionError(f"--out: the folder {out.parent} cannot be written")


class Bar(Line):
    """How far a run is; outside of a terminal, a line per point."""

    def __call__(self, progress: BenchProgress) -> None:
        """Draw a report of `run_plan`."""
        self.show(
            [
                (f"{progress.done} of {progress.points}", 0),
                (Gauge(progress.done, progress.points), 3),
                *([] if progress.point is None else [(_in_words(progress.point), 2)]),
                *([] if progress.seconds_left is None else [(f"{clock(progress.seconds_left)} left", 1)]),
            ]
        )


def _in_words(point: Point) -> str:
    return f"{point.mode} T = {point.T}, N = {point.N}"
