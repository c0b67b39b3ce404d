"""The concept inventory: two forms alike, a key that the neurons and the course confirm, files written whole."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.classroom.inventory.all_items import INVENTORY
from psn_viz.classroom.inventory.answer_table import (
    COLUMNS,
    OPEN,
    RIGHT,
    AnswersError,
    read_answers,
    template,
)
from psn_viz.classroom.inventory.computed_ideas import answer_in, answers_of_ideas
from psn_viz.classroom.inventory.computed_key import computed
from psn_viz.classroom.inventory.counts_page import NOT_SHOWN, counts_csv, counts_page
from psn_viz.classroom.inventory.inventory_item import FORMS, ItemOption, Objective
from psn_viz.classroom.inventory.inventory_pages import key_page, sheet_page
from psn_viz.classroom.inventory.known_misconceptions import MISCONCEPTIONS
from psn_viz.cli.main import main
from psn_viz.export.inventory_files import inventory_files, inventory_questions
from psn_viz.export.whole_folder import MARK, SUMS
from tests.gift_reader import read_gift

ROOT = Path(__file__).parents[1]
ITEMS = [(objective, form) for objective in INVENTORY for form in FORMS]
NAMES = [f"{objective.key}-{form}" for objective, form in ITEMS]


def plain(text: str) -> str:
    """Text on one line, without comments."""
    return " ".join(re.sub(r"(?s)<!--.*?-->", "", text).split())


def lesson_text(lesson: str) -> str:
    """What a reader of the built lesson sees as text, with what goes beyond it."""
    cells = [
        "".join(cell["source"])
        for path in sorted((ROOT / "notebooks").glob(f"{lesson}_*.ipynb"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    ]
    assert cells, lesson
    return plain("\n\n".join(cells))


def asked_in(lesson: str) -> str:
    """The questions and exercises of a lesson, and the quiz."""
    folder = ROOT / "psn_viz" / "course"
    paths = [*(folder / f"lesson_{lesson}").glob("*s.py"), folder / "quiz" / "questions.py"]
    return plain("\n".join(path.read_text("utf-8") for path in paths))


# ------------------------------------------------------------------------------------------------ the items


def test_one_item_per_objective_and_form():
    assert 16 <= len(INVENTORY) <= 20
    assert (
        len({one.key for one in INVENTORY}) == len({(one.lesson, one.number) for one in INVENTORY}) == len(INVENTORY)
    )
    assert [one.lesson for one in INVENTORY] == sorted(one.lesson for one in INVENTORY)
    assert {one.lesson for one in INVENTORY} == {f"{n:02}" for n in range(12)}
    for objective, form in ITEMS:
        item = objective.item(form)
        texts = [option.text for option in item.options]
        assert 3 <= len(texts) == len(set(texts)) <= 4
        assert sum(option.right for option in item.options) == 1
        assert item.decided_by
    with pytest.raises(ValueError, match="form must be one of A, B, got 'C'"):
        INVENTORY[0].item("C")


@pytest.mark.parametrize("objective", INVENTORY, ids=lambda one: one.key)
def test_the_two_forms_ask_alike_and_not_the_same(objective: Objective):
    a, b = objective.a, objective.b
    assert {one.misconception for one in a.options} == {one.misconception for one in b.options}
    assert len({one.misconception for one in a.options}) == len(a.options)
    assert a.prompt != b.prompt
    # Whoever knows the answer of one form by heart cannot choose by it in the other.
    assert a.options[a.right].text != b.options[b.right].text
    assert abs(len(a.prompt.split()) - len(b.prompt.split())) <= 25


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_won_by_a_habit(form):
    items = [objective.item(form) for objective in INVENTORY]
    places = Counter(item.right for item in items)
    assert all(places[place] >= 3 for place in range(4)) and max(places.values()) <= len(items) / 3
    for extreme in (max, min):
        lengths = [[len(option.text) for option in item.options] for item in items]
        chosen = [extreme(range(len(many)), key=many.__getitem__) for many in lengths]
        assert sum(place == item.right for place, item in zip(chosen, items, strict=True)) <= 0.45 * len(items)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9/%.]+", text.lower()))


def likeness(item) -> list[float]:
    """For each option, how many of its words the others have, in parts of its own words."""
    sets = [words_of(option.text) for option in item.options]
    return [sum(len(mine & other) for other in sets if other is not mine) / len(mine) for mine in sets]


def firm_words(text: str) -> int:
    firm = r"(?i)\b(?:any|all|always|never|none?|cannot|every|only|whatever|too|both)\b"
    return len(re.findall(firm, text))


# What somebody may go by who knows nothing: a score for each option, and the highest is chosen.
HABITS = {
    "like the others": likeness,
    "odd one out": lambda item: [-score for score in likeness(item)],
    "words of the question": lambda item: [
        len(words_of(option.text) & words_of(item.prompt)) for option in item.options
    ],
    "no firm words": lambda item: [-firm_words(option.text) for option in item.options],
    "careful words": lambda item: [
        len(re.findall(r"(?i)\b(?:might|may|seems|can|open|yet)\b", option.text)) for option in item.options
    ],
    "largest numbers": lambda item: [sum(map(int, re.findall(r"\d+", option.text))) for option in item.options],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("habit", HABITS)
def test_an_option_does_not_give_itself_away(form, habit):
    """A habit wins at most two items more than chance; among equal scores it guesses."""
    won = chance = 0.0
    for objective in INVENTORY:
        item = objective.item(form)
        scores = HABITS[habit](item)
        chosen = [place for place, score in enumerate(scores) if score == max(scores)]
        won += (item.right in chosen) / len(chosen)
        chance += 1 / len(item.options)
    assert won <= chance + 2


def test_every_misconception_is_named_and_used_in_both_forms():
    for form in FORMS:
        used = {one.misconception for objective in INVENTORY for one in objective.item(form).options} - {""}
        assert used == set(MISCONCEPTIONS)
    for idea in MISCONCEPTIONS.values():
        assert idea.text.endswith(".") and plain(idea.words) in lesson_text(idea.lesson) + asked_in(idea.lesson), idea


@pytest.mark.parametrize("objective", INVENTORY, ids=lambda one: one.key)
def test_objectives_are_those_of_the_lessons(objective):
    head = lesson_text(objective.lesson).split("**Afterwards you can**")[1].split("**Time**")[0]
    (found,) = re.findall(rf"(?:^| ){objective.number}\. (.*?)[;.](?= \d\. |\s*$)", head)
    assert objective.words in found


@pytest.mark.parametrize(("objective", "form"), ITEMS, ids=NAMES)
def test_the_course_says_what_decides_an_item(objective, form):
    for quoted in objective.item(form).decided_by:
        assert plain(quoted.words) in lesson_text(quoted.lesson), quoted


# ------------------------------------------------------------------------------------------------ the key


@pytest.mark.parametrize(("objective", "form"), ITEMS, ids=NAMES)
def test_the_key_is_what_is_computed(objective, form):
    right = computed(objective, form)
    assert [right(option) for option in objective.item(form).options] == [
        option.right for option in objective.item(form).options
    ]


@pytest.mark.parametrize("objective", INVENTORY, ids=lambda one: one.key)
def test_a_wrong_option_is_what_its_idea_leads_to(objective):
    for form in FORMS:
        led_to = answers_of_ideas(objective, form)
        options = {option.misconception: option for option in objective.item(form).options}
        assert set(led_to) in (set(), set(options) - {""})
        for name, answer in led_to.items():
            assert answer_in(options[name], answer) == answer, name
            assert answer_in(options[""], answer) != answer


def test_a_wrong_key_is_noticed():
    """Of the items with numbers, each wrong option put in the place of the right one is refused."""
    with_numbers = (
        "saves", "order", "spikes", "wait", "share", "superposition", "cut", "rows", "length", "half_shut", "early",
        "rule", "readout",
    )  # fmt: skip
    for objective in INVENTORY:
        if objective.key in with_numbers:
            for form in FORMS:
                right = computed(objective, form)
                assert not any(
                    right(ItemOption(one.text)) for one in objective.item(form).options if not one.right
                ), objective.key


# ------------------------------------------------------------------------------------------------ the pages


@pytest.mark.parametrize("form", FORMS)
def test_a_sheet_has_its_items_and_no_answers(form):
    page = sheet_page(form)
    for objective in INVENTORY:
        item = objective.item(form)
        assert all(option.text in page for option in item.options)
        assert not any(quoted.words in page for quoted in item.decided_by)
    assert page.count('class="item"') == len(INVENTORY)
    assert not any(name in page for name in MISCONCEPTIONS)
    assert "✓" not in page and page.count("class=") == len(INVENTORY) + 3  # what is asked, and three other places


def test_the_key_has_both_forms_and_every_idea():
    page = key_page()
    assert page.count("✓ ") == len(ITEMS) + 1  # one in the words above
    for idea in MISCONCEPTIONS.values():
        assert page.count(f"<code>{idea.name}</code>") >= 3  # form A, form B, the list
    for objective, form in ITEMS:
        item = objective.item(form)
        assert f"<h3>Form {form}: {'ABCD'[item.right]}</h3>" in page


# ------------------------------------------------------------------------------------------------ other systems


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return inventory_files()


@pytest.mark.parametrize("form", FORMS)
def test_other_systems_read_the_same_items(files, form):
    read = read_gift(files[f"inventory_{form}.gift.txt"].decode())
    tree = ElementTree.fromstring(files[f"inventory_{form}.xml"])
    asked = [one for one in tree.iter("question") if one.get("type") == "multichoice"]
    rows = list(csv.DictReader(io.StringIO(files[f"inventory_{form}.csv"].decode("utf-8-sig"))))
    assert len(read) == len(asked) == len(rows) == len(INVENTORY)
    for objective, gift, xml, row in zip(INVENTORY, read, asked, rows, strict=True):
        item = objective.item(form)
        texts = [option.text for option in item.options]
        assert [text for _, text, _ in gift["answers"]] == texts
        assert [sign for sign, *_ in gift["answers"]].index("=") == item.right
        assert [one.get("fraction") for one in xml.iter("answer")].index("100") == item.right
        assert xml.findtext("shuffleanswers") == "0"  # the key goes by letters
        assert row["right"] == "ABCD"[item.right]
        said = {text for *_, text in gift["answers"]} | {row[f"feedback {letter}"] for letter in "ABCD"}
        said |= {one.findtext("feedback/text") for one in xml.iter("answer")}
        assert said <= {"", None}  # the first form is not to teach for the second
    assert {one.lesson for one in inventory_questions(form)} == {f"inventory_{form}"}


# ------------------------------------------------------------------------------------------------ the command


def test_the_command_writes_whole_folders_and_no_others(tmp_path, capsys):
    out = tmp_path / "inventory"
    assert main(["inventory", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert {"form_A.html", "form_B.html", "key.html", "answers.csv", MARK, SUMS} < names and len(names) == 12
    assert "keep them from the class" in capsys.readouterr().out
    assert main(["inventory", str(out)]) == 0  # its own folder is written anew
    (out / "key.html").write_text("mine")
    assert main(["inventory", str(out)]) == 1
    assert (out / "key.html").read_text() == "mine"
    assert "somebody has worked on key.html" in capsys.readouterr().err
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").touch()
    assert main(["inventory", str(other)]) == 1
    assert [path.name for path in other.iterdir()] == ["file"]


def sheet(student: str, form: str, choose) -> str:
    """A row of answers: choose(item) gives the place of an option, or None."""
    places = [choose(objective.item(form.upper())) for objective in INVENTORY]
    return ",".join([student, form, *("" if place is None else "ABCD"[place] for place in places)])


def wrong(item) -> int:
    return (item.right + 1) % len(item.options)


def written(path: Path, *rows: str) -> Path:
    path.write_bytes(template() + "\r\n".join(rows).encode())
    return path


def test_it_is_told_why_a_row_was_left_out(tmp_path, capsys):
    rows = [sheet("Ann", "A", wrong), *(f"{name},X{',A' * len(INVENTORY)}" for name in "123456")]
    table = written(tmp_path / "before.csv", *rows)
    assert main(["inventory", str(tmp_path / "counts"), "--score", str(table)]) == 0
    told = capsys.readouterr().out
    assert "1 sheet, 6 rows left out" in told and "line 3: " in told and "line 8: " not in told
    assert told.count("line ") == 5 and "The others are in counts.html." in told


def test_a_class_is_counted_before_and_after(tmp_path, capsys):
    before = written(
        tmp_path / "before.csv",
        sheet("Ann", "A", wrong), sheet("Bo", "B", wrong), sheet("C", "a", lambda item: None),
    )  # fmt: skip
    after = written(tmp_path / "after.csv", *(sheet(name, "B", lambda item: item.right) for name in "123"))
    out = tmp_path / "counts"
    assert main(["inventory", str(out), "--score", str(before), str(after)]) == 0
    assert "3 sheets, no rows left out" in capsys.readouterr().out
    rows = list(csv.DictReader(io.StringIO((out / "counts.csv").read_text("utf-8-sig"))))
    for number, objective in enumerate(INVENTORY, start=1):
        mine = {row["chosen"]: (int(row["before"]), int(row["after"])) for row in rows if row["item"] == str(number)}
        assert mine[RIGHT] == (0, 3) and mine[OPEN] == (1, 0)
        chosen = Counter(objective.item(form).options[wrong(objective.item(form))].misconception for form in "AB")
        assert {name: count for name, (count, _) in mine.items() if count and name != OPEN} == dict(chosen)
        assert sum(count for count, _ in mine.values()) == sum(count for _, count in mine.values()) == 3
    page = (out / "counts.html").read_text("utf-8")
    assert "No learning gain is claimed." in page and "Before: 3 sheets (2 of form A, 1 of form B)." in page
    assert "Ann" not in page + (out / "counts.csv").read_text("utf-8-sig")


def test_the_luck_that_is_told_is_that_of_guessing():
    spread = math.sqrt(20 * 0.25 * 0.75)
    (told,) = [line for line in NOT_SHOWN if "20 students" in line]
    assert f"deviation of {spread:.1f}," in told and f"has one of {math.sqrt(2) * spread:.1f}." in told


def test_one_file_alone_is_counted(tmp_path):
    answers = [read_answers(written(tmp_path / "one.csv", sheet("", "A", wrong), sheet("", "A", wrong)))]
    assert answers[0].sheets == 2  # without names nobody is taken for another
    assert b"after" not in counts_csv(answers).splitlines()[0] and "After:" not in counts_page(answers)


def test_a_broken_row_costs_itself_alone(tmp_path):
    good = sheet("good", "A", lambda item: item.right)
    broken = {
        "x,A,B": "3 cells, and 21 are wanted",
        good.replace("good,A", "x,C"): "the form must be A or B, got 'C'",
        good.replace("good,A", "x,A").replace(",D,", ",<b>,", 1): "item 1 has the letters A, B, C, D, got '<b>'",
        sheet("y", "A", lambda item: 3): "item 3 has the letters A, B, C, got 'D'",
        good.upper(): "this student stands in the table already",
    }
    found = read_answers(written(tmp_path / "some.csv", good, "," * 20, *broken, sheet("z", "B", lambda item: 0)))
    assert found.sheets == 2
    assert [line.split(": ", 1)[1] for line in found.unread] == list(broken.values())
    assert found.unread[0].startswith("line 4: ")
    page = counts_page([found])
    assert "&lt;b&gt;" in page and "<b>&" not in page


@pytest.mark.parametrize("between", ";\t")
def test_tables_of_other_spreadsheets_are_read(tmp_path, between):
    path = tmp_path / "other.csv"
    text = ",".join(COLUMNS).upper() + "\n" + sheet("Zoë", "B", lambda item: item.right) + "\n"
    path.write_bytes(text.replace(",", between).encode("latin-1"))
    found = read_answers(path)
    assert found.sheets == 1 and all(counts[RIGHT] == 1 for counts in found.counts.values())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must begin with the line student,form,1,2,…,19, got ''"),
        (b"name,answer\n1,2\n", "got 'name,answer'"),
        (template() + b'"open', "is no CSV that can be read, line 2"),
        (template().decode("utf-8-sig").encode("utf-16"), "must begin with the line"),
        (b"\xff" * 3_000_000, "is larger than 2 MB"),
    ],
    ids=["empty", "other", "quote", "utf-16", "large"],
)
def test_what_is_no_table_of_answers_is_refused(tmp_path, capsys, data, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    with pytest.raises(AnswersError, match=re.escape(said)):
        read_answers(path)
    assert main(["inventory", str(tmp_path / "out"), "--score", str(path)]) == 1
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_missing_file_and_a_third_one_are_refused(tmp_path, capsys):
    assert main(["inventory", str(tmp_path / "out"), "--score", str(tmp_path / "none.csv")]) == 1
    assert "none.csv cannot be read: No such file" in capsys.readouterr().err
    assert main(["inventory", str(tmp_path / "out"), "--score", "a", "b", "c"]) == 1
    assert "one file, or two" in capsys.readouterr().err


@given(st.lists(st.lists(st.text('ABCDabcd,;"\n\0é<', max_size=4), max_size=22), max_size=4))
def test_whatever_is_typed_is_counted_or_told(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("typed") / "typed.csv"
    text = io.StringIO()
    csv.writer(text).writerows([[cell.replace("\0", "?") for cell in row] for row in rows])
    path.write_bytes(template() + text.getvalue().encode())
    found = read_answers(path)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert found.sheets + len(found.unread) == len(filled)
    counts_page([found])
