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
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise NoText(f"{path}: {error.strerror or error}") from None
    if len(data) > LARGEST_FILE:
        raise NoText(f"{path}: the file has {len(data)} bytes; at most {LARGEST_FILE} are read")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NoText(f"{path}, line {line}: this is no text in UTF-8; save the file as UTF-8") from None
