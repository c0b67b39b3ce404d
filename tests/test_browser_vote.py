"""`psn-viz vote` in a browser: forty phones and a projector, keys, sizes, themes, no scripts, no network."""

from __future__ import annotations

import contextlib
import re
import time

import psutil
import pytest

from psn_viz.classroom.vote.own_question import questions_in
from psn_viz.classroom.vote.vote_question import all_keys, course_questions
from psn_viz.course.languages.tables import languages
from tests.jupyterlab import watched
from tests.needs_chromium import needs_chromium
from tests.served_site import serious
from tests.vote_server_thread import CHOICE, NUMBER, Client, vote

pytestmark = needs_chromium
PHONES = 40
# The smallest text on the page, in px of the screen; that of a drawing is scaled with it.
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .filter((one) => !one.closest(".psn-aloud"))
  .map((one) => parseFloat(getComputedStyle(one).fontSize) * (one.closest("svg") ? one.getScreenCTM().a : 1)))"""
INSIDE = """() => document.documentElement.scrollWidth <= innerWidth
  && document.documentElement.scrollHeight <= innerHeight"""

# A page hears nothing of the stage before `psnHear()` is called. It returns when the page has asked, one at a
# time: so nothing is on its way.
HEAR_LATE = """() => new Promise((asked) => {
  const ask = fetch;
  const heard = new Promise((go) => window.psnHear = go);
  window.fetch = async (address, ...options) => {
    if (String(address).endsWith("/state")) {
      asked();
      await heard;
    }
    return ask(address, ...options);
  };
})"""


@pytest.fixture
def running():
    with vote() as one:
        yield one


@pytest.fixture
def opened(browser):
    """Open an address as a browser of its own, or as another page of `context`.

    It must run without an error, and ask for nothing elsewhere.
    """
    contexts, troubles, elsewhere = [], [], []

    def open_it(address: str, width: int = 360, height: int = 640, context=None, **options):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)
        page = context.new_page()
        troubles.append(watched(page))
        page.on(
            "request", lambda asked: elsewhere.append(asked.url) if address.split("/")[2] not in asked.url else None
        )
        page.goto(address)
        return page

    open_it.troubles = troubles
    yield open_it
    for context in contexts:
        context.close()
    assert not [error for errors in troubles for error in errors] and not elsewhere


def wait_for(page, words: str) -> None:
    page.get_by_text(words, exact=False).first.wait_for()


def wait_for_count(projector, count: int) -> None:
    projector.locator(".psn-count", has_text=re.compile(f"^{count}$")).wait_for()


def test_forty_phones_vote_twice_and_see_the_truth_when_it_is_uncovered(running, opened):
    begun = time.monotonic()
    projector = opened(running.teacher, 1280, 720)
    projector.set_default_timeout(120_000)  # on a machine that does something else, too
    assert projector.url == f"{running.address}teacher"  # the secret is not to be read on the wall
    phones = forty_phones(running, opened)
    print(f"{PHONES} pages are open after {time.monotonic() - begun:.1f} s, in {memory_of_browsers() / 1e6:.0f} MB.")
    for number, phone in enumerate(phones):
        choose(phone, (number + 1) % 3)
    wait_for_count(projector, PHONES)
    for number, phone in enumerate(phones):  # another thought: it takes the place of the first
        choose(phone, number % 3)
    for number, phone in enumerate(phones):
        phone.reload()
        assert phone.get_by_role("radio").nth(number % 3).is_checked()
    assert projector.locator(".psn-count").inner_text() == str(PHONES) and not projector.locator(".psn-bar").count()
    phones[1].evaluate(HEAR_LATE)  # this one has not heard yet that it is closed
    projector.keyboard.press("c")
    projector.locator(".psn-bar").first.wait_for()
    choose(phones[1], 2, "Your vote came too late and was not counted.")
    phones[1].evaluate("psnHear()")
    bars = projector.locator(".psn-bar").all_inner_texts()
    assert [text.replace(" ", "") for text in bars] == ["14·35%", "13·33%", "13·33%"]
    late = phone_of(running, opened, PHONES)
    wait_for(late, "It was closed before you voted.")
    for phone in phones:
        wait_for(phone, "Look at the projector")
    projector.keyboard.press("s")
    for number, phone in enumerate((*phones, late)):
        wait_for(phone, "Second vote")
        choose(phone, 0 if number % 10 == 0 else 1)
    wait_for_count(projector, PHONES + 1)
    projector.keyboard.press("c")
    wait_for(projector, "2nd 36")
    seen = [page.content() for page in (projector, *phones)]
    assert not any("It has no reset at all." in page or "✓" in page for page in seen)
    projector.keyboard.press("u")
    wait_for(projector, "It has no reset at all.")
    assert projector.get_by_role("img", name="right", exact=True).count() == 1
    for phone in phones:
        wait_for(phone, "is right. It has no reset at all.")
    assert [one.counts() for one in running.session.ballot.rounds] == [{0: 14, 1: 13, 2: 13}, {0: 5, 1: 36}]
    troubles = [error for errors in opened.troubles for error in errors]
    assert len(troubles) == 1 and "409" in troubles[0]  # the vote that came too late, as a console has it
    for errors in opened.troubles:
        errors.clear()
    print(f"It took {time.monotonic() - begun:.1f} s, in {memory_of_browsers() / 1e6:.0f} MB.")


def forty_phones(running, opened) -> list:
    """Pages that share one context, since forty contexts take four times as long and twice the memory.

    Each calls the server by a host name of its own, of which a browser keeps the cookies apart: forty voters.
    """
    running.made.names |= {f"phone{number}.localhost" for number in range(PHONES + 1)}
    phones = [phone_of(running, opened, 0)]
    return phones + [phone_of(running, opened, number, phones[0].context) for number in range(1, PHONES)]


def phone_of(running, opened, number: int, context=None):
    page = opened(f"http://phone{number}.localhost:{running.made.port}/", 360, 740, context=context)
    page.set_default_timeout(120_000)  # on a machine that does something else, too
    return page


def choose(phone, number: int, told: str = "") -> None:
    """Choose an option and send it, by keys: a click waits for a page to be drawn, which takes long with forty."""
    phone.get_by_role("radio").nth(number).press("Space")
    phone.get_by_role("button", name="vote").press("Enter")
    wait_for(phone, told or f"Counted: {'ABC'[number]}")


def memory_of_browsers() -> int:
    """Bytes of all processes that the tests have started; what they share is counted once where Linux says so."""
    total = 0
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            memory = one.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
    return total


def test_a_vote_by_keyboard_is_read_aloud_and_stays_in_focus(running, opened):
    phone = opened(running.address, 320)
    group = phone.get_by_role("group", name="Which neuron needs no loop?")
    assert group.get_by_role("radio", name="B The PSN").count() == 1
    for _ in range(3):  # past the links to the languages
        phone.keyboard.press("Tab")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    wait_for(phone, "Counted: B")
    assert phone.evaluate("document.activeElement.className") == "psn-told"
    running.do("close")
    phone.get_by_role("status").filter(has_text="First vote is closed").wait_for(state="attached")
    running.do("next")
    phone.get_by_role("textbox", name="Your number").fill("about 58")
    phone.keyboard.press("Enter")
    phone.get_by_role("alert").wait_for()
    assert "is not a number" in phone.get_by_role("alert").inner_text()
    assert phone.evaluate("document.activeElement.getAttribute('role')") == "alert"
    phone.get_by_role("textbox", name="Your number").fill("58 entries")
    phone.keyboard.press("Enter")
    wait_for(phone, "Counted: 58 entries")
    told = opened.troubles[0]
    assert len(told) == 1 and "409" in told.pop()  # the refusal, as the browser's console has it


def test_a_clicker_goes_on_and_other_keys_do_what_the_buttons_say(running, opened):
    projector = opened(running.teacher, 1280, 720)
    for words in ("First vote is closed", "uncovered", "own/number"):
        projector.keyboard.press("PageDown")
        wait_for(projector, words)
    projector.keyboard.press("Control+c")  # copies
    projector.keyboard.press("ArrowLeft")
    wait_for(projector, "own/choice")
    projector.on("dialog", lambda dialog: dialog.accept())
    projector.keyboard.press("0")
    wait_for(projector, "First vote is open")
    assert running.session.ballots[1].rounds[0].counts() == {} and len(running.session.ballot.rounds) == 1
    projector.get_by_role("button", name="Close the vote").click()
    projector.get_by_role("button", name="Second vote").click()
    wait_for(projector, "Second vote is open")


def test_without_scripts_phones_and_projector_work_by_their_buttons(running, opened):
    projector = opened(running.teacher, 1280, 720, java_script_enabled=False)
    phone = opened(running.address, java_script_enabled=False)
    phone.get_by_role("radio").nth(1).check()
    phone.get_by_role("button", name="Vote").click()
    wait_for(phone, "Counted: B")
    phone.reload()
    assert phone.get_by_role("radio").nth(1).is_checked()
    projector.get_by_role("button", name="Close the vote").click()
    wait_for(projector, "1 · 100 %")
    projector.get_by_role("button", name="Uncover").click()
    wait_for(projector, "It has no reset at all.")
    phone.reload()
    wait_for(phone, "is right. It has no reset at all.")


def test_a_lost_connection_is_told_and_found_again(running, opened):
    phone = opened(running.address)
    phone.get_by_role("radio").nth(2).check()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Vote").click()
    wait_for(phone, "No connection to the vote.")
    assert phone.get_by_role("radio").nth(2).is_checked() and running.session.ballot.rounds[0].counts() == {}
    phone.context.set_offline(False)
    phone.locator(".psn-connection").wait_for(state="hidden")
    phone.get_by_role("button", name="Vote").click()
    wait_for(phone, "Counted: C")
    assert all(
        "ERR_INTERNET_DISCONNECTED" in error or error.startswith("request failed") for error in opened.troubles[0]
    )
    opened.troubles[0].clear()


def test_another_language_keeps_what_is_not_sent_yet_and_is_kept_itself(opened):
    with vote(course_questions("02/row_6")) as running:
        phone = opened(running.address, 320, locale="en-US")
        phone.get_by_role("radio").nth(1).check()
        phone.get_by_role("link", name="中文").press("Enter")
        phone.get_by_role("button", name="投票").wait_for()
        assert phone.get_by_role("radio").nth(1).is_checked() and phone.title() == "投票"
        assert phone.evaluate("document.documentElement.lang + document.activeElement.textContent") == "zh-Hans中文"
        running.do("close")
        phone.get_by_role("status").filter(has_text="第一次投票已结束").wait_for(state="attached")
        phone.reload()
        assert phone.evaluate("document.documentElement.lang") == "zh-Hans" and serious(phone) == []
        other = opened(running.address, java_script_enabled=False, locale="zh-CN")
        other.get_by_role("link", name="English").click()
        wait_for(other, "First vote is closed")


LONG = course_questions("02")[2], course_questions("07/pair")[0], course_questions("08/reach")[0]


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_all_of_a_question_is_on_the_screen_and_can_be_read_from_the_back_row(opened, width, height):
    with vote([CHOICE, NUMBER, *LONG]) as running:
        projector = opened(running.teacher, width, height)
        for number, ballot in enumerate(running.session.ballots):
            if number:
                running.do("next")
            for action in ("", "close", "second", "close", "uncover"):
                if action:
                    running.do(action)
                _forty_votes(running)
                projector.reload()
                wait_for(projector, ballot.question.prompt[:40])
                where = f"{ballot.question.key} after {action!r}"
                assert projector.evaluate(INSIDE), where
                assert projector.evaluate(SMALLEST) >= 24 * height / 720, where
                buttons = [one.bounding_box() for one in projector.get_by_role("button").all()]
                assert all(box["height"] >= 24 and box["y"] + box["height"] <= height for box in buttons), where


@pytest.mark.parametrize("language", ["en", *languages()])
def test_no_question_of_the_course_scrolls_once_it_has_been_voted_on_twice(opened, language):
    questions = [question for lesson in lessons_of_questions() for question in course_questions(lesson)]
    with vote(questions) as running:
        running.made.language = language
        projector = opened(running.teacher, 1280, 720)
        for number in range(len(questions)):
            if number:
                running.do("next")
            for actions in (["close", "second", "close"], ["uncover"]):
                for action in actions:
                    _forty_votes(running)
                    running.do(action)
                projector.reload()
                where = f"{running.session.ballot.question.key} after {actions[-1]!r}"
                assert projector.evaluate(INSIDE), where
                assert projector.evaluate(SMALLEST) >= 24, where


def lessons_of_questions() -> list[str]:
    return list(dict.fromkeys(key.split("/")[0] for key in all_keys()))


def _forty_votes(running) -> None:
    if running.session.ballot.is_open:
        question, ticket = running.session.ballot.question, running.session.ballot.rounds[-1].ticket
        for number in range(40):
            given = number % len(question.options) if question.kind == "choice" else 40 + number % 25
            running.session.vote(f"t{number}", ticket, str(given))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_is_free_of_serious_accessibility_errors_and_of_sideways_scrolling(opened, theme):
    with vote([CHOICE, NUMBER]) as running:
        projector = opened(running.teacher, 1280, 720, color_scheme=theme)
        phone = opened(running.address, 320, color_scheme=theme)
        for steps in ([], ["close"], ["second", "close", "uncover"], ["next"], ["close", "uncover"]):
            for action in steps:
                _forty_votes(running)
                running.do(action)
            phone.reload()
            if running.session.ballot.is_open:
                field = phone.get_by_role("radio" if running.session.at == 0 else "textbox").first
                field.check() if running.session.at == 0 else field.fill("60")
                phone.get_by_role("button").click()
                wait_for(phone, "Counted:")
            targets = phone.locator("label.psn-option, button, input[type=text], .psn-languages a").all()
            assert all(one.bounding_box()["height"] >= 44 for one in targets)
            projector.reload()
            for page in (projector, phone):
                assert serious(page) == [], steps
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_markup_in_a_question_stays_text(opened):
    text = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>"
    with vote(questions_in(f"? {text}\n- {text} 1\n> {text}\n* {text} 2\n> {text}")) as running:
        projector, phone = opened(running.teacher, 1280, 720), opened(running.address)
        for action in ("close", "uncover"):
            running.do(action)
            for page in (projector, phone):
                page.reload()
                wait_for(page, "<b>bold</b>")
                assert page.title().startswith("Vote") and page.locator("main img:not([src^=data])").count() == 0


def middle(locator) -> float:
    """Where the middle of an element stands, in px from the top."""
    box = locator.bounding_box()
    return box["y"] + box["height"] / 2


def test_the_unit_of_a_number_stands_beside_its_field(running, opened):
    running.do("close")
    running.do("next")
    phone = opened(running.address)
    field = phone.get_by_role("textbox", name="Your number")
    unit = phone.get_by_text("entries", exact=True)
    assert abs(middle(unit) - middle(field)) < 3
    assert middle(phone.get_by_text("Your number", exact=True)) < field.bounding_box()["y"]


def test_the_bars_of_both_votes_stand_in_one_line(running, opened):
    for action in ("close", "second", "close", "uncover"):
        if action == "close":
            Client(running).answer(1)
        running.do(action)
    projector = opened(running.teacher, 1280, 720)
    first, second = projector.locator("li", has_text="The PSN").locator(".psn-bar").all()
    assert abs(middle(first) - middle(second)) < 1


def test_a_sheet_is_one_page_of_print_and_its_letters_fit(browser):
    from psn_viz.classroom.vote.card_sheet import sheet_html

    questions = [CHOICE, NUMBER, *LONG, *course_questions("08/mean")]
    page = browser.new_page()
    try:
        page.set_content(sheet_html(questions))
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == len(questions)
        page.emulate_media(media="print")
        assert page.evaluate(
            "[...document.querySelectorAll('section, li')].every((one) => "
            "one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth + 1)"
        )
        sizes = page.evaluate(
            "[...document.querySelectorAll('li b')].map((b) => parseFloat(getComputedStyle(b).fontSize))"
        )
        assert min(sizes) >= 90
        assert serious(page) == []
    finally:
        page.close()
