"""The map of the field: every row has its source, its lab opens, and what it says of our neurons is so."""

import re

import pytest
import torch

import psn_viz as pv
from psn_viz import neurons
from psn_viz.course.field_map_page import HEAD
from psn_viz.course.field_map_rows import FATES, MAP, UNKNOWN
from psn_viz.labs import LABS
from psn_viz.neurons.family import FAMILY, RESETS_BECOME, LowRankPSN
from tests.test_neurons_family import MAKE

ROWS = pytest.mark.parametrize("row", MAP, ids=lambda row: row.name)


def test_each_neuron_is_there_once():
    names = [row.name for row in MAP]
    assert len(set(names)) == len(names)
    assert {row.ours for row in MAP} >= set(FAMILY)
    assert [row.year for row in MAP if row.ours in FAMILY] != [], "rows of the family"


@ROWS
def test_every_row_is_whole(row):
    assert re.search(r"arXiv \d{4}\.\d{5}|doi 10\.\d+/", row.citation)
    assert 2023 <= row.year <= 2026 and row.mechanism and row.read
    assert row.reset in (*FATES, UNKNOWN) and set(RESETS_BECOME) < set(FATES)
    assert row.streams in ("yes", "no", UNKNOWN)
    assert row.depth and row.cost
    # What is not here cannot be shown, and of what is here all is known.
    if not row.ours:
        assert row.code == ""
    else:
        assert row.code and UNKNOWN not in (row.reset, row.depth, row.cost, row.streams)


@ROWS
def test_the_year_is_that_of_the_citation(row):
    named = {int(year) for year in re.findall(r"\b(20\d\d)\b(?!\.)", row.citation)}
    first = re.search(r"arXiv (\d\d)\d\d\.", row.citation)
    assert row.year in named | ({2000 + int(first[1])} if first else set())


@pytest.mark.parametrize("code", [row.code for row in MAP if row.code])
def test_lab_states_open_in_their_shortest_form(code):
    assert LABS[code.partition(";")[0]].from_code(code).code == code


@pytest.mark.parametrize("row", [row for row in MAP if row.code.startswith("study;")], ids=lambda row: row.name)
def test_the_study_of_a_row_trained_its_neuron(row):
    lab = LABS["study"].from_code(row.code)
    assert lab.numbers.rows[lab.state["one"]].family == row.ours


@pytest.mark.parametrize("row", [row for row in MAP if row.ours[:1].isupper()], ids=lambda row: row.name)
def test_streaming_is_what_the_neuron_does(row):
    kinds = {
        "LIF": lambda: neurons.LIF(reset="none" if row.reset == "removed" else "hard"),
        "PSN": lambda: neurons.PSN(4),
        "MaskedPSN": lambda: neurons.MaskedPSN(4, 2, 1.0),
        "SlidingPSN": lambda: neurons.SlidingPSN(2),
    }
    neuron = kinds[row.ours]() if row.ours in kinds else MAKE[row.ours](4)
    if row.streams == "yes":
        spikes, _ = neuron.step(torch.ones(2, 3), neuron.initial_state())
        assert spikes.shape == (2, 3)
    else:
        with pytest.raises(ValueError, match="cannot run step by step"):
            neuron.initial_state()


def test_costs_of_thin_products_are_counted_right():
    """2rT: L [T, r] and R [r, T]."""
    neuron = LowRankPSN(16, 3)
    assert neuron.cost == "2rT" and neuron.left.numel() + neuron.right.numel() == 2 * 3 * 16


def test_it_is_one_table_with_all_rows():
    page = pv.field_map()
    html = page._repr_html_()
    assert html.count("<tr>") == len(MAP) + 1 and html.count('scope="col"') == len(HEAD) == 9
    assert 'tabindex="0"' in html and "overflow-x: auto" in html
    for row in MAP:
        assert row.mechanism in repr(page) and row.citation in repr(page) and row.code in repr(page)
        assert row.mechanism in html
    assert html.count(UNKNOWN) == 1 and ">?<" in html  # once, where "?" is explained
