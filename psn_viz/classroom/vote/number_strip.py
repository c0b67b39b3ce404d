"""The numbers that a class has given, as a strip of dots over one axis for each round."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import median, quantiles

from psn_viz.classroom.vote.vote_language import Speech
from psn_viz.course.text_page import escape

WIDTH, MARGIN = 1000, 60  # of the drawing, in its own units
SMALLEST = 1e-200  # length of an axis: numbers that are closer than that stand at one place
COLUMNS = 64  # numbers closer than this share of the axis stand on top of each other
TALLEST, TALLEST_OF_TWO = 150, 64  # of the stacks, where there is one strip and where there are two
ENGLISH = Speech("en")
DOT = 16  # the distance of two dots in a stack that is not too high


def axis_limits(rounds: Sequence[Sequence[float]], truth: float | None) -> tuple[float, float]:
    """From where to where the axis goes: over the numbers of each round, but those far outside of it, and `truth`."""
    near = [number for numbers in rounds if numbers for number in _without_outliers(numbers)]
    low, high = min(near), max(near)
    if truth is not None:
        low, high = min(low, truth), max(high, truth)
    if high - low < SMALLEST:
        low, high = low - max(abs(low) / 10, 0.5), high + max(abs(high) / 10, 0.5)
    return low, high


def _without_outliers(numbers: Sequence[float]) -> Sequence[float]:
    """The numbers that are not far from the middle half of them."""
    if len(numbers) < 4:
        return numbers
    lower, _, upper = quantiles(numbers, n=4, method="inclusive")
    # Most answers may be the same number: what is near to it stays in view.
    reach = max(3 * (upper - lower), 0.5 * max(abs(lower), abs(upper)))
    return [number for number in numbers if lower - reach <= number <= upper + reach]


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` round numbers between `low` and `high`."""
    step = 10 ** math.floor(math.log10((high - low) / most))
    step *= next(factor for factor in (1, 2, 5, 10, 20) if (high - low) / (step * factor) <= most - 1)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [step * n for n in range(first, last + 1)]


def strip_html(rounds: Sequence[Sequence[float]], unit: str, truth: float | None, speech: Speech = ENGLISH) -> str:
    """A strip for each round that is closed, all on the same axis, with a line at `truth` where it is uncovered."""
    if not any(rounds):
        return f"<p>{speech.say('Nobody has answered.')}</p>"
    low, high = axis_limits(rounds, truth)
    strips = []
    for place, numbers in enumerate(rounds, start=1):
        name = speech.say("Second vote:") if place == 2 else speech.say("First vote:")
        named = f"<b>{name}</b> " if len(rounds) > 1 else ""
        tallest = TALLEST_OF_TWO if len(rounds) > 1 else TALLEST
        drawn = _drawn(numbers, low, high, unit, truth, tallest, place == len(rounds), speech)
        strips.append(f"<p>{named}{_words(numbers, unit, low, high, speech)}</p>{drawn}")
    return "".join(strips)


def _words(numbers: Sequence[float], unit: str, low: float, high: float, speech: Speech) -> str:
    if not numbers:
        return speech.say("nobody has answered")
    middle = escape(f"{median(numbers):.4g} {unit}".strip())
    if len(numbers) == 1:
        told = speech.say("1 answer, the middle one {0}", middle)
    else:
        told = speech.say("{0} answers, the middle one {1}", len(numbers), middle)
    if count := sum(number < low for number in numbers):
        told += speech.say(", {0} below {1}", count, f"{low:.3g}")
    if count := sum(number > high for number in numbers):
        told += speech.say(", {0} above {1}", count, f"{high:.3g}")
    return told


def _drawn(
    numbers: Sequence[float],
    low: float,
    high: float,
    unit: str,
    truth: float | None,
    tallest: float,
    labels: bool,
    speech: Speech,
) -> str:
    """One strip; the axis has `labels` at the lowest one only."""

    def x(number: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (number - low) / (high - low)

    stacks: dict[int, list[float]] = {}
    for number in sorted(numbers):
        if low <= number <= high:
            stacks.setdefault(round((number - low) / (high - low) * COLUMNS), []).append(number)
    highest = max(map(len, stacks.values()), default=1)
    distance = min(DOT, tallest / highest)
    floor = 14 + distance * highest + 10
    dots = "".join(
        f'<circle cx="{x(median(stack)):.1f}" cy="{floor - 9 - distance * n:.1f}" r="7"/>'
        for stack in stacks.values()
        for n in range(len(stack))
    )
    ticks = "".join(
        f'<path d="M{x(tick):.1f} {floor:.0f}v8"/>'
        + (f'<text x="{x(tick):.1f}" y="{floor + 34:.0f}">{tick:.4g}</text>' if labels else "")
        for tick in round_ticks(low, high)
    )
    line = ""
    if truth is not None:
        line = f'<path class="psn-truth" d="M{x(truth):.1f} 0V{floor:.0f}"/>'
    counted = Counter(f"{number:.4g}" for number in sorted(numbers))
    told = "; ".join(f"{number}: {count}" for number, count in list(counted.items())[:20])
    if unit:
        alt = speech.say("Answers in {0} and how many gave them: {1}.", escape(unit), told)
    else:
        alt = speech.say("Answers and how many gave them: {0}.", told)
    if truth is not None:
        alt += speech.say(" A line at the right answer, {0}.", f"{truth:.4g}")
    height = floor + (42 if labels else 10)
    return (
        f'<svg class="psn-strip" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{alt}">'
        f'<path class="psn-axis" d="M{MARGIN} {floor:.0f}H{WIDTH - MARGIN}"/>{line}{dots}{ticks}</svg>'
    )
