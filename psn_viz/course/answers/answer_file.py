"""The progress file: its format, and how it is read, written, and kept from two writers at once."""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from psn_viz.files import locked, write_whole

VERSION = 1
KEY = re.compile(r"(\d\d)/(predict|recall|check)/([A-Za-z0-9_]+)", re.ASCII)
PATIENCE = 5.0  # seconds; a writer needs milliseconds


class Unreadable(Exception):
    """The file is damaged or newer than this library; `suffix` is what it is kept aside as."""

    def __init__(self, reason: str, suffix: str) -> None:
        super().__init__(reason)
        self.suffix = suffix


@dataclass
class Content:
    """What the file holds: answers by key, each with its time, and the keys of all that can be answered."""

    entries: dict[str, dict] = field(default_factory=dict)  # key → {"when": "…", "entry": {…}}
    known: set[str] = field(default_factory=set)


def load(path: Path) -> Content:
    """Return what `path` holds, nothing if there is no file. Raises Unreadable, or OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Content()
    try:
        stored = json.loads(data)
        version, entries, known = stored["psn_viz_progress"], stored["entries"], stored["known"]
        if type(version) is not int:
            raise TypeError("its version is no number")
        if version > VERSION:
            raise Unreadable(f"was written by a newer psn_viz (format {version}; this one reads {VERSION})", "newer")
        for key, value in entries.items():
            if not (isinstance(value["when"], str) and isinstance(value["entry"], dict)):
                raise TypeError(f"the entry {key[:40]!r} has another form")
        if not all(isinstance(key, str) for key in known):
            raise TypeError("a known key is no text")
        return Content(dict(entries), set(known))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"is damaged ({type(error).__name__}: {str(error)[:80]})", "damaged") from None


def save(path: Path, content: Content) -> None:
    """Write `content` whole or not at all. Raises OSError."""
    stored = {"psn_viz_progress": VERSION, "known": sorted(content.known), "entries": content.entries}
    write_whole(path, json.dumps(stored, ensure_ascii=False, indent=1).encode() + b"\n")


def set_aside(path: Path, suffix: str) -> Path:
    """Rename `path` to a name that is free, and return that. Raises OSError."""
    aside, number = path.with_name(f"{path.name}.{suffix}"), 2
    while aside.exists():
        aside, number = path.with_name(f"{path.name}.{suffix}.{number}"), number + 1
    os.replace(path, aside)
    return aside


def alone(path: Path) -> contextlib.AbstractContextManager[None]:
    """Hold other writers of `path` off, in this process and others. Raises OSError."""
    return locked(path, PATIENCE)
