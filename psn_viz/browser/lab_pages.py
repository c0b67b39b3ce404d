"""The page of each lab, the page that lists them, and a lab's place on any page."""

from __future__ import annotations

import base64
import html
import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

from psn_viz.app.gallery import STATIC, Card, cards
from psn_viz.browser import EQUAL_TO_TORCH
from psn_viz.browser.archives import COURSE, archives_of
from psn_viz.browser.page_frame import filled, head, top_bar
from psn_viz.browser.session import Answer, LabSession
from psn_viz.labs import LABS
from psn_viz.labs.core import palette

STILLS = Path(__file__).parent / "pages" / "stills"
STILL = "This is a still picture: these pages were made without the Python that runs labs in a browser."
_WITHIN = f"{EQUAL_TO_TORCH:.0e}".replace("e-0", "e-")
# Labs whose figures show what was measured or trained elsewhere.
STORED = ("speed_ratio", "study", "results")
SHOWS = "Drawn in your browser from what was measured before, and is stored."
COMPUTES = f"Computed in your browser by numpy, under PyTorch’s names; equal to PyTorch within {_WITHIN}."


OWN_PAGE = "".join(
    f'<script src="../assets/{name}"></script>\n'
    for name in ("lab_framed.js", "figure_measure.js", "figure_parts.js", "present.js", "lab_page.js")
)


@cache
def start_of(code: str) -> Answer:
    """What the lab shows that opens in the state `code`. Raises ValueError where that is none."""
    answer = LabSession(code.partition(";")[0], code).do("show")
    if answer.error:
        raise ValueError(answer.error)
    return answer


def lab_place(code: str, picture: str, base: str = "../", own_page: bool = True, live: bool = True) -> str:
    """The place of a lab on a page: a still picture, and what its controls and its figure are made of.

    code: the state that it opens in. picture: address of the picture in that state. base: the way from the page's
    folder to that of the site. own_page: whether a link leads to the lab's own page. live: whether it runs there, for
    which the page needs `lab_scripts`. Raises ValueError for a code that is damaged.
    """
    answer, name = start_of(code), code.partition(";")[0]
    alt = html.escape(answer.alt)
    link = f'<a href="{base}labs/{name}.html#{quote(code, safe=";=+,.~%")}">Open this lab on a page of its own</a>'
    arrays = [base64.b64encode(array.tobytes()).decode() for array in answer.arrays]
    told = f'<script type="application/json">{script_json(answer.told | {"arrays": arrays})}</script>' if live else ""
    main = " ".join(LABS[name].main_controls())
    stored = " data-stored" if name in STORED else ""
    return (
        f'<div class="psn-place psn-lab" data-code="{html.escape(code)}" data-main="{main}"{stored}>'
        '<div class="psn-body">\n'
        '<div class="psn-controls"></div>\n'
        f'<div class="psn-view psn-panel"><div class="psn-still"><img src="{picture}" alt="{alt}">'
        f'<p class="psn-caption">{alt}</p></div></div></div>\n'
        f'<p class="psn-open">{link if own_page else ""}</p>\n{told}</div>'
    )


def lab_scripts(base: str = "../") -> str:
    """What a page with places of labs ends with, so that they are live."""
    return filled("lab_scripts.html", {
        "BASE": base,
        "THEMES": script_json(palette.THEMES),
        "PLACES": script_json(places(base)),
    })  # fmt: skip


def places(base: str = "../") -> dict[str, object]:
    """Where a page finds what its labs load: addresses, seen from the folder of the page."""
    return {
        "worker": f"{base}assets/worker.js",
        "runtime": f"{base}assets/pyodide/",
        "plotly": f"{base}assets/plotly.min.js",
        "course": [f"{base}assets/{archive}" for archive in COURSE],
        "labPages": f"{base}labs/",
        "frames": f"{base}assets/frames/",
        "computes": COMPUTES,
        "shows": SHOWS,
        "files": {card.name: [f"{base}assets/{archive}" for archive in archives_of(card.name)] for card in cards()},
    }


def lab_page(card: Card, live: bool) -> str:
    """The page of a lab: a still picture until Python has loaded in the reader's browser, then the lab.

    Where not `live`, since the site has no Pyodide, it stays a picture and says so.
    """
    return filled("lab.html", {
        "HEAD": head(f"{card.title} · psn_viz", card.sentence, "../"),
        "TOP": top_bar("../"),
        "TITLE": html.escape(card.title),
        "SENTENCE": html.escape(card.sentence),
        "NAME": card.name,
        "PLACE": lab_place(card.name, f"../assets/stills/{card.name}.webp", own_page=False, live=live),
        "STATUS": "" if live else f"<p>{STILL}</p>",
        "SCRIPTS": lab_scripts() + OWN_PAGE if live else "",
    })  # fmt: skip


def labs_page() -> str:
    """All labs, each with its picture and sentence."""
    items = "\n".join(
        f'<li><a href="{card.name}.html"><img src="../assets/pictures/{card.name}.webp" {_size(card)} alt="" '
        f'loading="lazy"><b>{html.escape(card.title)}</b></a><br>{html.escape(card.sentence)}</li>'
        for card in cards()
    )
    about = "Figures with sliders on spiking neurons without reset. They run in your browser."
    return filled("labs.html", {
        "HEAD": head("All labs · psn_viz", about, "../"), "TOP": top_bar("../", "labs/index.html"), "ITEMS": items,
    })  # fmt: skip


def _size(card: Card) -> str:
    """The attributes that keep room for a picture, so that nothing moves when it comes."""
    data = (STATIC / card.picture).read_bytes()
    if data[12:16] != b"VP8X":
        raise ValueError(f"{card.picture} must be a WebP with an extended header, as Chromium writes it")
    width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    return f'width="{width}" height="{height}"'


def script_json(value) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
