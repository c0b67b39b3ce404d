"""Hand in all answers as one file, and take over the answers of other files."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from psn_viz.course.answers.answer_file import Answer
from psn_viz.course.answers.hand_in_format import (
    MARK,
    PLACEHOLDER,
    answers_in,
    file_name,
    hand_in_document,
    hand_in_file,
    student_name,
    what_it_holds,
)
from psn_viz.course.answers.merging import merged
from psn_viz.course.answers.progress_page import count
from psn_viz.course.answers.store import VARIABLE, AnswerStore, answer_store, why
from psn_viz.course.text_page import Page, number_of
from psn_viz.files import path_of, write_whole

LARGEST = 5_000_000  # bytes of a file of answers; all answers of the course are a hundredth of that


def hand_in(name: str | int | None = None, *, path: str | os.PathLike | None = None) -> Page:
    """Write all answers to one readable file, to hand in or to keep: `psn_viz_hand_in.json`, or `path`.

    It holds, lesson by lesson, what was answered when, a second thought beside the first answer, the source of the
    functions that were checked, how many tries it took, and the answers to open tasks; the versions; a checksum; and
    nothing about the person but `name`, a name or number, if the teacher wants one: it is in the file's name, too.
    What is shown says all that. Where PSN_VIZ_PROGRESS is off, the file holds what was answered since the kernel was
    started. Where `name` is still the placeholder of the lessons' cell, a name is asked for and nothing is written.
    Raises TypeError or ValueError where `name` is no such line of text, or where `path` is no file to be written, is
    something else, or holds answers that are not kept here.
    """
    store, student = answer_store(), student_name(name)
    if student.lower() == PLACEHOLDER:
        return Page.of(
            f"Nothing was written: put your own name or number in the place of “{PLACEHOLDER}”, as in "
            'pv.hand_in("Ada Lovelace") or pv.hand_in(4711), and run the cell again.'
        )
    counts = [pair for lesson in count(store).values() for pair in lesson.values()]
    done, asked = (sum(column) for column in zip(*counts, strict=True))
    summary = f"{done} of the {asked} questions and exercises of the course done"
    written = write_hand_in(store, path, student)
    told = Page.of(f"{summary}. Written to {written.name}; download it from the list of files.")
    return told.under(*_in_memory(store), *what_it_holds(hand_in_document(store, student)), *_on_colab(store))


def _in_memory(store: AnswerStore) -> list[str]:
    """What there is to say where answers are kept in memory alone, as on a computer that many share."""
    if store.path is not None:
        return []
    return [
        f"{VARIABLE} is off: the file holds only what was answered in this notebook since its kernel was started, "
        "and nothing of other notebooks or earlier days. It stays in this folder: where others use this computer, "
        "delete it once you have handed it in."
    ]


def _on_colab(store: AnswerStore) -> list[str]:
    """What there is to say on Colab, whose disk goes with the runtime, and which has a runtime for each lesson."""
    if "google.colab" not in sys.modules or (store.path and store.path.is_relative_to("/content/drive")):
        return []
    return [
        "On Colab this file goes with the runtime, so download it now. The next lesson has a runtime of its own: "
        "upload the file there, and pv.load_answers('psn_viz_hand_in.json') takes it over, so that one file holds "
        "all lessons."
    ]


def write_hand_in(store: AnswerStore, path: str | os.PathLike | None = None, name: str = "") -> Path:
    """Write all answers as one file, lesson by lesson: to `path`, else beside those kept, else in this folder."""
    if path is None:
        path = store.path.with_name(file_name(name)) if store.path else Path(file_name(name))
    elif not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be the name of a file, got {type(path).__name__}")
    path = Path(path)
    try:
        if path.exists() and not _is_hand_in(path):
            raise ValueError(
                f"path must be a new file or one from an earlier hand_in, got {path.name!r}, something else"
            )
        if lost := _only_in(path, store):
            raise ValueError(
                f"path must not replace answers that are kept nowhere else: {path.name!r} has {len(lost)} that this "
                f"session has not, such as {lost[0]!r}. Take them over, pv.load_answers({path.name!r}), and hand in "
                "again; or name another file, path="
            )
        return write_whole(path, hand_in_file(store, name))
    except OSError as error:
        raise ValueError(f"path must be a file that can be written, got {path.name!r:.100}: {why(error)}") from None


def load_answers(*files: str | os.PathLike) -> Page:
    """Take over the answers of hand-in and progress files: `pv.load_answers("lesson_01.json", "lesson_02.json")`.

    What is here already stays, but where a file has an earlier first answer, or an earlier first pass: that one
    counts, and the rest of the entry comes with it. Of an open task the answer that was written last counts. The
    files are only read. On Colab each lesson has its own runtime, and so its own file of answers: this makes one
    hand-in of all of them.

    Raises TypeError for what is no path, and ValueError for a file that cannot be read or is no such file; then
    nothing at all is taken.
    """
    if not files:
        raise ValueError("files must be one file or more, got none")
    paths = [path_of("files", file) for file in files]
    contents = [_answers_of(path) for path in paths]
    store, lines = answer_store(), []
    now_here = store.content().entries
    changed: dict[str, Answer] = {}
    for path, entries in zip(paths, contents, strict=True):
        new = [key for key in entries if key not in now_here]
        better = merged(now_here, entries)
        now_here.update(better)
        changed.update(better)
        other = len(better) - len(new)
        replaced = f", {other} that {'was' if other == 1 else 'were'} here taken from it" if other else ""
        same = len(entries) - len(better)
        stays = f", {same} as it was here" if same else ""
        lines.append(f"{path.name}: {number_of(len(new), 'new answer')}{replaced}{stays}.")
    store.put_all(changed)
    return Page.of(f"{number_of(len(changed), 'answer')} taken over.").under(*lines, *store.messages)


def _answers_of(path: Path) -> dict[str, Answer]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"files must be files that can be read, got {path.name!r:.100}: {why(error)}") from None
    if len(data) > LARGEST:
        raise ValueError(f"files must be files of answers, got {path.name!r}, which has more than 5 MB")
    try:
        return answers_in(data).entries
    except ValueError as error:
        raise ValueError(f"files must be files of answers, got {path.name!r}. {error} Nothing was taken.") from None


def _only_in(path: Path, store: AnswerStore) -> list[str]:
    """The answers of an earlier hand-in that are not in the store: where none is kept, each session has its own."""
    if not path.exists():
        return []
    try:
        return sorted(answers_in(path.read_bytes()).entries.keys() - store.content().entries.keys())
    except ValueError:  # damaged: nothing of it could be taken over
        return []


def _is_hand_in(path: Path) -> bool:
    if not path.is_file():  # a device has no end
        return False
    try:
        return MARK in json.loads(path.read_bytes())
    except (OSError, ValueError, TypeError, RecursionError):
        return False
