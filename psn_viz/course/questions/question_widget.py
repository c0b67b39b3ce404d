"""The widget of one question of any kind: shows it, judges the answer, saves it."""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import traitlets

from psn_viz.course.answers.store import answer_store, now
from psn_viz.files import asset
from psn_viz.read_numbers import read_number

KINDS = ("choice", "number", "spikes", "curve")
FROM_THE_PAGE = {"open": ("committed", "skipped"), "wrong": ("second", "shown")}  # what it may ask for, by status


class Question(anywidget.AnyWidget):
    """A question that the reader answers and commits, or skips. `judge` says what is true and what to say.

    `key` names it in the progress file, from which an earlier answer is restored. `judge(answer)` gets the answer, or
    None if it was skipped, and returns (truth, right or None, feedback). Answers: an option's index, a number (as it
    was typed, until it has been read), a list of steps, a list of values.

    A wrong answer can be thought over, once. `status` is then "wrong", `feedback` is what `hint(answer)` says, and
    the truth stays covered until the page gives a `second` answer or asks for the truth. `answer` and `right` stay
    those of the first answer, which alone counts. Nothing is asked again where the rest is known: in a choice of two,
    or after the truth was told.
    """

    _esm = asset("psn_viz.labs.live", "keys.js") + asset(__package__, "question_widget.js")
    _css = asset(__package__, "question_widget.css")

    kind = traitlets.Enum(KINDS).tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    axis = traitlets.Unicode("time-step t").tag(sync=True)  # what a curve is drawn over; its last word is the symbol
    low = traitlets.Float(0.0).tag(sync=True)
    high = traitlets.Float(1.0).tag(sync=True)
    commit_label = traitlets.Unicode("Commit").tag(sync=True)
    can_skip = traitlets.Bool(True).tag(sync=True)
    answer = traitlets.Any(None, allow_none=True).tag(sync=True)
    second = traitlets.Any(None, allow_none=True).tag(sync=True)
    status = traitlets.Enum(("open", "wrong", "committed", "skipped", "second", "shown"), "open").tag(sync=True)
    truth = traitlets.Any(None, allow_none=True).tag(sync=True)
    right = traitlets.Bool(None, allow_none=True).tag(sync=True)
    second_right = traitlets.Bool(None, allow_none=True).tag(sync=True)
    feedback = traitlets.Unicode("").tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def __init__(
        self, key: str, judge: Callable[[object], tuple], hint: Callable[[object], str] | None = None, **traits
    ) -> None:
        super().__init__(**traits)
        self.key = key
        self.judge = judge
        self._hint = hint or (lambda answer: "That is not it.")
        self._listeners: list[Callable[[], None]] = []
        self._taken: tuple = (None, "open", None)  # answer, status and second answer that count
        self._told = False  # the truth was shown while the question was open
        store = answer_store()
        store.declare(key)
        earlier = store.read(key)
        if earlier is not None and earlier.get("prompt") == self.prompt:
            self._restore(earlier)
        self.observe(self._changed, ["answer", "second", "status"])

    @property
    def is_done(self) -> bool:
        """Whether the question has been answered for good, or skipped."""
        return self._taken[1] in ("committed", "skipped")

    def when_answered(self, callback: Callable[[], None]) -> None:
        """Call `callback` once the question has been answered for good or skipped; at once if it has been already."""
        if self.is_done:
            callback()
        else:
            self._listeners.append(callback)

    def judge_again(self) -> None:
        """Judge again, because the truth has become known; without an answer, just show the truth."""
        self._told = True
        answer, status, second = self._taken
        if status == "open":
            self._set(self._taken, self.judge(None))
        else:
            self._settle(answer, second)

    def _restore(self, earlier: dict) -> None:
        """Take over an entry of the file, where it answers this question."""
        answer, skipped = earlier.get("answer"), bool(earlier.get("skipped"))
        if answer is None and skipped and self.can_skip:
            self._set((None, "skipped", None), self.judge(None))
        elif self._fits(answer):
            again = earlier.get("second")
            second = again.get("answer") if isinstance(again, dict) and self._fits(again.get("answer")) else None
            self._settle(answer, second, may_think_again=earlier.get("again") is True)

    def _fits(self, answer) -> bool:
        """Whether an answer, from a file that anybody may have edited or from the page, answers this question."""
        if self.kind == "number":
            return _finite(answer)
        if self.kind == "choice":
            return type(answer) is int and 0 <= answer < len(self.options)
        if not isinstance(answer, list):
            return False
        if self.kind == "spikes":
            return all(type(t) is int and 0 <= t < self.steps for t in answer)
        return len(answer) == self.steps and all(map(_finite, answer))

    def _changed(self, change) -> None:
        """Take what the page has sent: an answer, a second one, or neither. Anything else is put back."""
        before, status = self._taken[1], self.status
        if (self.answer, status, self.second) == self._taken or status == before == "open":
            return
        if status not in FROM_THE_PAGE.get(before, ()):
            self._put_back()  # such as a second press while the kernel was busy
        elif status == "skipped":
            self._set((None, "skipped", None), self.judge(None))
            self._write({"answer": None, "skipped": True})
        elif status == "committed":
            self._take_first()
        elif status == "second":
            self._take_second()
        else:
            self._settle(self._taken[0], None)
            self._amend()
        if self.is_done:
            listeners, self._listeners = self._listeners, []
            for callback in listeners:
                callback()

    def _take_first(self) -> None:
        try:
            answer = self._read(self.answer)
        except ValueError as error:
            self._put_back(str(error))
            return
        self._settle(answer, None, may_think_again=True)
        entry = {"answer": answer, "skipped": False}
        if self.right is not None:
            entry["right"] = self.right
        if self.status == "wrong":
            entry["again"] = True
        self._write(entry)

    def _take_second(self) -> None:
        first = self._taken[0]
        try:
            second = self._read(self.second)
            if second == first:
                raise ValueError("That is your first answer. Give another one, or see the answer.")
        except ValueError as error:
            self._put_back(str(error))
            return
        self._settle(first, second)
        self._amend(second={"answer": second, "right": self.second_right, "when": now()})

    def _read(self, answer):
        """The answer as it is kept. Raises ValueError, with what to tell the reader, where it is none."""
        if self.kind == "number" and isinstance(answer, str):
            typed = answer
            try:
                answer = read_number(typed, self.unit)
                if not _finite(answer):
                    raise ValueError(f"{typed[:40]!r} is no number that can be compared")
            except ValueError as error:
                raise ValueError(f"Not committed yet: {error}.") from None
        if not self._fits(answer):
            raise ValueError("")
        return answer

    def _put_back(self, why: str | None = None) -> None:
        """Restore what counts. With `why`, text on the page stays there to be corrected."""
        with self.hold_sync(), self.hold_trait_notifications():
            self.answer, self.status, self.second = self._taken
            if why is not None:
                self.feedback = why
            self.revision += 1

    def _settle(self, answer, second, may_think_again: bool = False) -> None:
        """Judge, and show what may be seen by now."""
        truth, right, feedback = self.judge(answer)
        if right is not False:
            second = None
        of_two = self.kind == "choice" and len(self.options) == 2
        if right is False and second is None and may_think_again and not (of_two or self._told):
            self._set((answer, "wrong", None), (None, False, self._hint(answer)))
        elif second is None:
            self._set((answer, "committed", None), (truth, right, feedback))
        else:
            _, second_right, feedback = self.judge(second)
            self._set((answer, "committed", second), (truth, right, feedback), second_right)

    def _set(self, taken: tuple, judged: tuple, second_right: bool | None = None) -> None:
        self._taken = taken
        with self.hold_sync(), self.hold_trait_notifications():  # nobody is told of a half of it
            self.answer, self.status, self.second = taken
            self.truth, self.right, self.feedback = judged
            self.second_right = second_right
            self.revision += 1

    def _write(self, entry: dict) -> None:
        answer_store().write(self.key, {"prompt": self.prompt, **entry})

    def _amend(self, **more) -> None:
        """Add to the entry of the first answer, which keeps its time."""
        store = answer_store()
        entry = store.read(self.key) or {
            "prompt": self.prompt,
            "answer": self.answer,
            "skipped": False,
            "right": False,
        }
        entry.pop("again", None)
        store.write(self.key, entry | more, keep_time=True)

    def __repr__(self) -> str:
        return f"{self.prompt} ({'open' if self.status == 'wrong' else self.status})"


def _finite(value) -> bool:
    """Whether a value is a number that arithmetic and the page can hold."""
    return type(value) in (int, float) and abs(value) < 1e300
