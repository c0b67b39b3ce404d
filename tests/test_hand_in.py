"""Handing in: what is kept of an exercise, the file with a name and a digest, and answers of several files in one."""

from __future__ import annotations

import functools
import json
import math
import operator
import re
import sys
from datetime import datetime, timedelta
from types import ModuleType

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import psn_viz as pv
from psn_viz.course.answers import store as store_module
from psn_viz.course.answers.answer_file import Content
from psn_viz.course.answers.exercise_entry import Try, with_try
from psn_viz.course.answers.hand_in_format import answers_in, digest, file_name, hand_in_file, student_name
from psn_viz.course.answers.merging import instant, merged
from psn_viz.course.answers.store import AnswerStore, answer_store
from psn_viz.course.checking.source_text import LONGEST, source_of
from tests import extent

EVIL = '<img src=x onerror="alert(1)">'


# ------------------------------------------------------------------------------------------ the source

FACTOR, NAMES, BIG = 2.5, ("a", "b"), torch.zeros(3)


def helper(x, n=FACTOR):
    """Uses itself and another."""
    return other(x) * n if len(NAMES) == 2 else helper(x)


def other(x):
    return math.floor(x) + torch.relu(torch.tensor(x))


def uses_helper(x):
    return helper(x) + operator.neg(x)


def uses_a_tensor(x):
    return BIG + x


def test_the_source_comes_with_what_it_needs_and_runs_elsewhere():
    source, needs = source_of(uses_helper)
    assert source == "def uses_helper(x):\n    return helper(x) + operator.neg(x)\n"
    space: dict = {}
    exec(needs, space)
    exec(source, space)
    assert space["uses_helper"](3.7) == uses_helper(3.7)
    assert needs.count("def helper(") == needs.count("def other(") == 1 and "FACTOR = 2.5" in needs


def test_an_indented_function_a_closure_and_a_wrapped_one_have_their_source():
    scale = 3

    def inner(x):
        return scale * x

    assert source_of(inner) == ("def inner(x):\n    return scale * x\n", "scale = 3\n")
    assert source_of(functools.partial(functools.partial(inner), 1)) == source_of(inner)
    assert source_of(torch.no_grad()(inner)) == source_of(inner)


class Misbehaves:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __call__(self):
        return 1


def long_function():
    space: dict = {}
    exec("def f():\n    return 1\n", space)
    return space["f"]


@pytest.mark.parametrize(
    "function",
    [len, None, 3, Misbehaves(), long_function(), torch.relu],
    ids=lambda function: type(function).__name__,
)
def test_what_has_no_source_has_an_empty_one(function):
    assert source_of(function) == ("", "")


def test_a_tensor_of_the_notebook_is_not_kept_and_a_source_that_is_too_long_neither(monkeypatch):
    assert source_of(uses_a_tensor) == ("def uses_a_tensor(x):\n    return BIG + x\n", "")
    assert 1000 < LONGEST
    monkeypatch.setattr("psn_viz.course.checking.source_text.LONGEST", 30)
    assert source_of(uses_a_tensor) == ("", "")


# --------------------------------------------------------------------------- what is kept of an exercise

TRIES = st.builds(
    Try,
    passed=st.booleans(),
    status=st.sampled_from(["differs", "raised"]),
    recognised=st.sampled_from(["", "the leak applied twice", EVIL]),
    source=st.sampled_from(["", "def f(): return 1", "def f(): return 2"]),
    needs=st.just(""),
    when=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda when: when.isoformat()),
)


@extent.examples(100)
@given(st.lists(TRIES, min_size=1, max_size=8))
def test_after_the_first_pass_only_what_came_after_it_changes(tries):
    entry, at_first_pass = None, None
    for n, one in enumerate(tries, start=1):
        entry = json.loads(json.dumps(with_try(entry, one)))
        if at_first_pass is None and one.passed:
            at_first_pass = entry
            assert (entry["tries"], entry["first_passed"], entry["source"]) == (n, one.when, one.source)
    before = tries[: [one.passed for one in tries].index(True) + 1] if at_first_pass else tries
    assert entry["tries"] == len(before) and entry["first_tried"] == tries[0].when
    assert sum(entry.get("recognised", {}).values()) == sum(bool(one.recognised) for one in before)
    if at_first_pass:
        after = entry.pop("after", {"tries": 0, "passed": 0})
        assert entry == at_first_pass and after["tries"] == len(tries) - len(before)
        assert after["passed"] == sum(one.passed for one in tries[len(before) :])
    else:
        assert "first_passed" not in entry and entry["passed"] is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = ("passed", "tries", "after", "recognised", "first_tried")


