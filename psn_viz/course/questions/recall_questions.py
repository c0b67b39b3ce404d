"""Recall in a notebook: a few questions on the lesson before, each wrong choice with the lab that answers it."""

from __future__ import annotations

import ipywidgets

from psn_viz.course.questions.ask import RecallQuestion, ask_recall
from psn_viz.course.questions.question_widget import QuestionWidget
from psn_viz.course.questions.still_question import bundle, still_question
from psn_viz.course.registry import recall_questions
from psn_viz.course.text_page import Page
from psn_viz.labs import LABS


class RecallRow(ipywidgets.VBox):
    """One question with its options; after a wrong choice the lab state that answers the misconception is shown."""

    def __init__(self, asked: RecallQuestion) -> None:
        self._asked, self._code = asked, ""
        self.question = QuestionWidget(asked.question)
        super().__init__([self.question])
        self.question.observe(lambda _: self._show_why(), "revision")
        self._show_why()

    def _show_why(self) -> None:
        code = self._asked.code
        if code != self._code:
            lab = [LABS[code.split(";")[0]].from_code(code).show()] if code else []
            self._code, self.children = code, [self.question, *lab]

    def still(self, number: int) -> Page:
        """The question for a page without a kernel."""
        codes = tuple(option.code for option in self._asked.options)
        return still_question(f"Question {number}", self._asked.question, codes)

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
    return Recall([RecallRow(ask_recall(lesson, number)) for number in range(1, len(questions[lesson]) + 1)])
