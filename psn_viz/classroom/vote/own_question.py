"""A teacher's own questions, from a small text file.

    # A line that begins with # is left out.
    ? Which neuron can be computed without a loop?
    - The LIF with a hard reset
    > Its reset depends on a decision.
    * The PSN
    > Yes: it has no reset.

    ? T = 16 and k = 4: how many entries of W does the mask leave?
    = 58 entries

What a line begins with says what it is: `?` a question, `-` a wrong option, `*` the right one, `>` what is said about
the option above once it is uncovered, `=` the number that is right, with its unit, in place of options (within 5 % is
right). A blank follows it. Empty lines part nothing; a line that begins with a blank goes on with the one above.
Formulas stand between dollar signs: $H = W X$.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from psn_viz.classroom.own_text import NoText, own_text
from psn_viz.classroom.vote.vote_question import LETTERS, NoVote, VoteOption, VoteQuestion
from psn_viz.course.languages.translate import filled, word
from psn_viz.read_numbers import read_number

MARKS = "?-*>="
MOST_OPTIONS = 8  # more do not fit on a projector
LONGEST = 600  # characters of one question or option
TOLERANCE = 0.05  # as a share of the number, as in the course


@dataclass
class _Piece:
    """A line with what goes on with it."""

    line: int
    mark: str
    text: str


@dataclass
class _Draft:
    """A question as far as it has been read."""

    line: int
    prompt: str
    options: list[list] = field(default_factory=list)  # text, feedback, right
    number: _Piece | None = None
    told: str = ""


def own_questions(path: Path, language: str = "en") -> list[VoteQuestion]:
    """The questions of a file, whose texts are in `language`.

    Raises NoVote, with the number of the line, for what cannot be read.
    """
    try:
        text = own_text(path)
    except NoText as error:
        raise NoVote(str(error)) from None
    try:
        return questions_in(text, path.stem, language)
    except NoVote as error:
        raise NoVote(f"{path}, {error}") from None


def questions_in(text: str, name: str = "own", language: str = "en") -> list[VoteQuestion]:
    """The questions of a text; their keys are `name` with the number of each. Raises NoVote."""
    drafts: list[_Draft] = []
    for piece in _pieces(text):
        if piece.mark == "?":
            drafts.append(_Draft(piece.line, piece.text))
        elif not drafts:
            raise _wrong(piece.line, f"a question, '? …', comes first, not {piece.mark + ' ' + piece.text!r:.60}")
        else:
            _add(drafts[-1], piece)
    if not drafts:
        raise _wrong(1, "there is no question: a line '? …', then options '- …', the right one '* …'")
    one = len(drafts) == 1
    keys = [name if one else f"{name} {number}" for number in range(1, len(drafts) + 1)]
    return [_finished(draft, key, language) for draft, key in zip(drafts, keys, strict=True)]


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        rest = line[1:].strip()
        if line[0].isspace() and pieces:
            pieces[-1].text += " " + line.strip()
        elif line[0] in MARKS:
            if not rest:
                raise _wrong(number, f"there is nothing after {line[0]!r}")
            if not line[1].isspace():  # "-5" may be meant as a number
                raise _wrong(number, f"a blank comes after {line[0]!r}, as in '{line[0]} {rest[:20]}'")
            pieces.append(_Piece(number, line[0], rest))
        else:
            raise _wrong(number, f"a line begins with one of {' '.join(MARKS)} or a blank, not {line[:40]!r}")
        if len(pieces[-1].text) > LONGEST:
            raise _wrong(pieces[-1].line, f"it is longer than {LONGEST} characters")
    return pieces


def _add(draft: _Draft, piece: _Piece) -> None:
    if piece.mark in "-*":
        if draft.number is not None:
            raise _wrong(piece.line, f"an option, but line {draft.number.line} has a number: a question has either")
        if piece.text in [option[0] for option in draft.options]:
            raise _wrong(piece.line, f"the option {piece.text[:40]!r} is there twice")
        if len(draft.options) == MOST_OPTIONS:
            raise _wrong(
                piece.line, f"a question has at most {MOST_OPTIONS} options, A to {LETTERS[MOST_OPTIONS - 1]}"
            )
        draft.options.append([piece.text, "", piece.mark == "*"])
    elif piece.mark == "=":
        if draft.options or draft.number is not None:
            raise _wrong(piece.line, "a number, but the question has options or a number already")
        draft.number = piece
    elif draft.number is not None:
        draft.told = piece.text
    elif not draft.options:
        raise _wrong(piece.line, "'> …' stands below the option that it is about")
    elif draft.options[-1][1]:
        raise _wrong(piece.line, "the option has its '> …' already: a longer one goes on in a line with a blank")
    else:
        draft.options[-1][1] = piece.text


def _finished(draft: _Draft, key: str, language: str) -> VoteQuestion:
    if draft.number is not None:
        return _number_question(draft, draft.number, key, language)
    if len(draft.options) < 2:
        raise _wrong(draft.line, f"the question has {len(draft.options)} options: it needs two, or a number, '= …'")
    if (right := sum(option[2] for option in draft.options)) != 1:
        raise _wrong(draft.line, f"one option is the right one, '* …', and here {right} are")
    options = tuple(VoteOption(*option) for option in draft.options)
    return VoteQuestion(key, "choice", draft.prompt, options=options, language=language)


def _number_question(draft: _Draft, piece: _Piece, key: str, language: str) -> VoteQuestion:
    number, _, unit = piece.text.partition(" ")
    try:
        truth = read_number(number)
        if not abs(truth) < 1e300:  # NaN, too
            raise ValueError(f"{number!r} is no number that can be compared")
    except ValueError as error:
        raise _wrong(piece.line, str(error)) from None
    unit = unit.strip()
    told = filled(word("It is {0}.", language), f"{truth:.4g} {unit}".strip()) + (
        f" {draft.told}" if draft.told else ""
    )
    return VoteQuestion(
        key, "number", draft.prompt, unit=unit, truth=truth, told=told, language=language,
        is_right=lambda answer: abs(answer - truth) <= TOLERANCE * abs(truth),
    )  # fmt: skip


def _wrong(line: int, what: str) -> NoVote:
    return NoVote(f"line {line}: {what}")