@given(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON), TRIES)
def test_whatever_was_edited_into_an_entry_is_no_obstacle(before, one):
    entry = with_try(before, one)
    assert isinstance(entry["passed"], bool) and json.dumps(entry)


def test_running_all_again_after_the_deadline_changes_nothing_that_was_right_before(path, monkeypatch):
    def my_charge(V, X_t, tau):
        return V + (X_t - V) / tau

    def forgets_the_leak(V, X_t, tau):
        return V + X_t

    monkeypatch.setattr("psn_viz.course.checking.check_exercise.now", lambda: "2026-05-01T10:00:00+0200")
    monkeypatch.setattr(store_module, "now", lambda: "2026-05-01T10:00:00+0200")
    assert pv.check("01/charge", forgets_the_leak).recognised
    pv.check("01/charge", my_charge)
    before = json.loads(hand_in_file(answer_store()))["lessons"]["01"]["exercises"]["charge"]
    assert (before["tries"], before["first_passed"]) == (2, "2026-05-01T10:00:00+0200")
    assert list(before["recognised"].values()) == [1] and before["source"].startswith("def my_charge(")
    monkeypatch.setattr("psn_viz.course.checking.check_exercise.now", lambda: "2026-06-01T10:00:00+0200")
    monkeypatch.setattr(store_module, "now", lambda: "2026-06-01T10:00:00+0200")
    for function in (forgets_the_leak, my_charge):
        pv.check("01/charge", function)
    later = json.loads(hand_in_file(answer_store()))["lessons"]["01"]["exercises"]["charge"]
    assert later.pop("after") == {"tries": 2, "passed": 1, "when": "2026-06-01T10:00:00+0200"} and later == before


def test_the_text_of_an_option_is_kept_with_its_number(path):
    question = pv.recall("02").children[1].question.question
    wrong = next(n for n in range(len(question.form.options)) if not question.judge(n)[1])
    question.take("committed", wrong)
    other = (wrong + 1) % len(question.form.options)
    question.take("second", wrong, other)
    entry = answer_store().read(question.key)
    assert entry["text"] == question.form.options[wrong] and entry["second"]["text"] == question.form.options[other]


# ------------------------------------------------------------------------------------------------ the file


def test_the_name_is_in_the_file_and_in_its_name_and_what_it_holds_is_told(path):
    pv.check("01/charge", lambda V, X_t, tau: V + (X_t - V) / tau)
    answer_store().write("02/open/open", {"prompt": "Why?", "text": EVIL})
    told = pv.hand_in("Ada  Lovelace/../7")
    assert "Written to psn_viz_hand_in_Ada_Lovelace_7.json" in repr(told)
    document = json.loads((path.parent / "psn_viz_hand_in_Ada_Lovelace_7.json").read_text("utf-8"))
    assert document["name"] == "Ada Lovelace/../7" and document["digest"] == digest(document)
    assert document["lessons"]["02"]["open tasks"]["open"]["text"] == EVIL
    for words in (
        "'Ada Lovelace/../7'",
        "1 exercise with",
        "(of 1)",
        "1 answer to open tasks",
        "checksum",
        "not hold",
    ):
        assert words in repr(told)
    assert "no name" in repr(pv.hand_in())


@pytest.mark.parametrize("name", ["your name or number", " Your  name or number "])
def test_the_placeholder_of_the_cell_is_no_name(path, name):
    told = repr(pv.hand_in(name))
    assert told.startswith("Nothing was written: put your own name or number in the place of")
    assert not list(path.parent.iterdir())


def test_what_was_skipped_or_never_tried_is_told_as_just_that(path):
    nothing = repr(pv.hand_in())
    assert "no exercises; " in nothing and "tries" not in nothing and "thought" not in nothing
    answer_store().write("01/predict/hard", {"answer": None, "skipped": True})
    skipped = repr(pv.hand_in())
    assert "no prediction or recall questions; 1 question that you skipped; " in skipped
    assert "first answer" not in skipped and "thought" not in skipped
    answer_store().write("01/recall/1", {"answer": 0, "skipped": False})
    assert "1 prediction or recall question with your first answer; 1 question that" in repr(pv.hand_in())
    answer_store().write("01/recall/2", {"answer": 0, "second": {"answer": 1}})
    assert "2 prediction or recall questions with your first answer, 1 with a second" in repr(pv.hand_in())


