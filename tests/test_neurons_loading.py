"""Does what defines a neuron's spikes come through every way of building, moving, loading and copying it?"""

import copy
import io
import itertools
import pickle

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from psn_viz.learning import SpikingClassifier
from psn_viz.learning.image_networks import SequentialCIFARClassifier, StaticClassifier
from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN, set_lambda
from tests.strategies import NAMES, WEIGHTED, family, generator, gradients, randomise
from tests.test_neurons_torch import saved_and_loaded

T, K = 8, 3
LAMBDAS = [0.0, 0.375, 1.0]


@pytest.fixture(autouse=True)
def empty_memory_is_nan():
    """What `to_empty` leaves behind is NaN, not by chance what was there before."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    assert torch.utils.deterministic.fill_uninitialized_memory and torch.empty(3).isnan().all()
    yield
    torch.use_deterministic_algorithms(before)


def fresh(neuron):
    """A neuron of the same kind with other numbers, on whatever is the default device."""
    kind = type(neuron)
    if kind in (IF, LIF):
        return kind(surrogate=neuron.surrogate)
    arguments = {PSN: (T,), MaskedPSN: (T, K), SlidingPSN: (K,)}[kind]
    return kind(*arguments, surrogate=neuron.surrogate)


def on_meta(neuron):
    with torch.device("meta"):
        return fresh(neuron)


def loaded(neuron, state, **how):
    result = neuron.load_state_dict(state, **how)
    assert not result.missing_keys and not result.unexpected_keys
    return neuron


def whole_file(neuron):
    file = io.BytesIO()
    torch.save(neuron, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


WAYS = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda n: pickle.loads(pickle.dumps(n)),
    "the module in a file": whole_file,
    "state dict": lambda n: loaded(fresh(n), n.state_dict()),
    "state dict in a file": lambda n: loaded(fresh(n), saved_and_loaded(n.state_dict())),
    "assigned": lambda n: loaded(fresh(n), n.state_dict(), assign=True),
    "meta, to_empty, loaded": lambda n: loaded(on_meta(n).to_empty(device="cpu"), n.state_dict()),
    "meta, assigned": lambda n: loaded(on_meta(n), n.state_dict(), assign=True),
    "moved to meta, to_empty, loaded": lambda n: loaded(
        copy.deepcopy(n).to("meta").to_empty(device="cpu"), n.state_dict()
    ),
    "to_empty of what is there, loaded": lambda n: loaded(fresh(n).to_empty(device="cpu"), n.state_dict()),
    "to float64 and back": lambda n: copy.deepcopy(n).double().float(),
    "to float16 and loaded": lambda n: loaded(fresh(n).half().float(), n.state_dict()),
    "shared between processes": lambda n: copy.deepcopy(n).share_memory(),
}


def assert_same_neuron(got, neuron):
    x, g = 2 * torch.randn(2, T, 20, generator=generator(1))
    wanted = [tuple(each.parameters()) for each in (got, neuron)]
    results = (gradients(each, x, g, parameters) for each, parameters in zip((got, neuron), wanted, strict=True))
    for a, b in zip(*results, strict=True):
        assert torch.equal(a, b)
    assert 0 < neuron(x).mean() < 1
    assert all(torch.equal(a, b) for a, b in zip(got.record(x), neuron.record(x), strict=True))
    if isinstance(neuron, MaskedPSN):
        assert got.lambda_ == neuron.lambda_ and torch.equal(got.mask, neuron.mask)
        if neuron.lambda_ < 1:
            return
    if type(neuron) is not PSN:
        state, spikes = got.initial_state(), []
        for x_t in x:
            s, state = got.step(x_t, state)
            spikes.append(s)
        assert torch.equal(torch.stack(spikes), neuron(x))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name,lambda_", [*((name, 1.0) for name in NAMES), ("MaskedPSN", 0.0), ("MaskedPSN", 0.375)])
def test_a_neuron_comes_through(name, lambda_, way):
    neuron = family(T, K, lambda_)[name]
    neuron.surrogate = ATan(3.0)
    assert_same_neuron(WAYS[way](neuron), neuron)


def networks(neuron):
    yield lambda: SpikingClassifier(4, 3, neuron, hidden=(5, 6)), torch.randn(T, 2, 4, generator=generator(2))
    yield lambda: SequentialCIFARClassifier(3, neuron, width=2), torch.randn(T, 2, 96, generator=generator(3))
    yield (
        lambda: StaticClassifier(8, 8, 3, neuron, T=T, width=2),
        torch.randn(8, 2, 8, generator=generator(4)),
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_network_comes_through_the_meta_device(name):
    make = lambda: fresh(family(T, K)[name])  # noqa: E731
    for network, x in networks(make):
        model = network()
        for part in model.modules():
            if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
                nn.init.uniform_(part.running_mean), nn.init.uniform_(part.running_var, 0.5, 2)
            if isinstance(part, MaskedPSN):
                part.lambda_ = 0.75
        # No buffer may be left out of the state: what is not in it holds anything after `to_empty`.
        assert set(dict(model.named_buffers())) <= set(model.state_dict())
        for assign in (False, True):
            with torch.device("meta"):
                other = network()
            other = other if assign else other.to_empty(device="cpu")
            loaded(other, model.state_dict(), assign=assign)
            assert torch.equal(other.eval()(x), model.eval()(x)), (type(model).__name__, assign)
            assert model(x).isfinite().all()


@pytest.mark.parametrize("name", WEIGHTED)
def test_parameters_of_to_empty_can_be_set_to_the_start(name):
    """`reset_parameters` is the name that torch's own ways of building on the meta device call."""
    make = {"PSN": lambda: PSN(T), "MaskedPSN": lambda: MaskedPSN(T, K), "SlidingPSN": lambda: SlidingPSN(K)}[name]
    for neuron in (make, (lambda: SlidingPSN(K, init="uniform")) if name == "SlidingPSN" else make):
        torch.manual_seed(0)
        expected = neuron()
        with torch.device("meta"):
            built = neuron()
        built.to_empty(device="cpu")
        assert built.weight.isnan().all()
        torch.manual_seed(0)
        built.reset_parameters()
        assert torch.equal(built.weight, expected.weight) and torch.equal(built.threshold, expected.threshold)
        assert (expected.threshold == 1).all() and expected.weight.requires_grad


