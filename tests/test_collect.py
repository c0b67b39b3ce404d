"""`psn-viz collect`: a class of forty as pages and tables; odd and hostile hand-ins cost their own row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notebooks.build.lesson_solutions import FILE as SOLUTIONS_FILE
from psn_viz.classroom import found_files as finding
from psn_viz.classroom import rerun as rerunning
from psn_viz.classroom.class_csv import spreadsheet_text
from psn_viz.classroom.class_numbers import StudentRow, question_rows, student_row
from psn_viz.classroom.collect import collect, printable
from psn_viz.classroom.found_files import FoundFile, found_files
from psn_viz.classroom.handed_in import HandedIn, flag_equal_files, read_file
from psn_viz.classroom.report_page import own, page, table
from psn_viz.classroom.rerun import CannotRun, rerun
from psn_viz.classroom.same_as_shipped import compared_form, is_shipped, shipped
from psn_viz.classroom.whose_file import flag_same_names
from psn_viz.cli.main import main
from psn_viz.course.answers.hand_in_format import digest
from psn_viz.course.registry import exercises, open_tasks
from psn_viz.export.colab import ROOT
from psn_viz.export.hand_in_tasks import teachers_files
from tests import extent, made_class
from tests.made_class import EVIL, FORMULA, HOSTILE, LATE, ON_TIME, SOLUTIONS, hand_in, hostile, student, tried

LIMITED = pytest.mark.skipif(sys.platform == "win32", reason="limits of Linux and macOS")


def read(document: object) -> HandedIn:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_file(FoundFile("here/a.json", data))


# ------------------------------------------------------------------------------------------ what is found


def zipped(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_folders_and_archives_in_one_another_are_searched(tmp_path):
    inner = zipped({"handed/a.json": b"1", "essay.docx": b"x"})
    (tmp_path / "Ada" / "deep").mkdir(parents=True)
    (tmp_path / "Ada" / "deep" / "B.JSON").write_bytes(b"2")
    (tmp_path / "all.zip").write_bytes(zipped({"Ben/inner.zip": inner, "__MACOSX/Ben/._a.json": b"", "c.json": b"3"}))
    (tmp_path / ".psn_viz_progress.json.lock").touch()
    found = found_files(tmp_path)
    assert [(one.place, one.data) for one in found.files] == [
        ("Ada/deep/B.JSON", b"2"),
        ("all.zip/Ben/inner.zip/handed/a.json", b"1"),
        ("all.zip/c.json", b"3"),
    ]
    assert found.others == ["all.zip/Ben/inner.zip/essay.docx"]
    assert [one.place for one in found_files(tmp_path / "all.zip").files] == ["Ben/inner.zip/handed/a.json", "c.json"]


def of_each_kind() -> dict[str, bytes]:
    """Folders of students: right, renamed, a notebook that speaks of the hand-in, and that notebook beside one."""
    ada = json.dumps(hand_in(student(1), "Ada")).encode()
    work = json.dumps({"cells": [{"source": ['"psn_viz_hand_in" is the file']}], "nbformat": 4}).encode()
    return {
        "Ada_1/psn_viz_hand_in_Ada.json": ada,
        "Ben_2/homework.txt": b"\xef\xbb\xbf\n" + json.dumps(hand_in(student(2), "Ben")).encode(),
        "Cy_3/work.ipynb": work,
        "Di_4/psn_viz_hand_in.json": json.dumps(hand_in(student(4), "Di")).encode(),
        "Di_4/work.ipynb": work,
    }


@pytest.mark.parametrize("within", ["", "class/", "a.zip"])
def test_who_hands_in_another_kind_of_file_is_named_and_has_a_row(tmp_path, capsys, within):
    if within == "a.zip":
        source, before = tmp_path / "class", "a.zip/"
        source.mkdir()
        (source / "a.zip").write_bytes(zipped(of_each_kind()))
        (source / "notes.txt").write_text("mine")
    else:
        source, before = tmp_path / "class.zip", within
        source.write_bytes(zipped({within + name: data for name, data in of_each_kind().items()}))
    assert collect(source, tmp_path / "out") == 0
    told = capsys.readouterr().out
    assert f"not read: {before}Cy_3: no hand-in found, only work.ipynb" in told
    assert "3 files, 3 read, 0 with flags; 1 folder without a hand-in." in told
    assert "files are no hand-in: " in told and f"{before}Di_4/work.ipynb" in told
    rows = {row["name"] or row["file"]: row for row in rows_of(tmp_path / "out")}
    assert (
        rows.keys() == {"Ada", "Ben", f"{before}Cy_3", "Di"} and rows["Ben"]["file"] == f"{before}Ben_2/homework.txt"
    )
    assert rows[f"{before}Cy_3"]["not read because"] == "no hand-in found, only work.ipynb"
    page = (tmp_path / "out" / "class.html").read_text("utf-8")
    shown = Tags(re.sub(r"(?s)<details>.*?</details>", "", page)).text
    assert "no hand-in found, only work.ipynb" in shown and "files are no hand-in: " in shown


def test_a_folder_has_no_row_where_hand_ins_lie_beside_it_or_it_is_the_only_one():
    one = FoundFile("a.json")
    assert finding.Found([one], ["slides/a.pdf", "notes/b.pdf"]).folders_without() == {}
    assert finding.Found([], ["class/b.pdf"]).folders_without() == {}
    assert finding.Found([], []).folders_without() == {}
    assert finding.Found([], ["A/1.txt", "B/x/2.txt", "3.txt"]).folders_without() == {
        "A": ["1.txt"],
        "B": ["x/2.txt"],
    }


def test_of_files_with_other_endings_only_small_ones_like_json_are_looked_into(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "LARGEST_OTHER", 200)
    mark = b'{"psn_viz_hand_in": 2'
    for name, data in {"a.txt": mark, "b.txt": b"x" + mark, "c.txt": mark + b" " * 200, "d": mark + b"}"}.items():
        (tmp_path / name).write_bytes(data)
    found = found_files(tmp_path)
    assert [one.place for one in found.files] == ["a.txt", "d"] and found.others == ["b.txt", "c.txt"]


def test_no_member_of_an_archive_leaves_it_and_no_link_is_followed(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "a.zip").write_bytes(zipped({"../../escaped.json": b"{}", "/abs.json": b"{}", "C:\\x.json": b"{}"}))
    (folder / "link.json").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.json")
    before = sorted(tmp_path.rglob("*"))
    found = found_files(folder)
    assert sorted(tmp_path.rglob("*")) == before
    problems = {one.place: one.problem for one in found.files}
    assert problems.pop("link.json") == problems.pop("pipe.json") == (
        "it is a link or no ordinary file, and was not followed"
    )  # fmt: skip
    assert list(problems.values()) == [""] * 3 and "linked/secret.json" not in problems


def test_archives_of_windows_with_backslashes_have_folders_too(tmp_path):
    hand_in = b'{"psn_viz_hand_in": 2}'
    members = {"Ann_1\\": b"", "Ann_1\\work.json": hand_in, "Ben_2\\work.ipynb": b"", "__MACOSX\\._a.json": b""}
    (tmp_path / "class.zip").write_bytes(zipped(members))
    found = found_files(tmp_path / "class.zip")
    assert [one.place for one in found.files] == ["Ann_1/work.json"] and found.others == ["Ben_2/work.ipynb"]
    assert found.folders_without() == {"Ben_2": ["work.ipynb"]}


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@given(st.sampled_from(METHODS), st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=8))
@example(zipfile.ZIP_LZMA, [(n, 255) for n in range(50, 60)])
@example(zipfile.ZIP_STORED, [(n, 0) for n in range(-60, 0)])
def test_whatever_is_damaged_in_an_archive_is_a_problem_of_that_archive(method, changes):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        archive.writestr("A/a.json", json.dumps(hand_in(student(1))))
        archive.writestr("B/notes.txt", b"{ no hand-in")
    damaged = bytearray(data.getvalue())
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.zip").write_bytes(damaged)
        (Path(folder) / "b.json").write_bytes(b"{}")
        found = found_files(Path(folder))
    assert found.files[-1] == FoundFile("b.json", b"{}")
    for one in found.files:
        read_file(one)


def test_a_member_without_a_name_is_one_all_the_same(tmp_path):
    data = zipped({"x.txt": b"", "a.json": b"{}"}).replace(b"x.txt", b"\0.txt")
    (tmp_path / "a.zip").write_bytes(data)
    found = found_files(tmp_path / "a.zip")
    assert [one.place for one in found.files] == ["a.json"] and found.others == ["a file without a name"]


def damaged_archive() -> bytes:
    data = zipped({"a.json": b"x" * 1000})
    return data.replace(b"x", b"y")[:20] + b"\0" * 20 + data[40:]


def test_what_is_too_large_too_deep_encrypted_or_damaged_is_a_file_with_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "LARGEST_FILE", 2_000_000)
    nested = zipped({"a.json": b"{}"})
    for _ in range(3):
        nested = zipped({"in.zip": nested})
    encrypted = bytearray(zipped({"a.json": b"{}"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(mark) + place] |= 1  # says that there is a password
    contents = {
        "bomb.zip": zipped({"a.json": b" " * 3_000_000}),
        "cut.zip": zipped({"a.json": b"{}"})[:-30],
        "damaged.zip": damaged_archive(),
        "deep.zip": nested,
        "large.json": b" " * 3_000_000,
        "password.zip": bytes(encrypted),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    assert len(contents["bomb.zip"]) < 5000
    problems = {one.place.split("/")[0]: one.problem for one in found_files(tmp_path).files}
    assert problems["bomb.zip"] == problems["large.json"] == "it has more than 2 MB"
    assert "damaged" in problems["cut.zip"] and "damaged" in problems["damaged.zip"]
    assert problems["deep.zip"] == "more than 3 archives in one another were not opened"
    assert problems["password.zip"] == "it is encrypted"


@pytest.mark.parametrize(("name", "most"), [("MOST_FILES", 3), ("LARGEST_ARCHIVE", 300)])
def test_too_much_in_all_ends_the_search_and_is_said(tmp_path, monkeypatch, name, most):
    monkeypatch.setattr(finding, name, most)
    (tmp_path / "a.zip").write_bytes(zipped({f"{n}.json": b" " * 100 for n in range(9)}))
    found = found_files(tmp_path / "a.zip").files
    assert len(found) < 9 and "there are more than" in found[-1].problem + found[0].problem


def test_a_source_that_is_none_is_refused(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("x")
    for path, words in [(tmp_path / "none", "there is no"), (tmp_path / "a.txt", "must be a folder, a zip archive")]:
        assert collect(path, tmp_path / "out") == 1
        assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_any_hand_in_is_refused(tmp_path, capsys):
    """Most likely it is another folder than was meant."""
    (tmp_path / "class").mkdir()
    for only in ("", ", only work.ipynb"):
        assert collect(tmp_path / "class", tmp_path / "out") == 1
        assert f"class' holds no hand-in{only}; one is the file that pv.hand_in writes" in capsys.readouterr().err
        (tmp_path / "class" / "work.ipynb").write_text("{}")
    assert not (tmp_path / "out").exists()


# -------------------------------------------------------------------------------------- whose a file is


def written(name: str, passed: bool, when: str = ON_TIME, first: str = ON_TIME) -> bytes:
    """A hand-in of that time with one exercise, tried at `first` for the first time."""
    entry = tried([(SOLUTIONS["02/weight"], passed)], when) | {"first_tried": first}
    return json.dumps(hand_in({"02/check/weight": entry}, name, when)).encode()


def shown_of(folder: Path, files: dict[str, bytes]) -> tuple[Path, list[dict[str, str]]]:
    (folder / "class.zip").write_bytes(zipped(files))
    assert collect(folder / "class.zip", folder / "out") == 0
    return folder / "out", rows_of(folder / "out")


def test_a_file_without_a_name_bears_that_of_its_folder(tmp_path):
    files = {
        "Ada Lovelace_17_assignsubmission_file_/psn_viz_hand_in.json": written("", True),
        "Ben/psn_viz_hand_in.json": written("", True),
        "Cy_18_assignsubmission_file_/psn_viz_hand_in.json": b"{",
        "Di_19_assignsubmission_file_/work.ipynb": b"{}",
        "group/a.json": written("", True),
        "group/b.json": written("", False),
    }
    out, rows = shown_of(tmp_path, files)
    named = [row["student"] for row in rows]
    assert named == ["Ada Lovelace", "Ben", "Cy", "Di", "group/a.json", "group/b.json"]
    assert {row["name"] for row in rows} == {""} and (out / "students" / "001-ada-lovelace.html").is_file()
    assert [row["student"] for row in rows_of(out, "grid.csv")] == named


@pytest.mark.parametrize("within", ["Ada_7/", "class/Ada_7_assignsubmission_file_/", ""])
def test_of_two_files_of_one_student_the_later_one_counts(tmp_path, within):
    beside = within.replace("Ada", "Ben")
    files = {
        f"{within}psn_viz_hand_in_Ada (1).json": written("Ada", True, LATE),
        f"{within}psn_viz_hand_in_Ada.json": written("Ada", False),
        f"{beside}psn_viz_hand_in_Ben.json": written("Ben", True),
    }
    out, rows = shown_of(tmp_path, files)
    first, second, other = rows
    assert first["flags"] == "handed in 2 files: this one counts" and other["flags"] == ""
    assert second["flags"] == "handed in 2 files: not this one: that written last counts"
    grid = rows_of(out, "grid.csv")
    assert [(row["student"], row["02/1 02/weight"]) for row in grid] == [("Ada", "✓ 1"), ("Ben", "✓ 1")]
    assert len(rows_of(out, "answers.csv")) == 2
    page = Tags((out / "class.html").read_text("utf-8")).text
    assert "3 files, 3 read, 2 with flags, 1 not counted beside a later one of the same student." in page


def of_questions(name: str, times: dict[int, str], written_at: str) -> bytes:
    """A hand-in with recall questions, the first three of lesson 01, then those of 02, each answered at its time."""
    document = hand_in({}, name, written_at)
    for n, time in times.items():
        lesson, number = ("01", n) if n <= 3 else ("02", n - 3)
        asked = document["lessons"].setdefault(lesson, {"recall questions": {}})["recall questions"]
        asked[str(number)] = {"when": time, "answer": 0}
    return json.dumps(document | {"digest": digest(document)}).encode()


def at(minute: int) -> str:
    return f"2026-05-01T10:{minute:02}:00+0200"


def test_two_students_of_one_name_in_one_folder_have_a_row_each(tmp_path):
    """Both files of each go on from one another; of what both students were asked, one answer was at one time."""
    first, second = {1: at(1), 2: at(2), 3: at(3)}, {1: at(1), 2: at(5), 3: at(6)}
    files = {
        "a.json": of_questions("Li Wei", first, at(10)),
        "b.json": of_questions("Li Wei", second, at(11)),
        "c.json": of_questions("Li Wei", first | {4: at(20)}, at(21)),
        "d.json": of_questions("li wei", second | {4: at(22)}, at(23)),
        "e.json": of_questions("Bo", {1: at(1)}, at(10)),
    }
    out, rows = shown_of(tmp_path, files)
    flags = {row["file"]: row["flags"] for row in rows}
    for one in "ab":
        assert flags[f"{one}.json"] == "handed in 2 files: not this one: that written last counts"
    for one, other in ("cd", "dc"):
        assert flags[f"{one}.json"].startswith("handed in 2 files: this one counts")
        assert f"twice: the same name as {other}.json (" in flags[f"{one}.json"]
        assert "but other first answers: two students, or" in flags[f"{one}.json"]
    assert flags["e.json"] == ""
    assert [row["student"] for row in rows_of(out, "grid.csv")] == ["Li Wei", "li wei", "Bo"]


def test_a_file_that_joins_several_of_one_student_takes_the_place_of_all(tmp_path):
    """As on Colab: a file for each lesson, then one of both. A question that was asked again changes nothing."""
    files = {
        "a.json": of_questions("Ada", {1: at(1), 2: at(2), 3: at(3)}, at(4)),
        "b.json": of_questions("Ada", {4: at(5), 5: at(6)}, at(7)),
    }
    _, rows = shown_of(tmp_path, files)
    assert all("other first answers" in row["flags"] for row in rows)
    files["c.json"] = of_questions("Ada", {1: at(1), 2: at(9), 3: at(3), 4: at(5), 5: at(6)}, at(10))
    _, rows = shown_of(tmp_path, {"c.json": files.pop("c.json")} | files)
    assert {row["file"]: row["flags"] for row in rows} == {
        "a.json": "handed in 3 files: not this one: that written last counts",
        "b.json": "handed in 3 files: not this one: that written last counts",
        "c.json": "handed in 3 files: this one counts",
    }


def test_a_copy_of_ones_own_file_is_no_equal_one_and_two_of_a_name_in_two_folders_are_two(tmp_path):
    ada = written("Ada", True)
    files = {"A_1/h.json": ada, "A_1/h (1).json": ada, "B_2/h.json": written("Max", True, LATE),
             "C_3/h.json": written("Max", False)}  # fmt: skip
    _, rows = shown_of(tmp_path, files)
    flags = {row["file"]: row["flags"] for row in rows}
    assert flags["A_1/h.json"] == "handed in 2 files: this one counts" and "not this one" in flags["A_1/h (1).json"]
    assert flags["B_2/h.json"] == flags["C_3/h.json"] == ""


def test_a_second_report_leaves_no_page_of_the_first(tmp_path):
    out, _ = shown_of(tmp_path, {"A_1/h.json": written("Ada", True), "B_2/h.json": written("Ben", True)})
    (out / "students" / "mine.html").write_text("a page of somebody else")
    shown_of(tmp_path, {"C_3/h.json": written("Cy", True)})
    assert {path.name for path in (out / "students").iterdir()} == {"001-cy.html", "mine.html"}


# ------------------------------------------------------------------------------------------ what is odd


def test_a_good_file_has_no_flag_and_odd_ones_say_what_they_are():
    good = hand_in(student(1), "Ada")
    assert (read(good).flags, read(good).problem, read(good).name) == ([], "", "Ada")
    edited = json.loads(json.dumps(good))
    edited["lessons"]["01"]["exercises"]["lif"]["tries"] = 1
    edited["lessons"]["01"]["exercises"]["lif"]["passed"] = True
    edited["lessons"]["02"]["open tasks"]["open"]["text"] += "."
    assert read(edited).flags == ["edited: its checksum is not that of its content"]
    assert read({key: value for key, value in good.items() if key != "digest"}).flags[0].startswith("edited")
    old = {"psn_viz_hand_in": 1, "lessons": {"01": {"exercises": {"lif": {"when": "x", "passed": True, "tries": 2}}}}}
    assert read(old).flags == ["old format: without sources and checksum"]
    progress = {"psn_viz_progress": 1, "known": [], "entries": {}}
    assert read(progress).flags == ["no hand-in: a progress file, without name and checksum"]
    foreign = hand_in({"own/check/double": tried([("def double(X): return 2 * X", True)])})
    assert "own/check/double" in read(foreign).flags[0] and read(foreign).flags[0].startswith("foreign")


def test_times_that_cannot_be_are_flagged():
    early = tried([(SOLUTIONS["01/charge"], True)]) | {"first_passed": "2026-04-01T10:00:00+0200"}
    (flag,) = read(hand_in({"01/check/charge": early})).flags
    assert flag == "times: 01/check/charge passed before it was tried"
    later = hand_in({"01/recall/1": {"answer": 1}})
    later["written"] = "2026-04-01T10:00:00+0200"
    assert "times: 01/recall/1 answered after the file was written" in read(later).flags
    assert read(hand_in(student(3, LATE), when=LATE)).flags == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"cells": []}', b"null"]
)
def test_a_broken_or_foreign_file_has_a_problem_and_no_answers(data):
    one = read(data)
    assert one.problem and not one.entries


@pytest.mark.parametrize("depth", [101, *range(960, 1010), 10_000])
def test_what_is_nested_deeply_costs_its_own_row(depth):
    """Near the depth at which Python gives up, reading may go well and writing again not."""
    whole = json.dumps(hand_in(student(1), "DEEP"))
    deep = "[" * depth + "]" * depth
    for text in (whole.replace('"DEEP"', deep), whole.replace('"written"', f'"more": {deep}, "written"')):
        one = read(text.encode())
        assert "nested too deeply" in one.problem and not one.entries
    assert read(whole.replace('"DEEP"', "[" * 50 + "]" * 50).encode()).problem == ""


def test_who_hands_in_twice_is_flagged_in_both_files():
    files = [read(hand_in(student(n), name, when)) for n, name, when in (
        (1, "Åsa Lind", ON_TIME), (1, "åsa lind", LATE), (3, "Bo", ON_TIME), (4, "", ON_TIME), (5, "", ON_TIME),
    )]  # fmt: skip
    flag_same_names(files)
    told = "twice: the same name as here/a.json"
    assert [one.flags for one in files] == [[f"{told} ({LATE})"], [f"{told} ({ON_TIME})"], [], [], []]


def test_equal_files_are_flagged_also_under_another_name_and_empty_ones_are_not():
    files = [read(hand_in(student(n), name)) for n, name in ((1, "Ada"), (1, "Ben"), (2, "Cy"))]
    files += [read(hand_in({}, "Di")), read(hand_in({}, "Ed"))]
    flag_equal_files(files)
    assert [bool(one.flags) for one in files] == [True, True, False, False, False]
    assert files[0].flags == ["equal: the same answers at the same times as here/a.json"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
FIELDS = (
    "passed tries after recognised first_tried first_passed source needs status answer text second right prompt "
    "skipped when first_saved"
).split()
KEYS = ("01/check/charge", "01/check/lif", "01/recall/1", "01/predict/hard", "02/open/open", "own/check/x")


@extent.examples(150)
@given(
    st.dictionaries(st.sampled_from(KEYS), st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=4),
    st.fixed_dictionaries({}, optional={"name": JSON, "written": JSON, "versions": JSON, "digest": JSON}),
)
def test_whatever_stands_in_the_fields_makes_a_report(tmp_path_factory, entries, more):
    from psn_viz.classroom.collect import write_report

    document = hand_in({})
    for key, entry in entries.items():
        lesson, kind, name = key.split("/")
        kinds = {"check": "exercises", "recall": "recall questions", "predict": "predictions", "open": "open tasks"}
        document["lessons"].setdefault(lesson, {}).setdefault(kinds[kind], {})[name] = {**entry, "when": "x"}
    one = read(document | more)
    assert one.problem == "" or "nested" in one.problem
    write_report([one], {}, [], tmp_path_factory.mktemp("report"), [], {})


# -------------------------------------------------------------------------------------- same as shipped

LIF = SOLUTIONS["01/lif"]


def test_comments_names_of_functions_and_annotations_do_not_count_and_names_of_variables_do():
    assert is_shipped("01/lif", LIF)
    other = LIF.replace("def lif(X", 'def my_own(X: "a tensor"').replace("\n    S = []", "  # loop\n\n    S = []\n")
    assert other != LIF and is_shipped("01/lif", other)
    assert is_shipped("01/lif", LIF.replace("):\n", '):\n    """Mine."""\n', 1))
    assert not is_shipped("01/lif", re.sub(r"\bS_t\b", "fired", LIF))
    assert not is_shipped("00/no_reset", LIF)


def test_short_solutions_are_not_compared():
    assert "01/charge" not in shipped() and not is_shipped("01/charge", SOLUTIONS["01/charge"])
    for key in shipped():
        assert compared_form(SOLUTIONS[key]) or key


@pytest.mark.parametrize("source", ["", "(", "x = 1", "lambda x: x", None, 3, "def f(" * 1000, "\0"])
def test_what_is_no_function_is_not_the_same(source):
    assert not is_shipped("01/lif", source)


def test_the_solutions_of_the_lessons_are_those_in_the_package():
    """After a change: python -m notebooks.build.lesson_solutions."""
    pytest.importorskip("jupytext")
    from notebooks.build.lesson_solutions import lesson_solutions

    assert json.loads(SOLUTIONS_FILE.read_text("utf-8")) == lesson_solutions()


# ----------------------------------------------------------------------------------- pages and tables


class Tags(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@extent.examples(100)
@given(st.text() | st.just(EVIL))
def test_any_text_is_shown_as_just_that_text(text):
    shown = Tags(page(text, table(text, [text], [[text, text]]), own(text)).decode("utf-8"))
    assert {tag for tag, _ in shown.tags} <= set(
        "html head meta title style body main h1 div table caption thead tbody tr th td bdi".split()
    )
    plain = "".join(one for one in text if one >= " " or one in "\n\t").encode("utf-8", "replace").decode()
    assert shown.text.count(plain) >= 6 or not plain.strip()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "＝1"])
def test_no_text_is_a_formula_in_a_spreadsheet(text):
    assert spreadsheet_text(text) == f"'{text}"


def test_other_text_stays_as_it_is():
    assert [spreadsheet_text(one) for one in ("a=1", "", "膜", "1-2")] == ["a=1", "", "膜", "1-2"]


def test_what_a_terminal_obeys_is_not_printed():
    assert printable("a\x1b[31mb\u202e") == "a�[31mb�"


def counted_right(*answers: tuple[str, bool]) -> list[HandedIn]:
    return [
        read(hand_in({"01/recall/1": {"prompt": "P", "answer": 0, "text": text, "right": right}}))
        for text, right in answers
    ]


def test_shares_of_options_and_what_is_right_are_of_the_class():
    files = counted_right(("A", True), ("A", True), ("B", False), ("B", False), ("B", True))
    (row,) = question_rows(files)
    assert row.answers == {"A": 2, "B": 3} and row.right == {"A"}, "one edited file decides nothing"
    assert (row.first_right, row.judged, row.prompt) == (3, 5, "P")


# --------------------------------------------------------------------------------------- the whole class


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return made_class.files(28 if extent.quick else 40)


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows_of(out: Path, name: str = "class.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / name).read_bytes().decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def collected(made, tmp_path_factory) -> Path:
    """The report on the class, which was a zip."""
    folder = tmp_path_factory.mktemp("class")
    source = made_class.write(folder, made, zipped=True)
    before = hashes(folder)
    assert main(["collect", str(source), "--out", str(folder / "out")]) == 0
    assert before.items() <= hashes(folder).items(), "it only reads"
    return folder / "out"


def test_each_file_has_its_row_and_a_broken_one_costs_its_own(collected, made):
    rows = rows_of(collected)
    assert len(rows) == len(made)
    problems = {row["file"].split("/")[0]: row["not read because"] for row in rows if row["not read because"]}
    assert problems.keys() == {"Bert_96", "Ines_97", "Nils_98"}
    assert problems["Nils_98"].startswith("foreign: of format 9") and problems["Bert_96"].startswith("damaged: ")
    assert problems["Ines_97"].startswith("foreign: neither a hand-in")
    flags = {row["name"].lstrip("'"): row["flags"] for row in rows if row["flags"]}
    assert flags["Eve Editor"].startswith("edited") and flags["Fay Foreign"].startswith("foreign")
    assert flags["Carl Copy"].startswith("equal") and "Carl_91" in flags["Cora Copy"]
    assert flags[""].startswith("old format") and len(flags) == 5
    late = next(row for row in rows if row["name"] == "Lars Late")
    assert late["last first pass"] == LATE


def test_what_is_counted_is_what_the_students_did(collected):
    row = next(one for one in rows_of(collected) if one["name"] == "Student 01")
    answers = student(1)
    entries = [entry for key, entry in answers.items() if "/check/" in key]
    assert row["exercises passed"] == str(sum(entry["passed"] for entry in entries))
    passes = [entry for entry in entries if entry["passed"]]
    assert row["tries until passed"] == str(sum(entry["tries"] for entry in passes))
    assert len(passes) < len(entries), "those of what has not passed are no tries until passed"
    asked = [entry for key, entry in answers.items() if "/recall/" in key]
    assert (row["right at first answer"], row["of judged"]) == (str(sum(one["right"] for one in asked)), "9")
    named = {name for entry in entries for name in entry.get("recognised", {})}
    assert named and all(f"{name} (" in row["misconceptions recognised"] for name in named)
    assert "01/lif" in row["same as shipped"] and row["run again"] == "" and row["open answers"] == "1"
    mine = [one for one in rows_of(collected, "answers.csv") if one["name"] == "Student 01"]
    assert len(mine) == len(answers)
    source = next(one for one in mine if one["key"] == "01/lif")
    assert source["answer or source"] == LIF and source["same as shipped"] == "yes"


def pages_of(out: Path) -> list[str]:
    return [path.read_text("utf-8") for path in [out / "class.html", *sorted((out / "students").iterdir())]]


def test_a_task_to_hand_in_stands_in_the_reports_with_its_title_and_text(tmp_path, monkeypatch):
    pytest.importorskip("jupytext")  # as where the whole project is
    entry = {"prompt": open_tasks()["02/task_a"], "text": "ones below the diagonal", "skipped": False}
    (tmp_path / "a.json").write_text(json.dumps(hand_in({"02/open/task_a": entry}, "Ada")))
    assert main(["collect", str(tmp_path / "a.json"), "--out", str(tmp_path / "out")]) == 0
    task = teachers_files(ROOT)["02"].tasks[0]
    for shown in (Tags(text).text for text in pages_of(tmp_path / "out")):
        assert task.title in shown and task.text in shown and task.answer not in shown
        assert "under “To hand in”" not in shown and "**" not in shown
    assert "02/task_a: 1 answer" in Tags(pages_of(tmp_path / "out")[0]).text

    monkeypatch.setattr("psn_viz.export.colab.ROOT", tmp_path)
    assert main(["collect", str(tmp_path / "a.json"), "--out", str(tmp_path / "out")]) == 0
    for shown in (Tags(text).text for text in pages_of(tmp_path / "out")):
        assert "answer_key.html of psn-viz teachers, 02, Task A." in shown


def test_questions_have_the_keys_that_everything_else_has(tmp_path):
    entry = {"answer": 1, "right": True}
    answers = hand_in({"02/predict/row_6": entry, "02/recall/1": entry}, "Ada")
    (tmp_path / "a.json").write_text(json.dumps(answers))
    assert collect(tmp_path / "a.json", tmp_path / "out") == 0
    assert [row["key"] for row in rows_of(tmp_path / "out", "answers.csv")] == ["02/row_6", "02/recall/1"]
    for shown in pages_of(tmp_path / "out"):
        assert "02/row_6" in shown and "02/recall/1" in shown and "/predict/" not in shown


def test_the_numbers_of_exercises_are_those_of_the_notebooks():
    """After a change: python -m notebooks.build.lesson_solutions."""
    pytest.importorskip("jupytext")
    from notebooks.build.lesson_solutions import NUMBERS_FILE, exercise_numbers

    numbers = exercise_numbers()
    assert json.loads(NUMBERS_FILE.read_text("utf-8")) == numbers and numbers.keys() == exercises().keys()
    assert (numbers["02/weight"], numbers["02/cut"], numbers["06/scan"]) == ("02/1", "02/3", "06/further 1")


def test_the_grid_says_who_has_passed_what(tmp_path):
    right, wrong = (SOLUTIONS["02/weight"], True), ("def f(): pass", False)
    answers = {"02/check/weight": tried([wrong, right, wrong]), "02/check/cut": tried([wrong, wrong])}
    (tmp_path / "in").mkdir()
    for name, entries in {"Ada": answers, "Ben": {"own/check/mine": tried([right])}, FORMULA: {}}.items():
        (tmp_path / "in" / f"{name[:3]}.json").write_text(json.dumps(hand_in(entries, name)))
    (tmp_path / "in" / "Eve.json").write_text("{")
    assert collect(tmp_path / "in", tmp_path / "out") == 0
    rows = {row["name"] or row["file"]: row for row in rows_of(tmp_path / "out", "grid.csv")}
    assert rows.keys() == {"Ada", "Ben", f"'{FORMULA}", "Eve.json"}
    assert list(rows["Ada"]) == ["student", "name", "file", "handed in", "exercises passed", "02/1 02/weight",
                                 "02/2 02/varying_leak", "02/3 02/cut", "own/mine"]  # fmt: skip
    assert list(rows["Ada"].values())[3:] == [ON_TIME, "1", "✓ 2", "", "✗ 2", ""]
    assert list(rows["Ben"].values())[3:] == [ON_TIME, "1", "", "", "", "✓ 1"]
    assert set(list(rows["Eve.json"].values())[3:]) == {""}
    shown = Tags((tmp_path / "out" / "class.html").read_text("utf-8")).text
    assert "02/1" in shown and "✗ 2" in shown and "handed in" in shown and "2026-05-01 10:00 +0200" in shown
    assert "Nobody has tried an exercise of lessons 00, 01, 03, 04, " in shown


def test_tasks_have_columns_after_exercises_and_lessons_that_nobody_touched_have_no_rows(tmp_path):
    right = tried([(SOLUTIONS["02/weight"], True)])
    answers = {"02/check/cut": right, "02/check/weight": right}
    answers |= {f"02/open/{name}": {"prompt": "P", "text": text, "skipped": not text}
                for name, text in (("task_b", "mine"), ("task_a", " "), ("open", "seen"))}  # fmt: skip
    out, _ = shown_of(tmp_path, {"A/h.json": json.dumps(hand_in(answers, "Ada")).encode(), "B/h.json": b"{"})
    ada, broken = rows_of(out, "grid.csv")
    assert list(ada)[-3:] == ["02/3 02/cut", "02/open", "02/B 02/task_b"]
    assert list(ada.values())[-3:] == ["✓ 1", "answered", "answered"] and set(list(broken.values())[-5:]) == {""}
    of_class, of_ada = (Tags(text).text for text in pages_of(out))
    assert "02/varying_leak" in of_class and "01/charge" not in of_class and "answer_key.html" in of_class
    assert of_ada.index("02/weight") < of_ada.index("02/cut"), "in the order of the course"
    assert "02/1" in of_ada


def test_pages_are_whole_and_hold_nothing_of_a_student_as_html(collected):
    pages = [collected / "class.html", *(collected / "students").iterdir()]
    assert len(pages) == len(rows_of(collected)) - 3 + 1
    for path in pages:
        shown = Tags(path.read_text("utf-8"))
        assert not {tag for tag, _ in shown.tags} & {"script", "img", "link", "iframe", "form", "svg", "base"}
        for _, attributes in shown.tags:
            assert not [name for name in attributes if name.startswith("on")]
            assert "src" not in attributes and not attributes.get("href", "").startswith(("http", "javascript", "//"))
    shown = Tags((collected / "class.html").read_text("utf-8"))
    assert shown.text.count(EVIL) >= 3 and "proves nothing" in shown.text and "No flag is a verdict" in shown.text
    links = [attributes["href"] for tag, attributes in shown.tags if tag == "a"]
    assert links and all((collected / link).is_file() for link in links)
    assert shown.text.count("look at the diagonals") >= 5, "open answers stand side by side"
    evil = next(path for path in pages if "img-src" in path.name)
    assert f"# {EVIL}" in Tags(evil.read_text("utf-8")).text


def test_tables_hold_no_formula(collected):
    for name in ("class.csv", "answers.csv", "grid.csv"):
        rows = list(csv.reader(io.StringIO((collected / name).read_bytes().decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@"))]
        assert f"'{FORMULA}" in cells and {len(row) for row in rows} == {len(rows[0])}


def test_a_folder_gives_the_same_and_nothing_is_run(made, tmp_path, monkeypatch, collected, capsys):
    monkeypatch.setattr(rerunning.subprocess, "Popen", lambda *_, **__: pytest.fail("something was run"))
    source = made_class.write(tmp_path, made)
    assert collect(source, tmp_path / "out") == 0
    assert (tmp_path / "out" / "class.csv").read_bytes() == (collected / "class.csv").read_bytes()
    assert "Nothing was run." in capsys.readouterr().out


# --------------------------------------------------------------------------------------------- --run


def of_hostile(name: str) -> HandedIn:
    return read(hand_in(hostile(HOSTILE[name]), name))


FAST = ("exit", "commands", "loop")


@pytest.fixture(scope="module")
def run_again(tmp_path_factory) -> dict:
    """Honest and hostile hand-ins through their checks, with a secret in the environment."""
    names = [name for name in HOSTILE if name in FAST or not extent.quick]
    files = {name: of_hostile(name) for name in names}
    files["honest"] = read(hand_in({f"{key.split('/')[0]}/check/{key.split('/')[1]}": tried([(source, True)])
                                    for key, source in SOLUTIONS.items()}))  # fmt: skip
    helped = "def charge(V, X_t, tau):\n    return helper(V, X_t) / tau + V\n"
    needs = "import torch as T\nfactor = 1.0\ndef helper(V, X_t):\n    return T.sub(X_t, V) * factor\n"
    spy = """def charge(V, X_t, tau):
    import os
    raise ValueError(f"{os.environ.get('PSN_SECRET')}, {'HOME' in os.environ}")