def test_on_colab_it_is_said_that_the_file_goes_with_the_runtime(path, monkeypatch):
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)  # a stand-in, where the tests run as on Colab
    assert "Colab" not in repr(pv.hand_in())
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert "download it now" in repr(pv.hand_in()) and "pv.load_answers('psn_viz_hand_in.json')" in repr(pv.hand_in())


@pytest.mark.parametrize("changed", ["name", "written", "lessons"])
def test_the_digest_finds_a_change_anywhere(path, changed):
    pv.check("01/charge", lambda V, X_t, tau: V + (X_t - V) / tau)
    document = json.loads(hand_in_file(answer_store(), "膜电位"))
    assert document["digest"] == digest(document) == digest(dict(reversed(document.items())))
    text = json.dumps(document[changed]).replace('"tries": 1', '"tries": 2')
    other = json.loads(text) if changed == "lessons" else "2000"
    assert other != document[changed] and digest(document | {changed: other}) != document["digest"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        (None, "psn_viz_hand_in.json"),
        (4711, "psn_viz_hand_in_4711.json"),
        ("../../x.exe", "psn_viz_hand_in_x_exe.json"),
        ("CON|<b>", "psn_viz_hand_in_CON_b.json"),
        ("王 小明", "psn_viz_hand_in_王_小明.json"),
        ("∮", "psn_viz_hand_in.json"),
    ],
)
def test_names_are_made_safe_for_the_file(name, file):
    assert file_name(student_name(name)) == file


@extent.examples(100)
@given(st.text(min_size=1, max_size=100))
def test_any_name_is_refused_or_makes_the_name_of_a_file_in_the_folder(text):
    try:
        name = student_name(text)
    except ValueError:
        return
    made = file_name(name)
    assert re.fullmatch(r"psn_viz_hand_in[^/\\:\x00-\x1f]*\.json", made) and len(made.encode()) < 255


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 81, "\x1b[31m"])
def test_what_is_no_line_of_text_is_no_name(name, path):
    with pytest.raises(ValueError, match="name must be one line of 1 to 80 characters, got"):
        pv.hand_in(name)


def test_a_path_is_no_name(path):
    with pytest.raises(TypeError, match=r"name must be a text or a whole number, got PosixPath; a file is path="):
        pv.hand_in(path)
    with pytest.raises(TypeError, match="got bool"):
        pv.hand_in(True)
    with pytest.raises(ValueError, match=r"name must be that of a student, got 'a\.json'; a file is path='a\.json'"):
        pv.hand_in("a.json")
    assert not list(path.parent.iterdir())


OLD = {
    "psn_viz_hand_in": 1,
    "written": "2026-01-01T00:00:00+0000",
    "lessons": {"01": {"exercises": {"charge": {"when": "2026-01-01T00:00:00+0000", "passed": True, "tries": 3}}}},
}


def test_files_of_the_first_format_are_read_and_of_a_later_one_refused():
    assert answers_in(json.dumps(OLD).encode()).entries == {
        "01/check/charge": {"when": "2026-01-01T00:00:00+0000", "entry": {"passed": True, "tries": 3}}
    }
    for version in (3, 0, "2", None, [1]):
        with pytest.raises(ValueError, match="is a hand-in file of format"):
            answers_in(json.dumps(OLD | {"psn_viz_hand_in": version}).encode())


# ------------------------------------------------------------------------------------- several files in one


def write(file, entries: dict, times: dict[str, str] | None = None) -> None:
    """A progress file with these entries, each at its time, or at noon."""
    answers = {
        key: {"when": (times or {}).get(key, "2026-05-01T12:00:00+0200"), "entry": one}
        for key, one in entries.items()
    }
    file.write_text(json.dumps({"psn_viz_progress": 1, "known": sorted(answers), "entries": answers}))


def test_ten_files_make_one_hand_in(path):
    """As on Colab, where each lesson has its own runtime."""
    files = []
    for n in range(10):
        store = AnswerStore(None)
        store.write(f"0{n}/recall/1", {"answer": n})
        files.append(path.parent / f"lesson_{n}.json")
        files[-1].write_bytes(hand_in_file(store, "Ada"))
    told = pv.load_answers(*files)
    assert repr(told).split("\n")[:2] == ["10 answers taken over.", "lesson_0.json: 1 new answer."]
    assert answer_store().entries() == {f"0{n}/recall/1": {"answer": n} for n in range(10)}
    assert repr(pv.load_answers(*files)).startswith("no answers taken over.")
    assert "1 as it was here" in repr(pv.load_answers(files[0]))


