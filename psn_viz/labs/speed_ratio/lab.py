"""Lab: how many times as long one neuron takes as another, measured over T and N, and what limits it at a size."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from psn_viz.bench import Results, plan_named, stored_machines
from psn_viz.bench.text_report import busy_words
from psn_viz.bench.units import digits, seconds_in_words, with_quartiles
from psn_viz.labs.core.controls import Choice, Control
from psn_viz.labs.core.definition import Lab, LazyTable
from psn_viz.labs.core.sizes import Size, in_short
from psn_viz.labs.speed_ratio import figure
from psn_viz.labs.speed_ratio.measured_grid import MODES, NAMES, MeasuredGrid


@dataclass(frozen=True)
class SpeedRatioNumbers:
    """The measured time of one subject over that of another, over all T and N, and all that was measured at one size.

    above, below: the two that are compared. mode: "inference" or "training". T, N: the size.
    steps, neurons: all T and all N; place: where T and N stand in them.
    ratio `[steps, neurons]`: NaN where one of the two was not measured.
    largest: the largest |log₂ ratio| of both modes, and 1 at least, so that a colour means one ratio.
    seconds: by subject `[3]`, median, lower and upper quartile at this size; NaN where it was not measured.
    above_over_n, below_over_n `[neurons, 3]`: the same of the two at this T.
    more_neurons: N over the next smaller one, of the smallest the next larger over it; longer: for each of the two,
    how many times as long it takes for so many more. reasons: why a subject was not measured at this size.
    decades: log₁₀ of the least and of the largest of all seconds. machine: where and when it was measured.
    busy: the measurement where other programs may have slowed it down, else None. Arrays are float64.
    """

    above: str
    below: str
    mode: str
    T: int
    N: int
    steps: list[int]
    neurons: list[int]
    place: tuple[int, int]
    ratio: np.ndarray
    largest: float
    seconds: dict[str, np.ndarray]
    above_over_n: np.ndarray
    below_over_n: np.ndarray
    more_neurons: float
    longer: dict[str, float]
    reasons: dict[str, str]
    decades: tuple[float, float]
    machine: str
    busy: Results | None

    def label(self, subject: str) -> str:
        """What a subject is called."""
        return NAMES[subject]

    def time(self, subject: str) -> str:
        """Its median and quartiles at this size in words."""
        median, lower, upper = self.seconds[subject]
        return "not measured" if np.isnan(median) else with_quartiles(median, lower, upper)

    @property
    def quotient(self) -> str:
        """What is divided by what."""
        return f"t({NAMES[self.above]}) / t({NAMES[self.below]})"

    @property
    def size_and_ratio(self) -> str:
        """The size, and the two times with their ratio, in words."""
        times = [self._median(name) for name in (self.above, self.below)]
        size = f"T = {in_short(self.T)}, N = {in_short(self.N)}"
        if np.isnan(times).any():
            return f"{size}: not measured for both"
        return f"{size}: {seconds_in_words(times[0])} / {seconds_in_words(times[1])} = {digits(times[0] / times[1])}"

    @property
    def limits(self) -> list[str]:
        """What limits the two subjects, by the measurements: a line for each."""
        lines = []
        for name in dict.fromkeys((self.above, self.below)):
            longer = self.longer[name]
            if name in self.reasons:
                lines.append(f"{NAMES[name]}: {self.reasons[name]}")
            elif np.isfinite(longer) and self.more_neurons > 1:
                # Where the time does not follow the size, it is the calls that take it, however little they do.
                limit = "calls" if longer < self.more_neurons**0.5 else "data"
                many = digits(self.more_neurons)
                lines.append(f"{NAMES[name]}: {many} times N takes {digits(longer)} times as long: mostly {limit}")
        shares = {name: self._median(name) / self._median(self.below) for name in ("copy", "bare")}
        if "psn" in self.below and np.isfinite(list(shares.values())).all():
            words = ", ".join(f"{NAMES[name]} takes {digits(share)}" for name, share in shares.items())
            lines.append(f"Of the time of the {NAMES[self.below]}, {words}")
        return lines

    def _median(self, subject: str) -> float:
        return self.seconds[subject][0] if subject in self.seconds else np.nan


def _table(
    subjects: tuple[str, ...], steps: tuple[int, ...], neurons: tuple[int, ...], modes: tuple[str, ...], start: dict
) -> tuple[Control, ...]:
    return (
        Choice("above", "t", "the time of which one is compared", start["above"], subjects),
        Choice("below", "over t", "and with the time of which one", start["below"], subjects),
        Choice("mode", "mode", "forward alone, or forward and backward", start["mode"], modes),
        Size("T", "T", "time-steps (or point at the map)", start["T"], steps),
        Size("N", "N", "neurons (or point at the map)", start["N"], neurons),
    )


def _stored_table() -> tuple[Control, ...]:
    """Over the sizes of the figure's plan and what was measured of it."""
    points = plan_named("figure").points
    steps, neurons = (tuple(sorted({getattr(point, axis) for point in points})) for axis in ("T", "N"))
    grid = _stored()
    start = {"above": grid.opponent("psn"), "below": "psn", "mode": "inference", "T": 32, "N": 2**16}
    return _table(tuple(grid.subjects), steps, neurons, MODES, start)


