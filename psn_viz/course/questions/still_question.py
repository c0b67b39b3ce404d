"""A question as text and as HTML, for a page without a kernel: all that it asks, and, folded, all that it answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from psn_viz.course.folding import folded_html
from psn_viz.course.languages.translate import translated
from psn_viz.course.questions.question import Form, Question
from psn_viz.course.text_page import Page, escape
from psn_viz.labs.live.panel import Panel, picture_html

WIDGET = "application/vnd.jupyter.widget-view+json"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def still_question(
    name: str,
    question: Question,
    codes: tuple[str, ...] = (),
    covered: Panel | None = None,
    language: str = "en",
) -> Page:
    """The question under its kind's `name`, such as "Predict", in English or another `language` of the course.

    `codes`: by option, the state code of the lab that answers it, or "". `covered`: what the answer uncovers; its
    description is in the HTML, and its picture, where PSN_VIZ_PICTURES is set. Nothing hangs on what was answered,
    and the text holds no answer.
    """
    say = partial(translated, language=language, part=question.key.split("/")[0])
    name, prompt = say(name), say(question.form.prompt)
    lines = _choices(question.form, say) or [say(what_fits(question.form))]
    text = "\n".join([f"{name}: {prompt}", *(f"  {line}" for line in lines)])
    asked = f"<p><b>{escape(name)}:</b> {escape(prompt)}</p><p>{'<br>'.join(map(escape, lines))}</p>"
    is_choice = question.form.kind == "choice"
    told = _on_options(question, codes, say) if is_choice else f"<p>{escape(say(truth_of(question)))}</p>"
    if covered is not None:
        told += f"<p>{picture_html(covered)}</p><p><i>{escape(covered.alt)}</i></p>"
    return Page(text, asked + folded_html(say("The answer"), told))


def bundle(widget_bundle, page: Page):
    """A widget's mimebundle with `page` beside it, for where there is no kernel."""
    data, metadata = widget_bundle if isinstance(widget_bundle, tuple) else (widget_bundle or {}, {})
    return {**data, "text/plain": page.text, "text/html": page.html}, metadata


def _choices(form: Form, say: Callable[[str], str]) -> list[str]:
    return [f"{letter}. {say(option)}" for letter, option in zip(LETTERS, form.options, strict=False)]


def what_fits(form: Form) -> str:
    """What an answer looks like."""
    if form.kind == "number":
        return f"Answer: a number{f', in {form.unit}' if form.unit else ''}."
    if form.kind == "spikes":
        return f"Answer: some of the {form.steps} steps 0 to {form.steps - 1}."
    symbol = form.axis.split()[-1]
    return (
        f"Answer: a curve over {form.axis}, from {symbol} = 0 to {symbol} = {form.steps - 1}, between "
        f"{form.low:g} and {form.high:g}."
    )


def _on_options(question: Question, codes: tuple[str, ...], say: Callable[[str], str]) -> str:
    lines = []
    for index, line in enumerate(_choices(question.form, say)):
        _, right, feedback = question.judge(index)
        code = codes[index] if index < len(codes) else ""
        lab = f" (Lab: <code>{escape(code)}</code>)" if code else ""
        lines.append(f"<p>{'✓' if right else '✗'} <b>{escape(line)}</b><br>{escape(say(feedback))}{lab}</p>")
    return "".join(lines)


def truth_of(question: Question) -> str:
    """What is told of the truth where nothing has been answered."""
    truth, _, feedback = question.judge(None)
    if truth is None:
        return "It is computed further down."
    if question.form.kind == "curve":
        return f"{feedback} Step by step: {', '.join(f'{round(value, 2):g}' for value in truth)}."
    return feedback
