"""The inventory on paper: a sheet for each form, without answers, and the key for the teacher."""

from __future__ import annotations

from psn_viz.classroom.inventory.all_items import INVENTORY
from psn_viz.classroom.inventory.inventory_item import FORMS, Item, Objective, Quoted
from psn_viz.classroom.inventory.known_misconceptions import MISCONCEPTIONS
from psn_viz.classroom.vote.vote_question import LETTERS
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.course.text_page import escape
from psn_viz.files import asset

HOW_TO_ANSWER = (
    "Choose one answer for each question and circle its letter. Leave a question out where you would only guess. "
    "There are no marks: the sheet is to show what a class thinks, before a course or after it. Every question says "
    "what it needs."
)
KEY_IS_FOR = (
    "For the teacher: keep it from whoever is to answer. ✓ stands before the right option, and under a wrong one "
    "what its choice suggests. One choice is no diagnosis: whoever guesses hits a wrong idea, too. Each key is "
    "computed from the neurons, labs and stored runs of the course, by a test of the project, and decided by the "
    "sentences that are quoted."
)


def sheet_page(form: str) -> str:
    """One form to hand out, as an HTML file that needs no other. Raises ValueError for an unknown form."""
    items = "".join(_question(number, one.item(form)) for number, one in enumerate(INVENTORY, start=1))
    places = "".join(f"<td>{number}<br>&nbsp;</td>" for number in range(1, len(INVENTORY) + 1))
    body = (
        f"<h1>Questions on spiking neurons: form {form}</h1>"
        '<p class="who"><span>Name or number:</span><i></i><span>Date:</span><i></i></p>'
        f"<p>{escape(HOW_TO_ANSWER)}</p><ol>{items}</ol>"
        '<section class="strip"><h2>Your letters once more</h2>'
        f'<div class="wide" tabindex="0"><table><tr>{places}</tr></table></div></section>'
    )
    return page(f"Form {form}", body)


def key_page() -> str:
    """Both forms with their right options, misconceptions and deciding sentences, as an HTML file."""
    parts = [f"<h1>Concept inventory of psn_viz: the key</h1><p>{escape(KEY_IS_FOR)}</p>"]
    for number, objective in enumerate(INVENTORY, start=1):
        parts.append(_objective(number, objective))
    parts.append(_misconceptions())
    return page("Key of the inventory", "".join(parts))


def page(title: str, body: str) -> str:
    """An HTML file that needs no other."""
    style = asset(__package__, "inventory.css")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{style}</style></head>\n'
        f"<body><main>{body}</main></body></html>\n"
    )


def lines(text: str) -> str:
    """A text of an item, with its lines; no line breaks between a number and its %."""
    return "<br>".join(map(markup, text.replace(" %", "\u00a0%").split("\n")))


def _question(number: int, one: Item) -> str:
    options = "".join(
        f"<li><b>{letter}</b><span>{lines(option.text)}</span></li>"
        for letter, option in zip(LETTERS, one.options, strict=False)
    )
    return f'<li class="item"><p><b>{number}</b> {lines(one.prompt)}</p><ul>{options}</ul></li>'


def _objective(number: int, objective: Objective) -> str:
    head = (
        f"<h2>{number} · {escape(objective.key)}</h2>"
        f"<p>Lesson {objective.lesson}, objective {objective.number}: <q>{markup(objective.words)}</q></p>"
    )
    forms = "".join(
        f"<h3>Form {form}: {LETTERS[objective.item(form).right]}</h3>{_answered(objective.item(form))}"
        for form in FORMS
    )
    return f'<section class="objective">{head}{forms}</section>'


def _answered(one: Item) -> str:
    options = ""
    for letter, option in zip(LETTERS, one.options, strict=False):
        if option.right:
            options += f'<li class="right"><b>✓ {letter}</b><span>{lines(option.text)}</span></li>'
        else:
            idea = MISCONCEPTIONS[option.misconception]
            options += (
                f"<li><b>{letter}</b><span>{lines(option.text)}<br><small><code>{idea.name}</code> "
                f"{markup(idea.text)}</small></span></li>"
            )
    said = "".join(f"<li>{_quoted(one)}</li>" for one in one.decided_by)
    return f'<p>{lines(one.prompt)}</p><ul>{options}</ul><p>Decided by:</p><ul class="said">{said}</ul>'


def _quoted(sentence: Quoted) -> str:
    """A sentence of a lesson, without its marks of stress."""
    return f"lesson {sentence.lesson}: <q>{markup(sentence.words.replace('*', ''))}</q>"


def _misconceptions() -> str:
    rows = "".join(
        f'<tr><th scope="row"><code>{idea.name}</code></th><td>{markup(idea.text)}</td><td>{_used(idea.name)}</td>'
        f"<td>{_quoted(Quoted(idea.lesson, idea.words))}</td></tr>"
        for idea in MISCONCEPTIONS.values()
    )
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("name", "idea", "options", "the course names or answers it in")
    )
    return (
        '<h2>The misconceptions</h2><div class="wide" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _used(name: str) -> str:
    """Its options, such as "A3 B, B3 A": form and number of the item, and the letter."""
    return ", ".join(
        f"{form}{number}&nbsp;{LETTERS[place]}"
        for form in FORMS
        for number, objective in enumerate(INVENTORY, start=1)
        for place, option in enumerate(objective.item(form).options)
        if option.misconception == name
    )
