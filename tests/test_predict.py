"""Predictions and recall without a front end: committed, skipped, restored; feedback that names the difference."""

from __future__ import annotations

import json
import re
from pathlib import Path

import ipywidgets
import pytest

import psn_viz as pv
from psn_viz.course import predict_choice, predict_curve, predict_number, predict_spikes
from psn_viz.course.answers.store import answer_store
from psn_viz.course.questions.question_widget import QuestionWidget
from psn_viz.course.registry import predictions, recall_questions
from psn_viz.files import asset
from psn_viz.labs import LABS

SOURCES = Path(__file__).parents[1] / "notebooks" / "src"
COURSE = Path(__file__).parents[1] / "psn_viz" / "course"
PREDICTIONS, QUESTIONS = predictions(), recall_questions()
CURVE = [0.5, 1.0, 1.5]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A progress file of this test's own; calling it gives the store that a restarted kernel would have."""
    monkeypatch.setenv("PSN_VIZ_PROGRESS", str(tmp_path / "progress.json"))

    def restart():
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("PSN_VIZ_PROGRESS", "off")
            answer_store()
        return answer_store()

    restart()
    return restart


def made() -> dict:
    """One prediction of every kind, with a right and a wrong answer each."""
    lab = LABS["charge_fire_reset"](input="block 3")
    figure = ipywidgets.Label("figure")
    options = {"one": "not one", "two": "two it is"}
    return {
        "choice": (predict_choice("09/choice", "Which?", options, right="two", reveal=figure), 1, 0),
        "number": (predict_number("09/number", "How many?", truth=8.0, unit="spikes"), 8, 5),
        "spikes": (predict_spikes("09/spikes", "Where?", lab, steps=16), [5, 7, 9, 11, 13, 15], [2, 5]),
        "curve": (predict_curve("09/curve", "Draw.", CURVE, 0.0, 2.0), CURVE, [0.5, 1.0, 0.2]),
    }  # fmt: skip


def commit(question: QuestionWidget, answer) -> None:
    """What the page does when the reader presses Commit."""
    question.set_state({"answer": answer, "status": "committed"})


def think_again(question: QuestionWidget, answer) -> None:
    """What it does when the reader has thought again and presses Commit."""
    question.set_state({"second": answer, "status": "second"})


def show_the_answer(question: QuestionWidget) -> None:
    """What it does when the reader presses Show the answer."""
    question.set_state({"status": "shown"})


@pytest.mark.parametrize("kind", ["choice", "number", "spikes", "curve"])
def test_a_right_and_a_wrong_answer_of_every_kind(store, kind):
    for which, right in ((1, True), (2, False)):
        store().reset()
        store()
        prediction, *answers = made()[kind]
        question = prediction.question
        covered = len(prediction.children)
        assert question.kind == kind and question.truth is None and question.feedback == ""
        commit(question, answers[which - 1])
        if not right:
            show_the_answer(question)
        assert question.right is right and question.feedback and question.truth is not None
        if kind in ("choice", "spikes"):
            assert covered == 1 and len(prediction.children) == 2
        assert store().read(question.key)["answer"] == answers[which - 1]


def test_the_difference_is_named(store):
    feedback = {}
    for kind, (prediction, _, wrong) in made().items():
        commit(prediction.question, wrong)
        show_the_answer(prediction.question)
        feedback[kind] = prediction.question.feedback
    assert feedback["choice"] == "not one"
    assert feedback["number"] == "You said 5, it is 8 spikes: 3 too low."
    assert feedback["spikes"] == (
        "You expected 2 spikes, at 2, 5; the neuron fired 6 times, at 5, 7, 9, 11, 13, 15. Steps in common: 1."
    )
    assert (
        feedback["curve"] == "It goes from 0.50 to 1.50, yours from 0.50 to 0.20; furthest apart at t = 2, by 1.30."
    )
    over_columns = predict_curve("09/columns", "Draw.", [0.5, 1.5], low=0, high=2, axis="column i")
    commit(over_columns.question, [0.5, 0.5])
    show_the_answer(over_columns.question)
    assert over_columns.question.axis == "column i" and "at i = 1, by 1.00" in over_columns.question.feedback


