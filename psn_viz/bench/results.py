"""Results of a run: a row for each thing measured, the machine it was measured on, and the file that keeps both."""

import json
import os
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from psn_viz import json_files
from psn_viz.bench.machine_limits import Roofs
from psn_viz.files import write_whole
from psn_viz.json_files import Count, CountFromZero, NonNegative, Positive
from psn_viz.torch_state import Machine

FORMAT = 1
FOLDER = Path(str(resources.files("psn_viz.bench"))) / "results"
KIND = "results file of psn-viz bench"
MODES = ("inference", "training", "update", "epoch")


@dataclass(frozen=True)
class Row:
    """One subject at one size.

    mode: "inference" (forward, no gradients), "training" (forward and backward, from a given gradient of the spikes
    to those of x and of the parameters), "update" (the same, and then AdamW updates the parameters) or "epoch" (a
    network that is trained; N then counts the neurons of a layer times the samples of a batch).
    median, lower, upper: seconds, the quartiles over `repeats`. All three None when it was not measured; `reason`
    says why. note: what else a reader should know. compile_seconds: what compiling took, which is not in the times.
    """

    T: Count
    N: Count
    mode: str
    dtype: str
    subject: str
    median: Positive | None = None
    lower: Positive | None = None
    upper: Positive | None = None
    repeats: CountFromZero = 0
    compile_seconds: NonNegative | None = None
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, got {self.mode!r}")
        lower, median, upper = self.lower, self.median, self.upper
        if lower is None or median is None or upper is None:
            fits = lower is median is upper is None
        else:
            fits = lower <= median <= upper
        if not fits:
            raise ValueError(f"lower ≤ median ≤ upper must hold, or all be None; got {lower}, {median}, {upper}")


COLUMNS = tuple(column.name for column in fields(Row))


