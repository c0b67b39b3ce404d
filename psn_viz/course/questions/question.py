"""One question: what it asks, what it takes for an answer, what the reader may see by now. No widget, no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from psn_viz.course.answers.store import answer_store, now
from psn_viz.read_numbers import read_number

KINDS = ("choice", "number", "spikes", "curve")
STATUSES = ("open", "wrong", "committed", "skipped", "second", "shown")
FROM_THE_PAGE = {"open": ("committed", "skipped"), "wrong": ("second", "shown")}  # what it may ask for, by status


@dataclass(frozen=True)
class Form:
    """What is asked, and how: all of it may be seen before there is an answer.

    kind: one of KINDS. options: of a choice. unit: of a number. steps: of spikes and of a curve. low, high, axis: of
    a curve, which is drawn over `axis`; the last word of that is its symbol.
    """

    kind: str
    prompt: str
    options: tuple[str, ...] = ()
    unit: str = ""
    steps: int = 0
    axis: str = "time-step t"
    low: float = 0.0
    high: float = 1.0
    commit_label: str = "Commit"
    can_skip: bool = True


@dataclass(frozen=True)
class Shown:
    """What the reader may see: the answers that count, and of the truth what is uncovered.

    status: "open"; "wrong", which can be thought over; "committed"; "skipped". answer, right: the first one, which
    alone counts. second, second_right: at a second thought. truth: None as long as it is covered, or not known.
    """

    status: str = "open"
    answer: Any = None
    second: Any = None
    truth: Any = None
    right: bool | None = None
    second_right: bool | None = None
    feedback: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the question has been answered for good, or skipped."""
        return self.status in ("committed", "skipped")


