"""The error of a notebook build, and the words for the place of a cell."""

from __future__ import annotations

import importlib


class NotebookError(Exception):
    """A notebook cannot be built as it is; the message says why."""


def needed(name: str):
    """Return a module of the tools that only building needs."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotebookError(
            f'building notebooks needs {name}: pip install -c constraints.txt -e ".[test]"'
        ) from error


def place(notebook, name: str, cell) -> str:
    """Return words for where a cell stands: the notebook, the cell's number and its first line."""
    number = next(number for number, other in enumerate(notebook.cells, start=1) if other is cell)
    lines = cell.source.strip().splitlines() or [""]
    return f"{name}, cell {number} ({lines[0][:60]!r})"
