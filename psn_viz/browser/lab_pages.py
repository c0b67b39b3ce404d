"""The page of each lab, and the page that lists them."""

from __future__ import annotations

import html
import json

from psn_viz.app.gallery import Card, cards
from psn_viz.browser.archives import archives_of
from psn_viz.files import asset
from psn_viz.labs.core import palette

RUNTIME = "../assets/pyodide/"


def lab_page(card: Card) -> str:
    """The page of a lab: a still picture until Python has loaded in the reader's browser, then the lab."""
    places = {
        "name": card.name,
        "worker": "../assets/worker.js",
        "runtime": RUNTIME,
        "files": [f"../assets/{name}" for name in archives_of(card.name)],
    }
    return filled("lab.html", {
        "TITLE": html.escape(card.title),
        "SENTENCE": html.escape(card.sentence),
        "NAME": card.name,
        "ALT": html.escape(card.alt),
        "THEMES": script_json(palette.THEMES),
        "PLACES": script_json(places),
    })  # fmt: skip


def labs_page() -> str:
    """All labs, each with its picture and sentence."""
    items = "\n".join(
        f'<li><a href="{card.name}.html"><img src="../assets/pictures/{card.name}.webp" alt="" loading="lazy">'
        f"<b>{html.escape(card.title)}</b></a><br>{html.escape(card.sentence)}</li>"
        for card in cards()
    )
    return filled("labs.html", {"ITEMS": items})


def filled(template: str, fields: dict[str, str]) -> str:
    """A template of the folder pages with its fields filled in, each once read, so that no field is taken for another."""
    parts = asset("psn_viz.browser.pages", template).split("@@")
    return "".join(fields[part] if n % 2 else part for n, part in enumerate(parts))


def script_json(value) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
