"""A vote in other languages than English: whose choice it is, and that a page is wholly in its language."""

from __future__ import annotations

import re

import pytest

from psn_viz.classroom.vote.ballot import Refused, VoteSession
from psn_viz.classroom.vote.card_sheet import sheet_html
from psn_viz.classroom.vote.own_question import questions_in
from psn_viz.classroom.vote.phone_page import phone_page
from psn_viz.classroom.vote.projector_page import projector_page
from psn_viz.classroom.vote.vote_language import Speech, question_in, wanted_language
from psn_viz.classroom.vote.vote_question import all_keys, course_questions
from psn_viz.cli.main import main
from psn_viz.course.languages.tables import language_tag, languages
from psn_viz.course.languages.translate import word
from tests.test_languages import Words
from tests.vote_server_thread import CHOICE, NUMBER, Client, vote

ALL = sorted(languages())
KEYS = ("01/silent", "04/left")  # a choice and a number
ADDRESS, TYPED = "http://192.168.1.7/", "7 and 8"
KEPT = (*KEYS, ADDRESS, ADDRESS[7:-1], "--host 0.0.0.0", TYPED, "masked PSN")  # what reads alike in all languages
ENGLISH = re.compile(r"[a-z]{3,}")
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.fixture
def running():
    with vote([*course_questions("04/left"), CHOICE]) as one:
        yield one


@pytest.mark.parametrize("language", ALL)
def test_every_question_that_can_be_voted_on_is_whole_in_every_language(language):
    for lesson in dict.fromkeys(key.split("/")[0] for key in all_keys()):
        for english in course_questions(lesson):
            other = question_in(english, language)
            assert other.language == language and other.key == english.key
            assert [one.right for one in other.options] == [one.right for one in english.options]
            assert len({one.text for one in other.options}) == len(english.options)
            assert bool(other.setting) == bool(english.setting) and other.truth == english.truth


def pages_of_a_vote(language: str) -> list[str]:
    """The pages of a phone and of the projector in every state, after every refusal that a page can bring."""
    pages = []
    for key in KEYS:
        (question,) = course_questions(key)
        session = VoteSession([question, question])
        answers = ("0", "1", "0") if question.kind == "choice" else ("58", "58", "1")
        refusals = [""]
        for given in ("", TYPED, "9" * 61, "1,234", "9"):
            try:
                session.vote("r", session.ballot.rounds[0].ticket, given)
            except Refused as refused:
                refusals.append(str(refused))

        def look(session=session, refusals=refusals):
            pages.extend(phone_page(session, "s", token, why, language) for token in "abz" for why in refusals)
            for phones in (True, False):
                pages.append(projector_page(session, "s", ADDRESS, phones, language=language))

        look()
        for action in ("close", "second", "close", "uncover"):
            if session.ballot.is_open:
                for token, answer in zip("abc", answers, strict=True):
                    session.vote(token, session.ballot.rounds[-1].ticket, answer)
            look()
            assert session.act(action, session.stage)
        look()
        pages.append(sheet_html([question], language))
    return pages


@pytest.mark.parametrize("language", ALL)
def test_nothing_of_a_page_stays_english(language):
    for page in pages_of_a_vote(language):
        words = Words(page)
        words.words += re.findall(r'data-(?:says|lost|sure)="([^"]*)"', page)
        shown = " ".join(words.words)
        for kept in KEPT:
            shown = shown.replace(kept, "")
        assert words.lang == language_tag(language) and not ENGLISH.findall(shown), shown


