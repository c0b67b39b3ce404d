"""The progress file: kept, merged, damaged, newer, unwritable; the table, the reset, the file to hand in."""

import errno
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import psn_viz as pv
from psn_viz.course.answers import answer_file
from psn_viz.course.answers.hand_in import write_hand_in
from psn_viz.course.answers.progress_page import KINDS, count
from psn_viz.course.answers.store import FILE, VARIABLE, AnswerStore, answer_store, counts_as_done
from psn_viz.course.lesson_01 import exercises as lesson_01
from psn_viz.course.registry import NO_LESSONS, exercises, predictions, recall_questions
from psn_viz.course.text_page import Page, html_table
from psn_viz.files import LockTimeout

ROOT = Path(__file__).parents[1]
EXERCISES, PREDICTIONS, QUESTIONS = exercises(), predictions(), recall_questions()
EVIL = '<img src=x onerror="alert(1)">'


def names(folder: Path) -> list[str]:
    """The files of a folder, but for the lock, which stays."""
    return sorted(one.name for one in folder.iterdir() if one.suffix != ".lock")


def stored(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))["entries"]


# ------------------------------------------------------------------------------------------ kept answers


def test_an_answer_outlives_the_kernel(path):
    AnswerStore(path).write("01/predict/silent", {"answer": [2, 5], "why": "Grüße 膜电位", "skipped": False})
    again = AnswerStore(path)
    assert again.read("01/predict/silent") == {"answer": [2, 5], "why": "Grüße 膜电位", "skipped": False}
    assert again.read("01/predict/other") is None
    assert again.entries() == {"01/predict/silent": again.read("01/predict/silent")}
    assert "膜电位" in path.read_text("utf-8") and again.messages == []
    assert names(path.parent) == [FILE]


def test_the_store_of_the_kernel_is_one_file_in_the_folder_where_it_began(path, monkeypatch, tmp_path):
    store = answer_store()
    assert (store.path, answer_store()) == (path, store)
    assert not path.exists()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    answer_store().write("01/recall/1", {"answer": 2})
    assert stored(path) and not list((tmp_path / "elsewhere").iterdir())


