"""Find the handed-in files in a folder or a zip archive, with folders and archives in one another.

Learning platforms write such. All is read into memory, nothing is unpacked to a disk; so the name of a member of an
archive leads nowhere.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LARGEST_FILE = 5_000_000  # bytes of a hand-in; one with all answers has a hundredth of that
LARGEST_ARCHIVE = 500_000_000
MOST_FILES = 5_000
DEEPEST = 3  # archives in archives
LARGEST_OTHER = 1_000_000  # bytes of a file with another ending that is looked into
ENCRYPTED = 1  # the bit of a member's flags that says so
_MARKS = (b'"psn_viz_hand_in"', b'"psn_viz_progress"')  # one of which a hand-in or a progress file holds


@dataclass(frozen=True)
class FoundFile:
    """A file: `place` is its name with the folders and archives around it. problem: why it could not be read."""

    place: str
    data: bytes = b""
    problem: str = ""


class TooMuch(Exception):
    """More files, or more bytes, than a class can have handed in."""


@dataclass
class Found:
    """What is there: the files to read as hand-ins, and the places of the others, which are left alone."""

    files: list[FoundFile]
    others: list[str]

    def folders_without(self) -> dict[str, list[str]]:
        """The folders of students that hold other files alone, and which: {"class.zip/Ben_7": ["work.ipynb"]}.

        They are told where the collection has a folder, or an archive, for each student, with no hand-in beside them.
        """
        root = self.root_of_folders()
        if root is None:
            return {}
        having = {one.place.removeprefix(root).partition("/")[0] for one in self.files}
        without: dict[str, list[str]] = {}
        for place in self.others:
            owner, _, rest = place.removeprefix(root).partition("/")
            if place.startswith(root) and rest and owner not in having:
                without.setdefault(root + owner, []).append(rest)
        return without

    def root_of_folders(self) -> str | None:
        """What the places of two folders or more begin with, "" or "class.zip/"; None where there are none."""
        hand_ins, everything = [one.place for one in self.files], [one.place for one in self.files] + self.others
        root = ""
        while True:
            if any(place.startswith(root) and "/" not in place.removeprefix(root) for place in hand_ins):
                return None
            below = [place.removeprefix(root) for place in everything if place.startswith(root)]
            folders = {place.partition("/")[0] for place in below if "/" in place}
            if len(folders) != 1:
                return root if folders else None
            root += f"{folders.pop()}/"


def found_files(source: Path) -> Found:
    """All JSON files in `source`, a folder, a zip archive or one such file, sorted by place. Links are not followed.

    A small file with another ending, such as homework.txt, is one of them where it begins like JSON and has the mark
    of a hand-in. What cannot be read is a FoundFile with a problem. Raises ValueError where `source` is none of
    these.
    """
    source = Path(source)
    if not source.exists():
        raise ValueError(f"there is no {str(source)!r}")
    search = _Search()
    try:
        if source.is_dir():
            search.folder(source)
        elif source.suffix.lower() == ".json":
            search.file(source, source.name)
        elif source.is_file() and zipfile.is_zipfile(source):
            search.archive(source, "", 1)
        else:
            raise ValueError(f"{source.name!r} must be a folder, a zip archive or a JSON file")
    except TooMuch as error:
        search.files.append(FoundFile(source.name, problem=f"{error}; the rest was not read"))
    return Found(sorted(search.files, key=lambda one: one.place), sorted(search.others))


class _Search:
    def __init__(self) -> None:
        self.files: list[FoundFile] = []
        self.others: list[str] = []
        self._left = LARGEST_ARCHIVE

    def folder(self, root: Path) -> None:
        for path, place in _below(root):
            self.file(path, place)

    def file(self, path: Path, place: str) -> None:
        """Take a file on the disk."""
        kind, data = _kind(place), b""
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                if kind:
                    self._add(FoundFile(place, problem="it is a link or no ordinary file, and was not followed"))
            elif kind == "zip":
                self.archive(path, place, 1)
            elif kind == "json":
                with path.open("rb") as file:
                    self._json(place, file.read(LARGEST_FILE + 1))
            else:
                with contextlib.suppress(OSError):  # what cannot be read is another file all the same
                    with path.open("rb") as file:
                        data = _begin_of_other(file)
                self._other(place, data)
        except OSError as error:
            self._add(FoundFile(place, problem=f"it cannot be read: {error.strerror or error}"))

    def archive(self, file, place: str, depth: int) -> None:
        """Take the members of a zip archive; `file` is its path or an open file."""
        try:
            with zipfile.ZipFile(file) as archive:
                for member in archive.infolist():
                    # Some archives of Windows have backslashes; a damaged one may have a member without a name.
                    name = member.filename.replace("\\", "/")
                    if not name.endswith("/"):
                        inside = "/".join(filter(None, name.split("/"))) or "a file without a name"
                        self._member(archive, member, f"{place}/{inside}".lstrip("/"), depth)
        except TooMuch:
            raise
        except Exception as error:  # zipfile and what it unpacks with raise many kinds for damaged data
            self._add(FoundFile(place or "the archive", problem=f"the archive is damaged: {str(error)[:120]}"))

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, depth: int) -> None:
        kind = _kind(member.filename)
        if not kind and _is_hidden(place):
            return None
        most = LARGEST_FILE if kind == "json" else self._left
        try:
            with archive.open(member) as file:
                data = file.read(most + 1) if kind else _begin_of_other(file)
        except Exception as error:  # as in `archive`
            if not kind:
                return self._other(place)
            problem = f"this part of the archive is damaged: {str(error)[:120]}"
            if member.flag_bits & ENCRYPTED:
                problem = "it is encrypted"
            return self._add(FoundFile(place, problem=problem))
        if not kind:
            self._other(place, data)
        elif kind == "json":
            self._json(place, data)
        elif depth >= DEEPEST:
            self._add(FoundFile(place, problem=f"more than {DEEPEST} archives in one another were not opened"))
        else:
            self._spend(len(data))
            self.archive(io.BytesIO(data), place, depth + 1)

    def _json(self, place: str, data: bytes) -> None:
        self._spend(len(data))
        if len(data) > LARGEST_FILE:
            self._add(FoundFile(place, problem=f"it has more than {LARGEST_FILE // 1_000_000} MB"))
        else:
            self._add(FoundFile(place, data.removeprefix(codecs.BOM_UTF8)))

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooMuch(f"there are more than {LARGEST_ARCHIVE // 1_000_000} MB")

    def _add(self, file: FoundFile) -> None:
        self.files.append(file)
        self._count()

    def _other(self, place: str, data: bytes = b"") -> None:
        """Take a file with another ending: one that was a hand-in before somebody renamed it is one still."""
        if _is_hidden(place):
            return
        self._spend(len(data))
        if any(mark in data for mark in _MARKS):
            self._add(FoundFile(place, data.removeprefix(codecs.BOM_UTF8)))
        else:
            self.others.append(place)
            self._count()

    def _count(self) -> None:
        if len(self.files) + len(self.others) > MOST_FILES:
            raise TooMuch(f"there are more than {MOST_FILES} files")


def _below(root: Path) -> Iterator[tuple[Path, str]]:
    for folder, names, files in os.walk(root):
        names.sort()
        for name in sorted(files):
            path = Path(folder, name)
            yield path, path.relative_to(root).as_posix()


def _is_hidden(place: str) -> bool:
    parts = place.replace("\\", "/").split("/")
    return parts[-1].startswith(".") or "__MACOSX" in parts


def _begin_of_other(file: IO[bytes]) -> bytes:
    """A small file that begins like JSON; b"" for any other, of which no more than the begin is read.

    In a notebook, which is JSON, too, a mark could stand only within a text, where a backslash is before each quote.
    """
    begin = file.read(64)
    if not begin.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return b""
    data = begin + file.read(LARGEST_OTHER)
    return data if len(data) <= LARGEST_OTHER else b""


def _kind(place: str) -> str:
    ending = place.lower().rpartition(".")[2]
    return ending if ending in ("json", "zip") and not _is_hidden(place) else ""
