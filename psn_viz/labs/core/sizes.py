"""A control for sizes such as T and N: a slider over a few of them, and an axis on which they stand side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

from psn_viz.labs.core.controls import Choice

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_short(size: int) -> str:
    """A size as a reader sees it: powers of two from 1024 on as such, 2¹⁰; all others in digits."""
    exponent = round(math.log2(size))
    return f"2{str(exponent).translate(_RAISED)}" if exponent >= 10 and size == 2**exponent else str(size)


@dataclass(frozen=True)
class Size(Choice):
    """One of a few sizes, growing. Pointing at place n of an axis over them sets the n-th."""

    ordered: bool = True

    def at(self, value: int, part: str, number: float) -> int:
        last = len(self.options) - 1
        return self.options[round(min(max(number, 0), last))]

    def label(self, value: int) -> str:
        return in_short(value)
