"""What a phone shows: the question with its options, the own vote, and the truth once it is uncovered."""

from __future__ import annotations

from psn_viz.classroom.vote.ballot import Answer, Ballot, VoteSession
from psn_viz.classroom.vote.vote_language import Speech, question_in
from psn_viz.classroom.vote.vote_question import LETTERS, VoteQuestion
from psn_viz.course.text_page import escape


def whole_page(title: str, body: str, speech: Speech, script: str = "", kind: str = "psn-phone") -> str:
    """A page with nothing from elsewhere. `title`, `body` are HTML, `script` the name of its script, or ""."""
    head = f'<script src="/{script}" defer></script>' if script else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{speech.tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/vote.css">'
        f'{head}</head>\n<body class="{kind}">\n{body}\n</body></html>\n'
    )


def main_part(stage: str, aloud: str, body: str, speech: Speech) -> str:
    """The part that a script puts in the place of an earlier one. `aloud` is HTML: what a screen reader says then."""
    lost = speech.say("No connection to the vote. It is tried again.")
    return (
        f'<main data-stage="{escape(stage)}" data-says="{aloud}" data-lost="{lost}">\n{body}\n</main>\n'
        '<p class="psn-connection" role="status" hidden></p>\n<p class="psn-aloud" role="status"></p>'
    )


def name_of_round(ballot: Ballot, speech: Speech) -> str:
    """As HTML."""
    return speech.say("First vote") if len(ballot.rounds) == 1 else speech.say("Second vote")


def state_of(ballot: Ballot, speech: Speech) -> str:
    """What can be done now, as HTML."""
    if ballot.uncovered:
        return speech.say("Uncovered")
    name = name_of_round(ballot, speech)
    return speech.say("{0} is open", name) if ballot.is_open else speech.say("{0} is closed", name)


def phone_page(session: VoteSession, stage: str, token: str, refused: str = "", language: str = "en") -> str:
    """The page for who votes with `token`; `refused` says why the last vote was not counted."""
    speech, ballot = Speech(language), session.ballot
    question, own = question_in(ballot.question, language), ballot.answer_of(token)
    if ballot.uncovered:
        told, asked = _uncovered(ballot, question, token, speech), _asked(question, speech)
    elif ballot.is_open:
        told, asked = _while_open(question, own, speech), _form(ballot, question, own, speech)
    else:
        told, asked = _while_closed(question, own, speech), _asked(question, speech)
    state, alert = state_of(ballot, speech), ""
    if refused:
        alert = f'<p class="psn-told psn-refused" role="alert" tabindex="-1">{speech.tell(refused)}</p>'
    body = (
        f'<h1 class="psn-aloud">{speech.say("Vote")}</h1>\n'
        f'<div class="psn-head"><p class="psn-round">{state}</p>{speech.choice()}</div>{alert}{told}\n{asked}'
    )
    # A refusal is an alert, which is said anyway.
    return whole_page(
        speech.say("Vote"), main_part(stage, "" if refused else state, body, speech), speech, "phone.js"
    )


def _while_open(question: VoteQuestion, own: Answer | None, speech: Speech) -> str:
    if own is None:
        return ""
    told = speech.say("Counted: {0}. You can change it until the vote is closed.", _named(question, own, speech))
    return f'<p class="psn-told" tabindex="-1">{told}</p>'


def _while_closed(question: VoteQuestion, own: Answer | None, speech: Speech) -> str:
    if own is None:
        told = speech.say("It was closed before you voted. Look at the projector, and leave this page open.")
    else:
        named = _named(question, own, speech)
        told = speech.say("You voted: {0}. Look at the projector, and leave this page open.", named)
    return f'<p class="psn-told" tabindex="-1">{told}</p>'


def _uncovered(ballot: Ballot, question: VoteQuestion, token: str, speech: Speech) -> str:
    own = ballot.answer_of(token)
    if question.kind == "number":
        told = f"<p>{speech.show(question, question.told)}</p>"
    else:
        told = "".join(
            f'<p class="psn-right">{speech.say("{0} is right. {1}", *_on_option(question, n, speech))}</p>'
            for n, option in enumerate(question.options)
            if option.right
        )
        if own is not None and not question.options[int(own)].right:
            told += f"<p>{speech.say('On {0}: {1}', *_on_option(question, int(own), speech))}</p>"
    return f'<div class="psn-told" tabindex="-1">{_voted(ballot, question, token, speech)}{told}</div>'


def _on_option(question: VoteQuestion, number: int, speech: Speech) -> tuple[str, str]:
    """Its letter, and what is said about it."""
    return f"<b>{LETTERS[number]}</b>", speech.show(question, question.options[number].feedback)


def _voted(ballot: Ballot, question: VoteQuestion, token: str, speech: Speech) -> str:
    votes = [ballot.answer_of(token, number) for number in range(len(ballot.rounds))]
    if votes == [None] * len(votes):
        return ""
    named = [speech.say("nothing") if vote is None else _named(question, vote, speech) for vote in votes]
    told = speech.say("You voted {0}.", *named) if len(named) == 1 else speech.say("You voted {0}, then {1}.", *named)
    return f"<p>{told}</p>"


def _asked(question: VoteQuestion, speech: Speech) -> str:
    """The question without anything to fill in."""
    options = "".join(
        f"<li><b>{LETTERS[n]}</b> <span>{speech.show(question, option.text)}</span></li>"
        for n, option in enumerate(question.options)
    )
    asked = f'<p class="psn-asked">{speech.show(question, question.prompt)}</p>'
    return _setting(question, speech) + asked + (f'<ul class="psn-listed">{options}</ul>' if options else "")


def _form(ballot: Ballot, question: VoteQuestion, own: Answer | None, speech: Speech) -> str:
    if question.kind == "choice":
        fields = "".join(
            f'<label class="psn-option"><input type="radio" name="answer" value="{n}" required'
            f"{' checked' if own == n else ''}><b>{LETTERS[n]}</b> <span>{speech.show(question, option.text)}</span>"
            "</label>"
            for n, option in enumerate(question.options)
        )
    else:
        value = "" if own is None else f"{own:.15g}"
        unit = f" <span>{speech.show(question, question.unit)}</span>" if question.unit else ""
        fields = (
            f'<label class="psn-typed"><span>{speech.say("Your number")}</span> <input type="text" name="answer" '
            f'inputmode="decimal" required autocomplete="off" maxlength="60" value="{value}">{unit}</label>'
        )
    button = speech.say("Vote") if own is None else speech.say("Change my vote")
    # The group's name is the question, which a screen reader says before the first option.
    return (
        f'{_setting(question, speech)}<form method="post" action="/"><fieldset>'
        f"<legend>{speech.show(question, question.prompt)}</legend>"
        f'<input type="hidden" name="round" value="{ballot.rounds[-1].ticket}">{fields}</fieldset>'
        f"<button>{button}</button></form>"
    )


def _setting(question: VoteQuestion, speech: Speech) -> str:
    return f'<p class="psn-setting">{speech.show(question, question.setting)}</p>' if question.setting else ""


def _named(question: VoteQuestion, answer: Answer, speech: Speech) -> str:
    if question.kind == "choice":
        return f"<b>{LETTERS[int(answer)]}</b>"
    unit = f" {speech.show(question, question.unit)}" if question.unit else ""
    return f"<b>{answer:.6g}{unit}</b>"
