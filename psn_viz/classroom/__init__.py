"""What a reader answers and is told: exercises with their checks, the progress, the glossary."""

from psn_viz.classroom.checks import check
from psn_viz.classroom.glossary import glossary
from psn_viz.classroom.progress import Progress, progress
from psn_viz.classroom.report import hand_in, reset_progress, show_progress

__all__ = ["Progress", "check", "glossary", "hand_in", "progress", "reset_progress", "show_progress"]
