"""Write the pictures that pages show: cards, stills, that of the README. `python -m notebooks.build.cards`"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from psn_viz.app.gallery import CARDS, STATIC, Card
from psn_viz.browser.lab_pages import STILLS
from psn_viz.files import write_whole
from psn_viz.labs import LABS

FIRST_LOOK = Path(__file__).parents[1] / "images" / "first_look.png"  # at the top of the README
WIDTH, SCALE = 680, 0.7  # px that a figure is laid out at, and what it is shrunk by: about 15 kB
STILL_WIDTH = 860  # px, those of the figure on a wide page of a lab: the lab takes its place and nothing moves


def build_cards() -> list[Path]:
    """Draw every lab in its start state, write the pictures and the cards, and return what was written."""
    os.environ.setdefault("PSN_VIZ_PICTURES", "1")  # one browser for all of them
    labs = [lab() for lab in LABS.values()]
    pictures = {f"pictures/{lab.name}.webp": lab.picture("webp").render(WIDTH, SCALE) for lab in labs}
    cards = [
        Card(lab.name, lab.title, lab.sentence, lab.description, picture)
        for lab, picture in zip(labs, pictures, strict=True)
    ]
    text = json.dumps([asdict(card) for card in cards], ensure_ascii=False, indent=1)
    for old_picture in STATIC.glob("pictures/*"):
        old_picture.unlink()
    files = {**pictures, CARDS.name: f"{text}\n".encode()}
    return [write_whole(STATIC / name, data) for name, data in files.items()]


def build_stills() -> list[Path]:
    """Draw every lab in its start state as its page shows it until Python has loaded, and return what was written."""
    os.environ.setdefault("PSN_VIZ_PICTURES", "1")
    STILLS.mkdir(exist_ok=True)
    for old_picture in STILLS.glob("*"):
        old_picture.unlink()
    return [write_whole(STILLS / f"{name}.webp", lab().picture("webp").render(STILL_WIDTH))
            for name, lab in LABS.items()]  # fmt: skip


def build_first_look() -> Path:
    """Draw the lab that opens the course."""
    FIRST_LOOK.parent.mkdir(exist_ok=True)
    return LABS["read_image"]().picture("png").save(FIRST_LOOK)


if __name__ == "__main__":
    print(*build_cards(), *build_stills(), build_first_look(), sep="\n")
