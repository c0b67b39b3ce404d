"""Decks: the format, what it refuses, and the decks of the course beside the notes that they follow."""

import asyncio
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.browser.local_pages import LocalPages
from psn_viz.classroom.deck import (
    LONGEST,
    PATHS,
    Deck,
    NoDeck,
    Step,
    deck_lessons,
    deck_text,
    lesson_deck,
    own_deck,
    read_deck,
)
from psn_viz.cli.main import main
from psn_viz.course.registry import prediction_named
from psn_viz.labs import LABS

SOURCES = Path(__file__).parents[1] / "notebooks" / "src"
NOTES = re.compile(r"<summary><b>For the teacher</b></summary>(.*?)</details>", re.DOTALL)
NUMBERS = {"five": 5, "fifty": 50, "ninety": 90}
ALL = [(lesson, minutes) for lesson in deck_lessons() for minutes in PATHS]

lines = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="|"), min_size=1)
words = st.lists(lines, min_size=1, max_size=5).map(" ".join).filter(lambda text: len(text) <= LONGEST)
codes = st.sampled_from(["psn", "psn;preset=LIF+4", "closed_form;reset=hard;tau=8", "sliding_psn;kernel=-1+1"])
keys = st.sampled_from(["01/silent", "02/row_6", "02/recall/1"])
minutes = st.none() | st.integers(0, 999)
steps = st.one_of(
    st.builds(Step, words, code=codes, minutes=minutes),
    st.builds(
        Step, words, code=st.just("plane"), minutes=minutes, part=st.sampled_from(["", "LIF", "hard reset", "PSN"])
    ),
    st.builds(Step, words, key=keys, minutes=minutes),
    st.builds(Step, words, minutes=minutes),
)


@st.composite
def decks(draw):
    made = tuple(draw(st.lists(steps, min_size=1, max_size=6)))
    parts = [step.minutes for step in made]
    total = sum(parts) if None not in parts else draw(st.integers(1, 999))
    return Deck(draw(words), made, draw(st.sampled_from(["", "02", "11"])), total if 1 <= total <= 999 else None)


@given(decks())
def test_a_deck_is_read_as_it_was_written(deck):
    assert read_deck(deck_text(deck)) == deck


@given(st.text())
def test_any_text_is_a_deck_or_is_refused_with_its_name(text):
    try:
        assert read_deck(text, "mine.txt").steps
    except NoDeck as error:
        assert str(error).startswith("mine.txt")


def test_comments_spaces_and_the_head_are_read():
    deck = read_deck(
        "\ufeff# mine\r\ntitle:  Mine \r\n\r\nlesson: 02\r\n psn  preset=LIF+4 |  Look.  | 2 min\r\n- | Talk.\r\n"
    )
    assert deck == Deck("Mine", (Step("Look.", code="psn;preset=LIF+4", minutes=2), Step("Talk.")), "02")


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "no step"),
        ("# psn | Look.", "no step"),
        ("psn", "line 1: a step is code | line to say"),
        ("\npsn | ", "line 2: a step is"),
        ("psn | a | b | c", "line 1: a step is"),
        ("psn | a | part: | 2 min", "line 1: a step is"),
        ("plane | a | 2 min | part: PSM", "of the title of an axis of plane, got 'PSM'"),
        ("plane | a | part:", "part: must be words"),
        ("- | a | part: PSN", "part: goes with the state code of a lab"),
        ("psn | Look. | 2", "line 1: after the second stroke stand minutes, such as 2 min; got '2'"),
        ("pns | Look.", "line 1: 'pns' is no lab; there is read_image"),
        ("psn;preset=LIF+4 | Look.\npsn;U=3 | Look.", "line 2: 'psn;U=3' is no state of psn"),
        ("02/rows | Look.", "line 1: '02/rows' is no question of the course; there is 02/factor"),
        ("77/rows | Look.", "'77/rows' is no question of the course; there is NN/name"),
        (f"psn | {'x' * (LONGEST + 1)}", f"at most {LONGEST} characters, got {LONGEST + 1}"),
        ("title: a\ntitle: b", "line 2: title is given twice"),
        ("lesson: 2\n", "lesson must be one of 00, 01"),
        ("minutes: five\n", "minutes must be a whole number from 1 to 999, got 'five'"),
        ("minutes: 5\npsn | a | 2 min\npsn | b | 2 min", "the steps take 4 minutes, and the deck says 5"),
        ("psn | a\n" * 201, "line 201: a deck has at most 200 steps"),
    ],
)
def test_what_is_no_deck_is_refused_with_its_line(text, told):
    with pytest.raises(NoDeck, match=re.escape(told)):
        read_deck(text)


def test_a_deck_is_read_from_a_file(tmp_path):
    mine = tmp_path / "mine.txt"
    with pytest.raises(NoDeck, match=r"mine\.txt: No such file"):
        own_deck(mine)
    mine.write_text("psn | Look.\n")
    assert own_deck(mine) == Deck("mine.txt", (Step("Look.", code="psn"),))


