"""Questions and answers on a page: takes what the reader answers, judges it, and counts what is kept.

As in `session`, all of it is plain data. The page keeps the answers, and gives with each request the one that it has,
so that a worker which is started anew, or another tab, loses none.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from psn_viz import json_files
from psn_viz.course.answers.answer_file import KEY, Answer, Content, progress_key
from psn_viz.course.answers.hand_in_format import (
    answers_in,
    file_name,
    hand_in_document,
    hand_in_file,
    student_name,
    what_it_holds,
)
from psn_viz.course.answers.merging import merged
from psn_viz.course.answers.progress_page import open_so_far, progress_table, right_so_far
from psn_viz.course.answers.store import AnswerStore, answer_store
from psn_viz.course.questions.ask import LateQuestion, PredictionQuestion, RecallQuestion, ask_recall
from psn_viz.course.questions.question_translations import feedback_translations
from psn_viz.course.registry import predictions, recall_questions


def question_of(key: str) -> PredictionQuestion | RecallQuestion:
    """The question whose answer is kept under `key`: "02/predict/factor", "02/recall/1". Raises ValueError."""
    for name, make in predictions().items():
        if progress_key(name, "predict") == key and isinstance(made := make(name), PredictionQuestion):
            return made
    lesson, kind, number = match.groups() if (match := KEY.fullmatch(key)) else ("", "", "")
    questions = recall_questions().get(lesson, [])
    if kind == "recall" and number in map(str, range(1, len(questions) + 1)):
        return ask_recall(lesson, int(number))
    raise ValueError(f"key must be that of a question, got {key!r:.80}")


class QuestionSession:
    """The question of a page whose answer is kept under `key`.

    truth: what a number that is compared later is compared with, as text; "" where it is not told here.
    """

    def __init__(self, key: str, truth: str = "") -> None:
        self.asked = question_of(key)
        self.question = self.asked.question
        if truth:
            if not isinstance(self.asked, LateQuestion):
                raise ValueError(f"truth must be told of a question that is compared later, got {key!r}")
            self.asked.truth = float(truth)
        self._shown: object = self  # the answer that the question shows; none yet

    def do(self, action: str, argument: dict[str, Any]) -> dict[str, Any]:
        """Take what the page asks for, and return what it shows.

        Actions: "show"; "take", with `status`, `answer` and `second` as the page has them. Each comes with `stored`,
        what the page keeps under the key (an `Answer`) or None. Returns `shown`, a `Shown` as a dict;
        `feedback_translations`, its feedback by language; `lab`, the state code of what the answer uncovers, or "";
        `entry`, the `Answer` to keep now, or None where it is the stored one. Raises ValueError for another action.
        """
        if action not in ("show", "take"):
            raise ValueError(f"action must be 'show' or 'take', got {action!r:.40}")
        key, store = self.question.key, answer_store()
        stored = kept_answer(argument.get("stored"))
        if stored is None:
            store.forget([key])
        elif stored != store.content().entries.get(key):
            store.put(key, stored)
        if stored != self._shown:  # else the feedback on what is no answer yet would go
            self.question.restore()
        if action == "take":
            self.question.take(argument.get("status", ""), argument.get("answer"), argument.get("second"))
        self._shown = kept = store.content().entries.get(key)
        return {
            "shown": asdict(self.question.shown),
            "feedback_translations": feedback_translations(self.question),
            "lab": self._uncovered(),
            "entry": None if kept == stored else kept,
        }

    def _uncovered(self) -> str:
        if isinstance(self.asked, RecallQuestion):
            return self.asked.code
        return self.asked.covered.code if self.asked.covered is not None and self.question.shown.is_done else ""

    def do_json(self, action: str, argument: str) -> tuple[str, list]:
        """`do`, with argument and result as JSON, and no arrays: as a worker passes them on."""
        return json.dumps(self.do(action, json.loads(argument)), ensure_ascii=False, allow_nan=False), []


class AnswersSession:
    """What a page says about all answers. It gives the text of its progress file with each request."""

    def __init__(self, name: str = "", code: str = "") -> None:
        self.name = name

    def do(self, action: str, argument: Any) -> dict[str, Any]:
        """Actions: "show" does nothing; "progress" with the text of the answers gives `head`, `rows` and `lines`;
        "hand_in" with [it, a name or ""] gives the `file`, its `name` and `lines` on what is in it, or an
        `error`; "load" with [that text, the text of a file] gives the
        `entries` that are new, and how many are `here` already, or an `error`. Raises ValueError for another action.
        """
        if action == "show":
            return {}
        if action == "load":
            return _loaded(*argument)
        if action not in ("progress", "hand_in"):
            raise ValueError(f"action must be show, progress, hand_in or load, got {action!r:.40}")
        if action == "hand_in":
            return _handed_in(*argument)
        store = AnswerStore.holding(_content(argument))
        head, rows = progress_table(store)
        return {"head": head, "rows": rows, "lines": right_so_far(store) + open_so_far(store)}

    def do_json(self, action: str, argument: str) -> tuple[str, list]:
        """`do`, with argument and result as JSON, and no arrays: as a worker passes them on."""
        return json.dumps(self.do(action, json.loads(argument)), ensure_ascii=False, allow_nan=False), []


def _handed_in(here: str, name: str) -> dict[str, Any]:
    try:
        student = student_name(name.strip() or None)
    except ValueError as error:
        return {"error": f"{error}.", "file": "", "name": "", "lines": []}
    store = AnswerStore.holding(_content(here))
    lines = what_it_holds(hand_in_document(store, student))
    return {"error": "", "file": hand_in_file(store, student).decode(), "name": file_name(student), "lines": lines}


def _loaded(here: str, file: str) -> dict[str, Any]:
    try:
        found, before = answers_in(file.encode()).entries, _content(here).entries
    except ValueError as error:
        return {"error": str(error), "entries": {}, "here": 0}
    changed = merged(before, found)
    return {"error": "", "entries": changed, "here": len(found) - len(changed)}


def _content(text: str) -> Content:
    """The answers that a page keeps, without those that somebody has damaged."""
    entries = json.loads(text)["entries"]
    kept = {key: answer for key in entries if KEY.fullmatch(key) and (answer := kept_answer(entries[key]))}
    return Content(kept, set(kept))


def kept_answer(stored: object) -> Answer | None:
    """An answer that a page keeps, which anybody may have edited; None where it is none."""
    try:
        return json_files.check(stored, Answer)
    except ValueError:
        return None