@pytest.mark.parametrize("kind", ["choice", "number", "spikes", "curve"])
def test_skipped_shows_the_truth_without_a_verdict(store, kind):
    prediction, *_ = made()[kind]
    prediction.question.set_state({"status": "skipped"})
    assert prediction.question.right is None and prediction.question.truth is not None
    assert prediction.question.feedback
    if prediction.covered is not None:
        assert prediction.covered in prediction.children
    assert store().read(prediction.question.key) == {
        "prompt": prediction.question.prompt,
        "answer": None,
        "skipped": True,
    }


@pytest.mark.parametrize("kind", ["choice", "number", "spikes", "curve"])
def test_answers_survive_a_restart_of_the_kernel(store, kind):
    prediction, right, _ = made()[kind]
    commit(prediction.question, right)
    store()
    again, *_ = made()[kind]
    assert again.question.status == "committed" and again.question.answer == right
    assert again.question.feedback == prediction.question.feedback and again.question.right is True
    assert len(again.children) == len(prediction.children)


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("choice", 7), ("choice", "one"), ("choice", True), ("number", "8"), ("number", [8]), ("spikes", [99]),
        ("spikes", [1.5]), ("spikes", "x"), ("curve", [1.0]), ("curve", ["a", "b", "c"]),
        ("curve", [True, 1.0, 1.0]), ("number", 10**400),
    ],
)  # fmt: skip
def test_an_edited_progress_file_cannot_break_a_question(store, kind, entry):
    prompt = made()[kind][0].question.prompt
    store().write(f"09/predict/{kind}", {"prompt": prompt, "answer": entry, "skipped": False})
    store()
    assert made()[kind][0].question.status == "open"


@pytest.mark.parametrize(("typed", "right"), [("8", True), ("8,0", True), ("8.0 spikes", True), ("0,5", False)])
def test_a_number_is_read_as_it_was_typed(store, typed, right):
    question = made()["number"][0].question
    question.set_state({"answer": typed, "status": "committed"})
    assert question.status == ("committed" if right else "wrong") and question.right is right
    assert question.answer == float(typed.split()[0].replace(",", "."))
    assert store().read("09/predict/number")["answer"] == question.answer


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("8,000", "Not committed yet: '8,000' may be 8000 or 8.000"),
        ("eight", "'eight' is not a number"),
        ("1e999", "'1e999' is no number that can be compared"),
        ("nan", "'nan' is no number that can be compared"),
    ],
)
def test_what_is_not_one_number_is_not_an_answer_yet(store, typed, words):
    question = made()["number"][0].question
    revision = question.revision
    question.set_state({"answer": typed, "status": "committed"})
    assert question.status == "open" and question.answer is None and question.revision == revision + 1
    assert words in question.feedback and (store().read("09/predict/number") or {}).get("answer") is None
    question.set_state({"answer": "8", "status": "committed"})
    assert question.right is True and question.feedback == "You said 8, it is 8 spikes."


SECOND = {
    "number": (5, 9, 8, "You said 5: too low."),
    "spikes": ([2, 5], [5], [5, 7, 9, 11, 13, 15], "That is not it. Of the 2 spikes that you set, 1 is right."),
    "curve": ([0.5, 1.0, 0.2], [0.5, 1.0, 0.5], CURVE,
              "That is not it. At t = 2, where it is furthest off, yours is too low."),
}  # fmt: skip


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("kind", list(SECOND))
def test_a_wrong_answer_can_be_thought_over_once(store, kind, right):
    prediction = made()[kind][0]
    question, (first, wrong, true, hint) = prediction.question, SECOND[kind]
    commit(question, first)
    assert (question.status, question.right, question.truth) == ("wrong", False, None)
    assert question.feedback == hint and len(prediction.children) == 1, "the truth stays covered"
    before = store().content().entries[question.key]
    assert before["entry"]["answer"] == first and before["entry"]["right"] is False
    second = true if right else wrong
    think_again(question, second)
    assert (question.status, question.answer, question.second) == ("committed", first, second)
    assert (question.right, question.second_right) == (False, right) and question.truth is not None
    entry = store().content().entries[question.key]
    assert entry["when"] == before["when"] and entry["entry"].pop("prompt") == question.prompt
    again = entry["entry"].pop("second")
    assert entry["entry"] == {"answer": first, "skipped": False, "right": False}, "the first answer alone counts"
    assert again.pop("when") and again == {"answer": second, "right": right}
    think_again(question, first)
    assert (question.status, question.second) == ("committed", second), "there is no third"
    store()
    restored = made()[kind][0].question
    assert restored.get_state(["answer", "second", "right", "second_right", "feedback", "truth"]) == {
        name: getattr(question, name) for name in ("answer", "second", "right", "second_right", "feedback", "truth")
    }