def test_a_mask_cannot_be_spoilt_or_replaced():
    neuron = MaskedPSN(T, K, 1.0)
    expected = neuron.mask.clone()
    neuron.mask.zero_()
    assert torch.equal(neuron.mask, expected) and not neuron.mask.requires_grad
    with pytest.raises(AttributeError, match="mask"):
        neuron.mask = torch.ones(T, T)
    assert torch.equal(neuron.mask, expected)


def test_a_mask_of_its_own_is_followed_by_every_call_on_a_whole_sequence():
    class Comb(MaskedPSN):
        @property
        def mask(self):
            return super().mask * (torch.arange(self.T) % 2)

    neuron, x = randomise(Comb(T, K, 1.0), generator(5)), torch.randn(T, 40, generator=generator(6))
    assert torch.equal(neuron(x), neuron.record(x).s)
    assert not torch.equal(neuron(x), loaded(MaskedPSN(T, K), neuron.state_dict())(x))


def test_a_module_saved_whole_by_an_older_version_has_the_mask_it_should():
    """There the mask was a buffer, which such a file still holds."""
    neuron = randomise(MaskedPSN(T, K, 0.5), generator(7))
    neuron._buffers["mask"] = torch.full((T, T), torch.nan)
    neuron._non_persistent_buffers_set.add("mask")
    assert_same_neuron(whole_file(neuron), loaded(MaskedPSN(T, K), neuron.state_dict()))


# λ


@pytest.mark.parametrize("lambda_", LAMBDAS)
def test_the_weights_of_a_psn_load_and_leave_lambda_as_it_is(lambda_):
    psn, masked = randomise(PSN(T), generator(8)), MaskedPSN(T, K, lambda_)
    loaded(masked, saved_and_loaded(psn.state_dict()))
    assert masked.lambda_ == lambda_
    assert torch.equal(masked.weight, psn.weight) and torch.equal(masked.threshold, psn.threshold)
    network = nn.Sequential(nn.Linear(2, 2), MaskedPSN(T, K, lambda_), nn.Sequential(MaskedPSN(T, K, 0.25)))
    source = nn.Sequential(nn.Linear(2, 2), psn, nn.Sequential(PSN(T)))
    loaded(network, source.state_dict())
    assert (network[1].lambda_, network[2][0].lambda_) == (lambda_, 0.25)


