"""What a class has chosen, before and after, as a page and as a table: counts, and what they cannot show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from psn_viz.classroom.inventory.all_items import INVENTORY
from psn_viz.classroom.inventory.answer_table import OPEN, RIGHT, ClassAnswers
from psn_viz.classroom.inventory.inventory_item import FORMS
from psn_viz.classroom.inventory.inventory_pages import page
from psn_viz.classroom.inventory.known_misconceptions import MISCONCEPTIONS
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.text_page import escape, number_of

WHEN = ("before", "after")
NOT_SHOWN = (
    "No learning gain is claimed. There is no control: what would have changed without the course, by the second "
    "sight of such questions or by other lessons, is not known.",
    "The two forms have not been tried with a class, nor shown to be equally hard. Where half of the class begins "
    "with A and half with B, a difference of the forms stands in both columns alike.",
    "A class is small. If 20 students only guess among four options, 5 are right on average, with a standard "
    "deviation of 1.9, and the difference of two such counts has one of 2.7.",
    "One choice is no diagnosis: whoever guesses hits a wrong idea, too. The counts are of sheets: who was there "
    "only once is in one column.",
)


def counted_rows(answers: Sequence[ClassAnswers]) -> Iterator[tuple[int, str, str, str, list[int]]]:
    """For each thing that can be chosen in each item: number, key, name, what it says, the count in each file."""
    for number, objective in enumerate(INVENTORY, start=1):
        ideas = [option.misconception for option in objective.a.options if option.misconception]
        for name in (RIGHT, *ideas, OPEN):
            text = MISCONCEPTIONS[name].text if name in MISCONCEPTIONS else ""
            yield number, objective.key, name, text, [one.counts[objective.key][name] for one in answers]


def counts_csv(answers: Sequence[ClassAnswers]) -> bytes:
    """The counts as a table for a spreadsheet."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(["item", "objective", "chosen", "idea", *WHEN[: len(answers)]])
    for number, key, name, idea, counts in counted_rows(answers):
        table.writerow([number, key, name, idea, *counts])
    return text.getvalue().encode("utf-8-sig")


def counts_page(answers: Sequence[ClassAnswers]) -> str:
    """One or two files of answers, side by side, as an HTML file."""
    when = WHEN[: len(answers)]
    parts = ["<h1>Concept inventory: what was chosen</h1>"]
    for name, one in zip(when, answers, strict=True):
        forms = ", ".join(f"{one.forms[form]} of form {form}" for form in FORMS)
        parts.append(f"<p>{name.capitalize()}: {number_of(one.sheets, 'sheet')} ({forms}).</p>")
        if one.unread:
            rows = "".join(f"<li>{escape(line)}</li>" for line in one.unread)
            told = number_of(len(one.unread), "row")
            parts.append(f'<p>Left out of it, {told}:</p><ul class="said">{rows}</ul>')
    parts.append('<h2>What this cannot show</h2><ul class="said warning">')
    parts += [f"<li>{escape(line)}</li>" for line in NOT_SHOWN]
    parts.append("</ul><h2>Counts</h2>" + _table(answers, when))
    return page("Counts of the inventory", "".join(parts))


def _table(answers: Sequence[ClassAnswers], when: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("chosen", *when))
    groups: dict[str, str] = {}
    for _, key, name, idea, counts in counted_rows(answers):
        cells = "".join(f'<td class="number">{count}</td>' for count in counts)
        said = f"<b>{name}</b>" if name == RIGHT else name if name == OPEN else escape(idea)
        groups[key] = groups.get(key, "") + f'<tr><th scope="row">{said}</th>{cells}</tr>'
    bodies = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="{1 + len(when)}"><b>{number}</b> · lesson {one.lesson}: '
        f"{markup(one.words)}</th></tr>{groups[one.key]}</tbody>"
        for number, one in enumerate(INVENTORY, start=1)
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead>{bodies}</table></div>'
