"""What a vote is about: a choice or a number question of the course, made ready for phones and a projector."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from psn_viz.classroom.vote.question_settings import SETTINGS
from psn_viz.course.languages.tables import without_yes
from psn_viz.course.questions.ask import PredictionQuestion, ask_recall
from psn_viz.course.questions.question import Question
from psn_viz.course.registry import predictions, recall_questions

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KINDS = ("choice", "number")  # what a phone answers with one tap or one line
UNKNOWN = "The lesson computes the answer: run it there."


class NoVote(ValueError):
    """There is no vote about that; the message says why, and what there is."""


@dataclass(frozen=True)
class VoteOption:
    """One answer to choose: what it says, and, for later, whether it is right and what is said about it."""

    text: str
    feedback: str
    right: bool


@dataclass(frozen=True)
class VoteQuestion:
    """One question of a vote.

    key: its name, such as "01/silent". kind: one of KINDS. setting: what has to be known to answer it, or "".
    options: of a choice. unit, truth: of a number; truth is None where a lesson computes it. told: what is said when
    the number is uncovered. language: that of all these texts. is_right: whether a number counts as right.
    """

    key: str
    kind: str
    prompt: str
    setting: str = ""
    options: tuple[VoteOption, ...] = ()
    unit: str = ""
    truth: float | None = None
    told: str = ""
    language: str = "en"
    is_right: Callable[[float], bool] = lambda answer: False


def course_questions(key: str) -> list[VoteQuestion]:
    """The question that `key` names, such as "01/silent" or "01/recall/2"; of "01", all that can be voted on.

    Of a lesson, the recall questions come first, as in the lesson. Raises NoVote, with near keys, for any other.
    """
    lesson = key.zfill(2) if key.isdigit() else key
    if keys := [name for name in all_keys() if name.startswith(f"{lesson}/")]:
        return [question for name in keys if (question := _question(name)) is not None]
    if key not in all_keys():
        raise NoVote(f"{key[:60]!r} is no question of the course. {_near(key)}")
    question = _question(key)
    if question is None:
        kind = _asked(key).form.kind
        how = "by drawing a curve" if kind == "curve" else "by clicking spikes"
        raise NoVote(
            f"{key} is answered {how}: a vote takes questions with options and questions for a number. {_near(key)}"
        )
    return [question]


def all_keys() -> list[str]:
    """The keys of recall questions and predictions, lesson by lesson; some cannot be voted on."""
    recall = {lesson: len(questions) for lesson, questions in recall_questions().items()}
    keys = [f"{lesson}/recall/{number}" for lesson, count in recall.items() for number in range(1, count + 1)]
    # The order is that of the lessons, and stays as it is within one; what is no lesson comes last.
    return sorted([*keys, *predictions()], key=lambda key: (not key[0].isdigit(), key.split("/")[0]))


def _question(key: str) -> VoteQuestion | None:
    """The question of this key; None where its kind cannot be voted on."""
    asked = _asked(key)
    form = asked.form
    if form.kind not in KINDS:
        return None
    setting = SETTINGS.get(key, "")
    if form.kind == "choice":
        judged = [asked.judge(index) for index in range(len(form.options))]
        options = tuple(
            VoteOption(text, without_yes(feedback) if right else feedback, bool(right))
            for text, (_, right, feedback) in zip(form.options, judged, strict=True)
        )
        return VoteQuestion(key, "choice", form.prompt, setting, options)
    truth, _, told = asked.judge(None)
    return VoteQuestion(
        key, "number", form.prompt, setting, unit=form.unit, truth=truth, told=told or UNKNOWN,
        is_right=lambda answer: bool(asked.judge(answer)[1]),
    )  # fmt: skip


def _asked(key: str) -> Question:
    if "/recall/" in key:
        lesson, _, number = key.split("/")
        return ask_recall(lesson, int(number)).question
    made = predictions()[key](key)
    assert isinstance(made, PredictionQuestion)
    return made.question


def _near(key: str) -> str:
    """A sentence with keys that are close to it."""
    lesson, known = key.split("/")[0], all_keys()
    same = [name for name in known if name.split("/")[0] in (lesson, lesson.zfill(2)) and _question(name)]
    names = same or [name for name in difflib.get_close_matches(key, known, n=5, cutoff=0.5) if _question(name)]
    if names:
        return f"Near to it: {', '.join(names)}"
    lessons = dict.fromkeys(name.split("/")[0] for name in known)
    return f"A lesson alone takes all of its questions: {', '.join(lessons)}"
