"""The questions of the lesson pages in a browser: answered by keyboard, judged by Python there, kept, handed in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from psn_viz.browser.question_session import question_of
from psn_viz.course.answers.answer_file import parse
from psn_viz.course.answers.hand_in_format import digest, hand_in_file
from psn_viz.course.answers.store import AnswerStore
from psn_viz.course.languages.tables import table
from psn_viz.course.registry import open_tasks
from psn_viz.labs import LABS
from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import needs_pyodide
from tests.served_site import serious
from tests.test_question_session import without_times

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
    needs_pyodide,
]
SECONDS = 90_000


@pytest.fixture
def address(live_site):
    return live_site


@pytest.fixture
def page(site_page):
    return site_page


def asked(page, key: str, number: int = 0):
    """The question whose answer is kept under `key`, the `number`th of its place."""
    return page.locator(f'.psn-asked[data-keys~="{key}"][data-truth=""] .psn-question').nth(number)


def answered(question):
    question.locator(".psn-feedback.psn-right, .psn-feedback.psn-wrong").wait_for(timeout=SECONDS)
    return question.locator(".psn-feedback").inner_text()


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('psn_viz_progress')") or '{"entries": {}}')["entries"]


def test_questions_of_every_kind_are_answered_by_keyboard_kept_and_handed_in(page, address):
    page.goto(f"{address}/lessons/01_charge_fire_reset.html")
    recall = asked(page, "01/recall/1")
    recall.locator("input").first.focus()
    press(page, "Space")
    if recall.locator("input").first.is_checked():
        press(page, "ArrowDown")
    press(page, "Tab", "Enter")
    assert "Python loads" in recall.locator(".psn-feedback").inner_text(), "answered before Python is there"
    answered(recall)
    curve = asked(page, "01/predict/climb")
    curve.locator("circle[tabindex='0']").focus()
    press(page, "ArrowUp", "ArrowRight", "PageUp", "Tab", "Enter")
    assert "That is not it. At n =" in answered(curve) and curve.locator(".psn-true").count() == 0
    curve.get_by_role("button", name="Show the answer").press("Enter")
    curve.locator(".psn-true").wait_for()
    choice = asked(page, "01/predict/silent")
    choice.locator("input").first.focus()
    press(page, "Space", "Tab", "Enter")
    answered(choice)
    spikes = asked(page, "01/predict/hard")
    spikes.locator(".psn-raster button").first.focus()
    press(page, "ArrowRight", "ArrowRight", "Space", "Tab", "Enter")
    assert "That is not it." in answered(spikes)
    press(page, "Tab", "Enter")  # think again
    press(page, "ArrowRight", "Space", "Tab", "Enter")
    spikes.locator(".psn-feedback", has_text="the neuron fired").wait_for()
    place = page.locator('.psn-asked[data-keys="01/predict/hard"]')
    place.locator(".psn-lab .psn-caption").wait_for(timeout=SECONDS)
    assert set(kept(page)) == {"01/recall/1", "01/predict/climb", "01/predict/silent", "01/predict/hard"}

    said = [one.locator(".psn-feedback").inner_text() for one in (recall, curve, choice, spikes)]
    page.reload()
    page.locator("text=You have answered this.").first.wait_for()
    assert [answered(one) for one in (recall, curve, choice, spikes)] == said
    assert choice.get_by_role("button", name="Commit").count() == 0

    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hand-in file").first.press("Enter")
    page_file = json.loads(Path(download.value.path()).read_text("utf-8"))
    store = AnswerStore.holding(parse(page.evaluate("psnAnswers.text()").encode()))
    notebook_file = json.loads(hand_in_file(store))
    assert download.value.suggested_filename == "psn_viz_hand_in.json"
    assert page_file.pop("digest") == digest(page_file) and notebook_file.pop("digest")
    assert page_file["versions"]["torch"] == "numpy in the browser"
    assert page_file.pop("versions").keys() == notebook_file.pop("versions").keys()
    assert without_times(page_file) == without_times(notebook_file)
    whens = [answer["when"] for answer in page_file["lessons"]["01"]["predictions"].values()]
    assert sorted(whens) == sorted(one["when"] for key, one in kept(page).items() if "predict" in key)


def test_a_question_is_answered_in_chinese_and_stays_so(page, address):
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    question, other = asked(page, "02/recall/2", 1), asked(page, "02/recall/1")
    question.locator("input").nth(1).check()
    question.get_by_role("button", name="中文").press("Enter")
    told = table("zh", "02").translations
    prompt = question_of("02/recall/2").question.form.prompt
    assert question.locator("legend").inner_text() == told[prompt] and question.locator("input").nth(1).is_checked()
    assert question.get_attribute("lang") == other.get_attribute("lang") == "zh-Hans"
    assert not serious(page), "axe"
    question.get_by_role("button", name="回答", exact=True).press("Enter")
    assert "Python 正在" in question.locator(".psn-feedback").inner_text()
    options = question_of("02/recall/2").options
    assert answered(question) == told[options[1].feedback]
    entry = kept(page)["02/recall/2"]["entry"]
    assert (entry["prompt"], entry["text"]) == (prompt, options[1].text), "kept in English"
    page.reload()
    page.locator("text=你已经回答过这个问题。").first.wait_for()
    assert answered(question) == told[options[1].feedback]
    with page.expect_popup() as opened:
        page.evaluate("open(location.href)")
    there = opened.value
    asked(there, "02/recall/1").get_by_role("button", name="English").click()
    question.locator(".psn-feedback", has_text=options[1].feedback).wait_for(timeout=SECONDS)
    there.close()

    other.get_by_role("button", name="中文").click()
    task = page.locator(".psn-open-task")
    assert task.locator("p").first.inner_text() == told[open_tasks()["02/open"]]
    assert task.get_by_label("你对 02/open 的回答").count() == task.get_by_role("button", name="保存").count() == 1
    page.goto(f"{address}/glossary.html")
    entry = page.locator("#reset dd")
    assert entry.locator("span[lang=zh-Hans]").is_visible() and not entry.locator("span[lang=en]").is_visible()
    page.get_by_role("button", name="English").click()
    assert entry.locator("span[lang=en]").is_visible() and not entry.locator("span[lang=zh-Hans]").is_visible()
    page.goto(f"{address}/index.zh.html")
    first = page.locator(".psn-question").first
    assert first.get_attribute("lang") == "en", "as the reader has chosen"
    page.evaluate("localStorage.removeItem('psn_viz_language')")
    page.reload()
    assert first.get_attribute("lang") == "zh-Hans", "the page's own language"
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/index.html")
    assert first.get_attribute("lang") == "en"


def test_a_wrong_choice_is_answered_by_a_lab(page, address):
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    question = asked(page, "02/recall/2", 1)
    question.get_by_label("At every step").check()
    question.get_by_role("button", name="Answer", exact=True).click()
    answered(question)
    lab = page.locator('.psn-asked[data-keys~="02/recall/2"] .psn-lab')
    lab.locator(".psn-caption").wait_for(timeout=SECONDS)
    code = lab.locator("input[spellcheck]").last.input_value()
    assert lab.locator(".psn-caption").inner_text() == LABS[code.partition(";")[0]].from_code(code).description
    question.get_by_role("button", name="Think again").click()
    question.get_by_label("Never").check()
    question.get_by_role("button", name="Answer", exact=True).click()
    lab.wait_for(state="detached")
    assert question.locator(".psn-feedback.psn-right").count() == 1


def test_a_number_that_is_compared_later_and_another_tab(page, address):
    page.goto(f"{address}/lessons/00_start_here.html")
    question = asked(page, "00/predict/accuracy")
    question.locator("input").fill("6,000")
    question.locator("input").press("Enter")
    question.locator(".psn-feedback", has_text="may be 6000 or 6.000").wait_for(timeout=SECONDS)
    with page.expect_popup() as opened:
        page.evaluate("open(location.href)")
    other = opened.value
    assert asked(other, "00/predict/accuracy").locator("input").is_enabled()
    question.locator("input").fill("60")
    question.locator("input").press("Enter")
    question.locator(".psn-feedback", has_text="The answer comes further down.").wait_for()
    for tab in (page, other):
        later = tab.locator('.psn-asked[data-keys="00/predict/accuracy"]:not([data-truth=""])')
        later.locator(".psn-feedback", has_text="You said 60, it is 82.9 %: 22.9 too low.").wait_for(timeout=SECONDS)
        assert "the run that this page was made from: 82.9" in later.inner_text()
    assert asked(other, "00/predict/accuracy").locator(".psn-feedback", has_text="further down").count() == 1


def test_answers_are_forgotten_when_that_is_confirmed_and_come_back_from_a_file(page, address, tmp_path):
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    question = asked(page, "02/predict/factor")
    question.locator("input").fill("0.5")
    question.locator("input").press("Enter")
    answered(question)
    page.goto(f"{address}/answers.html")
    page.get_by_role("row", name="02").get_by_text("1 of 2").wait_for(timeout=SECONDS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hand-in file").first.click()
    saved = tmp_path / "saved.json"
    download.value.save_as(saved)
    before = kept(page)
    page.get_by_role("button", name="Forget all answers").press("Enter")
    press(page, "Enter")  # the focus is on "Keep them"
    assert kept(page) == before
    page.get_by_role("button", name="Forget all answers").click()
    page.get_by_role("button", name="Forget them").click()
    assert kept(page) == {} and "No answers are kept" in page.locator("#your-answers").inner_text()
    said = page.locator("[data-part=said]")
    (tmp_path / "foreign.json").write_text('{"cells": []}')
    (tmp_path / "large.json").write_bytes(b" " * 2_000_000)
    for name, words in (("foreign.json", "neither a hand-in file"), ("large.json", "it has 2 MB")):
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        said.get_by_text(words).wait_for(timeout=SECONDS)
        assert kept(page) == {}
    page.locator("input[type=file]").set_input_files(saved)
    said.get_by_text("1 answer taken from the file.").wait_for()
    assert kept(page) == before


def test_where_the_browser_keeps_nothing_it_is_said_and_the_answers_stay_while_the_page_is_open(page, address):
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    question = asked(page, "02/recall/1")
    question.locator("input").first.check()
    question.get_by_role("button", name="Answer", exact=True).click()
    answered(question)
    page.locator(".psn-note", has_text="This browser keeps nothing for this page").first.wait_for()
    assert "1 answer" in page.locator("[data-part=kept]").inner_text()
    page.evaluate("psnLanguage.choose('zh')")
    kept, save = page.locator("[data-part=kept]"), page.locator("[data-part=save]")
    assert kept.inner_text() == "这个浏览器中保存了 1 个回答。" and save.inner_text() == "保存要上交的文件"
    assert kept.get_attribute("lang") == save.get_attribute("lang") == "zh-Hans"


@pytest.mark.parametrize("stored", ["{", '{"psn_viz_progress": 9}', '{"psn_viz_progress": 1, "entries": {"x": 1}}'])
def test_what_is_damaged_or_newer_is_kept_aside_and_said(browser, address, stored):
    page, _ = open_page(browser)
    page.route("**/pyodide/*", lambda route: route.abort())
    page.add_init_script(f"localStorage.setItem('psn_viz_progress', {json.dumps(stored)})")
    page.goto(f"{address}/answers.html")
    page.locator("[data-part=trouble]", has_text=re.compile("damaged|newer version")).wait_for()
    assert stored in page.evaluate("Object.values(localStorage)")
    page.context.close()


def test_without_python_or_javascript_the_still_question_is_there(browser, address):
    page, _ = open_page(browser)
    page.route("**/pyodide/*", lambda route: route.abort())
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    place = page.locator(".psn-asked").first
    place.locator(".psn-note", has_text="Python does not run here").wait_for(timeout=SECONDS)
    assert place.locator(".psn-still summary").first.is_visible() and place.locator(".psn-question").count() == 0
    page.context.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    assert page.locator(".psn-still summary").first.is_visible() and not page.locator("#your-answers").is_visible()
    page.goto(f"{address}/glossary.html")
    assert all(page.locator(f"#reset dd [lang={lang}]").first.is_visible() for lang in ("en", "zh-Hans"))
    context.close()


def test_the_answer_to_an_open_task_is_kept_as_text_and_handed_in(page, address):
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    box = page.get_by_label("Your answer to 02/open")
    place = page.locator(".psn-open-task")
    assert place.get_by_role("status").inner_text() == "Nothing is kept yet."
    box.fill("Diagonals <b>are</b> constant.\nThe first is 1/τ.")
    box.press("Tab")
    assert place.get_by_role("status").inner_text() == "Saved in this browser."
    page.reload()
    assert box.input_value() == "Diagonals <b>are</b> constant.\nThe first is 1/τ."
    assert not serious(page), "axe"
    name = page.get_by_label("Your name or number")
    name.fill("Ada 7")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hand-in file").first.click()
    handed = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert download.value.suggested_filename == "psn_viz_hand_in_Ada_7.json" and handed["name"] == "Ada 7"
    entry = handed["lessons"]["02"]["open tasks"]["open"]
    assert entry["text"].startswith("Diagonals <b>are") and entry["first_saved"] == entry["when"]
    said = page.locator("[data-part=said]")
    said.get_by_text("It does not hold").wait_for()
    assert "1 answer to open tasks" in said.inner_text()
    name.fill("\u0007")
    page.get_by_role("button", name="Save the hand-in file").first.click()
    said.get_by_text("name must be one line").wait_for()
