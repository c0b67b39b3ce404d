"""The cards of the gallery: `cards()` reads them, `python -m psn_viz.app.gallery` (`make notebooks`) writes them.

They are files, so that the gallery is there before a kernel is, and without a browser to draw pictures with.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
CARDS = STATIC / "cards.json"
WIDTH, SCALE = 680, 0.7  # px that a figure is laid out at, and what it is shrunk by: about 15 kB


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


def build() -> list[Path]:
    """Draw every lab in its start state, write the pictures and the cards, and return what was written."""
    os.environ.setdefault("PSN_VIZ_PICTURES", "1")  # one browser for all of them
    from psn_viz.files import write_whole
    from psn_viz.labs import LABS

    labs = [lab() for lab in LABS.values()]
    pictures = {f"pictures/{lab.name}.webp": lab.picture("webp").render(WIDTH, SCALE) for lab in labs}
    made = [
        Card(lab.name, lab.title, lab.sentence, lab.description, picture)
        for lab, picture in zip(labs, pictures, strict=True)
    ]
    text = json.dumps([asdict(card) for card in made], ensure_ascii=False, indent=1)
    for left_over in STATIC.glob("pictures/*"):
        left_over.unlink()
    files = {**pictures, CARDS.name: f"{text}\n".encode()}
    return [write_whole(STATIC / name, data) for name, data in files.items()]


if __name__ == "__main__":
    print(*build(), sep="\n")
