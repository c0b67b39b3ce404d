"""What is kept of the tries at one exercise. What was so at the first pass stays so, whatever is run afterwards."""

from __future__ import annotations

from typing import Any, NamedTuple


class Try(NamedTuple):
    """One check: what it found, at what time, and of what source; see `checking.source_text`."""

    passed: bool
    status: str
    recognised: str
    source: str
    needs: str
    when: str


def with_try(before: object, one: Try) -> dict[str, Any]:
    """The entry of an exercise after another try. `before` is the entry until now, which anybody may have edited.

    passed; tries: how many up to and with the first that passed; first_tried, first_passed: at what time; status: of
    the last of these tries; recognised: how many of them were which known misconception, by its name; source, needs:
    of the first that passed, before that of the last try. `after`: what came after the first pass, in which nothing
    else changes: tries, how many of them passed, when the last was, and source and needs of the last that passed
    where they are others.
    """
    entry = dict(before) if isinstance(before, dict) else {}
    text = {"source": one.source, "needs": one.needs}
    if entry.get("passed") is True:
        later = entry.get("after") if isinstance(entry.get("after"), dict) else {}
        assert later is not None
        counted = {"tries": number(later.get("tries")) + 1, "passed": number(later.get("passed")) + one.passed}
        changed = one.passed and one.source and one.source != entry.get("source")
        return entry | {"after": later | counted | {"when": one.when} | (text if changed else {})}
    tries = number(entry.get("tries"))
    found = {"passed": one.passed, "tries": tries + 1, "status": one.status, **text}
    if tries == 0:
        found["first_tried"] = one.when  # an older version has not kept it
    elif isinstance(entry.get("first_tried"), str):
        found["first_tried"] = entry["first_tried"]
    known = entry.get("recognised") if isinstance(entry.get("recognised"), dict) else {}
    assert known is not None
    recognised = {name: count for name, count in known.items() if number(count)}
    if one.recognised:
        recognised[one.recognised] = recognised.get(one.recognised, 0) + 1
    if recognised:
        found["recognised"] = recognised
    if one.passed:
        found["first_passed"] = one.when
    return found


def number(value: object) -> int:
    """A count in a file that anybody may have edited; 0 for what is none."""
    return value if type(value) is int and value > 0 else 0
