"""Who has passed which exercise: a row for each student, a column for each exercise of the lessons worked on."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from psn_viz.classroom.class_numbers import StudentRow, lesson_key
from psn_viz.classroom.report_page import Html, own, paragraph, table, text
from psn_viz.course.answers.exercise_entry import number
from psn_viz.course.registry import exercises
from psn_viz.course.text_page import number_of
from psn_viz.files import asset

LEGEND = (
    "✓ passed, at which try; ✗ tried and not passed, with how many tries; blank: not tried. An exercise is named by "
    "its lesson and number, as in the notebook, and by its key. The same as a table for a spreadsheet: grid.csv."
)


@cache
def exercise_numbers() -> dict[str, str]:
    """By key of an exercise of the course, its lesson and number: "02/1", "06/further 1"."""
    return json.loads(asset("psn_viz.classroom", "exercise_numbers.json"))


def grid_columns(rows: list[StudentRow]) -> tuple[list[str], list[str]]:
    """The keys of exercises, as lessons have them, that the grid has columns for; the lessons that nobody touched.

    The exercises are those of the lessons in which somebody has tried one, in the order of the course, then others.
    """
    tried = {lesson_key(key) for row in rows for key in row.handed_in.of_kind("check")}
    touched = {key.partition("/")[0] for key in tried}
    course = [lesson_key(exercise.progress_key) for exercise in exercises().values()]
    untouched = sorted({key.partition("/")[0] for key in course} - touched)
    kept = [key for key in course if key.partition("/")[0] in touched]
    return kept + sorted(tried - set(kept)), untouched


def grid_head(key: str) -> str:
    """How a column is headed: "02/1 02/weight"; the key alone where no notebook of the course has the exercise."""
    return f"{exercise_numbers()[key]} {key}" if key in exercise_numbers() else key


def grid_cell(entry: dict[str, Any] | None) -> str:
    """What stands in a cell: "✓ 2", "✗ 3", "" for what was not tried."""
    if entry is None:
        return ""
    return f"{'✓' if entry.get('passed') is True else '✗'} {number(entry.get('tries')) or ''}".strip()


def grid_cells(row: StudentRow, keys: list[str]) -> list[str]:
    """The cells of a student, by column."""
    entries = {lesson_key(key): entry for key, entry in row.handed_in.of_kind("check").items()}
    return [grid_cell(entries.get(key)) for key in keys]


def grid_table(rows: list[StudentRow], links: list[str]) -> list[Html]:
    """The grid as a part of a page. links: by row, the student's page."""
    keys, untouched = grid_columns(rows)
    lessons = f"{'lesson' if len(untouched) == 1 else 'lessons'} {', '.join(untouched)}"
    left_out = [paragraph(f"Nobody has tried an exercise of {lessons}.")] if untouched else []
    if not keys:
        return left_out
    head = ["student", "passed", *(_head(key) for key in keys)]
    body = [_row(row, link, keys) for row, link in zip(rows, links, strict=True)]
    caption = f"Who has passed what: {number_of(len(keys), 'exercise')}"
    return [paragraph(LEGEND), table(caption, head, body), *left_out]


def _head(key: str) -> Html:
    known = exercise_numbers().get(key)
    code = Html(f"<code>{own(key)}</code>")
    return Html(f"{text(known)}<br>{code}") if known else code


def _row(row: StudentRow, link: str, keys: list[str]) -> list[object]:
    one = row.handed_in
    if one.problem:
        why = Html(f'<span class="flag">{"no hand-in" if one.missing else "not read"}</span>')
        return [own(one.label), why, *[Html("")] * len(keys)]
    name = Html(f'<a href="{text(link)}">{own(one.label)}</a>')
    return [name, row.passed, *(_coloured(cell) for cell in grid_cells(row, keys))]


def _coloured(cell: str) -> Html:
    kind = {"✓": "right", "✗": "flag"}.get(cell[:1], "")
    return Html(f'<span class="{kind}">{text(cell)}</span>' if cell else "")
