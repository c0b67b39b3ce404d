"""Results of a run: a row for each thing measured, the machine it was measured on, and the file that keeps both."""

import json
import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from importlib import resources
from pathlib import Path

import numpy as np

from psn_viz.bench.machine_limits import Roofs
from psn_viz.files import write_whole

FORMAT = 1
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

    T: int
    N: int
    mode: str
    dtype: str
    subject: str
    median: float | None = None
    lower: float | None = None
    upper: float | None = None
    repeats: int = 0
    compile_seconds: float | None = None
    reason: str = ""
    note: str = ""


COLUMNS = tuple(column.name for column in fields(Row))


@dataclass
class Results:
    """What a run of `psn-viz bench` or `measure` found.

    plan: its name. date: ISO 8601, UTC, when it began. machine: "system", "processor", "cpu" (where it is known),
    "cores", "threads", "device", on CUDA "gpu". versions: of psn_viz, torch, Python, SpikingJelly (None if not
    installed). others: how many cores other processes used in the second before; load: how many programs, this one
    counted in, wanted a core in the minute before. Both None where that is not known. roofs: the numbers of `Roofs`,
    or None. complete: False when the run was stopped.
    """

    plan: str
    date: str
    machine: dict
    versions: dict
    rows: list[Row] = field(default_factory=list)
    load: float | None = None
    others: float | None = None
    roofs: dict | None = None
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
        told = self.machine
        if told.get("gpu"):
            return str(told["gpu"])
        cores, threads = told["cores"], told.get("threads") or told["cores"]
        used = min(cores, threads)
        which = f"{used} core{'s' if used != 1 else ''} of{f' {cores},' if used < cores else ''}"
        return f"{which} {told.get('cpu') or told['processor']} ({told['system']})"

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
        return float(np.polyfit(*np.log(points).T, 1)[0])

    def save(self, path: str | os.PathLike) -> Path:
        """Write the results as JSON, whole or not at all. Raises OSError when the place cannot be written."""
        return write_whole(path, self.to_json().encode())

    def to_json(self) -> str:
        """One object of facts, then "columns" and "rows": a line of JSON for each row."""
        told = {name: value for name, value in asdict(self).items() if name != "rows"}
        write = partial(json.dumps, ensure_ascii=False, allow_nan=False)
        head = write({"format": FORMAT, **told, "columns": COLUMNS}, indent=1)
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


def load_results(name: str | os.PathLike) -> Results:
    """Results that come with the package, by one of the names of `stored_results()`, or those of a file, by its path.

    Raises TypeError for a name that is none, FileNotFoundError for a file that is not there, ValueError for a name
    that is unknown and for a file that is damaged, naming it.
    """
    if not isinstance(name, str | os.PathLike):
        raise TypeError(f"name must be a name or a path, got {name!r}")
    path = Path(name)
    if isinstance(name, str) and name == path.name and path.suffix != ".json":
        if name not in stored_results():
            there = ", ".join(map(repr, stored_results())) or "none yet"
            raise ValueError(f"name must be one of {there}, or the path of a .json file; got {name!r}")
        path = _stored() / f"{name}.json"
    text = path.read_bytes()
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ValueError(f"{path} is damaged, or no results of psn-viz bench: {why}") from None


def stored_results(plan: str | None = None) -> tuple[str, ...]:
    """The names of the results that come with the package, of one plan or of all.

    A name ends in its plan: "cpu-2-cores-figure" is of "figure".
    """
    names = sorted(file.stem for file in _stored().glob("*.json"))
    return tuple(name for name in names if plan is None or name.endswith(f"-{plan}"))


def _stored() -> Path:
    return Path(str(resources.files("psn_viz.bench"))) / "results"


def _short(value: object) -> object:
    """Four digits of a time are more than it is worth."""
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_positive(value: object) -> bool:
    return _is_number(value) and value > 0


def _is_count(value: object, low: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value < 2**63


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_machine(value: object) -> bool:
    """Texts and numbers of cores; of another fact than these, anything."""
    if not isinstance(value, dict) or not {"system", "processor", "cores", "device"} <= value.keys():
        return False
    kinds = {"system": _is_text, "processor": _is_text, "device": _is_text, "cores": _is_count, "threads": _is_count}
    kinds |= {"cpu": _is_text_or_none, "gpu": _is_text_or_none}
    return all(kinds[name](told) for name, told in value.items() if name in kinds)


def _are_roofs(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {one.name for one in fields(Roofs)}:
        return False
    texts, unknown = ("device", "dtype"), value["cache_bandwidth"] is None
    return all(
        _is_text(told) if name in texts else _is_positive(told)
        for name, told in value.items()
        if not (unknown and name == "cache_bandwidth")
    )


# What each fact and each column must be; a bool is no number.
_FACTS: dict[str, Callable[[object], bool]] = {
    "plan": _is_text,
    "date": _is_text,
    "machine": _is_machine,
    "versions": lambda value: isinstance(value, dict) and all(map(_is_text_or_none, value.values())),
    "load": lambda value: value is None or (_is_number(value) and value >= 0),
    "others": lambda value: value is None or (_is_number(value) and value >= 0),
    "roofs": lambda value: value is None or _are_roofs(value),
    "complete": lambda value: isinstance(value, bool),
}


def _read(told: object) -> Results:
    if not isinstance(told, dict):
        raise ValueError("it holds no JSON object")
    if told["format"] != FORMAT:
        raise ValueError(f"its format is {told['format']!r}, this psn_viz reads {FORMAT}")
    told = {"others": None, **told}  # older files have the load alone
    for name, fits in _FACTS.items():
        if not fits(told[name]):
            raise ValueError(f"its {name!r} is {told[name]!r}")
    columns = told["columns"]
    if not isinstance(columns, list) or not isinstance(told["rows"], list):
        raise ValueError("its columns and rows are no lists")
    rows = [_row(number, dict(zip(columns, values, strict=True))) for number, values in enumerate(told["rows"], 1)]
    return Results(rows=rows, **{name: told[name] for name in _FACTS})


def _row(number: int, values: dict) -> Row:
    row = Row(**{name: values[name] for name in COLUMNS})
    times = (row.lower, row.median, row.upper)
    measured = all(map(_is_positive, times)) and row.lower <= row.median <= row.upper
    whole = _is_count(row.T) and _is_count(row.N) and _is_count(row.repeats, low=0)
    texts = all(map(_is_text, (row.dtype, row.subject, row.reason, row.note))) and row.mode in MODES
    compiled = row.compile_seconds is None or (_is_number(row.compile_seconds) and row.compile_seconds >= 0)
    if not (whole and texts and compiled and (measured or times == (None,) * 3)):
        raise ValueError(f"its row {number} is {list(values.values())}")
    return row
