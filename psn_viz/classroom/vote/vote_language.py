"""In which language a page of a vote is: its own words, and the question where it is there in that language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from psn_viz.classroom.vote.vote_question import VoteOption, VoteQuestion
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.languages.tables import language_tag, languages
from psn_viz.course.languages.translate import filled, find, word
from psn_viz.course.text_page import escape


def question_in(question: VoteQuestion, language: str) -> VoteQuestion:
    """The question in the language, or as it is where one of its texts is not there: half of it helps nobody."""
    if language == "en" or question.language != "en":
        return question
    part = question.key.split("/")[0]

    def told(text: str) -> str:
        if (found := find(text, language, part)) is None:
            raise LookupError(text)
        return found.text

    try:
        return replace(
            question,
            language=language,
            options=tuple(VoteOption(told(one.text), told(one.feedback), one.right) for one in question.options),
            **{name: told(getattr(question, name)) for name in ("prompt", "setting", "unit", "told")},
        )
    except LookupError:
        return question


@dataclass(frozen=True)
class Speech:
    """What a page says, as HTML, in one language: "en", or the code of another one."""

    language: str

    @property
    def tag(self) -> str:
        """The language as HTML takes it."""
        return language_tag(self.language)

    def say(self, english: str, *places: object) -> str:
        """A word of the page. `places` are HTML."""
        return filled(escape(word(english, self.language)), *places)

    def tell(self, text: str) -> str:
        """A text that is made elsewhere, such as why a vote does not count."""
        found = find(text, self.language)
        return f'<span lang="en">{escape(text)}</span>' if found is None else escape(found.text)

    def show(self, question: VoteQuestion, text: str) -> str:
        """A text of the question, marked where it is in another language than the page."""
        shown = markup(text)
        tag = language_tag(question.language)
        return shown if tag == self.tag else f'<span lang="{tag}">{shown}</span>'

    def choice(self) -> str:
        """Links to the same page in each language."""
        names = {"en": "English"} | {one.code: one.name for one in languages().values()}
        links = "".join(
            f'<a href="/language/{code}" hreflang="{language_tag(code)}" lang="{language_tag(code)}"'
            f"{' aria-current=true' if code == self.language else ''}>{escape(name)}</a>"
            for code, name in names.items()
        )
        return f'<nav class="psn-languages" aria-label="{self.say("Language")}">{links}</nav>'


def wanted_language(header: str, otherwise: str) -> str:
    """The language that a browser asks for by its header Accept-Language, the best that there is, or `otherwise`."""
    codes = {"en": "en"} | {one.lang.split("-")[0].lower(): one.code for one in languages().values()}
    best, wanted = 0.0, otherwise
    for one in header[:200].split(","):
        tag, _, weight = one.replace(" ", "").partition(";q=")
        code = codes.get(tag.split("-")[0].lower())
        try:
            value = float(weight or 1)
        except ValueError:
            continue
        if code and best < value <= 1:
            best, wanted = value, code
    return wanted
