"""The page of a student: every exercise with its source, every question, every open answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psn_viz.classroom.class_numbers import (
    StudentRow,
    first_answer,
    lesson_key,
    misconceptions,
    open_text,
    second_answer,
)
from psn_viz.classroom.grid import exercise_numbers, numbered
from psn_viz.classroom.handed_in import short
from psn_viz.classroom.report_page import (
    Html,
    folded,
    heading,
    in_paragraphs,
    listed,
    moment,
    own,
    page,
    paragraph,
    table,
    text,
)
from psn_viz.classroom.same_as_shipped import is_shipped
from psn_viz.course.answers.exercise_entry import number


def student_page(row: StudentRow, shares: Mapping[str, str], tasks: Mapping[str, str]) -> bytes:
    """The page of a file that was read. shares: by exercise, how many of the class have the same as shipped.

    tasks: by key of an open task, what it asks, where that is not in the package.
    """
    one = row.handed_in
    parts = [
        Html('<p><a href="../class.html">The class</a></p>\n'),
        Html(f'<p class="note">File {own(one.place)}, written {own(one.written or "at no known time")} with '
             f'{own(one.versions or "unknown versions")}.</p>\n'),
        listed(one.flags, "flag"),
        heading("Exercises"),
        _exercises(row, shares),
        *(_source(key, entry) for key, entry in _checks(row)),
        heading("Questions"),
        _questions(row),
        heading("Open tasks"),
        *_open(one.of_kind("open"), tasks),
    ]  # fmt: skip
    return page(one.label, *parts)


def _exercises(row: StudentRow, shares: Mapping[str, str]) -> Html:
    head = [
        "exercise", "passed", "tries", "first tried", "first passed", "tries after that",
        "misconceptions recognised", "run again", "same as shipped",
    ]  # fmt: skip
    return table(
        "Exercises",
        head,
        [_exercise(row, key, entry, shares) for key, entry in _checks(row)],
    )


def _checks(row: StudentRow) -> list[tuple[str, dict[str, Any]]]:
    """The exercises with their entries, in the order of the course; after them those that are not of it."""
    order = {key: place for place, key in enumerate(exercise_numbers())}
    found = row.handed_in.of_kind("check").items()
    return sorted(found, key=lambda pair: order.get(lesson_key(pair[0]), len(order)))


def _exercise(row: StudentRow, key: str, entry: dict[str, Any], shares: Mapping[str, str]) -> list[object]:
    passed, own_key = entry.get("passed") is True, lesson_key(key)
    later = entry.get("after")
    status, sentence, _ = row.rerun.get(own_key, ("", "", ""))
    same = passed and is_shipped(own_key, entry.get("source"))
    return [
        numbered(own_key),
        Html('<span class="right">✓ yes</span>') if passed else f"no ({short(entry.get('status')) or 'not yet'})",
        number(entry.get("tries")),
        moment(short(entry.get("first_tried"))),
        moment(short(entry.get("first_passed"))),
        number(later.get("tries")) if isinstance(later, dict) else 0,
        listed([f"{name} ({count})" for name, count in misconceptions(entry).items()]),
        status if status in ("", "passed") else f"{status}: {sentence}",
        f"yes, as {shares.get(own_key, '')}" if same else "",
    ]


def _source(key: str, entry: dict[str, Any]) -> Html:
    later = entry.get("after")
    sources = [
        ("of the first pass" if entry.get("passed") is True else "of the last try", entry),
        ("of the last pass", later if isinstance(later, dict) else {}),
    ]
    shown = ""
    for name, found in sources:
        source, needs = found.get("source"), found.get("needs")
        if isinstance(source, str) and source:
            beside = needs if isinstance(needs, str) else ""
            shown += f"<h4>Source {text(name)}</h4><pre>{text(source)}</pre>"
            shown += f"<p>It uses:</p><pre>{text(beside)}</pre>" if beside else ""
    return folded(f"{lesson_key(key)}: source", shown) if shown else Html("")


def _questions(row: StudentRow) -> Html:
    head = ["question", "at", "first answer", "right", "second thought", "right then"]
    found = row.handed_in.of_kind("predict") | row.handed_in.of_kind("recall")
    return table("Questions", head, [_question(key, entry) for key, entry in sorted(found.items())])


def _question(key: str, entry: dict[str, Any]) -> list[object]:
    again = entry.get("second")
    name = Html(f"{text(lesson_key(key))}<br><small>{own(short(entry.get('prompt'), 400))}</small>")
    later = _right(again.get("right")) if isinstance(again, dict) else ""
    return [
        name,
        moment(short(entry["when"])),
        first_answer(entry),
        _right(entry.get("right")),
        second_answer(entry),
        later,
    ]


def _right(value: object) -> str:
    return {True: "✓ yes", False: "✗ no"}.get(value, "") if isinstance(value, bool) else ""


def _open(entries: dict[str, dict[str, Any]], tasks: Mapping[str, str]) -> list[Html]:
    parts = []
    for key, entry in entries.items():
        said = open_text(entry)
        asked = tasks.get(lesson_key(key)) or short(entry.get("prompt"), 400)
        parts += [
            heading(lesson_key(key), 3),
            *in_paragraphs(asked),
            Html(f"<pre>{text(said)}</pre>" if said else "<p>No answer.</p>"),
        ]
    return parts or [paragraph("No answers.")]
