"""One answer of two that were given to the same question in two places: the first one counts."""

from __future__ import annotations

from datetime import UTC, datetime

from psn_viz.course.answers.answer_file import KEY, Answer
from psn_viz.course.answers.exercise_entry import number

_NEVER = datetime.max.replace(tzinfo=UTC)


def merged(here: dict[str, Answer], there: dict[str, Answer]) -> dict[str, Answer]:
    """Those answers of `there` that change `here`: what is new, and what was first.

    Questions: the earlier first answer, also where it was to skip, which uncovers the truth. Exercises: the earlier
    first pass; where none has passed, the one with more tries; the first try is the earlier of both. Open tasks: the
    text that was written last. What is the same, or at the same time, stays as it is here.
    """
    found = {}
    for key, other in there.items():
        one = here.get(key)
        best = other if one is None else _one_of(key, one, other)
        if best != one:
            found[key] = best
    return found


def _one_of(key: str, here: Answer, there: Answer) -> Answer:
    match = KEY.fullmatch(key)
    kind = match[2] if match else ""
    if kind == "open":
        return there if there["entry"].get("text") and instant(there["when"]) > instant(here["when"]) else here
    if kind != "check":
        return there if instant(there["when"]) < instant(here["when"]) else here
    return _exercise(here, there)


def _exercise(here: Answer, there: Answer) -> Answer:
    passed = [answer["entry"].get("passed") is True for answer in (here, there)]
    if passed[0] != passed[1]:
        best = here if passed[0] else there
    elif all(passed):
        best = there if _passed_at(there) < _passed_at(here) else here
    else:
        more = number(there["entry"].get("tries")) > number(here["entry"].get("tries"))
        best = there if more else here
    firsts = [answer["entry"].get("first_tried") for answer in (here, there)]
    known = [first for first in firsts if isinstance(first, str)]
    if not known:
        return best
    return {"when": best["when"], "entry": best["entry"] | {"first_tried": min(known, key=instant)}}


def _passed_at(answer: Answer) -> datetime:
    passed = answer["entry"].get("first_passed")
    return instant(passed if isinstance(passed, str) else answer["when"])


def instant(when: object) -> datetime:
    """A time as it is kept, comparable with others of other zones; what is no time comes last."""
    try:
        time = datetime.fromisoformat(when)  # type: ignore[arg-type]
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return _NEVER
