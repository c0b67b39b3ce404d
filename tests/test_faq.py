"""What people trip over: every lab state opens, and every number of an answer is computed here."""

import re

import pytest
import torch

import psn_viz as pv
from psn_viz.course.faq_entries import ENTRIES
from psn_viz.labs import LABS
from psn_viz.neurons import PSN, MaskedPSN, SlidingPSN
from psn_viz.neurons.family import FixedPointLIF


def numbers_of(code: str):
    return LABS[code.partition(";")[0]].from_code(code).numbers


def entry(beginning: str):
    (found,) = [entry for entry in ENTRIES if entry.question.startswith(beginning)]
    return found


def spikes(code: str) -> int:
    return int(numbers_of(code).s.sum())


def read_image():
    return {"28": len(numbers_of("read_image").s_lif)}


def still_image():
    few, many = (spikes(f"charge_fire_reset;input=steady+{size}") for size in ("1.5", "3"))
    return {"8": few, "16": many, "32": len(numbers_of("charge_fire_reset").s), "1.5": 1.5, "3": 3, "0": 0, "1": 1}


def lengths():
    n = numbers_of("sliding_psn;T=200")
    assert SlidingPSN(4).weight.shape == (4,)
    return {"4": len(n.weights), "200": len(n.x)}


def left_over():
    neuron, x = SlidingPSN(4), torch.rand(16, 1, generator=torch.Generator().manual_seed(0))
    _, old = neuron.chunk(torch.ones(8, 1), neuron.initial_state())
    whole = neuron.charge(x)
    after = neuron.charge(torch.cat((old.memory, x)))[len(old.memory) :]
    return {"3": int((~torch.isclose(whole, after)).sum())}


def pieces():
    neuron, x = SlidingPSN(4), 1 + torch.rand(16, 1, generator=torch.Generator().manual_seed(0))
    apart = torch.cat([neuron.charge(piece) for piece in x.split(8)])
    wrong = (~torch.isclose(apart, neuron.charge(x))).nonzero()[:, 0].tolist()
    assert wrong == [8, 9, 10]
    return {"3": len(wrong), "4": neuron.k, "1": 1}


def place_of_an_lif():
    parameters = sum(parameter.numel() for parameter in PSN(16).parameters())
    with pytest.raises(ValueError, match="wait for all T inputs"):
        PSN(16).initial_state()
    return {"272": parameters, "16": 16}


def made_fast():
    n = numbers_of("firing")
    return {"0.21": round(n.hard.rate, 2), "0.85": round(n.none.rate, 2), "64": round(100 * n.hard.differing)}


def at_once():
    assert not numbers_of("closed_form;reset=hard").witness.agrees
    x = 0.1 + 0.6 * torch.randn(128, 200, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert FixedPointLIF(10.0, 128).error(x) == 0
    wrong = 100 * FixedPointLIF(10.0, 3).error(x)
    return {"30": round(wrong, -1), "128": len(x), "3": 3, "0.9": 1 - 1 / 10.0, "0.1": 0.1, "0.6": 0.6}


def stored_bias():
    neuron = PSN(4)
    return {"1": float(neuron.threshold.detach()[0])}


def lambda_and_k():
    open_, shut = MaskedPSN(16, 4, 0.0), MaskedPSN(16, 4, 1.0)
    counts = [int((neuron.masked_weight() != 0).sum()) for neuron in (open_, shut)]
    return {"0": 0, "1": 1, "4": 4, "256": counts[0], "58": counts[1]}


def refuses():
    neuron = MaskedPSN(8, 2)
    with pytest.raises(ValueError, match="only with lambda_ = 1"):
        neuron.initial_state()
    neuron.lambda_ = 1
    assert neuron.initial_state() and not numbers_of("masked_psn;lambda=0").can_step
    return {"0": MaskedPSN(8, 2).lambda_, "1": neuron.lambda_}


def other_spikes():
    left, right = (0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3)
    assert left > right and (left >= left) != (right >= left)
    return {"0.1": 0.1, "0.2": 0.2, "0.3": 0.3}


COMPUTED = {
    "What is T": read_image,
    "Why is a still": still_image,
    "Can sequences": lengths,
    "When do I": left_over,
    "I feed": pieces,
    "Can a PSN": place_of_an_lif,
    "Is a neuron": made_fast,
    "Does a reset": at_once,
    "I load": stored_bias,
    "What is the difference": lambda_and_k,
    "Why does": refuses,
    "Another": other_spikes,
}


def test_every_question_is_there_once_and_has_its_numbers():
    assert [entry(beginning) for beginning in COMPUTED] == list(ENTRIES)


@pytest.mark.parametrize("beginning", COMPUTED)
def test_every_number_of_an_answer_is_computed(beginning):
    computed = COMPUTED[beginning]()
    for text, value in computed.items():
        assert float(text) == pytest.approx(value), text
    named = set(re.findall(r"\d+(?:\.\d+)?", entry(beginning).answer))
    assert named <= set(computed)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.question[:20])
def test_a_lab_state_opens_in_its_shortest_form(entry):
    assert LABS[entry.code.partition(";")[0]].from_code(entry.code).code == entry.code


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.question[:20])
def test_an_answer_is_short(entry):
    assert entry.question.endswith("?") and len(entry.answer) < 400
    assert len(re.findall(r"[.)](?= [A-Z(Θ]|$)", entry.answer)) <= 4


def test_all_of_it_is_one_page():
    page = pv.faq()
    for entry in ENTRIES:
        assert entry.question in repr(page) and entry.answer in repr(page) and f"[{entry.code}]" in repr(page)
    assert page._repr_html_().count("<dt>") == page._repr_html_().count("<dd>") == len(ENTRIES)
