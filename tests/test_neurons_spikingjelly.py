"""Parity with SpikingJelly 2.0: spikes, and the gradients of the input and of the parameters."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN, from_spikingjelly
from tests import reference
from tests.strategies import (
    assert_close,
    clear_input,
    dtypes,
    flat,
    generator,
    gradients,
    lambdas,
    orders,
    seeds,
    trailing,
)

pytest.importorskip("spikingjelly", reason="SpikingJelly, the reference, is not installed")
from spikingjelly.activation_based import functional, neuron, surrogate

alphas = st.sampled_from([2.0, 0.7, 4.0])


def randomised(module, dtype, rng):
    """A SpikingJelly module of the PSN family with random parameters; it stores a bias −B."""
    module.to(dtype)
    with torch.no_grad():
        module.weight.copy_(torch.randn(module.weight.shape, generator=rng))
        module.bias.copy_(-0.3 + torch.randn(module.bias.shape, generator=rng) / 2)
    return module


def by_hand(ours, module):
    """Our neuron with the parameters of the SpikingJelly module."""
    ours.to(module.weight.dtype)
    with torch.no_grad():
        ours.weight.copy_(module.weight)
        ours.threshold.copy_(-module.bias.reshape(ours.threshold.shape))
    return ours


def assert_parity(ours, theirs, x, rng):
    g = torch.randn(x.shape, generator=rng, dtype=x.dtype)
    parameters = (ours.weight, ours.threshold) if hasattr(ours, "weight") else ()
    got = gradients(ours, x, g, parameters)
    if hasattr(theirs, "reset"):
        functional.reset_net(theirs)
    expected = gradients(theirs, x, g, tuple(theirs.parameters()))
    assert torch.equal(got[0], expected[0]), "spikes"
    assert_close(got[1], expected[1], "∂X")
    if parameters:
        assert_close(got[2], expected[2], "∂W")
        assert_close(got[3], -expected[3].reshape(got[3].shape), "∂B")


@given(
    T=st.integers(1, 10),
    shape=trailing,
    dtype=dtypes,
    tau=st.one_of(st.none(), st.floats(1.05, 10)),
    decay_input=st.booleans(),
    v_threshold=st.floats(0.2, 1.5),
    v_reset=st.one_of(st.none(), st.just(0.0), st.floats(-0.5, 0.1)),
    detach_reset=st.booleans(),
    alpha=alphas,
    seed=seeds,
)
def test_if_and_lif(T, shape, dtype, tau, decay_input, v_threshold, v_reset, detach_reset, alpha, seed):
    shared = {"v_threshold": v_threshold, "detach_reset": detach_reset}
    ours = {**shared, "v_reset": v_reset or 0.0, "reset": "soft" if v_reset is None else "hard"}
    theirs = {**shared, "v_reset": v_reset, "surrogate_function": surrogate.ATan(alpha), "step_mode": "m"}
    if tau is None:
        hand, module = IF(**ours, surrogate=ATan(alpha)), neuron.IFNode(**theirs)
    else:
        hand = LIF(tau, decay_input, **ours, surrogate=ATan(alpha))
        module = neuron.LIFNode(tau, decay_input, **theirs)
    rng = generator(seed)

    def distance(x):
        h, _, _ = reference.vanilla(x, tau, decay_input, v_threshold, ours["v_reset"], ours["reset"])
        return h - v_threshold

    x = clear_input(distance, T, shape, dtype, rng)
    for mine in (hand, from_spikingjelly(module)):
        assert_parity(mine, module, x, rng)
    assert repr(from_spikingjelly(module)) == repr(hand)


@given(T=st.integers(1, 8), shape=trailing, dtype=dtypes, alpha=alphas, seed=seeds)
def test_psn(T, shape, dtype, alpha, seed):
    rng = generator(seed)
    module = randomised(neuron.PSN(T, surrogate.ATan(alpha)), dtype, rng)
    hand = by_hand(PSN(T, ATan(alpha)), module)
    w, b = module.weight.detach().double().numpy(), -module.bias.detach().double().numpy()
    x = clear_input(lambda x: reference.product(w, x) - b, T, shape, dtype, rng)
    for mine in (hand, from_spikingjelly(module)):
        assert_parity(mine, module, x, rng)


@given(order=orders(), extra=st.sampled_from([0, 0, 3]), lambda_=lambdas, shape=trailing, dtype=dtypes, seed=seeds)
def test_masked_psn(order, extra, lambda_, shape, dtype, seed):
    T, k = order
    k = T + extra if extra else k  # SpikingJelly takes k > T, which masks no more than k = T
    rng = generator(seed)
    module = randomised(neuron.MaskedPSN(k, T, lambda_, step_mode="m"), dtype, rng)
    lambda_ = float(module.lambda_)  # rounded to float32 there
    hand = by_hand(MaskedPSN(T, min(k, T), lambda_), module)
    w = module.weight.detach().double().numpy() * reference.mask(T, k, lambda_)
    b = -module.bias.detach().double().numpy()
    x = clear_input(lambda x: reference.product(w, x) - b, T, shape, dtype, rng)
    for mine in (hand, from_spikingjelly(module)):
        assert_parity(mine, module, x, rng)
        assert mine.lambda_ == lambda_


@given(T=st.integers(1, 8), k=st.integers(1, 11), exponential=st.booleans(), shape=trailing, dtype=dtypes, seed=seeds)
def test_sliding_psn(T, k, exponential, shape, dtype, seed):
    rng = generator(seed)
    module = neuron.SlidingPSN(k, exponential, step_mode="m").to(dtype)
    with torch.no_grad():
        module.bias.fill_(-float(torch.rand((), generator=rng)))
    if exponential and seed % 2:
        assert torch.equal(module.weight, SlidingPSN(k).to(dtype).weight)
    else:
        randomised(module, dtype, rng)
    hand = by_hand(SlidingPSN(k, "exponential" if exponential else "uniform"), module)
    w, b = module.weight.detach().double().numpy(), -module.bias.item()
    x = clear_input(lambda x: reference.sliding(w, x) - b, T, shape, dtype, rng)
    for mine in (hand, from_spikingjelly(module)):
        assert_parity(mine, module, x, rng)


@given(order=orders(), shape=trailing, seed=seeds)
def test_step_by_step(order, shape, seed):
    """The queue of SpikingJelly's single-step mode, against ours."""
    T, k = order
    rng = generator(seed)
    for module in (
        randomised(neuron.MaskedPSN(k, T, 1.0), torch.float64, rng),
        randomised(neuron.SlidingPSN(k), torch.float64, rng),
        neuron.LIFNode(),
        neuron.IFNode(),
    ):
        mine = from_spikingjelly(module)
        if isinstance(mine, IF):
            tau = getattr(mine, "tau", None)
            distance = lambda x, tau=tau: reference.vanilla(x, tau)[0] - 1  # noqa: E731
        else:
            w = (mine.masked_weight() if isinstance(mine, MaskedPSN) else mine.dense_weight(T)).detach().numpy()
            b = mine.threshold.detach().numpy().reshape(-1, 1)
            distance = lambda x, w=w, b=b: reference.product(w, x) - b  # noqa: E731
        x = clear_input(distance, T, shape, torch.float64, rng)
        functional.reset_net(module)
        state = mine.initial_state()
        for t in range(T):
            spikes, state = mine.step(x[t], state)
            assert torch.equal(spikes, module(x[t])), f"{mine} at step {t}"