def test_a_state_that_lacks_more_than_lambda_is_still_refused():
    state = PSN(T).state_dict()
    del state["threshold"]
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "threshold"\.'):
        MaskedPSN(T, K).load_state_dict(state)
    with pytest.raises(RuntimeError, match="size mismatch for weight"):
        MaskedPSN(T, K).load_state_dict(PSN(T + 1).state_dict())

    class Needs(nn.Module):
        def get_extra_state(self):
            return torch.zeros(())

        def set_extra_state(self, state):
            pass

    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "0._extra_state"'):
        nn.Sequential(Needs(), MaskedPSN(T, K)).load_state_dict(
            {f"1.{key}": value for key, value in PSN(T).state_dict().items()}
        )


def test_the_weights_of_a_masked_psn_do_not_load_into_a_psn():
    """It would let the inputs through that λ had shut out."""
    with pytest.raises(RuntimeError, match=r"Unexpected key.*_extra_state"):
        PSN(T).load_state_dict(MaskedPSN(T, K, 1.0).state_dict())


def test_a_lambda_without_a_value_is_refused():
    state = MaskedPSN(T, K, 0.5).state_dict()
    neuron = MaskedPSN(T, K, 0.25)
    for assign in (False, True):
        with pytest.raises(ValueError, match="lambda_ in the state dict is on the meta device"):
            neuron.load_state_dict({**state, "_extra_state": state["_extra_state"].to("meta")}, assign=assign)
    assert neuron.lambda_ == 0.25


@pytest.mark.parametrize("use_buffers", [False, True])
def test_an_averaged_network_gets_the_lambda_of_the_network_in_one_line(use_buffers):
    net = nn.Sequential(nn.Linear(3, 3), randomise(MaskedPSN(T, K), generator(9)), MaskedPSN(T, 2))
    averaged = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.5), use_buffers=use_buffers)
    for epoch in range(3):
        set_lambda(net, epoch / 2)
        with torch.no_grad():
            net[1].weight += 1
        averaged.update_parameters(net)
    set_lambda(averaged, net[1].lambda_)  # as the docstring of MaskedPSN says
    copied = averaged.module[1]
    assert [part.lambda_ for part in (copied, averaged.module[2], net[1], net[2])] == [1.0] * 4
    expected = MaskedPSN(T, K, 1.0)
    loaded(expected, {**copied.state_dict(), "_extra_state": net[1].state_dict()["_extra_state"]})
    assert not torch.equal(copied.weight, net[1].weight)
    assert_same_neuron(copied, expected)


def test_set_lambda_refuses_before_it_sets_anything():
    net = nn.Sequential(MaskedPSN(T, K, 0.5), LIF())
    for value, error in ((1.5, ValueError), (float("nan"), ValueError), ("1", TypeError), (True, TypeError)):
        with pytest.raises(error, match="lambda_ must be a number from 0 to 1, got"):
            set_lambda(net, value)
    with pytest.raises(ValueError, match="module must have a MaskedPSN in it, got a LIF with none"):
        set_lambda(net[1], 1.0)
    with pytest.raises(TypeError, match=r"module must be a torch.nn.Module with a MaskedPSN in it, got list"):
        set_lambda([net[0]], 1.0)
    assert net[0].lambda_ == 0.5
    set_lambda(net[0], 1)  # a neuron alone
    assert net[0].lambda_ == 1.0


# What a step sees of W


@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_the_part_of_w_that_a_chunk_meets_is_that_of_the_mask(k):
    """Every way to cut T into three chunks, with weights outside the band that no step may read."""
    neuron = randomise(MaskedPSN(T, k, 1.0), generator(10)).double()
    x = torch.randn(T, 6, generator=generator(11)).double()
    expected = neuron(x)
    with torch.no_grad():
        neuron.weight[neuron.mask == 0] = torch.nan
    for cuts in itertools.combinations(range(1, T), 2):
        state, spikes = neuron.initial_state(), []
        for part in x.tensor_split(cuts):
            s, state = neuron.chunk(part, state)
            spikes.append(s)
        assert torch.equal(torch.cat(spikes), expected)
