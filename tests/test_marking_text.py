"""The section "Marking" for teachers: its examples run, and its commands and names are there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import psn_viz as pv
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
