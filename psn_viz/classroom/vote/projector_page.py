"""What the projector shows: question, address and count while a round is open, then the spread, then the truth."""

from __future__ import annotations

from functools import cache

from psn_viz.classroom.vote.ballot import Ballot, VoteSession
from psn_viz.classroom.vote.number_strip import strip_html
from psn_viz.classroom.vote.phone_page import main_part, state_of, whole_page
from psn_viz.classroom.vote.vote_language import Speech, question_in
from psn_viz.classroom.vote.vote_question import LETTERS, VoteQuestion
from psn_viz.course.text_page import escape


@cache
def qr_code(address: str, name: str = "QR code of the address") -> str:
    """A QR code as SVG with this name, as HTML, or "" where the package segno is not installed."""
    try:
        import segno
    except ImportError:
        return ""
    # Dark on white in both themes: not every phone reads the reverse.
    drawn = segno.make(address, micro=False).svg_inline(border=3, dark="#000", light="#fff", omitsize=True)
    return f'<div class="psn-qr" role="img" aria-label="{name}">{drawn}</div>'


def projector_page(
    session: VoteSession, stage: str, address: str, phones: bool, notice: str = "", language: str = "en"
) -> str:
    """The teacher's page. `phones`: whether they reach the address; `notice`: what went wrong."""
    speech, ballot = Speech(language), session.ballot
    question, state = question_in(ballot.question, language), state_of(ballot, speech)
    where = f" · {speech.say('{0} of {1}', session.at + 1, len(session.ballots))}" if len(session.ballots) > 1 else ""
    warned = f'<p class="psn-notice" role="alert">{speech.tell(notice)}</p>' if notice else ""
    aside = _how_to_vote(address, phones, len(ballot.rounds[-1].votes), speech) if ballot.is_open else ""
    body = (
        f'<p class="psn-round">{escape(question.key)}{where} · {state}{_count_of_last(ballot, speech)}</p>{warned}\n'
        f'<div class="psn-stage"><section>{_question(ballot, question, speech)}</section>{aside}</div>\n'
        f'<div class="psn-buttons">{_buttons(session, speech)}</div>'
    )
    title = speech.say("Vote: {0}", escape(question.key))
    return whole_page(title, main_part(stage, state, body, speech), speech, "projector.js", "psn-projector")


def _count_of_last(ballot: Ballot, speech: Speech) -> str:
    return "" if ballot.is_open else f" · {speech.say('{0} answered', len(ballot.rounds[-1].votes))}"


def _how_to_vote(address: str, phones: bool, answered: int, speech: Speech) -> str:
    if phones:
        shown = address.removeprefix("http://").removesuffix("/")
        code = qr_code(address, speech.say("QR code of the address"))
        reach = f'{code}<p class="psn-address">{escape(shown)}</p>'
    else:
        only = speech.say("This machine only. For phones, start it with {0}", "<code>--host 0.0.0.0</code>")
        reach = f'<p class="psn-address">{escape(address)}</p><p>{only}</p>'
    count = speech.say("{0} answered", f'<output class="psn-count" aria-live="off">{answered}</output>')
    return f'<aside aria-label="{speech.say("How to vote")}">{reach}<p>{count}</p></aside>'


