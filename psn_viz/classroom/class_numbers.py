"""What is counted of a class: for each student, for each exercise, for each question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from psn_viz.classroom.handed_in import HandedIn, short
from psn_viz.classroom.rerun import Result
from psn_viz.classroom.same_as_shipped import is_shipped, shipped
from psn_viz.course.answers.answer_file import KEY
from psn_viz.course.answers.exercise_entry import number
from psn_viz.course.registry import exercises, open_tasks


@dataclass
class StudentRow:
    """A student's file in numbers. tries: of the exercises that passed. right: first answers, of those judged."""

    handed_in: HandedIn
    passed: int = 0
    tries: int = 0
    last_pass: str = ""
    recognised: Counter = field(default_factory=Counter)
    right: int = 0
    judged: int = 0
    open_answers: int = 0
    same: list[str] = field(default_factory=list)
    rerun: dict[str, Result] = field(default_factory=dict)

    @property
    def confirmed(self) -> str:
        """How many of the exercises that passed in the file pass when run again; "" where nothing was run."""
        if not self.rerun:
            return ""
        passed = [key for key, entry in self.handed_in.of_kind("check").items() if entry.get("passed") is True]
        agree = sum(self.rerun.get(lesson_key(key), ("",))[0] == "passed" for key in passed)
        return f"{agree} of {len(passed)}"


@dataclass
class ExerciseRow:
    """An exercise over the class. same: how many who passed have a solution of psn_viz; None where not compared."""

    key: str
    tried: int
    passed: int
    median_tries: float
    recognised: Counter
    same: int | None


@dataclass
class QuestionRow:
    """A question over the class: how many gave which first answer. right: the texts that were judged right."""

    key: str
    prompt: str
    answers: Counter
    right: set[str]
    judged: int
    first_right: int
    second_right: int


def lesson_key(key: str) -> str:
    """The key as a lesson has it: 01/charge for 01/check/charge; 01/recall/1 stays, as it is no exercise 1."""
    lesson, kind, name = key.split("/")
    return key if kind == "recall" else f"{lesson}/{name}"


def student_row(one: HandedIn, rerun: dict[str, Result] | None = None) -> StudentRow:
    """Count what one file holds."""
    row = StudentRow(one, rerun=rerun or {})
    passes = []
    for key, entry in one.of_kind("check").items():
        row.recognised.update(misconceptions(entry))
        if entry.get("passed") is True:
            row.passed += 1
            row.tries += number(entry.get("tries"))
            passes.append(short(entry.get("first_passed")) or short(entry["when"]))
            if is_shipped(lesson_key(key), entry.get("source")):
                row.same.append(lesson_key(key))
    row.last_pass = max(passes, default="")
    for kind in ("predict", "recall"):
        judged = [entry for entry in one.of_kind(kind).values() if isinstance(entry.get("right"), bool)]
        row.judged += len(judged)
        row.right += sum(entry["right"] for entry in judged)
    row.open_answers = sum(bool(open_text(entry)) for entry in one.of_kind("open").values())
    if failed := [key for key, (status, *_) in row.rerun.items() if status != "passed" and _passed(one, key)]:
        one.flags.append(f"run again: {', '.join(failed[:5])} passed in the file and not now")
    return row


def _passed(one: HandedIn, key: str) -> bool:
    lesson, _, name = key.rpartition("/")
    return one.of_kind("check").get(f"{lesson or 'own'}/check/{name}", {}).get("passed") is True


def misconceptions(entry: dict[str, Any]) -> Counter:
    """The misconceptions that the check has recognised, by name, and in how many tries."""
    found = entry.get("recognised")
    named = found.items() if isinstance(found, dict) else ()
    return Counter({short(name, 120): number(count) for name, count in named if number(count)})


def open_text(entry: dict[str, Any]) -> str:
    """The answer to an open task, "" where there is none."""
    text = entry.get("text")
    return text.strip() if isinstance(text, str) else ""


def exercise_rows(files: list[HandedIn]) -> list[ExerciseRow]:
    """Every exercise of the course, and every other one that somebody has tried."""
    keys = [exercise.progress_key for exercise in exercises().values()]
    entries = [one.of_kind("check") for one in files]
    keys += sorted({key for found in entries for key in found} - set(keys))
    rows = []
    for key in keys:
        mine = [found[key] for found in entries if key in found]
        done = [entry for entry in mine if entry.get("passed") is True]
        own = lesson_key(key)
        same = sum(is_shipped(own, entry.get("source")) for entry in done) if own in shipped() else None
        tries = [number(entry.get("tries")) for entry in done]
        students = Counter(name for entry in mine for name in misconceptions(entry))
        rows.append(ExerciseRow(own, len(mine), len(done), median(tries) if tries else 0.0, students, same))
    return rows


def question_rows(files: list[HandedIn]) -> list[QuestionRow]:
    """Every question that somebody has answered, by key."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in ("predict", "recall"):
        for one in files:
            for key, entry in one.of_kind(kind).items():
                found.setdefault(key, []).append(entry)
    rows = []
    for key, entries in sorted(found.items()):
        judged = [entry for entry in entries if isinstance(entry.get("right"), bool)]
        rows.append(
            QuestionRow(
                key=lesson_key(key),
                prompt=Counter(short(entry.get("prompt"), 400) for entry in entries).most_common(1)[0][0],
                answers=Counter(first_answer(entry) for entry in entries),
                right=_mostly_right(judged),
                judged=len(judged),
                first_right=sum(entry["right"] for entry in judged),
                second_right=sum(_second(entry).get("right") is True for entry in judged if not entry["right"]),
            )
        )
    return rows


def _mostly_right(judged: list[dict[str, Any]]) -> set[str]:
    """The answers that more files call right than wrong: one that was edited decides nothing."""
    votes: Counter = Counter()
    for entry in judged:
        votes[first_answer(entry)] += 1 if entry["right"] else -1
    return {answer for answer, balance in votes.items() if balance > 0}


def first_answer(entry: dict[str, Any]) -> str:
    """The first answer in words: the text of an option, a number, steps; an old file has an option's number alone."""
    if entry.get("skipped"):
        return "(skipped)"
    return _in_words(entry)


def second_answer(entry: dict[str, Any]) -> str:
    """The second thought in words, "" where there was none."""
    again = _second(entry)
    return _in_words(again) if again else ""


def _second(entry: dict[str, Any]) -> dict[str, Any]:
    again = entry.get("second")
    return again if isinstance(again, dict) else {}


def _in_words(entry: dict[str, Any]) -> str:
    if text := short(entry.get("text"), 300):
        return text
    answer = entry.get("answer")
    if isinstance(answer, list):
        return f"[{', '.join(f'{one:.4g}' if _is_number(one) else short(one) for one in answer[:40])}]"
    return f"{answer:.6g}" if _is_number(answer) else short(answer, 100)


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) < 1e300  # type: ignore[arg-type]


def open_answers(files: list[HandedIn], more: Mapping[str, str]) -> dict[str, tuple[str, list[tuple[HandedIn, str]]]]:
    """By key of an open task: what it asks, and who has answered what. more: what tasks ask, said at more length."""
    tasks = open_tasks() | dict(more)
    found: dict[str, tuple[str, list[tuple[HandedIn, str]]]] = {}
    for one in files:
        for key, entry in one.of_kind("open").items():
            if KEY.fullmatch(key) and (text := open_text(entry)):
                own = lesson_key(key)
                asked = tasks.get(own) or short(entry.get("prompt"), 400)
                found.setdefault(own, (asked, []))[1].append((one, text))
    return dict(sorted(found.items()))
