"""What all pages of the site have alike: what stands in their head, the bar on top, and a page of nothing else."""

from __future__ import annotations

import html

from psn_viz.course.languages.translate import translated
from psn_viz.files import asset
from psn_viz.labs.core import palette

PARTS = {"Lessons": "lessons/index.html", "Labs": "labs/index.html", "Glossary": "glossary.html"}
# The page of a reader's answers, such as "answers.html", where the site has one.
ANSWERS = "answers.html"
SEARCH = "search.html"  # has a field of its own


def head(title: str, description: str, root: str) -> str:
    """The lines of a page's head, which end with the style sheet.

    title, description: text. root: how the page leads to the folder of the site, "" or "../".
    """
    colours = "\n".join(
        f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {name})">'
        for name, colour in palette.PAGES.items()
    )
    return (
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n"
        f'<meta name="description" content="{html.escape(" ".join(description.split()))}">\n{colours}\n'
        f'<link rel="icon" href="data:,">\n<link rel="stylesheet" href="{root}assets/site.css">'
    )


def top_bar(root: str, here: str = "", language: str = "en") -> str:
    """The bar on top of a page: a way past it, the parts of the site and the search.

    root: as in `head`. here: the address of the page seen from the folder of the site, which marks its part.
    language: of the page.
    """

    def say(english: str) -> str:
        return html.escape(translated(english, language))

    parts = PARTS | ({"Your answers": ANSWERS} if ANSWERS else {})
    links = "".join(
        f'<a href="{root}{address}"{" aria-current=page" if address == here else ""}>{say(name)}</a>'
        for name, address in parts.items()
    )
    search, whole = say("Search"), say("Search the course")
    form = (
        f'<form role="search" action="{root}{SEARCH}"><input type="search" name="q" aria-label="{whole}" '
        f'placeholder="{search}"><button>{search}</button></form>'
    )
    return (
        f'<a class="psn-skip" href="#main">{say("Skip to the text")}</a>\n'
        f'<header class="psn-top"><nav aria-label="{say("Site")}">'
        f'<a href="{root}index.html"><b>psn_viz</b></a>{links}</nav>\n'
        f"{'' if here == SEARCH else form}</header>"
    )


def plain_page(title: str, description: str, body: str, here: str) -> str:
    """A page with one column of text: `body` is HTML, `here` its address seen from the folder of the site."""
    root = "../" * here.count("/")
    return filled("plain.html", {
        "HEAD": head(f"{title} · psn_viz", description, root), "TOP": top_bar(root, here),
        "TITLE": html.escape(title), "BODY": body, "ROOT": root,
    })  # fmt: skip


def filled(template: str, fields: dict[str, str]) -> str:
    """A template of the folder pages, filled in; nothing inside a field is taken for another field."""
    parts = asset("psn_viz.browser.pages", template).split("@@")
    return "".join(fields[part] if n % 2 else part for n, part in enumerate(parts))
