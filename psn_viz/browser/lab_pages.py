"""The page of each lab, and the page that lists them."""

from __future__ import annotations

import html
import json

from psn_viz.app.gallery import Card, cards
from psn_viz.browser.archives import archives_of
from psn_viz.files import asset
from psn_viz.labs.core import palette

STARTING = "This is a still picture. The lab starts: Python loads in your browser."
STILL = "This is a still picture: these pages were made without the Python that runs labs in a browser."


def places(labs: list[str]) -> dict[str, object]:
    """Where a page finds what its labs load: addresses, seen from the folder of the page."""
    return {
        "worker": "../assets/worker.js",
        "runtime": "../assets/pyodide/",
        "plotly": "../assets/plotly.min.js",
        "files": {name: [f"../assets/{archive}" for archive in archives_of(name)] for name in labs},
    }


def lab_page(card: Card, live: bool) -> str:
    """The page of a lab: a still picture until Python has loaded in the reader's browser, then the lab.

    Where not `live`, since the site has no Pyodide, it stays a picture and says so.
    """
    scripts = asset("psn_viz.browser.pages", "lab_scripts.html") if live else ""
    return filled("lab.html", {
        "TITLE": html.escape(card.title),
        "SENTENCE": html.escape(card.sentence),
        "NAME": card.name,
        "ALT": html.escape(card.alt),
        "STATUS": STARTING if live else STILL,
        "SCRIPTS": scripts.replace("@@THEMES@@", script_json(palette.THEMES)).replace(
            "@@PLACES@@", script_json({"name": card.name} | places([card.name]))),
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
    """A template of the folder pages, filled in; nothing inside a field is taken for another field."""
    parts = asset("psn_viz.browser.pages", template).split("@@")
    return "".join(fields[part] if n % 2 else part for n, part in enumerate(parts))


def script_json(value) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
