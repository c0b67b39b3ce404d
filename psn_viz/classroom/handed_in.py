"""One handed-in file as it is read: its name, its answers, and what is odd about it. Reading it never fails."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from psn_viz import json_files
from psn_viz.classroom.found_files import FoundFile
from psn_viz.course.answers.answer_file import KEY, Answer, progress_key
from psn_viz.course.answers.hand_in_format import FORMAT, LONGEST_NAME, MARK, answers_in, digest
from psn_viz.course.answers.merging import instant
from psn_viz.course.registry import exercises, open_tasks, predictions, recall_questions

PROGRESS = "psn_viz_progress"  # the mark of a progress file
TOLERANCE = timedelta(minutes=10)  # by which clocks may differ


@dataclass
class HandedIn:
    """A file. problem: why it has no answers, or "". flags: what is odd about it; none of them is a verdict.

    missing: `place` is no file but the folder of a student, with no hand-in in it; `problem` says what is.
    folder: what the student's own folder is called, "" where there is none. counts: False for a file that another
    one of the same student takes the place of.
    """

    place: str
    name: str = ""
    written: str = ""
    versions: str = ""
    entries: dict[str, Answer] = field(default_factory=dict)
    problem: str = ""
    flags: list[str] = field(default_factory=list)
    missing: bool = False
    folder: str = ""
    counts: bool = True

    @property
    def label(self) -> str:
        """The name in the file, else that of the student's folder, else the place of the file."""
        return self.name or self.folder or self.place

    def of_kind(self, kind: str) -> dict[str, dict[str, Any]]:
        """The entries of a kind (predict, recall, check, open) by key, with the time as "when"."""
        return {
            key: answer["entry"] | {"when": answer["when"]}
            for key, answer in self.entries.items()
            if (match := KEY.fullmatch(key)) and match[2] == kind
        }


def read_file(found: FoundFile) -> HandedIn:
    """What a file holds; a damaged or foreign one has a `problem`."""
    one = HandedIn(found.place, problem=found.problem)
    if found.problem:
        return one
    try:
        document = json_files.decode(found.data, object)
    except ValueError as error:
        one.problem = f"damaged: no whole JSON ({str(error)[:120]})"
        return one
    if not isinstance(document, dict) or not {MARK, PROGRESS} & document.keys():
        one.problem = "foreign: neither a hand-in nor a progress file of psn_viz"
        return one
    if MARK in document and document[MARK] not in range(1, FORMAT + 1):
        one.problem = f"foreign: of format {document[MARK]!r:.20}, and this psn_viz reads 1 to {FORMAT}"
        return one
    try:
        one.entries = answers_in(found.data).entries
    except ValueError as error:
        one.problem = f"damaged: {str(error).removeprefix('This file was not taken: ')}"
        return one
    one.name = short(document.get("name"), LONGEST_NAME)
    one.written = short(document.get("written"))
    versions = document.get("versions")
    if isinstance(versions, dict):
        one.versions = ", ".join(f"{short(name)} {short(version)}" for name, version in list(versions.items())[:4])
    one.flags = _flags(document, one)
    return one


def no_hand_in(folder: str, names: list[str]) -> HandedIn:
    """The folder of a student that holds other files alone: `names`."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return HandedIn(folder, problem=f"no hand-in found, only {', '.join(names[:3])}{more}", missing=True)


def short(value: object, most: int = 60) -> str:
    """A text of a file that anybody may have edited, on one line; "" for what is none."""
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def flag_equal_files(files: Iterable[HandedIn]) -> None:
    """Flag those whose answers, with their times and sources, are the same as those of another one's file."""
    same: dict[str, list[HandedIn]] = {}
    for one in files:
        if one.entries and one.counts:
            text = json.dumps(one.entries, sort_keys=True)
            same.setdefault(hashlib.sha256(text.encode()).hexdigest(), []).append(one)
    for group in same.values():
        for one in group:
            others = [other.place for other in group if other is not one]
            if others:
                more = f" and {len(others) - 3} more" if len(others) > 3 else ""
                one.flags.append(f"equal: the same answers at the same times as {', '.join(others[:3])}{more}")


def _flags(document: dict[str, Any], one: HandedIn) -> list[str]:
    flags = []
    if MARK not in document:
        flags.append("no hand-in: a progress file, without name and checksum")
    elif document[MARK] == 1:
        flags.append("old format: without sources and checksum")
    elif document.get("digest") != digest(document):
        flags.append("edited: its checksum is not that of its content")
    if unknown := sorted(one.entries.keys() - known_keys()):
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        flags.append(f"foreign: answers to what this psn_viz does not ask: {', '.join(unknown[:3])}{more}")
    if odd := _odd_times(one):
        flags.append(f"times: {odd}")
    return flags


@cache
def known_keys() -> set[str]:
    """The keys of all that this psn_viz asks, as the files have them."""
    keys = {exercise.progress_key for exercise in exercises().values()}
    keys |= {progress_key(key, "predict") for key in predictions()}
    keys |= {progress_key(key, "open") for key in open_tasks()}
    return keys | {
        f"{lesson}/recall/{n + 1}" for lesson, asked in recall_questions().items() for n in range(len(asked))
    }


def _odd_times(one: HandedIn) -> str:
    end = instant(one.written)
    for key, entry in one.of_kind("check").items():
        first, passed = entry.get("first_tried"), entry.get("first_passed")
        if isinstance(first, str) and isinstance(passed, str) and instant(passed) < instant(first):
            return f"{key} passed before it was tried"
    if not one.written:
        return ""
    latest = end + TOLERANCE if end.year < 9999 else end
    late = [key for key, answer in one.entries.items() if instant(answer["when"]) > latest]
    return f"{late[0]} answered after the file was written" if late else ""
