"""`psn-viz vote` without a browser: what counts as a vote, what is told when, who may do what, its files."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.classroom.vote import local_addresses as addresses
from psn_viz.classroom.vote import projector_page
from psn_viz.classroom.vote.ballot import LONGEST_ANSWER, MOST_VOTES, Refused, VoteSession, read_answer
from psn_viz.classroom.vote.card_sheet import sheet_html
from psn_viz.classroom.vote.number_strip import axis_limits, round_ticks, strip_html
from psn_viz.classroom.vote.own_question import MOST_OPTIONS, own_questions, questions_in
from psn_viz.classroom.vote.phone_page import phone_page
from psn_viz.classroom.vote.question_settings import SETTINGS
from psn_viz.classroom.vote.vote_csv import counts_as_csv
from psn_viz.classroom.vote.vote_question import NoVote, VoteQuestion, all_keys, course_questions
from psn_viz.classroom.vote.vote_server import is_own
from psn_viz.classroom.vote.vote_text import markup
from psn_viz.cli import vote_command
from psn_viz.cli.main import main
from tests.app_server import ROOT, free_port
from tests.extent import examples
from tests.vote_server_thread import CHOICE, NUMBER, Client, vote

TOKENS = "abcd"

# ------------------------------------------------------------------------------------------- rounds

actions = st.sampled_from(["close", "second", "uncover", "previous", "next", "again"])
votes = st.tuples(st.sampled_from(TOKENS), st.integers(-1, 2), st.integers(-1, 3))
orders = st.lists(st.one_of(actions, votes), max_size=40)


@examples(200)
@given(orders)
def test_whatever_the_order_a_token_counts_once_a_round_and_only_while_it_is_open(order):
    """Against a plain account of it. A vote is (who, tickets after the present one, answer)."""
    session = VoteSession([CHOICE, CHOICE])
    rounds: dict[int, list[dict[str, int]]] = {0: [{}], 1: []}  # by question, what each token has voted
    at, is_open, uncovered, asked = 0, True, {0: False, 1: False}, 1
    present = {0: [1], 1: []}  # the tickets of the rounds
    for step in order:
        if isinstance(step, tuple):
            token, later, answer = step
            ticket = present[at][-1] + later
            counts = is_open and later == 0 and 0 <= answer < 3
            try:
                session.vote(token, ticket, str(answer))
            except Refused as refused:
                assert not counts and str(refused)
            else:
                assert counts
                rounds[at][-1][token] = answer
            continue
        possible = {
            "close": is_open,
            "second": not is_open and not uncovered[at] and len(rounds[at]) == 1,
            "uncover": not is_open and not uncovered[at],
            "previous": at == 1,
            "next": at == 0,
            "again": not is_open,
        }
        before = session.stage
        assert set(session.may()) == {name for name, can in possible.items() if can}
        assert session.act(step, before) == possible[step]
        assert not session.act(step, before - 1)
        if not possible[step]:
            assert session.stage == before
            continue
        assert session.stage != before
        if step == "close":
            is_open = False
        elif step == "uncover":
            uncovered[at] = True
        else:
            if step == "again":
                rounds[at], present[at], uncovered[at] = [], [], False
            elif step in ("previous", "next"):
                at, is_open = 1 - at, False
            if step in ("second", "again") or not rounds[at]:
                asked, is_open = asked + 1, True
                rounds[at].append({})
                present[at].append(asked)
    for number, ballot in enumerate(session.ballots):
        assert [one.votes for one in ballot.rounds] == rounds[number]
        assert [one.counts() for one in ballot.rounds] == [dict(Counter(one.values())) for one in rounds[number]]
        assert ballot.uncovered == uncovered[number]
    assert session.ballot.is_open == is_open


def test_a_second_press_in_the_same_stage_does_nothing():
    session = VoteSession([CHOICE])
    stage = session.stage
    assert session.act("close", stage) and not session.act("second", stage)
    assert len(session.ballot.rounds) == 1 and not session.act("nonsense", session.stage)


def test_a_hall_that_is_full_takes_no_more_tokens_but_changes():
    session = VoteSession([CHOICE])
    ticket = session.ballot.rounds[0].ticket
    for number in range(MOST_VOTES):
        session.vote(f"t{number}", ticket, "0")
    with pytest.raises(Refused, match="no more are taken"):
        session.vote("one more", ticket, "0")
    assert session.vote("t0", ticket, "1") == 1
    assert session.ballot.rounds[0].counts() == {0: MOST_VOTES - 1, 1: 1}


@pytest.mark.parametrize("text", ["", "3", "-1", "1.0", "²", "٢", "99999999999", "x"])
def test_what_is_no_option_is_refused(text):
    with pytest.raises(Refused, match=r"[Nn]othing was counted|not counted"):
        read_answer(CHOICE, text)


@pytest.mark.parametrize("text", ["", "  ", "many", "nan", "inf", "1e999", "1,234", "9" * (LONGEST_ANSWER + 1)])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Refused, match=r"[Nn]ot"):
        read_answer(NUMBER, text)


@pytest.mark.parametrize(
    ("text", "number"), [("58", 58), (" 58 entries", 58), ("57,5", 57.5), ("−3", -3), ("1e3", 1000)]
)
def test_numbers_are_read_as_in_the_course(text, number):
    assert read_answer(NUMBER, text) == number


# ----------------------------------------------------------------------------------------- questions


def test_every_choice_and_number_question_of_the_course_can_be_voted_on():
    whole = [question for lesson in dict.fromkeys(key.split("/")[0] for key in all_keys())
             for question in course_questions(lesson)]  # fmt: skip
    keys = [question.key for question in whole]
    assert len(keys) == len(set(keys)) and {"01/silent", "01/recall/2", "02/factor", "quiz/recall/1"} <= set(keys)
    refused = set(all_keys()) - set(keys)
    assert refused == {key for key in all_keys() if _kind(key) in ("spikes", "curve")} and refused
    for question in whole:
        if question.kind == "choice":
            assert sum(option.right for option in question.options) == 1
            assert all(option.feedback and not option.feedback.startswith("Yes") for option in question.options
                       if option.right)  # fmt: skip
        else:
            assert question.truth is None or question.is_right(question.truth)
    assert set(SETTINGS) <= set(keys)


def _kind(key: str) -> str:
    from psn_viz.course.registry import predictions

    return "choice" if "/recall/" in key else predictions()[key](key).question.form.kind


def test_a_lesson_asks_what_it_recalls_and_then_what_it_predicts():
    keys = [question.key for question in course_questions("01")]
    assert keys == ["01/recall/1", "01/recall/2", "01/recall/3", "01/silent", "01/nudge"]
    assert [question.key for question in course_questions("1")] == keys
    (one,) = course_questions("01/silent")
    assert "0.9 at every step" in one.setting and [option.text for option in one.options if option.right] == [
        "For none"
    ]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("01/hard", "by clicking spikes"),
        ("01/climb", "by drawing a curve"),
        ("01/silnt", "is no question of the course"),
        ("silent", "is no question of the course"),
        ("01/recall/9", "is no question of the course"),
    ],
)
def test_what_cannot_be_voted_on_is_refused_with_keys_near_to_it(key, words):
    with pytest.raises(NoVote) as refused:
        course_questions(key)
    assert words in str(refused.value) and "01/silent" in str(refused.value)


def test_far_from_every_key_the_lessons_are_named():
    with pytest.raises(NoVote, match=r"A lesson alone takes all of its questions: 00, 01, .*quiz"):
        course_questions("zzzzzz")


# ------------------------------------------------------------------------------------ own questions

OWN = """\
# my questions
? Which neuron can be computed
  without a loop?
