"""What a class has answered, out of a CSV: a row for each sheet, with its form and the letter of each item."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from psn_viz.classroom.inventory.all_items import INVENTORY
from psn_viz.classroom.inventory.inventory_item import FORMS, Objective
from psn_viz.classroom.vote.vote_question import LETTERS

COLUMNS = ("student", "form", *(str(number) for number in range(1, len(INVENTORY) + 1)))
LARGEST = 2_000_000  # bytes: some ten thousand sheets
RIGHT, OPEN = "right", "no answer"


class AnswersError(ValueError):
    """A file of answers cannot be read; the message says why."""


@dataclass
class ClassAnswers:
    """The sheets that could be read.

    counts: for each objective's key how often its right option was chosen (RIGHT), each misconception by its name,
    and none (OPEN). forms: how many sheets of each form. unread: a line for each row that was left out, with the
    reason.
    """

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {one.key: Counter() for one in INVENTORY})
    forms: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)

    @property
    def sheets(self) -> int:
        """How many have been read."""
        return self.forms.total()


def template() -> bytes:
    """An empty table to type the answers into, as a spreadsheet opens it."""
    return (",".join(COLUMNS) + "\r\n").encode("utf-8-sig")


def read_answers(path: Path) -> ClassAnswers:
    """Read a table with the columns of `template`; a row that does not fit is left out and costs no other row.

    Commas, semicolons and tabs may stand between the columns. Names serve to find a sheet that was typed twice, and
    are not kept. Raises AnswersError for a file that is none of this.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise AnswersError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise AnswersError(f"{path} is larger than {LARGEST // 10**6} MB")
    text = data.decode("utf-8-sig", "replace")
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    found, seen = ClassAnswers(), set()
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
        if tuple(head) != COLUMNS:
            raise AnswersError(
                f"{path} must begin with the line {','.join(COLUMNS[:4])},…,{COLUMNS[-1]}, got {first.strip()[:60]!r}"
            )
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            student = cells[0].casefold()
            try:
                if student and student in seen:
                    raise ValueError("this student stands in the table already")
                form, chosen = _sheet(cells)
            except ValueError as unfit:
                found.unread.append(f"line {reader.line_num}: {unfit}")
                continue
            seen.add(student)
            found.forms[form] += 1
            for objective, choice in zip(INVENTORY, chosen, strict=True):
                found.counts[objective.key][choice] += 1
    except csv.Error as error:
        raise AnswersError(f"{path} is no CSV that can be read, line {reader.line_num}: {error}") from error
    return found


def _sheet(cells: list[str]) -> tuple[str, list[str]]:
    """The form of a row and what was chosen in each item. Raises ValueError, with what does not fit."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells, and {len(COLUMNS)} are wanted")
    form = cells[1].upper()
    if form not in FORMS:
        raise ValueError(f"the form must be {' or '.join(FORMS)}, got {cells[1][:20]!r}")
    return form, [_choice(objective, form, cell) for objective, cell in zip(INVENTORY, cells[2:], strict=True)]


def _choice(objective: Objective, form: str, cell: str) -> str:
    if not cell:
        return OPEN
    options = objective.item(form).options
    letters = LETTERS[: len(options)]
    if len(cell) != 1 or cell.upper() not in letters:
        number = INVENTORY.index(objective) + 1
        raise ValueError(f"item {number} has the letters {', '.join(letters)}, got {cell[:20]!r}")
    return options[letters.index(cell.upper())].misconception or RIGHT