class Question:
    """A question that the reader answers and commits, or skips. `judge` says what is true and what to say.

    `key` names it in the progress file, from which an earlier answer is restored. `judge(answer)` gets the answer, or
    None if it was skipped, and returns (truth, right or None, feedback). Answers: an option's index, a number (as it
    was typed, until it has been read), a list of steps, a list of values. `shown` is what the reader may see.

    A wrong answer can be thought over, once. The status is then "wrong", the feedback is what `hint(answer)` says,
    and the truth stays covered until there is a second answer or the reader asks for the truth. Nothing is asked
    again where the rest is known: in a choice of two, or after the truth was told.
    """

    def __init__(
        self,
        key: str,
        form: Form,
        judge: Callable[[object], tuple],
        hint: Callable[[object], str] | None = None,
    ) -> None:
        if form.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {form.kind!r}")
        self.key, self.form, self.judge = key, form, judge
        self.hint = hint or (lambda answer: "That is not it.")
        self._told = False  # the truth was shown while the question was open
        answer_store().declare(key)
        self.restore()

    def restore(self) -> None:
        """Take over what is kept under the key, where it answers this question; else it is open."""
        self.shown = Shown()
        earlier = answer_store().read(self.key)
        if earlier is None or earlier.get("prompt") != self.form.prompt:
            return
        answer, skipped = earlier.get("answer"), bool(earlier.get("skipped"))
        if answer is None and skipped and self.form.can_skip:
            self._show("skipped", None, None, self.judge(None))
        elif self._fits(answer):
            again = earlier.get("second")
            second = again.get("answer") if isinstance(again, dict) and self._fits(again.get("answer")) else None
            self._settle(answer, second, may_think_again=earlier.get("again") is True)

    def take(self, status: str, answer: Any = None, second: Any = None) -> bool:
        """Take what the page asks for: an answer, a second one, or neither; the truth, or to skip.

        What it may not ask for by now changes nothing. Returns False where it has asked for nothing.
        """
        before = self.shown
        if (status, answer, second) == (before.status, before.answer, before.second) or (
            status == before.status == "open"
        ):
            return False
        if status not in FROM_THE_PAGE.get(before.status, ()):
            return True  # such as a second press while Python was busy
        if status == "skipped":
            self._show("skipped", None, None, self.judge(None))
            self._write({"answer": None, "skipped": True})
        elif status == "shown":
            self._settle(before.answer, None)
            self._amend()
        else:
            try:
                if status == "committed":
                    self._take_first(answer)
                else:
                    self._take_second(second)
            except ValueError as error:
                if str(error):
                    self.shown = replace(before, feedback=str(error))
        return True

    def judge_again(self) -> None:
        """Judge again, because the truth has become known; without an answer, just show the truth."""
        self._told = True
        if self.shown.status == "open":
            self._show("open", None, None, self.judge(None))
        else:
            self._settle(self.shown.answer, self.shown.second)

    def _fits(self, answer) -> bool:
        """Whether an answer, from a file that anybody may have edited or from the page, answers this question."""
        form = self.form
        if form.kind == "number":
            return _finite(answer)
        if form.kind == "choice":
            return type(answer) is int and 0 <= answer < len(form.options)
        if not isinstance(answer, list):
            return False
        if form.kind == "spikes":
            return all(type(t) is int and 0 <= t < form.steps for t in answer)
        return len(answer) == form.steps and all(map(_finite, answer))

    def _take_first(self, given: Any) -> None:
        answer = self._read(given)
        self._settle(answer, None, may_think_again=True)
        entry = {"answer": answer, "skipped": False} | self._text_of(answer)
        if self.shown.right is not None:
            entry["right"] = self.shown.right
        if self.shown.status == "wrong":
            entry["again"] = True
        self._write(entry)

    def _take_second(self, given: Any) -> None:
        first, second = self.shown.answer, self._read(given)
        if second == first:
            raise ValueError("That is your first answer. Give another one, or see the answer.")
        self._settle(first, second)
        again = {"answer": second, "right": self.shown.second_right, "when": now()}
        self._amend(second=again | self._text_of(second))

    def _text_of(self, answer) -> dict[str, str]:
        """What the chosen option says, for whoever reads the file without the question."""
        return {"text": self.form.options[answer]} if self.form.kind == "choice" else {}

    def _read(self, answer):
        """The answer as it is kept. Raises ValueError, with what to tell the reader, where it is none."""
        if self.form.kind == "number" and isinstance(answer, str):
            typed = answer
            try:
                answer = read_number(typed, self.form.unit)
                if not _finite(answer):
                    raise ValueError(f"{typed[:40]!r} is no number that can be compared")
            except ValueError as error:
                raise ValueError(f"Not committed yet: {error}.") from None
        if not self._fits(answer):
            raise ValueError("")
        return answer

    def _settle(self, answer, second, may_think_again: bool = False) -> None:
        """Judge, and show what may be seen by now."""
        judged = self.judge(answer)
        right = judged[1]
        if right is not False:
            second = None
        of_two = self.form.kind == "choice" and len(self.form.options) == 2
        if right is False and second is None and may_think_again and not (of_two or self._told):
            self._show("wrong", answer, None, (None, False, self.hint(answer)))
        elif second is None:
            self._show("committed", answer, None, judged)
        else:
            _, second_right, feedback = self.judge(second)
            self._show("committed", answer, second, (*judged[:2], feedback), second_right)

    def _show(self, status: str, answer, second, judged: tuple, second_right: bool | None = None) -> None:
        self.shown = Shown(status, answer, second, *judged[:2], second_right, judged[2])

    def _write(self, entry: dict) -> None:
        answer_store().write(self.key, {"prompt": self.form.prompt, **entry})

    def _amend(self, **more) -> None:
        """Add to the entry of the first answer, which keeps its time."""
        store = answer_store()
        entry = store.read(self.key) or {
            "prompt": self.form.prompt,
            "answer": self.shown.answer,
            "skipped": False,
            "right": False,
        }
        entry.pop("again", None)
        store.write(self.key, entry | more, keep_time=True)

    def __repr__(self) -> str:
        return f"{self.form.prompt} ({'open' if self.shown.status == 'wrong' else self.shown.status})"


def _finite(value) -> bool:
    """Whether a value is a number that arithmetic and the page can hold."""
    return type(value) in (int, float) and abs(value) < 1e300
