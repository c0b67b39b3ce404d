"""The fields that a page makes for a control: plain inputs, and what a control becomes when one of them is moved.

A control has one field, or several parts, such as the two offsets of a cut. A page knows the kinds of fields alone;
what they mean is said here. A control of a new kind is given its fields by `@fields_of.register(ItsClass)` and
`@value_after.register(ItsClass)`. What one lab alone has is imported with that lab, by `import_fields`.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from functools import singledispatch
from importlib import import_module
from typing import Any

from psn_viz.labs.core.controls import Choice, Control, Real, Typed, Whole
from psn_viz.labs.core.matrix_controls import Cell, Painting
from psn_viz.read_numbers import finite_number

KINDS = ("range", "number", "places", "choice", "text", "button")
BRUSH_STEP = 0.01
OWN = {"ablation": "cut_fields", "sliding_psn": "kernel_fields", "train_live": "training_fields"}

# (class of a control, part): moves of this part, one after another, start from the value before the first of them,
# so that moving it back brings back what it took away.
FROM_THE_FIRST: set[tuple[type[Control], str]] = set()


def import_fields(lab: str) -> None:
    """Have the fields of the controls known that only this lab has."""
    if lab in OWN:
        import_module(f"psn_viz.browser.{OWN[lab]}")


@dataclass(frozen=True)
class Field:
    """One input of a page.

    part: which part of its control, "" where it is the whole. kind: one of KINDS; "places" is a slider over options.
    symbol, meaning: what stands beside and under it. value: a number, the place of an option, or a text; label: the
    value as a reader sees it. low, high, step: of "range" and "number". options: of "places" and "choice", in words.
    suggestions: of "text". play: milliseconds from one value to the next where *Play* walks through it, else 0;
    play_name: what that button is called. used: whether it means anything in this state.
    """

    kind: str
    symbol: str
    meaning: str
    value: float | str
    label: str = ""
    part: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    options: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    play: int = 0
    play_name: str = "Play"
    used: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Its parts by name, for JSON."""
        return dict(vars(self))


@singledispatch
def fields_of(control: Control, value, selected: tuple = ()) -> list[Field]:
    """The fields of a control that has `value`; `selected` is what the lab says of the selected cell, if it does."""
    raise TypeError(f"{type(control).__name__} has no field: give it one by @fields_of.register")


@singledispatch
def value_after(control: Control, value, part: str, new, selected: tuple = ()):
    """The value of a control, now `value`, when the reader has set the field `part` to `new`.

    Raises ValueError, which names the control, where that is not allowed.
    """
    return control.check(new)


def named(control: Control, meaning: str | None = None) -> dict[str, str]:
    """Symbol and meaning of the field of a control."""
    return {"symbol": control.symbol, "meaning": control.meaning if meaning is None else meaning}


@fields_of.register(Whole)
def _(control: Whole, value, selected=()) -> list[Field]:
    return [Field("range", **named(control), value=value, label=str(value), low=control.low, high=control.high)]


@fields_of.register(Real)
def _(control: Real, value, selected=()) -> list[Field]:
    digits = len(f"{control.step:.6g}".partition(".")[2])
    return [
        Field("range", **named(control), value=value, label=f"{value:.{digits}f}", low=control.low,
              high=control.high, step=control.step)
    ]  # fmt: skip


@fields_of.register(Choice)
def _(control: Choice, value, selected=()) -> list[Field]:
    labels = tuple(control.label(option) for option in control.options)
    place = control.options.index(value)
    return [
        Field("places" if control.ordered else "choice", **named(control), value=place, label=labels[place],
              options=labels, high=len(labels) - 1)
    ]  # fmt: skip


@value_after.register(Choice)
def _(control: Choice, value, part: str, new, selected=()):
    return control.options[whole_within(control, new, 0, len(control.options) - 1)]


@fields_of.register(Typed)
def _(control: Typed, value, selected=()) -> list[Field]:
    return [Field("text", **named(control), value=value, suggestions=tuple(control.suggestions))]


@fields_of.register(Cell)
def _(control: Cell, value, selected=()) -> list[Field]:
    return [
        Field("number", f"{control.symbol} {name}", control.meaning, value=n, part=name, high=control.size - 1)
        for n, name in zip(value, "ti", strict=True)
    ]


@value_after.register(Cell)
def _(control: Cell, value, part: str, new, selected=()):
    return control.at(value, part, finite_number(control.name, new))


@fields_of.register(Painting)
def _(control: Painting, value, selected=()) -> list[Field]:
    weight = min(max(selected[1] if selected else 0.0, -control.largest), control.largest)
    return [
        Field("range", **named(control), value=weight, label=f"{weight:.2f}", part="weight", low=-control.largest,
              high=control.largest, step=BRUSH_STEP),
        Field("button", "Unpaint", "take all paint off", value="", part="clear"),
    ]  # fmt: skip


@value_after.register(Painting)
def _(control: Painting, value, part: str, new, selected=()):
    if part == "clear":
        return ()
    (cell, weight), number = selected, finite_number(control.name, new)
    if abs(number - weight) <= BRUSH_STEP / 2:  # a slider rounds what it is given: that is no paint
        return value
    others = [entry for entry in value if tuple(entry[:2]) != tuple(cell)]
    return control.check((*others, (*cell, round(number, 4))))


def whole_within(control: Control, given, low: int, high: int) -> int:
    """A number as a page sends it. Raises ValueError, which names the control, where it is none from low to high."""
    number = math.nan
    with contextlib.suppress(ValueError):
        number = finite_number(control.name, given)
    if number != number or number != round(number) or not low <= number <= high:
        raise ValueError(f"{control.name} must be a whole number from {low} to {high} here, got {given!r:.60}")
    return int(number)
