"""The course in other languages: all that is shown is there, nothing else is, and numbers and places are kept."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

import psn_viz as pv
from psn_viz.course.answers.store import answer_store
from psn_viz.course.glossary_terms import TERMS
from psn_viz.course.languages import tables
from psn_viz.course.languages.page_script import language_script
from psn_viz.course.languages.tables import GLOSSARY, INTERFACE, PLACE, YES, languages, read_object, table
from psn_viz.course.languages.translate import find
from psn_viz.course.questions.ask import ask_choice, ask_number
from psn_viz.course.questions.question_translations import feedback_translations, form_translations
from psn_viz.course.questions.question_widget import QuestionWidget
from psn_viz.files import asset
from tests.untranslated import missing_and_left_over, questions, shown

ALL = sorted(languages())
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(autouse=True)
def in_memory(monkeypatch, tmp_path):
    monkeypatch.setenv("PSN_VIZ_PROGRESS", str(tmp_path / "progress.json"))
    answer_store()


@pytest.fixture(scope="module")
def every_text(tmp_path_factory):
    """All that the questions show, each text with its part of the course."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PSN_VIZ_PROGRESS", str(tmp_path_factory.mktemp("texts") / "progress.json"))
        return dict.fromkeys(shown())


def files(language: str) -> dict[str, dict[str, str]]:
    """The tables of a language by the names of their files."""
    found = {path.stem: read_object(path) for path in sorted((tables.FOLDER / language).glob("*.json"))}
    return {name: content for name, content in found.items() if name != "language"}


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(PLACE.sub("", text)))


# ------------------------------------------------------------------------------------------ the texts of the course


def test_there_is_chinese():
    assert languages()["zh"].name == "中文" and languages()["zh"].lang == "zh-Hans"


@pytest.mark.parametrize("language", ALL)
def test_every_text_has_its_translation_and_there_is_no_other(language):
    missing, left_over = missing_and_left_over(language)
    assert not missing
    assert not left_over


@pytest.mark.parametrize("language", ALL)
def test_numbers_are_the_same(language, every_text):
    wrong = [
        (text, found.text)
        for part, text in every_text
        if (found := find(text, language, part)) and not numbers(text) <= numbers(found.text)
    ]
    wrong += [
        (key, value)
        for name, content in files(language).items()
        if name != GLOSSARY
        for key, value in content.items()
        if not numbers(key) <= numbers(value)
    ]
    own = table(language, GLOSSARY).translations
    wrong += [
        (term.definition, own[term.english])
        for term in TERMS
        if not numbers(term.definition) <= numbers(own[term.english])
    ]
    assert not wrong


@pytest.mark.parametrize("language", ALL)
def test_a_question_keeps_its_options_apart(language):
    for _, asked in questions():
        options = form_translations(asked.question)[language].get("options", [])
        assert len(options) == len(set(options)) == len(asked.question.form.options)


# ------------------------------------------------------------------------------------------ questions


def test_a_question_is_sent_in_all_languages_and_kept_as_before(path):
    def make():
        options = {"X[0] alone": "first", "None": "second", "All of them": "third"}
        prompt = "W is random, as when training begins. Which inputs must be there before S[0] is known?"
        return QuestionWidget(ask_choice("ten_minutes/wait", prompt, options, "All of them").question)

    widget = make()
    own = table("zh", "ten_minutes").translations
    assert widget.translations["zh"]["prompt"] == own[widget.prompt]
    assert widget.translations["zh"]["options"] == [own[option] for option in widget.options]
    assert widget.translations["zh"]["commit_label"] == "提交" and widget.feedback_translations == {}
    widget.set_state({"answer": 2, "status": "committed"})
    entry = answer_store().read("ten_minutes/predict/wait")
    assert entry["text"] == "All of them" and entry["prompt"] == widget.prompt
    assert make().status == "committed", "restored, in whichever language it was answered"


def test_the_feedback_comes_with_its_translations(path):
    asked = dict(pv.course.registry.predictions())["ten_minutes/wait"]("ten_minutes/wait")
    widget = QuestionWidget(asked.question)
    sent = []
    widget.observe(lambda change: sent.append(change.name), ["translations", "feedback_translations"])
    widget.set_state({"answer": 0, "status": "committed"})
    assert widget.feedback_translations == {one: table(one, INTERFACE).translations[widget.feedback] for one in ALL}
    assert widget.feedback == "That is not it." and sent == ["feedback_translations"], "and no more than that"


@pytest.mark.parametrize("language", ALL)
def test_yes_is_told_to_the_right_answer_and_not_to_who_has_skipped(language, path):
    yes = table(language, INTERFACE).translations[YES]
    for part, asked in questions():
        question = asked.question
        told = [question.judge(index)[2] for index in range(len(question.form.options))]
        for feedback in told:
            translation = find(feedback, language, part).text
            assert bool(re.match(rf"{yes}\W", translation)) == bool(re.match(rf"{YES}\W", feedback)), feedback
        if told and question.form.can_skip:
            truth, _, skipped = question.judge(None)
            bare, whole = (find(text, language, part).text for text in (skipped, told[truth]))
            assert whole.endswith(bare) and not re.match(rf"{yes}\W", bare)


