"""What other systems read out of the exported questions is what the course asks."""

from __future__ import annotations

import csv
import html
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.classroom.vote.vote_question import all_keys
from psn_viz.cli.main import main
from psn_viz.export.exported_questions import (
    ORDERED,
    ExportedOption,
    ExportedQuestion,
    asked,
    exported_questions,
    keeps_order,
    moodle_html,
    question_html,
)
from psn_viz.export.notebook_error import NotebookError
from psn_viz.export.question_formats import MOST_OPTIONS, as_csv, as_gift, as_moodle_xml
from tests.gift_reader import read_gift

QUESTIONS, LEFT_OUT = exported_questions()
HARD = ExportedQuestion(
    "own/hard",
    r"Is {a} = ~b: 50 % \ #1, with $H = {W} X \neq \nu$ & <b>?" + "\nOne line. And",
    "Costs $5. // Not a *comment*, `x = {1}`.",
    (
        ExportedOption("=yes ]]> $a<b$", True, "-> #right ~"),
        ExportedOption("~no: \\n", False, "%50% ::x::"),
        ExportedOption("+ 1", False, 'says "quoted", and'),
        ExportedOption("%75% of `[0, 1]`", False, "[plain] is a word."),
        ExportedOption("[markdown] or not", False, "// no comment"),
    ),
    shuffle=True,
)
NUMBER = ExportedQuestion(
    "own/number", "How many?", truth=-0.25, tolerance=0.0125, unit="% of {all}", told="It is #1."
)
SAMPLES = [*QUESTIONS, HARD, NUMBER]


# ------------------------------------------------------------------------------------------------ readers


