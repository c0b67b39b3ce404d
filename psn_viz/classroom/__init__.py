"""What a reader answers and is told: predictions, recall, exercises with their checks, progress, glossary."""

from psn_viz.classroom.asked import predict
from psn_viz.classroom.checks import check
from psn_viz.classroom.glossary import glossary
from psn_viz.classroom.predict import predict_choice, predict_curve, predict_number, predict_spikes
from psn_viz.classroom.progress import Progress, progress
from psn_viz.classroom.recall import recall
from psn_viz.classroom.report import hand_in, reset_progress, show_progress

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