@functools.cache
def _stored() -> MeasuredGrid:
    machines = stored_machines.names()
    if not machines:
        raise ValueError(
            "no measurements come with this copy of psn_viz: measure with `psn-viz bench figure`, and show what it "
            "wrote with ratio_lab(load_results(…))"
        )
    return MeasuredGrid.of(stored_machines.grid(machines[0]))


class SpeedRatio(Lab):
    """Medians that `psn-viz bench` measured, stored with their machine; they say nothing of another one."""

    name = "speed_ratio"
    title = "How many times as fast"
    sentence = (
        "The advantage over a loop is large where its calls take the time, and shrinks where the data does; it is a "
        "property of the machine and of what is compared."
    )
    main = "T", "N"
    table = LazyTable(_stored_table)

    @staticmethod
    def grid() -> MeasuredGrid:
        """The measurements that are shown. Raises ValueError where none come with the package, or damaged ones."""
        return _stored()

    @classmethod
    def compute(cls, state: dict) -> SpeedRatioNumbers:
        grid = cls.grid()
        above, below, mode, T, N = (state[name] for name in ("above", "below", "mode", "T", "N"))
        t, n = grid.steps.index(T), grid.neurons.index(N)
        times = grid.times[mode]
        ratios = {each: grid.ratio(each, above, below) for each in MODES}
        few, many = (n - 1, n) if n else (0, min(1, len(grid.neurons) - 1))
        return SpeedRatioNumbers(
            above=above,
            below=below,
            mode=mode,
            T=T,
            N=N,
            steps=grid.steps,
            neurons=grid.neurons,
            place=(t, n),
            ratio=ratios[mode],
            largest=max(1.0, *(float(np.nanmax(np.abs(np.log2(ratio)), initial=0)) for ratio in ratios.values())),
            seconds={name: times[name][t, n] for name in grid.subjects},
            above_over_n=times[above][t],
            below_over_n=times[below][t],
            more_neurons=grid.neurons[many] / grid.neurons[few],
            longer={name: times[name][t, many, 0] / times[name][t, few, 0] for name in (above, below)},
            reasons={name: grid.reasons[mode, T, N, name] for name in NAMES if (mode, T, N, name) in grid.reasons},
            decades=grid.decades,
            machine=grid.machine,
            busy=grid.busy,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: SpeedRatioNumbers) -> str:
        n = numbers
        times = "; ".join(f"{n.label(name)} {n.time(name)}" for name in n.seconds)
        results = ". ".join([f"{n.quotient} is {_range(n)}", n.size_and_ratio, *n.limits])
        busy = "" if n.busy is None else f" {busy_words(n.busy)}"
        return f"Measured on {n.machine}, {n.mode}: {results}. Medians and quartiles there: {times}.{busy}"


def ratio_lab(results: Results, **start) -> Lab:
    """The lab `speed_ratio` over other results, such as those of `measure` or of a file of `psn-viz bench`.

    start: the state it opens in: `above` and `below` (subjects of the results), `mode`, `T`, `N`.
    Raises TypeError for anything but `Results`, ValueError where they hold fewer than two subjects or sizes that were
    measured, and for a start that they do not have.
    """
    if not isinstance(results, Results):
        raise TypeError(f"results must be what measure(…) or load_results(…) gives, got {type(results).__name__}")
    rows = [row for row in results.rows if row.median is not None and row.mode in MODES and row.subject in NAMES]
    subjects = tuple(name for name in NAMES if any(row.subject == name for row in rows))
    steps, neurons = (tuple(sorted({getattr(row, axis) for row in rows})) for axis in ("T", "N"))
    if len(subjects) < 2:
        raise ValueError(f"results must hold two subjects or more that were measured, got {subjects}")
    modes = tuple(mode for mode in MODES if any(row.mode == mode for row in rows))
    below = "psn" if "psn" in subjects else subjects[0]
    measured = MeasuredGrid.of(results)
    above = measured.opponent(below)
    opening = {"above": above, "below": below, "mode": modes[0], "T": steps[len(steps) // 2], "N": neurons[-1]}

    class Measured(SpeedRatio):
        table = _table(subjects, steps, neurons, modes, opening)

        @staticmethod
        def grid() -> MeasuredGrid:
            return measured

    return Measured(**start)


def _range(n: SpeedRatioNumbers) -> str:
    """The least and the largest ratio, and at which size they are."""
    if not np.isfinite(n.ratio).any():
        return "nothing was measured for both"
    ends = []
    for ratio in (np.nanmin(n.ratio), np.nanmax(n.ratio)):
        t, i = np.argwhere(n.ratio == ratio)[0]
        ends.append(f"{digits(ratio)} (T = {in_short(n.steps[t])}, N = {in_short(n.neurons[i])})")
    return f"over all sizes from {' to '.join(ends)}"
