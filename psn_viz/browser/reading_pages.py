"""The pages beside the lessons: their list, glossary, map of the field, what people ask, notes, search."""

from __future__ import annotations

import html
import re
from pathlib import Path

import nbformat

from psn_viz.browser.deck_pages import FOLDER, deck_name
from psn_viz.browser.glossary_marks import anchor
from psn_viz.browser.lesson_pages import question, states_linked, titles
from psn_viz.browser.page_frame import plain_page
from psn_viz.browser.page_text import TEACHER, PageText, plain_text, slug
from psn_viz.classroom.deck import PATHS, deck_lessons, lesson_deck
from psn_viz.course.faq_entries import ENTRIES
from psn_viz.course.field_map_page import field_map
from psn_viz.course.field_map_rows import MAP, MapRow
from psn_viz.course.glossary_terms import TERMS, Term
from psn_viz.course.languages.tables import language_tag
from psn_viz.course.languages.translate import definitions

MAP_PAGE, FAQ_PAGE = "map.html", "faq.html"
MAP_LESSON = "11_the_reset_revisited_further"

TIME = re.compile(r"\*\*Time\*\*: (.*?)[.;](?=\s|$)", re.DOTALL)


def lessons_page(folder: Path) -> str:
    """All lessons of the folder with the notebooks, each with what it asks and how long it takes."""
    names, items = titles(folder), []
    for name, title in names.items():
        first = nbformat.read(folder / f"{name}.ipynb", as_version=4).cells[0].source
        asks = plain_text(PageText("../", names).html(question(first)))
        time = TIME.search(first)
        long = f"<br><small>{html.escape(' '.join(time[1].split()))}</small>" if time else ""
        kind = ' class="psn-further"' if name.endswith("_further") else ""
        items.append(
            f'<li{kind}><a href="{name}.html"><b>{html.escape(title)}</b></a><br>{html.escape(asks)}{long}</li>'
        )
    body = f"""<p>Read them in this order. Each begins with what it asks. Those that go further can be left out.</p>
<ul class="psn-lessons">
{chr(10).join(items)}
<li><a href="how_we_train.html"><b>How we train</b></a><br>One protocol for every table of the course.</li>
</ul>
<p>Beside the lessons: the <a href="../map.html">map of the field</a>, <a href="../faq.html">what people ask</a>. For
teachers: <a href="../teachers.html">notes on each lesson</a>.</p>"""
    about = "The lessons of the course on spiking neurons without reset."
    return plain_page("Lessons", about, body, "lessons/index.html")


def glossary_page() -> str:
    """All words of the course, from A to Z, with their Chinese names, and those names as a list of links."""
    terms = sorted(TERMS, key=lambda term: term.english.lower())
    entries = "\n".join(map(_entry, terms))
    chinese = " ".join(f'<a href="#{anchor(term)}">{term.chinese}</a>' for term in TERMS if term.chinese)
    body = f"""<p>The words of the course, in English and Chinese. A dotted word in a lesson leads here.</p>
<div data-languages></div>
<details class="psn-chinese"><summary lang="zh">中文索引</summary><p lang="zh">{chinese}</p></details>
<dl class="psn-glossary">
{entries}
</dl>"""
    return plain_page("Glossary", "The words of the course, in English and Chinese.", body, "glossary.html")


def _entry(term: Term) -> str:
    chinese = f' <span lang="zh">{term.chinese}</span>' if term.chinese else ""
    lab = f" {_lab_link(term.code)}" if term.code else ""
    # All languages stand there; a script shows the one that the reader has chosen.
    meanings = {"en": term.definition, **definitions(term.english)}
    told = "<br>".join(
        f'<span data-language="{language}" lang="{language_tag(language)}">{html.escape(meaning)}</span>'
        for language, meaning in meanings.items()
    )
    return f'<div id="{anchor(term)}"><dt><b>{html.escape(term.title)}</b>{chinese}</dt><dd>{told}{lab}</dd></div>'