- The LIF with a hard reset
> Its reset depends on a decision.
* The PSN
> Yes: it has no reset.

? How many entries?
= 58 entries
> All but the masked ones.
"""


def test_a_file_of_own_questions(tmp_path):
    path = tmp_path / "monday.txt"
    path.write_text(OWN, "utf-8-sig")
    choice, number = own_questions(path)
    assert (choice.key, number.key) == ("monday 1", "monday 2")
    assert choice.prompt == "Which neuron can be computed without a loop?"
    assert [(option.text, option.right) for option in choice.options] == [
        ("The LIF with a hard reset", False),
        ("The PSN", True),
    ]
    assert number.truth == 58 and number.unit == "entries" and number.is_right(60) and not number.is_right(62)
    assert number.told == "It is 58 entries. All but the masked ones."
    assert questions_in("? One?\n- a\n* b")[0].key == "own"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: there is no question"),
        ("- a\n", "line 1: a question, '[?] …', comes first"),
        ("\nhello", "line 2: a line begins with one of"),
        ("?\n", "line 1: there is nothing after '[?]'"),
        ("? q\n- a\n-5\n* b", "line 3: a blank comes after '-', as in '- 5'"),
        ("? q\n- a", "line 1: the question has 1 options"),
        ("? q\n- a\n- b", "line 1: one option is the right one, '[*] …', and here 0 are"),
        ("? q\n* a\n* b", "line 1: one option is the right one, '[*] …', and here 2 are"),
        ("? q\n- a\n* a", "line 3: the option 'a' is there twice"),
        ("? q\n> f", "line 2: '> …' stands below the option"),
        ("? q\n- a\n> f\n> g\n* b", "line 4: the option has its"),
        ("? q\n- a\n* b\n= 5", "line 4: a number, but"),
        ("? q\n= 5\n- a", "line 3: an option, but line 2 has a number"),
        ("? q\n= many", "line 2: 'many' is not a number"),
        ("? q\n= nan", "line 2: 'nan' is no number that can be compared"),
        (f"? {'q' * 700}", "line 1: it is longer than 600"),
        ("? q\n* x\n" + "".join(f"- {n}\n" for n in range(9)), f"line {MOST_OPTIONS + 2}: a question has at most"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_line(text, said):
    with pytest.raises(NoVote, match=said):
        questions_in(text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "x.txt"
    with pytest.raises(NoVote, match=r"x\.txt: No such file"):
        own_questions(path)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>&\"'"


def test_markup_in_a_teachers_file_is_shown_as_text_everywhere():
    text = f"? Is {HOSTILE} bad?\n- {HOSTILE} 1\n> {HOSTILE}\n* {HOSTILE} 2\n> {HOSTILE}\n"
    (question,) = questions_in(text, HOSTILE)
    session = VoteSession([question])
    pages = [sheet_html([question])]
    session.vote("t", session.ballot.rounds[0].ticket, "1")
    for action in ("close", "uncover"):
        pages += [phone_page(session, "s", "t", HOSTILE), _projector(session), projector_page.projector_page(
            session, "s", "http://x/", False, HOSTILE)]  # fmt: skip
        session.act(action, session.stage)
    pages += [phone_page(session, "s", "t"), _projector(session)]
    for page in pages:
        assert "<script>alert" not in page and "<img" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "tex",
    [r"\text{<script>alert(1)</script>}", r"\text{<mi onclick=1>}", r"\href{javascript:alert(1)}{x}", r"\frac{"],
)
def test_a_formula_brings_no_markup_in(tex):
    shown = markup(f"so ${tex}$ it is")
    assert shown.startswith("so <code>$") and "<script" not in shown and "<mi onclick" not in shown


def test_formulas_stress_and_prices():
    pytest.importorskip("latex2mathml")
    assert re.fullmatch(r"<math .*<mi>W</mi>.*</math>", markup("$H = W X$"))
    assert markup("costs $5 and $6, 2 * 3 * 4, a < b") == "costs $5 and $6, 2 * 3 * 4, a &lt; b"
    assert markup("*later* steps of `step`") == "<em>later</em> steps of <code>step</code>"


# -------------------------------------------------------------------------------------------- pages


def _projector(session: VoteSession) -> str:
    return projector_page.projector_page(session, "s", "http://192.168.1.7:8765/", True)


@pytest.mark.parametrize("lesson", ["01", "02", "quiz", "own"])
def test_nothing_true_is_on_any_page_before_it_is_uncovered(lesson):
    for question in [CHOICE, NUMBER] if lesson == "own" else course_questions(lesson):
        session = VoteSession([question])
        neutral = VoteSession([_without_truth(question)])
        answers = ["0", "1"] if question.kind == "choice" else ["1000", "2000"]
        for action in ("close", "second", "close"):
            for one in (session, neutral):
                for token, answer in zip("ab", answers, strict=True):
                    if one.ballot.is_open:
                        one.vote(token, one.ballot.rounds[-1].ticket, answer)
            assert _projector(session) == _projector(neutral)
            for token in "abc":
                assert phone_page(session, "s", token) == phone_page(neutral, "s", token)
            for one in (session, neutral):
                assert one.act(action, one.stage)
            assert _projector(session) == _projector(neutral)
            assert phone_page(session, "s", "a") == phone_page(neutral, "s", "a")
        session.act("uncover", session.stage)
        said = [option.feedback for option in question.options] or [question.told]
        shown = _projector(session)
        assert all(markup(text) in shown for text in said)


def _without_truth(question: VoteQuestion) -> VoteQuestion:
    from dataclasses import replace

    options = tuple(replace(option, feedback="?", right=False) for option in question.options)
    return replace(question, options=options, truth=None, told="?")


def test_a_spread_is_seen_only_when_its_round_is_closed_and_the_second_beside_the_first():
    session = VoteSession([CHOICE])
    for token, answer in zip("abcd", "0001", strict=True):
        session.vote(token, session.ballot.rounds[0].ticket, answer)
    assert "%" not in _projector(session) and ">4</output> answered" in _projector(session)
    session.act("close", session.stage)
    assert ["3 · 75 %", "1 · 25 %", "0 · 0 %"] == re.findall(r"<span>(\d+ · \d+ %)", _projector(session))
    session.act("second", session.stage)
    assert "%" not in _projector(session)
    session.vote("a", session.ballot.rounds[1].ticket, "1")
    session.act("close", session.stage)
    shown = re.findall(r"<span>(\w+ \d+ · \d+ %)", _projector(session))
    assert shown[:4] == ["1st 3 · 75 %", "2nd 0 · 0 %", "1st 1 · 25 %", "2nd 1 · 100 %"]
    session.act("uncover", session.stage)
    assert "You voted <b>A</b>, then <b>B</b>." in phone_page(session, "s", "a")
    assert "You voted <b>A</b>, then nothing." in phone_page(session, "s", "b")
    assert "You voted" not in phone_page(session, "s", "late")


def test_numbers_are_a_strip_with_the_truth_only_when_it_is_uncovered():
    session = VoteSession([NUMBER])
    for token, answer in zip("abcdefg", ("57", "57", "57", "59", "60", "60", "256"), strict=True):
        session.vote(token, session.ballot.rounds[0].ticket, answer)
    session.act("close", session.stage)
    closed = _projector(session)
    assert closed.count("<circle") == 6 and "the middle one 59 entries, 1 above" in closed  # 256 is far outside
    assert "psn-truth" not in closed
    session.act("uncover", session.stage)
    shown = _projector(session)
    assert "psn-truth" in shown and "right answer, 58" in shown and "Near enough to be right: 6 of 7" in shown


finite = st.floats(-1e9, 1e9)


@given(st.lists(finite, min_size=1, max_size=50), st.one_of(st.none(), finite))
def test_an_axis_holds_the_truth_and_the_middle_of_the_answers_and_has_round_marks(numbers, truth):
    low, high = axis_limits([numbers, []], truth)
    assert low < high and (truth is None or low <= truth <= high)
    assert low <= sorted(numbers)[len(numbers) // 2] <= high
    ticks = round_ticks(low, high)
    rounding = 1e-9 * (high - low)
    assert 1 <= len(ticks) <= 6 and all(low - rounding <= tick <= high + rounding for tick in ticks)
    html = strip_html([numbers], "s", truth)
    assert html.count("<circle") == sum(low <= number <= high for number in numbers)


def test_a_second_vote_that_agrees_does_not_push_the_first_off_the_axis():
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0], [3.0] * 40
    assert axis_limits([first, second], None) == (1, 5)


@pytest.mark.parametrize("number", [0.0, 1e299, -1e299, 1e-299])
def test_a_strip_of_odd_numbers_is_drawn(number):
    assert "<circle" in strip_html([[number], [number] * 40], "", None)
    assert "nan" not in strip_html([[number, -number, 1.0]], "", 3.0)


def test_numbers_closer_than_any_axis_can_show_stand_at_one_place():
    """Two phones that send the smallest numbers there are must not keep the projector from its page."""
    for numbers, truth in (([0.0, 5e-324], None), ([0.0], 5e-324), ([-1e-310, 1e-310], 0.0)):
        assert strip_html([numbers], "s", truth).count("<circle") == len(numbers)


def test_nobody_has_answered():
    for question in (CHOICE, NUMBER):
        session = VoteSession([question])
        for action in ("close", "second", "close", "uncover"):
            assert session.act(action, session.stage)
            assert "nan" not in _projector(session)


def test_a_qr_code_leads_to_the_address_and_without_segno_there_is_none(monkeypatch):
    segno = pytest.importorskip("segno")
    drawn = projector_page.qr_code("http://192.168.1.7:8765/")
    (path,) = re.findall(r'class="qrline" [^>]*d="([^"]+)"', drawn)
    whole = segno.make("http://192.168.1.7:8765/", micro=False).svg_inline(border=3, omitsize=True)
    assert path in whole and "<script" not in drawn
    monkeypatch.setitem(sys.modules, "segno", None)
    projector_page.qr_code.cache_clear()
    session = VoteSession([CHOICE])
    assert "psn-qr" not in _projector(session) and "192.168.1.7:8765" in _projector(session)
    projector_page.qr_code.cache_clear()


def test_the_sheet_has_a_page_for_each_question_with_its_options_and_no_truth():
    questions = course_questions("02")
    sheet = sheet_html(questions)
    assert sheet.count("<section>") == len(questions) and "http" not in sheet.replace("http://www.w3.org", "")
    for question in questions:
        assert markup(question.prompt) in sheet and all(markup(option.text) in sheet for option in question.options)
        assert not any(markup(option.feedback) in sheet for option in question.options)
        assert question.kind == "choice" or markup(question.told) not in sheet


# ------------------------------------------------------------------------------------------- server


@pytest.fixture
def running():
    with vote() as one:
        yield one


@pytest.fixture
def teacher(running):
    one = Client(running)
    one.get(running.teacher)
    assert one.status == 200
    return one


def counts(running) -> list[dict]:
    return [one.counts() for one in running.session.ballot.rounds]


def test_a_browser_that_begins_with_tls_is_not_kept_waiting():
    with vote() as running:
        with socket.create_connection(("127.0.0.1", running.made.port), timeout=10) as phone:
            phone.sendall(bytes([0x16, 3, 1, 2, 0, 1]) + bytes(512))
            assert phone.recv(100) == b""
        client = Client(running)
        assert "Vote" in client.get() and client.status == 200


def test_a_phone_votes_changes_its_vote_and_reloads_and_is_counted_once(running):
    phone = Client(running)
    assert "checked" not in phone.get() and "Which neuron needs no loop?" in phone.page
    assert "Counted: <b>A</b>" in phone.answer(0)
    assert phone.status == 200 and re.search(r'value="0" required checked', phone.get())
    phone.post(round=phone.ticket(), answer=0)
    assert "Counted: <b>B</b>" in phone.answer(1)
    assert counts(running) == [{1: 1}]
    Client(running).answer(1)
    assert counts(running) == [{1: 2}]


def test_a_late_phone_is_told_and_a_vote_after_the_close_is_refused(running):
    early, slow, late = (Client(running) for _ in range(3))
    early.answer(1)
    slow.get()
    running.do("close")
    assert "closed before you voted" in late.get() and "<form" not in late.page
    assert "came too late and was not counted" in slow.post(round=slow.ticket(), answer=0) and slow.status == 409
    assert "You voted: <b>B</b>" in early.get()
    assert counts(running) == [{1: 1}]
    running.do("second")
    assert "Second vote" in late.get() and "Counted: <b>C</b>" in late.answer(2)
    assert "another round" in slow.post(round=1, answer=0) and slow.status == 409
    assert counts(running) == [{1: 1}, {2: 1}]


def test_a_vote_for_another_question_is_refused(running):
    phone = Client(running)
    phone.get()
    running.do("next")
    assert "another question" in phone.post(round=phone.ticket(), answer="1") and phone.status == 409
    assert "How many entries are left?" in phone.page  # the question that is asked now
    assert "Counted: <b>58 entries</b>" in phone.answer("58 entries") and counts(running) == [{58.0: 1}]
    assert "Not counted: &#x27;many&#x27; is not a number" in phone.answer("many") and counts(running) == [{58.0: 1}]
    running.do("previous")
    assert "closed" in phone.get() and running.session.ballots[0].rounds[0].counts() == {}


def test_a_browser_that_is_not_known_is_told_and_not_counted(running):
    phone = Client(running)
    phone.get()
    ticket = phone.ticket()
    phone.jar.clear()
    assert "cookies must be on" in phone.post(round=ticket, answer=1) and phone.status == 409
    for cookie in phone.jar:
        cookie.value = cookie.value[:-3] + "abc"
    phone.post(round=ticket, answer=1)
    assert phone.status == 409 and counts(running) == [{}]
    phone.post(round=ticket, answer=1)  # what the refusal brought along is good
    assert phone.status == 200 and counts(running) == [{1: 1}]


def test_forty_phones_at_once_are_counted_forty_times(running):
    """Each votes twice, the second time for another option, while a few only look."""
    failures: list[str] = []

    def phone(number: int) -> None:
        one = Client(running)
        for answer in (2, number % 2):
            one.answer(answer)
            if one.status != 200:
                failures.append(one.page)
            one.get("state")

    threads = [threading.Thread(target=phone, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures and counts(running) == [{0: 20, 1: 20}]


def test_only_the_address_with_the_secret_leads_to_the_teachers_page(running, teacher):
    phone = Client(running)
    phone.get()
    stage = running.session.stage
    for path in ("teacher", "teacher/state", "teacher/x", f"teacher/{running.made.secret[:-1]}"):
        phone.get(path)
        assert phone.status == 404 and "Which neuron" not in phone.page
    phone.post("teacher", do="close", stage=stage)
    assert phone.status == 404 and running.session.ballot.is_open
    assert running.made.secret not in teacher.page
    teacher.post("teacher", do="close", stage=stage)
    assert teacher.status == 200 and not running.session.ballot.is_open
    teacher.post("teacher", do="uncover", stage=stage)  # pressed on a page that is out of date
    assert not running.session.ballot.uncovered and "Which neuron" in teacher.page
    # A phone's token is no teacher's, under whatever name it is sent.
    (token,) = phone.jar
    forged = f"{token.name.replace('vote', 'teacher')}={token.value}"
    phone.get("teacher", Cookie=forged)
    assert phone.status == 404


def test_the_teachers_page_hears_how_many_have_answered(running, teacher):
    import json

    stage = json.loads(teacher.get("teacher/state"))
    Client(running).answer(0)
    assert json.loads(teacher.get("teacher/state")) == {**stage, "answered": 1}
    phones = json.loads(teacher.get("state"))
    assert phones == {"stage": stage["stage"]}  # how the others vote is not told to phones
    running.do("close")
    assert json.loads(teacher.get("state")) != phones


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:8765", "localhost.evil.example", "", "[::1"])
def test_a_name_that_is_not_this_machines_is_refused(running, host):
    phone = Client(running)
    phone.get(Host=host)
    assert phone.status in (400, 403) and "Which neuron" not in phone.page


@pytest.mark.parametrize(
    "host", ["localhost:8765", "127.0.0.1", "192.168.1.7:80", "[::1]:8765", "[fe80::1%25eth0]:1"]
)
def test_its_addresses_and_names_are_its_own(host):
    assert is_own(host, frozenset({"localhost"}))
    assert not is_own("mylaptop", frozenset({"localhost"})) and is_own(
        "MyLaptop:1", vote_command.own_names("mylaptop")
    )


def test_a_page_from_elsewhere_cannot_vote_or_read(running):
    phone = Client(running)
    phone.get(Origin="http://evil.example.org")
    assert not [name for name in phone.headers if name.lower().startswith("access-control")]
    for origin in ("http://evil.example.org", "null", "http://127.0.0.1:1", "http://[::1"):
        phone.post(headers={"Origin": origin}, round=phone.ticket(), answer=1)
        assert phone.status == 403
    assert counts(running) == [{}]
    own = running.address.rstrip("/")
    phone.get()
    phone.post(headers={"Origin": own}, round=phone.ticket(), answer=1)
    assert phone.status == 200 and counts(running) == [{1: 1}]
    policy = phone.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert phone.headers["Referrer-Policy"] == "same-origin" and phone.headers["Cache-Control"] == "no-store"


def test_other_addresses_and_what_is_no_vote_change_nothing(running):
    phone = Client(running)
    for path in ("vote", "../etc/passwd", "vote.css/x", "page_swap.js", "favicon.ico", "%2e%2e/x", "teacher/"):
        phone.get(path)
        assert phone.status == 404 and "Traceback" not in phone.page
    phone.get()
    for fields in ({}, {"round": "x"}, {"round": "-1"}, {"round": "1" * 20}, {"answer": "0"}):
        phone.post(**fields)
        assert phone.status == 400
    phone.post(body=b"\xff=\xfe")
    assert phone.status == 400 and counts(running) == [{}]


def test_a_body_that_is_too_large_is_refused(running):
    with socket.create_connection(("127.0.0.1", running.made.port), timeout=10) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
        assert b"400" in raw.recv(200).split(b"\r\n")[0]
    assert Client(running).get()  # and the next one is served


def test_a_page_asks_for_nothing_from_elsewhere(running, teacher):
    for page in (Client(running).get(), teacher.page):
        assert set(re.findall(r'(?:src|href|action)="([^"]*)"', page)) <= {
            "data:,", "/vote.css", "/phone.js", "/projector.js", "/", "/teacher", "/language/en", "/language/zh",
        }  # fmt: skip
    for name in ("vote.css", "phone.js", "projector.js"):
        text = Client(running).get(name)
        assert "http" not in text and len(text) > 500


# --------------------------------------------------------------------------------------------- files


def test_counts_are_a_table_without_tokens():
    session = VoteSession([CHOICE, NUMBER])
    for token, answer in zip(("secret1", "secret2", "secret3"), "011", strict=True):
        session.vote(token, session.ballot.rounds[0].ticket, answer)
    assert counts_as_csv(session).count("\n") == 1  # an open round is not in it
    for action in ("close", "second"):
        session.act(action, session.stage)
    session.vote("secret1", session.ballot.rounds[1].ticket, "2")
    session.act("next", session.stage)
    session.vote("secret1", session.ballot.rounds[0].ticket, "58")
    session.end()
    text = counts_as_csv(session)
    assert "secret" not in text
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["question", "asked", "round", "option", "text", "count"]
    assert [" ".join(row) for row in rows[1:]] == [
        "own/choice 1 1 A The LIF 1",
        "own/choice 1 1 B The PSN 2",
        "own/choice 1 1 C None 0",
        "own/choice 1 2 A The LIF 0",
        "own/choice 1 2 B The PSN 0",
        "own/choice 1 2 C None 1",
        "own/number 1 1 58 entries 1",
    ]
    # The next group is asked the same: the table keeps what the one before has answered.
    session.act("again", session.stage)
    assert counts_as_csv(session) == text
    session.vote("secret1", session.ballot.rounds[0].ticket, "60")
    session.end()
    assert counts_as_csv(session) == f"{text}own/number,2,1,60,entries,1\n"


def test_no_cell_is_a_formula_to_a_spreadsheet():
    (question,) = questions_in('? q\n- =1+1\n* @x, "y"\n', "=key")
    session = VoteSession([question])
    session.end()
    cells = [cell for row in csv.reader(io.StringIO(counts_as_csv(session))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))] and "'=1+1" in cells


# ------------------------------------------------------------------------------------------- command


def refused(capsys, *arguments: str) -> str:
    assert main(["vote", "--no-browser", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("psn-viz vote: ") and said.err.count("\n") == 1
    return said.err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # tornado leaves a socket
def test_what_cannot_be_is_one_sentence(capsys, tmp_path, monkeypatch):
    there = tmp_path / "monday.csv"
    there.write_text("x")
    own = tmp_path / "own.txt"
    own.write_text("? q\n- a")
    assert "name a question of the course" in refused(capsys)
    assert "name a question of the course" in refused(capsys, "01", "--question", str(own))
    assert "01/hard is answered by clicking spikes" in refused(capsys, "01/hard")
    assert "own.txt, line 1: the question has 1 options" in refused(capsys, "--question", str(own))
    assert "monday.csv is there already" in refused(capsys, "01/silent", "--csv", str(there))
    assert "not both: got '01/silent'" in refused(capsys, "01/silent", "--question", str(tmp_path / "own.txt"))
    assert "there is no folder" in refused(capsys, "01/silent", "--csv", str(tmp_path / "no" / "x.csv"))
    assert "its name ends in .html" in refused(capsys, "01/silent", "--sheet", str(tmp_path / "x.pdf"))
    assert "cannot be written" in refused(capsys, "01/silent", "--sheet", str(tmp_path / "no" / "x.html"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "is in use" in refused(capsys, "01/silent", "--port", str(taken.getsockname()[1]))
    monkeypatch.setattr(vote_command.importlib.util, "find_spec", lambda name: None)
    assert "comes with JupyterLab" in refused(capsys, "01/silent")
    assert there.read_text() == "x"


def test_the_help_tells_how_a_file_looks_and_how_no_earlier_answer_uncovers_a_figure(capsys):
    with pytest.raises(SystemExit):
        main(["vote", "--help"])
    said = capsys.readouterr().out
    assert "PSN_VIZ_PROGRESS=off psn-viz lab 01" in said
    example = "\n".join(line[2:] for line in said.splitlines() if line[:4] in ("  ? ", "  - ", "  > ", "  * "))
    (question,) = questions_in(example)
    assert [option.right for option in question.options] == [False, True]


def test_the_sheet_is_written_and_nothing_is_served(capsys, tmp_path):
    path = tmp_path / "cards.html"
    assert main(["vote", "01/silent", "--sheet", str(path)]) == 0
    assert "one page to print" in capsys.readouterr().out and "For small τ only" in path.read_text("utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["cards.html"]


def test_the_likeliest_address_of_the_local_network_comes_first(monkeypatch):
    def one(address):
        return SimpleNamespace(family=socket.AF_INET, address=address)

    networks = {
        "lo": [one("127.0.0.1")],
        "docker0": [one("172.17.0.1")],
        "wlan0": [one("192.168.1.7"), SimpleNamespace(family=socket.AF_INET6, address="fe80::1")],
        "eth0": [one("169.254.3.4")],
        "off": [one("10.0.0.9")],
    }
    monkeypatch.setattr(addresses.psutil, "net_if_addrs", lambda: networks)
    monkeypatch.setattr(
        addresses.psutil, "net_if_stats", lambda: {name: SimpleNamespace(isup=name != "off") for name in networks}
    )
    monkeypatch.setattr(addresses, "_of_the_way_out", lambda: "192.168.1.7")
    assert addresses.local_addresses() == ["192.168.1.7", "172.17.0.1"]
    assert vote_command.phone_addresses("0.0.0.0", 8765)[0] == "http://192.168.1.7:8765/"
    assert vote_command.phone_addresses("0.0.0.0", 80)[0] == "http://192.168.1.7/"
    assert vote_command.phone_addresses("localhost", 8765) == ["http://localhost:8765/"]
    assert vote_command.own_address("0.0.0.0", 8765) == "http://localhost:8765/"
    assert vote_command.own_address("192.168.1.7", 8765) == "http://192.168.1.7:8765/"
    monkeypatch.setattr(addresses, "local_addresses", lambda: [])
    assert vote_command.phone_addresses("::", 8765) == [f"http://{socket.gethostname()}:8765/"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="stops the server by Ctrl-C, a POSIX signal")
@pytest.mark.parametrize("host", ["localhost", "0.0.0.0"])
def test_ctrl_c_ends_it_with_the_counts_written_and_nothing_else(tmp_path, host):
    port, folder = free_port(), tmp_path / "class"
    folder.mkdir()
    (folder / "psn_viz_progress.json").write_text("an earlier answer")
    command = [sys.executable, "-m", "psn_viz", "vote", "01/silent", "--no-browser", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "PSN_VIZ_PROGRESS"}
    process = subprocess.Popen(
        [*command, "--host", host, "--csv", "counts.csv"], cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        first = process.stdout.readline()
        assert re.fullmatch(rf"psn-viz vote: http://localhost:{port}/teacher/[\w-]{{22}}\n", first)
        phone = Client(SimpleNamespace(address=f"http://localhost:{port}/"))
        assert "Counted: <b>C</b>" in phone.answer(2)
        if host == "localhost" and sys.platform == "linux":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", port), timeout=5)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0 and time.monotonic() - begun < 10
        said, errors = process.stdout.read(), process.stderr.read()
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()
    assert errors == "" and "the counts are in counts.csv" in said
    assert ("without a password" in said) == (host != "localhost")
    assert ("with --host 0.0.0.0" in said) == (host == "localhost")
    assert "01/silent,1,1,C,For none,1" in (folder / "counts.csv").read_text("utf-8-sig")
    assert {one.name for one in Path(folder).iterdir()} == {"counts.csv", "psn_viz_progress.json"}
    assert (folder / "psn_viz_progress.json").read_text() == "an earlier answer"


def test_counts_that_cannot_be_written_are_told_on_the_page_and_the_vote_goes_on(capsys, tmp_path, monkeypatch):
    from psn_viz.classroom.vote import vote_server

    folder = tmp_path / "stick"
    folder.mkdir()
    notices = []

    def serve(sockets, made, first, ready):
        for one in sockets:
            one.close()
        ready()
        folder.rmdir()  # somebody has pulled it out
        for action in ("close", "second"):
            assert made.session.act(action, made.session.stage)
            notices.append(made.notice())
        folder.mkdir()
        made.session.end()
        notices.append(made.notice())

    monkeypatch.setattr(vote_server, "serve", serve)
    path = folder / "counts.csv"
    assert main(["vote", "01/silent", "--no-browser", "--port", str(free_port()), "--csv", str(path)]) == 0
    assert (
        notices[0] == notices[1] == "counts.csv could not be written: No such file or directory" and notices[2] == ""
    )
    said = capsys.readouterr()
    assert said.err == f"psn-viz vote: {notices[0]}\n" and f"the counts are in {path}" in said.out
    assert "01/silent,1,1,A" in path.read_text("utf-8-sig") and "01/silent,1,2,A" in path.read_text("utf-8-sig")
    shown = projector_page.projector_page(VoteSession([CHOICE]), "s", "http://x/", False, notices[0])
    assert notices[0] in shown