def test_the_variable_names_another_file_or_none(path, monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine.json"))
    answer_store().write("01/recall/1", {"answer": 2})
    assert (tmp_path / "mine.json").exists()
    for off in ("off", " OFF "):
        monkeypatch.setenv(VARIABLE, off)
        assert answer_store().path is None and answer_store().read("01/recall/1") is None
        answer_store().write("01/recall/1", {"answer": 3})
        assert answer_store().read("01/recall/1") == {"answer": 3}
    assert not path.exists() and repr(answer_store()) == "AnswerStore(in memory)"


def test_what_is_read_is_the_same_before_and_after_a_restart_and_no_part_of_the_store(path):
    for store in (AnswerStore(path), AnswerStore(None)):
        entry = {"answer": (1, 2), "more": {"a": [1]}}
        store.write("01/recall/1", entry)
        entry["more"]["a"].append(2)
        store.read("01/recall/1")["more"]["a"].append(3)
        assert store.read("01/recall/1") == {"answer": [1, 2], "more": {"a": [1]}}


@pytest.mark.parametrize(
    "key", ["", "01", "01/other/a", "0 1/recall/1", "01/recall/", "01/recall/a b", "../x", None, 7, "01/recall/1\n"]
)
def test_a_key_of_another_form_is_refused(key):
    store = AnswerStore(None)
    for use in (store.read, store.declare, lambda key: store.write(key, {})):
        with pytest.raises(ValueError, match=r"key must be such as 01/predict/silent, .*, got "):
            use(key)
    assert store.content().known == set()


@pytest.mark.parametrize(
    ("entry", "error"), [([1], TypeError), ({"a": object()}, TypeError), ({"a": float("nan")}, ValueError)]
)
def test_an_entry_that_json_cannot_hold_is_refused_and_nothing_is_changed(entry, error, path):
    store = AnswerStore(path)
    with pytest.raises(error):
        store.write("01/recall/1", entry)
    assert store.entries() == {} and not path.exists()


# ------------------------------------------------------------------------------------------- two notebooks


def test_two_kernels_keep_each_others_answers(path):
    one, other = AnswerStore(path), AnswerStore(path)
    one.write("01/recall/1", {"answer": 1})
    other.write("01/recall/2", {"answer": 2})
    one.write("01/recall/3", {"answer": 3})
    other.write("01/recall/1", {"answer": 4})
    wanted = {"01/recall/1": {"answer": 4}, "01/recall/2": {"answer": 2}, "01/recall/3": {"answer": 3}}
    assert one.entries() == other.entries() == wanted


# Only the two modules of the package psn_viz.course: all of it would take seconds.
LIGHT = """
import sys, types, psn_viz
package = sys.modules["psn_viz.course"] = types.ModuleType("psn_viz.course")
package.__path__ = [f"{psn_viz.__path__[0]}/course"]
from psn_viz.course.answers import answer_file as progress_file
from psn_viz.course.answers.store import AnswerStore
"""


def kernel(code: str, *arguments) -> subprocess.Popen:
    """Another Python at work with a progress file."""
    command = [sys.executable, "-c", LIGHT + code, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)


def test_many_writers_at_once_lose_nothing(path):
    code = (
        "store = AnswerStore(sys.argv[1])\n"
        "for n in range(12): store.write(f'0{sys.argv[2]}/recall/{n}', {'answer': n})\nprint(store.messages)"
    )
    kernels = [kernel(code, path, n) for n in range(2)]
    store = AnswerStore(path)

    def work(n):
        for m in range(12):
            store.write(f"0{n}/recall/{m}", {"answer": m})

    threads = [threading.Thread(target=work, args=(n,)) for n in (7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kernel.communicate()[0] for kernel in kernels] == ["[]\n"] * 2
    assert set(store.entries()) == {f"0{n}/recall/{m}" for n in (0, 1, 7, 8) for m in range(12)}
    assert names(path.parent) == [FILE]


@pytest.mark.parametrize(("patience", "refused"), [(5.0, 0), (0.02, 5)])
def test_slow_writers_are_inside_one_at_a_time(path, monkeypatch, patience, refused):
    """Six that each stay inside for longer, or not for much shorter, than the others have patience."""
    monkeypatch.setattr(answer_file, "PATIENCE", patience)
    guard, inside, most, late = threading.Lock(), [0], [0], []
    deadline = time.monotonic() + 20
    together = threading.Barrier(6)

    def work():
        together.wait()
        try:
            with answer_file.write_lock(path):
                with guard:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.1)
                while len(late) < refused and time.monotonic() < deadline:
                    time.sleep(0.01)  # until nobody has any patience left
                with guard:
                    inside[0] -= 1
        except LockTimeout as error:
            late.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] and late == [f"another program has held it for {patience:g} s"] * refused


def test_an_answer_that_has_to_wait_is_not_lost_and_that_is_said(path, monkeypatch, capsys):
    """The lock of another process; one that dies lets go of it."""
    monkeypatch.setattr(answer_file, "PATIENCE", 0.05)
    store = answer_store()
    store.write("01/recall/0", {"answer": 0})
    other = kernel(
        "with progress_file.write_lock(progress_file.Path(sys.argv[1])): print('in', flush=True), input()", path
    )
    assert other.stdout.readline() == "in\n"
    for n in (1, 2):
        store.write(f"01/recall/{n}", {"answer": n})
    assert capsys.readouterr().out == (
        f"psn_viz: {FILE} cannot be written now (another program has held it for 0.05 s): this answer is kept until "
        "the kernel stops, and written along with the next one\n"
    )
    assert set(stored(path)) == {"01/recall/0"} and len(store.entries()) == 3
    assert "could not be removed (another program has held it for 0.05 s)" in repr(pv.reset_progress())
    assert len(store.entries()) == 3
    other.kill()
    other.communicate()
    monkeypatch.setattr(answer_file, "PATIENCE", 5.0)
    store.write("01/recall/3", {"answer": 3})
    assert len(stored(path)) == 4


