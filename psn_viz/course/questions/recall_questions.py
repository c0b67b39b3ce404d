"""Recall: a few questions on the lesson before, answered in place, each wrong choice with what answers it."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets

from psn_viz.course.questions.question_widget import Question
from psn_viz.course.questions.still_question import bundle, still_question
from psn_viz.course.registry import recall_questions
from psn_viz.course.text_page import Page
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
        self._options, self._right, self._shown = options, right, ""
        self.question = Question(
            key, self._judge, lambda answer: options[answer].feedback, kind="choice", prompt=prompt,
            options=[option.text for option in options], commit_label="Answer", can_skip=False,
        )  # fmt: skip
        super().__init__([self.question])
        self.question.observe(lambda _: self._show_why(), "revision")
        self._show_why()

    def _judge(self, answer):
        return self._right, answer == self._right, self._options[answer].feedback

    def _show_why(self) -> None:
        """Show the lab of the last wrong answer; of the first while the reader may think again."""
        question = self.question
        answer = question.answer if question.second is None else question.second
        code = "" if answer is None or answer == self._right else self._options[answer].code
        if question.status not in ("open", "second") and code != self._shown:
            lab = [LABS[code.split(";")[0]].from_code(code).show()] if code else []
            self._shown, self.children = code, [question, *lab]

    def still(self, number: int) -> Page:
        """The question for a page without a kernel."""
        return still_question(f"Question {number}", self.question, tuple(option.code for option in self._options))

    def __repr__(self) -> str:
        return repr(self.question)


class Recall(ipywidgets.VBox):
    """The recall questions of one lesson."""

    def __repr__(self) -> str:
        return "\n".join(repr(child) for child in self.children)

    def _repr_mimebundle_(self, **kwargs):
        pages = [child.still(number) for number, child in enumerate(self.children, start=1)]
        page = Page("\n".join(page.text for page in pages), "".join(page.html for page in pages))
        return bundle(super()._repr_mimebundle_(**kwargs), page)


def recall(lesson: str) -> Recall:
    """The questions that lesson `lesson` ("01") begins with, about the lesson before it.

    Raises ValueError for a lesson without any.
    """
    questions = recall_questions()
    if lesson not in questions:
        raise ValueError(f"lesson must be one of {', '.join(questions)}, got {lesson!r}")
    return Recall([recall_question(lesson, number) for number in range(1, len(questions[lesson]) + 1)])


def recall_question(lesson: str, number: int) -> RecallQuestion:
    """One of them, counted from 1."""
    prompt, options = recall_questions()[lesson][number - 1]
    choices = [Option(*option[1:]) for option in options]
    right = [option[0] for option in options].index(True)
    return RecallQuestion(f"{lesson}/recall/{number}", prompt, choices, right)
