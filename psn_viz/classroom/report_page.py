"""Parts of the pages that `psn-viz collect` writes: whole files without scripts and without addresses elsewhere.

Everything that comes from a handed-in file is escaped, and kept apart from the text around it, whichever way its
letters run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from psn_viz.files import asset


class Html(str):
    """HTML; any other text is escaped."""


def page(title: str, *parts: str) -> bytes:
    """A whole page."""
    style = asset("psn_viz.classroom", "class_page.css")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{text(title)}</title>\n'
        f"<style>\n{style}</style></head>\n<body><main>\n<h1>{text(title)}</h1>\n{''.join(parts)}</main></body></html>\n"
    ).encode("utf-8", "replace")


def text(value: object) -> Html:
    """A value as HTML that shows just that."""
    if isinstance(value, Html):
        return value
    # No control character, which HTML may not have, but for the ends of lines and tabs.
    return Html(html.escape("".join(one for one in str(value) if one >= " " or one in "\n\t")))


def own(value: str) -> Html:
    """A text out of a file, apart from the text around it."""
    return Html(f"<bdi>{text(value)}</bdi>")


def moment(when: str) -> str:
    """A time as it is kept, in fewer characters: 2026-05-01 10:00 +0200; what is no time stays as it is."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d([+-]\d{4})", when)
    return " ".join(found.groups()) if found else when


def paragraph(value: str, kind: str = "note") -> Html:
    """A paragraph."""
    return Html(f'<p class="{kind}">{text(value)}</p>\n')


def in_paragraphs(value: str) -> list[Html]:
    """What a task asks: a paragraph for each part between empty lines."""
    return [Html(f'<p class="note">{own(part)}</p>\n') for part in re.split(r"\n\s*\n", value.strip())]


def heading(value: str, level: int = 2) -> Html:
    """A heading."""
    return Html(f"<h{level}>{text(value)}</h{level}>\n")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """A table, which scrolls by itself where it is too wide. The first cell of a row is its header."""
    top = "".join(f'<th scope="col">{text(cell)}</th>' for cell in head)
    body = "".join(_row(row) for row in rows)
    return Html(
        f'<div class="wide" role="region" tabindex="0" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>\n"
    )


def _row(row: Sequence[object]) -> str:
    first, *rest = row
    cells = "".join(
        f'<td class="number">{cell}</td>' if isinstance(cell, int | float) else f"<td>{_cell(cell)}</td>"
        for cell in rest
    )
    return f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>\n'


def _cell(cell: object) -> Html:
    return cell if isinstance(cell, Html) else own(str(cell))


def listed(items: Sequence[str], kind: str = "") -> Html:
    """A list, "" without items."""
    inside = "".join(f"<li>{own(item)}</li>" for item in items)
    return Html(f'<ul class="{kind}">{inside}</ul>' if items else "")


def folded(summary: str, content: str) -> Html:
    """HTML that is closed until the reader opens it."""
    return Html(f"<details><summary>{text(summary)}</summary>{content}</details>\n")