def test_a_question_of_ones_own_stays_english(path):
    asked = ask_number("own_one", "How many?", truth=3.0)
    assert form_translations(asked.question) == {}
    asked.question.take("committed", 3.0)
    assert asked.question.shown.feedback == "You said 3, it is 3."
    assert feedback_translations(asked.question) == {}, "half a question in Chinese helps nobody"


def test_a_script_has_the_words_that_its_page_shows():
    script = asset("psn_viz.course.questions", "question_widget.js")
    told = language_script(script)
    known = json.loads(re.match(r"const LANGUAGES = (.*);\n", told)[1])
    assert known["zh"]["words"]["Skip"] == "跳过" and "Glossary" not in known["zh"]["words"]
    assert known["zh"]["lang"] == "zh-Hans" and len(told) < 9000, "it goes to the page with every question"


# ------------------------------------------------------------------------------------------ the glossary


def test_the_glossary_in_another_language():
    own = table("zh", GLOSSARY).translations
    page = pv.glossary("重置", language="zh")
    assert own["reset"] in repr(page) and "[charge_fire_reset;input=block+3]" in repr(page)
    assert 'lang="zh-Hans"' in page._repr_html_() and own["reset"] in page._repr_html_()
    every = repr(pv.glossary(language="zh")).split("\n")
    assert len(every) == len(TERMS) and all(
        own[term.english] in line for term, line in zip(TERMS, every, strict=True)
    )
    assert repr(pv.glossary("reset", language="en")) == repr(pv.glossary("reset"))


@pytest.mark.parametrize("bad", ["fr", "", None, 3, "zh-Hans", "../zh"])
def test_an_unknown_language_is_refused(bad):
    with pytest.raises(ValueError, match="language must be one of 'en', 'zh', got"):
        pv.glossary("reset", language=bad)


# ------------------------------------------------------------------------------------------ the front page


class Words(HTMLParser):
    """The text of a page that is in its own language, and what it says of other languages."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.lang = ""
        self._langs: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.lang = given["lang"]
        if tag not in ("meta", "link", "input", "br", "img", "hr"):
            before = self._langs[-1][1] if self._langs else self.lang
            self._langs.append((tag, "none" if tag in ("script", "style", "math") else given.get("lang", before)))
        if self._langs[-1][1] == self.lang:
            self.words += [given[name] for name in ("aria-label", "placeholder", "title", "alt") if given.get(name)]

    def handle_endtag(self, tag):
        while self._langs and self._langs.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._langs and self._langs[-1][1] == self.lang:
            self.words.append(data)


def source(language: str) -> str:
    from psn_viz.browser.ten_minutes import source_in

    return source_in(language)


needs_mathml = pytest.mark.skipif(find_spec("latex2mathml") is None, reason="it makes MathML of formulas")


@needs_mathml
@pytest.mark.parametrize("language", ALL)
def test_the_front_page_is_told_by_the_same_scenes(language):
    from psn_viz.browser.ten_minutes import scenes

    (opening, here), (english_opening, english) = scenes(source(language)), scenes(source("en"))
    links = re.compile(r"\]\(([^)]*)\)")
    assert sorted(links.findall(opening)) == sorted(links.findall(english_opening))
    for one, other in zip(here, english, strict=True):
        assert (one.lab, one.ask, one.more) == (other.lab, other.ask, other.more)
        for field in ("before", "after", "claim", "honest"):
            text, wanted = getattr(one, field), getattr(other, field)
            assert sorted(links.findall(text)) == sorted(links.findall(wanted)), (one.lab, field)
            formulas = [re.sub(r"\\text\{[^}]*\}|[\s,]", "", found) for found in re.findall(r"(?s)\$\$.*?\$\$", text)]
            assert formulas == [
                re.sub(r"\\text\{[^}]*\}|[\s,]", "", found) for found in re.findall(r"(?s)\$\$.*?\$\$", wanted)
            ]
        plain = [" ".join((scene.before, scene.after, scene.claim, scene.honest)) for scene in (one, other)]
        assert numbers(plain[1]) - {"1"} <= numbers(plain[0]), one.lab
    evidence = re.compile(r"(?s)<!--.*?-->")
    assert [" ".join(note.split()) for note in evidence.findall(source(language))] == [
        " ".join(note.split()) for note in evidence.findall(source("en"))
    ]


@needs_mathml
@pytest.mark.parametrize("language", ALL)
def test_the_front_page_is_in_its_language(language):
    from psn_viz.browser.ten_minutes import address_in, front_pages

    built = front_pages(Path(__file__).parents[1] / "notebooks", live=False)
    page, english = built[address_in(language)], built["index.html"]
    assert f'<html lang="{languages()[language].lang}">' in page and '<html lang="en">' in english
    assert f'href="{address_in(language)}" hreflang="{languages()[language].lang}"' in english
    assert 'href="index.html" hreflang="en"' in page
    for text in (page, english):
        assert len(re.findall(r'<link rel="alternate" hreflang="[\w-]+" href="index', text)) == len(built)
    words = Words(page)
    left = [text for text in words.words if re.search(r"\b(?:the|of|and|is|with|each|more|answer)\b", text.lower())]
    assert words.lang == languages()[language].lang and len(words.words) > 100 and not left, left
