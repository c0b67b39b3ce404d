"""Letters of a still picture in colours to be read on a light page, as `themed` of figure.js does for live ones."""

from __future__ import annotations

import re
from typing import Any

from psn_viz.labs.core import palette

LETTERS: dict[str, str] = palette.THEMES["light"]["letters"]
# The colour of words in bold; a mark alone keeps the colour of what it is a mark of.
_OF_LETTERS = re.compile(r'(?<=color:)#\w{6}(?="><b>[^━╌╍┅┉○●□┃▮◆✖▲])')


def in_readable_letters(figure: dict) -> dict:
    """The figure, in plotly's format, with the colours `LETTERS` for all that is written; lines keep theirs.

    The figure that is given stays as it is.
    """
    layout = {key: _inked_axis(part) if re.match("[xy]axis", key) else part for key, part in figure["layout"].items()}
    if layout.get("annotations"):
        layout["annotations"] = [_inked(note) for note in layout["annotations"]]
    return {**figure, "data": [_inked_trace(trace) for trace in figure["data"]], "layout": layout}


def _letter(colour: Any) -> Any:
    return LETTERS.get(colour, colour) if isinstance(colour, str) else colour


def _written(text: str) -> str:
    return _OF_LETTERS.sub(lambda match: _letter(match[0]), text)


def _inked(part: dict) -> dict:
    """An annotation or the title of an axis."""
    part = dict(part)
    if isinstance(part.get("text"), str):
        part["text"] = _written(part["text"])
    if (part.get("font") or {}).get("color"):
        part["font"] = {**part["font"], "color": _letter(part["font"]["color"])}
    return part


def _inked_axis(axis: dict) -> dict:
    axis = dict(axis)
    if isinstance(axis.get("title"), dict):
        axis["title"] = _inked(axis["title"])
    if axis.get("ticktext") is not None:
        axis["ticktext"] = [_written(text) if isinstance(text, str) else text for text in axis["ticktext"]]
    return axis


def _inked_trace(trace: dict) -> dict:
    written = (trace.get("textfont") or {}).get("color")
    if written is None:
        return trace
    colours = _letter(written) if isinstance(written, str) else [_letter(colour) for colour in written]
    return {**trace, "textfont": {**trace["textfont"], "color": colours}}
