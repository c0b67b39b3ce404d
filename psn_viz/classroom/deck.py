"""Decks: what is shown in front of a class, one step after the other. A deck is a plain text file in UTF-8:

    # A line that begins with # is left out.
    title: Removing the reset
    lesson: 02
    minutes: 5

    closed_form              | Each row of W says what H is made of.      | 2 min
    closed_form;reset=hard   | Now with a reset. What has become of W?    | 1 min
    02/row_6                 | Predict first.                             | 1 min
    -                        | Talk to your neighbour.                    | 1 min
    plane                    | Now the neuron itself.                     | 1 min | part: PSN

One step a line: what is shown, a stroke, one line to say, and, if you like, further strokes with the minutes that it
takes, and with the part of a figure that is to be open first, where the window has room for one part at a time: words
of a heading in it, or of the title of one of its axes. What is shown is the state code of a lab, the key of a
question (its truth stays covered at first), or "-" for the line alone. Empty lines part nothing. title, lesson (whose
page a way leads back to) and minutes may be left out; where minutes are given and every step has its own, they must
add up.

Each lesson has two decks, the paths of its notes for the teacher: `deck_5.txt` and `deck_50.txt` in its folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from psn_viz.classroom.own_text import NoText, own_text
from psn_viz.course.registry import lesson_modules, predictions, recall_questions
from psn_viz.files import asset
from psn_viz.labs import LABS

PATHS = (5, 50)  # minutes of the short and the long path
ALONE = "-"  # a step that is its line only
LONGEST = 200  # characters of a line to say: more does not fit above a figure
MOST_STEPS = 200
_HEAD = re.compile(r"(title|lesson|minutes)\s*:\s*(.*)")
_MINUTES = re.compile(r"(\d{1,3})\s*min")
_PART = re.compile(r"part\s*:\s*(.*)")
_TAG = re.compile(r"<[^>]*>")
_FORM = "code | line to say, or code | line to say | 2 min, or code | line to say | 2 min | part: words"


class NoDeck(ValueError):
    """It is no deck; the message says where, what came and what is allowed."""


@dataclass(frozen=True)
class Step:
    """One step: the state code of a lab or the key of a question, of which one at most is given, and what to say.

    minutes: how long it takes, or None. part: words of the part of the figure that is open first, or "".
    """

    say: str
    code: str = ""
    key: str = ""
    minutes: int | None = None
    part: str = ""


@dataclass(frozen=True)
class Deck:
    """Steps in their order. lesson: number of the lesson that they belong to, or "". minutes: of all, or None."""

    title: str
    steps: tuple[Step, ...]
    lesson: str = ""
    minutes: int | None = None


def read_deck(text: str, source: str = "deck") -> Deck:
    """The deck that `text` describes; `source` names it in messages.

    Raises NoDeck, with the number of the line, for what is no deck: a code or key that there is not, too.
    """
    head: dict[str, str] = {}
    steps: list[Step] = []
    for number, whole in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = whole.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if "|" not in line and (match := _HEAD.fullmatch(line)):
                if match[1] in head:
                    raise NoDeck(f"{match[1]} is given twice")
                head[match[1]] = _checked_head(match[1], match[2])
            else:
                steps.append(_step(line))
            if len(steps) > MOST_STEPS:
                raise NoDeck(f"a deck has at most {MOST_STEPS} steps")
        except NoDeck as error:
            raise NoDeck(f"{source}, line {number}: {error}") from None
    if not steps:
        raise NoDeck(f"{source}: there is no step in it; a step is a line such as: closed_form | What does W say?")
    minutes = int(head["minutes"]) if "minutes" in head else None
    parts = [step.minutes for step in steps if step.minutes is not None]
    if minutes is not None and len(parts) == len(steps) and sum(parts) != minutes:
        raise NoDeck(f"{source}: the steps take {sum(parts)} minutes, and the deck says {minutes}")
    return Deck(head.get("title") or source, tuple(steps), head.get("lesson", ""), minutes)


def deck_text(deck: Deck) -> str:
    """The text that `read_deck` reads as this deck."""
    lines = [f"title: {deck.title}"]
    lines += [f"lesson: {deck.lesson}"] if deck.lesson else []
    lines += [f"minutes: {deck.minutes}"] if deck.minutes is not None else []
    for step in deck.steps:
        timed = "" if step.minutes is None else f" | {step.minutes} min"
        first = f" | part: {step.part}" if step.part else ""
        lines.append(f"{step.code or step.key or ALONE} | {step.say}{timed}{first}")
    return "\n".join(lines) + "\n"


def own_deck(path: Path) -> Deck:
    """The deck in a file. Raises NoDeck for what cannot be read."""
    try:
        text = own_text(path)
    except NoText as error:
        raise NoDeck(str(error)) from None
    return read_deck(text, path.name)


def deck_lessons() -> list[str]:
    """The numbers of the lessons that have decks."""
    folder = Path(__file__).parents[1] / "course"
    return sorted(path.parent.name.removeprefix("lesson_") for path in folder.glob("lesson_*/deck_5.txt"))


def lesson_deck(lesson: str, minutes: int = 5) -> Deck:
    """A deck of the course: `lesson` is a number such as "02", `minutes` one of PATHS. Raises NoDeck."""
    number = lesson.zfill(2) if lesson.isascii() and lesson.isdigit() else lesson
    if number not in deck_lessons():
        raise NoDeck(f"lesson must be one of {', '.join(deck_lessons())}, got {lesson[:40]!r}")
    if minutes not in PATHS:
        raise NoDeck(f"minutes must be {' or '.join(map(str, PATHS))}, got {minutes!r}")
    name = f"deck_{minutes}.txt"
    return read_deck(asset(f"psn_viz.course.lesson_{number}", name), f"lesson_{number}/{name}")


def _checked_head(name: str, value: str) -> str:
    if not value or len(value) > LONGEST:
        raise NoDeck(f"{name} must be a text of 1 to {LONGEST} characters, got {value[:40]!r}")
    if name == "minutes" and not (value.isascii() and value.isdigit() and 1 <= int(value) <= 999):
        raise NoDeck(f"minutes must be a whole number from 1 to 999, got {value[:40]!r}")
    lessons = [lesson for lesson in lesson_modules("questions") if lesson.isdigit()]
    if name == "lesson" and value not in lessons:
        raise NoDeck(f"lesson must be one of {', '.join(lessons)}, got {value[:40]!r}")
    return value


def _step(line: str) -> Step:
    shown, *rest = [part.strip() for part in line.split("|")]
    if not 1 <= len(rest) <= 3 or not shown or not rest[0]:
        raise NoDeck(f"a step is {_FORM}; got {line[:60]!r}")
    say, *more = rest
    if len(say) > LONGEST:
        raise NoDeck(f"a line to say has at most {LONGEST} characters, got {len(say)}")
    opens = _PART.fullmatch(more[-1]) if more else None
    if opens:
        more.pop()
    if len(more) > 1:
        raise NoDeck(f"a step is {_FORM}; got {line[:60]!r}")
    minutes = None
    if more:
        if not (match := _MINUTES.fullmatch(more[0])):
            raise NoDeck(f"after the second stroke stand minutes, such as 2 min; got {more[0][:40]!r}")
        minutes = int(match[1])
    code = "" if shown == ALONE or "/" in shown else _checked_code(shown)
    part = "" if opens is None else _checked_part(code, opens[1])
    if "/" in shown:
        return Step(say, key=_checked_key(shown), minutes=minutes)
    return Step(say, code, minutes=minutes, part=part)


def _checked_part(code: str, words: str) -> str:
    if not code:
        raise NoDeck("part: goes with the state code of a lab alone")
    layout = LABS[code.partition(";")[0]].from_code(code).drawing["layout"]
    axes = [axis for name, axis in layout.items() if name[:5] in ("xaxis", "yaxis")]
    texts = [note["text"] for note in layout.get("annotations", ())]
    texts += [axis["title"]["text"] for axis in axes if "title" in axis]
    if not words or not any(words in _TAG.sub("", text) for text in texts):
        raise NoDeck(f"part: must be words of a heading or of the title of an axis of {code}, got {words[:40]!r}")
    return words


def _checked_key(key: str) -> str:
    lesson, _, name = key.partition("/")
    numbers = [f"recall/{n}" for n in range(1, len(recall_questions().get(lesson, ())) + 1)]
    names = [other.partition("/")[2] for other in predictions() if other.startswith(f"{lesson}/")] + numbers
    if name not in names:
        known = ", ".join(f"{lesson}/{name}" for name in names) or f"NN/name, NN from {', '.join(recall_questions())}"
        raise NoDeck(f"{key[:40]!r} is no question of the course; there is {known}")
    return key


def _checked_code(text: str) -> str:
    code = ";".join(part for part in re.split(r"[;\s]+", text) if part)
    name = code.partition(";")[0]
    if name not in LABS:
        raise NoDeck(
            f"{name[:40]!r} is no lab; there is {', '.join(LABS)}. A question has a slash in its key, as 01/silent"
        )
    try:
        LABS[name].state_from_code(code)
    except (TypeError, ValueError) as error:
        raise NoDeck(f"{code[:60]!r} is no state of {name}: {error}") from None
    return code
