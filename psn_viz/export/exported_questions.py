"""The choice and number questions of the course as other systems take them: what is asked, options, feedback."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from psn_viz.classroom.vote.question_settings import SETTINGS
from psn_viz.classroom.vote.vote_question import all_keys
from psn_viz.classroom.vote.vote_text import FORMULA
from psn_viz.course.questions.ask import PredictionQuestion, RecallQuestion, ask_recall
from psn_viz.course.registry import predictions
from psn_viz.course.text_page import escape
from psn_viz.export.notebook_error import NotebookError

# Whose options form a scale without beginning with numbers.
ORDERED = frozenset({"02/row_6", "05/left_over", "06/compiled", "11/few", "ten_minutes/no_reset", "ten_minutes/work"})
_FIRST_NUMBER = re.compile(r"(?:about )?(\d+(?:\.\d+)?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ExportedOption:
    """One answer to choose."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class ExportedQuestion:
    """One question; all texts as the course has them, formulas between single dollar signs.

    key: such as "01/silent". setting: what has to be known to answer it, or "". options: of a choice, in the order in
    which they are written. shuffle: whether their order carries no meaning. truth, tolerance (± in the same unit),
    unit: of a number. told: what is said about a number after the answer.
    """

    key: str
    prompt: str
    setting: str = ""
    options: tuple[ExportedOption, ...] = ()
    shuffle: bool = False
    truth: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    told: str = ""

    @property
    def lesson(self) -> str:
        """Such as "01"; "ten_minutes" and "quiz" for what is no lesson."""
        return self.key.split("/")[0]

    @property
    def is_choice(self) -> bool:
        """Whether one of its options is chosen; else a number is typed."""
        return bool(self.options)

    @property
    def asks_for(self) -> str:
        """How to answer a number question: without its unit, which Moodle would refuse."""
        return f"Answer: a number (unit: {self.unit}). Type the number alone." if self.unit else "Answer: a number."


def exported_questions(lesson: str = "") -> tuple[list[ExportedQuestion], list[str]]:
    """The questions of a lesson, or of all, and the keys of those that are left out.

    Left out are curves and spikes, which are drawn or clicked, and numbers that a lesson computes on the reader's
    machine. Raises NotebookError for a lesson without questions.
    """
    number = lesson.zfill(2) if lesson.isdigit() else lesson
    lessons = list(dict.fromkeys(key.split("/")[0] for key in all_keys()))
    if number and number not in lessons:
        raise NotebookError(f"there are no questions in lesson {lesson[:60]!r}; there are {', '.join(lessons)}")
    keys = [key for key in all_keys() if not number or key.split("/")[0] == number]
    made = {key: _exported(key) for key in keys}
    return [one for one in made.values() if one], [key for key, one in made.items() if not one]


def asked(key: str) -> PredictionQuestion | RecallQuestion:
    """The question of this key, as a lesson asks it."""
    if "/recall/" in key:
        lesson, _, number = key.split("/")
        return ask_recall(lesson, int(number))
    made = predictions()[key](key)
    assert isinstance(made, PredictionQuestion)
    return made


def question_html(question: ExportedQuestion) -> str:
    """What is asked, as HTML on one line, as `moodle_html` writes it."""
    parts = [question.setting, question.prompt, "" if question.is_choice else question.asks_for]
    return "".join(f"<p>{moodle_html(part)}</p>" for part in parts if part)


def moodle_html(text: str) -> str:
    r"""Text as HTML that holds nothing else; `code`, *stress*, lines, and formulas within their line as \( … \).

    Moodle's filters for MathJax and for TeX both take \( … \); between $$ MathJax would give each a line of its own.
    """
    parts = FORMULA.split(text)
    return "".join(rf"\({escape(part)}\)" if place % 2 else _words(part) for place, part in enumerate(parts))


def keeps_order(key: str, options: list[str]) -> bool:
    """Whether the options form a scale: they begin with numbers, in order, or ORDERED has the key."""
    if key in ORDERED:
        return True
    found = [_FIRST_NUMBER.match(option) for option in options]
    numbers = [float(match[1]) for match in found if match]
    ways = (sorted(set(numbers)), sorted(set(numbers), reverse=True))
    return len(numbers) == len(options) and numbers in ways


def _exported(key: str) -> ExportedQuestion | None:
    made = asked(key)
    form, judge, setting = made.question.form, made.question.judge, SETTINGS.get(key, "")
    if form.kind == "choice":
        judged = [judge(index) for index in range(len(form.options))]
        options = [
            ExportedOption(text, bool(right), feedback)
            for text, (_, right, feedback) in zip(form.options, judged, strict=True)
        ]
        shuffle = not keeps_order(key, list(form.options))
        if shuffle:  # as by chance, and the same each time
            options.sort(key=lambda one: hashlib.sha256(f"{key}\n{one.text}".encode()).digest())
        return ExportedQuestion(key, form.prompt, setting, tuple(options), shuffle)
    share = getattr(made, "tolerance", None)
    if form.kind != "number" or share is None:
        return None
    truth, _, told = judge(None)
    return ExportedQuestion(
        key, form.prompt, setting, truth=truth, tolerance=share * abs(truth), unit=form.unit, told=told
    )


def _words(text: str) -> str:
    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    stressed = re.sub(r"(?<![\w*])\*(?![\s*])([^*]+?)(?<!\s)\*(?![\w*])", r"<em>\1</em>", escaped)
    return stressed.replace("\n", "<br>")