def test_the_earlier_answer_and_the_earlier_pass_win(path):
    here = answer_store()
    passed = {"passed": True, "tries": 2, "first_tried": "2026-05-01T11:00:00+0200", "source": "late"}
    here.put_all({
        "01/recall/1": {"when": "2026-05-01T10:00:00+0000", "entry": {"answer": 0}},
        "01/recall/2": {"when": "2026-05-01T09:00:00+0000", "entry": {"answer": 0}},
        "01/check/charge": {"when": "x", "entry": passed | {"first_passed": "2026-05-01T12:00:00+0200"}},
        "01/check/lif": {"when": "2026-05-01T12:00:00+0200", "entry": {"passed": False, "tries": 1}},
        "02/open/open": {"when": "2026-05-01T12:00:00+0200", "entry": {"text": "first"}},
    })  # fmt: skip
    early = passed | {"first_passed": "2026-05-01T11:30:00+0200", "source": "early", "tries": 1}
    early["first_tried"] = "2026-05-01T11:20:00+0200"
    file = path.parent / "other.json"
    write(
        file,
        {
            "01/recall/1": {"answer": 1},
            "01/recall/2": {"answer": 1},
            "01/check/charge": early,
            "01/check/lif": {"passed": False, "tries": 4},
            "02/open/open": {"text": "second"},
        },
        {
            "01/recall/1": "2026-05-01T11:59:00+0200",  # a minute earlier, in another zone
            "01/recall/2": "2026-05-01T11:00:00+0200",  # the same instant
            "02/open/open": "2026-05-01T12:00:01+0200",
        },
    )
    assert "other.json: no new answers, 4 that were here taken from it, 1 as it was here." in repr(
        pv.load_answers(str(file))
    )
    found = here.entries()
    assert found["01/recall/1"] == {"answer": 1} and found["01/recall/2"] == {"answer": 0}
    charge = found["01/check/charge"]
    assert (charge["source"], charge["tries"]) == ("early", 1)
    assert charge["first_tried"] == "2026-05-01T11:00:00+0200", "the first try of both"
    assert found["01/check/lif"]["tries"] == 4 and found["02/open/open"] == {"text": "second"}


def test_one_bad_file_takes_nothing_of_the_others(path):
    good, bad = path.parent / "good.json", path.parent / "bad.json"
    write(good, {"01/recall/1": {"answer": 1}})
    bad.write_text("{")
    for files, words in [
        ((good, bad), r"files must be files of answers, got 'bad\.json'.*Nothing was taken"),
        ((good, path.parent), "files must be files that can be read"),
        ((good, path.parent / "none.json"), "No such file"),
        ((), "one file or more"),
    ]:
        with pytest.raises(ValueError, match=words):
            pv.load_answers(*files)
    with pytest.raises(TypeError, match="files must be a path, got 3"):
        pv.load_answers(good, 3)
    assert answer_store().entries() == {} and not path.exists()


TIMES = [None, "", "x", "2026-05-01", "9999-12-31T23:59:59-2359", "2026-05-01T12:00:00+0200"]
ENTRIES = st.dictionaries(
    st.sampled_from(["passed", "tries", "first_tried", "first_passed", "text", "answer"]),
    JSON | st.sampled_from(TIMES),
    max_size=4,
)
ANSWERS = st.dictionaries(
    st.sampled_from(["01/check/lif", "01/recall/1", "02/open/open", "odd"]),
    st.fixed_dictionaries({"when": st.sampled_from(TIMES[1:]), "entry": ENTRIES}),
)


@extent.examples(200)
@given(ANSWERS, ANSWERS)
def test_whatever_the_files_hold_merging_again_changes_nothing(here, there):
    before = json.dumps([here, there])
    once = here | merged(here, there)
    assert once.keys() == here.keys() | there.keys() and merged(once, there) == {}
    assert json.dumps([here, there]) == before
    assert merged(here, here) == {}


def test_times_are_compared_across_zones():
    noon = instant("2026-05-01T12:00:00+0200")
    assert noon == instant("2026-05-01T10:00:00+0000") and instant("soon") > noon + timedelta(days=10**6)


def test_answers_can_be_kept_on_a_mounted_drive(path, monkeypatch, tmp_path):
    """The one line for Colab."""
    (tmp_path / "drive").mkdir()
    monkeypatch.setenv("PSN_VIZ_PROGRESS", str(tmp_path / "drive" / "psn.json"))
    answer_store().write("01/recall/1", {"answer": 1})
    assert (tmp_path / "drive" / "psn.json").exists() and not path.exists()
    assert isinstance(answer_store().content(), Content)