def test_a_lock_file_that_an_older_version_left_is_no_lock(path, monkeypatch):
    (path.parent / f".{FILE}.lock").touch()
    monkeypatch.setattr(answer_file, "PATIENCE", 0.05)
    AnswerStore(path).write("01/recall/1", {"answer": 1})
    assert stored(path)
    assert names(path.parent) == [FILE]


@pytest.mark.parametrize("number", ["ENOLCK", "ENOTSUP", "ENOSYS"])
@pytest.mark.filterwarnings("ignore:flock not supported")
def test_where_files_cannot_be_locked_they_are_written_all_the_same(path, monkeypatch, number):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(getattr(errno, number), "no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    store = AnswerStore(path)
    for n in (1, 2):
        store.write(f"01/recall/{n}", {"answer": n})
    assert len(stored(path)) == 2 and store.messages == []


def test_a_writer_waits_for_another_one(path):
    store, order = AnswerStore(path), []
    with answer_file.write_lock(path):
        thread = threading.Thread(target=lambda: (store.write("01/recall/1", {}), order.append("written")))
        thread.start()
        time.sleep(0.05)
        order.append("free")
    thread.join()
    assert order == ["free", "written"]


# ------------------------------------------------------------------------------ files that cannot be used

GOOD = {"psn_viz_progress": 1, "known": [], "entries": {"01/recall/1": {"when": "x", "entry": {"answer": 1}}}}
DAMAGED = {
    "empty": "",
    "cut": json.dumps(GOOD)[:40],
    "list": "[]",
    "no version": json.dumps({"entries": {}, "known": []}),
    "version": json.dumps(GOOD | {"psn_viz_progress": "1"}),
    "no known": json.dumps({"psn_viz_progress": 1, "entries": {}}),
    "known": json.dumps(GOOD | {"known": [1]}),
    "entries": json.dumps(GOOD | {"entries": [1]}),
    "entry": json.dumps(GOOD | {"entries": {"01/recall/1": {"answer": 1}}}),
    "inner": json.dumps(GOOD | {"entries": {"01/recall/1": {"when": "x", "entry": 3}}}),
    "deep": "[" * 100_000,
    "bytes": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_ignored_with_one_line_and_kept_aside(text, path, capsys):
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(data)
    store = AnswerStore(path)
    assert store.entries() == {} and store.read("01/recall/1") is None
    assert path.read_bytes() == data  # reading moves nothing
    told = capsys.readouterr().out
    assert re.fullmatch(rf"psn_viz: {FILE} is damaged \(.*\); it is ignored\n", told)
    store.write("01/recall/2", {"answer": 2})
    store.write("01/recall/3", {"answer": 3})
    told = capsys.readouterr().out
    assert re.fullmatch(
        rf"psn_viz: {FILE} is damaged \(.*\); it is kept as {FILE}\.damaged, and a new one begun\n", told
    )
    assert (path.parent / f"{FILE}.damaged").read_bytes() == data
    assert set(stored(path)) == {"01/recall/2", "01/recall/3"}
    assert len(store.messages) == 2 and str(path.parent) not in "".join(store.messages)


def test_a_file_of_a_newer_version_is_kept_aside_and_none_is_lost(path, capsys):
    text = json.dumps(GOOD | {"psn_viz_progress": 2, "entries": "in another form"})
    for number in range(3):
        path.write_text(text)
        AnswerStore(path).write("01/recall/1", {"answer": number})
    assert "was written by a newer psn_viz (format 2; this one reads 1); it is kept as" in capsys.readouterr().out
    aside = [name for name in names(path.parent) if name != FILE]
    assert aside == [f"{FILE}.newer", f"{FILE}.newer.2", f"{FILE}.newer.3"]
    assert all((path.parent / name).read_text() == text for name in aside)


def test_a_folder_that_cannot_be_written_is_told_once_and_answers_are_kept_in_memory(path, capsys):
    store = AnswerStore(path.parent / "nowhere" / FILE)
    for n in (1, 2):
        store.write(f"01/recall/{n}", {"answer": n})
    assert store.entries() == {"01/recall/1": {"answer": 1}, "01/recall/2": {"answer": 2}}
    told = capsys.readouterr().out
    assert told == (
        f"psn_viz: {FILE} cannot be written (No such file or directory): answers are kept until the kernel stops; "
        "set PSN_VIZ_PROGRESS to a file that can\n"
    )
    (path.parent / "nowhere").mkdir()
    store.write("01/recall/3", {"answer": 3})
    assert len(stored(store.path)) == 3


def test_a_disk_that_is_full_leaves_the_old_file(path, monkeypatch, capsys):
    store = AnswerStore(path)
    store.write("01/recall/1", {"answer": 1})
    before = path.read_bytes()

    def full(*paths):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        store.write("01/recall/2", {"answer": 2})
        assert store.read("01/recall/2") == {"answer": 2} and AnswerStore(path).read("01/recall/2") is None
    assert path.read_bytes() == before and names(path.parent) == [FILE]
    assert "cannot be written (disk full)" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_not_written_over(path, capsys):
    path.mkdir()
    store = AnswerStore(path)
    assert store.entries() == {}
    store.write("01/recall/1", {"answer": 1})
    assert store.read("01/recall/1") == {"answer": 1} and path.is_dir()
    assert "cannot be read" in store.messages[0] and "cannot be written" in store.messages[1]


def test_a_file_without_permission_is_left_as_it_is(path, monkeypatch):
    AnswerStore(path).write("01/recall/1", {"answer": 1})

    def forbidden(path):
        raise PermissionError(13, "Permission denied")

    store = AnswerStore(path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", forbidden)
        store.write("01/recall/2", {"answer": 2})
        assert store.entries() == {"01/recall/2": {"answer": 2}}
    assert set(stored(path)) == {"01/recall/1"}
    store.write("01/recall/3", {"answer": 3})
    assert set(stored(path)) == {"01/recall/1", "01/recall/2", "01/recall/3"}


def test_the_file_is_for_others_to_read_and_not_to_run(path):
    AnswerStore(path).write("01/recall/1", {})
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


# ------------------------------------------------------------------------------------- the table, the reset


def answers(store):
    store.write("01/predict/silent", {"answer": 3})
    store.write("01/predict/later", {"answer": None, "skipped": True})
    store.write("01/recall/1", {"answer": 2, "right": False})
    store.write("01/check/charge", {"passed": True, "tries": 2})
    store.write("01/check/lif", {"passed": False, "tries": 1})
    store.declare("01/recall/2")
    store.declare("98/predict/x")


def test_the_table_counts_what_is_done_and_what_there_is(path):
    answers(answer_store())
    in_00 = [sum(key.startswith("00/") for key in keys) for keys in (PREDICTIONS, EXERCISES)]
    in_01 = [sum(key.startswith("01/") for key in keys) for keys in (PREDICTIONS, EXERCISES)]
    assert repr(pv.show_progress()).split("\n")[:3] == [
        "lesson  predictions  recall questions  exercises",
        f"00      0 of {in_00[0]}       –                 0 of {in_00[1]}",
        f"01      1 of {in_01[0] + 1}       1 of {len(QUESTIONS['01'])}            1 of {in_01[1]}",
    ]
    assert repr(pv.show_progress()).split("\n")[-2:] == [
        "98      0 of 1       –                 –",
        "Right at the first answer: 0 of 1.",
    ]
    assert "<td" in pv.show_progress()._repr_html_()
    assert pv.show_progress()._repr_html_().count("<tr>") == len(repr(pv.show_progress()).split("\n")) - 1


def test_what_there_is_is_known_after_a_restart_once_something_was_answered(path):
    answers(answer_store())
    answer_store().write("01/recall/1", {"answer": 1})
    assert count(AnswerStore(path))["98"]["predict"] == (0, 1)
    assert count(AnswerStore(path))["01"]["recall"] == (1, len(QUESTIONS["01"]))


def test_exercises_are_counted_from_what_is_defined(path):
    assert sum(kinds["check"][1] for kinds in count(answer_store()).values()) == len(EXERCISES)


def test_a_check_that_passes_is_in_the_table(path):
    pv.check("01/charge", lesson_01.charge)
    entry = stored(path)["01/check/charge"]["entry"]
    assert (entry["passed"], entry["tries"]) == (True, 1) and entry["source"].startswith("def charge(")
    assert count(AnswerStore(path))["01"]["check"] == (1, 2)


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        ({}, True),
        ({"passed": True}, True),
        ({"passed": False}, False),
        ({"skipped": True}, False),
        ({"right": False}, True),
    ],
)
def test_what_counts_as_done(entry, counts):
    assert counts_as_done(entry) is counts


def test_keys_of_another_form_in_the_file_are_kept_and_not_counted(path):
    odd = {"when": "x", "entry": {"a": 1}}
    path.write_text(json.dumps(GOOD | {"entries": {"01/essay/1": odd, EVIL: odd}, "known": ["hm"]}))
    store = answer_store()
    store.write("01/recall/1", {})
    assert {"01/essay/1", EVIL} < set(stored(path))
    assert "hm" not in repr(pv.show_progress()) and "<img" not in pv.show_progress()._repr_html_()


def test_messages_are_shown_below_the_table(path):
    path.write_text("{")
    assert "is damaged" in repr(pv.show_progress()).split("\n")[-1]
    assert "is damaged" in pv.show_progress()._repr_html_()


def test_reset_forgets_everything_and_keeps_the_old_file(path):
    answers(answer_store())
    old = path.read_bytes()
    told = pv.reset_progress()
    assert repr(told) == (
        f"All answers are forgotten. The old ones are in {FILE}.old. "
        "Run the cells of a notebook again to answer anew."
    )
    assert answer_store().entries() == {} and not path.exists()
    assert (path.parent / f"{FILE}.old").read_bytes() == old
    assert "old ones" not in repr(pv.reset_progress())
    assert (path.parent / f"{FILE}.old").read_bytes() == old


def test_reset_in_memory(monkeypatch):
    answer_store().write("01/recall/1", {})
    assert repr(pv.reset_progress()).startswith("All answers are forgotten. Run")
    assert answer_store().entries() == {}


def test_one_lesson_is_begun_anew_and_the_others_stay(path):
    store = answer_store()
    for key in ("01/predict/hard", "02/predict/row_6", "02/recall/1", "02/check/cut", "03/recall/2"):
        store.write(key, {"answer": 1})
    old = path.read_bytes()
    told = repr(pv.reset_progress("02"))
    assert told == (
        f"The answers of lesson 02 are forgotten. The old ones are in {FILE}.old. "
        "Run the cells of a notebook again to answer anew."
    )
    assert sorted(stored(path)) == ["01/predict/hard", "03/recall/2"]
    assert (path.parent / f"{FILE}.old").read_bytes() == old
    assert "old ones" not in repr(pv.reset_progress("02")), "nothing was there, so nothing is copied"
    assert "lesson 01 and 03 are forgotten" in repr(pv.reset_progress(["03", "01"]))
    assert stored(path) == {} and names(path.parent) == [FILE, f"{FILE}.old", f"{FILE}.old.2"]
    assert count(AnswerStore(path))["02"]["recall"] == (0, len(QUESTIONS["02"]))


def test_one_lesson_is_begun_anew_in_memory(monkeypatch):
    store = answer_store()
    store.reset()
    store.write("02/recall/1", {})
    store.write("03/recall/1", {})
    assert "old ones" not in repr(pv.reset_progress("02"))
    assert list(store.entries()) == ["03/recall/1"]
    store.reset()


@pytest.mark.parametrize(
    ("lessons", "error", "words"),
    [
        ("2", ValueError, "lessons must be among 00, 01, 02.*got '2'"),
        (["02", "77"], ValueError, "got '77'"),
        ([], ValueError, "at least one lesson"),
        (2, TypeError, "lessons must be such as '02' or .*, got 2"),
        ([2], TypeError, "got \\[2\\]"),
    ],
)
def test_only_lessons_that_there_are_can_be_begun_anew(path, lessons, error, words):
    answer_store().write("02/recall/1", {})
    with pytest.raises(error, match=words):
        pv.reset_progress(lessons)
    assert list(stored(path)) == ["02/recall/1"]


@pytest.mark.parametrize(("key", "entry_key"), [("02/row_6", "02/predict/row_6"), ("02/recall/2", "02/recall/2")])
def test_one_question_is_asked_again(path, key, entry_key):
    old = pv.ask_again(key).question
    assert old.key == entry_key and not path.exists(), "there was nothing to forget"
    answer_store().write(entry_key, {"prompt": old.prompt, "answer": 0, "skipped": False})
    answer_store().write("02/predict/factor", {"answer": 1})
    anew = pv.ask_again(key).question
    assert (anew.status, anew.prompt, anew.key) == ("open", old.prompt, entry_key)
    assert list(stored(path)) == ["02/predict/factor"] and names(path.parent) == [FILE, f"{FILE}.old"]


def test_a_question_that_there_is_not_cannot_be_asked_again(path):
    with pytest.raises(ValueError, match="key must name a question, got '02/row_7'; did you mean 02/row_6"):
        pv.ask_again("02/row_7")
    with pytest.raises(ValueError, match="got None; there are 00/first_spikes"):
        pv.ask_again(None)


def test_first_and_second_answers_are_counted(path):
    assert "Right at" not in repr(pv.show_progress())
    store = answer_store()
    for number, (right, second) in enumerate([(True, None), (False, True), (False, False), (False, None)]):
        again = {} if second is None else {"second": {"answer": 1, "right": second, "when": "now"}}
        store.write(f"98/predict/q{number}", {"answer": 0, "right": right, **again})
    store.write("01/recall/1", {"answer": 0})
    store.write("98/predict/odd", {"answer": 0, "right": "yes", "second": 3})
    line = "Right at the first answer: 1 of 4; 1 of 2 at a second thought."
    assert repr(pv.show_progress()).split("\n")[-1] == line and line in pv.show_progress()._repr_html_()
    write_hand_in(store, path.parent / "handed.json")
    handed = json.loads((path.parent / "handed.json").read_text())["lessons"]["98"]["predictions"]["q1"]
    assert handed["answer"] == 0 and handed["right"] is False and handed["second"]["right"] is True


# ------------------------------------------------------------------------------------------- handing in


def test_the_file_to_hand_in_is_readable_and_says_nothing_of_the_person(path, monkeypatch):
    monkeypatch.setenv("USER", "ada-lovelace")
    answers(answer_store())
    told = pv.hand_in()
    predictions = [key for key in PREDICTIONS if key.partition("/")[0] not in NO_LESSONS]
    recalled = sum(len(asked) for lesson, asked in QUESTIONS.items() if lesson not in NO_LESSONS)
    course = len(EXERCISES) + len(predictions) + recalled
    total = course + 2  # what `answers` declares beside the course
    first = (
        f"3 of the {total} questions and exercises of the course done. Written to psn_viz_hand_in.json; download it "
        "from the list of files."
    )
    assert repr(told).split("\n")[0] == first
    text = (path.parent / "psn_viz_hand_in.json").read_text("utf-8")
    document = json.loads(text)
    assert document["psn_viz_hand_in"] == 2 and set(document["versions"]) == {"psn_viz", "python", "torch"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", document["written"])
    assert list(document["lessons"]) == ["01"] and set(document["lessons"]["01"]) == set(KINDS.values())
    charge = document["lessons"]["01"]["exercises"]["charge"]
    assert charge.pop("when") and charge == {"passed": True, "tries": 2}
    asked = sum(key.startswith("01/") for key in PREDICTIONS) + 1
    recall = f"1 of {len(QUESTIONS['01'])}"
    assert document["done"]["01"] == {
        "predictions": f"1 of {asked}",
        "recall questions": recall,
        "exercises": "1 of 2",
    }
    assert "ada-lovelace" not in text and str(path.parent) not in text and text.count("\n") > 20


def test_handing_in_again_replaces_the_file_and_nothing_else_is_written_over(path):
    pv.hand_in()
    pv.hand_in()
    mine = path.parent / "thesis.json"
    for text in ("{}", "my thesis", "[" * 100_000, "3"):
        mine.write_text(text)
        with pytest.raises(
            ValueError, match=r"path must be a new file or one from an earlier hand_in, got 'thesis\.json'"
        ):
            pv.hand_in(path=mine)
        assert mine.read_text() == text
    with pytest.raises(ValueError, match=r"path must be a file that can be written, got 'a\.json'"):
        pv.hand_in(path=path.parent / "nowhere" / "a.json")
    with pytest.raises(TypeError, match="path must be the name of a file, got int"):
        pv.hand_in(path=3)
    assert names(path.parent) == ["psn_viz_hand_in.json", "thesis.json"]


def test_in_memory_the_file_holds_this_session_and_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "off")
    answer_store().reset()
    answer_store().write("01/recall/1", {"answer": 2})
    told = repr(pv.hand_in("Ada"))
    assert "Written to psn_viz_hand_in_Ada.json" in told
    assert "is off: the file holds only what was answered in this notebook since its kernel was started" in told
    (file,) = tmp_path.iterdir()
    document = json.loads(file.read_text("utf-8"))
    assert (file.name, document["name"]) == ("psn_viz_hand_in_Ada.json", "Ada")
    assert document["lessons"]["01"]["recall questions"]["1"]["answer"] == 2
    assert "Written to answers.json" in repr(pv.hand_in(path="answers.json"))
    assert write_hand_in(answer_store(), "answers.json").name == "answers.json"
    answer_store().reset()


def test_the_next_session_in_memory_does_not_replace_what_only_the_file_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "off")
    answer_store().reset()
    answer_store().write("01/recall/1", {"answer": 2})
    pv.hand_in("Ada")
    answer_store().reset()  # as a new kernel
    answer_store().write("02/recall/1", {"answer": 0})
    with pytest.raises(
        ValueError, match=r"'psn_viz_hand_in_Ada.json' has 1 that .* such as '01/recall/1'"
    ) as refused:
        pv.hand_in("Ada")
    file = tmp_path / "psn_viz_hand_in_Ada.json"
    assert list(json.loads(file.read_text("utf-8"))["lessons"]) == ["01"]
    assert "pv.load_answers('psn_viz_hand_in_Ada.json')" in str(refused.value)
    pv.load_answers(file)
    pv.hand_in("Ada")
    assert list(json.loads(file.read_text("utf-8"))["lessons"]) == ["01", "02"]
    answer_store().reset()


