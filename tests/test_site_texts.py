"""What stands around the text of the lessons on the site: contents, glossary, search, notes for teachers, the bar."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
from psn_viz.browser.glossary_marks import MEANT_BY, ONLY_BY, ONLY_IN, Marks, anchor, term_of
from psn_viz.browser.page_text import TEACHER, WORDING, PageText, plain_text, slug
from psn_viz.course.faq_entries import ENTRIES as FAQ
from psn_viz.course.field_map_rows import MAP
from psn_viz.course.glossary_terms import TERMS
from psn_viz.course.registry import exercises, recall_questions
from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from tests.untranslated import shown

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
UNFIT = ("Shift + Enter", "run the cell", "beside this notebook", "pv.glossary(", "show_progress", "evidence:")


class Outline(HTMLParser):
    """A page's headings, the links of its bar, its marked words, and all elements with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings, self.bar, self.elements, self.words = [], [], [], []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.elements.append((tag, given))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), given.get("id"), ""])
        if tag == "a" and "header" in self._open:
            self.bar.append(given["href"].removeprefix("../"))
        if tag == "a" and given.get("class") == "psn-term":
            self.words.append((given["href"].partition("#")[2], list(self._open)))
        if tag not in ("meta", "link", "img", "br", "input", "hr", "mspace"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if self._open and re.fullmatch("h[1-6]", self._open[-1]):
            self.headings[-1][2] += data

    def all(self, tag: str) -> list[dict]:
        return [given for name, given in self.elements if name == tag]


@pytest.fixture(scope="module")
def site(still_site):
    return still_site


@pytest.fixture(scope="module")
def pages(site):
    return {path.relative_to(site).as_posix(): Outline(path.read_text("utf-8")) for path in site.rglob("*.html")}


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def test_every_page_has_the_same_bar_and_says_what_it_is(site, pages):
    bars, titles = {tuple(page.bar) for page in pages.values()}, []
    assert bars == {("index.html", "lessons/index.html", "labs/index.html", "glossary.html", "answers.html")}
    for name, page in pages.items():
        meta = {given.get("name"): given.get("content") for given in page.all("meta")}
        lang = "zh-Hans" if name.endswith(".zh.html") else "en"
        assert page.all("html") == [{"lang": lang}] and meta["description"] and meta["theme-color"], name
        assert page.elements[1][0] == "head" and page.all("main")[0]["id"] == "main", name
        assert page.all("a")[0]["href"] == "#main", name
        searches = [form for form in page.all("form") if form.get("role") == "search"]
        assert len(searches) == 1, name
        assert name == "search.html" or (site / name).parent.joinpath(searches[0]["action"]).resolve().is_file(), name
        titles += re.findall("<title>(.+?)</title>", text_of(site / name))
    assert len(titles) == len(set(titles)) == len(pages)


def test_headings_of_a_page_leave_out_no_level(pages):
    for name, page in pages.items():
        levels = [level for level, _, _ in page.headings]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_the_contents_of_a_lesson_are_its_headings(site):
    for path in NOTEBOOKS:
        page = text_of(site / "lessons" / f"{path.stem}.html")
        lists = re.findall(r"<ul>((?:<li><a href=\"#[^<]*<.*?</li>)+)</ul>", page)
        parts = [own for level, own, _ in Outline(page).headings if level == 2]
        assert parts and len(lists) == 2, path.stem
        for one in lists:
            assert re.findall('href="#([^"]*)"', one) == parts, path.stem


def test_ids_of_headings_stay_when_sections_are_renumbered():
    assert slug("4 · Switch the <em>reset</em> back on") == slug("5 · Switch the reset back on") != slug("4 · See it")
    page = PageText()
    page.html("## 1 · See it\n\n## 2 · See it")
    assert [own for _, own, _ in page.headings] == ["see-it", "see-it-2"]


def marked(text: str, lesson: str = "02", marks: Marks | None = None) -> list[str]:
    out = (marks or Marks(lesson, "g.html")).mark(text)
    assert re.sub(r'<a class="psn-term"[^>]*>(.*?)</a>', r"\1", out) == text
    return re.findall('g.html#([^"]*)"', out)


def test_the_first_use_of_a_word_in_a_section_is_marked():
    assert marked("<p>A reset, two resets. Spikes &amp; LIFs</p>") == [
        "reset", "spike", "leaky-integrate-and-fire-neuron"]  # fmt: skip
    marks = Marks("02", "g.html")
    assert marked("<h2>One</h2><p>reset</p>", marks=marks) == ["reset"]
    assert marked("<p>reset and spike</p>", marks=marks) == ["spike"]
    assert marked("<h2>Two</h2><p>reset</p>", marks=marks) == ["reset"]


@pytest.mark.parametrize("tag", ["h1", "h2", "code", "a", "math", "pre", "summary", "th"])
def test_no_word_is_marked_where_it_is_no_running_text(tag):
    assert marked(f"<div><{tag}>a reset</{tag}> spike</div>") == ["spike"]


def test_the_longest_word_is_taken_and_only_whole_ones():
    assert marked("<p>a hard reset</p>") == ["hard-reset"]
    assert marked("<p>presets, reset-free, Inputs</p>") == ["input"]
    assert marked("<p>A Parallel Spiking Neuron in parallel</p>") == ["parallel-spiking-neuron", "parallel"]


def test_words_with_two_meanings_are_marked_with_the_one_that_is_meant():
    assert marked("<p>the kernel</p>", "05") == ["kernel"] and marked("<p>the kernel</p>", "06") == ["compute-kernel"]
    assert marked("<p>in any order, in this state</p>") == []
    assert marked("<p>the order k, a new state</p>") == ["order", "state"]
    assert marked("<p>a control</p>", "08") == ["control"] and marked("<p>move the control</p>", "07") == []
    english = {term.english for term in TERMS}
    assert english >= {*ONLY_IN, *ONLY_BY, *MEANT_BY}
    assert english >= {other for table in MEANT_BY.values() for other in table.values()}


def test_a_word_stands_for_its_term_in_every_form():
    for term in TERMS:
        if term.english not in {*ONLY_IN, *ONLY_BY}:
            assert term_of(term.english) == term_of(term.english + "s") == term, term.english


def test_marked_words_of_the_lessons_are_explained_in_the_page(site, pages):
    total = 0
    for path in NOTEBOOKS:
        name = f"lessons/{path.stem}.html"
        words = json.loads(re.search('id="words" type="application/json">(.*?)</script>', text_of(site / name))[1])
        assert {own for own, _ in pages[name].words} == set(words), name
        for own, within in pages[name].words:
            assert not {"h1", "h2", "code", "math", "a"} & set(within), (name, own)
        for _, _, definition, code, *_ in words.values():
            assert definition
            assert not code or LABS[code.partition(";")[0]].from_code(code).code == code
        total += len(pages[name].words)
    assert total > 300


def test_the_glossary_has_all_words_in_both_languages(site):
    page = text_of(site / "glossary.html")
    for term in TERMS:
        entry = re.search(rf'<div id="{anchor(term)}">(.*?)</div>', page, re.DOTALL)[1]
        assert plain_text(entry).startswith(term.title) and term.chinese in entry
        assert f'<a href="#{anchor(term)}">{term.chinese}</a>' in page or not term.chinese
    assert len(set(map(anchor, TERMS))) == len(TERMS)


def test_the_map_and_what_people_ask_are_pages_that_others_lead_to(site, pages):
    shown = plain_text(text_of(site / "map.html"))
    for row in MAP:
        assert row.mechanism in shown and row.citation in shown
        address = f'<a class="psn-state" href="labs/{row.code.partition(";")[0]}.html#{row.code}">{row.code}</a>'
        assert not row.code or address in text_of(site / "map.html"), row.name
    asked = plain_text(text_of(site / "faq.html"))
    assert all(entry.question in asked and entry.answer in asked for entry in FAQ)
    links = {name: [given.get("href") for given in page.all("a")] for name, page in pages.items()}
    further = "lessons/11_the_reset_revisited_further.html"
    for name in ("lessons/index.html", "lessons/11_the_reset_revisited.html", further):
        assert {"../map.html", "../faq.html"} <= set(links[name]), name
    assert {"map.html", "faq.html"} <= set(links["index.html"])


def test_notes_for_the_teacher_are_on_their_page_and_on_no_other(site):
    teachers, count = text_of(site / "teachers.html"), 0
    for path in NOTEBOOKS:
        page = text_of(site / "lessons" / f"{path.stem}.html")
        assert "Misconceptions" not in page and "Forty" not in page, path.stem
        for cell in nbformat.read(path, as_version=4).cells:
            if notes := TEACHER.fullmatch(cell.source):
                count += 1
                assert f'href="../teachers.html#{path.stem}"' in page and f'id="{path.stem}"' in teachers
                for code in re.findall(r"`([\w;=+.,~-]+)`", notes[1]):
                    if code.partition(";")[0] in LABS:
                        assert f">{code}</code></a>" in teachers
            else:
                assert "For the teacher" not in cell.source, (path.stem, "a cell of its own is looked for")
    assert count == sum(not path.stem.endswith("_further") for path in NOTEBOOKS)


def test_what_only_a_notebook_can_say_is_said_otherwise(site):
    sources = "\n".join(
        cell.source for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    )  # fmt: skip
    assert [pattern for pattern, _ in WORDING if not pattern.search(sources)] == []
    for path in (site / "lessons").glob("*.html"):
        told = plain_text(re.sub(r"(?s)<(script|style)\b.*?</\1>|<pre.*?</pre>", "", text_of(path)))
        for word in UNFIT:
            assert word not in told, (path.stem, word)


KINDS = ("lesson", "lab", "exercise", "map", "question", "word")


def entries(site) -> list[list[str]]:
    script = text_of(site / "assets" / "search_index.js")
    return json.loads(script.removeprefix("var psnSearchIndex = ").rstrip(";\n"))


def test_the_search_knows_lessons_labs_exercises_and_words(site, pages):
    found = entries(site)
    by_kind = {kind: [entry for entry in found if entry[0] == kind] for kind in KINDS}
    assert sum(map(len, by_kind.values())) == len(found)
    assert {entry[1] for entry in by_kind["lab"]} == {lab.title for lab in LABS.values()}
    assert {entry[4] for entry in by_kind["exercise"]} == {
        " ".join(one.task.split()) for key, one in exercises().items() if re.match(r"\d\d/", key)
    }
    assert len(by_kind["word"]) == len(TERMS)
    assert [entry[1] for entry in by_kind["map"]] == [f"{row.name}, {row.year}" for row in MAP]
    assert [entry[1] for entry in by_kind["question"]] == [entry.question for entry in FAQ]
    for _, _, _, address, _ in found:
        page, _, own = address.partition("#")
        assert page in pages and (not own or own in [given.get("id") for _, given in pages[page].elements]), address
    parts = [
        f"lessons/{path.stem}.html#{own}" for path in NOTEBOOKS
        for level, own, _ in pages[f"lessons/{path.stem}.html"].headings
    ]  # fmt: skip
    assert set(parts) <= {entry[3] for entry in by_kind["lesson"]}


def test_the_search_tells_no_answer(site):
    texts = "\n".join(entry[4] for entry in entries(site))
    for questions in recall_questions().values():
        for _, options in questions:
            assert not [option[2] for option in options if option[2] in texts]
    assert "Solution" not in texts and "What came" not in texts


def brightness(colour: str) -> float:
    """The relative luminance of "#rrggbb", as the guidelines for accessible pages define it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_letters_in_the_colours_of_quantities_can_be_read_in_light_and_dark(site):
    style = text_of(site / "assets" / "site.css")
    letters = {palette.THEMES["light"]["letters"][colour] for colour in palette.QUANTITIES.values()}
    assert letters <= set(re.findall(r'\[mathcolor="([^"]*)"\]', style))
    themes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in style.split("@media screen")[-2:]]
    for theme in themes:
        for name in ("x", "h", "v", "s", "b", "agree", "disagree", "ink", "link"):
            one, other = sorted((brightness(theme[name]), brightness(theme["paper"])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, name


def test_no_text_of_a_question_has_marks_of_markdown():
    """Questions are shown as plain text."""
    wrong = [text for _, text in shown() if re.search(r"`|\*\w[^*]*\w\*", text)]
    assert wrong == []
