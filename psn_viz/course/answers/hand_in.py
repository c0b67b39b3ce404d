"""What a reader sees of the progress: how much is done, and the file to hand in."""

from __future__ import annotations

import json
import os
import platform
from importlib import metadata
from pathlib import Path

from psn_viz import __version__
from psn_viz.course.answers.answer_file import KEY, progress_key
from psn_viz.course.answers.store import VARIABLE, AnswerStore, answer_store, counts_as_done, now, why
from psn_viz.course.registry import exercises, predictions, recall_questions
from psn_viz.course.text_page import Page, html_table
from psn_viz.files import write_whole
from psn_viz.text_table import text_table

KINDS = {"predict": "predictions", "recall": "recall questions", "check": "exercises"}
HAND_IN = "psn_viz_hand_in.json"


def show_progress() -> Page:
    """What is done: a table of the lessons with their predictions, recall questions and exercises.

    All of the course is counted, and what has been added to it with `pv.register_exercise` and
    `pv.register_question`.
    """
    store = answer_store()
    head = ["lesson", *KINDS.values()]
    rows = [
        [lesson, *(f"{counts[kind][0]} of {counts[kind][1]}" if counts[kind][1] else "–" for kind in KINDS)]
        for lesson, counts in count(store).items()
    ]
    if not rows:
        return Page.of("nothing to answer yet").under(*store.messages)
    text = "\n".join(text_table(head, rows, align="<" * len(head)))
    return Page(text, html_table(head, rows)).under(*store.messages)


def reset_progress() -> Page:
    """Forget every answer, in the file too; the old file stays beside the new one, under another name."""
    store = answer_store()
    try:
        old = store.reset()
    except OSError as error:
        return Page.of(f"The answers could not be removed ({why(error)}): delete {store.path.name} by hand.")
    note = f" The old ones are in {old.name}." if old else ""
    return Page.of(f"All answers are forgotten.{note} Run the cells of a notebook again to answer anew.")


def hand_in(path: str | os.PathLike | None = None) -> Page:
    """Write all answers to one readable file, to hand in or to keep: `psn_viz_hand_in.json`, or `path`.

    It holds the time, the versions, and lesson by lesson what was answered when; nothing about the person.
    Raises TypeError or ValueError where `path` is no file to be written, or one that is something else.
    """
    store = answer_store()
    counts = [pair for lesson in count(store).values() for pair in lesson.values()]
    summary = f"{sum(pair[0] for pair in counts)} of {sum(pair[1] for pair in counts)} done"
    written = write_hand_in(store, path)
    if written is None:
        return Page.of(f"{summary}. {VARIABLE} is off: name a file, as in pv.hand_in('answers.json').")
    return Page.of(f"{summary}. Written to {written.name}; download it from the list of files.")


def count(store: AnswerStore) -> dict[str, dict[str, tuple[int, int]]]:
    """By lesson and kind: how many are done, and how many there are."""
    content = store.content()
    # All that the course asks, also in lessons that have not been opened yet.
    keys = content.known | {exercise.progress_key for exercise in exercises().values()}
    keys |= {progress_key(key, "predict") for key in predictions()}
    keys |= {
        f"{lesson}/recall/{n}"
        for lesson, questions in recall_questions().items()
        for n in range(1, len(questions) + 1)
    }
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for key in sorted(keys):
        if match := KEY.fullmatch(key):
            lesson, kind, _ = match.groups()
            counts.setdefault(lesson, dict.fromkeys(KINDS, (0, 0)))
            finished, total = counts[lesson][kind]
            entry = content.entries.get(key)
            counts[lesson][kind] = finished + bool(entry and counts_as_done(entry["entry"])), total + 1
    return counts


def write_hand_in(store: AnswerStore, path: str | os.PathLike | None = None) -> Path | None:
    """Write all answers as one file, lesson by lesson; None where they are kept in memory and no path is given."""
    if path is None:
        if store.path is None:
            return None
        path = store.path.with_name(HAND_IN)
    elif not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be the name of a file, got {type(path).__name__}")
    path = Path(path)
    if path.exists() and not _is_hand_in(path):
        raise ValueError(f"path must be a new file or one from an earlier hand_in, got {path.name!r}, something else")
    lessons: dict[str, dict] = {}
    for key, value in sorted(store.content().entries.items()):
        if match := KEY.fullmatch(key):
            lesson, kind, name = match.groups()
            answers = lessons.setdefault(lesson, {}).setdefault(KINDS[kind], {})
            answers[name] = {"when": value["when"], **value["entry"]}
    document = {
        "psn_viz_hand_in": 1,
        "written": now(),
        "versions": {"psn_viz": __version__, "python": platform.python_version(), "torch": _version("torch")},
        "done": {
            lesson: {KINDS[kind]: f"{finished} of {total}" for kind, (finished, total) in kinds.items() if total}
            for lesson, kinds in count(store).items()
        },
        "lessons": lessons,
    }
    try:
        return write_whole(path, json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n")
    except OSError as error:
        raise ValueError(f"path must be a file that can be written, got {path.name!r}: {why(error)}") from None


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def _is_hand_in(path: Path) -> bool:
    try:
        return "psn_viz_hand_in" in json.loads(path.read_bytes())
    except (OSError, ValueError, TypeError, RecursionError):
        return False
