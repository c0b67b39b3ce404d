"""The progress file: its format, how it is read and written, and a lock against two writers at once."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypedDict

import msgspec

from psn_viz import json_files
from psn_viz.files import locked, write_whole

VERSION = 1
KEY = re.compile(r"([A-Za-z0-9_]+)/(predict|recall|check|open)/([A-Za-z0-9_]+)", re.ASCII)
NAME = re.compile(r"(?:([A-Za-z0-9_]+)/)?([A-Za-z][A-Za-z0-9_]*)", re.ASCII)
NO_LESSON = "own"  # where the answers to a question or exercise without a lesson are listed
PATIENCE = 5.0  # seconds; a writer needs milliseconds


class Unreadable(Exception):
    """The file is damaged or newer than this library; `suffix` is added to its name when it is renamed."""

    def __init__(self, reason: str, suffix: str) -> None:
        super().__init__(reason)
        self.suffix = suffix


class Answer(TypedDict):
    """What was answered, and at what time."""

    when: str
    entry: dict[str, Any]


class _Version(msgspec.Struct):
    """The part of the file that every version of this library has."""

    psn_viz_progress: Annotated[int, msgspec.Meta(ge=1)]


class _Stored(_Version):
    """The file."""

    entries: dict[str, Answer]
    known: set[str]


@dataclass
class Content:
    """What the file holds: answers by key, and the keys of all that can be answered."""

    entries: dict[str, Answer] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)


def progress_key(name: str, kind: str) -> str:
    """The key in the progress file of an exercise ("check"), a prediction ("predict") or an open task ("open").

    `name` is such as "01/charge", which gives 01/check/charge, or "charge" alone: own/check/charge. Raises ValueError
    for a name of another form.
    """
    if not isinstance(name, str) or not (parts := NAME.fullmatch(name)):
        raise ValueError(f"key must be 'lesson/name' or 'name', such as '01/charge' or 'my_charge', got {name!r}")
    return f"{parts[1] or NO_LESSON}/{kind}/{parts[2]}"


def load(path: Path) -> Content:
    """Return what `path` holds, nothing if there is no file. Raises Unreadable, or OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Content()
    return parse(data)


def parse(data: bytes) -> Content:
    """What the text of a progress file holds. Raises Unreadable."""
    try:
        content = json_files.decode(data, object)
        version = json_files.check(content, _Version).psn_viz_progress
        if version > VERSION:
            raise Unreadable(f"was written by a newer psn_viz (format {version}; this one reads {VERSION})", "newer")
        stored = json_files.check(content, _Stored)
        return Content(stored.entries, stored.known)
    except ValueError as error:
        raise Unreadable(f"is damaged ({str(error)[:120]})", "damaged") from None


def save(path: Path, content: Content) -> None:
    """Write `content` whole or not at all. Raises OSError."""
    known = sorted(content.known)
    json_files.write(path, {"psn_viz_progress": VERSION, "known": known, "entries": content.entries})


def set_aside(path: Path, suffix: str) -> Path:
    """Rename `path` to a name that is free, and return that. Raises OSError."""
    aside = _free_name(path, suffix)
    os.replace(path, aside)
    return aside


def copy(path: Path, suffix: str) -> Path:
    """Copy `path` to a name that is free, and return that. Raises OSError."""
    return write_whole(_free_name(path, suffix), path.read_bytes())


def _free_name(path: Path, suffix: str) -> Path:
    name, number = path.with_name(f"{path.name}.{suffix}"), 2
    while name.exists():
        name, number = path.with_name(f"{path.name}.{suffix}.{number}"), number + 1
    return name


def write_lock(path: Path) -> contextlib.AbstractContextManager[None]:
    """Lock `path` against other writers, in this process and others. Raises OSError."""
    return locked(path, PATIENCE)
