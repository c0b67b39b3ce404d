"""A question as a widget: shows it, and passes on what the reader does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import anywidget
import traitlets

from psn_viz.course.languages.page_script import language_script
from psn_viz.course.questions.question import KINDS, STATUSES, Question
from psn_viz.course.questions.question_translations import feedback_translations, form_translations
from psn_viz.files import asset


class QuestionWidget(anywidget.AnyWidget):
    """Shows a `Question`, whose form and whose `Shown` are its synced state, with both in other languages.

    What is answered and kept does not depend on the language, and Python is not told which one the reader has chosen.
    """

    _script = asset(__package__, "question_widget.js")
    _esm = (
        asset("psn_viz.labs.live", "keys.js")
        + asset("psn_viz.labs.live", "late_start.js")
        + language_script(_script)
        + _script
    )
    _css = asset(__package__, "question_widget.css")

    kind = traitlets.Enum(KINDS).tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    axis = traitlets.Unicode().tag(sync=True)
    low = traitlets.Float(0.0).tag(sync=True)
    high = traitlets.Float(1.0).tag(sync=True)
    commit_label = traitlets.Unicode().tag(sync=True)
    can_skip = traitlets.Bool(True).tag(sync=True)
    status = traitlets.Enum(STATUSES, "open").tag(sync=True)
    answer = traitlets.Any(None, allow_none=True).tag(sync=True)
    second = traitlets.Any(None, allow_none=True).tag(sync=True)
    truth = traitlets.Any(None, allow_none=True).tag(sync=True)
    right = traitlets.Bool(None, allow_none=True).tag(sync=True)
    second_right = traitlets.Bool(None, allow_none=True).tag(sync=True)
    feedback = traitlets.Unicode("").tag(sync=True)
    translations = traitlets.Dict().tag(sync=True)  # by language, see form_translations
    feedback_translations = traitlets.Dict().tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def __init__(self, question: Question) -> None:
        form = asdict(question.form)
        super().__init__(
            **form | {"options": list(form["options"])},
            **asdict(question.shown),
            translations=form_translations(question),
            feedback_translations=feedback_translations(question),
        )
        self.question = question
        self._listeners: list[Callable[[], None]] = []
        self.observe(self._changed, ["answer", "second", "status"])

    @property
    def key(self) -> str:
        """What names it in the progress file."""
        return self.question.key

    def when_answered(self, callback: Callable[[], None]) -> None:
        """Call `callback` once the question has been answered for good or skipped; at once if it has been already."""
        if self.question.shown.is_done:
            callback()
        else:
            self._listeners.append(callback)

    def judge_again(self) -> None:
        """Judge again, because the truth has become known."""
        self.question.judge_again()
        self._follow()

    def _changed(self, change) -> None:
        """Take what the page has sent. What it may not ask for by now is put back."""
        if not self.question.take(self.status, self.answer, self.second):
            return
        self._follow()
        if self.question.shown.is_done:
            listeners, self._listeners = self._listeners, []
            for callback in listeners:
                callback()

    def _follow(self) -> None:
        """Show what the question shows."""
        with self.hold_sync(), self.hold_trait_notifications():  # nobody is told of a half of it
            for name, value in asdict(self.question.shown).items():
                setattr(self, name, value)
            self.feedback_translations = feedback_translations(self.question)
            self.revision += 1

    def __repr__(self) -> str:
        return repr(self.question)
