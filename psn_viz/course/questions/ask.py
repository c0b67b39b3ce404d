"""What the course asks, and how each kind is judged: predictions before a lab is uncovered, and recall questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.languages.tables import without_yes
from psn_viz.course.questions.question import Form, Question
from psn_viz.course.registry import recall_questions
from psn_viz.labs import Lab
from psn_viz.labs.core.phrases import counted, first_largest
from psn_viz.read_numbers import finite_number


class PredictionQuestion:
    """A question, and what stays covered until it is answered or skipped: a lab, a widget, or nothing.

    tolerance: of a number, as a share of it, within which an answer is right; None for other kinds.
    """

    def __init__(self, question: Question, covered: Any = None, tolerance: float | None = None) -> None:
        self.question, self.covered, self.tolerance = question, covered, tolerance


class LateQuestion(PredictionQuestion):
    """A number whose `truth` comes later in the lesson: until then it is None."""

    def __init__(self, key: str, prompt: str, unit: str, tolerance: float) -> None:
        self.truth: float | None = None
        self._unit, self._tolerance = unit, tolerance
        super().__init__(Question(progress_key(key, "predict"), Form("number", prompt, unit=unit), self._judge))

    def _judge(self, answer):
        if self.truth is None:
            return None, None, "" if answer is None else "Committed. The answer comes further down."
        return _compare(answer, self.truth, self._unit, self._tolerance)


@dataclass(frozen=True)
class Option:
    """One answer: what it says, the feedback it earns, and the state code of a lab that answers it, if one does."""

    text: str
    feedback: str
    code: str = ""


class RecallQuestion:
    """A question on the lesson before; a wrong choice is answered by a state of a lab."""

    def __init__(self, key: str, prompt: str, options: list[Option], right: int) -> None:
        self.options, self._right = options, right
        form = Form("choice", prompt, tuple(one.text for one in options), commit_label="Answer", can_skip=False)
        self.question = Question(key, form, self._judge, lambda answer: options[answer].feedback)

    def _judge(self, answer):
        return self._right, answer == self._right, self.options[answer].feedback

    @property
    def code(self) -> str:
        """The state that answers the last wrong choice, or "": of the first while it may be thought over."""
        shown = self.question.shown
        answer = shown.answer if shown.second is None else shown.second
        return "" if answer is None or answer == self._right else self.options[answer].code


def ask_recall(lesson: str, number: int) -> RecallQuestion:
    """One of the questions that lesson `lesson` ("01") begins with, counted from 1."""
    prompt, options = recall_questions()[lesson][number - 1]
    choices = [Option(*option[1:]) for option in options]
    right = [option[0] for option in options].index(True)
    return RecallQuestion(f"{lesson}/recall/{number}", prompt, choices, right)


def ask_choice(key: str, prompt: str, options: dict[str, str], right: str, reveal=None) -> PredictionQuestion:
    """Choose one of `options`, each with the feedback that it earns; `right` is the right one's text.

    `reveal` (a lab or a widget) stays covered until then. `key` is "lesson/name", or a name alone. Raises ValueError
    when `right` is not an option, TypeError where the options have no feedback.
    """
    if not isinstance(options, dict):
        raise TypeError(f"options must map each text to its feedback, got {type(options).__name__}")
    texts = list(options)
    if right not in options:
        raise ValueError(f"right must be one of the options {texts}, got {right!r}")

    def judge(answer):
        if answer is None:  # skipped: nobody is told "Yes"
            return texts.index(right), None, without_yes(options[right])
        return texts.index(right), texts[answer] == right, options[texts[answer]]

    form = Form("choice", prompt, tuple(texts))
    return PredictionQuestion(Question(progress_key(key, "predict"), form, judge), reveal)


def ask_number(
    key: str, prompt: str, truth: float | None = None, unit: str = "", tolerance: float = 0.05, reveal=None
) -> PredictionQuestion:
    """Type a number. Right within `tolerance` of `truth`, as a share of it.

    Without `truth` it is asked now and compared later, with the `truth` that the LateQuestion is
    given then. Raises ValueError for a truth that is no finite number, or a tolerance below 0.
    """
    _require_tolerance(tolerance)
    if truth is not None:
        truth = finite_number("truth", truth)
    if truth is None:
        return LateQuestion(key, prompt, unit, tolerance)
    question = Question(
        progress_key(key, "predict"),
        Form("number", prompt, unit=unit),
        lambda answer: _compare(answer, truth, unit, tolerance),
        lambda answer: f"You said {answer:.4g}: too {'high' if answer > truth else 'low'}.",
    )
    return PredictionQuestion(question, reveal, tolerance)


def ask_spikes(key: str, prompt: str, lab: Lab, steps: int | None = None) -> PredictionQuestion:
    """Click the steps at which the lab's neuron fires, on an empty raster; then the lab is uncovered.

    The truth is what the lab computes in its present state (`s`, the first `steps` of them). Raises TypeError for a
    lab without spikes `s`, ValueError for steps that it does not have.
    """
    if not isinstance(lab, Lab) or not hasattr(lab.numbers, "s"):
        raise TypeError(f"lab must be a lab whose numbers have spikes s, got {lab!r:.80}")
    if steps is not None and steps not in range(1, len(lab.numbers.s) + 1):
        raise ValueError(f"steps must be a whole number from 1 to {len(lab.numbers.s)}, got {steps!r}")
    fired = np.flatnonzero(np.asarray(lab.numbers.s)[:steps]).tolist()
    total = steps or len(lab.numbers.s)

    def judge(answer):
        happened = f"the neuron fired {_times(len(fired))}{_at(fired)}"
        if answer is None:
            return fired, None, f"{happened[0].upper()}{happened[1:]}."
        if answer == fired:
            return fired, True, f"Exactly: {happened}."
        hits = len(set(answer) & set(fired))
        return (
            fired,
            False,
            f"You expected {counted(len(answer))}{_at(answer)}; {happened}. Steps in common: {hits}.",
        )

    def hint(answer):
        if hits := len(set(answer) & set(fired)):
            return f"That is not it. Of the {counted(len(answer))} that you set, {hits} {_are(hits)} right."
        return "That is not it."

    form = Form("spikes", prompt, steps=total)
    return PredictionQuestion(Question(progress_key(key, "predict"), form, judge, hint), lab)


def ask_curve(
    key: str, prompt: str, truth: Sequence[float], low: float, high: float, reveal=None, tolerance: float = 0.1,
    axis: str = "time-step t",
) -> PredictionQuestion:  # fmt: skip
    """Draw the curve over its steps with pointer or arrow keys, between `low` and `high`.

    `axis` is what it is drawn over, with the symbol as its last word.
    Right where it stays within `tolerance` of the truth, as a share of high − low, at every step. Raises ValueError
    for a truth without steps, limits the wrong way round, or a tolerance below 0.
    """
    _require_tolerance(tolerance)
    true = [finite_number("truth", value) for value in truth]
    if not true:
        raise ValueError("truth must have a value for every step, got none")
    if not low < high:
        raise ValueError(f"low must be below high, got {low!r} and {high!r}")

    def judge(answer):
        if answer is None:
            return true, None, f"It goes from {true[0]:.2f} to {true[-1]:.2f}."
        distance = np.abs(np.array(answer) - true)
        furthest = first_largest(distance)
        right = bool(distance.max() <= tolerance * (high - low))
        ends = f"it goes from {true[0]:.2f} to {true[-1]:.2f}, yours from {answer[0]:.2f} to {answer[-1]:.2f}"
        return (
            true,
            right,
            f"{ends[0].upper()}{ends[1:]}; "
            f"furthest apart at {axis.split()[-1]} = {furthest}, by {distance[furthest]:.2f}.",
        )

    def hint(answer):
        distance = np.array(answer) - true
        furthest = first_largest(np.abs(distance))
        too = "high" if distance[furthest] > 0 else "low"
        return f"That is not it. At {axis.split()[-1]} = {furthest}, where it is furthest off, yours is too {too}."

    form = Form("curve", prompt, steps=len(true), low=low, high=high, axis=axis)
    return PredictionQuestion(Question(progress_key(key, "predict"), form, judge, hint), reveal)


def _require_tolerance(tolerance: float) -> None:
    if finite_number("tolerance", tolerance) < 0:
        raise ValueError(f"tolerance must be 0 or more, got {tolerance!r}")


def _compare(answer, truth: float, unit: str, tolerance: float):
    true = f"{truth:.4g}{' ' + unit if unit else ''}"
    if answer is None:
        return truth, None, f"It is {true}."
    off = answer - truth
    if abs(off) <= tolerance * abs(truth):
        return truth, True, f"You said {answer:.4g}, it is {true}."
    return truth, False, f"You said {answer:.4g}, it is {true}: {abs(off):.3g} too {'high' if off > 0 else 'low'}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _at(steps: list[int]) -> str:
    return f", at {', '.join(map(str, steps))}" if steps else ""
