"""What a class has answered, as a table for a spreadsheet: counts, and nothing about who has voted."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from psn_viz.classroom.vote.ballot import VoteSession
from psn_viz.classroom.vote.vote_question import LETTERS
from psn_viz.files import write_whole
from psn_viz.read_numbers import is_number

COLUMNS = ("question", "round", "option", "text", "count")


def write_counts(path: Path, session: VoteSession) -> None:
    """Write all closed rounds, whole or not at all. Raises OSError."""
    write_whole(path, counts_as_csv(session).encode("utf-8-sig"))  # by whose first bytes spreadsheets know UTF-8


def counts_as_csv(session: VoteSession) -> str:
    """All closed rounds: a row for each option, with 0 where nobody chose it, or for each number that was given."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for ballot in session.ballots:
        question = ballot.question
        for number, one in enumerate(ballot.rounds, start=1):
            if one.is_open:
                continue
            counts = one.counts()
            if question.kind == "choice":
                rows = [(LETTERS[n], option.text, counts.get(n, 0)) for n, option in enumerate(question.options)]
            else:
                rows = [(f"{answer:.15g}", question.unit, count) for answer, count in counts.items()]
            table.writerows(map(_plain, (question.key, number, *row)) for row in rows)
    return text.getvalue()


def _plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: text that begins as one gets an apostrophe in front."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) and not is_number(cell):
        return f"'{cell}"
    return cell
