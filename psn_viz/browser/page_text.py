"""Markdown of the notebooks as HTML of the site: MathML, links to labs and lessons, ids of headings, marked words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from psn_viz.browser.glossary_marks import Marks
from psn_viz.course.formulas import ForeignMarkup, as_typed, mathml
from psn_viz.labs import LABS

# What a notebook says of itself and a page has to say otherwise: a pattern, in which a space may be an end of a line,
# and what takes its place.
_WORDING = (
    (r"Run the cells from the top with Shift \+ Enter\.",
     "Read from the top: the results stand under the code."),
    (r'`pv\.glossary\("spike"\)` explains a word, and gives the Chinese term\.',
     "A word with dots under it is explained where it stands, with the Chinese term; "
     "the [glossary]({root}glossary.html) has all of them."),
    (r"`pv\.glossary\(\)`", "The [glossary]({root}glossary.html)"),
    (r", and run the cell: the check", ". The check"),
    (r"has the map of the field, questions that people ask,",
     "has the [map of the field]({root}map.html), [questions that people ask]({root}faq.html),"),
    (r"its state code stands there\.", "its state code stands there. (The map is [a page]({root}map.html), too.)"),
    (r"(?m)^## What people ask$", "## What people ask\n\nThese questions are [a page]({root}faq.html), too."),
    (r"(?s)(?:What you have answered is|Your answers (?:are|stay)) (?:kept )?in a (?:small )?file beside this "
     r"notebook.*?starts over\.", "{answers}"),
)  # fmt: skip
WORDING = [(re.compile(pattern.replace(" ", r"\s+")), words) for pattern, words in _WORDING]
TEACHER = re.compile(
    r"\s*<details class=\"notes\"><summary><b>For the teacher</b></summary>(.*)</details>\s*", re.DOTALL
)


def _formula(tex: str, display: str) -> str:
    """A formula as MathML, or as it was typed where it brings markup of its own."""
    try:
        return mathml(tex, display)
    except ForeignMarkup:
        return as_typed(tex)


def slug(heading: str) -> str:
    """The id of a heading, from its words without a number in front: it stays when sections are renumbered."""
    text = html.unescape(re.sub(r"<[^>]*>", "", heading))
    return re.sub(r"[^\w]+", "-", re.sub(r"^\d+ · ", "", text).lower()).strip("-") or "section"


def plain_text(markup: str) -> str:
    """The text of HTML, as one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"(?s)<!--.*?-->", "", markup))).split())


def page_address(url: str) -> str:
    """Where a link of a notebook leads on the site: other notebooks and pages of text have pages here."""
    return re.sub(r"^([\w-]+)\.(?:ipynb|md)(?=#|$)", r"\1.html", url)


@dataclass
class PageText:
    """The text of one page, cell after cell.

    root: how the page leads to the folder of the site, "" or "../". titles: of all lessons by the name of their
    notebook. lesson: the number of this one, such as "06", or "". answers: Markdown that says where answers are kept.
    headings: level, id and HTML of those rendered so far. marks: what marks the words of the glossary, or None.
    """

    root: str = "../"
    titles: dict[str, str] = field(default_factory=dict)
    lesson: str = ""
    answers: str = ""
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    marks: Marks | None = None

    def html(self, source: str) -> str:
        """A cell's Markdown as HTML."""
        for pattern, words in WORDING:
            source = pattern.sub(words.format(root=self.root, answers=self.answers), source)
        text = _markdown()(source, self)
        marks = self.marks or Marks(self.lesson, "")
        return marks.mark(text) if self.marks else re.sub(r"(?s)<!--.*?-->", "", text)

    def heading(self, level: int, text: str) -> str:
        """A heading as HTML, with an id that no other heading of the page has."""
        own, count = slug(text), 1
        while own in [other for _, other, _ in self.headings]:
            count += 1
            own = f"{slug(text)}-{count}"
        self.headings.append((level, own, text))
        return f'<h{level} id="{html.escape(own)}">{text}</h{level}>\n'

    def code(self, text: str, markup: str) -> str:
        """Code within text, as a link where it is the state of a lab or the name of a lesson."""
        name = text.split(";")[0]
        if text in self.titles:
            folder = "" if self.root else "lessons/"
            return f'<a href="{folder}{text}.html">{html.escape(self.titles[text].split(":")[0])}</a>'
        return self.state(text, markup) if name in LABS else markup

    def state(self, code: str, markup: str) -> str:
        """A link that puts a lab into the state `code`."""
        address = f"{self.root}labs/{code.split(';')[0]}.html#{quote(code, safe=';=+,.~')}"
        return f'<a class="psn-state" href="{address}">{markup}</a>'

    def contents(self) -> str:
        """The headings of the second level as a list of links."""
        items = "".join(f'<li><a href="#{own}">{text}</a></li>' for level, own, text in self.headings if level == 2)
        return f"<ul>{items}</ul>" if items else ""


@cache
def _markdown() -> Callable[[str, PageText], str]:
    """What renders Markdown for a page."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        """Mathematics as MathML, headings with ids, code as links."""

        page: PageText

        def block_math(self, body):
            return f'<div class="psn-math">{_formula(body, "block")}</div>'

        def inline_math(self, body):
            return _formula(body, "inline")

        def heading(self, text, level, **_):
            return self.page.heading(level, text)

        def codespan(self, text):
            return self.page.code(text, super().codespan(text))

        def link(self, text, url, title=None):
            if url.startswith("lab:"):
                return self.page.state(url.removeprefix("lab:"), text)
            folder = "" if self.page.root else "lessons/"
            address = page_address(url)
            return super().link(text, folder + address if address != url else url, title)

        def table(self, text):
            return f'<div class="psn-wide"><table>\n{text}</table></div>\n'

        def table_head(self, text):
            # A head without words, as some tables have it, is none.
            return f"<thead>\n<tr>\n{text}</tr>\n</thead>\n" if plain_text(text) else ""

        def table_cell(self, text, align=None, head=False):
            tag = "th" if head and text else "td"
            return f"<{tag}>{text}</{tag}>\n"

    def render(source: str, page: PageText) -> str:
        renderer = Renderer(escape=False, exclude_anchor_links=True)
        renderer.page = page
        return MarkdownWithMath(renderer=renderer).render(source)

    return render