def test_a_restart_between_two_thoughts_keeps_the_choice(store):
    commit(made()["number"][0].question, 5)
    store()
    question = made()["number"][0].question
    assert (question.status, question.truth) == ("wrong", None)
    show_the_answer(question)
    assert (question.status, question.feedback) == ("committed", "You said 5, it is 8 spikes: 3 too low.")
    store()
    assert made()["number"][0].question.status == "committed"
    assert store().read("09/predict/number") == {"prompt": "How many?", "answer": 5, "skipped": False, "right": False}


def test_an_answer_of_an_older_version_is_final(store):
    store().write("09/predict/number", {"prompt": "How many?", "answer": 5, "skipped": False, "right": False})
    question = made()["number"][0].question
    assert (question.status, question.right, question.truth) == ("committed", False, 8)


@pytest.mark.parametrize("second", [{"answer": "x"}, {}, "x", 7, None, {"answer": 1e301}])
def test_an_edited_second_answer_is_left_out(store, second):
    entry = {"prompt": "How many?", "answer": 5, "skipped": False, "right": False, "second": second}
    store().write("09/predict/number", entry)
    question = made()["number"][0].question
    assert (question.status, question.answer, question.second) == ("committed", 5, None)


@pytest.mark.parametrize(
    ("typed", "words"), [("8,000", "may be 8000 or 8.000"), ("5.0", "That is your first answer")]
)
def test_a_second_answer_that_is_none_yet_can_be_mended(store, typed, words):
    question = made()["number"][0].question
    commit(question, "5")
    think_again(question, typed)
    assert (question.status, question.second, question.truth) == ("wrong", None, None) and words in question.feedback
    think_again(question, "8")
    assert (question.status, question.second, question.second_right) == ("committed", 8, True)


@pytest.mark.parametrize("stale", [{"status": "skipped"}, {"answer": 8, "status": "committed"}, {"second": 99}])
def test_a_press_from_before_the_first_verdict_is_no_second_answer(store, stale):
    question = made()["number"][0].question
    commit(question, 5)
    question.set_state(stale)
    assert (question.answer, question.second_right) == (5, None) and question.truth is None
    assert store().read(question.key)["answer"] == 5 and "second" not in store().read(question.key)


def test_what_is_decided_by_the_first_answer_is_not_asked_again(store):
    two = made()["choice"][0].question
    commit(two, 0)
    assert (two.status, two.truth, two.feedback) == ("committed", 1, "not one")
    three = predict_choice("09/three", "Which?", {"a": "no", "b": "yes", "c": "not quite"}, right="b").question
    commit(three, 0)
    assert (three.status, three.feedback) == ("wrong", "That is not it.")


def test_a_recall_question_explains_the_first_wrong_answer_and_marks_nothing(store):
    row = pv.recall("01").children[0]
    wrong = [index for index, option in enumerate(QUESTIONS["01"][0][1]) if not option[0]]
    commit(row.question, wrong[0])
    option = QUESTIONS["01"][0][1][wrong[0]]
    assert (row.question.status, row.question.truth, row.question.feedback) == ("wrong", None, option[2])
    assert repr(row.children[1]) == f"Lab({option[3]!r})"
    think_again(row.question, QUESTIONS["01"][0][1].index(next(o for o in QUESTIONS["01"][0][1] if o[0])))
    assert row.question.second_right is True and len(row.children) == 1


