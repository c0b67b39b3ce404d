"""`psn-viz inventory OUT`: the concept inventory as files to print, for Moodle, and as tables; or a class counted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from psn_viz.classroom.inventory.all_items import INVENTORY
from psn_viz.classroom.inventory.answer_table import AnswersError, read_answers, template
from psn_viz.classroom.inventory.counts_page import NOT_SHOWN, counts_csv, counts_page
from psn_viz.classroom.inventory.inventory_item import FORMS
from psn_viz.classroom.inventory.inventory_pages import key_page, sheet_page
from psn_viz.course.answers.store import VARIABLE
from psn_viz.course.text_page import number_of
from psn_viz.export.exported_questions import ExportedOption, ExportedQuestion
from psn_viz.export.handed_out import LICENCE
from psn_viz.export.notebook_error import NotebookError
from psn_viz.export.question_formats import FORMATS
from psn_viz.export.whole_folder import MARK, SUMS, write_whole_folder

TOLD = 5  # rows that were left out, in the terminal
README = """\
# psn_viz: concept inventory

{count} objectives of the course, each asked in two forms, A and B: the same idea, in other numbers or another
setting. One form before the course, the other one after it, half of the class beginning with A and half with B;
20 to 25 minutes each time (an estimate, not tried). Nobody needs to know a term of the course.

- `form_A.html`, `form_B.html`: to print and hand out. No answers.
- `inventory_A`, `inventory_B`: the same for Moodle (`.xml` or `.gift.txt`), and as tables (`.csv`), **with** the
  right answers and without feedback, so that the first form does not teach for the second. Leave the options in
  their order: the key and the counts go by letters. The `.xml` says so to Moodle; GIFT has no word for it, so after a
  `.gift.txt` set *Shuffle within questions* of the quiz to *No*.
- `key.html`: for the teacher: right options, what each wrong one suggests, and the sentences of the course that
  decide.
- `answers.csv`: an empty table. One row for each sheet: a name or number, the form (A or B), a letter for each
  question or nothing. Fill in one copy before the course and one after it, then

      psn-viz inventory COUNTS --score before.csv after.csv

The questions and their key are in the package psn_viz, too: whoever looks there finds them. They are meant to show
what a class thinks, not to mark it.

What before and after cannot show:

{not_shown}

{licence}

`{sums}` lists the check sums of the files. Made by `psn-viz inventory`, version {version}.
"""
COUNTS_README = """\
# psn_viz: counts of the concept inventory

`counts.html` to read, `counts.csv` for a spreadsheet: for each question how many chose the right option, and each
wrong idea. No names are in them.

{not_shown}

`{sums}` lists the check sums of the files. Made by `psn-viz inventory --score`, version {version}.
"""


def inventory_questions(form: str) -> list[ExportedQuestion]:
    """The items of a form as other systems take them: options in the order of their letters, no feedback."""
    return [
        ExportedQuestion(
            f"inventory_{form}/{number:02}_{objective.key}",
            objective.item(form).prompt,
            options=tuple(ExportedOption(one.text, one.right, "") for one in objective.item(form).options),
        )
        for number, objective in enumerate(INVENTORY, start=1)
    ]


def inventory_files() -> dict[str, bytes]:
    """What `psn-viz inventory OUT` writes, by name."""
    files = {"key.html": key_page().encode(), "answers.csv": template()}
    for form in FORMS:
        files[f"form_{form}.html"] = sheet_page(form).encode()
        questions = inventory_questions(form)
        for name, (written, ending) in FORMATS.items():
            files[f"inventory_{form}{ending}"] = written(questions).encode("utf-8-sig" if name == "csv" else "utf-8")
    return files | {MARK: _filled(README)}


def counts_files(paths: Sequence[Path]) -> tuple[dict[str, bytes], list[str]]:
    """What `psn-viz inventory OUT --score BEFORE AFTER` writes, by name, and what to tell about each file.

    Raises AnswersError for a file that cannot be read.
    """
    answers = [read_answers(path) for path in paths]
    told = []
    for path, one in zip(paths, answers, strict=True):
        told.append(f"{path}: {number_of(one.sheets, 'sheet')}, {number_of(len(one.unread), 'row')} left out")
        told += [f"  {line}" for line in one.unread[:TOLD]]
        if len(one.unread) > TOLD:
            told.append("  The others are in counts.html.")
    files = {"counts.html": counts_page(answers).encode(), "counts.csv": counts_csv(answers)}
    return files | {MARK: _filled(COUNTS_README)}, told


def inventory_command(folder: Path, score: Sequence[Path] | None) -> int:
    """Run `psn-viz inventory` and return its exit code."""
    os.environ[VARIABLE] = "off"  # what the teacher has answered is neither read nor written
    try:
        if score is None:
            files, told = (
                inventory_files(),
                ["key.html and the files for Moodle hold the answers: keep them from the class."],
            )
        elif len(score) > 2:
            raise NotebookError(f"--score takes one file, or two: before and after; it got {len(score)}")
        else:
            files, told = counts_files(score)
        write_whole_folder(folder, files)
    except (NotebookError, AnswersError) as unfit:
        print(f"psn-viz inventory: {unfit}", file=sys.stderr)
        return 1
    print(f"psn-viz inventory: {folder}, {len(files)} files")
    print("\n".join(f"  {line}" for line in told))
    return 0


def _filled(text: str) -> bytes:
    from psn_viz import __version__

    shown = "\n".join(f"- {line}" for line in NOT_SHOWN)
    return text.format(
        count=len(INVENTORY), not_shown=shown, licence=LICENCE, sums=SUMS, version=__version__
    ).encode()
