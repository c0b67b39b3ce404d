"""What a question shows in the other languages of the course."""

from __future__ import annotations

from typing import Any

from psn_viz.course.languages.translate import find, translations
from psn_viz.course.questions.question import Question


def form_translations(question: Question) -> dict[str, dict[str, Any]]:
    """What a `Question` asks, by language: its `prompt`, `options`, `unit`, `axis` and `commit_label`.

    A text without translation is None. A language that lacks the prompt is not there, so that nobody is offered what
    stays English.
    """
    form, part = question.form, _part_of(question)
    found = {}
    for language in _offered(question):
        texts = {name: getattr(form, name) for name in ("prompt", "unit", "commit_label")}
        texts["axis"] = form.axis if form.kind == "curve" else ""
        found[language] = {name: _text(text, language, part) for name, text in texts.items() if text}
        if form.options:
            found[language]["options"] = [_text(option, language, part) for option in form.options]
    return found


def feedback_translations(question: Question) -> dict[str, str]:
    """The feedback that a `Question` shows now, by language, for the languages that have question and feedback."""
    feedback, offered = question.shown.feedback, _offered(question)
    found = translations(feedback, _part_of(question)) if feedback else {}
    return {language: text for language, text in found.items() if language in offered}


def _offered(question: Question) -> list[str]:
    return list(translations(question.form.prompt, _part_of(question)))


def _part_of(question: Question) -> str:
    """The part of the course that it belongs to: "05" of "05/predict/charge"."""
    return question.key.split("/")[0]


def _text(english: str, language: str, part: str) -> str | None:
    return None if (found := find(english, language, part)) is None else found.text