def _lab_link(code: str) -> str:
    address = f"labs/{code.partition(';')[0]}.html#{html.escape(code)}"
    return f'<a class="psn-state" href="{address}">See it in a lab</a>'


def map_page(folder: Path) -> str:
    """The map of the field, with a link at each state of a lab, and to the lesson, if the folder has it."""
    lesson = f'<a href="lessons/{MAP_LESSON}.html">Those that run here are compared.</a>'
    body = f"""<p>Neurons that compute all time-steps at once, and what each does with the reset.
{lesson if MAP_LESSON in titles(folder) else ""}</p>
<div class="psn-map">{_with_ids(states_linked(field_map().html, ""))}</div>"""
    about = "Parallel spiking neurons: what each does with the reset, what it waits for, what it costs."
    return plain_page("The map of the field", about, body, MAP_PAGE)


def _with_ids(table: str) -> str:
    """The table of the map with an id at each row, which a link can lead to."""
    rows = iter(MAP)
    return re.sub('<tr>(?=<th scope="row")', lambda _: f'<tr id="{map_anchor(next(rows))}">', table)


def map_anchor(row: MapRow) -> str:
    """The id of a row of the map."""
    return slug(f"{row.name} {row.year}")


def faq_page() -> str:
    """What people ask, each question with its answer and the state of a lab that shows it."""
    parts = "\n".join(
        f'<section id="{slug(entry.question)}"><h2>{html.escape(entry.question)}</h2>\n'
        f"<p>{html.escape(entry.answer)} {_lab_link(entry.code)}</p></section>"
        for entry in ENTRIES
    )
    about = "Questions on parallel spiking neurons that come again and again, with short answers."
    return plain_page("What people ask", about, f'<div class="psn-text">\n{parts}\n</div>', FAQ_PAGE)


def teachers_page(folder: Path) -> str:
    """The notes for the teacher of every lesson that has some."""
    names, sections = titles(folder), []
    for name, title in names.items():
        for cell in nbformat.read(folder / f"{name}.ipynb", as_version=4).cells:
            if notes := TEACHER.fullmatch(cell.source):
                text = PageText("", names).html(notes[1].strip())
                link = f'<a href="lessons/{name}.html">{html.escape(title)}</a>'
                decks = _decks_of(name[:2]) if name[:2] in deck_lessons() else ""
                sections.append(f'<section class="psn-text" id="{name}"><h2>{link}</h2>\n{decks}{text}</section>')
    body = (
        "<p>For each lesson: what to do in five, in fifty and in ninety minutes, homework, what learners get wrong, "
        "what to discuss, and the states of the labs to show. Each code is a link that opens the lab in that state. "
        f'<a href="{FOLDER}index.html">All decks</a> to present on a projector.</p>\n' + "\n".join(sections)
    )
    return plain_page("For the teacher", "Notes for teachers on each lesson of the course.", body, "teachers.html")


def _decks_of(lesson: str) -> str:
    """How to present a lesson: links to its decks."""
    links = " or ".join(
        f'<a href="{FOLDER}{deck_name(lesson, path)}.html">{lesson_deck(lesson, path).minutes} minutes</a>'
        for path in PATHS
    )
    return f"<p><b>Present it</b> on a projector, one step at a time, in {links}.</p>\n"


def search_page() -> str:
    """The page that searches the index, in the reader's browser."""
    body = """<form class="psn-search" role="search" aria-label="Search the course">
<label for="q" data-say>Words, or the beginnings of words</label>
<input id="q" type="search" name="q"> <button data-say>Search</button></form>
<p id="found" role="status"></p>
<noscript><p>The search needs JavaScript. Without it, the <a href="lessons/index.html">list of the lessons</a>, the
<a href="labs/index.html">labs</a> and the <a href="glossary.html">glossary</a> lead everywhere.</p></noscript>
<ol id="results" class="psn-results"></ol>
<script src="assets/search_index.js"></script>
<script src="assets/search.js"></script>"""
    return plain_page("Search", "Search the lessons, labs, exercises and words of the course.", body, "search.html")
