"""The front page: one claim of the paper after the other, each with a lab, from `pages/ten_minutes.md`. In another
language it is a page of its own beside it, from `ten_minutes.md` of that language.

The text is Markdown. A line that begins with `@` opens a part of its section: `@lab NAME`, `@ask KEY` (a question,
whose answer sets that lab), `@claim` (what the paper says), `@honest` (what is open), `@more LESSON, …`. What follows
the first line of `@lab` or `@ask` is text of the section.
`[words](lab:CODE)` is a link that sets the lab.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from psn_viz.browser.lab_pages import lab_place, lab_scripts, script_json
from psn_viz.browser.lesson_pages import titles
from psn_viz.browser.page_frame import filled, head, top_bar
from psn_viz.browser.page_text import PageText, slug
from psn_viz.browser.question_places import archives, form_of
from psn_viz.course.languages.tables import FOLDER, language_tag, languages, require_language
from psn_viz.course.languages.translate import translated
from psn_viz.course.questions.ask import PredictionQuestion
from psn_viz.course.questions.still_question import still_question
from psn_viz.course.registry import prediction_named
from psn_viz.files import asset

PART = re.compile(r"^@(lab|ask|claim|honest|more)\b[ \t]*", re.M)
COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
TITLE = "psn_viz: see why a spiking neuron without reset runs in parallel"
STAYS_ENGLISH = "The labs and the lessons are in English."
ABOUT = (
    "Take the reset out of a spiking neuron, and all its time-steps become one matrix product. Six figures to try it "
    "on, and a course, live in your browser."
)


@dataclass
class Scene:
    """One section of the page. before, after: Markdown, on both sides of the question; the parts by their names."""

    title: str
    lab: str = ""
    ask: str = ""
    claim: str = ""
    honest: str = ""
    more: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""


def front_pages(folder: Path, live: bool) -> dict[str, str]:
    """The page in all languages of the course that have it, by address; the arguments are those of `front_page`."""
    return {address_in(language): front_page(folder, live, language) for language in _written_in()}


def address_in(language: str) -> str:
    """Where the page stands on the site."""
    return "index.html" if language == "en" else f"index.{language}.html"


def source_in(language: str) -> str:
    """The Markdown of the page. Raises ValueError for an unknown language, OSError where it lacks the page."""
    require_language(language)
    if language == "en":
        return asset("psn_viz.browser.pages", "ten_minutes.md")
    return (FOLDER / language / "ten_minutes.md").read_text("utf-8")


def _written_in() -> list[str]:
    return ["en", *(language for language in languages() if (FOLDER / language / "ten_minutes.md").is_file())]


def front_page(folder: Path, live: bool, language: str = "en") -> str:
    """The page, with the lessons of the folder of notebooks at its end.

    live: whether its labs run in the page, which needs Pyodide on the site. Labs and lessons are English in every
    language.
    """
    names = titles(folder)
    text = PageText("", names)
    say = partial(translated, language=language)
    opening, sections = scenes(source_in(language))
    title, _, lead = opening.partition("\n")
    first, *shown = [_section(scene, text, live, language) for scene in sections]
    scripts = ""
    if live:
        asked = dict(map(_asked, sections))
        forms = {key: form_of(one) for key, one in asked.items()}
        files = {key: [f"assets/{name}" for name in archives(key, one)] for key, one in asked.items()}
        told = script_json({"forms": forms, "files": files})
        scripts = (
            f'<script src="assets/answers.js"></script>\n{lab_scripts("")}'
            f'<script id="questions" type="application/json">{told}</script>\n'
            '<script src="assets/question.js"></script>\n<script src="assets/questions.js"></script>\n'
        )
    fixed = asset("psn_viz.browser.pages", "index.html").split("@@")[1::2]
    return filled("index.html", {
        "HEAD": head(say(TITLE), say(ABOUT), "") + _alternates(),
        "LANG": language_tag(language), "TOP": top_bar("", address_in(language), language),
        "ELSEWHERE": _elsewhere(language), "TITLE": text.html(title), "OPENING": text.html(lead), "FIRST": first,
        "SCENES": "\n".join(shown), "SCRIPTS": scripts, "LESSONS": _lessons(names, language),
        **{field: html.escape(say(field.removeprefix("say "))) for field in fixed if field.startswith("say ")},
    })  # fmt: skip


def _alternates() -> str:
    """Where the same page is in all languages, for browsers and for what searches the web."""
    pages = _written_in()
    links = (f'<link rel="alternate" hreflang="{language_tag(one)}" href="{address_in(one)}">' for one in pages)
    return "".join(f"\n{link}" for link in links) if len(pages) > 1 else ""


def _elsewhere(language: str) -> str:
    """Links to the page in the other languages, and what stays English."""
    others = " · ".join(
        f'<a href="{address_in(one)}" hreflang="{language_tag(one)}" lang="{language_tag(one)}" '
        f'data-language="{one}">{"English" if one == "en" else html.escape(languages()[one].name)}</a>'
        for one in _written_in()
        if one != language
    )
    told = "" if language == "en" else f" {html.escape(translated(STAYS_ENGLISH, language))}"
    return f'<p class="psn-other-languages">{others}{told}</p>' if others else ""


def scenes(source: str) -> tuple[str, list[Scene]]:
    """What stands before the first section, and the sections. Raises ValueError for one that lacks a part."""
    opening, *sections = re.split(r"^## ", COMMENT.sub("", source), flags=re.M)
    return opening, [_scene(section) for section in sections]


def _scene(section: str) -> Scene:
    title, _, rest = section.partition("\n")
    made = Scene(title.strip())
    made.before, *parts = PART.split(rest)
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in ("lab", "ask"):
            line, _, text = body.partition("\n")
            setattr(made, name, line.strip())
            place = "after" if made.ask else "before"
            setattr(made, place, getattr(made, place) + text)
        elif name == "more":
            made.more = [lesson.strip() for lesson in body.split(",")]
        else:
            setattr(made, name, body.strip())
    if missing := [name for name in ("lab", "ask", "claim", "honest", "more") if not getattr(made, name)]:
        raise ValueError(f"section {made.title!r} of ten_minutes.md has no @{', @'.join(missing)}")
    return made


def _section(scene: Scene, text: PageText, live: bool, language: str) -> str:
    own = slug(scene.title)
    more = ", ".join(f"`{lesson}`" for lesson in scene.more)
    say = partial(translated, language=language)
    in_english = _in_english(language)
    return f"""<section class="psn-scene" aria-labelledby="{own}">
{text.html(f"## {scene.title}")}
<div class="psn-telling psn-text">
<p class="psn-claim"><b>{say("The paper:")}</b> {_line(scene.claim, text)}</p>
{text.html(scene.before)}
{_question(scene, language)}
{text.html(scene.after)}
<p class="psn-claim"><b>{say("To be fair:")}</b> {_line(scene.honest, text)}</p>
<p class="psn-more">{say("More:")} <span{in_english}>{_line(more, text)}</span></p>
</div>
<div class="psn-showing"{in_english}>{lab_place(scene.lab, f"assets/stills/{scene.lab}.webp", "", live=live)}</div>
</section>"""


def _line(markdown: str, text: PageText) -> str:
    return re.sub(r"\A<p>(.*)</p>\s*\Z", r"\1", text.html(markdown).strip(), flags=re.S)


def _in_english(language: str) -> str:
    """What an English part of a page in the language is marked with."""
    return "" if language == "en" else ' lang="en"'


def _asked(scene: Scene) -> tuple[str, PredictionQuestion]:
    """A section's question, after the key of its answer."""
    made = prediction_named(scene.ask)(scene.ask)
    if not isinstance(made, PredictionQuestion):
        raise TypeError(f"@ask {scene.ask} must name a prediction, got {type(made).__name__}")
    return made.question.key, made


def _question(scene: Scene, language: str) -> str:
    """A question as a page without Python has it: its options, and the answer folded."""
    key, asked = _asked(scene)
    still = still_question("Predict", asked.question, language=language).html
    return f'<div class="psn-asked" data-keys="{key}" data-truth=""><div class="psn-still">{still}</div></div>'


def _lessons(names: dict[str, str], language: str) -> str:
    in_english = _in_english(language)
    return "\n".join(
        f'<li{in_english}><a href="lessons/{name}.html">{html.escape(title)}</a></li>'
        for name, title in names.items()
        if not name.endswith("_further")
    )
