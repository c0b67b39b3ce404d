"""`psn-viz bench`: measure a plan in a terminal, save what was found, and print the ratios."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from psn_viz.bench.plan import PLANS, Point, plan_named
from psn_viz.bench.report import report
from psn_viz.bench.running import Progress, run_plan
from psn_viz.learning.checks import device_for

WIDTH = 24


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
        out = Path(f"bench-{name}-{device.replace(':', '-')}.json") if out is None else out
        _require_place(out)
        results = run_plan(plan, device=device, dtype=dtype, threads=threads, on_progress=bar)
        bar.end()
        if results.rows:
            results.save(out)
    except (ValueError, OSError) as error:
        bar.end()
        print(f"psn-viz bench: {error}", file=sys.stderr)
        return 1
    if not results.rows:
        print("psn-viz bench: stopped, nothing measured", file=sys.stderr)
        return 130
    print(report(results))
    print(f"\n{out}")
    return 0 if results.complete else 130


def _require_place(out: Path) -> None:
    """OSError now, and not after minutes, for a file that cannot be written."""
    if not out.parent.is_dir():
        raise FileNotFoundError(f"--out: there is no folder {out.parent}")
    if out.is_dir():
        raise IsADirectoryError(f"--out: {out} is a folder; name a file in it")
    if not os.access(out.parent, os.W_OK):
        raise PermissionError(f"--out: the folder {out.parent} cannot be written")


class Bar:
    """One line that is written over in a terminal; elsewhere, one line per point."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.live, self.open = stream, stream.isatty(), False

    def __call__(self, progress: Progress) -> None:
        """Draw a report of `run_plan`."""
        done = WIDTH * progress.done // progress.points
        left = "" if progress.seconds_left is None else f", {_clock(progress.seconds_left)} left"
        point = "" if progress.point is None else f" {_in_words(progress.point)}"
        line = f"{progress.done} of {progress.points} [{'#' * done}{'.' * (WIDTH - done)}]{point}{left}"
        if self.live:
            self.stream.write(f"\r{line}\x1b[K")
            self.open = True
        else:
            self.stream.write(f"{line}\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line as it stands."""
        if self.open:
            self.stream.write("\n")
            self.open = False


def _in_words(point: Point) -> str:
    return f"{point.mode} T = {point.T}, N = {point.N}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
