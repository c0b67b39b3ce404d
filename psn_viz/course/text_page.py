"""Text for a notebook's page: the same content as HTML and as plain text, everything escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CELL = "text-align: left; vertical-align: top; padding: 2px 12px 2px 0; white-space: normal"


@dataclass(frozen=True)
class Page:
    """What a cell shows: `text` where only text can be, `html` (already escaped) elsewhere."""

    text: str
    html: str

    @classmethod
    def of(cls, text: str) -> Page:
        """One paragraph."""
        return cls(text, f"<p>{escape(text)}</p>")

    def under(self, *messages: str) -> Page:
        """The same with messages below it, one a line."""
        text = "\n".join([self.text, *messages])
        return Page(text, self.html + "".join(f"<p>{escape(message)}</p>" for message in messages))

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def escape(text: object) -> str:
    """Text as HTML that shows just that text."""
    return html.escape(str(text))


def number_of(count: int, noun: str) -> str:
    """Such as "1 answer", "3 answers", "no answers"."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table as HTML: a header for each column, the first cell of a row as its header."""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = "".join(f'<th scope="col" style="{_CELL}">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row" style="{_CELL}">{escape(first)}</th>'
        + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
