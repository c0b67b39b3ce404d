"""Text of a question as HTML: all of it escaped; formulas as MathML, which browsers draw themselves."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from psn_viz.course.text_page import escape

# As in Markdown: no blank inside the signs, no digit after them, so that "$5 and $6" are prices.
FORMULA = re.compile(r"\$(?! )([^$\n]{1,300}?)(?<! )\$(?!\d)")
ELEMENT = re.compile(r"\{http://www\.w3\.org/1998/Math/MathML\}m[a-z]+")
ATTRIBUTES = frozenset(
    "display displaystyle scriptlevel stretchy fence form lspace rspace minsize maxsize mathvariant mathcolor "
    "linethickness accent accentunder columnalign rowspacing columnspacing columnlines rowlines width height depth "
    "separator largeop movablelimits symmetric".split()
)
_CODE = re.compile(r"`([^`]+)`")
_STRESSED = re.compile(r"(?<![\w*])\*(?![\s*])([^*]+?)(?<!\s)\*(?![\w*])")


def markup(text: str) -> str:
    """Text with formulas between dollar signs, `code` and *stress*, as HTML that holds nothing else."""
    parts = FORMULA.split(text)
    return "".join(_formula(part) if place % 2 else _words(part) for place, part in enumerate(parts))


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


def _formula(tex: str) -> str:
    try:
        from latex2mathml.converter import convert

        return _checked(convert(tex))
    except Exception:  # not installed, or TeX that it does not read: the reader sees what was typed
        return f"<code>${escape(tex)}$</code>"


def _checked(mathml: str) -> str:
    """MathML that is nothing else: latex2mathml passes on the markup in \\text{…}, and links. Raises ValueError."""
    if "<!" in mathml or "<?" in mathml:
        raise ValueError("it holds more than elements")
    for element in ElementTree.fromstring(mathml).iter():
        if not ELEMENT.fullmatch(element.tag) or not ATTRIBUTES.issuperset(element.attrib):
            raise ValueError(f"{element.tag} is no element of a formula")
    return mathml
