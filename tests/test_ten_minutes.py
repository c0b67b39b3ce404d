"""The front page of the site: six claims, each with a lab, a question and what is open."""

import re

import pytest

from psn_viz.course.registry import prediction_named
from psn_viz.files import asset
from psn_viz.labs import LABS

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
from psn_viz.browser.ten_minutes import scenes

TEXT = asset("psn_viz.browser.pages", "ten_minutes.md")
OPENING, SCENES = scenes(TEXT)


def test_each_of_the_six_claims_has_its_lab_and_its_question():
    assert len(SCENES) == len({scene.lab for scene in SCENES}) == len({scene.ask for scene in SCENES}) == 6


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.lab)
def test_phrases_and_the_answer_set_the_lab_beside_them(scene):
    phrases = re.findall(r"\]\(lab:([^)]*)\)", scene.before + scene.after)
    asked = prediction_named(scene.ask)(scene.ask)
    codes = [*phrases, asked.covered.code]
    assert phrases and {code.split(";")[0] for code in codes} == {scene.lab}
    shown = [LABS[scene.lab].from_code(code).description for code in codes]
    assert len(set(shown)) == len(codes)  # each shows something of its own
    still = LABS[scene.lab]().description
    assert all(text != still for text, code in zip(shown, codes, strict=True) if code != scene.lab)


def test_it_takes_ten_minutes():
    words = len(re.sub(r"<!--.*?-->|\(lab:[^)]*\)|\$\$.*?\$\$", "", TEXT, flags=re.S).split())
    assert words < 1150  # symbols among them: five minutes of reading, and five to try it


@pytest.mark.parametrize("part", ["lab", "ask", "claim", "honest", "more"])
def test_a_section_without_one_of_its_parts_is_refused(part):
    with pytest.raises(ValueError, match=f"'1 · A neuron in a loop' .* has no @{part}$"):
        scenes(re.sub(rf"^@{part}.*\n", "", TEXT, count=1, flags=re.M))
