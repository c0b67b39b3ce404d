"""Predictions in a notebook: the reader commits to an answer before the figure is uncovered."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from psn_viz.course.questions.ask import (
    LateQuestion,
    PredictionQuestion,
    ask_choice,
    ask_curve,
    ask_number,
    ask_spikes,
)
from psn_viz.course.questions.question_widget import QuestionWidget
from psn_viz.course.questions.still_question import bundle, still_question
from psn_viz.course.registry import prediction_named
from psn_viz.labs import Lab
from psn_viz.labs.live.panel import Panel


class Prediction(ipywidgets.VBox):
    """A question, and what stays covered until it is answered or skipped."""

    def __init__(self, question: QuestionWidget, covered: Lab | ipywidgets.Widget | None = None) -> None:
        self.question = question
        self.covered = covered.show() if isinstance(covered, Lab) else covered
        super().__init__([question])
        question.when_answered(self._uncover)

    def _uncover(self) -> None:
        if self.covered is not None:
            self.children = [self.question, self.covered]

    def __repr__(self) -> str:
        return f"Predict: {self.question!r}"

    def _repr_mimebundle_(self, **kwargs):
        panel = self.covered if isinstance(self.covered, Panel) else getattr(self.covered, "panel", None)
        page = still_question("Predict", self.question.question, covered=panel)
        return bundle(super()._repr_mimebundle_(**kwargs), page)


class LatePrediction(Prediction):
    """A prediction whose truth comes later in the lesson, with `reveal(truth)`."""

    def __init__(self, asked: LateQuestion) -> None:
        self._asked = asked
        super().__init__(QuestionWidget(asked.question))

    def reveal(self, truth: float) -> Prediction:
        """Compare the answer with `truth`; shows the question again, with both."""
        self._asked.truth = float(truth)
        self.question.judge_again()  # an open question stays open in the progress file: "Run all" predicts nothing
        return Prediction(self.question)


def shown(asked: PredictionQuestion) -> Prediction:
    """The widget of a question."""
    if isinstance(asked, LateQuestion):
        return LatePrediction(asked)
    return Prediction(QuestionWidget(asked.question), asked.covered)


def predict(key: str) -> Prediction:
    """The prediction that `key` names, such as "01/silent", or one that was added with `pv.register_question`.

    Raises ValueError, with near ones, for an unknown key; TypeError when what was added makes no prediction.
    """
    made = prediction_named(key)(key)
    if isinstance(made, PredictionQuestion):
        return shown(made)
    if not isinstance(made, Prediction):
        raise TypeError(f"make of question {key!r} must return a prediction, got {type(made).__name__}")
    return made


def predict_choice(key: str, prompt: str, options: dict[str, str], right: str, reveal=None) -> Prediction:
    """Choose one of `options`, each with the feedback that it earns; `right` is the right one's text.

    `reveal` (a lab or a widget) stays covered until then. `key` is "lesson/name", or a name alone. Raises ValueError
    when `right` is not an option, TypeError where the options have no feedback.
    """
    return shown(ask_choice(key, prompt, options, right, reveal))


def predict_number(
    key: str, prompt: str, truth: float | None = None, unit: str = "", tolerance: float = 0.05, reveal=None
) -> Prediction:
    """Type a number. Right within `tolerance` of `truth`, as a share of it.

    Without `truth` it is asked now and compared later, by `.reveal(truth)` on what this returns. Raises ValueError
    for a truth that is no finite number, or a tolerance below 0.
    """
    return shown(ask_number(key, prompt, truth, unit, tolerance, reveal))


def predict_spikes(key: str, prompt: str, lab: Lab, steps: int | None = None) -> Prediction:
    """Click the steps at which the lab's neuron fires, on an empty raster; then the lab is uncovered.

    The truth is what the lab computes in its present state (`s`, the first `steps` of them). Raises TypeError for a
    lab without spikes `s`, ValueError for steps that it does not have.
    """
    return shown(ask_spikes(key, prompt, lab, steps))


def predict_curve(
    key: str, prompt: str, truth: Sequence[float], low: float, high: float, reveal=None, tolerance: float = 0.1,
    axis: str = "time-step t",
) -> Prediction:  # fmt: skip
    """Draw the curve over its steps with pointer or arrow keys, between `low` and `high`.

    `axis` is what it is drawn over, with the symbol as its last word.
    Right where it stays within `tolerance` of the truth, as a share of high − low, at every step. Raises ValueError
    for a truth without steps, limits the wrong way round, or a tolerance below 0.
    """
    return shown(ask_curve(key, prompt, truth, low, high, reveal, tolerance, axis))
