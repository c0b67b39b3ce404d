"""What the projector shows: question, address and count while a round is open, then the spread, then the truth."""

from __future__ import annotations

from functools import cache

from psn_viz.classroom.vote.ballot import Ballot, VoteSession
from psn_viz.classroom.vote.number_strip import strip_html
from psn_viz.classroom.vote.phone_page import ORDINALS, whole_page
from psn_viz.classroom.vote.vote_question import LETTERS, VoteOption
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.text_page import escape

# What the teacher can do: its name, its key, and what stands on the button.
ACTIONS = (
    ("previous", "←", "Previous"),
    ("close", "C", "Close the vote"),
    ("second", "S", "Second vote"),
    ("uncover", "U", "Uncover"),
    ("next", "→", "Next question"),
    ("again", "0", "Start over"),
)


@cache
def qr_code(address: str) -> str:
    """A QR code as SVG, or "" where the package segno is not installed."""
    try:
        import segno
    except ImportError:
        return ""
    # Dark on white in both themes: not every phone reads the reverse.
    drawn = segno.make(address, micro=False).svg_inline(border=3, dark="#000", light="#fff", omitsize=True)
    return f'<div class="psn-qr" role="img" aria-label="QR code of the address">{drawn}</div>'


def projector_page(session: VoteSession, stage: str, address: str, phones: bool, notice: str = "") -> str:
    """The teacher's page. `phones`: whether they reach the address; `notice`: what went wrong."""
    ballot = session.ballot
    where = f" · {session.at + 1} of {len(session.ballots)}" if len(session.ballots) > 1 else ""
    name = f"{ORDINALS[len(ballot.rounds) - 1]} vote"
    state = "uncovered" if ballot.uncovered else f"{name} {'is open' if ballot.is_open else 'is closed'}"
    warned = f'<p class="psn-notice" role="alert">{escape(notice)}</p>' if notice else ""
    aside = _how_to_vote(address, phones, len(ballot.rounds[-1].votes)) if ballot.is_open else ""
    body = (
        f'<main data-stage="{escape(stage)}" data-says="{escape(state[:1].upper() + state[1:])}.">\n'
        f'<p class="psn-round">{escape(ballot.question.key)}{where} · {state}{_count_of_last(ballot)}</p>{warned}\n'
        f'<div class="psn-stage"><section>{_question(ballot)}</section>{aside}</div>\n'
        f'<div class="psn-buttons">{_buttons(session)}</div>\n</main>\n'
        '<p class="psn-connection" role="status" hidden></p>\n<p class="psn-aloud" role="status"></p>'
    )
    return whole_page(f"Vote: {ballot.question.key}", body, "projector.js", "psn-projector")


def _count_of_last(ballot: Ballot) -> str:
    return "" if ballot.is_open else f" · {len(ballot.rounds[-1].votes)} answered"


def _how_to_vote(address: str, phones: bool, answered: int) -> str:
    if phones:
        shown = address.removeprefix("http://").removesuffix("/")
        reach = f'{qr_code(address)}<p class="psn-address">{escape(shown)}</p>'
    else:
        reach = (
            f'<p class="psn-address">{escape(address)}</p><p>This machine only. For phones, start it with '
            "<code>--host 0.0.0.0</code></p>"
        )
    count = f'<p><output class="psn-count" aria-live="off">{answered}</output> answered</p>'
    return f'<aside aria-label="How to vote">{reach}{count}</aside>'


def _question(ballot: Ballot) -> str:
    question = ballot.question
    # Once all is uncovered, its place is needed for what is said.
    shown = question.setting and not ballot.uncovered
    setting = f'<p class="psn-setting">{markup(question.setting)}</p>' if shown else ""
    head = f"{setting}<h1>{markup(question.prompt)}</h1>"
    # While a round is open no spread is seen, that of an earlier round neither.
    rounds = [] if ballot.is_open else ballot.rounds
    if question.kind == "number":
        if not rounds:
            return f"{head}<p>Answer: a number{f', in {escape(question.unit)}' if question.unit else ''}.</p>"
        numbers = [list(one.votes.values()) for one in rounds]
        strip = strip_html(numbers, question.unit, question.truth if ballot.uncovered else None)
        return f"{head}{strip}{_number_told(ballot) if ballot.uncovered else ''}"
    counts = [one.counts() for one in rounds]
    rows = []
    for place, option in enumerate(question.options):
        bars = "".join(
            _bar(count.get(place, 0), sum(count.values()), number if len(counts) > 1 else 0)
            for number, count in enumerate(counts, start=1)
        )
        rows.append(_option(LETTERS[place], option, bars, ballot.uncovered))
    return f'{head}<ol class="psn-options">{"".join(rows)}</ol>'


def _option(letter: str, option: VoteOption, bars: str, uncovered: bool) -> str:
    told = kind = ""
    if uncovered:
        kind = ' class="psn-right"' if option.right else ' class="psn-wrong"'
        told = f'<p class="psn-feedback">{markup(option.feedback)}</p>' if option.feedback else ""
        mark = "✓" if option.right else "✗"
        letter = f'{letter} <span role="img" aria-label="{"right" if option.right else "not right"}">{mark}</span>'
    spread = f'<div class="psn-bars">{bars}</div>' if bars else ""
    return f"<li{kind}><b>{letter}</b><div><p>{markup(option.text)}</p>{told}</div>{spread}</li>"


def _bar(count: int, total: int, number: int) -> str:
    """A bar of one option in round `number`, 0 where there is one round only."""
    share = 100 * count / total if total else 0
    name = f"{'1st' if number == 1 else '2nd'} " if number else ""
    kind = "psn-bar psn-first" if number == 1 else "psn-bar"
    drawn = f'<rect width="{share:.2f}" height="1"/>'
    return (
        f'<p class="{kind}"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg> '
        f"<span>{name}{count} · {int(share + 0.5)} %</span></p>"
    )


def _number_told(ballot: Ballot) -> str:
    question = ballot.question
    told = f'<p class="psn-right"><b>{markup(question.told)}</b>'
    if question.truth is None:
        return f"{told}</p>"
    near = [sum(map(question.is_right, one.votes.values())) for one in ballot.rounds]
    shares = ", then ".join(f"{n} of {len(one.votes)}" for n, one in zip(near, ballot.rounds, strict=True))
    return f"{told} Near enough to be right: {shares}.</p>"


def _buttons(session: VoteSession) -> str:
    able = session.may()
    # The one that a clicker presses: what comes next when there is no second vote.
    forward = next((name for name in ("close", "uncover", "next") if name in able), "")
    stage = f'<input type="hidden" name="stage" value="{session.stage}">'
    return "".join(
        f'<form method="post" action="/teacher">{stage}'
        f'<button name="do" value="{name}"{" data-forward" if name == forward else ""}>{words} <kbd>{key}</kbd>'
        "</button></form>"
        for name, key, words in ACTIONS
        if name in able
    )
