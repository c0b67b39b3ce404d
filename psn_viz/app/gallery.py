"""The cards of the gallery; `notebooks/build/cards.py` writes them.

They are files, so that the gallery is there before a kernel is, and without a browser to draw pictures with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
CARDS = STATIC / "cards.json"


@dataclass(frozen=True)
class Card:
    """One lab as the gallery shows it; `picture` is a file beside `cards.json`, `alt` what is to be seen on it."""

    name: str
    title: str
    sentence: str
    alt: str
    picture: str


def cards() -> list[Card]:
    """The cards of all labs, in the order of the gallery."""
    return [Card(**fields) for fields in json.loads(CARDS.read_text("utf-8"))]