def test_an_answer_to_another_question_is_not_taken_over(store):
    store().write("09/predict/choice", {"prompt": "An older wording?", "answer": 1, "skipped": False})
    assert made()["choice"][0].question.status == "open"


def test_a_page_that_commits_nonsense_leaves_the_question_open(store):
    prediction, *_ = made()["choice"]
    commit(prediction.question, 99)
    assert prediction.question.status == "open" and prediction.question.feedback == ""
    assert store().read(prediction.question.key) is None


def test_a_late_prediction_is_compared_when_the_truth_is_known(store):
    guess = predict_number("09/late", "Accuracy?", unit="%")
    commit(guess.question, 60)
    assert guess.question.truth is None and "further down" in guess.question.feedback
    shown = guess.reveal(81.0)
    assert guess.question.feedback == "You said 60, it is 81 %: 21 too low." and shown.question is guess.question
    assert json.loads(json.dumps(store().read("09/predict/late")))["answer"] == 60


def test_a_late_prediction_that_nobody_made_just_tells(store):
    guess = predict_number("09/late", "Accuracy?", unit="%")
    guess.reveal(81.0)
    assert guess.question.status == "open" and guess.question.feedback == "It is 81 %."
    assert store().read("09/predict/late") is None, "a run of all cells uses no prediction up"
    commit(guess.question, 60)
    assert guess.question.feedback == "You said 60, it is 81 %: 21 too low."


def test_a_second_press_while_the_kernel_is_busy_changes_nothing(store):
    prediction, right, _ = made()["number"]
    commit(prediction.question, right)
    prediction.question.set_state({"status": "skipped"})
    assert store().read(prediction.question.key)["answer"] == right


def test_a_recall_question_cannot_be_skipped_by_the_file(store):
    prompt = pv.recall("01").children[0].question.prompt
    store().write("01/recall/1", {"prompt": prompt, "answer": None, "skipped": True})
    store()
    assert pv.recall("01").children[0].question.status == "open"


def test_text_stays_text(store):
    nasty = "<img src=x onerror=alert(1)>"
    prediction = predict_choice("09/nasty", nasty, {nasty: nasty, "other": "no"}, right=nasty)
    assert prediction.question.prompt == nasty and prediction.question.options[0] == nasty
    assert "innerHTML" not in QuestionWidget._esm


@pytest.mark.parametrize("key", ["", "01", "/silent", "01/", "01/a/b", "01/2", "a b", None])
def test_a_key_names_lesson_and_question(store, key):
    with pytest.raises(ValueError, match=r"key must be 'lesson/name' or 'name', such as .*, got "):
        predict_number(key, "How many?", truth=1.0)


def test_the_right_option_is_an_option(store):
    with pytest.raises(ValueError, match="right must be one of the options"):
        predict_choice("09/x", "Which?", {"a": ""}, right="b")


@pytest.mark.parametrize("lesson", list(QUESTIONS))
def test_recall_answers_every_choice(store, lesson):
    for number, (_, options) in enumerate(QUESTIONS[lesson]):
        assert sum(option[0] for option in options) == 1
        for index, (right, _, feedback, *code) in enumerate(options):
            store().reset()
            store()
            row = pv.recall(lesson).children[number]
            commit(row.question, index)
            assert row.question.right is right and row.question.feedback == feedback
            # A wrong choice is answered with the lab state that shows why.
            assert len(row.children) == (2 if code else 1) and bool(code) is not right
            if code:
                assert repr(row.children[1]) == f"Lab({code[0]!r})"


