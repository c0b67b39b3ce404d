"""What a class's commands read and write: names that cannot be, devices, and files that are somebody's own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from psn_viz.cli.main import main
from psn_viz.course.answers.hand_in import write_hand_in
from psn_viz.course.answers.store import AnswerStore
from tests.made_class import hand_in, student

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="devices and limits of POSIX")
TOO_LONG = "x" * 300
COMMANDS = {
    "students": [],
    "teachers": [],
    "inventory": [],
    "questions": ["--format", "gift"],
    "collect": [],
    "present": [],
    "vote": ["--question"],
    "vote sheet": ["01/silent", "--sheet"],
    "vote csv": ["01/silent", "--no-browser", "--csv"],
}


def refused(capsys, command: str, name: str | Path) -> str:
    """What a command says, in one line, that cannot read or write `name`."""
    assert main([command.split()[0], *COMMANDS[command], str(name)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("psn-viz ") and said.err.count("\n") == 1 and len(said.err) < 1000
    return said.err


@POSIX
@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_is_too_long_is_one_sentence(capsys, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    refused(capsys, command, f"{TOO_LONG}.html")
    assert not list(tmp_path.iterdir())


@POSIX
@pytest.mark.parametrize("command", ["questions", "collect", "present", "vote", "vote sheet", "vote csv"])
def test_a_device_without_an_end_is_not_read_to_its_end(capsys, tmp_path, command):
    link = tmp_path / "endless.html"
    link.symlink_to("/dev/zero")
    refused(capsys, command, link)
    assert link.is_symlink()


@pytest.mark.parametrize(("command", "name"), [
    ("questions", "mine.gift"), ("vote sheet", "mine.html"), ("vote csv", "mine.csv"), ("students", "mine"),
    ("inventory", "mine"),
])  # fmt: skip
def test_a_file_of_ones_own_stays_as_it_is(capsys, tmp_path, command, name):
    (tmp_path / name).write_text("mine")
    refused(capsys, command, tmp_path / name)
    assert (tmp_path / name).read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("command", "ending"), [("questions", ".txt"), ("vote sheet", ".html"), ("vote csv", ".csv")]
)
def test_a_folder_in_the_place_of_a_file_and_a_folder_that_is_not_there_are_said(capsys, tmp_path, command, ending):
    folder = tmp_path / f"mine{ending}"
    folder.mkdir()
    assert f"{folder} is a folder: name a file" in refused(capsys, command, folder)
    assert f"there is no folder {tmp_path / 'none'}" in refused(capsys, command, tmp_path / "none" / f"a{ending}")
    assert list(tmp_path.iterdir()) == [folder]


def test_the_same_sheet_is_written_again(capsys, tmp_path):
    for _ in range(2):
        assert main(["vote", "01/silent", "--sheet", str(tmp_path / "cards.html")]) == 0


@POSIX
def test_a_hand_in_is_written_to_no_device_and_to_no_name_that_cannot_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("endless.json").symlink_to("/dev/zero")
    for name, told in (("endless.json", "something else"), (f"{TOO_LONG}.json", "can be written, got")):
        with pytest.raises(ValueError, match=told):
            write_hand_in(AnswerStore(None), name, "Ada")
    assert [path.name for path in tmp_path.iterdir()] == ["endless.json"]


@pytest.fixture
def handed_in(tmp_path):
    """A folder with one hand-in."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(hand_in(student(1), "Ada")), "utf-8")
    return folder


def test_a_report_replaces_a_report_and_nothing_else(capsys, tmp_path, handed_in):
    out = tmp_path / "out"
    for _ in range(2):
        assert main(["collect", str(handed_in), "--out", str(out)]) == 0
    written = {path.name for path in out.iterdir()}
    for name in written - {"students"}:
        before = (out / name).read_bytes()
        (out / name).write_bytes(b"name,mail\nAda,a@example.org\n")
        capsys.readouterr()
        assert main(["collect", str(handed_in), "--out", str(out)]) == 1
        said = capsys.readouterr().err
        assert f"{name}' is there already" in said and said.count("\n") == 1
        assert (out / name).read_bytes() == b"name,mail\nAda,a@example.org\n"
        (out / name).write_bytes(before)


@pytest.mark.parametrize("out", ["", "collected", "a.json/x"])
def test_a_report_is_not_written_among_what_is_read(capsys, handed_in, out):
    before = sorted(handed_in.rglob("*"))
    assert main(["collect", str(handed_in), "--out", str(handed_in / out)]) == 1
    assert "lies in the folder that is read" in capsys.readouterr().err and sorted(handed_in.rglob("*")) == before


def test_a_report_that_cannot_be_written_names_the_file(capsys, tmp_path, handed_in):
    (tmp_path / "file").write_text("mine")
    for out, told in (("file", "is a file: name a folder"), ("file/sub", "sub/students: Not a directory")):
        assert main(["collect", str(handed_in), "--out", str(tmp_path / out)]) == 1
        said = capsys.readouterr().err
        assert told in said and "Errno" not in said and said.count("\n") == 1
