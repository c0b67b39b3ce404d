"""Recall: a few questions on the lesson before, answered in place, each wrong choice with what answers it."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets

from psn_viz.course.questions.question_widget import Question
from psn_viz.course.registry import recall_questions
from psn_viz.labs import LABS


@dataclass(frozen=True)
class Option:
    """One answer: what it says, the feedback it earns, and the state code of a lab that answers it, if one does."""

    text: str
    feedback: str
    code: str = ""


class RecallQuestion(ipywidgets.VBox):
    """One question with its options; after a wrong choice the lab state that answers the misconception is shown."""

    def __init__(self, key: str, prompt: str, options: list[Option], right: int) -> None:
        self._options, self._right = options, right
        self.question = Question(
            key, self._judge, kind="choice", prompt=prompt, options=[option.text for option in options],
            commit_label="Answer", can_skip=False,
        )  # fmt: skip
        super().__init__([self.question])
        self.question.when_answered(self._show_why)

    def _judge(self, answer):
        return self._right, answer == self._right, self._options[answer].feedback

    def _show_why(self) -> None:
        code = self._options[self.question.answer].code
        if code and not self.question.right:
            self.children = [self.question, LABS[code.split(";")[0]].from_code(code).show()]

    def __repr__(self) -> str:
        return repr(self.question)


class Recall(ipywidgets.VBox):
    """The recall questions of one lesson."""

    def __repr__(self) -> str:
        return "\n".join(repr(child) for child in self.children)


def recall(lesson: str) -> Recall:
    """The questions that lesson `lesson` ("01") begins with, about the lesson before it.

    Raises ValueError for a lesson without any.
    """
    questions = recall_questions()
    if lesson not in questions:
        raise ValueError(f"lesson must be one of {', '.join(questions)}, got {lesson!r}")
    rows = []
    for number, (prompt, options) in enumerate(questions[lesson], start=1):
        choices = [Option(*option[1:]) for option in options]
        right = [option[0] for option in options].index(True)
        rows.append(RecallQuestion(f"{lesson}/recall/{number}", prompt, choices, right))
    return Recall(rows)
