"""What a class has answered, as a table for a spreadsheet: counts, and nothing about who has voted."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from psn_viz.classroom.vote.ballot import Answer, VoteSession
from psn_viz.classroom.vote.vote_question import LETTERS, VoteQuestion
from psn_viz.files import write_whole
from psn_viz.read_numbers import is_number

COLUMNS = ("question", "asked", "round", "option", "text", "count")


def write_counts(path: Path, session: VoteSession) -> None:
    """Write all closed rounds, whole or not at all. Raises OSError."""
    write_whole(path, counts_as_csv(session).encode("utf-8-sig"))  # by whose first bytes spreadsheets know UTF-8


def counts_as_csv(session: VoteSession) -> str:
    """All closed rounds: a row for each option, with 0 where nobody chose it, or for each number that was given.

    "asked" is 1, or 2 and more for what came after a question was started over.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for ballot in session.ballots:
        question = ballot.question
        now = [one.counts() for one in ballot.rounds if not one.is_open]
        for asked, rounds in enumerate([*ballot.past, now], start=1):
            for number, counts in enumerate(rounds, start=1):
                rows = _rows(question, counts)
                table.writerows([_plain(cell) for cell in (question.key, asked, number, *row)] for row in rows)
    return text.getvalue()


def _rows(question: VoteQuestion, counts: dict[Answer, int]) -> list[tuple]:
    if question.kind == "choice":
        return [(LETTERS[n], option.text, counts.get(n, 0)) for n, option in enumerate(question.options)]
    return [(f"{answer:.15g}", question.unit, count) for answer, count in counts.items()]


def _plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: text that begins as one gets an apostrophe in front."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) and not is_number(cell):
        return f"'{cell}"
    return cell
