"""A question as text and as HTML, for a page without a kernel: all that it asks, and, folded, all that it answers."""

from __future__ import annotations

from psn_viz.course.folding import folded_html
from psn_viz.course.questions.question_widget import Question
from psn_viz.course.text_page import Page, escape
from psn_viz.labs.live.panel import Panel, picture_html

WIDGET = "application/vnd.jupyter.widget-view+json"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def still_question(name: str, question: Question, codes: tuple[str, ...] = (), covered: Panel | None = None) -> Page:
    """The question under its kind's `name`, such as "Predict".

    `codes`: by option, the state code of the lab that answers it, or "". `covered`: what the answer uncovers; its
    description is in the HTML, and its picture, where PSN_VIZ_PICTURES is set. Nothing hangs on what was answered,
    and the text holds no answer.
    """
    lines = _choices(question) or [_form(question)]
    text = "\n".join([f"{name}: {question.prompt}", *(f"  {line}" for line in lines)])
    asked = f"<p><b>{escape(name)}:</b> {escape(question.prompt)}</p><p>{'<br>'.join(map(escape, lines))}</p>"
    told = _on_options(question, codes) if question.kind == "choice" else f"<p>{escape(_truth(question))}</p>"
    if covered is not None:
        told += f"<p>{picture_html(covered)}</p><p><i>{escape(covered.alt)}</i></p>"
    return Page(text, asked + folded_html("The answer", told))


def bundle(widget_bundle, page: Page):
    """A widget's mimebundle with `page` beside it, for where there is no kernel."""
    data, metadata = widget_bundle if isinstance(widget_bundle, tuple) else (widget_bundle or {}, {})
    return {**data, "text/plain": page.text, "text/html": page.html}, metadata


def _choices(question: Question) -> list[str]:
    return [f"{letter}. {option}" for letter, option in zip(LETTERS, question.options, strict=False)]


def _form(question: Question) -> str:
    """What an answer looks like."""
    if question.kind == "number":
        return f"Answer: a number{f', in {question.unit}' if question.unit else ''}."
    if question.kind == "spikes":
        return f"Answer: some of the {question.steps} steps 0 to {question.steps - 1}."
    symbol = question.axis.split()[-1]
    return (
        f"Answer: a curve over {question.axis}, from {symbol} = 0 to {symbol} = {question.steps - 1}, between "
        f"{question.low:g} and {question.high:g}."
    )


def _on_options(question: Question, codes: tuple[str, ...]) -> str:
    lines = []
    for index, line in enumerate(_choices(question)):
        _, right, feedback = question.judge(index)
        code = codes[index] if index < len(codes) else ""
        lab = f" (Lab: <code>{escape(code)}</code>)" if code else ""
        lines.append(f"<p>{'✓' if right else '✗'} <b>{escape(line)}</b><br>{escape(feedback)}{lab}</p>")
    return "".join(lines)


def _truth(question: Question) -> str:
    truth, _, feedback = question.judge(None)
    if truth is None:
        return "It is computed further down."
    if question.kind == "curve":
        return f"{feedback} Step by step: {', '.join(f'{round(value, 2):g}' for value in truth)}."
    return feedback
