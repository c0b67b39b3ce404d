"""How many cases the tests try: all of them, or, with `--quick`, a few."""

from __future__ import annotations

from hypothesis import settings

FEW = 4
quick = False  # set by conftest.py before any test is collected


def examples(count: int) -> settings:
    """Settings of a test that hypothesis is to give `count` examples."""
    return settings(max_examples=min(count, FEW) if quick else count)


def some(values: list, count: int = 8) -> list:
    """At most `count` of the values: the first, the last, and evenly between."""
    last = len(values) - 1
    return [values[n] for n in sorted({round(n * last / (count - 1)) for n in range(count)})]


def tried(values: list) -> list:
    """All values of a control, or, with `--quick`, three."""
    return some(values, 3) if quick else values
