"""The section "Marking" for teachers: its examples run, and its commands and names are there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import psn_viz as pv
from psn_viz.classroom.deck import lesson_deck
from psn_viz.classroom.vote.vote_question import course_questions
from psn_viz.cli.main import parser
from psn_viz.course.answers.store import answer_store
from psn_viz.course.registry import exercises
from tests.made_class import SOLUTIONS

TEXT = (Path(__file__).parents[1] / "notebooks" / "FOR_TEACHERS.md").read_text("utf-8")
MARKING = re.search(r"^## Marking\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)[1]


def blocks(heading: str) -> list[str]:
    section = re.search(rf"^### {heading}\n(.*?)(?=^### |\Z)", MARKING, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def student_functions(right: bool) -> dict:
    """What a student's notebook has defined."""
    space: dict = {"pv": pv, "torch": sys.modules["torch"]}
    if right:
        exec(SOLUTIONS["02/cut"], space)
    else:
        space["cut"] = exercises()["02/cut"].wrong[0].function
    return space


def test_the_cell_for_nbgrader_passes_and_fails_with_the_hint():
    (cell,) = blocks("With nbgrader")
    exec(cell, student_functions(True))
    hint = exercises()["02/cut"].wrong[0].hint
    with pytest.raises(AssertionError, match=re.escape(hint)):
        exec(cell, student_functions(False))


def test_the_file_for_otter_passes_and_fails(monkeypatch):
    """With a stand-in for Otter, which calls each test with the student's values of the names of its arguments."""
    found = []
    otter, files = ModuleType("otter"), ModuleType("otter.test_files")
    files.test_case = lambda **_: lambda function: found.append(function) or function
    monkeypatch.setitem(sys.modules, "otter", otter)
    monkeypatch.setitem(sys.modules, "otter.test_files", files)
    (text,) = blocks("With Otter")
    exec(text, {})
    (test,) = found
    assert test.__code__.co_varnames[: test.__code__.co_argcount] == ("cut",)
    test(student_functions(True)["cut"])
    for wrong in (student_functions(False)["cut"], None):
        with pytest.raises(AssertionError):
            test(wrong)


def test_the_line_for_a_mounted_drive_names_the_file_of_answers(monkeypatch, tmp_path):
    (line,) = blocks("What a student hands in")
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    exec(line)
    assert answer_store().path == Path("/content/drive/MyDrive/psn_viz_progress.json")


def test_every_command_and_name_is_there():
    commands = re.findall(r"psn-viz (collect [^`\n]*)", MARKING)
    assert len(commands) >= 2
    for command in commands:
        parser().parse_args(command.split())
    for name in re.findall(r"\bpv\.(\w+)", MARKING):
        assert hasattr(pv, name), name


def test_every_command_on_the_page_is_read():
    commands = [
        one.split("#")[0].split() for one in re.findall(r"`(?:PSN_VIZ_PROGRESS=off )?psn-viz ([^`…\n]+)`", TEXT)
    ]
    assert len(commands) > 20
    for command in commands:
        if len(command) > 1 or command[0] in ("lab", "doctor"):  # else it is the name of a command
            parser().parse_args(command)


def test_a_vote_of_a_plan_reaches_phones_and_names_one_question():
    plans = re.search(r"^## Three plans\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)[1]
    votes = re.findall(r"psn-viz vote (\S+/\S+)([^`]*)`", plans)
    keys = [key for key, _ in votes] + re.findall(r"`(\d\d/[a-z_]+)`", plans)
    assert votes and all("--host 0.0.0.0" in more for _, more in votes)
    assert all(len(course_questions(key)) == 1 for key in keys)


def test_minutes_of_a_plan_add_up():
    plans = re.search(r"^## Three plans\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)[1]
    plan = r"^\*\*(?=One hour|Three sessions|A lab)[^*]*\*\*"
    hour, sessions, afternoon = (part.split("\n**")[0] for part in re.split(plan, plans, flags=re.MULTILINE)[1:])
    assert sum(map(int, re.findall(r"^\| (\d+) \|", hour, re.MULTILINE))) == 60
    assert sum(map(int, re.findall(r"^\| (\d+) \|", afternoon, re.MULTILINE))) == 90
    for row in re.findall(r"^\| \d · .*\| ([^|]+) \|$", sessions, re.MULTILINE):
        parts = re.findall(r"(?:(\d+) × )?(\d+)", row)
        assert sum(int(times or 1) * int(minutes) for times, minutes in parts) == 90, row
    steps = lesson_deck("02", 50).steps
    assert steps[7].key == "02/row_6", "the step that the vote takes the place of"
    assert sum(step.minutes for step in steps[:7]) == 25 and sum(step.minutes for step in steps[8:]) == 21
