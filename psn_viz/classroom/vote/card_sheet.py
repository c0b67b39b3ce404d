"""A sheet to print for a vote without a network: the options in large letters, to hold up; the truth is not on it."""

from __future__ import annotations

from collections.abc import Sequence

from psn_viz.classroom.vote.vote_language import Speech, question_in
from psn_viz.classroom.vote.vote_question import LETTERS, VoteQuestion
from psn_viz.course.text_page import escape
from psn_viz.files import asset


def sheet_html(questions: Sequence[VoteQuestion], language: str = "en") -> str:
    """One landscape page A4 for each question, as a file that needs no other."""
    speech = Speech(language)
    pages = "".join(_page(question_in(question, language), speech) for question in questions)
    style = asset(f"{__package__}.vote_files", "cards.css")
    title = escape(questions[0].key) if len(questions) == 1 else speech.say("Questions")
    return (
        f'<!DOCTYPE html>\n<html lang="{speech.tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{speech.say("Cards: {0}", title)}</title><link rel="icon" href="data:,">'
        f"<style>{style}</style></head>\n"
        f"<body><main>{pages}</main></body></html>\n"
    )


def _page(question: VoteQuestion, speech: Speech) -> str:
    def show(text: str) -> str:
        return speech.show(question, text)

    key = escape(question.key)
    setting = f"<p>{show(question.setting)}</p>" if question.setting else ""
    head = f"<h1>{show(question.prompt)}</h1>{setting}"
    if question.kind == "number":
        how = speech.say("{0} · write your number large, and hold the sheet up when you are asked to.", key)
        return (
            f'<section>{head}<p><small>{how}</small></p><div class="psn-blank">{show(question.unit)}</div></section>'
        )
    count = len(question.options)
    kind = "psn-two" if count < 4 else "psn-many" if count > 4 else ""
    cards = "".join(
        f"<li><b>{LETTERS[n]}</b><span>{show(option.text)}</span></li>" for n, option in enumerate(question.options)
    )
    how = speech.say(
        "{0} · fold the sheet so that your letter is in front, or cut it along the lines; hold it up when you are "
        "asked to.",
        key,
    )
    return f'<section>{head}<p><small>{how}</small></p><ol class="{kind}">{cards}</ol></section>'
