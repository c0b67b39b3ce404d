"""Lab: how many times as long one neuron takes as another, measured over T and N, and what limits it at a size."""

from __future__ import annotations

import functools

import numpy as np

from psn_viz.bench import Results, plan_named
from psn_viz.bench import stored_machines as measured
from psn_viz.bench.cost_model import digits, in_words, with_quartiles
from psn_viz.bench.text_report import busy_in_short, busy_words, too_busy
from psn_viz.labs.core.controls import Choice
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.sizes import Size, in_short
from psn_viz.labs.speed_ratio import figure as figures

# What each subject of the measurements is called where there is little room.
NAMES = {
    "psn": "PSN", "masked-8": "masked PSN, k = 8", "sliding-8": "sliding PSN, k = 8",
    "sj-psn": "SpikingJelly's PSN", "sj-masked-8": "SpikingJelly's masked PSN",
    "sj-sliding-8": "SpikingJelly's sliding PSN",
    "loop-lif": "LIF loop", "fused-lif": "compiled LIF loop", "sj-lif": "SpikingJelly's LIF loop",
    "sj-fused-lif": "SpikingJelly's fused LIF", "bare": "product alone", "copy": "a copy of X",
}  # fmt: skip
_MODES = ("inference", "training")


def _table(results_subjects: tuple[str, ...], steps: tuple[int, ...], neurons: tuple[int, ...], modes, start: dict):
    return (
        Choice("above", "t", "the time of which one is compared", start["above"], results_subjects),
        Choice("below", "over t", "and with the time of which one", start["below"], results_subjects),
        Choice("mode", "mode", "forward alone, or forward and backward", start["mode"], modes),
        Size("T", "T", "time-steps (or point at the map)", start["T"], steps),
        Size("N", "N", "neurons (or point at the map)", start["N"], neurons),
    )


_FIGURE = plan_named("figure").points
_START = {"above": "loop-lif", "below": "psn", "mode": "inference", "T": 32, "N": 2**16}


