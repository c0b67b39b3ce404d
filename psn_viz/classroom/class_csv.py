"""The class as CSV, for a spreadsheet: a row for each student, the exercises they passed, a row for each answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from psn_viz.classroom.class_numbers import (
    StudentRow,
    first_answer,
    lesson_key,
    misconceptions,
    open_text,
    second_answer,
)
from psn_viz.classroom.grid import grid_cells, grid_columns, grid_head, open_columns
from psn_viz.classroom.handed_in import short
from psn_viz.classroom.same_as_shipped import is_shipped
from psn_viz.course.answers.exercise_entry import number

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def class_csv(rows: list[StudentRow]) -> bytes:
    """A row for each file, with what the table of the class has."""
    head = [
        "student", "name", "file", "handed in", "exercises passed", "tries until passed", "last first pass",
        "right at first answer", "of judged", "open answers", "misconceptions recognised", "same as shipped",
        "run again", "flags", "not read because",
    ]  # fmt: skip
    return _csv(head, (_student(row) for row in rows))


def _student(row: StudentRow) -> list[object]:
    one = row.handed_in
    return [
        one.label, one.name, one.place, one.written, row.passed, row.tries, row.last_pass, row.right, row.judged,
        row.open_answers, "; ".join(f"{name} ({count})" for name, count in row.recognised.most_common()),
        " ".join(row.same), row.confirmed, "; ".join(one.flags), one.problem,
    ]  # fmt: skip


def grid_csv(rows: list[StudentRow]) -> bytes:
    """A row for each file, a column for each exercise of the lessons worked on: "✓ 2", "✗ 3" or nothing.

    After them one for each open task that somebody has answered: "answered" or nothing.
    """
    (keys, _), tasks = grid_columns(rows), open_columns(rows)
    head = ["student", "name", "file", "handed in", "exercises passed", *(grid_head(key) for key in keys + tasks)]
    return _csv(head, (_of_grid(row, keys, tasks) for row in rows))


def _of_grid(row: StudentRow, keys: list[str], tasks: list[str]) -> list[object]:
    one = row.handed_in
    return [
        one.label,
        one.name,
        one.place,
        one.written,
        "" if one.problem else row.passed,
        *grid_cells(row, keys, tasks),
    ]


def answers_csv(rows: list[StudentRow]) -> bytes:
    """A row for each answer of each student."""
    head = [
        "student", "name", "file", "kind", "key", "first at", "passed or right", "tries", "first pass",
        "answer or source", "second thought", "misconceptions recognised", "same as shipped", "run again",
    ]  # fmt: skip
    return _csv(head, (line for row in rows for line in _answers(row)))


def _answers(row: StudentRow) -> Iterable[list[object]]:
    one = row.handed_in
    who = [one.label, one.name, one.place]
    for key, entry in one.of_kind("check").items():
        own, source = lesson_key(key), entry.get("source")
        named = "; ".join(f"{name} ({count})" for name, count in misconceptions(entry).items())
        again = row.rerun.get(own, ("",))[0]
        yield [
            *who, "exercise", own, short(entry.get("first_tried")), _yes(entry.get("passed")),
            number(entry.get("tries")), short(entry.get("first_passed")), source if isinstance(source, str) else "",
            "", named, _yes(is_shipped(own, source)) if entry.get("passed") is True else "", again,
        ]  # fmt: skip
    for kind, name in (("predict", "prediction"), ("recall", "recall question")):
        for key, entry in one.of_kind(kind).items():
            again = second_answer(entry)
            right = _yes(entry.get("right"))
            yield [
                *who,
                name,
                lesson_key(key),
                short(entry["when"]),
                right,
                "",
                "",
                first_answer(entry),
                again,
                "",
                "",
                "",
            ]
    for key, entry in one.of_kind("open").items():
        first = short(entry.get("first_saved"))
        yield [*who, "open task", lesson_key(key), first, "", "", "", open_text(entry), "", "", "", ""]


def _yes(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""


def _csv(head: list[str], rows: Iterable[list[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([spreadsheet_text(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig", "replace")  # by its mark a spreadsheet knows that it is UTF-8


def spreadsheet_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe in front, where it would be one."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA) or text.startswith(_FORMULA) else text
