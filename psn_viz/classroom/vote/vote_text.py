"""Text of a question as HTML: all of it escaped; formulas as MathML, which browsers draw themselves."""

from __future__ import annotations

import re

from psn_viz.course.formulas import formula
from psn_viz.course.text_page import escape

# As in Markdown: no blank inside the signs, no digit after them, so that "$5 and $6" are prices.
FORMULA = re.compile(r"\$(?! )([^$\n]{1,300}?)(?<! )\$(?!\d)")
_CODE = re.compile(r"`([^`]+)`")
_STRESSED = re.compile(r"(?<![\w*])\*(?![\s*])([^*]+?)(?<!\s)\*(?![\w*])")


def markup(text: str) -> str:
    """Text with formulas between dollar signs, `code` and *stress*, as HTML that holds nothing else."""
    parts = FORMULA.split(text)
    return "".join(formula(part) if place % 2 else _words(part) for place, part in enumerate(parts))


def formulas_stay_text(texts: list[str]) -> bool:
    """Whether there are formulas that cannot be drawn here, for lack of latex2mathml."""
    if not any(FORMULA.search(text) for text in texts):
        return False
    try:
        import latex2mathml  # noqa: F401
    except ImportError:
        return True
    return False


def _words(text: str) -> str:
    escaped = _CODE.sub(r"<code>\1</code>", escape(text))
    return _STRESSED.sub(r"<em>\1</em>", escaped)
