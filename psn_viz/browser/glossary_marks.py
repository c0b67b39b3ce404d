"""Mark the first use of a word of the glossary in each section of a text, so that a reader can ask for it there."""

from __future__ import annotations

import html
import re
from functools import cache
from html.parser import HTMLParser

from psn_viz.course.glossary_terms import TERMS, Term

# In these a word is no running text, or it is part of a link already.
NOT_IN = {"h1", "h2", "h3", "h4", "h5", "h6", "th", "a", "button", "summary", "code", "pre", "math"}
# Words that mean something else, or nothing special, outside of these phrases.
ONLY_IN = {"order": r"order k|order \(k\)", "state": r"(?:hidden|new|next) state", "fused": r"fused LIF|fused PSN"}
# Words that only these lessons use in the sense of the glossary, by the number of the lesson.
ONLY_BY = {"control": ("08",), "latency": ("03", "04")}
# What a word means instead in these lessons.
MEANT_BY = {"kernel": {"06": "compute kernel"}}


def anchor(term: Term) -> str:
    """The id of a term on the page of the glossary."""
    return re.sub(r"\W+", "-", term.english.lower())


@cache
def _pattern() -> re.Pattern:
    """All words at once, the longest first, each a whole word that may have a plural ending."""
    words = {}
    for term in TERMS:
        words[term.english] = ONLY_IN.get(term.english) or _word(term.english)
        if re.fullmatch(r"[A-Z]{2,}", term.short):
            words[term.short] = term.short + "s?"
    longest = sorted(words.values(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(longest)})(?![\w-])")


def _word(english: str) -> str:
    """The word as a sentence may begin with it, or in the plural."""
    first = english[0]
    return f"[{first.upper()}{first.lower()}]{re.escape(english[1:])}(?:e?s)?"


@cache
def _by_name() -> dict[str, Term]:
    return {name.lower(): term for term in TERMS for name in (term.english, term.short) if name}


def term_of(word: str, lesson: str = "") -> Term | None:
    """The term that a word of a lesson means, or None. `lesson` is its number, such as "06"."""
    known, plain = _by_name(), word.lower()
    for name, phrase in ONLY_IN.items():
        if re.fullmatch(phrase, word):
            plain = name
    term = next((known[name] for name in (plain, plain[:-1], plain[:-2]) if name in known), None)
    if term is None or lesson not in ONLY_BY.get(term.english, (lesson,)):
        return None
    return known[MEANT_BY.get(term.english, {}).get(lesson, term.english).lower()]


class Marks(HTMLParser):
    """Marks words in the HTML of one lesson, piece after piece; `used` holds the terms it has met.

    lesson: the number of the lesson, "06". address: of the page of the glossary.
    """

    def __init__(self, lesson: str, address: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lesson, self.address = lesson, address
        self.used: dict[str, Term] = {}
        self._section: set[str] = set()
        self._within: list[str] = []
        self._out: list[str] = []

    def mark(self, text: str) -> str:
        """HTML as it came, with its words marked. A section begins with a heading and may have several pieces."""
        self._out, self._within = [], []
        self.feed(text)
        self.close()
        self.reset()
        return "".join(self._out)

    def handle_starttag(self, tag, attrs):
        if tag in ("h1", "h2"):
            self._section = set()
        if tag in NOT_IN:
            self._within.append(tag)
        self._out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag, attrs):
        self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag):
        if self._within and self._within[-1] == tag:
            self._within.pop()
        self._out.append(f"</{tag}>")

    def handle_data(self, data):
        self._out.append(data if self._within else _pattern().sub(self._marked, data))

    def handle_entityref(self, name):
        self._out.append(f"&{name};")

    def handle_charref(self, name):
        self._out.append(f"&#{name};")

    def _marked(self, found: re.Match) -> str:
        term = term_of(found[0], self.lesson)
        if term is None or term.english in self._section:
            return found[0]
        self._section.add(term.english)
        self.used[anchor(term)] = term
        return f'<a class="psn-term" href="{html.escape(self.address)}#{anchor(term)}">{found[0]}</a>'
