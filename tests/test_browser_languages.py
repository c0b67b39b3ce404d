"""Questions in another language, in a browser without a kernel: all is in that language, and nothing is lost."""

from __future__ import annotations

import json
import re

import pytest

from psn_viz.course.answers.store import answer_store
from psn_viz.course.languages.tables import INTERFACE, languages, table
from psn_viz.course.questions.ask import ask_choice
from psn_viz.course.questions.question_widget import QuestionWidget
from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium
from tests.untranslated import answers, questions

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
ALL = sorted(languages())
# The widget as a script, and questions that are asked with what Python has told of them.
SCRIPT = f"{QuestionWidget._esm.partition('export default ')[0]}Object.assign(globalThis, {{ render, psnLanguage }});"
ASK = """(states) => {
  globalThis.models = states.map((state) => {
    const listeners = new Set();
    const model = { get: (name) => state[name], set: (name, value) => { state[name] = value; }, save_changes() {},
      on: (_, listener) => listeners.add(listener), off: (_, listener) => listeners.delete(listener),
      tell: (told) => { Object.assign(state, told); listeners.forEach((listener) => listener()); } };
    const el = document.body.appendChild(document.createElement("div"));
    render({ model, el });
    return model;
  });
}"""
READ = """() => {
  const found = [...document.querySelectorAll(".psn-question [aria-label], .psn-question[aria-label]")].map(
    (one) => one.getAttribute("aria-label"));
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest(".psn-languages")) found.push(walk.currentNode.data);
  }
  return found;
}"""
SHOWN = ("status", "answer", "second", "truth", "right", "second_right", "feedback", "feedback_translations")


@pytest.fixture
def page(browser, monkeypatch, tmp_path):
    monkeypatch.setenv("PSN_VIZ_PROGRESS", str(tmp_path / "progress.json"))
    answer_store()
    page, errors = open_page(browser, height=900)
    page.set_content("<!doctype html><html lang=en><body></body>")  # such a page keeps nothing
    page.add_style_tag(content=QuestionWidget._css)
    page.add_script_tag(content=SCRIPT)
    yield page
    page.close()
    assert errors == []


def ask(page, *widgets: QuestionWidget) -> None:
    page.evaluate(ASK, [{name: widget.get_state(name)[name] for name in widget.keys if name[0] != "_"
                         and name != "layout"} for widget in widgets])  # fmt: skip


def tell(page, number: int, widget: QuestionWidget) -> None:
    page.evaluate("([n, told]) => models[n].tell(told)", [number, {name: getattr(widget, name) for name in SHOWN}])


def english(texts: list[str], language: str) -> list[str]:
    """Those with an English word and no letter of another writing, which are no translation either."""
    parts = {"interface"} | {part for part, _ in questions()}
    translations = {value for part in parts for value in table(language, part).translations.values()}
    return [
        text
        for text in dict.fromkeys(texts)
        if re.search(r"[a-z]{3}", text) and not re.search(r"[\u0370-\uffff]", text) and text not in translations
    ]


@pytest.mark.parametrize("language", [one for one in ALL if one == "zh"])
def test_no_english_is_left_in_any_question_at_any_moment(page, language):
    widgets = [QuestionWidget(asked.question) for _, asked in questions()]
    ask(page, *widgets)
    everything = page.evaluate(READ)
    assert len(english(everything, language)) > 300, "there is English to begin with"
    page.evaluate("(language) => psnLanguage.choose(language)", language)
    assert english(page.evaluate(READ), language) == []
    for number, widget in enumerate(widgets):
        wrong = next((one for one in answers(widget.question) if widget.question.judge(one)[1] is False), None)
        widget.set_state({"answer": answers(widget.question)[0] if wrong is None else wrong, "status": "committed"})
        tell(page, number, widget)
    assert english(page.evaluate(READ), language) == []
    words = table(language, INTERFACE).translations
    for kind in KINDS:
        number = next(n for n, one in enumerate(widgets) if one.kind == kind and one.status == "wrong")
        page.locator(".psn-question").nth(number).get_by_role("button", name=words["Think again"]).click()
    assert english(page.evaluate(READ), language) == []
    for number, widget in enumerate(widgets):
        if widget.status == "wrong":
            widget.set_state({"status": "shown"})
            tell(page, number, widget)
    assert english(page.evaluate(READ), language) == []
    tags = set(page.evaluate("[...document.querySelectorAll('.psn-question')].map((one) => one.lang)"))
    assert tags == {languages()[language].lang}


