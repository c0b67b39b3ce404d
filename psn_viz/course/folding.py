"""Fold what a cell prints, so that a question and its answer do not stand side by side."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator

from psn_viz.course.text_page import Page, escape


@contextlib.contextmanager
def folded(summary: str = "The answer") -> Iterator[None]:
    """Show what is printed inside under a line that the reader opens: in a notebook, and in one without a kernel.

        with pv.folded("What came"):
            print("firing rate", S.mean())

    `summary` is that line. Where only text can be (a terminal, print), the text stands there unfolded. Only printed
    text is folded, and it comes when the block ends, so a long training does not belong into one. Where the block
    raises an error, the text comes before it, unfolded. Raises ValueError where `summary` is empty or no text.
    """
    if not isinstance(summary, str) or not summary.strip():
        raise ValueError(f"summary must be a line of text, got {summary!r}")
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            yield
    except BaseException:
        sys.stdout.write(printed.getvalue())
        raise
    text = printed.getvalue().rstrip("\n")
    if text:
        from IPython.display import display

        display(Page(text, folded_html(summary, f"<pre>{escape(text)}</pre>")))


def folded_html(summary: str, content: str) -> str:
    """HTML that is closed until the reader opens it; `summary` is text, `content` HTML. No style: sites remove it."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"
