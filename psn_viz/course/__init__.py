"""What a reader answers and is told: predictions, recall, exercises with their checks, progress, glossary."""

from psn_viz.course.answers.hand_in import hand_in, reset_progress, show_progress
from psn_viz.course.answers.store import Progress, progress
from psn_viz.course.checking.check_exercise import check
from psn_viz.course.glossary_page import glossary
from psn_viz.course.questions import predict
from psn_viz.course.questions.prediction import predict_choice, predict_curve, predict_number, predict_spikes
from psn_viz.course.questions.recall_questions import recall

__all__ = [
    "Progress",
    "check",
    "glossary",
    "hand_in",
    "predict",
    "predict_choice",
    "predict_curve",
    "predict_number",
    "predict_spikes",
    "progress",
    "recall",
    "reset_progress",
    "show_progress",
]
