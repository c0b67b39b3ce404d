"""Labs run the fused form of their neuron beside its equations: equal in every state, red when it is broken."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given

from psn_viz.labs import LABS
from psn_viz.labs.core.fused_form import fused_gradients_beside, fused_spikes_beside
from psn_viz.neurons import PSN, MaskedPSN, SlidingPSN, fast
from tests.lab_reference import lab_in, states, texts

BOTH_FORMS = ("psn", "masked_psn", "sliding_psn", "gradients")


@pytest.mark.parametrize("name", BOTH_FORMS)
def test_both_forms_agree_in_every_state(name):
    @given(states(name))
    def agree(state):
        lab = lab_in(name, **state)
        assert lab.numbers.fused.witness.agrees
        assert "fused: same" in texts(lab.drawing) and "fused form gives the same" in lab.description

    agree()


@pytest.mark.parametrize("name", BOTH_FORMS)
def test_a_broken_fused_form_is_seen(name, monkeypatch):
    right = fast.spikes

    def broken(neuron, x):
        s = right(neuron, x)
        return torch.cat((s[:3], 1 - s[3:4], s[4:]))  # another spike, and the gradient of the other sign, at t = 3

    monkeypatch.setattr(fast, "spikes", broken)
    lab = LABS[name]()
    assert lab.numbers.fused.witness.first_apart == 3
    assert "from t = 3" in texts(lab.drawing) and "from t = 3 on" in lab.description
    assert "fused: same" not in texts(lab.drawing)


@pytest.mark.parametrize("neuron", [PSN(6), MaskedPSN(6, 2, 0.5), SlidingPSN(3)], ids=lambda one: type(one).__name__)
def test_the_neuron_keeps_its_backend_and_one_with_its_own_equations_is_not_compared(neuron):
    neuron = neuron.double()
    x = torch.linspace(-1, 2, 6, dtype=torch.float64)[:, None]
    for backend in ("auto", "readable"):
        neuron.backend = backend
        assert fused_spikes_beside(neuron, neuron.record(x)).witness.agrees
        assert neuron.backend == backend
    neuron.charge = lambda x: 2 * x
    found = fused_spikes_beside(neuron, neuron.record(x))
    assert found.witness is None and found.line == found.sentence == "" and found.after("so far") == "so far"
    assert fused_gradients_beside(neuron, x[:, 0], torch.zeros(6, 6)).witness is None
