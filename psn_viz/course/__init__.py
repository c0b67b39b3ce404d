"""What a reader answers: questions, exercises with their checks, the answers, the glossary.

Each lesson has a folder lesson_NN, out of sight of the reader, whose notebook asks by a key; see `registry`.
`questions.py` has `RECALL`, a list of (prompt, options), an option being (is it right, what it says, feedback, and,
for a wrong one, the state code of the lab that answers it); `PREDICTIONS`, by name a function from the key to a
`PredictionQuestion` of `questions.ask`; and `OPEN`, by name what an open task asks. `exercises.py` has `EXERCISES`, a
list or tuple of `Exercise`.

The names are loaded when they are first used: a question in a notebook needs widgets, everything else does without.
"""

from importlib import import_module
from typing import TYPE_CHECKING

_MODULE_OF = {
    "AnswerStore": "answers.store",
    "Case": "checking.exercise",
    "Exercise": "checking.exercise",
    "Wrong": "checking.exercise",
    "answer": "questions.open_answer",
    "answer_store": "answers.store",
    "ask_again": "questions.ask_again",
    "check": "checking.check_exercise",
    "faq": "faq_page",
    "field_map": "field_map_page",
    "folded": "folding",
    "glossary": "glossary_page",
    "hand_in": "answers.hand_in",
    "load_answers": "answers.hand_in",
    "predict": "questions.prediction",
    "predict_choice": "questions.prediction",
    "predict_curve": "questions.prediction",
    "predict_number": "questions.prediction",
    "predict_spikes": "questions.prediction",
    "recall": "questions.recall_questions",
    "register_exercise": "registry",
    "register_question": "registry",
    "reset_progress": "answers.progress_page",
    "show_progress": "answers.progress_page",
}

__all__ = list(_MODULE_OF)

if TYPE_CHECKING:
    from psn_viz.course.answers.hand_in import hand_in as hand_in
    from psn_viz.course.answers.hand_in import load_answers as load_answers
    from psn_viz.course.answers.progress_page import reset_progress as reset_progress
    from psn_viz.course.answers.progress_page import show_progress as show_progress
    from psn_viz.course.answers.store import AnswerStore as AnswerStore
    from psn_viz.course.answers.store import answer_store as answer_store
    from psn_viz.course.checking.check_exercise import check as check
    from psn_viz.course.checking.exercise import Case as Case
    from psn_viz.course.checking.exercise import Exercise as Exercise
    from psn_viz.course.checking.exercise import Wrong as Wrong
    from psn_viz.course.faq_page import faq as faq
    from psn_viz.course.field_map_page import field_map as field_map
    from psn_viz.course.folding import folded as folded
    from psn_viz.course.glossary_page import glossary as glossary
    from psn_viz.course.questions.ask_again import ask_again as ask_again
    from psn_viz.course.questions.open_answer import answer as answer
    from psn_viz.course.questions.prediction import predict as predict
    from psn_viz.course.questions.prediction import predict_choice as predict_choice
    from psn_viz.course.questions.prediction import predict_curve as predict_curve
    from psn_viz.course.questions.prediction import predict_number as predict_number
    from psn_viz.course.questions.prediction import predict_spikes as predict_spikes
    from psn_viz.course.questions.recall_questions import recall as recall
    from psn_viz.course.registry import register_exercise as register_exercise
    from psn_viz.course.registry import register_question as register_question
else:

    def __getattr__(name: str):
        if name in _MODULE_OF:
            return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