class Text(HTMLParser):
    """The text of HTML, and the names of its elements."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.names, self.text = [], ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.text += " " if tag == "br" else ""
        assert not attrs

    def handle_data(self, data):
        self.text += data


def shown(source: str) -> str:
    """The words that a reader sees, without marks of code, stress and formulas."""
    page = Text(source)
    assert set(page.names) <= {"p", "br", "code", "em"}
    return plain(re.sub(r"\\[()]", "", page.text))


def plain(text: str) -> str:
    return " ".join(re.sub(r"[`*$]", "", text).split())


# ------------------------------------------------------------------------------------------------ all of them


def test_every_question_is_exported_or_named():
    assert sorted([*(one.key for one in QUESTIONS), *LEFT_OUT]) == sorted(all_keys())
    for key in LEFT_OUT:
        question = asked(key).question
        assert question.form.kind in ("curve", "spikes") or question.judge(None)[0] is None
    for one in QUESTIONS:
        form, judge = asked(one.key).question.form, asked(one.key).question.judge
        assert one.prompt == form.prompt
        if one.is_choice:
            judged = {text: judge(index) for index, text in enumerate(form.options)}
            assert {option.text: (option.right, option.feedback) for option in one.options} == {
                text: (right, said) for text, (_, right, said) in judged.items()
            }
            assert sum(option.right for option in one.options) == 1
        else:
            assert judge(one.truth)[1] and judge(one.truth + 0.999 * one.tolerance)[1]
            assert not judge(one.truth + 1.001 * one.tolerance + 1e-9)[1]


def test_only_options_without_an_order_change_places():
    choices = [one for one in QUESTIONS if one.is_choice]
    moved = 0
    for one in choices:
        options = [option.text for option in one.options]
        as_asked = list(asked(one.key).question.form.options)
        assert sorted(options) == sorted(as_asked)
        assert one.shuffle or options == as_asked
        moved += options != as_asked
    assert moved > len(choices) / 2
    first = sum(one.options[0].right for one in choices if one.shuffle)
    assert len(choices) / 6 < first < len(choices) / 2  # nobody does well with "always the first"
    assert ORDERED <= {one.key for one in choices if not one.shuffle}


@pytest.mark.parametrize(
    "options, ordered",
    [
        (["3 steps", "9 steps", "12 steps"], True),
        (["About 51 %: more", "About 49 %", "About 25 %: something was shut out"], True),
        (["28", "784", "1: one picture"], False),
        (["The PSN", "The LIF"], False),
        (["2", "2 of them", "3"], False),
    ],
)
def test_numbers_in_order_keep_it(options, ordered):
    assert keeps_order("own/x", options) is ordered


def test_one_lesson_and_none():
    for name in ("1", "01"):
        found, left_out = exported_questions(name)
        assert {one.lesson for one in found} == {"01"} and set(left_out) == {"01/climb", "01/hard"}
    with pytest.raises(NotebookError, match="there are 00, 01"):
        exported_questions("44")


# ------------------------------------------------------------------------------------------------ the formats


def test_gift_is_read_back():
    read = read_gift(as_gift(SAMPLES))
    assert len(read) == len(SAMPLES)
    for one, question in zip(read, SAMPLES, strict=True):
        assert (one["name"], one["number"]) == (question.key, not question.is_choice)
        assert one["category"] == f"psn_viz/{question.lesson}"
        assert one["id"] == f"psn_viz {question.key}"
        assert one["asked"] == question_html(question)
        assert one["ordered"] == (question.is_choice and not question.shuffle)
        if question.is_choice:
            expected = [
                ("=" if option.right else "~", moodle_html(option.text), moodle_html(option.feedback))
                for option in question.options
            ]
            read_html = [tuple(map(html.unescape, answer)) for answer in one["answers"]]
            assert read_html == [tuple(map(html.unescape, answer)) for answer in expected]
        else:
            (right, value, said), wrong = one["answers"]
            truth, tolerance = map(float, value.split(":"))
            assert (right, said) == ("=", moodle_html(question.told)) and wrong == ("~", "", said)
            assert truth == pytest.approx(question.truth) and tolerance == pytest.approx(question.tolerance)


def test_gift_needs_every_escape():
    text = as_gift([HARD])
    for sign in "~=#{}":  # a colon would end a name alone, and no key has one
        escaped = text.replace(f"\\{sign}", sign)
        assert escaped != text
        try:
            same = read_gift(escaped) == read_gift(text)
        except AssertionError:
            same = False
        assert not same, sign


def test_xml_is_read_back():
    document = as_moodle_xml(SAMPLES)
    assert document.startswith("<?xml ")
    root = ElementTree.fromstring(document.encode())
    read = [element for element in root if element.get("type") != "category"]
    assert len(read) == len(SAMPLES)
    assert len({element.findtext("idnumber") for element in read}) == len(SAMPLES)
    for element, question in zip(read, SAMPLES, strict=True):
        assert element.get("type") == ("multichoice" if question.is_choice else "numerical")
        assert element.findtext("name/text") == question.key
        assert element.findtext("questiontext/text") == question_html(question)
        answers = [
            (answer.get("fraction"), answer.findtext("text"), answer.findtext("feedback/text"))
            for answer in element.findall("answer")
        ]
        if question.is_choice:
            assert (element.findtext("single"), element.findtext("shuffleanswers")) == (
                "true",
                str(int(question.shuffle)),
            )
            assert answers == [
                ("100" if option.right else "0", moodle_html(option.text), moodle_html(option.feedback))
                for option in question.options
            ]
        else:
            assert float(answers[0][1]) == pytest.approx(question.truth)
            assert float(element.findtext("answer/tolerance")) == pytest.approx(question.tolerance)
            assert answers[1][:2] == ("0", "*")


def test_a_category_stands_before_the_questions_of_each_lesson():
    """And names no context: since Moodle 5.0 questions of "$course$" do not go to the bank that the teacher is in."""
    root = ElementTree.fromstring(as_moodle_xml(SAMPLES).encode())
    place = ""
    for element in root:
        if element.get("type") == "category":
            place = element.findtext("category/text")
        else:
            assert place == f"psn_viz/{element.findtext('name/text').split('/')[0]}"


def test_csv_is_read_back_and_no_cell_is_a_formula():
    rows = list(csv.DictReader(io.StringIO(as_csv(SAMPLES), newline="")))
    assert len(rows) == len(SAMPLES)
    for row, question in zip(rows, SAMPLES, strict=True):
        cells = {name: re.sub(r"^'(?=[=+@-])", "", cell) for name, cell in row.items()}
        assert (cells["key"], cells["question"], cells["setting"]) == (
            question.key,
            question.prompt,
            question.setting,
        )
        for letter, option in zip("ABCDEF", question.options, strict=False):
            assert (cells[f"option {letter}"], cells[f"feedback {letter}"]) == (option.text, option.feedback)
            assert (letter == cells["right"]) == option.right
        if question.is_choice:
            assert cells["shuffle"] == ("yes" if question.shuffle else "no")
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "@")) and (name == "number" or not cell.startswith("-"))
        assert row["number"] == "" or float(row["number"]) == pytest.approx(question.truth)
        for cell in row.values():  # a spreadsheet would make a day of it
            assert not re.fullmatch(r"\d{1,2}\s*[/-]\s*\d{1,2}", cell), (question.key, cell)
    assert max(len(question.options) for question in QUESTIONS) <= MOST_OPTIONS


@pytest.mark.parametrize("question", [*QUESTIONS[::7], HARD], ids=lambda one: one.key)
def test_a_reader_sees_the_text_of_the_course(question):
    texts = [question.prompt, *(text for option in question.options for text in (option.text, option.feedback))]
    for text in texts:
        assert shown(moodle_html(text)) == plain(text)


def test_formulas_stay_within_their_line_in_moodle():
    """Between $$ MathJax would set each one on a line of its own; \\( \\) is for formulas within text."""
    assert moodle_html("With $a<b$, $5 and $6.") == r"With \(a&lt;b\), $5 and $6."
    assert moodle_html("`W[t]` is *not* <b>") == "<code>W[t]</code> is <em>not</em> &lt;b&gt;"


def test_lines_stay_lines():
    assert moodle_html("Two results:\nH1 = X1;\nH2 = X2.") == "Two results:<br>H1 = X1;<br>H2 = X2."


def test_a_unit_is_not_typed():
    """Moodle refuses a number with a unit behind it where a question defines no units."""
    assert NUMBER.asks_for == "Answer: a number (unit: % of {all}). Type the number alone."
    assert ExportedQuestion("own/plain", "How many?", truth=2.0).asks_for == "Answer: a number."


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip))
def test_any_text_survives_gift_and_xml(text):
    options = (ExportedOption(text, True, text), ExportedOption(f"not {text}", False, "no"))
    question = ExportedQuestion("own/any", text, options=options)
    (gift,) = read_gift(as_gift([question]))
    assert gift["asked"].split() == question_html(question).split()
    assert html.unescape(gift["answers"][0][1]).split() == html.unescape(moodle_html(text)).split()
    (element,) = ElementTree.fromstring(as_moodle_xml([question]).encode()).findall("question[@type='multichoice']")
    assert element.findtext("questiontext/text") == question_html(question)


# ------------------------------------------------------------------------------------------------ the command


@pytest.mark.parametrize("name, ending", [("gift", ".gift.txt"), ("moodle-xml", ".xml"), ("csv", ".csv")])
def test_the_command_writes_the_same_file_each_time(name, ending, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["questions", "--format", name, "--lesson", "01"]) == 0
    (path,) = tmp_path.iterdir()
    assert path.name == f"psn_viz-questions-01{ending}" and "01/climb" in capsys.readouterr().out
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (name == "csv")
    assert "τ" in path.read_text("utf-8-sig")


@pytest.mark.parametrize("name, wrong", [("gift", "mine.gift"), ("moodle-xml", "mine.moodle"), ("csv", "mine")])
def test_a_name_that_other_systems_would_refuse_is_refused_here(name, wrong, tmp_path, capsys):
    """Moodle compares the type that the ending names with the type that the format wants."""
    assert main(["questions", "--format", name, str(tmp_path / wrong)]) == 1
    assert "must end in ." in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_another_file_stays_as_it_is(tmp_path, capsys):
    (tmp_path / "mine.xml").write_text("mine")
    for out in (tmp_path / "mine.xml", tmp_path, tmp_path / "no" / "folder.xml"):
        assert main(["questions", "--format", "moodle-xml", str(out)]) == 1
        assert capsys.readouterr().err.startswith("psn-viz questions: ")
    assert (tmp_path / "mine.xml").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1
