"""Predictions: the reader commits to an answer before the figure is uncovered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets
import numpy as np

from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.questions.question_widget import Question
from psn_viz.course.questions.still_question import bundle, still_question
from psn_viz.course.registry import prediction_named
from psn_viz.labs import Lab
from psn_viz.labs.core.phrases import counted, first_largest
from psn_viz.labs.live.panel import Panel
from psn_viz.read_numbers import finite_number


class Prediction(ipywidgets.VBox):
    """A question, and what stays covered until it is answered or skipped."""

    def __init__(self, question: Question, covered: ipywidgets.Widget | None) -> None:
        self.question = question
        self.covered = covered
        super().__init__([question])
        question.when_answered(self._uncover)

    def _uncover(self) -> None:
        if self.covered is not None:
            self.children = [self.question, self.covered]

    def __repr__(self) -> str:
        return f"Predict: {self.question!r}"

    def _repr_mimebundle_(self, **kwargs):
        panel = self.covered if isinstance(self.covered, Panel) else getattr(self.covered, "panel", None)
        return bundle(super()._repr_mimebundle_(**kwargs), still_question("Predict", self.question, covered=panel))


class LatePrediction(Prediction):
    """A prediction whose truth comes later in the lesson, with `reveal(truth)`."""

    def __init__(self, key: str, prompt: str, unit: str, tolerance: float) -> None:
        self._truth: float | None = None
        self._unit, self._tolerance = unit, tolerance
        super().__init__(
            Question(progress_key(key, "predict"), self._judge, kind="number", prompt=prompt, unit=unit), None
        )

    def reveal(self, truth: float) -> Prediction:
        """Compare the answer with `truth`; shows the question again, with both."""
        self._truth = float(truth)
        self.question.judge_again()  # an open question stays open in the progress file: "Run all" predicts nothing
        return Prediction(self.question, None)

    def _judge(self, answer):
        if self._truth is None:
            return None, None, "" if answer is None else "Committed. The answer comes further down."
        return _compare(answer, self._truth, self._unit, self._tolerance)


def predict(key: str) -> Prediction:
    """The prediction that `key` names, such as "01/silent", or one that was added with `pv.register_question`.

    Raises ValueError, with near ones, for an unknown key; TypeError when what was added makes no prediction.
    """
    prediction = prediction_named(key)(key)
    if not isinstance(prediction, Prediction):
        raise TypeError(f"make of question {key!r} must return a prediction, got {type(prediction).__name__}")
    return prediction


def predict_choice(key: str, prompt: str, options: dict[str, str], right: str, reveal=None) -> Prediction:
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
        if answer is None:
            return texts.index(right), None, options[right]
        return texts.index(right), texts[answer] == right, options[texts[answer]]

    return Prediction(
        Question(progress_key(key, "predict"), judge, kind="choice", prompt=prompt, options=texts), _widget(reveal)
    )


def predict_number(
    key: str, prompt: str, truth: float | None = None, unit: str = "", tolerance: float = 0.05, reveal=None
) -> Prediction:
    """Type a number. Right within `tolerance` of `truth`, as a share of it.

    Without `truth` it is asked now and compared later, by `.reveal(truth)` on what this returns. Raises ValueError
    for a truth that is no finite number, or a tolerance below 0.
    """
    _require_tolerance(tolerance)
    if truth is not None:
        truth = finite_number("truth", truth)
    if truth is None:
        return LatePrediction(key, prompt, unit, tolerance)
    question = Question(
        progress_key(key, "predict"),
        lambda answer: _compare(answer, truth, unit, tolerance),
        lambda answer: f"You said {answer:.4g}: too {'high' if answer > truth else 'low'}.",
        kind="number",
        prompt=prompt,
        unit=unit,
    )
    return Prediction(question, _widget(reveal))


def predict_spikes(key: str, prompt: str, lab: Lab, steps: int | None = None) -> Prediction:
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

    question = Question(progress_key(key, "predict"), judge, hint, kind="spikes", prompt=prompt, steps=total)
    return Prediction(question, _widget(lab))


def predict_curve(
    key: str, prompt: str, truth: Sequence[float], low: float, high: float, reveal=None, tolerance: float = 0.1,
    axis: str = "time-step t",
) -> Prediction:  # fmt: skip
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

    question = Question(
        progress_key(key, "predict"),
        judge,
        hint,
        kind="curve",
        prompt=prompt,
        steps=len(true),
        low=low,
        high=high,
        axis=axis,
    )
    return Prediction(question, _widget(reveal))


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


def _widget(reveal: Lab | ipywidgets.Widget | Callable | None) -> ipywidgets.Widget | None:
    return reveal.show() if isinstance(reveal, Lab) else reveal


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _at(steps: list[int]) -> str:
    return f", at {', '.join(map(str, steps))}" if steps else ""