@pytest.mark.parametrize("lesson, minutes", [("12", 5), ("two", 5), ("02", 7)])
def test_decks_that_there_are_not(lesson, minutes):
    with pytest.raises(NoDeck, match="must be"):
        lesson_deck(lesson, minutes)


def notes(lesson: str) -> str:
    """The notes for the teacher of a lesson, as one line."""
    (path,) = (path for path in SOURCES.glob(f"{lesson}_*.py") if not path.stem.endswith("_further"))
    return " ".join(NOTES.search(path.read_text("utf-8").replace("\n# ", "\n").replace("\n#\n", "\n\n"))[1].split())


def codes_in(text: str) -> set[str]:
    return {code for code in re.findall(r"`([^`]+)`", text) if code.split(";")[0] in LABS}


def paths(lesson: str) -> list[tuple[int, str]]:
    """The paths of the notes: how many minutes, and what is done."""
    found = re.findall(r"\*\*([\w -]+)\*\*: (.*?)(?=\*\*)", notes(lesson))
    words = [(name.lower().removesuffix(" minutes"), text) for name, text in found]
    return [(NUMBERS[name], text) for name, text in words if name in NUMBERS]


def test_every_lesson_with_notes_has_decks():
    with_notes = [path.stem for path in sorted(SOURCES.glob("[0-9]*.py")) if NOTES.search(path.read_text("utf-8"))]
    assert deck_lessons() == sorted({name[:2] for name in with_notes})


@pytest.mark.parametrize("lesson", deck_lessons())
def test_a_deck_follows_the_path_of_the_notes(lesson):
    for (long, text), minutes in zip(paths(lesson)[: len(PATHS)], PATHS, strict=True):
        deck = lesson_deck(lesson, minutes)
        shown = {step.code for step in deck.steps}
        assert (deck.lesson, deck.minutes) == (lesson, long) == (lesson, minutes)
        assert None not in {step.minutes for step in deck.steps}, "then they add up, or the deck could not be read"
        assert codes_in(text) <= shown, "what this path of the notes names"
        if minutes == PATHS[-1]:
            assert codes_in(notes(lesson).partition("**Codes**")[2]) <= shown


@pytest.mark.parametrize("lesson, minutes", ALL)
def test_every_state_of_a_deck_can_be_drawn(lesson, minutes):
    for step in lesson_deck(lesson, minutes).steps:
        if step.code:
            assert LABS[step.code.partition(";")[0]].from_code(step.code).description


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["12"], "lesson must be one of 00, 01, "),
        (["two"], "A deck of your own is a file whose name ends in .txt"),
        (["mine.txt"], "mine.txt: No such file"),
        (["wrong.txt"], "wrong.txt, line 1: 'pns' is no lab"),
    ],
)
def test_the_command_says_what_is_no_deck(arguments, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("wrong.txt").write_text("pns | Look.\n")
    assert main(["present", *arguments, "--no-browser"]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "given, minutes", [([], 5), (["--long"], 50), (["--minutes", "50"], 50), (["--minutes", "5"], 5)]
)
def test_the_long_path_is_asked_for_by_name_or_by_its_minutes(given, minutes, monkeypatch):
    asked = []
    monkeypatch.setattr("psn_viz.cli.present_command.present_command", lambda *deck, **_: asked.append(deck) or 0)
    assert main(["present", "02", *given]) == 0 and asked == [("02", minutes)]


def test_both_names_of_a_path_at_once_are_refused():
    with pytest.raises(SystemExit):
        main(["present", "02", "--long", "--minutes", "5"])


def test_the_server_answers_with_the_numbers_of_the_lab():
    pages, lab = LocalPages(), LABS["closed_form"].from_code("closed_form;tau=8")

    def ask(**asked):
        return asyncio.run(pages.answer({"page": "a", "id": 1, "name": "closed_form", **asked}))

    opened = ask(action="open", code=lab.code)
    assert (opened["told"]["alt"], opened["told"]["code"]) == (lab.description, lab.code)
    moved = ask(action="move", argument=[["tau", "", 2]])
    assert moved["told"]["code"] != lab.code and moved["arrays"]
    # A server that was started anew goes on where the page is.
    pages = LocalPages()
    assert ask(action="show", code=lab.code)["told"]["alt"] == lab.description
    assert "failed" in ask(action="open", name="pns")
    assert "failed" in asyncio.run(pages.answer({"action": "open"}))
    with pytest.raises(KeyError):
        pages.file("labs/pns.html")
    with pytest.raises(KeyError):
        pages.file("deck/77.html")


@pytest.mark.parametrize("lesson, minutes", ALL)
def test_no_state_stands_before_the_question_that_uncovers_it(lesson, minutes):
    shown = set()
    for step in lesson_deck(lesson, minutes).steps:
        if step.key and "/recall/" not in step.key:
            covered = prediction_named(step.key)(step.key).covered
            assert getattr(covered, "code", None) not in shown, step.key
        if step.code:
            shown.add(step.code)
