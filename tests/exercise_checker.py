"""What checks of exercises find, in a file; with torch, or as a browser does it, with numpy alone.

Run as `python -m tests.exercise_checker TEXTS FILE [--as-in-a-browser]`: TEXTS is JSON, a list of [lesson, its code
cells as JSON, id of the exercise's cell, what the reader has written there].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.lab_sender import OnlyWhatABrowserHas


def verdicts(every: int = 1) -> dict[str, list[str]]:
    """By exercise and name: what is told of its answer, and of each wrong answer, or of every third, say."""
    from psn_viz.course.checking.check_exercise import verdict_on
    from psn_viz.course.registry import exercises

    found = {}
    for key, exercise in exercises().items():
        tried = [("answer", exercise.answer), *((wrong.name, wrong.function) for wrong in exercise.wrong[::every])]
        for name, function in tried:
            verdict = verdict_on(exercise, function, 60)
            found[f"{key}: {name}"] = [verdict.status, verdict.sentence, verdict.recognised]
    return found


def main(texts: str, file: str, every: str, *options: str) -> None:
    if options == ("--as-in-a-browser",):
        sys.meta_path.insert(0, OnlyWhatABrowserHas())
        from psn_viz.browser.standing_in import stand_in

        stand_in()
    from psn_viz.browser.exercise_session import ExerciseSession

    written = []
    for lesson, cells, cell, text in json.loads(Path(texts).read_text("utf-8")):
        told, _ = ExerciseSession(lesson, cells).do_json("check", json.dumps({"cell": cell, "texts": {cell: text}}))
        written.append(json.loads(told))
    found = {"written": written, "verdicts": verdicts(int(every))}
    Path(file).write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
