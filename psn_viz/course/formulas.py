"""Formulas as MathML, which browsers draw themselves, and nothing but MathML."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from psn_viz.course.text_page import escape

ELEMENT = re.compile(r"\{http://www\.w3\.org/1998/Math/MathML\}m[a-z]+")
ATTRIBUTES = frozenset(
    "display displaystyle scriptlevel stretchy fence form lspace rspace minsize maxsize mathvariant mathcolor "
    "linethickness accent accentunder columnalign rowspacing columnspacing columnlines rowlines width height depth "
    "separator largeop movablelimits symmetric".split()
)


class ForeignMarkup(ValueError):
    """TeX whose MathML would hold more than elements of a formula."""


def mathml(tex: str, display: str = "inline") -> str:
    """TeX as MathML; `display` is "inline" or "block".

    Raises ForeignMarkup where TeX brings markup or links of its own (latex2mathml passes on what is in \\text{…}),
    ImportError where latex2mathml is not installed, another Exception for TeX that it does not read.
    """
    from latex2mathml.converter import convert

    made = convert(tex.strip(), display=display)
    if "<!" in made or "<?" in made:
        raise ForeignMarkup("it holds more than elements")
    try:
        elements = list(ElementTree.fromstring(made).iter())
    except ElementTree.ParseError as error:
        raise ForeignMarkup(f"it is no XML: {error}") from None
    for element in elements:
        if not ELEMENT.fullmatch(element.tag) or not ATTRIBUTES.issuperset(element.attrib):
            raise ForeignMarkup(f"{element.tag} is no element of a formula")
    return made


def as_typed(tex: str) -> str:
    """A formula as it was typed, as HTML."""
    return f"<code>${escape(tex)}$</code>"


def formula(tex: str, display: str = "inline") -> str:
    """A formula as MathML, or as it was typed: without latex2mathml, or for TeX that is not read."""
    try:
        return mathml(tex, display)
    except Exception:  # latex2mathml raises errors of many kinds
        return as_typed(tex)
