"""Measurements as arrays over T and N: the lab looks up hundreds of them at every move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psn_viz.bench import Results
from psn_viz.bench.text_report import too_busy

# What each subject of the measurements is called where there is little room.
NAMES = {
    "psn": "PSN", "masked-8": "masked PSN, k = 8", "sliding-8": "sliding PSN, k = 8",
    "sj-psn": "SpikingJelly's PSN", "sj-masked-8": "SpikingJelly's masked PSN",
    "sj-sliding-8": "SpikingJelly's sliding PSN",
    "plain-lif": "LIF, plain loop", "loop-lif": "LIF, each operation a kernel", "fused-lif": "compiled LIF",
    "sj-lif": "SpikingJelly's LIF loop", "sj-fused-lif": "SpikingJelly's fused LIF", "bare": "product alone",
    "copy": "a copy of X",
}  # fmt: skip
# With which LIF a PSN is compared, unless the reader chooses: the first one that was measured.
OPPONENTS = ("plain-lif", "loop-lif")
MODES = ("inference", "training")


@dataclass(frozen=True)
class MeasuredGrid:
    """The times of one measurement, by mode and subject.

    steps, neurons: all T and all N. subjects: those that were measured anywhere.
    times[mode][subject] `[steps, neurons, 3]` float64: seconds, the median and the lower and upper quartile; NaN
    where it was not measured. reasons: why not, by mode, T, N and subject.
    decades: log₁₀ of the least and the largest of all seconds. machine: where and when it was measured.
    busy: the measurement where other programs may have slowed it down, else None.
    """

    steps: list[int]
    neurons: list[int]
    subjects: list[str]
    times: dict[str, dict[str, np.ndarray]]
    reasons: dict[tuple[str, int, int, str], str]
    decades: tuple[float, float]
    machine: str
    busy: Results | None

    @classmethod
    def of(cls, results: Results) -> MeasuredGrid:
        """Those of a forward pass, and of forward and backward; `results` hold one that was measured at least."""
        rows = [row for row in results.rows if row.mode in MODES and row.subject in NAMES]
        measured = [row for row in rows if row.median is not None]
        steps, neurons = (sorted({getattr(row, axis) for row in rows}) for axis in ("T", "N"))
        shape = len(steps), len(neurons), 3
        times = {mode: {name: np.full(shape, np.nan) for name in NAMES} for mode in MODES}
        for row in measured:
            times[row.mode][row.subject][steps.index(row.T), neurons.index(row.N)] = row.median, row.lower, row.upper
        return cls(
            steps=steps,
            neurons=neurons,
            subjects=[name for name in NAMES if any(row.subject == name for row in measured)],
            times=times,
            reasons={(row.mode, row.T, row.N, row.subject): row.reason for row in rows if row.reason},
            decades=(np.log10(min(row.lower for row in measured)), np.log10(max(row.upper for row in measured))),
            machine=f"{results.machine_in_words}, {results.date[:10]}",
            busy=results if too_busy(results) else None,
        )

    def opponent(self, below: str) -> str:
        """What is compared with `below` at first."""
        return next(name for name in (*OPPONENTS, *self.subjects) if name in self.subjects and name != below)

    def ratio(self, mode: str, above: str, below: str) -> np.ndarray:
        """Median of one over that of the other, `[steps, neurons]`; NaN where one of them was not measured."""
        return self.times[mode][above][..., 0] / self.times[mode][below][..., 0]
