"""Questions and answers of a page without a kernel: judged as a notebook judges them, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import psn_viz as pv
from psn_viz.browser.question_session import AnswersSession, QuestionSession, question_of
from psn_viz.course.answers.answer_file import Content, parse, progress_key
from psn_viz.course.answers.hand_in_format import answers_in, digest, hand_in_file
from psn_viz.course.answers.store import AnswerStore, answer_store
from psn_viz.course.questions.ask import RecallQuestion
from psn_viz.course.questions.prediction import shown
from psn_viz.course.questions.question import Shown
from psn_viz.course.questions.recall_questions import RecallRow
from psn_viz.course.registry import predictions, recall_questions
from tests import extent

KEYS = {f"{lesson}/recall/{n + 1}" for lesson, asked in recall_questions().items() for n in range(len(asked))}
KEYS |= {progress_key(name, "predict") for name in predictions()}
LATE = {"00/predict/accuracy": 82.9, "06/predict/crossover": 933.9}
SHOWN = tuple(asdict(Shown()))


@pytest.fixture(autouse=True)
def in_memory(monkeypatch, tmp_path):
    """Answers in memory, and no question that another test has asked: a changed setting begins anew."""
    monkeypatch.setenv("PSN_VIZ_PROGRESS", str(tmp_path / "progress.json"))
    assert answer_store().path is not None
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")


def answers_to(session: QuestionSession) -> list:
    """Some right and some wrong answers, as a page gives them."""
    form = session.question.form
    truth = session.question.judge(None)[0] if form.can_skip else 0
    match form.kind:
        case "choice":
            return list(range(len(form.options)))
        case "number":
            near = 12.5 if truth is None else truth
            return [f"{near}", f"{near * 3 + 1}", "many"]
        case "spikes":
            return [truth, [0], []]
        case "curve":
            return [truth, [form.low] * form.steps]
    raise AssertionError(form.kind)


def told(session, action, **argument) -> dict:
    """What a page is told, by way of JSON."""
    text, arrays = session.do_json(action, json.dumps(argument))
    assert arrays == []
    return json.loads(text)


def without_times(value):
    """The same without the times at which something was answered or written."""
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in ("when", "written")}
    return [without_times(one) for one in value] if isinstance(value, list) else value


def seen(question) -> dict:
    """What a widget shows, as a page is told it."""
    return {name: getattr(question, name) for name in SHOWN}


@pytest.mark.parametrize("key", sorted(KEYS)[:: 4 if extent.quick else 1])
def test_every_answer_is_judged_as_in_a_notebook(key):
    asked, reloaded = question_of(key), QuestionSession(key)
    widget = RecallRow if isinstance(asked, RecallQuestion) else shown
    answers = answers_to(reloaded)
    for answer in answers:
        for then in ({"status": "shown"}, {"status": "second", "second": answers[-1]}):
            answer_store().reset()
            session = QuestionSession(key)
            asked.question.restore()  # as in a kernel that has just started
            view = widget(asked)
            assert seen(view.question) == asdict(Shown()) == told(session, "show", stored=None)["shown"]
            requests = [{"status": "committed", "answer": answer, "second": None}]
            requests.append({"answer": answer, "second": None} | then)
            stored = None
            for request in requests:
                view.question.set_state(request)
                kept = answer_store().content().entries.get(key)
                answer_store().reset()  # that of the notebook; a page has its own
                page = told(session, "take", stored=stored, **request)
                assert page["shown"] == seen(view.question)
                assert [repr(lab) for lab in view.children[1:]] == ([f"Lab({page['lab']!r})"] if page["lab"] else [])
                stored = page["entry"] or stored
                assert without_times(stored) == without_times(kept)
                if kept:
                    answer_store().put(key, kept)
                again = told(reloaded, "show", stored=kept)
                if page["entry"]:  # it was taken
                    assert again["shown"] == page["shown"], "a page that is loaded again shows the same"
                if page["shown"]["status"] != "wrong":
                    break


def test_a_question_of_a_page_is_one_of_the_course():
    for key in ("02/recall/9", "02/recall/0", "02/predict/nothing", "02/check/weight", "", "<b>"):
        with pytest.raises(ValueError, match="key must be that of a question"):
            QuestionSession(key)
    with pytest.raises(ValueError, match="action must be"):
        QuestionSession("02/recall/1").do("dance", {})
    with pytest.raises(ValueError, match="truth must be told"):
        QuestionSession("02/recall/1", "3")


@pytest.mark.parametrize(("key", "truth"), LATE.items())
def test_a_late_answer_is_compared_where_the_page_has_the_truth(key, truth):
    first = told(QuestionSession(key), "take", status="committed", answer=str(truth * 2))
    assert "further down" in first["shown"]["feedback"] and first["shown"]["truth"] is None
    answer_store().reset()
    later = told(QuestionSession(key, str(truth)), "show", stored=first["entry"])
    assert f"it is {truth:.4g}" in later["shown"]["feedback"] and later["shown"]["right"] is False
    assert later["entry"] is None, "comparing changes nothing that is kept"
    unanswered = told(QuestionSession(key, str(truth)), "show", stored=None)
    assert unanswered["shown"] == asdict(Shown()), "the truth stays covered until there is an answer"


def test_two_places_of_one_question_follow_each_other():
    first, later = QuestionSession("00/predict/accuracy"), QuestionSession("00/predict/accuracy", "82.9")
    stored = {"when": "x", "entry": {"prompt": first.question.form.prompt, "answer": 60, "skipped": False}}
    assert told(first, "show", stored=stored)["shown"]["status"] == "committed"
    assert told(later, "show", stored=stored)["shown"]["feedback"] == "You said 60, it is 82.9 %: 22.9 too low."


def test_an_answer_of_another_tab_is_not_written_over():
    here, there = QuestionSession("02/recall/2"), QuestionSession("02/recall/2")
    kept = told(there, "take", status="committed", answer=2, stored=None)["entry"]
    answer_store().reset()
    told(here, "show", stored=None)
    answered = told(here, "take", status="committed", answer=0, second=None, stored=kept)
    assert answered["shown"]["answer"] == 2 and answered["entry"] is None
    assert told(here, "show", stored=None)["shown"]["status"] == "open", "forgotten in another tab"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("answer", "skipped", "right", "again", "second", "when")
ENTRIES = st.dictionaries(st.sampled_from(FIELDS), JSON)
SESSIONS = [
    QuestionSession(key) for key in ("02/recall/2", "02/predict/factor", "01/predict/hard", "01/predict/climb")
]


@extent.examples(100)
@given(st.sampled_from(SESSIONS), ENTRIES, JSON, st.booleans())
def test_a_damaged_answer_breaks_no_question(session, entry, other, whole):
    prompt = session.question.form.prompt
    stored = {"when": "x", "entry": {**entry, "prompt": prompt}} if whole else other
    page = told(session, "show", stored=stored)
    assert page["shown"]["status"] in ("open", "wrong", "committed", "skipped")
    text = json.dumps({"psn_viz_progress": 1, "known": [], "entries": {session.question.key: stored, "odd": other}})
    every = AnswersSession()
    assert every.do("progress", text)["rows"]
    assert json.loads(every.do("hand_in", [text, ""])["file"])["psn_viz_hand_in"] == 2


# ------------------------------------------------------------------------------------------ all answers


@pytest.fixture
def answered() -> str:
    """The answers to some questions, as a page keeps them."""
    entries = {}
    for key, answer in (("02/recall/1", 0), ("02/recall/2", 0), ("02/predict/factor", "3"), ("01/predict/hard", [2])):
        entries[key] = told(QuestionSession(key), "take", status="committed", answer=answer)["entry"]
    return json.dumps({"psn_viz_progress": 1, "known": sorted(entries), "entries": entries})


def test_what_is_handed_in_is_what_a_notebook_hands_in(answered, tmp_path):
    with_times = parse(answered.encode())
    pv.hand_in("Ada 7", path=tmp_path / "notebook.json")  # the widgets' store holds the same answers here
    from_page = AnswersSession().do("hand_in", [answered, " Ada 7 "])
    assert from_page["name"] == "psn_viz_hand_in_Ada_7.json" and "'Ada 7'" in from_page["lines"][0]
    notebook, page = json.loads((tmp_path / "notebook.json").read_text("utf-8")), json.loads(from_page["file"])
    assert (notebook["digest"], page["digest"]) == (digest(notebook), digest(page))
    for document in (notebook, page):
        assert document.pop("written") and document.pop("digest")
    assert notebook == page and page["name"] == "Ada 7"
    assert page["lessons"]["02"]["predictions"]["factor"]["answer"] == 3
    assert from_page["file"].encode().count(b"\n") == hand_in_file(AnswerStore.holding(with_times), "Ada 7").count(
        b"\n"
    )


def test_progress_is_what_show_progress_says(answered):
    page, told_there = AnswersSession().do("progress", answered), repr(pv.show_progress())
    for row in page["rows"]:
        assert " ".join(row) in " ".join(told_there.split())
    assert [row for row in page["rows"] if row[0] == "02"] == [["02", "1 of 2", "2 of 3", "0 of 3"]]
    assert page["lines"] == ["Right at the first answer: 1 of 4."] and page["lines"][0] in told_there


def test_a_file_that_was_saved_is_taken_and_what_is_here_stays(answered):
    page, empty = AnswersSession(), json.dumps({"psn_viz_progress": 1, "known": [], "entries": {}})
    entries = json.loads(answered)["entries"]
    for file in (page.do("hand_in", [answered, ""])["file"], answered):
        assert page.do("load", [empty, file]) == {"error": "", "entries": entries, "here": 0}
        del (one := json.loads(answered))["entries"]["02/recall/1"]
        one["entries"]["02/recall/2"]["entry"]["answer"] = 1
        found = page.do("load", [json.dumps(one), file])
        assert found == {"error": "", "entries": {"02/recall/1": entries["02/recall/1"]}, "here": 3}


def _with(text: str, change) -> str:
    document = json.loads(text)
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[:-40], ""),
        (lambda text: "", ""),
        (lambda text: "[1]", "it is neither a hand-in file nor a progress file"),
        (lambda text: " \n", "it is empty"),
        (lambda text: "my answers: 1, 2", "it is damaged, or no file of answers ("),
        (lambda text: text[:-20], "it is damaged, or no file of answers ("),
        (lambda text: '{"cells": []}', "neither a hand-in file nor a progress file"),
        (lambda text: text.replace('"skipped": false', '"skipped": NaN', 1), ""),
        (lambda text: "[" * 100_000, ""),
        (lambda text: _with(text, lambda it: it.update(psn_viz_progress=2)), "newer psn_viz"),
        (lambda text: _with(text, lambda it: it["entries"].update(odd=it["entries"]["02/recall/1"])), "odd"),
        (lambda text: _with(text, lambda it: it["entries"]["02/recall/1"].pop("when")), "when"),
        (lambda text: '{"psn_viz_hand_in": 1, "lessons": {"02": {"predictions": {"a": {"answer": 1}}}}}', "got None"),
        (lambda text: '{"psn_viz_hand_in": 1, "lessons": {"02": {"jokes": {"a": {"when": "x"}}}}}', "02/jokes/a"),
    ],
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_refused_whole_and_says_why(answered, damage, words):
    found = AnswersSession().do("load", [answered, damage(answered)])
    assert (
        found["entries"] == {} and found["error"].startswith("This file was not taken: ") and words in found["error"]
    )


@given(JSON)
def test_any_json_is_refused_or_taken(content):
    try:
        assert isinstance(answers_in(json.dumps(content).encode()), Content)
    except ValueError as error:
        assert "This file was not taken" in str(error)