def test_a_question_of_ones_own_is_in_the_language_that_the_teacher_says():
    (english,), (chinese,) = (
        questions_in("? spikes 多少？\n= 58 个", language=language) for language in ("en", "zh")
    )
    assert chinese.told == "答案是 58 个。" and english.told == "It is 58 个."
    assert 'lang="zh-Hans">spikes 多少？' in phone_page(VoteSession([chinese]), "s", "t")
    assert 'lang="en">spikes 多少？' in phone_page(VoteSession([english]), "s", "t", language="zh")
    assert "lang" not in Speech("zh").show(chinese, "spikes 多少？")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "fallback"),
        ("fr,de;q=0.5", "fallback"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB, zh;q=0.9", "en"),
        ("fr, en;q=0.2, ZH-hant;q=0.3", "zh"),
        ("zh;q=0", "fallback"),
        ("zh;q=x,en;q=nan,;q=,*", "fallback"),
        ("zh;q=9," + "x" * 10_000 + ",en", "fallback"),
    ],
)
def test_what_a_browser_asks_for(header, wanted):
    assert wanted_language(header, "fallback") == wanted


def test_a_phone_is_in_the_language_of_its_reader_who_can_choose_another_one(running):
    phone = Client(running)
    assert '<html lang="zh-Hans">' in phone.get(**CHINESE) and "掩码保留了其中多少" in phone.page
    assert '<html lang="en">' in phone.get("language/en", **CHINESE) and "does the mask leave" in phone.page
    assert '<html lang="en">' in phone.get(**CHINESE), "the choice stays"
    phone.get("language/zh")
    (cookie,) = [one for one in phone.jar if one.name == "psn_viz_language"]
    assert cookie.value == "zh" and cookie.expires and "HttpOnly" in cookie._rest
    assert phone.get().count("aria-current") == 1 and 'lang="zh-Hans" aria-current=true' in phone.page


def test_a_phone_that_asks_for_no_language_that_is_there_gets_the_teachers(running):
    running.made.language = "zh"
    phone, teacher = Client(running), Client(running)
    assert '<html lang="zh-Hans">' in phone.get(**{"Accept-Language": "fr"})
    assert '<html lang="zh-Hans">' in teacher.get(running.teacher, **{"Accept-Language": "en"})
    assert "结束投票" in teacher.page


@pytest.mark.parametrize("cookie", ["fr", "../zh", '"zh"', "<b>"])
def test_a_damaged_choice_is_none(running, cookie):
    page = Client(running).get(Cookie=f"psn_viz_language={cookie}", **CHINESE)
    assert '<html lang="zh-Hans">' in page or cookie == '"zh"'


def test_there_is_no_other_language(running):
    phone = Client(running)
    phone.get("language/fr", **CHINESE)
    assert phone.status == 404 and word("There is nothing here.", "zh") in phone.page
    phone.post(body=b"round=x", headers={**CHINESE})
    assert phone.status in (400, 409) and '<html lang="zh-Hans">' in phone.page


def test_a_vote_in_chinese_counts_with_its_unit_and_a_refusal_is_told_in_chinese(running):
    phone = Client(running)
    phone.get("language/zh")
    unit = question_in(running.session.ballot.question, "zh").unit
    assert f"已计入：<b>58 {unit}</b>" in phone.answer(f"58 {unit}")
    assert f"已计入：<b>58 {unit}</b>" in phone.answer("58 entries")
    assert "没有计入：&#x27;many&#x27; 不是一个数" in phone.answer("many") and phone.status == 409
    running.do("next")
    assert phone.get().count('<span lang="en">') == 1 + len(CHOICE.options) + 1, "setting, prompt and options"
    assert '<span lang="en">The PSN</span>' in phone.page


def test_a_notice_from_elsewhere_is_marked_as_english():
    page = projector_page(VoteSession([NUMBER]), "s", "http://x/", True, "c.csv could not be written: full", "zh")
    assert '<span lang="en">c.csv could not be written: full</span>' in page


def test_the_command_takes_a_language_for_its_sheet_and_no_other(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    path = tmp_path / "cards.html"
    assert main(["vote", "01/silent", "--sheet", str(path), "--lang", "zh"]) == 0
    assert '<html lang="zh-Hans">' in path.read_text("utf-8") and "折叠这张纸" in path.read_text("utf-8")
    assert main(["vote", "01/silent", "--sheet", str(tmp_path / "two.html"), "--lang", "fr"]) == 1
    assert "language must be one of 'en', 'zh', got 'fr'" in capsys.readouterr().err
