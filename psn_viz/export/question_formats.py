"""Questions in the formats of other systems: GIFT and XML of Moodle, and a table as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from psn_viz.export.exported_questions import ExportedQuestion, moodle_html, question_html

# Moodle's category, with one within it for each lesson. No $course$ stands before it: since Moodle 5.0 that sends the
# questions to another bank than the one in which the teacher chooses "Import".
CATEGORY = "psn_viz"
MOST_OPTIONS = 6
CSV_COLUMNS = (
    "key", "lesson", "kind", "setting", "question", "shuffle", "right", "number", "tolerance", "unit", "said",
    *(f"{name} {letter}" for letter in "ABCDEF"[:MOST_OPTIONS] for name in ("option", "feedback")),
)  # fmt: skip
_GIFT_SPECIAL = re.compile(r"([\\~=#{}:])")
_GIFT_FIRST = {"%": "&#37;", "[": "&#91;"}  # before an answer they begin a weight, %50%, or a format, [plain]


def as_gift(questions: Sequence[ExportedQuestion]) -> str:
    """The questions in GIFT, each with its key as ID number, in a comment as Moodle reads it.

    GIFT has no word for whether options may be shuffled: that is a setting of the quiz. A comment stands above a
    question whose options are in order.
    """
    parts, lesson = [], ""
    for question in questions:
        if question.lesson != lesson:
            lesson = question.lesson
            parts.append(f"$CATEGORY: {CATEGORY}/{lesson}")
        parts.append(_gift_question(question))
    return "\n\n".join(parts) + "\n"


def as_moodle_xml(questions: Sequence[ExportedQuestion]) -> str:
    """The questions in Moodle's own XML, each with its key as ID number."""
    parts, lesson = [], ""
    for question in questions:
        if question.lesson != lesson:
            lesson = question.lesson
            place = f"<category><text>{CATEGORY}/{lesson}</text></category>"
            parts.append(f'<question type="category">{place}</question>')
        parts.append(_xml_question(question))
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(parts) + "\n</quiz>\n"


def as_csv(questions: Sequence[ExportedQuestion]) -> str:
    """The questions as a table, one row each; `right` is the letter of the right option."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(CSV_COLUMNS)
    for question in questions:
        right = [letter for letter, one in zip("ABCDEF", question.options, strict=False) if one.right]
        kind = "choice" if question.is_choice else "number"
        number = "" if question.truth is None else _number(question.truth)
        shuffle = {True: "yes", False: "no"}[question.shuffle] if question.is_choice else ""
        texts = [cell for one in question.options for cell in (one.text, one.feedback)]
        row = [question.key, question.lesson, kind, _no_formula(question.setting), _no_formula(question.prompt)]
        row += [shuffle, "".join(right), number, _number(question.tolerance) if number else ""]
        row += [_no_formula(cell) for cell in (question.unit, question.told, *texts)]
        table.writerow(row + [""] * (len(CSV_COLUMNS) - len(row)))
    return text.getvalue()


FORMATS = {"gift": (as_gift, ".gift.txt"), "moodle-xml": (as_moodle_xml, ".xml"), "csv": (as_csv, ".csv")}


def _gift_question(question: ExportedQuestion) -> str:
    lines = [f"::{_gift(question.key)}::[html]{_gift(question_html(question))}{{"]
    if question.is_choice:
        for option in question.options:
            sign = "=" if option.right else "~"
            lines.append(f"{sign}{_gift_answer(option.text)}#{_gift_answer(option.feedback)}")
    else:
        feedback = _gift_answer(question.told)
        lines[0] += "#"
        lines.append(f"={_number(question.truth)}:{_number(question.tolerance)}#{feedback}")
        lines.append(f"~#{feedback}")
    head = f"// [id:{CATEGORY} {question.key}]\n"
    if question.is_choice and not question.shuffle:
        head += "// The order of the options carries meaning.\n"
    return head + "\n".join([*lines, "}"])


def _gift_answer(text: str) -> str:
    """An option or what is said about it."""
    html = moodle_html(text).strip()
    return _gift(_GIFT_FIRST.get(html[:1], html[:1]) + html[1:])


def _gift(text: str) -> str:
    """Text within GIFT, on one line."""
    return _GIFT_SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _xml_question(question: ExportedQuestion) -> str:
    lines = [
        f'<question type="{"multichoice" if question.is_choice else "numerical"}">',
        f"<name><text>{_cdata(question.key)}</text></name>",
        f'<questiontext format="html"><text>{_cdata(question_html(question))}</text></questiontext>',
        "<defaultgrade>1</defaultgrade>",
        f"<idnumber>{_cdata(f'{CATEGORY} {question.key}')}</idnumber>",
    ]
    if question.is_choice:
        lines.append(f"<single>true</single><shuffleanswers>{int(question.shuffle)}</shuffleanswers>")
        lines.append("<answernumbering>ABCD</answernumbering>")
        for option in question.options:
            lines.append(
                f'<answer fraction="{100 if option.right else 0}" format="html">'
                f"<text>{_cdata(moodle_html(option.text))}</text>{_xml_feedback(option.feedback)}</answer>"
            )
    else:
        said = _xml_feedback(question.told)
        lines.append(
            f'<answer fraction="100" format="moodle_auto_format"><text>{_number(question.truth)}</text>{said}'
            f"<tolerance>{_number(question.tolerance)}</tolerance></answer>"
        )
        lines.append(f'<answer fraction="0" format="moodle_auto_format"><text>*</text>{said}</answer>')
    return "\n".join([*lines, "</question>"])


def _xml_feedback(text: str) -> str:
    return f'<feedback format="html"><text>{_cdata(moodle_html(text))}</text></feedback>'


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _number(value: float | None) -> str:
    """A number without the noise of its last places."""
    return f"{value:.10g}"


def _no_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: text that begins as one gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