def test_what_is_shown_has_no_time_and_no_place(path):
    answers(answer_store())
    for page in (pv.show_progress(), pv.hand_in(), pv.reset_progress()):
        for text in (repr(page), page._repr_html_()):
            assert not re.search(r"\d\d:\d\d|20\d\d|0x[0-9a-f]{4}", text) and str(path.parent) not in text


# ------------------------------------------------------------------------------------------- pages of text


def test_tables_are_escaped():
    shown = (
        html_table([EVIL], [[EVIL]], EVIL)
        + html_table(["a", EVIL], [[EVIL, EVIL]])
        + Page.of(EVIL).under(EVIL)._repr_html_()
    )
    assert "<img" not in shown and shown.count("&lt;img") == 8


# ------------------------------------------------------------------------ nothing of it in the repository


def test_builder_and_tests_keep_no_file():
    from notebooks.build.running import ENVIRONMENT

    assert ENVIRONMENT[VARIABLE] == "off" == os.environ[VARIABLE]
    assert not list((ROOT / "notebooks").glob("psn_viz_*"))
    for name in (FILE, f"{FILE}.damaged", f"{FILE}.old", "psn_viz_hand_in.json"):
        assert any(Path(name).match(line) for line in (ROOT / ".gitignore").read_text().splitlines() if line)
