"""Fields of the controls that take weights away: the lab `ablation`."""

from __future__ import annotations

from psn_viz.browser.fields import Field, fields_of, named, value_after, whole_within
from psn_viz.labs.ablation.cut_control import Cutting, Squares, parse_cut
from psn_viz.labs.core.controls import Typed


@fields_of.register(Squares)
def _(control: Squares, value, selected=()) -> list[Field]:
    side = next((side for *at, side in value if selected and tuple(at) == tuple(selected[0])), 0)
    return [
        Field("range", **named(control), value=side, label=str(side), part="side", high=control.largest),
        Field("button", "Unwipe", "take all squares off", value="", part="clear"),
    ]


@value_after.register(Squares)
def _(control: Squares, value, part: str, new, selected=()):
    if part == "clear":
        return ()
    (cell,), side = selected, whole_within(control, new, 0, control.largest)
    others = [square for square in value if tuple(square[:2]) != tuple(cell)]
    return control.check((*others, (*cell, side)) if side else tuple(others))


@fields_of.register(Cutting)
def _(control: Cutting, value, selected=()) -> list[Field]:
    furthest = control.size - 1
    low, high = _offsets(value, furthest) or (0, 0)
    slider = {"kind": "range", "low": -furthest, "high": furthest}
    return [
        *fields_of.dispatch(Typed)(control, value),
        Field(**slider, symbol="from t − i", meaning="the first diagonal of a band", value=low, label=str(low),
              part="from"),
        Field(**slider, symbol="to t − i", meaning="the last diagonal of a band", value=high, label=str(high),
              part="to"),
    ]  # fmt: skip


@value_after.register(Cutting)
def _(control: Cutting, value, part: str, new, selected=()):
    if not part:
        return control.check(new)
    furthest = control.size - 1
    offset = whole_within(control, new, -furthest, furthest)
    low, high = _offsets(value, furthest) or (offset, offset)
    low, high = (offset, max(offset, high)) if part == "from" else (min(low, offset), offset)
    name = "keep" if value.lower().startswith("keep") else "band"
    return control.check(f"{name} {low} {high}")


def _offsets(text: str, furthest: int) -> tuple[int, int] | None:
    """The diagonals that a cut takes away or keeps, from and to; None where it is another kind of cut."""
    cut = parse_cut(text)
    if cut.name in ("band", "keep"):
        return max(cut.low, -furthest), min(cut.high, furthest)
    return {"future": (-furthest, -1), "past": (1, furthest)}.get(cut.name)
