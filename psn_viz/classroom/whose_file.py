"""Whose is a handed-in file: the folder of its student, and which of several files of one student counts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from psn_viz.classroom.found_files import Found
from psn_viz.classroom.handed_in import HandedIn
from psn_viz.course.answers.answer_file import Answer
from psn_viz.course.answers.merging import instant

# Moodle calls the folder of a student "Ada Lovelace_1815_assignsubmission_file_".
_OF_MOODLE = re.compile(r"_\d+_assignsubmission_\w*$")

_NOT_GOING_ON = ", but other first answers: two students, or one who began anew, as each lesson on Colab does"


def name_folders(files: Sequence[HandedIn], found: Found) -> None:
    """Set the `folder` of each file that lies in a folder of its student's own, or is one without a hand-in.

    A folder is a student's own where Moodle has named it, or where it holds one file alone. A folder with the files
    of many students names nobody.
    """
    root = found.root_of_folders()
    if root is None:
        return
    tops = {one.place: one.place.removeprefix(root).partition("/")[0] for one in files}
    many = Counter(tops.values())
    for one in files:
        top = tops[one.place]
        if _OF_MOODLE.search(top) or many[top] == 1:
            one.folder = _OF_MOODLE.sub("", top)


def flag_several_files(files: Sequence[HandedIn], found: Found) -> None:
    """Of several files of one student, flag all, and mark those that do not count: the one written last counts.

    They are of one student where they have the same name, or none, within one folder of their student; without such
    folders, where they have the same name within one folder and one goes on from the other. Two students of one name
    so have a row each, as has one who began anew between two files: `flag_same_names` flags both.
    """
    root = found.root_of_folders()
    groups: dict[tuple[str, str], list[HandedIn]] = {}
    for one in files:
        if not one.problem and (one.name or one.folder):
            within = str(PurePosixPath(one.place).parent)
            if root is not None:
                within = one.place.removeprefix(root).partition("/")[0]
            groups.setdefault((within, _same_name(one.name)), []).append(one)
    for same in groups.values():
        for group in [same] if same[0].folder else _by_student(same):
            if len(group) > 1:
                _let_the_last_count(group)


def _let_the_last_count(group: list[HandedIn]) -> None:
    # Of two that were written at the same time, the one with the shorter name: the other is its copy.
    last = max(group, key=lambda one: (instant(one.written), -len(one.place)))
    for one in group:
        one.counts = one is last
        which = "this one counts" if one is last else "not this one: that written last counts"
        one.flags.append(f"handed in {len(group)} files: {which}")


def _by_student(same: list[HandedIn]) -> list[list[HandedIn]]:
    """Files of one name as those of each student who bears it. One file may join several, as `load_answers` does."""
    students: list[list[HandedIn]] = []
    for one in same:
        own = [student for student in students if any(goes_on(one, other) for other in student)]
        students = [student for student in students if student not in own]
        students.append([other for student in own for other in student] + [one])
    return students


def goes_on(one: HandedIn, other: HandedIn) -> bool:
    """Whether one of two files goes on from the other: what both answer was mostly begun at the same times.

    Mostly, not always: `ask_again` begins a lesson anew; and times have whole seconds, so that two students whom a
    teacher asks at once share a few.
    """
    both = one.entries.keys() & other.entries.keys()
    shared = sum(_begun(one.entries[key]) == _begun(other.entries[key]) for key in both)
    return 2 * shared > len(both)


def _begun(answer: Answer) -> object:
    """When the first try or the first text was, which stays in all later files, as they have it."""
    entry = answer["entry"]
    return entry.get("first_tried") or entry.get("first_saved") or answer["when"]


def flag_same_names(files: Iterable[HandedIn]) -> None:
    """Flag those that count and bear the same name: somebody has handed in twice, or two have one name.

    Two in folders of their own are two people.
    """
    same: dict[str, list[HandedIn]] = {}
    for one in files:
        if one.name and not one.folder and not one.problem and one.counts:
            same.setdefault(_same_name(one.name), []).append(one)
    for group in same.values():
        for one in group:
            others = [other for other in group if other is not one]
            if others:
                named = ", ".join(f"{other.place} ({other.written or 'no time'})" for other in others[:3])
                more = f" and {len(others) - 3} more" if len(others) > 3 else ""
                why = "" if any(goes_on(one, other) for other in others) else _NOT_GOING_ON
                one.flags.append(f"twice: the same name as {named}{more}{why}")


def _same_name(name: str) -> str:
    """The same text for a name however it was typed: wide letters, accents apart, capitals."""
    return unicodedata.normalize("NFKC", name).casefold()
