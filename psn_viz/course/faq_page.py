"""What people trip over, as one page: `pv.faq()`."""

from __future__ import annotations

from psn_viz.course.faq_entries import ENTRIES
from psn_viz.course.text_page import Page, escape


def faq() -> Page:
    """Questions that come again and again, each with a short answer and the state of a lab that shows it.

    Type the state into the lab's *state* field, or run `pv.LABS["psn"].from_code("psn")`.
    """
    lines = [f"{entry.question}\n{entry.answer} [{entry.code}]" for entry in ENTRIES]
    html = "".join(
        f"<dt><strong>{escape(entry.question)}</strong></dt>"
        f"<dd>{escape(entry.answer)} <code>{escape(entry.code)}</code></dd>"
        for entry in ENTRIES
    )
    return Page("\n\n".join(lines), f"<dl>{html}</dl>")
