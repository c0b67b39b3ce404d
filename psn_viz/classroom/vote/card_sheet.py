"""A sheet to print for a vote without a network: the options in large letters, to hold up; the truth is not on it."""

from __future__ import annotations

from collections.abc import Sequence

from psn_viz.classroom.vote.vote_question import LETTERS, VoteQuestion
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.text_page import escape
from psn_viz.files import asset


def sheet_html(questions: Sequence[VoteQuestion]) -> str:
    """One landscape page A4 for each question, as a file that needs no other."""
    pages = "".join(map(_page, questions))
    style = asset(f"{__package__}.vote_files", "cards.css")
    title = escape(questions[0].key) if len(questions) == 1 else "Questions"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Cards: {title}</title><link rel="icon" href="data:,"><style>{style}</style></head>\n'
        f"<body><main>{pages}</main></body></html>\n"
    )


def _page(question: VoteQuestion) -> str:
    setting = f"<p>{markup(question.setting)}</p>" if question.setting else ""
    head = f"<h1>{markup(question.prompt)}</h1>{setting}"
    if question.kind == "number":
        how = f"{escape(question.key)} · write your number large, and hold the sheet up when you are asked to."
        return (
            f"<section>{head}<p><small>{how}</small></p>"
            f'<div class="psn-blank">{escape(question.unit)}</div></section>'
        )
    count = len(question.options)
    kind = "psn-two" if count < 4 else "psn-many" if count > 4 else ""
    cards = "".join(
        f"<li><b>{LETTERS[n]}</b><span>{markup(option.text)}</span></li>" for n, option in enumerate(question.options)
    )
    how = (
        f"{escape(question.key)} · fold the sheet so that your letter is in front, or cut it along the lines; "
        "hold it up when you are asked to."
    )
    return f'<section>{head}<p><small>{how}</small></p><ol class="{kind}">{cards}</ol></section>'
