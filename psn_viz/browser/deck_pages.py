"""The pages of decks: a list of steps to read, and, where Python runs, one step at a time on the whole screen."""

from __future__ import annotations

import html
from urllib.parse import quote

from psn_viz.browser.curve_axes import curve_axes, true_curve
from psn_viz.browser.lab_pages import lab_scripts, script_json
from psn_viz.browser.page_frame import filled, head, plain_page, top_bar
from psn_viz.browser.question_session import question_of
from psn_viz.classroom.deck import PATHS, Deck, Step, deck_lessons, lesson_deck
from psn_viz.classroom.vote.vote_question import NoVote, VoteQuestion, course_questions
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.questions.ask import PredictionQuestion
from psn_viz.labs import LABS

FOLDER = "deck/"
SCRIPTS = "".join(
    f'<script src="../assets/{name}"></script>\n'
    for name in ("figure_measure.js", "figure_parts.js", "present.js", "deck.js")
)
ON_PAPER = "Draw it, or mark it, on paper."


def deck_pages(lessons: dict[str, str], live: bool = True) -> dict[str, str]:
    """The pages of the decks of the course, with their list, by path.

    lessons: where each lesson is, seen from the folder of the decks, by its number; where one is missing the way back
    leads to the list. live: whether labs run there.
    """
    return {path: course_page(path, lessons, live) for path in [*_decks(), f"{FOLDER}index.html"]}


def course_page(path: str, lessons: dict[str, str], live: bool = True) -> str:
    """One of `deck_pages`. Raises KeyError where there is none at `path`."""
    if path == f"{FOLDER}index.html":
        return _list(lessons)
    lesson, minutes = _decks()[path]
    back = (f"Lesson {lesson}", lessons[lesson]) if lesson in lessons else ("All decks", "index.html")
    return deck_page(lesson_deck(lesson, minutes), back, live)


def _decks() -> dict[str, tuple[str, int]]:
    """Lesson and minutes of the decks of the course by the paths of their pages."""
    return {
        f"{FOLDER}{deck_name(lesson, minutes)}.html": (lesson, minutes)
        for lesson in deck_lessons()
        for minutes in PATHS
    }


def deck_name(lesson: str, minutes: int) -> str:
    """What the page of a deck is called: "02", and "02-50" for the long path."""
    return lesson if minutes == PATHS[0] else f"{lesson}-{minutes}"


def deck_page(deck: Deck, back: tuple[str, str], live: bool = True) -> str:
    """The page of one deck. back: what the way back is called, and where it leads from the folder of the decks."""
    long = f", {deck.minutes} minutes" if deck.minutes else ""
    steps = "\n".join(_step(step) for step in deck.steps)
    labs = {name: " ".join(LABS[name].main_controls()) for name in _labs(deck)}
    data = script_json({"labs": labs, "back": {"text": back[0], "href": back[1]}})
    scripts = f'<script id="deck" type="application/json">{data}</script>\n{lab_scripts()}{SCRIPTS}' if live else ""
    return filled("deck.html", {
        "HEAD": head(
            f"Deck: {deck.title}{long} · psn_viz", f"A deck to show in front of a class: {deck.title}{long}.", "../"
        ),
        "LIVE": " psn-deck-live" if live else "",
        "TOP": top_bar("../"),
        "TITLE": html.escape(deck.title),
        "ABOUT": f'{len(deck.steps)} steps{long}. <a href="{html.escape(back[1])}">{html.escape(back[0])}</a>',
        "STEPS": steps,
        "SCRIPTS": scripts,
    })  # fmt: skip


def _labs(deck: Deck) -> set[str]:
    codes = [step.code or (_uncovers(step.key) if step.key else "") for step in deck.steps]
    return {code.partition(";")[0] for code in codes if code}