@dataclass
class Results:
    """What a run of `psn-viz bench` or `measure` found.

    plan: its name. date: ISO 8601, UTC, when it began. machine: "system", "processor", "cpu" (where it is known),
    "cores", "threads", "device", on CUDA "gpu". versions: of psn_viz, torch, Python, SpikingJelly (None if not
    installed). others: how many cores other processes used in the second before; load: how many programs, this one
    counted in, wanted a core in the minute before. Both None where that is not known. roofs: the limits of the
    machine, None where they were not measured. complete: False when the run was stopped.
    """

    plan: str
    date: str
    machine: Machine
    versions: dict[str, str | None]
    rows: list[Row] = field(default_factory=list)
    load: NonNegative | None = None
    others: NonNegative | None = None  # older files have the load alone
    roofs: Roofs | None = None
    complete: bool = False

    def __repr__(self) -> str:
        left_out = sum(row.median is None for row in self.rows)
        ending = "" if self.complete else ", stopped"
        return (
            f"Results({self.plan!r}, {len(self.rows) - left_out} measured, {left_out} not{ending}; "
            f"{self.machine_in_words}, {self.date[:10]})"
        )

    @property
    def machine_in_words(self) -> str:
        """Where this was measured, for a caption: "2 cores of AMD EPYC (Linux)", or the name of the GPU.

        Those cores that torch's threads were allowed to use: "1 core of 2, AMD EPYC (Linux)".
        """
        machine = self.machine
        if gpu := machine.get("gpu"):
            return gpu
        cores = machine["cores"]
        used = min(cores, machine.get("threads", cores))
        which = f"{used} core{'s' if used != 1 else ''} of{f' {cores},' if used < cores else ''}"
        return f"{which} {machine.get('cpu') or machine['processor']} ({machine['system']})"

    @property
    def subjects(self) -> tuple[str, ...]:
        """The names of all subjects, measured or not, in the order of the rows."""
        return tuple(dict.fromkeys(row.subject for row in self.rows))

    def sizes(self, mode: str) -> list[tuple[int, int]]:
        """All (T, N) of a mode, in the order of the rows."""
        return list(dict.fromkeys((row.T, row.N) for row in self.rows if row.mode == mode))

    def row(self, subject: str, T: int, N: int, mode: str) -> Row | None:
        """The row of one subject at one size; None when the run has none."""
        return self._index().get((subject, T, N, mode))

    def median(self, subject: str, T: int, N: int, mode: str) -> float | None:
        """Its median in seconds; None when it was not measured."""
        row = self.row(subject, T, N, mode)
        return None if row is None else row.median

    def ratio(self, numerator: str, denominator: str, T: int, N: int, mode: str) -> float | None:
        """How many times as long one subject takes as another, of medians; None when one was not measured."""
        above, below = (self.median(name, T, N, mode) for name in (numerator, denominator))
        return None if above is None or below is None else above / below

    def ratios(self, numerator: str, denominator: str, mode: str) -> dict[tuple[int, int], float]:
        """`ratio` at every (T, N) at which both were measured."""
        every = {size: self.ratio(numerator, denominator, *size, mode) for size in self.sizes(mode)}
        return {size: ratio for size, ratio in every.items() if ratio is not None}

    def steps(self, subject: str, N: int, mode: str, lowest: int = 1, highest: int | None = None) -> list[int]:
        """All T from `lowest` to `highest` at which a subject has a median at N, ascending."""
        return sorted({T for T, _ in self._over_steps(subject, N, mode, lowest, highest)})

    def exponent(self, subject: str, N: int, mode: str, lowest: int = 1, highest: int | None = None) -> float | None:
        """p in time ∝ T^p, a straight line through the medians at N for T from `lowest` to `highest`.

        Of logarithms, by least squares; None where there are fewer than two.
        """
        points = self._over_steps(subject, N, mode, lowest, highest)
        if len({T for T, _ in points}) < 2:
            return None
        T, seconds = np.log(np.array(points, dtype=float)).T
        return float(np.polyfit(T, seconds, 1)[0])

    def save(self, path: str | os.PathLike) -> Path:
        """Write the results as JSON, whole or not at all. Raises OSError when the place cannot be written."""
        return write_whole(path, self.to_json().encode())

    def to_json(self) -> str:
        """One object of facts, then "columns" and "rows": a line of JSON for each row."""
        facts = {name: value for name, value in asdict(self).items() if name != "rows"}
        write = partial(json.dumps, ensure_ascii=False, allow_nan=False)
        head = write({"format": FORMAT, **facts, "columns": COLUMNS}, indent=1)
        lines = (write([_short(getattr(row, name)) for name in COLUMNS]) for row in self.rows)
        return head.removesuffix("\n}") + ',\n "rows": [\n' + ",\n".join(lines) + "\n ]\n}\n"

    def _over_steps(
        self, subject: str, N: int, mode: str, lowest: int, highest: int | None
    ) -> list[tuple[int, float]]:
        """T and median of each row that has one."""
        return [
            (row.T, row.median)
            for row in self.rows
            if (row.subject, row.N, row.mode) == (subject, N, mode)
            and row.median
            and lowest <= row.T <= (highest or row.T)
        ]

    def _index(self) -> dict[tuple, Row]:
        return {(row.subject, row.T, row.N, row.mode): row for row in self.rows}


class _Table(msgspec.Struct):
    """The part of a file that holds the rows, each without the names of its columns."""

    columns: list[str]
    rows: list[list[Any]]

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"rows[{number}] must have {len(self.columns)} values, one a column, has {len(row)}")


def load_results(name: str | os.PathLike) -> Results:
    """Results that come with the package, by one of the names of `stored_results()`, or those of a file, by its path.

    Raises TypeError for a name that is none, FileNotFoundError for a file that is not there, ValueError for a name
    that is unknown and for a file that is damaged, naming it and the place in it.
    """
    path = json_files.find(name, FOLDER)
    content = json_files.read(path, dict[str, Any], KIND, FORMAT)
    with json_files.naming(path, KIND):
        table = json_files.check(content, _Table)
        rows = [dict(zip(table.columns, values, strict=True)) for values in table.rows]
        return json_files.check({**content, "rows": rows}, Results)


def stored_results(plan: str | None = None) -> tuple[str, ...]:
    """The names of the results that come with the package, of one plan or of all.

    A name ends in its plan: "cpu-2-cores-figure" is of "figure".
    """
    names = json_files.stored_names(FOLDER)
    return tuple(name for name in names if plan is None or name.endswith(f"-{plan}"))


def _short(value: object) -> object:
    """A time rounded to four digits, for the file."""
    return float(f"{value:.4g}") if isinstance(value, float) else value
