"""The course in a real JupyterLab: predict by keyboard, commit, reveal, reload; checks; text that stays text."""

from __future__ import annotations

import pytest

from psn_viz.labs.core import palette
from tests.jupyterlab import TOO_LATE, jupyterlab, open_notebook, open_page, run_all_cells, write_notebook
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
NASTY = '<img src=x onerror="window.harmed = true">'
CELLS = (
    "import psn_viz as pv\nimport psn_viz.course as pc",
    f"pc.predict_choice('09/choice', {NASTY!r}, {{{NASTY!r}: {NASTY!r}, 'two': 'two it is'}}, right='two')",
    "pc.predict_number('09/number', 'How many?', truth=8.0, unit='spikes')",
    "pc.predict_spikes('09/spikes', 'Where?', pv.LABS['charge_fire_reset'](input='block 3'), steps=16)",
    "pc.predict_curve('09/curve', 'Draw.', [0.5, 1.0, 1.5], 0.0, 2.0)",
    "def my_charge(V, X_t, tau):\n    return V + X_t / tau\n\n\npv.check('01/charge', my_charge)",
    "def my_charge(V, X_t, tau):\n    return V + (X_t - V) / tau\n\n\npv.check('01/charge', my_charge)",
    f"def my_charge(V, X_t, tau):\n    raise ValueError({NASTY!r})\n\n\npv.check('01/charge', my_charge)",
    "pc.predict_choice('09/other', 'Which other?', {'a': 'no', 'b': 'yes', 'c': 'no'}, right='b')",
    "pv.predict('ten_minutes/wait')",
)
LATE_CELLS = (
    "import psn_viz as pv\nimport psn_viz.course as pc",
    "pc.predict_choice('09/late', 'Which?', {'one': 'no', 'two': 'two it is'}, right='two')",
    "pv.lab('closed_form')",
)
KEYS = {
    "choice": ["ArrowDown", "Tab", "Enter"],
    "number": ["8", ",", "0", "Enter"],
    "spikes": ["ArrowRight"] * 5 + ["Space", "ArrowRight", "ArrowRight", "Space", "Tab", "Enter"],
    "curve": ["ArrowUp", "ArrowRight", "PageUp", "ArrowRight", "PageUp", "PageUp", "Tab", "Enter"],
}
AGAIN = {  # from the first control of a wrong answer that is thought over, to the second answer
    "spikes": ["ArrowRight"] * 9 + ["Space", "Tab", "Enter"],
    "curve": ["ArrowUp", "Tab", "Enter"],
}
FIRST = {"choice": "input", "number": "input", "spikes": ".psn-raster button", "curve": "circle[tabindex='0']"}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("notebooks")
    write_notebook(root / "course.ipynb", *CELLS)
    write_notebook(root / "late.ipynb", *LATE_CELLS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PSN_VIZ_PROGRESS", str(root / "progress.json"))
        with jupyterlab(root, tmp_path_factory.mktemp("home"), "JupyterLab Dark") as address:
            yield address


@pytest.fixture(scope="module")
def notebook(browser, address):
    page, errors = open_page(browser, height=3200)
    open_notebook(page, address, "course.ipynb")
    run_all_cells(page)
    page.wait_for_function("document.querySelectorAll('.psn-question').length === 6")
    yield page, errors


def question(page, kind: str):
    return page.locator(".psn-question").nth(list(KEYS).index(kind))


@pytest.mark.parametrize("kind", list(KEYS))
def test_a_prediction_is_committed_by_keyboard_alone(notebook, kind):
    page, errors = notebook
    asked = question(page, kind)
    before = page.locator(".psn-lab").count()
    asked.locator(FIRST[kind]).first.focus()
    if kind == "number":  # what may be two numbers is no answer yet, and stays to be mended
        page.keyboard.type("8,000")
        page.keyboard.press("Enter")
        asked.locator(".psn-feedback", has_text="'8,000' may be 8000 or 8.000: write it without the comma").wait_for()
        assert asked.locator("input").input_value() == "8,000"
        page.keyboard.press("Control+a")
    for key in KEYS[kind]:
        page.keyboard.press(key)
    asked.locator(".psn-feedback.psn-right, .psn-feedback.psn-wrong").wait_for(timeout=10_000)
    assert asked.get_by_role("button", name="Commit").count() == 0
    if kind in AGAIN:  # the truth is covered until it has been thought over
        assert "That is not it." in asked.locator(".psn-feedback").inner_text()
        assert asked.locator("i.psn-spike, .psn-true").count() == 0 and page.locator(".psn-lab").count() == before
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Think again"
        page.keyboard.press("Enter")
        for key in AGAIN[kind]:
            page.keyboard.press(key)
        asked.locator(".psn-feedback", has_text="yours" if kind == "curve" else "the neuron fired").wait_for()
        assert asked.get_by_role("button").count() == (16 if kind == "spikes" else 0)  # no third answer
    if kind == "choice":
        assert asked.locator(".psn-feedback").inner_text() == "two it is"
    if kind == "number":
        assert "it is 8 spikes" in asked.locator(".psn-feedback").inner_text()
    if kind == "spikes":
        assert "at 5, 7, 9;" in asked.locator(".psn-feedback").inner_text()
        assert asked.locator("i.psn-spike").count() == 8  # the neuron's row and that of the first answer
        page.locator(".psn-lab").nth(before).wait_for()  # uncovered
    if kind == "curve":
        assert asked.locator(".psn-true").count() == 1
        assert asked.locator(".psn-first").count() == 1
        assert "yours from 0.13 to 0.67" in asked.locator(".psn-feedback").inner_text()
    assert errors == []


def test_an_option_chosen_in_one_question_leaves_those_of_others(notebook):
    page, _ = notebook
    page.locator(".psn-question").nth(4).locator("input").nth(0).check()
    assert question(page, "choice").locator("input:checked").count() == 1


def test_a_lab_that_a_prediction_uncovers_is_drawn_for_the_page_it_is_on(notebook):
    page, _ = notebook
    red, green, blue = (int(palette.THEMES["dark"]["text"][n : n + 2], 16) for n in (1, 3, 5))
    page.wait_for_function(
        "wanted => document.querySelector('.psn-plot .xtick text')?.style.fill === wanted",
        arg=f"rgb({red}, {green}, {blue})",
    )


def test_a_check_fails_and_passes(notebook):
    page, _ = notebook
    outputs = page.locator(".jp-OutputArea-output").all_inner_texts()
    verdicts = [text for text in outputs if "01/charge" in text or "The charge" in text]
    assert len(verdicts) == 3
    assert "✗" in verdicts[0] and "✓" in verdicts[1]


def test_what_a_reader_types_is_never_run(notebook):
    page, errors = notebook
    lab = page.locator(".psn-lab").first
    field = lab.get_by_label("X: input: a pattern, noise with a seed, or numbers")
    field.fill(NASTY)
    field.press("Enter")
    lab.locator(".psn-error", has_text="'<img'").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.harmed") is None
    assert page.locator(".jp-Notebook img[src='x']").count() == 0
    assert NASTY in question(page, "choice").inner_text()
    assert errors == []


def test_a_question_of_the_course_is_answered_in_chinese(notebook):
    page, _ = notebook
    asked = page.locator(".psn-question").nth(5)
    asked.locator("input").first.check()
    asked.get_by_role("button", name="中文").click()
    assert asked.locator("input").first.is_checked() and asked.get_attribute("lang") == "zh-Hans"
    asked.get_by_role("button", name="提交").click()
    asked.locator(".psn-feedback.psn-wrong", has_text="不对。").wait_for(timeout=10_000)
    assert page.get_by_role("button", name="中文").count() == 1, "questions of one's own are English, and say so"
    assert question(page, "choice").get_attribute("lang") == "en"


def test_a_restarted_kernel_finds_the_answers_again(notebook, address):
    page, errors = notebook
    said = question(page, "spikes").locator(".psn-feedback").inner_text()
    page.goto("about:blank")
    open_notebook(page, address, "course.ipynb")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_timeout(1500)
    run_all_cells(page)
    question(page, "spikes").locator(".psn-feedback", has_text=said).wait_for(timeout=20_000)
    assert question(page, "number").get_by_role("button", name="Commit").count() == 0
    page.locator(".psn-question").nth(5).locator(".psn-feedback", has_text="不对。").wait_for()
    assert [error for error in errors if "onerror" in error] == []


def test_questions_and_figures_that_start_too_late_for_anywidget_listen_all_the_same(browser, address):
    page, errors = open_page(browser, height=3200)
    page.add_init_script(TOO_LATE)
    open_notebook(page, address, "late.ipynb")
    run_all_cells(page)
    page.get_by_role("button", name="Skip").click()
    page.locator(".psn-question", has_text="two it is").wait_for()
    painted = "document.querySelector('.psn-plot')?.dataset.painted"
    page.wait_for_function(f"{painted} > 0")
    before = page.evaluate(painted)
    page.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    page.wait_for_function(f"(before) => {painted} > before", arg=before)
    assert errors == []
    page.close()
