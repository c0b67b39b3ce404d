"""A text file that a teacher wrote, such as a deck or questions of one's own."""

from __future__ import annotations

import codecs
from pathlib import Path

LARGEST_FILE = 200_000  # bytes


class NoText(ValueError):
    """The file cannot be read as text; the message names it, and says what came and what is allowed."""


def own_text(path: Path) -> str:
    """What stands in a file in UTF-8, without the mark that some editors put first. Raises NoText."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)  # a device has no end
    except OSError as error:
        raise NoText(f"{path!s:.200}: {error.strerror or error}") from None
    if len(data) > LARGEST_FILE:
        raise NoText(f"{path}: the file has more than {LARGEST_FILE} bytes; at most that many are read")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NoText(f"{path}, line {line}: this is no text in UTF-8; save the file as UTF-8") from None