KINDS = {"choice": "ten_minutes/wait", "number": "02/factor", "spikes": "01/hard", "curve": "01/climb"}


def widget_of(key: str) -> QuestionWidget:
    kind_key = f"{key.split('/')[0]}/predict/{key.split('/')[1]}"
    (found,) = (asked.question for _, asked in questions() if asked.question.key == kind_key)
    return QuestionWidget(found)


def test_what_is_being_answered_is_kept_when_the_language_changes(page):
    ask(page, *map(widget_of, KINDS.values()))
    choice, number, spikes, curve = page.locator(".psn-question").all()
    choice.locator("input").nth(1).check()
    number.locator("input").fill("0.5")
    spikes.locator(".psn-raster button").nth(2).click()
    curve.locator("circle").first.focus()
    page.keyboard.press("PageUp")
    drawn = curve.locator(".psn-mine").get_attribute("d")
    spikes.get_by_role("button", name="中文").click()
    assert page.evaluate("document.activeElement.textContent") == "中文", "the focus stays"
    for again in (False, True):
        if again:
            choice.get_by_role("button", name="English").click()
        assert choice.locator("input").nth(1).is_checked() and number.locator("input").input_value() == "0.5"
        assert spikes.locator("[aria-pressed=true]").count() == 2  # the spike, and the language
        assert curve.locator(".psn-mine").get_attribute("d") == drawn
        name = "Commit" if again else "提交"
        assert all(one.get_by_role("button", name=name).is_enabled() for one in (choice, number, spikes, curve))
    number.locator("input").press("Enter")
    assert page.evaluate("[models[1].get('status'), models[1].get('answer')]") == ["committed", "0.5"]


def test_a_language_that_is_chosen_while_the_kernel_is_busy(page):
    ask(page, widget_of(KINDS["choice"]))
    question = page.locator(".psn-question")
    question.locator("input").first.check()
    question.get_by_role("button", name="Commit").click()
    assert question.locator(".psn-feedback").inner_text() == "Waiting for the kernel …"
    question.get_by_role("button", name="中文").click()
    assert question.locator(".psn-feedback").inner_text() == "正在等待内核……"
    assert question.locator("input").first.is_enabled(), "not taken yet"
    assert question.get_by_role("button", name="提交").is_disabled()


def test_a_question_without_translation_says_that_it_is_english(page):
    own = ask_choice("own_one", "Which other?", {"this one": "no", "that one": "yes"}, right="that one")
    ask(page, QuestionWidget(own.question), widget_of(KINDS["choice"]))
    page.get_by_role("button", name="中文").click()
    first, second = page.locator(".psn-question").all()
    assert (first.get_attribute("lang"), second.get_attribute("lang")) == ("en", "zh-Hans")
    assert (
        first.locator("legend").get_attribute("lang") == "en" and first.get_by_role("button", name="Commit").count()
    )
    half = json.loads(json.dumps(widget_of(KINDS["choice"]).translations))
    half["zh"]["options"][0] = None
    page.evaluate("(half) => { models[1].get('translations').zh = half.zh; psnLanguage.choose('zh'); }", half)
    spans = second.locator("label span span")
    assert [spans.nth(n).get_attribute("lang") for n in range(3)] == ["en", "zh-Hans", "zh-Hans"]