@pytest.mark.parametrize("lesson", list(QUESTIONS))
def test_a_wrong_answer_opens_no_lab_that_the_reader_has_not_met(lesson):
    """It would give away the picture of the lesson that begins there."""
    met = "".join(
        path.read_text("utf-8")
        for number in range(int(lesson) if lesson.isdigit() else len(QUESTIONS))
        for path in (*SOURCES.glob(f"{number:02}_*.py"), COURSE / f"lesson_{number:02}" / "questions.py")
    )
    shown = {
        code.partition(";")[0] for _, options in QUESTIONS[lesson] for code in (o[3] for o in options if len(o) > 3)
    }
    assert not [name for name in shown - {""} if f'LABS["{name}"]' not in met]


def test_a_curve_that_starts_before_the_first_input_has_that_point(store):
    question = pv.predict("01/climb").question
    assert (question.steps, question.low) == (13, 0.0)
    question.answer = [1.5 * (1 - 0.75**n) for n in range(13)]
    question.status = "committed"
    assert question.right and question.truth[0] == 0.0


def test_recall_of_an_unknown_lesson(store):
    with pytest.raises(ValueError, match="lesson must be one of"):
        pv.recall("77")


@pytest.mark.parametrize("key", list(PREDICTIONS))
def test_every_prediction_of_the_course_can_be_made_and_skipped(store, key):
    prediction = pv.predict(key)
    lesson, name = key.split("/")
    assert prediction.question.key == f"{lesson}/predict/{name}" and prediction.question.prompt
    prediction.question.set_state({"status": "skipped"})
    assert prediction.question.status == "skipped"
    if key not in ("00/accuracy", "06/crossover"):  # their truth comes later in the lesson
        assert prediction.question.truth is not None and prediction.question.feedback


def test_an_unknown_prediction(store):
    with pytest.raises(ValueError, match=r"key must name a prediction, got '01/silnt'; did you mean 01/silent"):
        pv.predict("01/silnt")
    with pytest.raises(ValueError, match=r"got 7; there are 00/first_spikes, "):
        pv.predict(7)


def test_the_notebooks_ask_for_every_prediction_once_and_give_none_away():
    sources: dict[str, str] = {}  # by number: the lesson, and what goes further
    for path in sorted(SOURCES.glob("*.py")):
        sources[path.name[:2]] = sources.get(path.name[:2], "") + path.read_text(encoding="utf-8")
    asked = [
        (lesson, key) for lesson, text in sources.items() for key in re.findall(r'pv\.predict\("([^"]+)"\)', text)
    ]
    page = asset("psn_viz.browser.pages", "ten_minutes.md")
    on_the_front = re.findall(r"^@ask (\S+)$", page, re.M)
    assert sorted([*(key for _, key in asked), *on_the_front]) == sorted(PREDICTIONS)
    assert all(key.startswith(f"{lesson}/") for lesson, key in asked)
    for lesson, text in sources.items():
        assert f'pv.recall("{lesson}")' in text or lesson not in QUESTIONS


@pytest.mark.parametrize("second", [{"answer": 0}, {"status": "skipped"}, {"answer": None, "status": "skipped"}])
def test_a_second_press_while_the_kernel_was_busy_changes_nothing(second):
    question = made()["choice"][0].question
    question.set_state({"answer": 1, "status": "committed"})
    judged = question.right, question.feedback
    question.set_state(second)
    assert (question.answer, question.status) == (1, "committed")
    question.judge_again()
    assert (question.right, question.feedback) == judged


@pytest.mark.parametrize(
    "ask, told",
    [
        (lambda: predict_choice("x", "?", ["a"], "a"), "options must map"),
        (lambda: predict_number("x", "?", "abc"), "truth must be a finite number"),
        (lambda: predict_number("x", "?", float("nan")), "truth must be a finite number"),
        (lambda: predict_number("x", "?", 1.0, tolerance=-1), "tolerance must be 0 or more"),
        (lambda: predict_spikes("x", "?", 3), "lab must be a lab"),
        (lambda: predict_spikes("x", "?", LABS["charge_fire_reset"](), 99), "steps must be"),
        (lambda: predict_curve("x", "?", [], 0, 1), "truth must have a value"),
        (lambda: predict_curve("x", "?", [1.0], 2, 1), "low must be below high"),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused_when_it_is_made(ask, told):
    with pytest.raises((TypeError, ValueError), match=told):
        ask()
