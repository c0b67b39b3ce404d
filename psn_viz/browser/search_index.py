"""What the search looks through: lessons by section, labs, exercises, the map, what people ask, glossary."""

from __future__ import annotations

import html
import json
from html.parser import HTMLParser
from pathlib import Path

from psn_viz.browser.glossary_marks import anchor
from psn_viz.browser.lesson_pages import titles
from psn_viz.browser.page_text import slug
from psn_viz.browser.reading_pages import FAQ_PAGE, MAP_PAGE, map_anchor
from psn_viz.course.faq_entries import ENTRIES
from psn_viz.course.field_map_rows import MAP
from psn_viz.course.glossary_terms import TERMS
from psn_viz.course.registry import lesson_modules
from psn_viz.labs import LABS

# Text that is not searched: code, and what a reader is to find out before it is uncovered.
SILENT = {"pre", "details", "script", "style", "nav", "header", "figure", "form"}
# Elements after which a word has ended.
BLOCKS = {"p", "li", "td", "th", "tr", "div", "section", "br", "h1", "h2", "h3", "dt", "dd"}


class Sections(HTMLParser):
    """The sections of a page's main part: [id, heading, text], one for each heading with an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self._silent: list[str] = []  # the element that is not searched, and those of its kind within
        self._heading = False
        self._main = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        own = given.get("id")
        if tag == "main":
            self._main = True
        elif tag in SILENT or given.get("class") == "psn-code" or tag in self._silent:
            self._silent += [tag] * (not self._silent or tag in self._silent)
        elif tag in ("h1", "h2") and own and self._main and not self._silent:
            self._heading = True
            self.found.append([own, "", ""])
        self._part(" " if tag in BLOCKS else "")

    def handle_endtag(self, tag):
        if tag in self._silent:
            self._silent.pop()
        elif tag == "main":
            self._main = False
        elif tag in ("h1", "h2"):
            self._heading = False
        self._part(" " if tag in BLOCKS else "")

    def handle_data(self, data):
        self._part(data)

    def _part(self, text: str) -> None:
        if self._main and not self._silent and self.found:
            self.found[-1][1 if self._heading else 2] += text


def search_index(folder: Path, pages: dict[str, str]) -> str:
    """The index as a script that assigns it, so that a page opened from a disk can load it, too.

    Each entry is [kind, title, heading, address, text]. folder: the notebooks; pages: the pages of the lessons by
    their address on the site.
    """
    entries = []
    for name, title in {**titles(folder), "how_we_train": "How we train"}.items():
        address = f"lessons/{name}.html"
        for own, heading, text in Sections(pages[address]).found:
            entries.append(["lesson", title, "" if heading.strip() == title else heading, f"{address}#{own}", text])
    for name, lab in LABS.items():
        meanings = ". ".join(f"{control.symbol}: {control.meaning}" for control in lab.table)
        entries.append(["lab", lab.title, "", f"labs/{name}.html", f"{lab.sentence} {meanings}"])
    lessons = {name[:2]: name for name in titles(folder) if not name.endswith("_further")}
    for number, module in lesson_modules("exercises").items():
        for one in module.EXERCISES if number in lessons else []:
            address = f"lessons/{lessons[number]}.html#exercises"
            entries.append(["exercise", one.title, f"lesson {number}", address, one.task])
    for row in MAP:
        text = f"{row.citation}. {row.mechanism}. Reset {row.reset}."
        entries.append(["map", f"{row.name}, {row.year}", "", f"{MAP_PAGE}#{map_anchor(row)}", text])
    for entry in ENTRIES:
        entries.append(["question", entry.question, "", f"{FAQ_PAGE}#{slug(entry.question)}", entry.answer])
    for term in TERMS:
        title = " · ".join(filter(None, (term.title, term.chinese)))
        entries.append(["word", title, "", f"glossary.html#{anchor(term)}", term.definition])
    plain = [[html.unescape(" ".join(part.split())) for part in entry] for entry in entries]
    return f"var psnSearchIndex = {json.dumps(plain, ensure_ascii=False, indent=0)};\n"
