"""The front page: one claim of the paper after the other, each with a lab, from `pages/ten_minutes.md`.

The text is Markdown. A line that begins with `@` opens a part of its section: `@lab NAME`, `@ask KEY` (a question,
whose answer sets that lab), `@claim` (what the paper says), `@honest` (what is open), `@more LESSON, …`. What follows
the first line of `@lab` or `@ask` is text of the section.
`[words](lab:CODE)` is a link that sets the lab.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

from psn_viz.browser.lab_pages import lab_place, lab_scripts, script_json
from psn_viz.browser.lesson_pages import titles
from psn_viz.browser.page_frame import filled, head, top_bar
from psn_viz.browser.page_text import PageText, slug
from psn_viz.browser.question_places import archives, form_of
from psn_viz.course.questions.ask import PredictionQuestion
from psn_viz.course.questions.still_question import still_question
from psn_viz.course.registry import prediction_named
from psn_viz.files import asset

PART = re.compile(r"^@(lab|ask|claim|honest|more)\b[ \t]*", re.M)
COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
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


def front_page(folder: Path, live: bool) -> str:
    """The page, with the lessons of the folder of notebooks at its end.

    live: whether its labs run in the page, which needs Pyodide on the site.
    """
    names = titles(folder)
    text = PageText("", names)
    opening, sections = scenes(asset("psn_viz.browser.pages", "ten_minutes.md"))
    shown = "\n".join(_section(scene, text, live) for scene in sections)
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
    return filled("index.html", {
        "HEAD": head("psn_viz: see why a spiking neuron without reset runs in parallel", ABOUT, ""),
        "TOP": top_bar("", "index.html"), "OPENING": text.html(opening), "SCENES": shown, "SCRIPTS": scripts,
        "LESSONS": _lessons(names),
    })  # fmt: skip


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


def _section(scene: Scene, text: PageText, live: bool) -> str:
    own = slug(scene.title)
    more = ", ".join(f"`{lesson}`" for lesson in scene.more)
    return f"""<section class="psn-scene" aria-labelledby="{own}">
{text.html(f"## {scene.title}")}
<div class="psn-telling psn-text">
<p class="psn-claim"><b>The paper:</b> {_line(scene.claim, text)}</p>
{text.html(scene.before)}
{_question(scene)}
{text.html(scene.after)}
<p class="psn-claim"><b>To be fair:</b> {_line(scene.honest, text)}</p>
<p class="psn-more">More: {_line(more, text)}</p>
</div>
<div class="psn-showing">{lab_place(scene.lab, f"assets/stills/{scene.lab}.webp", "", live=live)}</div>
</section>"""


def _line(markdown: str, text: PageText) -> str:
    return re.sub(r"\A<p>(.*)</p>\s*\Z", r"\1", text.html(markdown).strip(), flags=re.S)


def _asked(scene: Scene) -> tuple[str, PredictionQuestion]:
    """A section's question, after the key of its answer."""
    made = prediction_named(scene.ask)(scene.ask)
    if not isinstance(made, PredictionQuestion):
        raise TypeError(f"@ask {scene.ask} must name a prediction, got {type(made).__name__}")
    return made.question.key, made


def _question(scene: Scene) -> str:
    """A question as a page without Python has it: its options, and the answer folded."""
    key, asked = _asked(scene)
    still = still_question("Predict", asked.question).html
    return f'<div class="psn-asked" data-keys="{key}" data-truth=""><div class="psn-still">{still}</div></div>'


def _lessons(names: dict[str, str]) -> str:
    return "\n".join(
        f'<li><a href="lessons/{name}.html">{html.escape(title)}</a></li>'
        for name, title in names.items()
        if not name.endswith("_further")
    )
