"""`psn-viz collect`: read what a class has handed in, and write what it holds as pages and as tables."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from psn_viz.classroom.class_csv import answers_csv, class_csv, grid_csv
from psn_viz.classroom.class_numbers import StudentRow, exercise_rows, student_row
from psn_viz.classroom.class_page import class_page, files_in_words, others_in_words
from psn_viz.classroom.found_files import found_files
from psn_viz.classroom.handed_in import HandedIn, flag_equal_files, no_hand_in, read_file
from psn_viz.classroom.rerun import CannotRun, Result, rerun
from psn_viz.classroom.student_page import student_page
from psn_viz.classroom.whose_file import flag_same_names, flag_several_files, name_folders
from psn_viz.files import write_whole

# What the files of a report have near their begin.
BEGIN = {name: b"\xef\xbb\xbfstudent,name,file," for name in ("class.csv", "grid.csv", "answers.csv")}
BEGIN["class.html"] = b"<title>The class</title>"


def collect(source: Path, out: Path, run: bool = False, tasks: Mapping[str, str] | None = None) -> int:
    """Run the command and return its exit code. Nothing of `source` is changed.

    tasks: by key of an open task, "02/task_a", what it asks, where that is not in the package.
    """
    told: list[str] = []

    def say(line: str) -> None:
        told.append(line)
        print(line, flush=True)

    try:
        refuse_folder(out, source)
        found = found_files(source)
        files = [read_file(file) for file in found.files]
        files += [no_hand_in(folder, names) for folder, names in found.folders_without().items()]
        if not files:
            only = f", only {', '.join(found.others[:3])}" if found.others else ""
            raise ValueError(f"{str(source)!r} holds no hand-in{only}; one is the file that pv.hand_in writes")
        files.sort(key=lambda one: one.place)
        again = rerun(files, say) if run else {}
        name_folders(files, found)
        flag_several_files(files, found)
        flag_equal_files(files)
        flag_same_names(files)
        rows = write_report(files, again, found.others, out, told, tasks or {})
    except (ValueError, OSError, CannotRun) as error:
        where = f"{error.filename or out!s:.200}: {error.strerror or error}" if isinstance(error, OSError) else error
        print(printable(f"psn-viz collect: {where}", 1000), file=sys.stderr)
        return 1
    bad = [row.handed_in for row in rows if row.handed_in.problem]
    for one in bad:
        print(f"not read: {printable(one.place)}: {printable(one.problem)}")
    if found.others:
        print(printable(others_in_words(found.others), 1000))
    print(f"{files_in_words(rows)} Open {out / 'class.html'}.")
    if not run:
        print("Nothing was run. `--run` puts the handed-in functions through their checks again.")
    return 0


def refuse_folder(out: Path, source: Path) -> None:
    """Raise ValueError where a report would stand among what is read, or in the place of what it did not write."""
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise ValueError(f"{str(out)!r} lies in the folder that is read: name another with --out")
    if out.exists() and not out.is_dir():
        raise ValueError(f"{str(out)!r} is a file: name a folder with --out")
    for name, begin in BEGIN.items():
        path = out / name
        if path.exists() and not (path.is_file() and begin in path.read_bytes()[:1000]):
            raise ValueError(f"{str(path)!r} is there already, and no report of an earlier class: name another --out")


def write_report(
    files: list[HandedIn],
    again: dict[int, dict[str, Result]],
    others: list[str],
    out: Path,
    told: list[str],
    tasks: Mapping[str, str],
) -> list[StudentRow]:
    """Write class.html, class.csv, grid.csv, answers.csv and a page for each student into `out`.

    Pages of students that an earlier report has left there are removed. Raises OSError.
    """
    rows = [student_row(one, again.get(number)) for number, one in enumerate(files)]
    exercises = exercise_rows([row.handed_in for row in rows if row.handed_in.counts])
    shares = {row.key: f"{row.same} of {row.passed} who passed" for row in exercises if row.same is not None}
    (out / "students").mkdir(parents=True, exist_ok=True)
    links = [
        f"students/{number:03}{_safe(row.handed_in.name or row.handed_in.folder)}.html"
        for number, row in enumerate(rows, start=1)
    ]
    for old in (out / "students").glob("[0-9][0-9][0-9]*.html"):  # of a report that was here before
        if f"students/{old.name}" not in links:
            old.unlink()
    for row, link in zip(rows, links, strict=True):
        if not row.handed_in.problem:
            write_whole(out / link, student_page(row, shares, tasks))
    write_whole(out / "class.csv", class_csv(rows))
    counted = [row for row in rows if row.handed_in.counts]
    write_whole(out / "grid.csv", grid_csv(counted))
    write_whole(out / "answers.csv", answers_csv(counted))
    write_whole(out / "class.html", class_page(rows, others, links, told, tasks))
    return rows


def _safe(name: str) -> str:
    """The letters and digits of a name that every file system takes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = "-".join("".join(one if one.isalnum() else " " for one in plain).lower().split())[:40]
    return f"-{safe}" if safe else ""


def printable(text: str, most: int = 200) -> str:
    """A text of a file for a terminal, which obeys some characters."""
    return "".join(one if one.isprintable() else "�" for one in text)[:most]
