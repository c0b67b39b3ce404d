"""A witness: two computations that are claimed to be equal, run side by side at every move of a control."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from psn_viz.labs.core.phrases import at_most

TOLERANCE = 1e-10  # what rounding alone keeps two float64 computations apart by, and far less than any weight moves H


@dataclass(frozen=True)
class Witness:
    """How far two computations of the same numbers over time are apart.

    difference: the largest |one − other|; NaN where one of them holds NaN.
    apart: the time-steps at which they differ by more than `tolerance`, in order; NaN differs from everything.
    """

    difference: float
    apart: tuple[int, ...] = ()
    tolerance: float = TOLERANCE

    @classmethod
    def between(cls, one: ArrayLike, other: ArrayLike, tolerance: float = TOLERANCE) -> Witness:
        """Compare two arrays `[T]` or `[T, …]` of the same shape. Raises ValueError where the shapes differ."""
        one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
        if one.shape != other.shape:
            raise ValueError(f"one and other must have the same shape, got {one.shape} and {other.shape}")
        difference = np.abs(one - other)
        apart = ~(difference <= tolerance)
        steps = np.flatnonzero(apart.reshape(len(apart), -1).any(axis=1))
        return cls(float(difference.max()), tuple(steps.tolist()), tolerance)

    @classmethod
    def between_runs(
        cls, run: tuple[ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike], threshold: ArrayLike,
        tolerance: float = TOLERANCE,
    ) -> Witness:  # fmt: skip
        """Compare H and S, each `[T]`, of two runs; `threshold` is a number or `[T]`. The difference is that of H.

        Spikes that differ where H is at the threshold but for rounding do not part them: either side is right.
        """
        (h, s), (h_other, s_other) = ((np.asarray(part, dtype=float) for part in pair) for pair in (run, other))
        charges = cls.between(h, h_other, tolerance)
        flipped = (s != s_other) & ~(np.abs(h - np.asarray(threshold)) <= tolerance)
        return replace(charges, apart=tuple(sorted({*charges.apart, *np.flatnonzero(flipped).tolist()})))

    @property
    def agrees(self) -> bool:
        """Whether rounding alone keeps them apart."""
        return not self.apart

    @property
    def first_apart(self) -> int | None:
        """The first time-step at which they part, or None."""
        return self.apart[0] if self.apart else None

    @property
    def size(self) -> str:
        """The difference in words: a bound where it is rounding alone, for the processor decides how much."""
        return at_most(self.difference, self.tolerance)

    def words(self, one: str, other: str) -> tuple[str, str]:
        """What a reader is told: whether they are equal and, if not, from which step; and the difference."""
        equal = f"{one} = {other}" if self.agrees else f"{one} ≠ {other} from t = {self.first_apart}"
        return equal, f"max |difference| {self.size}"
