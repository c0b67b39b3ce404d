"""What a reader has answered: one small file beside the notebook, so that it outlives the kernel.

The file is `psn_viz_progress.json` in the present folder. The environment variable PSN_VIZ_PROGRESS names another
one; `off` keeps the answers in memory. Nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from psn_viz.course.answers import answer_file
from psn_viz.course.answers.answer_file import KEY, Answer, Content, Unreadable
from psn_viz.files import LockTimeout

FILE = "psn_viz_progress.json"
VARIABLE = "PSN_VIZ_PROGRESS"


class AnswerStore:
    """The answers of one reader, by key: `01/predict/silent`, `01/recall/1`, `02/check/weight`, `02/open/open`.

    An entry is a dict of what JSON can hold. It counts as done unless it says `skipped: True` or `passed: False`.
    The file is read again before every write, so that two notebooks keep each other's answers. A file that cannot
    be used, or a folder that cannot be written, is reported in one line, once; answers are then kept in memory.
    `messages` holds these lines.
    """

    def __init__(self, path: str | os.PathLike | None) -> None:
        self.path = None if path is None else Path(path).absolute()
        self.messages: list[str] = []
        self._unsaved = Content()  # what is not in the file: all of it without one
        self._mutex = threading.RLock()

    @classmethod
    def holding(cls, content: Content) -> AnswerStore:
        """A store in memory that holds `content`."""
        store = cls(None)
        store._unsaved = content
        return store

    def read(self, key: str) -> dict | None:
        """What was answered under `key`, or None."""
        _checked(key)
        return self.entries().get(key)

    def entries(self) -> dict[str, dict]:
        """All answers by key."""
        return {key: value["entry"] for key, value in self.content().entries.items()}

    def write(self, key: str, entry: dict, *, keep_time: bool = False) -> None:
        """Keep an answer, with the time, or with that of the entry that it replaces.

        Raises TypeError or ValueError where JSON cannot hold it.
        """
        _checked(key)
        if not isinstance(entry, dict):
            raise TypeError(f"entry must be a dict of what JSON can hold, got {type(entry).__name__}")
        # What is read back is the same before and after a restart.
        entry = json.loads(json.dumps(entry, allow_nan=False))
        with self._mutex:
            before = self.content().entries.get(key) if keep_time else None
            self._unsaved.known.add(key)
            self._unsaved.entries[key] = {"when": before["when"] if before else now(), "entry": entry}
            self._flush()

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer that was given elsewhere, at its own time."""
        self.put_all({key: answer})

    def put_all(self, answers: dict[str, Answer]) -> None:
        """Keep several answers that were given elsewhere, all at once."""
        with self._mutex:
            self._unsaved.known |= {_checked(key) for key in answers}
            self._unsaved.entries.update(answers)
            if answers:
                self._flush()

    def declare(self, key: str) -> None:
        """Count `key` among what can be answered, answered or not."""
        with self._mutex:
            self._unsaved.known.add(_checked(key))

    def content(self) -> Content:
        """A copy of all that is known: answers with their times, and every key."""
        with self._mutex:
            stored = self._load(saving=False)
            stored.entries.update(self._unsaved.entries)
            stored.known |= self._unsaved.known | set(stored.entries)
            return Content(json.loads(json.dumps(stored.entries)), stored.known)

    def reset(self) -> Path | None:
        """Forget every answer. The file is renamed, not deleted; returns its new name, None if there was none."""
        with self._mutex:
            aside = None
            if self.path is not None and self.path.exists():
                with answer_file.write_lock(self.path):
                    aside = answer_file.set_aside(self.path, "old")
            self._unsaved.entries.clear()
            return aside

    def forget(self, keys: Iterable[str]) -> Path | None:
        """Forget the answers under these keys. Where the file holds one, returns the name of a copy of it as it was.

        Raises OSError where the file cannot be written.
        """
        keys = {_checked(key) for key in keys}
        with self._mutex:
            copy = None
            if self.path is not None and self.path.exists():
                with answer_file.write_lock(self.path):
                    content = self._load(saving=True)
                    if keys & set(content.entries):
                        copy = answer_file.copy(self.path, "old")
                        for key in keys:
                            content.entries.pop(key, None)
                        answer_file.save(self.path, content)
            for key in keys:
                self._unsaved.entries.pop(key, None)
            return copy

    def print_once(self, message: str) -> None:
        """Print a message, the first time that it comes up."""
        if message not in self.messages:
            self.messages.append(message)
            print(f"psn_viz: {message}")

    def _load(self, saving: bool) -> Content:
        if self.path is None:
            return Content()
        try:
            return answer_file.load(self.path)
        except Unreadable as unreadable:
            if not saving:
                self.print_once(f"{self.path.name} {unreadable}; it is ignored")
                return Content()
            aside = answer_file.set_aside(self.path, unreadable.suffix)
            self.print_once(f"{self.path.name} {unreadable}; it is kept as {aside.name}, and a new one begun")
            return Content()
        except OSError as error:
            if saving:  # it may be whole: do not write over it
                raise
            self.print_once(f"{self.path.name} cannot be read ({why(error)}); it is ignored")
            return Content()

    def _flush(self) -> None:
        if self.path is None:
            return
        try:
            with answer_file.write_lock(self.path):
                content = self._load(saving=True)
                content.entries.update(self._unsaved.entries)
                content.known |= self._unsaved.known
                answer_file.save(self.path, content)
        except LockTimeout as error:
            self.print_once(
                f"{self.path.name} cannot be written now ({why(error)}): this answer is kept until the kernel stops, "
                "and written along with the next one"
            )
        except OSError as error:
            self.print_once(
                f"{self.path.name} cannot be written ({why(error)}): answers are kept until the kernel stops; "
                f"set {VARIABLE} to a file that can"
            )
        else:
            self._unsaved.entries.clear()

    def __repr__(self) -> str:
        return f"AnswerStore({'in memory' if self.path is None else self.path.name})"


_current: tuple[str, AnswerStore] | None = None
_making = threading.Lock()


def answer_store() -> AnswerStore:
    """The answers in the file that PSN_VIZ_PROGRESS names now, whose path is made absolute once."""
    global _current
    setting = os.environ.get(VARIABLE, "").strip()
    with _making:
        if _current is None or _current[0] != setting:
            path = None if setting.lower() == "off" else Path(setting or FILE).expanduser()
            _current = setting, AnswerStore(path)
        return _current[1]


def counts_as_done(entry: dict) -> bool:
    """Whether an answer counts: it was not skipped, and if it was checked, it passed."""
    return not entry.get("skipped") and entry.get("passed") is not False


def now() -> str:
    """The time of day with its zone, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


def why(error: OSError) -> str:
    """The message of an OSError without the path."""
    return error.strerror or str(error)


def _checked(key: str) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError(f"key must be such as 01/predict/silent, 01/recall/1 or 02/check/weight, got {key!r}")
    return key
