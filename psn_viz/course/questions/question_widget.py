"""The widget of one question of any kind: shows it, judges the answer, saves it."""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import traitlets

from psn_viz.course.answers.store import answer_store
from psn_viz.files import asset
from psn_viz.read_numbers import read_number

KINDS = ("choice", "number", "spikes", "curve")


class Question(anywidget.AnyWidget):
    """A question that the reader answers once and commits, or skips. `judge` says what is true and what to say.

    `key` names it in the progress file, from which an earlier answer is restored. `judge(answer)` gets the answer, or
    None if it was skipped, and returns (truth, right or None, feedback); it runs when the reader has answered, not
    before. Answers: an option's index, a number (as it was typed, until it has been read), a list of steps, a list of
    values.
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
    status = traitlets.Enum(("open", "committed", "skipped"), "open").tag(sync=True)
    truth = traitlets.Any(None, allow_none=True).tag(sync=True)
    right = traitlets.Bool(None, allow_none=True).tag(sync=True)
    feedback = traitlets.Unicode("").tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def __init__(self, key: str, judge: Callable[[object], tuple], **traits) -> None:
        super().__init__(**traits)
        self.key = key
        self._judge = judge
        self._listeners: list[Callable[[], None]] = []
        self._committed: tuple | None = None  # answer and status that count
        store = answer_store()
        store.declare(key)
        earlier = store.read(key)
        if earlier is not None and earlier.get("prompt") == self.prompt and self._fits(earlier):
            self.answer = earlier["answer"]
            self.status = "skipped" if earlier.get("skipped") else "committed"
            self._settle()
        self.observe(self._answered, "status")
        self.observe(self._keep, ["answer", "status"])

    def when_answered(self, callback: Callable[[], None]) -> None:
        """Call `act` once the question has been answered or skipped; at once if it has been already."""
        if self.status == "open":
            self._listeners.append(callback)
        else:
            callback()

    def judge_again(self) -> None:
        """Judge again, because the truth has become known; without an answer, just show the truth."""
        self._settle()

    def _fits(self, entry: dict) -> bool:
        """Whether an entry, from a file that anybody may have edited or from the page, answers this question."""
        answer = entry.get("answer")
        if answer is None:
            return bool(entry.get("skipped")) and self.can_skip
        if self.kind == "number":
            return _finite(answer)
        if self.kind == "choice":
            return type(answer) is int and 0 <= answer < len(self.options)
        if not isinstance(answer, list):
            return False
        if self.kind == "spikes":
            return all(type(t) is int and 0 <= t < self.steps for t in answer)
        return len(answer) == self.steps and all(map(_finite, answer))

    def _answered(self, change) -> None:
        if change["new"] == "open" or change["old"] != "open":
            return  # a second press while the kernel was busy
        skipped = change["new"] == "skipped"
        unread = ""
        if skipped:
            self.answer = None
        elif self.kind == "number" and isinstance(self.answer, str):
            typed = self.answer
            try:
                self.answer = read_number(typed, self.unit)
                if not _finite(self.answer):
                    raise ValueError(f"{typed[:40]!r} is no number that can be compared")
            except ValueError as error:
                unread = f"Not committed yet: {error}."
        if unread or not self._fits({"answer": self.answer, "skipped": skipped}):
            self._stay_open(unread)
            return
        self._settle()
        entry = {"prompt": self.prompt, "answer": self.answer, "skipped": skipped}
        answer_store().write(self.key, entry if self.right is None else entry | {"right": self.right})
        listeners, self._listeners = self._listeners, []
        for callback in listeners:
            callback()

    def _keep(self, change) -> None:
        """Restore the answer that was taken: a second press of the button changes nothing."""
        if self._committed is not None and (self.answer, self.status) != self._committed:
            with self.hold_sync():
                self.answer, self.status = self._committed
                self.revision += 1

    def _stay_open(self, why: str) -> None:
        """Refuse an answer that is not valid; its text stays on the page to be corrected."""
        with self.hold_sync():
            self.answer, self.status, self.feedback = None, "open", why
            self.revision += 1

    def _settle(self) -> None:
        """Ask `judge`, and show what it says."""
        if self.status != "open":
            self._committed = self.answer, self.status
        truth, right, feedback = self._judge(self.answer)
        with self.hold_sync():
            self.truth, self.right, self.feedback = truth, right, feedback
            self.revision += 1

    def __repr__(self) -> str:
        return f"{self.prompt} ({self.status})"


def _finite(value) -> bool:
    """Whether a value is a number that arithmetic and the page can hold."""
    return type(value) in (int, float) and abs(value) < 1e300
