"""Who has passed what: a row for each student, a column for each exercise and open task of the lessons worked on."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from psn_viz.classroom.class_numbers import StudentRow, lesson_key, open_text
from psn_viz.classroom.report_page import Html, own, paragraph, table, text
from psn_viz.course.answers.exercise_entry import number
from psn_viz.course.registry import exercises
from psn_viz.course.text_page import number_of
from psn_viz.files import asset

LEGEND = (
    "✓ passed, at which try; ✗ tried and not passed, with how many tries; blank: not tried. An exercise is named by "
    "its lesson and number, as in the notebook, and by its key. Of open tasks it says who has answered them; the "
    "answers stand below. The same as a table for a spreadsheet: grid.csv."
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


def open_columns(rows: list[StudentRow]) -> list[str]:
    """The keys of the open tasks that somebody has answered, as lessons have them."""
    found = {
        lesson_key(key) for row in rows for key, entry in row.handed_in.of_kind("open").items() if open_text(entry)
    }
    return sorted(found)


def number_in_lesson(key: str) -> str:
    """The number of an exercise in its notebook, "02/1", or the letter of a task, "02/A"; "" where there is none."""
    lesson, _, name = key.partition("/")
    if name.startswith("task_"):
        return f"{lesson}/{name.removeprefix('task_').upper()}"
    return exercise_numbers().get(key, "")


def grid_head(key: str) -> str:
    """How a column is headed: "02/1 02/weight"; the key alone where no notebook of the course has the exercise."""
    return f"{number_in_lesson(key)} {key}".strip()


def grid_cell(entry: dict[str, Any] | None) -> str:
    """What stands in a cell: "✓ 2", "✗ 3", "" for what was not tried."""
    if entry is None:
        return ""
    return f"{'✓' if entry.get('passed') is True else '✗'} {number(entry.get('tries')) or ''}".strip()


def grid_cells(row: StudentRow, keys: list[str], tasks: list[str]) -> list[str]:
    """The cells of a student, by column: those of exercises, then "answered" or "" for the open tasks."""
    entries = {lesson_key(key): entry for key, entry in row.handed_in.of_kind("check").items()}
    answered = {lesson_key(key) for key, entry in row.handed_in.of_kind("open").items() if open_text(entry)}
    return [grid_cell(entries.get(key)) for key in keys] + ["answered" if key in answered else "" for key in tasks]


def grid_table(rows: list[StudentRow], links: list[str]) -> list[Html]:
    """The grid as a part of a page. links: by row, the student's page."""
    (keys, untouched), tasks = grid_columns(rows), open_columns(rows)
    lessons = f"{'lesson' if len(untouched) == 1 else 'lessons'} {', '.join(untouched)}"
    left_out = [paragraph(f"Nobody has tried an exercise of {lessons}.")] if untouched else []
    if not keys and not tasks:
        return left_out
    head = ["student", "passed", *(numbered(key) for key in keys + tasks)]
    body = [_row(row, link, keys, tasks) for row, link in zip(rows, links, strict=True)]
    caption = f"Who has passed what: {number_of(len(keys), 'exercise')}, {number_of(len(tasks), 'open task')}"
    return [paragraph(LEGEND), table(caption, head, body), *left_out]


def numbered(key: str) -> Html:
    """An exercise or a task by its number in the notebook, over its key."""
    known = number_in_lesson(key)
    code = Html(f"<code>{own(key)}</code>")
    return Html(f"{text(known)}<br>{code}") if known else code


def _row(row: StudentRow, link: str, keys: list[str], tasks: list[str]) -> list[object]:
    one = row.handed_in
    if one.problem:
        why = Html(f'<span class="flag">{"no hand-in" if one.missing else "not read"}</span>')
        return [own(one.label), why, *[Html("")] * (len(keys) + len(tasks))]
    name = Html(f'<a href="{text(link)}">{own(one.label)}</a>')
    return [name, row.passed, *(_coloured(cell) for cell in grid_cells(row, keys, tasks))]


def _coloured(cell: str) -> Html:
    kind = {"✓": "right", "✗": "flag"}.get(cell[:1], "")
    return Html(f'<span class="{kind}">{text(cell)}</span>' if cell else "")