class SpeedRatio(Lab):
    """Medians that `psn-viz bench` measured, stored with their machine; they say nothing of another one."""

    name = "speed_ratio"
    title = "How many times as fast"
    sentence = (
        "The advantage over a loop is large where its calls take the time, and shrinks where the data does; it is a "
        "property of the machine and of what is compared."
    )
    table = _table(
        tuple(name for name in NAMES if name in _FIGURE[0].subjects and name != "sj-fused-lif"),
        tuple(sorted({point.T for point in _FIGURE})), tuple(sorted({point.N for point in _FIGURE})), _MODES, _START,
    )  # fmt: skip

    @staticmethod
    def compute(state: dict) -> dict:
        return _compute(state, _stored())

    @staticmethod
    def draw(numbers: dict):
        return figures.draw(
            numbers["ratio"], numbers["at"], numbers["limit"], numbers["seconds"], numbers["curves"],
            steps=[in_short(T) for T in numbers["steps"]], neurons=[in_short(N) for N in numbers["neurons"]],
            names={name: NAMES[name] for name in numbers["seconds"]},
            words={name: _spread(*numbers["seconds"][name]) for name in numbers["seconds"]},
            compared=(numbers["above"], numbers["below"]),
            title=f"<b>{_quotient(numbers)}</b>, {numbers['mode']}",
            machine=f"{numbers['machine']}{numbers['busy'][0]}",
            where=_where(numbers), limits=_limits(numbers), times=numbers["times"],
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        known = np.isfinite(numbers["ratio"])
        span = "nothing was measured for both"
        if known.any():
            low, high = np.nanmin(numbers["ratio"]), np.nanmax(numbers["ratio"])
            span = f"over all sizes from {digits(low)} ({_at(low, numbers)}) to {digits(high)} ({_at(high, numbers)})"
        others = "; ".join(f"{NAMES[name]} {_spread(*three)}" for name, three in numbers["seconds"].items())
        said = ". ".join([f"{_quotient(numbers)} is {span}", _where(numbers), *_limits(numbers)])
        return (
            f"Measured on {numbers['machine']}, {numbers['mode']}: {said}. Medians and quartiles there: {others}."
            f"{numbers['busy'][1]}"
        )


def ratio_lab(results: Results, **start) -> Lab:
    """The lab `speed_ratio` over other results, such as those of `measure` or of a file of `psn-viz bench`.

    start: the state it opens in: `above` and `below` (subjects of the results), `mode`, `T`, `N`.
    Raises TypeError for anything but `Results`, ValueError where they hold fewer than two subjects or sizes that were
    measured, and for a start that they do not have.
    """
    if not isinstance(results, Results):
        raise TypeError(f"results must be what measure(…) or load_results(…) gives, got {type(results).__name__}")
    rows = [row for row in results.rows if row.median is not None and row.mode in _MODES]
    subjects = tuple(name for name in NAMES if any(row.subject == name for row in rows))
    steps, neurons = (tuple(sorted({getattr(row, axis) for row in rows})) for axis in ("T", "N"))
    if len(subjects) < 2:
        raise ValueError(f"results must hold two subjects or more that were measured, got {subjects}")
    modes = tuple(mode for mode in _MODES if any(row.mode == mode for row in rows))
    below = "psn" if "psn" in subjects else subjects[0]
    above = next(name for name in ("loop-lif", *subjects) if name in subjects and name != below)
    opening = {"above": above, "below": below, "mode": modes[0], "T": steps[len(steps) // 2], "N": neurons[-1]}

    grid = _Grid(results)

    class Measured(SpeedRatio):
        table = _table(subjects, steps, neurons, modes, opening)

        @staticmethod
        def compute(state: dict) -> dict:
            return _compute(state, grid)

    return Measured(**start)


class _Grid:
    """Results as arrays: the lab looks hundreds of times at every move.

    times[mode][name]: median, lower and upper quartile `[steps, neurons, 3]`, NaN where it was not measured.
    """

    def __init__(self, results: Results) -> None:
        rows = [row for row in results.rows if row.mode in _MODES]
        measured = [row for row in rows if row.median is not None]
        self.steps, self.neurons = (sorted({getattr(row, axis) for row in rows}) for axis in ("T", "N"))
        self.subjects = [name for name in NAMES if any(row.subject == name for row in measured)]
        shape = len(self.steps), len(self.neurons), 3
        self.times = {mode: {name: np.full(shape, np.nan) for name in NAMES} for mode in _MODES}
        for row in measured:
            place = self.steps.index(row.T), self.neurons.index(row.N)
            self.times[row.mode][row.subject][place] = row.median, row.lower, row.upper
        self.reasons = {(row.mode, row.T, row.N, row.subject): row.reason for row in rows if row.reason}
        self.decades = np.log10(min(row.lower for row in measured)), np.log10(max(row.upper for row in measured))
        # What it adds to the machine, and to the description.
        self.busy = (f"; {busy_in_short(results)}", f" {busy_words(results)}") if too_busy(results) else ("", "")
        self.machine = f"{results.machine_in_words}, {results.date[:10]}"


@functools.cache
def _stored() -> _Grid:
    return _Grid(measured.grid(measured.names()[0]))


def _compute(state: dict, grid: _Grid) -> dict:
    above, below, mode, T, N = (state[name] for name in ("above", "below", "mode", "T", "N"))
    t, n = grid.steps.index(T), grid.neurons.index(N)
    times = grid.times[mode]
    tables = {one: grid.times[one][above][..., 0] / grid.times[one][below][..., 0] for one in _MODES}
    # From the next smaller N; of the smallest to the next larger.
    few, many = (n - 1, n) if n else (0, min(1, len(grid.neurons) - 1))
    more = grid.neurons[many] / grid.neurons[few]
    return {
        "ratio": tables[mode],
        "at": (t, n),
        "steps": grid.steps,
        "neurons": grid.neurons,
        # The same for both modes, so that a colour means one ratio.
        "limit": max(1.0, *(float(np.nanmax(np.abs(np.log2(table)), initial=0)) for table in tables.values())),
        "seconds": {name: tuple(times[name][t, n].tolist()) for name in grid.subjects},
        "curves": {role: times[state[role]][t] for role in ("above", "below")},
        "grows": {name: (more, times[name][t, many, 0] / times[name][t, few, 0]) for name in (above, below)},
        "reasons": {name: grid.reasons[mode, T, N, name] for name in NAMES if (mode, T, N, name) in grid.reasons},
        "times": grid.decades,
        "machine": grid.machine,
        "busy": grid.busy,
        "witness": None,
        **state,
    }


def _quotient(numbers: dict) -> str:
    return f"t({NAMES[numbers['above']]}) / t({NAMES[numbers['below']]})"


def _at(value: float, numbers: dict) -> str:
    t, n = np.argwhere(numbers["ratio"] == value)[0]
    return f"T = {in_short(numbers['steps'][t])}, N = {in_short(numbers['neurons'][n])}"


def _spread(median: float, lower: float, upper: float) -> str:
    return "not measured" if np.isnan(median) else with_quartiles(median, lower, upper)


def _where(numbers: dict) -> str:
    times = [numbers["seconds"].get(numbers[name], (np.nan,))[0] for name in ("above", "below")]
    size = f"T = {in_short(numbers['T'])}, N = {in_short(numbers['N'])}"
    if np.isnan(times).any():
        return f"{size}: not measured for both"
    return f"{size}: {in_words(times[0])} / {in_words(times[1])} = {digits(times[0] / times[1])}"


def _limits(numbers: dict) -> list[str]:
    """What the time of the two goes into, as far as the measurements tell: a line for each, and one for the PSN."""
    lines = []
    for name in dict.fromkeys((numbers["above"], numbers["below"])):
        more, longer = numbers["grows"][name]
        if name in numbers["reasons"]:
            lines.append(f"{NAMES[name]}: {numbers['reasons'][name]}")
        elif np.isfinite(longer) and more > 1:
            # Where the time does not follow the size, it is the calls that take it, however little they do.
            what = "its calls" if longer < more**0.5 else "its work"
            lines.append(f"{NAMES[name]}: {digits(more)} × N, {digits(longer)} × the time: {what}")
    own = numbers["seconds"].get(numbers["below"], (np.nan,))[0]
    parts = {name: numbers["seconds"].get(name, (np.nan,))[0] / own for name in ("copy", "bare")}
    if "psn" in numbers["below"] and np.isfinite(list(parts.values())).all():
        shares = ", ".join(f"{NAMES[name]} {digits(share)}" for name, share in parts.items())
        lines.append(f"Beside 1 for the {NAMES[numbers['below']]}: {shares}")
    return lines