def _step(step: Step) -> str:
    say = f'<p class="psn-say">{markup(step.say)}</p>'
    timed = "" if step.minutes is None else f" · {step.minutes} min"
    takes = "" if step.minutes is None else f' data-minutes="{step.minutes}"'
    if step.key:
        uncovers = _uncovers(step.key)
        told = f' data-uncovers="{html.escape(uncovers)}"' if uncovers else ""
        of = f'<p class="psn-of"><code>{step.key}</code>{timed}</p>'
        return f'<li class="psn-asks"{told}{takes}>{say}{_card(step.key)}{of}</li>'
    if not step.code:
        return f'<li{takes}>{say}<p class="psn-of">{timed.removeprefix(" · ")}</p></li>'
    name, code = step.code.partition(";")[0], html.escape(step.code)
    address = f"../labs/{name}.html#{quote(step.code, safe=';=+,.~%')}"
    of = f'<p class="psn-of"><a href="{address}"><code>{code}</code></a>{timed}</p>'
    opens = f' data-part="{html.escape(step.part)}"' if step.part else ""
    return f'<li data-code="{code}"{opens}{takes}>{say}{of}</li>'


def _voted(key: str) -> VoteQuestion | None:
    try:
        return course_questions(key)[0]
    except NoVote:  # it is answered by drawing or by marking
        return None


def _asked(key: str):
    return question_of(key if "/recall/" in key else progress_key(key, "predict"))


def _uncovers(key: str) -> str:
    """The state of the lab that shows the truth of a question which a figure alone can tell; "" for any other."""
    asked = _asked(key)
    if _voted(key) is None and isinstance(asked, PredictionQuestion) and asked.covered is not None:
        return asked.covered.code
    return ""


def _card(key: str) -> str:
    """A question with its truth, which the page covers."""
    voted = _voted(key)
    if voted is None:
        return _on_paper(key)
    setting = f"<p>{markup(voted.setting)}</p>" if voted.setting else ""
    body = f"{setting}<p>{markup(voted.prompt)}</p>"
    if voted.kind == "number":
        truth = "" if voted.truth is None else f"<b>{voted.truth:g} {html.escape(voted.unit)}</b> "
        return _covered(body, f"<p>{truth}{markup(voted.told)}</p>")
    options = "".join(
        f'<li{" class=psn-right" if option.right else ""}>{markup(option.text)} <small class="psn-truth">'
        f"<b>{'Right.' if option.right else 'Wrong.'}</b> {markup(option.feedback)}</small></li>"
        for option in voted.options
    )
    return _covered(f"{body}<ol>{options}</ol>", "")


def _on_paper(key: str) -> str:
    """A question that is answered by drawing or by marking. Its truth is a figure: of a lab, or drawn here."""
    question = _asked(key).question
    form = question.form
    truth, _, told = question.judge(None)
    body = f"<p>{markup(form.prompt)}</p><p>{ON_PAPER}</p>"
    if form.kind != "curve":
        return _covered(body, f"<p>{markup(told)}</p>")
    curve = f'<div class="psn-truth">{true_curve(form, truth)}</div>'
    return _covered(f'{body}<div class="psn-curve-drawn">{curve_axes(form)}{curve}</div>', "")


def _covered(body: str, truth: str) -> str:
    below = f'<div class="psn-truth">{truth}</div>' if truth else ""
    press = '<button type="button" class="psn-uncover">Uncover (U)</button>'
    return f'<div class="psn-card">{body}{below}{press}</div>'


def _list(lessons: dict[str, str]) -> str:
    items = []
    for lesson in deck_lessons():
        links = []
        for minutes in PATHS:
            deck = lesson_deck(lesson, minutes)
            links.append(f'<a href="{deck_name(lesson, minutes)}.html">{deck.minutes} minutes</a>')
        title = html.escape(lesson_deck(lesson, PATHS[-1]).title)
        name = f'<a href="{lessons[lesson]}">{title}</a>' if lesson in lessons else title
        items.append(f"<li><b>{lesson}</b> {name}: {', '.join(links)}</li>")
    body = f"""<p>Each lesson has two decks, the paths of its notes for the teacher: labs in the states to show, and
questions to ask. Arrow keys or a clicker step through them; <b>?</b> shows all keys.</p>
<ul class="psn-lessons">
{chr(10).join(items)}
</ul>"""
    return plain_page("Decks", "Decks to show in front of a class.", body, f"{FOLDER}index.html")
