"""The glossary: every word once, with a definition, codes that labs accept, and a way to find it."""

import re

import pytest

import psn_viz as pv
from psn_viz.course.glossary_terms import TERMS
from psn_viz.labs import LABS


def test_every_term_is_defined_once_and_found_by_each_of_its_names():
    names = [name.casefold() for term in TERMS for name in set(term.names)]
    assert len(names) == len(set(names))
    definitions = [term.definition for term in TERMS]
    assert len(set(definitions)) == len(definitions) >= 30
    for term in TERMS:
        for name in term.names:
            assert repr(pv.glossary(name)).startswith(f"{term.title}"), name
            assert repr(pv.glossary(f"  {name.upper()} ")) == repr(pv.glossary(name))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.english)
def test_a_definition_is_one_or_two_sentences(term):
    assert 1 <= len(re.findall(r"[.](?= [A-ZΘW]|$)", term.definition)) <= 2 and term.definition.endswith(".")
    assert len(term.definition) < 200
    assert not term.chinese or all("\u4e00" <= letter <= "\u9fff" for letter in term.chinese)


@pytest.mark.parametrize("code", [term.code for term in TERMS if term.code])
def test_codes_are_states_of_labs_in_their_shortest_form(code):
    assert LABS[code.partition(";")[0]].from_code(code).code == code


def test_the_words_that_the_course_lives_on_are_there():
    wanted = {
        "膜电位": "membrane potential", "阈值": "threshold", "脉冲": "spike",
        "重置": "reset", "硬重置": "hard reset", "软重置": "soft reset",
        "漏积分发放神经元": "leaky integrate-and-fire neuron", "替代梯度": "surrogate gradient",
        "时间步": "time-step", "发放率": "firing rate", "充电": "charge", "放电": "fire",
        "掩码": "mask", "并行脉冲神经元": "Parallel Spiking Neuron",
    }  # fmt: skip
    known = {term.chinese: term.english for term in TERMS}
    assert {chinese: known.get(chinese) for chinese in wanted} == wanted
    assert {"masked PSN", "sliding PSN"} < {term.english for term in TERMS}


@pytest.mark.parametrize(
    ("symbol", "word"), [("LIF", "leaky"), ("psn", "Parallel"), ("B", "threshold"), ("time step", "time-step")]
)
def test_abbreviations_and_symbols_are_names(symbol, word):
    assert repr(pv.glossary(symbol)).startswith(word)


def test_what_a_definition_says_is_so():
    fire = LABS["charge_fire_reset"].from_code("charge_fire_reset;t=7")
    assert fire.numbers.s[7] == 1  # the state of "fire" is one in which the neuron fires
    hard = LABS["closed_form"].from_code("closed_form;reset=hard")
    assert not hard.numbers.witness.agrees


def test_all_of_it_is_one_table_without_links():
    page = pv.glossary()
    assert len(repr(page).split("\n")) == len(TERMS)
    assert page._repr_html_().count("<tr>") == len(TERMS) + 1
    assert "<a" not in page._repr_html_() and "href" not in page._repr_html_()
    for term in TERMS:
        assert term.chinese in page._repr_html_() and term.code in repr(page)


def test_one_word_is_shown_with_its_lab_state():
    assert repr(pv.glossary("hard reset")) == (
        "hard reset · 硬重置: After a spike the membrane starts again from a fixed value, here 0: V = H·(1 − S). "
        "[closed_form;reset=hard]"
    )


def test_an_unknown_word_is_an_error_with_near_ones():
    with pytest.raises(ValueError, match=r"got 'rset'; did you mean reset"):
        pv.glossary("rset")
    with pytest.raises(ValueError, match=r"got 'neuron'; did you mean spiking neuron, integrate-and-fire neuron"):
        pv.glossary("neuron")
    for unknown in ("xyzzy", "", "<img onerror=alert(1)>"):
        with pytest.raises(
            ValueError, match=r"term must be a word of the glossary, got .*; pv\.glossary\(\) shows all"
        ):
            pv.glossary(unknown)
    with pytest.raises(TypeError, match="term must be a word such as 'reset', got int"):
        pv.glossary(3)
