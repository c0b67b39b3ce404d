"""The smallest input on which two neurons differ: is it one, and is there no smaller one?"""

import itertools

import pytest
import torch

from psn_viz.neurons import IF, LIF, PSN, first_difference, reset_free_weight
from psn_viz.neurons.counterexample import VALUES
from psn_viz.neurons.exact_reset import hard_reset_spikes, serial_run
from psn_viz.neurons.family import SPSN


def test_a_reset_shows_itself_in_the_step_after_a_spike():
    found = first_difference(IF(), IF(reset="none"))
    assert found.x.tolist() == [[1.2], [0.0]]
    assert (found.one.tolist(), found.other.tolist(), found.t) == ([1, 0], [1, 1], 1)
    # 0.6 + 1.2 fires; soft reset leaves 0.8 of it, hard 0, and 0.8 + 0.6 fires again.
    found = first_difference(IF(), IF(reset="soft"))
    assert found.x.flatten().tolist() == [0.6, 1.2, 0.6] and found.t == 2
    assert (found.one.tolist(), found.other.tolist()) == ([0, 1, 0], [0, 1, 1])


@pytest.mark.parametrize("other", [LIF(2.0, reset="none"), LIF(3.0), IF()], ids=["reset", "tau", "leak"])
def test_there_is_no_smaller_one(other):
    one = LIF(2.0)
    found = first_difference(one, other, values=(0.0, 1.2, 2.5), lengths=range(1, 5))
    assert not torch.equal(one(found.x), other(found.x))
    T, entries = len(found.x), int((found.x != 0).sum())
    for length in range(1, T + 1):
        for sequence in itertools.product((0.0, 1.2, 2.5), repeat=length):
            if length < T or sum(value != 0 for value in sequence) < entries:
                x = torch.tensor(sequence, dtype=torch.float64)[:, None]
                assert torch.equal(one(x), other(x))


def test_neurons_that_are_the_same_do_not_differ():
    assert first_difference(LIF(1.0), LIF(1.0, reset="none")) is None
    assert first_difference(lambda x: serial_run(x, 0.9).s, lambda x: hard_reset_spikes(x, 0.9)) is None
    psn = PSN(4).double()
    with torch.no_grad():
        psn.weight.copy_(reset_free_weight(4, 2.0))
    assert first_difference(psn, LIF(2.0, reset="none"), lengths=[4]) is None
    assert first_difference(psn, LIF(2.0), lengths=[4]).t > 0


def test_a_tie_is_no_difference():
    """One fires at the threshold, the other just above it."""
    almost = IF(v_threshold=1.0 + 1e-9)
    assert first_difference(IF(), almost, values=(0.0, 0.5, 1.0), lengths=range(1, 4)) is None
    found = first_difference(IF(), IF(v_threshold=1.1), values=(0.0, 1.0, 1.05), lengths=range(1, 4))
    assert found.x.flatten().tolist() == [1.05]


def test_what_cannot_be_tried_is_refused():
    for settings, error, message in (
        ({"values": ()}, ValueError, "values must hold at least one number, got none"),
        ({"values": (0.0, float("nan"))}, ValueError, "values must be a finite number, got nan"),
        ({"lengths": [0]}, ValueError, "lengths must be an integer ≥ 1, got 0"),
        (
            {"lengths": [9]},
            ValueError,
            r"lengths must leave at most 1000000 inputs to try, got 9 with 5 values: 5\^9",
        ),
    ):
        with pytest.raises(error, match=message):
            first_difference(IF(), LIF(), **settings)
    with pytest.raises(TypeError, match="other must be callable"):
        first_difference(IF(), LIF)
    assert len(VALUES) ** 6 < 10**6, "what is tried if nothing is said"


def test_what_is_no_list_or_no_neuron_is_refused_before_anything_is_tried():
    def never(x):
        raise AssertionError("tried")

    for settings, error, message in (
        ({"values": 0.5}, TypeError, r"values must hold several numbers, got 0\.5 \(float\)"),
        ({"values": None}, TypeError, r"values must hold several numbers, got None \(NoneType\)"),
        ({"values": [[1.0]]}, TypeError, r"values must be a finite number, got \[1\.0\] \(list\)"),
        ({"lengths": 3}, TypeError, r"lengths must hold several numbers, got 3 \(int\)"),
        ({"lengths": []}, ValueError, "lengths must hold at least one number, got none"),
        ({"lengths": [3, 0]}, ValueError, "lengths must be an integer ≥ 1, got 0"),
        ({"lengths": [3, "4"]}, TypeError, "lengths must be an integer ≥ 1, got '4'"),
        ({"other": None}, TypeError, r"other must be callable on an input \[T, N\], such as IF\(\), got None"),
    ):
        with pytest.raises(error, match=message):
            first_difference(**({"one": never, "other": never} | settings))


@pytest.mark.parametrize(
    ("give", "error", "message"),
    [
        (lambda s: (s, None), TypeError, "other must give a tensor of spikes, got tuple"),
        (lambda s: None, TypeError, "other must give a tensor of spikes, got NoneType"),
        (lambda s: s.numpy(), TypeError, "other must give a tensor of spikes, got ndarray"),
        (lambda s: s[:, 0], ValueError, r"other must give spikes of the shape of its input, \[2, 25\], got \[2\]"),
        (lambda s: s[:, :1], ValueError, r"its input, \[2, 25\], got \[2, 1\]"),
        (lambda s: s[..., None], ValueError, r"its input, \[2, 25\], got \[2, 25, 1\]"),
        (lambda s: s * float("nan"), ValueError, "other must give spikes, got NaN"),
        (lambda s: s.to("meta"), ValueError, "what other gives must hold numbers, got a tensor on the meta device"),
    ],
)
def test_what_gives_no_spikes_is_refused(give, error, message):
    with pytest.raises(error, match=message):
        first_difference(IF(), lambda x: give(IF()(x)), lengths=[2])
    assert first_difference(IF(), lambda x: IF()(x).bool(), lengths=[2]) is None


def test_what_is_found_is_what_was_seen():
    """Spikes that are drawn, a neuron that depends on its neighbours, one that changes its input."""
    for seed in range(20):
        torch.manual_seed(seed)
        found = first_difference(SPSN().double(), SPSN().double(), lengths=[1, 2])
        assert found is None or found.one[found.t] != found.other[found.t]
    found = first_difference(lambda x: (x > x.mean()).double(), IF(), lengths=[2])
    assert found.one[found.t] != found.other[found.t]

    def spoils(x):
        spikes = IF()(x)
        x.zero_()
        return spikes

    found, expected = (first_difference(one, LIF(2.0)) for one in (spoils, IF()))
    assert torch.equal(found.x, expected.x) and torch.equal(found.one, expected.one) and found.x.any()
