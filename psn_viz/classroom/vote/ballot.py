"""The vote itself: who has answered what in which round, what is closed and what is uncovered. No server, no pages.

A class answers a question in one round or in two: a second one after discussion, beside the first. Who votes is known
by a token alone, which a browser got by chance. A vote counts for the round that it was given in, once: while the
round is open, a later one of the same token takes the place of the earlier one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from psn_viz.classroom.vote.vote_question import VoteQuestion
from psn_viz.course.languages.translate import filled
from psn_viz.read_numbers import read_number

ROUNDS = 2
MOST_VOTES = 1000  # in one round; a hall is full by then
LONGEST_ANSWER = 60  # characters

Answer = int | float  # the index of an option, or a number


class Refused(Exception):
    """A vote that does not count; the message says why, to who has voted."""

    def __init__(self, english: str, *places: object) -> None:
        super().__init__(filled(english, *places))


@dataclass
class Round:
    """One round: `ticket` is what a vote for it must carry, `votes` are by token."""

    ticket: int
    votes: dict[str, Answer] = field(default_factory=dict)
    is_open: bool = True

    def counts(self) -> dict[Answer, int]:
        """How many votes each answer has; answers without any are left out."""
        return dict(sorted(Counter(self.votes.values()).items()))


@dataclass
class Ballot:
    """One question with its rounds. Without any round, it has not been asked yet.

    past: where it was started over, the counts of the rounds before, one list for each time that it was asked.
    """

    question: VoteQuestion
    rounds: list[Round] = field(default_factory=list)
    uncovered: bool = False
    past: list[list[dict[Answer, int]]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether votes are taken now."""
        return bool(self.rounds) and self.rounds[-1].is_open

    def answer_of(self, token: str, number: int = -1) -> Answer | None:
        """What this token has voted in a round, by default the last one."""
        return self.rounds[number].votes.get(token) if self.rounds else None


class VoteSession:
    """Some questions, one after the other.

    `stage` is a number that changes with everything that the teacher does, and with nothing else. `when_closed` is
    called each time that a round has been closed.
    """

    def __init__(self, questions: Sequence[VoteQuestion], when_closed: Callable[[], None] = lambda: None) -> None:
        if not questions:
            raise ValueError("questions must hold at least one question, got none")
        self.ballots = [Ballot(question) for question in questions]
        self.at, self.stage, self._tickets, self._when_closed = 0, 0, 0, when_closed
        self._open_round()

    @property
    def ballot(self) -> Ballot:
        """The question that is shown now."""
        return self.ballots[self.at]

    def vote(self, token: str, ticket: int, given: str) -> Answer:
        """Take a vote: an option's index or a number, as text. Returns what was counted. Raises Refused."""
        ballot, current = self.ballot, self.ballot.rounds[-1]
        if ticket != current.ticket:
            raise Refused("That was another round or another question. Your vote for it was not counted.")
        if not current.is_open:
            raise Refused("This round is closed. Your vote came too late and was not counted.")
        answer = read_answer(ballot.question, given)
        if token not in current.votes and len(current.votes) >= MOST_VOTES:
            raise Refused("There are {0} votes already, and no more are taken.", MOST_VOTES)
        current.votes[token] = answer
        return answer

    def may(self) -> tuple[str, ...]:
        """What the teacher can do now: "close", "second", "uncover", "previous", "next", "again"."""
        ballot = self.ballot
        able = {
            "close": ballot.is_open,
            "second": not (ballot.is_open or ballot.uncovered) and len(ballot.rounds) < ROUNDS,
            "uncover": not (ballot.is_open or ballot.uncovered),
            "previous": self.at > 0,
            "next": self.at < len(self.ballots) - 1,
            "again": not ballot.is_open,
        }
        return tuple(name for name, can in able.items() if can)

    def act(self, action: str, stage: int) -> bool:
        """Do what the teacher asks for in this stage; False where it cannot be done now, as at a second press."""
        if stage != self.stage or action not in self.may():
            return False
        ballot = self.ballot
        if action == "close":
            self._close()
        elif action == "second":
            self._open_round()
        elif action == "uncover":
            ballot.uncovered = True
        elif action == "again":
            ballot.past.append([one.counts() for one in ballot.rounds])
            ballot.rounds, ballot.uncovered = [], False
            self._open_round()
        else:
            self._close()
            self.at += 1 if action == "next" else -1
            if not self.ballot.rounds:
                self._open_round()
        self.stage += 1
        return True

    def end(self) -> None:
        """Close what is open."""
        self._close()

    def _open_round(self) -> None:
        self._tickets += 1
        self.ballot.rounds.append(Round(self._tickets))

    def _close(self) -> None:
        if self.ballot.is_open:
            self.ballot.rounds[-1].is_open = False
            self._when_closed()


def read_answer(question: VoteQuestion, given: str) -> Answer:
    """An answer as it is counted. Raises Refused, with what to do, where it is none."""
    if question.kind == "choice":
        if not given:
            raise Refused("Nothing was chosen, so nothing was counted. Choose one, then vote.")
        if not (given.isascii() and given.isdigit() and len(given) < 3 and int(given) < len(question.options)):
            raise Refused("That is none of the options. It was not counted.")
        return int(given)
    if not given.strip():
        raise Refused("Nothing was typed, so nothing was counted. Type a number, then vote.")
    if len(given) > LONGEST_ANSWER:
        raise Refused("That is too long for a number. It was not counted.")
    try:
        number = read_number(given, question.unit)
        if not abs(number) < 1e300:  # NaN, too
            raise ValueError(f"{given.strip()!r} is no number that can be compared")
    except ValueError as error:
        raise Refused("Not counted: {0}.", error) from None
    return number
