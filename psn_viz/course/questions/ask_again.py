"""Ask one question again, as if it had not been answered."""

from __future__ import annotations

import difflib

from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.answers.store import answer_store
from psn_viz.course.questions.ask import ask_recall
from psn_viz.course.questions.prediction import Prediction, predict
from psn_viz.course.questions.recall_questions import RecallRow
from psn_viz.course.registry import predictions, recall_questions


def ask_again(key: str) -> Prediction | RecallRow:
    """Forget the answer to one question and ask it: a prediction, "02/row_6", or a recall question, "02/recall/1".

    What was in the file of answers stays beside it, under another name. Raises ValueError, with near ones, for a key
    that names no question, and OSError where the file cannot be written.
    """
    recalls = {
        f"{lesson}/recall/{number}": (lesson, number)
        for lesson, questions in recall_questions().items()
        for number in range(1, len(questions) + 1)
    }
    known = [*predictions(), *recalls]
    if not isinstance(key, str) or key not in known:
        near = difflib.get_close_matches(str(key), known, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"key must name a question, got {key!r}; {hint}")
    answer_store().forget([key if key in recalls else progress_key(key, "predict")])
    return RecallRow(ask_recall(*recalls[key])) if key in recalls else predict(key)
