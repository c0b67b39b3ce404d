"""Whose is a handed-in file: the folder of its student, and which of several files of one student counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from psn_viz.classroom.found_files import Found
from psn_viz.classroom.handed_in import HandedIn, same_name
from psn_viz.course.answers.merging import instant

# Moodle calls the folder of a student "Ada Lovelace_1815_assignsubmission_file_".
_OF_MOODLE = re.compile(r"_\d+_assignsubmission_\w*$")


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
    folders, where they have the same name within one folder.
    """
    root = found.root_of_folders()
    groups: dict[tuple[str, str], list[HandedIn]] = {}
    for one in files:
        if not one.problem and (one.name or one.folder):
            within = str(PurePosixPath(one.place).parent)
            if root is not None:
                within = one.place.removeprefix(root).partition("/")[0]
            groups.setdefault((within, same_name(one.name)), []).append(one)
    for group in groups.values():
        if len(group) < 2:
            continue
        # Of two that were written at the same time, the one with the shorter name: the other is its copy.
        last = max(group, key=lambda one: (instant(one.written), -len(one.place)))
        for one in group:
            one.counts = one is last
            which = "this one counts" if one is last else "not this one: that written last counts"
            one.flags.append(f"handed in {len(group)} files: {which}")
