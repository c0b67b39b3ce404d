"""A table as plain text."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest


def text_table(head: Sequence[str], rows: Iterable[Sequence[str]], align: str = "<") -> list[str]:
    """Its lines, with the columns below each other.

    align: "<" (left) or ">" (right) for each of the first columns; those after them stand to the right.
    """
    cells = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    columns = list(zip_longest(widths, align, fillvalue=">"))
    return [
        "  ".join(f"{cell:{side}{width}}" for cell, (width, side) in zip(row, columns, strict=True)).rstrip()
        for row in cells
    ]
