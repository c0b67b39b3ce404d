"""What a reader sees of the progress: how much is done, and the file to hand in."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from psn_viz import __version__, json_files
from psn_viz.course.answers import answer_file
from psn_viz.course.answers.answer_file import KEY, Answer, Content, progress_key
from psn_viz.course.answers.store import VARIABLE, AnswerStore, answer_store, counts_as_done, now, why
from psn_viz.course.registry import NO_LESSONS, exercises, predictions, recall_questions
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
    head, rows = progress_table(store)
    if not rows:
        return Page.of("nothing to answer yet").under(*store.messages)
    text = "\n".join(text_table(head, rows, align="<" * len(head)))
    return Page(text, html_table(head, rows)).under(*right_so_far(store), *store.messages)


def progress_table(store: AnswerStore) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of the table, a row for each lesson."""
    rows = [
        [lesson, *(f"{counts[kind][0]} of {counts[kind][1]}" if counts[kind][1] else "–" for kind in KINDS)]
        for lesson, counts in count(store).items()
    ]
    return ["lesson", *KINDS.values()], rows


def right_so_far(store: AnswerStore) -> list[str]:
    """A sentence on how many questions were answered rightly, at first and at a second thought; none without any."""
    questions = [entry for key, entry in store.entries().items() if KEY.fullmatch(key) and "/check/" not in key]
    judged = [entry for entry in questions if isinstance(entry.get("right"), bool)]
    if not judged:
        return []
    first = sum(entry["right"] for entry in judged)
    thought = [entry["second"] for entry in judged if isinstance(entry.get("second"), dict)]
    second = f"; {sum(again.get('right') is True for again in thought)} of {len(thought)} at a second thought"
    return [f"Right at the first answer: {first} of {len(judged)}{second if thought else ''}."]


def reset_progress(lessons: str | Sequence[str] | None = None) -> Page:
    """Forget every answer, or those of one lesson, `"02"`, or of several, `["02", "03"]`, in the file too.

    The recall questions that lesson 02 begins with belong to it. What was in the file stays beside it, under another
    name. Raises ValueError for a lesson that there is not, TypeError for anything else.
    """
    store = answer_store()
    try:
        if lessons is None:
            what, old = "All answers", store.reset()
        else:
            chosen = _lessons(store, lessons)
            keys = [key for key in store.content().entries if (match := KEY.fullmatch(key)) and match[1] in chosen]
            what, old = f"The answers of lesson {' and '.join(chosen)}", store.forget(keys)
    except OSError as error:
        instead = f"delete {store.path.name} by hand" if lessons is None else "try again later"
        return Page.of(f"The answers could not be removed ({why(error)}): {instead}.")
    note = f" The old ones are in {old.name}." if old else ""
    return Page.of(f"{what} are forgotten.{note} Run the cells of a notebook again to answer anew.")


def _lessons(store: AnswerStore, lessons: str | Sequence[str]) -> list[str]:
    chosen = [lessons] if isinstance(lessons, str) else lessons
    if not isinstance(chosen, Sequence) or not all(isinstance(lesson, str) for lesson in chosen):
        raise TypeError(f"lessons must be such as '02' or ['02', '03'], got {lessons!r:.80}")
    known = count(store)
    for lesson in chosen:
        if lesson not in known:
            raise ValueError(f"lessons must be among {', '.join(known)}, got {lesson!r}")
    if not chosen:
        raise ValueError("lessons must name at least one lesson, got none")
    return sorted(set(chosen))


def hand_in(path: str | os.PathLike | None = None) -> Page:
    """Write all answers to one readable file, to hand in or to keep: `psn_viz_hand_in.json`, or `path`.

    It holds the time, the versions, and lesson by lesson what was answered when, a second thought beside the first
    answer; nothing about the person.
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
        if key.partition("/")[0] in NO_LESSONS and key not in content.entries:
            continue  # nobody is to do them
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
    try:
        return write_whole(path, hand_in_file(store))
    except OSError as error:
        raise ValueError(f"path must be a file that can be written, got {path.name!r}: {why(error)}") from None


def hand_in_file(store: AnswerStore) -> bytes:
    """All answers, lesson by lesson, as the text of the file to hand in."""
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
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def answers_in(data: bytes) -> Content:
    """All that a file holds which was handed in, or which is the progress file of a notebook.

    Raises ValueError where it is neither, or damaged. The message is a sentence for whoever has chosen the file.
    """
    try:
        handed_in = json_files.decode(data, object)
        if not isinstance(handed_in, dict):
            raise ValueError("it is no object")
        if "psn_viz_progress" in handed_in:
            content = answer_file.parse(data)
        elif handed_in.get("psn_viz_hand_in") == 1:
            content = Content(_handed_in(handed_in))
        else:
            raise ValueError("it is neither a hand-in file nor a progress file of psn_viz")
        json.dumps(content.entries, allow_nan=False)  # which a page could not read
    except (ValueError, RecursionError, answer_file.Unreadable) as error:
        raise ValueError(f"This file was not taken: {str(error)[:200]}.") from None
    if odd := [key for key in content.entries if not KEY.fullmatch(key)]:
        raise ValueError(f"This file was not taken: it has an answer under {odd[0][:40]!r}, which is no question.")
    return content


def _handed_in(document: dict) -> dict[str, Answer]:
    lessons = json_files.check(document.get("lessons"), dict[str, dict[str, dict[str, dict[str, Any]]]])
    key_of = {name: kind for kind, name in KINDS.items()}
    entries: dict[str, Answer] = {}
    for lesson, kinds in lessons.items():
        for kind, answers in kinds.items():
            for name, entry in answers.items():
                when = json_files.check(entry.pop("when", None), str)
                entries[f"{lesson}/{key_of.get(kind, kind)}/{name}"] = {"when": when, "entry": entry}
    return entries


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return getattr(sys.modules.get(package), "__version__", "unknown")  # what stands in for it in a browser


def _is_hand_in(path: Path) -> bool:
    try:
        return "psn_viz_hand_in" in json.loads(path.read_bytes())
    except (OSError, ValueError, TypeError, RecursionError):
        return False
