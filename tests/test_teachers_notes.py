"""Notes for the teacher: minutes add up, homework is named with its minutes, codes are states of labs."""

import re
from pathlib import Path

import pytest

from psn_viz.classroom.deck import deck_lessons
from psn_viz.labs import LABS
from tests.test_deck import SOURCES, codes_in, notes, paths

TEACHERS = Path(__file__).parents[1] / "notebooks" / "teachers_only"
TASK = re.compile(r"^# \*\*(?:(\d) · )?[^*]+\*\* \((?:\w+, )?(\d+) minutes\)", re.MULTILINE)


def tasks_in(lesson: str, further: bool) -> list[tuple[str, str]]:
    """Number, or "", and minutes of each exercise and open task in a lesson, or in what goes beyond it."""
    paths = [path for path in SOURCES.glob(f"{lesson}_*.py") if path.stem.endswith("_further") == further]
    return [task for path in paths for task in TASK.findall(path.read_text("utf-8"))]


def minutes_add_up(text: str, minutes: int) -> bool:
    return sum(map(int, re.findall(r"\((\d+)\)", text))) == minutes


@pytest.mark.parametrize("lesson", deck_lessons())
def test_the_minutes_of_each_path_add_up(lesson):
    assert [minutes for minutes, _ in paths(lesson)] == [5, 50, 90]
    assert [minutes for minutes, text in paths(lesson) if not minutes_add_up(text, minutes)] == []


def test_minutes_that_do_not_add_up_are_seen():
    assert minutes_add_up("section 1 (20), exercise 2 (30).", 50)
    assert not minutes_add_up("section 1 (20), exercise 2 (3).", 50)


@pytest.mark.parametrize("lesson", deck_lessons())
def test_homework_names_every_task_with_its_minutes(lesson):
    homework = re.search(r"\*\*Homework\*\*: (.*?)(?=\*\*)", notes(lesson))[1]
    own, told, kept = homework.partition("Answers that only `psn-viz teachers` holds:")
    own, _, further = own.partition("in *Going further*")
    for text, beyond in ((own, False), (further, True)):
        named = re.findall(r"(?:(\d)|open task) \((\d+)\)", text)
        assert named == tasks_in(lesson, beyond), "what stands in the lesson"
    tasks = (TEACHERS / f"{lesson}.md").read_text("utf-8")
    assert told and re.findall(r"\*([^*]+)\* \((\d+)\)", kept) == re.findall(
        r"^## Task: (.+) \(\w+, (\d+) minutes\)$", tasks, re.MULTILINE
    )


@pytest.mark.parametrize("lesson", deck_lessons())
def test_the_head_says_how_long_all_tasks_take(lesson):
    (path,) = (path for path in SOURCES.glob(f"{lesson}_*.py") if not path.stem.endswith("_further"))
    told = int(re.search(r"exercises (\d+) more", path.read_text("utf-8"))[1])
    assert abs(told - sum(int(minutes) for _, minutes in tasks_in(lesson, False))) <= 3, "it is rounded to 5 minutes"


@pytest.mark.parametrize("lesson", deck_lessons())
def test_two_or_three_questions_to_discuss_have_answers(lesson):
    part = re.search(r"\*\*To discuss\*\*(.*?)\*\*Codes\*\*", notes(lesson))[1]
    questions = re.findall(r"- \*\"(.+?\?)\"\* (\w.+?\.)(?= - | ?$)", part)
    assert 2 <= len(questions) == part.count('- *"') <= 3


@pytest.mark.parametrize("lesson", deck_lessons())
def test_every_code_of_the_notes_is_a_state_of_its_lab(lesson):
    codes = codes_in(notes(lesson))
    assert len(codes) >= 3
    for code in codes:
        LABS[code.split(";")[0]].state_from_code(code)
