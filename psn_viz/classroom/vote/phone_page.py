"""What a phone shows: the question with its options, the own vote, and the truth once it is uncovered."""

from __future__ import annotations

from psn_viz.classroom.vote.ballot import Answer, Ballot, VoteSession
from psn_viz.classroom.vote.vote_question import LETTERS, VoteQuestion
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.text_page import escape

ORDINALS = ("First", "Second")


def whole_page(title: str, body: str, script: str = "", kind: str = "psn-phone") -> str:
    """A page with nothing from elsewhere. `body` is HTML, `script` the name of its script, or ""."""
    head = f'<script src="/{script}" defer></script>' if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/vote.css">'
        f'{head}</head>\n<body class="{kind}">\n{body}\n</body></html>\n'
    )


def phone_page(session: VoteSession, stage: str, token: str, refused: str = "") -> str:
    """The page for who votes with `token`; `refused` says why the last vote was not counted."""
    return whole_page(
        "Vote",
        f'{_main(session, stage, token, refused)}\n<p class="psn-connection" role="status" hidden></p>\n'
        '<p class="psn-aloud" role="status"></p>',
        "phone.js",
    )


def _main(session: VoteSession, stage: str, token: str, refused: str) -> str:
    ballot = session.ballot
    question, own = ballot.question, ballot.answer_of(token)
    name = f"{ORDINALS[len(ballot.rounds) - 1]} vote"
    state = "Uncovered" if ballot.uncovered else name if ballot.is_open else f"{name}: closed"
    head = f'<p class="psn-round">{state}</p>'
    if ballot.uncovered:
        told, asked = _uncovered(ballot, token), _asked(question)
    elif ballot.is_open:
        told, asked = _while_open(question, own), _form(ballot, own)
    else:
        told, asked = _while_closed(ballot, own), _asked(question)
    alert = f'<p class="psn-told psn-refused" role="alert" tabindex="-1">{escape(refused)}</p>' if refused else ""
    says = refused or (f"{name} is open." if ballot.is_open else f"{state}.")
    return (
        f'<main data-stage="{escape(stage)}" data-says="{escape(says)}">\n<h1 class="psn-aloud">Vote</h1>'
        f"{head}{alert}{told}\n{asked}\n</main>"
    )


def _while_open(question: VoteQuestion, own: Answer | None) -> str:
    if own is None:
        return ""
    return (
        f'<p class="psn-told" tabindex="-1">Counted: <b>{_named(question, own)}</b>. '
        "You can change it until the vote is closed.</p>"
    )


def _while_closed(ballot: Ballot, own: Answer | None) -> str:
    if own is None:
        what = "It was closed before you voted."
    else:
        what = f"You voted: <b>{_named(ballot.question, own)}</b>."
    return f'<p class="psn-told" tabindex="-1">{what} Look at the projector, and leave this page open.</p>'


def _uncovered(ballot: Ballot, token: str) -> str:
    question, own = ballot.question, ballot.answer_of(token)
    if question.kind == "number":
        told = f"<p>{markup(question.told)}</p>"
    else:
        told = "".join(
            f'<p class="psn-right"><b>{LETTERS[n]}</b> is right. {markup(option.feedback)}</p>'
            for n, option in enumerate(question.options)
            if option.right
        )
        if own is not None and not question.options[int(own)].right:
            told += f"<p><b>{LETTERS[int(own)]}</b>: {markup(question.options[int(own)].feedback)}</p>"
    votes = [ballot.answer_of(token, number) for number in range(len(ballot.rounds))]
    named = ", then ".join("nothing" if vote is None else f"<b>{_named(question, vote)}</b>" for vote in votes)
    yours = "" if votes == [None] * len(votes) else f"<p>You voted {named}.</p>"
    return f'<div class="psn-told" tabindex="-1">{yours}{told}</div>'


def _asked(question: VoteQuestion) -> str:
    """The question without anything to fill in."""
    options = "".join(
        f"<li><b>{LETTERS[n]}</b> <span>{markup(option.text)}</span></li>"
        for n, option in enumerate(question.options)
    )
    return f'{_setting(question)}<p class="psn-asked">{markup(question.prompt)}</p>' + (
        f'<ul class="psn-listed">{options}</ul>' if options else ""
    )


def _form(ballot: Ballot, own: Answer | None) -> str:
    question = ballot.question
    if question.kind == "choice":
        fields = "".join(
            f'<label class="psn-option"><input type="radio" name="answer" value="{n}" required'
            f"{' checked' if own == n else ''}><b>{LETTERS[n]}</b> <span>{markup(option.text)}</span></label>"
            for n, option in enumerate(question.options)
        )
    else:
        value = "" if own is None else f"{own:.15g}"
        unit = f" <span>{escape(question.unit)}</span>" if question.unit else ""
        fields = (
            '<label class="psn-typed"><span>Your number</span> '
            '<input type="text" name="answer" inputmode="decimal" required '
            f'autocomplete="off" maxlength="60" value="{value}">{unit}</label>'
        )
    # The group's name is the question, which a screen reader says before the first option.
    return (
        f'{_setting(question)}<form method="post" action="/"><fieldset><legend>{markup(question.prompt)}</legend>'
        f'<input type="hidden" name="round" value="{ballot.rounds[-1].ticket}">{fields}</fieldset>'
        f"<button>{'Vote' if own is None else 'Change my vote'}</button></form>"
    )


def _setting(question: VoteQuestion) -> str:
    return f'<p class="psn-setting">{markup(question.setting)}</p>' if question.setting else ""


def _named(question: VoteQuestion, answer: Answer) -> str:
    if question.kind == "choice":
        return LETTERS[int(answer)]
    return escape(f"{answer:.6g} {question.unit}".strip())
