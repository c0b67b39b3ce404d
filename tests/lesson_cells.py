"""The cells of the lessons' sources, each file read once in a process: reading all of them takes a second or two."""

from __future__ import annotations

import functools
from pathlib import Path

import jupytext


@functools.cache
def lesson_cells(source: Path) -> tuple:
    """The cells of a file of notebooks/src, to be read and not changed."""
    return tuple(jupytext.read(source, fmt="py:percent").cells)