"""
    files["helped"] = read(hand_in({"01/check/charge": tried([(helped, True)], needs=needs)}))
    files["lambda"] = read(
        hand_in({"01/check/charge": tried([('pv.check("01/charge", lambda V, X_t, tau: V)\n', False)])})
    )
    files["spy"] = read(hand_in({"01/check/charge": tried([(spy, True)])}))
    files["none"] = read(hand_in({"01/check/charge": tried([("x = 1", True)]) | {"needs": 3}}))
    said: list[str] = []
    temporary = set(os.listdir(tempfile.gettempdir()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PSN_SECRET", "swordfish")
        try:
            found = rerun(list(files.values()), said.append, seconds=12, check=0.5)
        except CannotRun as error:
            pytest.skip(str(error))
    left = {name for name in set(os.listdir(tempfile.gettempdir())) - temporary if name.startswith("psn-viz-")}
    return {"found": dict(zip(files, (found.get(n, {}) for n in range(len(files))), strict=True)),
            "said": said, "left": left, "files": files}  # fmt: skip


@LIMITED
def test_it_says_first_what_is_not_kept_out(run_again):
    assert "NOT kept from it: reading" in run_again["said"][1] and "deceiving its check" in run_again["said"][1]
    assert "Kept from it (tried just now): " in run_again["said"][0] and len(run_again["said"]) == 3
    assert run_again["said"][2].startswith("Running the functions of ")
    everything = rerunning.what_is_not_kept_out(list(rerunning.WHAT_STAYS_OPEN))
    assert "nothing" in everything[0] and "use the network" in everything[1] and "fill the memory" in everything[1]


@LIMITED
def test_honest_functions_pass_again_with_what_they_need(run_again):
    honest = run_again["found"]["honest"]
    assert honest.keys() == SOLUTIONS.keys() and {status for status, *_ in honest.values()} == {"passed"}
    assert run_again["found"]["helped"]["01/charge"][0] == "passed"
    assert run_again["found"]["lambda"]["01/charge"][0] == "differs"
    assert run_again["found"]["none"]["01/charge"][:2] == (
        "raised",
        "its definition raised ValueError: there is no function in the source",
    )
    row = student_row(run_again["files"]["honest"], honest)
    assert row.confirmed == f"{len(SOLUTIONS)} of {len(SOLUTIONS)}" and row.handed_in.flags == []


@LIMITED
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_function_costs_itself_alone(run_again, name):
    if name not in run_again["found"]:
        pytest.skip("tried without --quick")
    found = run_again["found"][name]
    if name == "elsewhere":
        assert found["01/charge"][0] in ("passed", "raised")
        assert not Path("ELSEWHERE").exists()
    else:
        assert found["01/charge"][0] in ("slow", "raised", "killed"), found
    assert (found["01/lif"][0], found["02/weight"][0]) == ("passed", "passed")
    one = of_hostile(name)
    row = student_row(one, found)
    if name != "elsewhere":
        assert row.confirmed == "2 of 3"
        assert one.flags == ["run again: 01/charge passed in the file and not now"]


@LIMITED
def test_nothing_of_the_environment_goes_in_and_nothing_stays(run_again):
    status, sentence, _ = run_again["found"]["spy"]["01/charge"]
    assert (status, sentence) == ("raised", "it raised ValueError: None, True")
    assert not run_again["left"]


@LIMITED
def test_the_command_runs_and_the_report_says_so(tmp_path, capsys, run_again):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(hand_in(hostile(HOSTILE["exit"]), "Eve")))
    assert main(["collect", str(tmp_path / "in"), "--run", "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert told.index("NOT kept from it") < told.index("1 file, 1 read, 1 with flags.")
    (row,) = rows_of(tmp_path / "out")
    assert row["run again"] == "2 of 3" and "01/charge passed in the file and not now" in row["flags"]
    assert "NOT kept from it" in Tags((tmp_path / "out" / "class.html").read_text("utf-8")).text


def test_where_there_are_no_limits_nothing_is_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.json").write_text(json.dumps(hand_in(student(1), "Ada")))
    monkeypatch.setattr(rerunning.sys, "platform", "win32")
    assert collect(tmp_path / "a.json", tmp_path / "out", run=True) == 1
    assert "on Windows use it inside WSL" in capsys.readouterr().err
    monkeypatch.undo()

    monkeypatch.setattr(rerunning._Runner, "_line", lambda self, seconds: ["processes"])
    with pytest.raises(CannotRun, match="no limit on processes"):
        rerun([read(hand_in(student(1), "Ada"))], print)


def test_a_row_without_a_run_says_nothing_of_it():
    assert StudentRow(HandedIn("a")).confirmed == ""