def _question(ballot: Ballot, question: VoteQuestion, speech: Speech) -> str:
    # Once all is uncovered, its place is needed for what is said.
    shown = question.setting and not ballot.uncovered
    setting = f'<p class="psn-setting">{speech.show(question, question.setting)}</p>' if shown else ""
    head = f"{setting}<h1>{speech.show(question, question.prompt)}</h1>"
    # While a round is open no spread is seen, that of an earlier round neither.
    rounds = [] if ballot.is_open else ballot.rounds
    if question.kind == "number":
        unit = speech.show(question, question.unit)
        if not rounds:
            asked = speech.say("Answer: a number, in {0}.", unit) if unit else speech.say("Answer: a number.")
            return f"{head}<p>{asked}</p>"
        numbers = [list(one.votes.values()) for one in rounds]
        strip = strip_html(numbers, question.unit, question.truth if ballot.uncovered else None, speech)
        return f"{head}{strip}{_number_told(ballot, question, speech) if ballot.uncovered else ''}"
    counts = [one.counts() for one in rounds]
    rows = []
    for place in range(len(question.options)):
        bars = "".join(
            _bar(count.get(place, 0), sum(count.values()), number if len(counts) > 1 else 0, speech)
            for number, count in enumerate(counts, start=1)
        )
        rows.append(_option(question, place, bars, ballot.uncovered, speech))
    return f'{head}<ol class="psn-options">{"".join(rows)}</ol>'


def _option(question: VoteQuestion, place: int, bars: str, uncovered: bool, speech: Speech) -> str:
    option, letter = question.options[place], LETTERS[place]
    told = kind = ""
    if uncovered:
        kind = ' class="psn-right"' if option.right else ' class="psn-wrong"'
        feedback = speech.show(question, option.feedback)
        told = f'<p class="psn-feedback">{feedback}</p>' if option.feedback else ""
        mark, name = ("✓", speech.say("right")) if option.right else ("✗", speech.say("not right"))
        letter = f'{letter} <span role="img" aria-label="{name}">{mark}</span>'
    spread = f'<div class="psn-bars">{bars}</div>' if bars else ""
    return f"<li{kind}><b>{letter}</b><div><p>{speech.show(question, option.text)}</p>{told}</div>{spread}</li>"


def _bar(count: int, total: int, number: int, speech: Speech) -> str:
    """A bar of one option in round `number`, 0 where there is one round only."""
    share = 100 * count / total if total else 0
    name = ("", f"{speech.say('1st')} ", f"{speech.say('2nd')} ")[number]
    kind = "psn-bar psn-first" if number == 1 else "psn-bar"
    drawn = f'<rect width="{share:.2f}" height="1"/>'
    return (
        f'<p class="{kind}"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg> '
        f"<span>{name}{count} · {int(share + 0.5)} %</span></p>"
    )


def _number_told(ballot: Ballot, question: VoteQuestion, speech: Speech) -> str:
    told = f'<p class="psn-right"><b>{speech.show(question, question.told)}</b>'
    if question.truth is None:
        return f"{told}</p>"
    near = [(sum(map(question.is_right, one.votes.values())), len(one.votes)) for one in ballot.rounds]
    if len(near) == 1:
        shares = speech.say("Near enough to be right: {0} of {1}.", *near[0])
    else:
        shares = speech.say("Near enough to be right: {0} of {1}, then {2} of {3}.", *near[0], *near[1])
    return f"{told} {shares}</p>"


def _buttons(session: VoteSession, speech: Speech) -> str:
    # What the teacher can do: its name, its key, and what stands on the button.
    actions = (
        ("previous", "←", speech.say("Previous")),
        ("close", "C", speech.say("Close the vote")),
        ("second", "S", speech.say("Second vote")),
        ("uncover", "U", speech.say("Uncover")),
        ("next", "→", speech.say("Next question")),
        ("again", "0", speech.say("Start over")),
    )
    sure = f' data-sure="{speech.say("Clear the votes on this question, and ask it again?")}"'
    able = session.may()
    # The one that a clicker presses: what comes next when there is no second vote.
    forward = next((name for name in ("close", "uncover", "next") if name in able), "")
    stage = f'<input type="hidden" name="stage" value="{session.stage}">'
    return "".join(
        f'<form method="post" action="/teacher">{stage}<button name="do" value="{name}"'
        f"{' data-forward' if name == forward else ''}{sure if name == 'again' else ''}>{words} <kbd>{key}</kbd>"
        "</button></form>"
        for name, key, words in actions
        if name in able
    )