# What from_spikingjelly keeps


FAMILY = (neuron.PSN(4), neuron.MaskedPSN(2, 4, 0.25), neuron.SlidingPSN(3))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("module", FAMILY, ids=lambda m: type(m).__name__)
def test_dtype_and_values_are_kept(module, dtype):
    module = copy.deepcopy(module).to(dtype)
    mine = from_spikingjelly(module)
    assert mine.weight.dtype == mine.threshold.dtype == dtype
    assert torch.equal(mine.weight, module.weight)
    assert torch.equal(mine.threshold, -module.bias.reshape(mine.threshold.shape))
    if isinstance(mine, MaskedPSN):
        assert mine.mask.dtype == dtype and torch.equal(mine.mask, module.mask0)


@pytest.mark.parametrize("module", FAMILY, ids=lambda m: type(m).__name__)
def test_the_weights_are_a_copy(module):
    module = copy.deepcopy(module)
    mine = from_spikingjelly(module)
    before = copy.deepcopy(mine.state_dict())
    with torch.no_grad():
        module.weight.fill_(9.0)
        module.bias.fill_(9.0)
    for name, value in mine.state_dict().items():
        assert torch.equal(value, before[name])
    assert mine.weight.is_leaf and mine.threshold.is_leaf


@pytest.mark.parametrize("module", FAMILY, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("weight,bias", [(True, True), (False, True), (True, False), (False, False)])
def test_requires_grad_is_kept(module, weight, bias):
    module = copy.deepcopy(module)
    module.weight.requires_grad_(weight)
    module.bias.requires_grad_(bias)
    mine = from_spikingjelly(module)
    assert isinstance(mine.weight, torch.nn.Parameter) and isinstance(mine.threshold, torch.nn.Parameter)
    assert (mine.weight.requires_grad, mine.threshold.requires_grad) == (weight, bias)


@pytest.mark.parametrize("module", [neuron.PSN(4), neuron.SlidingPSN(3)], ids=lambda m: type(m).__name__)
def test_the_device_is_kept(module):
    mine = from_spikingjelly(copy.deepcopy(module).to("meta"))
    assert mine.weight.device.type == mine.threshold.device.type == "meta"


@pytest.mark.parametrize(
    "module", [*FAMILY, neuron.IFNode(), neuron.LIFNode(step_mode="m")], ids=lambda m: type(m).__name__
)
def test_training_mode_is_kept(module):
    module = copy.deepcopy(module)
    assert from_spikingjelly(module.train()).training
    converted = from_spikingjelly(module.eval())
    assert not converted.training and not any(m.training for m in converted.modules())


@pytest.mark.parametrize("lambda_", [0, 0.0, 0.3, 0.5, 1, 1.0])
def test_lambda_is_kept_as_a_python_number(lambda_):
    mine = from_spikingjelly(neuron.MaskedPSN(2, 4, lambda_))
    assert isinstance(mine.lambda_, float)
    assert mine.lambda_ == pytest.approx(lambda_, abs=1e-7)


def test_an_order_beyond_T_becomes_T():
    mine = from_spikingjelly(neuron.MaskedPSN(9, 4))
    assert (mine.T, mine.k) == (4, 4)
    assert from_spikingjelly(neuron.SlidingPSN(9)).k == 9


class SteeperATan(surrogate.ATan):
    """Not SpikingJelly's, whatever it does."""


Namesake = type("ATan", (torch.nn.Module,), {"forward": lambda self, x: (x >= 0).to(x) * x / x})


def test_surrogates():
    assert from_spikingjelly(neuron.PSN(3, surrogate.ATan(3.5))).surrogate == ATan(3.5)
    for foreign in (surrogate.Sigmoid(), SteeperATan(), Namesake(), surrogate.ATan(spiking=False)):
        assert from_spikingjelly(neuron.PSN(3, foreign)).surrogate is foreign


@pytest.mark.parametrize("module", [neuron.IFNode(step_mode="m"), neuron.LIFNode(step_mode="m")])
def test_a_foreign_surrogate_still_gives_its_own_gradients(module):
    """IFNode and LIFNode come with a Sigmoid unless told otherwise."""
    mine, rng = from_spikingjelly(module), generator(8)
    distance = lambda x: reference.vanilla(x, getattr(mine, "tau", None))[0] - 1  # noqa: E731
    x = clear_input(distance, 7, (2, 3), torch.float64, rng)
    assert_parity(mine, module, x, rng)
    assert flat(mine(x)).sum() > 0


def test_what_a_module_remembers_is_not_copied():
    module = neuron.LIFNode()
    module(torch.full((3,), 0.9))
    assert (module.v != 0).all()
    state = from_spikingjelly(module).initial_state()
    assert state.memory is None and state.t == 0


class OwnLIF(neuron.LIFNode):
    """A subclass may charge differently."""


Imposter = type("LIFNode", (torch.nn.Module,), {"__module__": "spikingjelly.activation_based.examples.mine"})


@pytest.mark.parametrize(
    "module",
    [
        neuron.ParametricLIFNode(),
        neuron.QIFNode(),
        neuron.GatedLIFNode(T=4),
        OwnLIF(),
        Imposter(),
        torch.nn.Linear(2, 2),
        torch.nn.Sequential(neuron.PSN(3)),
        PSN(3),
        neuron.LIFNode,
        None,
        "PSN",
    ],
    ids=lambda m: getattr(m, "__name__", type(m).__name__),
)
def test_other_modules_are_refused(module):
    with pytest.raises(TypeError) as error:
        from_spikingjelly(module)
    assert "module must be a SpikingJelly PSN, MaskedPSN, SlidingPSN, IFNode, LIFNode" in str(error.value)
    assert type(module).__qualname__ in str(error.value)
