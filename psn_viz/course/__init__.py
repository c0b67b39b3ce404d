"""What a reader answers: questions, exercises with their checks, the answers, the glossary.

Each lesson has a folder lesson_NN, out of sight of the reader, whose notebook asks by a key; see `registry`.
`questions.py` has `RECALL`, a list of (prompt, options), an option being (is it right, what it says, feedback, and,
for a wrong one, the state code of the lab that answers it); and `PREDICTIONS`, by name a function from the key to a
`Prediction`. `exercises.py` has `EXERCISES`, a list or tuple of `Exercise`.
"""

from psn_viz.course.answers.hand_in import hand_in, reset_progress, show_progress
from psn_viz.course.answers.store import AnswerStore, answer_store
from psn_viz.course.checking.check_exercise import check
from psn_viz.course.checking.exercise import Case, Exercise, Wrong
from psn_viz.course.folding import folded
from psn_viz.course.glossary_page import glossary
from psn_viz.course.questions.ask_again import ask_again
from psn_viz.course.questions.prediction import (
    predict,
    predict_choice,
    predict_curve,
    predict_number,
    predict_spikes,
)
from psn_viz.course.questions.recall_questions import recall
from psn_viz.course.registry import register_exercise, register_question

__all__ = [
    "AnswerStore",
    "Case",
    "Exercise",
    "Wrong",
    "answer_store",
    "ask_again",
    "check",
    "folded",
    "glossary",
    "hand_in",
    "predict",
    "predict_choice",
    "predict_curve",
    "predict_number",
    "predict_spikes",
    "recall",
    "register_exercise",
    "register_question",
    "reset_progress",
    "show_progress",
]
