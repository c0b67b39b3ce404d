"""The named controls of a lab: what each allows, and how it is written in a state code."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from psn_viz.read_numbers import read_number


@dataclass(frozen=True)
class Control:
    """One control: its name in code, the symbol shown, one line of meaning and the value it starts with."""

    name: str
    symbol: str
    meaning: str
    start: Any

    def check(self, value):
        """The value in its canonical form; ValueError names the control, the value and what is allowed."""
        raise NotImplementedError

    def values(self) -> list:
        """The values that the frames of this control run through: nine or more, or all options."""
        raise NotImplementedError

    def at(self, value, part: str, number: float):
        """The value after the reader pointed at `number` along `part` of what the control stands for."""
        return value

    def label(self, value) -> str:
        """The value as a reader sees it."""
        return str(value)

    def encode(self, value) -> str:
        """The value as text, for a state code."""
        return str(value)

    def decode(self, text: str):
        """The value from its text; ValueError if it is not one."""
        return self.check(text)

    def _refuse(self, value, allowed: str):
        return ValueError(f"{self.name} must be {allowed}, got {_short(repr(value))}")


@dataclass(frozen=True)
class Whole(Control):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def check(self, value) -> int:
        number = _number(value)
        if number is None or number != round(number) or not self.low <= number <= self.high:
            raise self._refuse(value, f"a whole number from {self.low} to {self.high}")
        return int(number)

    def at(self, value, part, number):
        return min(max(round(number), self.low), self.high)

    def values(self) -> list[int]:
        count = self.high - self.low + 1
        shown = min(count, 33)
        return [self.low + round(n * (count - 1) / max(1, shown - 1)) for n in range(shown)]

    def decode(self, text: str) -> int:
        return self.check(_parsed(text))


@dataclass(frozen=True)
class Real(Control):
    """A number from `low` to `high`; the slider moves by `step`."""

    low: float
    high: float
    step: float

    def check(self, value) -> float:
        number = _number(value)
        if number is None or not self.low <= number <= self.high:
            raise self._refuse(value, f"a number from {self.low:g} to {self.high:g}")
        # Sliders deliver 0.30000000000000004; six digits are what a code carries.
        return float(f"{number:.6g}")

    def values(self) -> list[float]:
        steps = round((self.high - self.low) / self.step)
        shown = min(steps + 1, 33)
        places = (self.low + self.step * round(n * steps / max(1, shown - 1)) for n in range(shown))
        return [self.check(min(self.high, place)) for place in places]  # steps do not add up to the very end

    def encode(self, value: float) -> str:
        return f"{value:.6g}"

    def decode(self, text: str) -> float:
        return self.check(_parsed(text))


@dataclass(frozen=True)
class Choice(Control):
    """One of a few options, from a dropdown or, with `ordered`, a slider over the options."""

    options: tuple
    ordered: bool = False

    def check(self, value):
        for option in self.options:
            if str(value).strip() == str(option) or _number(value) == option:
                return option
        raise self._refuse(value, f"one of {', '.join(map(str, self.options))}")

    def values(self) -> list:
        return list(self.options)

    def decode(self, text: str):
        return self.check(_parsed(text))


@dataclass(frozen=True)
class Typed(Control):
    """Text of the reader's own, with suggestions; `parse` raises ValueError where it means nothing."""

    suggestions: tuple[str, ...]
    parse: Callable[[str], Any]
    longest: ClassVar[int] = 400

    def check(self, value) -> str:
        if not isinstance(value, str):
            raise self._refuse(value, f"text such as {self.suggestions[0]!r}")
        text = " ".join(value.split())
        if len(text) > self.longest:
            raise self._refuse(value, f"at most {self.longest} characters long")
        self.parse(text)
        return text

    def values(self) -> list[str]:
        return list(self.suggestions)


def _number(value) -> float | None:
    if isinstance(value, bool | str):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _parsed(text: str):
    try:
        return read_number(text)
    except ValueError:
        return text
