"""The axes that a class draws a curve into, and the true curve in them."""

import re
from xml.etree import ElementTree

import pytest

from psn_viz.browser.curve_axes import BOTTOM, LEFT, RIGHT, TOP, curve_axes, true_curve
from psn_viz.browser.deck_pages import course_page
from psn_viz.classroom.deck import PATHS, deck_lessons, lesson_deck
from psn_viz.course.questions.question import Form
from psn_viz.course.registry import prediction_named

FORM = Form("curve", "How does it climb?", steps=5, low=-1.0, high=3.0)
TRUTH = re.compile(r'<div class="psn-truth">(<svg.*?</svg>)</div>')


def curves() -> list[tuple[str, str]]:
    """The page and the key of each question of a deck whose answer is a curve."""
    asked = [
        (f"deck/{lesson}{'' if minutes == PATHS[0] else f'-{minutes}'}.html", step.key)
        for lesson in deck_lessons()
        for minutes in PATHS
        for step in lesson_deck(lesson, minutes).steps
        if step.key and "/recall/" not in step.key
    ]
    return [(page, key) for page, key in asked if prediction_named(key)(key).question.form.kind == "curve"]


def points(drawn: str) -> list[tuple[float, float]]:
    line = ElementTree.fromstring(drawn).find("polyline").get("points")
    return [tuple(map(float, point.split(","))) for point in line.split()]


def test_the_axes_say_from_where_to_where_and_show_no_curve():
    drawn = ElementTree.fromstring(curve_axes(FORM))
    texts = [text.text for text in drawn.iter("text")]
    assert texts == ["−1", "0", "3", "0", "1", "2", "3", "4", "time-step t"]
    assert drawn.find("polyline") is None and drawn.find("circle") is None


def test_the_curve_goes_through_its_values():
    drawn = points(true_curve(FORM, [-1, 3, 1, 1, 1]))
    assert [y for _, y in drawn] == [BOTTOM, TOP, *[(BOTTOM + TOP) / 2] * 3]
    across = [x for x, _ in drawn]
    assert LEFT < across[0] < across[-1] < RIGHT and sorted(across) == across


def test_a_value_outside_of_the_axes_stands_at_their_edge():
    assert [y for _, y in points(true_curve(FORM, [-9, 9, 1, 1, 1]))][:2] == [BOTTOM, TOP]


@pytest.mark.parametrize("page, key", curves())
def test_a_deck_uncovers_the_curve_of_each_question_that_is_answered_by_drawing(page, key):
    question = prediction_named(key)(key).question
    truth = question.judge(None)[0]
    html = course_page(page, {})
    assert curve_axes(question.form) in html
    assert true_curve(question.form, truth) in TRUTH.findall(html)
