"""The later parallel neurons: all at once as step by step, spikes and gradients; what each claims about itself."""

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from psn_viz.neurons import LIF, PSN, SlidingPSN
from psn_viz.neurons.base import Neuron
from psn_viz.neurons.family import (
    FAMILY,
    PRF,
    PSU,
    RESETS_BECOME,
    SPSN,
    FixedPointLIF,
    InputDecayLIF,
    LowRankPSN,
    ParaLIF,
    PowerOfTwoPSN,
)
from tests.strategies import MARGIN, assert_close, dtypes, generator, gradients, seeds

CHANNELS = 3
# Every kind with the settings that change how it computes; T is that of the input.
MAKE = {
    "LowRankPSN": lambda T: LowRankPSN(T, rank=min(2, T)),
    "PowerOfTwoPSN": lambda T: PowerOfTwoPSN(3),
    "PowerOfTwoPSN, dilated": lambda T: PowerOfTwoPSN(2, dilation=3, channels=CHANNELS),
    "SPSN": lambda T: SPSN(3.0, 2.0),
    "ParaLIF": lambda T: ParaLIF(3.0, 2.0),
    "ParaLIF, threshold": lambda T: ParaLIF(3.0, spike="threshold"),
    "PSU": lambda T: PSU(T, 4.0),
    "FixedPointLIF": lambda T: FixedPointLIF(rounds=T),
    "PRF": lambda T: PRF(),
    "PRF, channels": lambda T: PRF(CHANNELS),
    "InputDecayLIF": lambda T: InputDecayLIF(3),
}
STREAMING = [name for name in MAKE if FAMILY[name.partition(",")[0]].streams]
names = st.sampled_from(list(MAKE))
lengths = st.integers(1, 9)
tails = st.sampled_from([(2, CHANNELS), (1, CHANNELS, 2)])


def made(name: str, T: int, dtype: torch.dtype, seed: int) -> Neuron:
    """A neuron whose parameters are not those of the start."""
    torch.manual_seed(seed)
    neuron = MAKE[name](T).to(dtype)
    with torch.no_grad():
        for parameter in neuron.parameters():
            parameter.add_(torch.randn_like(parameter) / 4)
    return neuron


def clear(neuron: Neuron, T: int, tail: tuple[int, ...], dtype: torch.dtype, seed: int) -> torch.Tensor:
    """A normal input whose charges, step by step, keep away from what they are compared with."""
    x = 2 * torch.randn(T, *tail, generator=generator(seed), dtype=dtype)
    if isinstance(neuron, SPSN):
        return x
    threshold = getattr(neuron, "threshold", 1.0)
    if isinstance(threshold, torch.Tensor) and threshold.dim():
        at = 0 if len(threshold) == T and not hasattr(neuron, "channels") else 2
        threshold = threshold.view(*[len(threshold) if place == at else 1 for place in range(x.dim())])
    assume(float((neuron.loop(x)[0] - threshold).detach().abs().min()) > MARGIN[dtype])
    return x


def test_every_kind_is_here_and_says_what_it_is():
    assert {name.partition(",")[0] for name in MAKE} == set(FAMILY)
    for name, kind in FAMILY.items():
        assert kind.__name__ == name and kind.reset_becomes in RESETS_BECOME
        assert kind.depth and kind.cost and "Source:" in kind.__doc__


@given(names, lengths, tails, dtypes, seeds)
def test_all_at_once_gives_what_the_loop_gives(name, T, tail, dtype, seed):
    """Spikes in both dtypes; gradients in x and in all that is learned, in float64."""
    neuron = made(name, T, dtype, seed)
    x = clear(neuron, T, tail, dtype, seed)
    weights = torch.randn(x.shape, generator=generator(seed + 1), dtype=dtype)
    learned = [parameter for parameter in neuron.parameters() if parameter.requires_grad]
    found = []
    for form in (neuron, neuron.serial):
        torch.manual_seed(seed)  # of the spikes that are drawn
        found.append(gradients(form, x, weights, learned))
    assert found[0][0].shape == x.shape and found[0][0].dtype == dtype and found[0][0].device == x.device
    assert set(found[0][0].unique().tolist()) <= {0.0, 1.0}
    for together, one_by_one in zip(*found, strict=True):
        if isinstance(neuron, SPSN) and together is found[0][0]:
            # Where a probability is within rounding of its number, a draw may fall on either side.
            assert float((together != one_by_one).double().mean()) < (0.2 if dtype == torch.float32 else 1e-9)
        else:
            assert_close(together, one_by_one, name, 5e-5 if dtype == torch.float32 else 1e-10)


@given(names, lengths, seeds)
def test_a_recorded_run_is_that_of_a_call(name, T, seed):
    neuron = made(name, T, torch.float64, seed)
    x = clear(neuron, T, (2, CHANNELS), torch.float64, seed)
    torch.manual_seed(seed)
    spikes = neuron(x)
    torch.manual_seed(seed)
    run = neuron.record(x)
    assert torch.equal(run.s, spikes) and torch.equal(run.x, x)
    assert_close(run.h, neuron.charge(x), name)


@given(st.sampled_from(STREAMING), st.integers(2, 9), st.data(), seeds)
def test_a_sequence_may_be_cut_anywhere(name, T, data, seed):
    """Charges, so that neurons that draw their spikes are held to it, too."""
    cut = data.draw(st.integers(1, T - 1))
    neuron = made(name, T, torch.float64, seed)
    x = torch.randn(T, 2, CHANNELS, generator=generator(seed), dtype=torch.float64)
    first, memory = neuron.loop(x[:cut])
    second, _ = neuron.loop(x[cut:], memory)
    assert_close(torch.cat((first, second)), neuron.charge(x), name, 1e-10)


@given(st.sampled_from([name for name in STREAMING if name != "SPSN"]), st.integers(2, 7), seeds)
def test_steps_and_chunks_give_the_spikes_of_the_whole(name, T, seed):
    neuron = made(name, T, torch.float64, seed)
    x = clear(neuron, T, (2, CHANNELS), torch.float64, seed)
    state, steps = neuron.initial_state(), []
    for x_t in x:
        spikes, state = neuron.step(x_t, state)
        steps.append(spikes)
    assert torch.equal(torch.stack(steps), neuron(x)) and state.t == T
    head, state = neuron.chunk(x[:1], neuron.initial_state())
    tail, _ = neuron.chunk(x[1:], state.detach())
    assert torch.equal(torch.cat((head, tail)), neuron(x))


@given(names, st.integers(2, 8), st.data(), seeds)
def test_only_what_cannot_stream_looks_ahead(name, T, data, seed):
    """A later input changes no earlier charge, but in LowRankPSN, where it may."""
    at = data.draw(st.integers(1, T - 1))
    neuron = made(name, T, torch.float64, seed)
    x = torch.randn(T, 2, CHANNELS, generator=generator(seed), dtype=torch.float64)
    other = x.clone()
    other[at:] += 1
    same = torch.allclose(neuron.charge(x)[:at], neuron.charge(other)[:at], rtol=0, atol=1e-9)
    assert same == (not isinstance(neuron, LowRankPSN))


@pytest.mark.parametrize("name", [name for name in MAKE if FAMILY[name.partition(",")[0]].any_length])
def test_any_length(name):
    neuron = MAKE[name](4)
    for T in (1, 4, 13):
        assert neuron(torch.randn(T, 2, CHANNELS)).shape == (T, 2, CHANNELS)


@pytest.mark.parametrize("name", [name for name in MAKE if not FAMILY[name.partition(",")[0]].any_length])
def test_only_its_own_length(name):
    neuron = MAKE[name](4)
    for form in (neuron, neuron.serial):
        with pytest.raises(ValueError, match="x must have T = 4 time-steps in its first dimension, got 5"):
            form(torch.randn(5, 2, CHANNELS))


@pytest.mark.parametrize("name", MAKE)
def test_no_neurons_give_no_spikes(name):
    assert MAKE[name](4)(torch.zeros(4, 0, CHANNELS)).shape == (4, 0, CHANNELS)


@pytest.mark.parametrize("name", MAKE)
def test_it_works_where_its_input_is(name):
    """On the meta device, which every machine has: whatever is made on another one ends there with an error."""
    neuron, x = MAKE[name](4).to("meta"), torch.zeros(4, 2, CHANNELS, device="meta")
    for form in (neuron, neuron.serial):
        assert form(x).device == x.device and form(x).shape == x.shape
    if list(neuron.parameters()):
        with pytest.raises(ValueError, match="x is on cpu but the neuron's parameters are on meta"):
            neuron(torch.zeros(4, 2, CHANNELS))


@pytest.mark.parametrize("name", MAKE)
def test_it_is_saved_and_read_back(name):
    neuron, other = made(name, 4, torch.float32, 0), made(name, 4, torch.float32, 1)
    other.load_state_dict(neuron.state_dict())
    x = torch.randn(4, 2, CHANNELS, generator=generator(0))
    assert torch.equal(neuron.charge(x), other.charge(x))


# ------------------------------------------------------------------------------- what each of them is


@given(st.integers(1, 6), seeds)
def test_a_low_rank_psn_is_a_psn_and_every_psn_is_one_of_full_rank(T, seed):
    rng = generator(seed)
    psn, low = PSN(T).double(), LowRankPSN(T, rank=T).double()
    with torch.no_grad():
        u, s, v = torch.linalg.svd(psn.weight)
        low.left.copy_(u * s)
        low.right.copy_(v)
    x = torch.randn(T, 5, generator=rng, dtype=torch.float64)
    assert_close(low.charge(x), psn.charge(x), tolerance=1e-10)
    assert_close(low.dense_weight(), psn.weight, tolerance=1e-10)


def test_a_low_rank_psn_starts_with_weights_as_large_as_a_psn():
    torch.manual_seed(0)
    T = 400
    for rank in (1, 4, 40):
        assert float(LowRankPSN(T, rank).dense_weight().detach().std()) == pytest.approx((3 * T) ** -0.5, rel=0.1)


@given(st.integers(1, 5), st.integers(1, 3), dtypes, seeds)
def test_every_weight_is_the_power_of_two_whose_logarithm_is_nearest(k, dilation, dtype, seed):
    neuron = PowerOfTwoPSN(k, dilation, channels=2).to(dtype)
    with torch.no_grad():
        neuron.weight.copy_(torch.randn(2, k, generator=generator(seed)))
        neuron.weight[0, 0] = 0
    power, weight = neuron.quantised(), neuron.weight
    value, before = power.detach(), weight.detach()
    assert power[0, 0] == 0 and bool((power.sign() == weight.sign()).all())
    mantissa, _ = torch.frexp(value[before != 0])
    assert bool((mantissa.abs() == 0.5).all())
    off = (value[before != 0] / before[before != 0]).log2().abs()
    assert float(off.max() if len(off) else 0) <= 0.5 + 1e-5
    (gradient,) = torch.autograd.grad((3 * power).sum(), weight)
    assert bool((gradient == 3).all())  # straight through, at 0 too


def test_it_starts_as_the_sliding_psn_does():
    x = torch.randn(9, 4, generator=generator(0))
    assert_close(PowerOfTwoPSN(4).charge(x), SlidingPSN(4).charge(x))
    far = torch.zeros(9, 1)
    far[0] = 1
    assert PowerOfTwoPSN(3, dilation=4).charge(far)[:, 0].tolist() == [1, 0, 0, 0, 0.5, 0, 0, 0, 0.25]


def test_spsn_fires_as_often_as_its_probability_says():
    torch.manual_seed(0)
    neuron, x = SPSN(2.0).double(), torch.zeros(3, 20000, dtype=torch.float64)
    x += torch.tensor([[-2.0], [0.0], [3.0]], dtype=torch.float64)
    p = neuron.probability(x)
    assert float(p[0, 0]) == pytest.approx(1 / (1 + math.exp(2 * (1 - math.exp(-0.5)))))
    assert torch.allclose(neuron(x).mean(1), p[:, 0], atol=0.02)
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(neuron(x)[2, 0], x)  # ∂S/∂p = p, ∂p/∂V = p(1 − p), ∂V/∂X = 1 − β
    assert float(gradient[2, 0]) == pytest.approx(float(p[2, 0] ** 2 * (1 - p[2, 0])) * (1 - math.exp(-0.5)))
    assert [name for name, parameter in neuron.named_parameters() if parameter.requires_grad] == []
    first, second = neuron(x.detach()), neuron(x.detach())
    assert not torch.equal(first, second)


def test_paralif_starts_at_its_time_constants_and_delta_fires_on_a_rise():
    alpha, beta = (leak.item() for leak in ParaLIF(4.0, 2.0).leaks())
    assert alpha == pytest.approx(math.exp(-1 / 2)) and beta == pytest.approx(math.exp(-1 / 4))
    x = torch.full((12, 1), 6.0)
    rise, level = ParaLIF(4.0)(x)[:, 0], ParaLIF(4.0, spike="threshold")(x)[:, 0]
    assert rise[0] == 1 and rise[-1] == 0
    assert bool(level.all())
    fixed = ParaLIF(4.0, learn_tau=False)
    assert [name for name, parameter in fixed.named_parameters() if parameter.requires_grad] == ["threshold"]


@given(st.integers(1, 12), st.sampled_from([1.0, 2.0, 10.0]), seeds)
def test_each_round_makes_one_more_time_step_right(T, tau, seed):
    x = torch.randn(T, 30, generator=generator(seed), dtype=torch.float64) + 0.5
    exact = LIF(tau, decay_input=False, reset="soft").record(x)
    assume(float((exact.h - 1).abs().min()) > 1e-9)
    for rounds in range(1, T + 1):
        spikes = FixedPointLIF(tau, rounds)(x)
        assert torch.equal(spikes[:rounds], exact.s[:rounds])
    neuron = FixedPointLIF(tau, T)
    assert neuron.error(x) == 0
    assert torch.equal(FixedPointLIF(tau, 1)(x), LIF(tau, decay_input=False, reset="none")(x))


def test_three_rounds_are_far_from_exact_where_many_neurons_fire():
    """β = 0.9, mean input 0.1, standard deviation 0.6, T = 128: about a third is wrong after 3 rounds, 0 after T."""
    x = 0.1 + 0.6 * torch.randn(128, 100, generator=generator(0), dtype=torch.float64)
    assert 0.25 < FixedPointLIF(10.0, 3).error(x) < 0.37
    assert FixedPointLIF(10.0, 128).error(x) == 0
    fast = 0.1 + 0.6 * torch.randn(128, 100, generator=generator(0), dtype=torch.float64)
    assert FixedPointLIF(2.0, 3).error(fast) < 0.01  # β = 0.5


def test_a_sigmoid_is_carried_where_it_is_asked_for():
    x = torch.randn(9, 40, generator=generator(0), dtype=torch.float64) + 0.5
    one, two, three = (FixedPointLIF(4.0, rounds, carry="sigmoid")(x) for rounds in (1, 2, 3))
    assert torch.equal(one, FixedPointLIF(4.0, 1)(x))
    h = FixedPointLIF(4.0, 1).charge(x)
    weight = 0.75 ** torch.arange(9, dtype=torch.float64)[:, None].sub(torch.arange(9)).clamp(min=0)
    weight = weight.tril(-1)
    again = h - weight @ torch.sigmoid(2 * (h - 1))
    assert torch.equal(two, (again >= 1).double())
    assert torch.equal(three, (h - weight @ torch.sigmoid(6 * (again - 1)) >= 1).double())


def test_psu_subtracts_what_an_lif_would_if_the_guess_were_right():
    neuron = PSU(6, 4.0).double()
    x = torch.randn(6, 5, generator=generator(0), dtype=torch.float64)
    u = LIF(4.0, reset="none").record(x).h
    by_hand = torch.stack(
        [u[t] - sum((0.75 ** (t - i) * torch.sigmoid(u[i]) for i in range(t)), torch.zeros(5)) for t in range(6)]
    )
    assert_close(neuron.charge(x), by_hand, tolerance=1e-7)  # its weights start in float32
    for learn, wanted in (("nothing", 0), ("input", 1), ("reset", 1), ("both", 2)):
        learned = [parameter for parameter in PSU(6, learn=learn).parameters() if parameter.requires_grad]
        assert len(learned) == wanted + 1


def test_prf_prefers_inputs_of_its_own_rhythm():
    neuron = PRF(tau=100.0).double()
    with torch.no_grad():
        neuron.log_step.fill_(0.0)
        neuron.log_frequency.fill_(math.log(2 * math.pi / 8))  # once round in 8 steps
    t = torch.arange(64, dtype=torch.float64)
    x = torch.stack([torch.cos(2 * math.pi * t / period) for period in (8, 5, 16)], 1)
    swing = neuron.charge(x).abs().amax(0)
    assert swing[0] > 3 * swing[1] and swing[0] > 3 * swing[2]
    impulse = torch.zeros(20, 1, dtype=torch.float64)
    impulse[0] = 1
    response = neuron.charge(impulse)[:, 0]
    steps = t[:20]
    assert_close(response, torch.exp(-steps / 100) * torch.cos(2 * math.pi * steps / 8), tolerance=1e-10)


def test_the_input_says_when_to_forget():
    neuron = InputDecayLIF(1, tau=10.0).double()
    with torch.no_grad():
        neuron.weight.fill_(-50.0)
    x = torch.tensor([[0.0], [1.0], [0.0], [0.0], [-1.0], [0.0]], dtype=torch.float64)
    h = neuron.charge(x)[:, 0]
    # An input of 1 opens the gate: H becomes the input. Zeros keep it, with a leak of τ. −1 shuts the gate: H stays.
    assert h.tolist() == pytest.approx([0.0, 1.0, 0.9, 0.81, 0.81, 0.729])
    still = InputDecayLIF(2, tau=5.0)
    with torch.no_grad():
        still.weight.zero_()
    x = torch.randn(7, 3, generator=generator(0))
    assert_close(still.charge(x), LIF(5.0, reset="none").record(x).h)


# --------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("name", [name for name in MAKE if name not in STREAMING])
def test_what_cannot_step_says_why_and_what_to_do(name):
    neuron = MAKE[name](4)
    kind, advice = type(neuron).__name__, "SlidingPSN|exact"
    with pytest.raises(ValueError, match=rf"^{kind} cannot run step by step: .*({advice})"):
        neuron.initial_state()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: LowRankPSN(4, 5), ValueError, "rank must be an integer from 1 to 4, got 5"),
        (lambda: LowRankPSN(0, 1), ValueError, "T must be an integer ≥ 1, got 0"),
        (lambda: PowerOfTwoPSN(2, 0), ValueError, "dilation must be an integer ≥ 1, got 0"),
        (lambda: PowerOfTwoPSN(2, 1, 2.0), TypeError, "channels must be an integer ≥ 1, got 2.0"),
        (lambda: ParaLIF(0.0), ValueError, "tau_mem must be a finite number > 0, got 0.0"),
        (lambda: ParaLIF(2.0, -1), ValueError, "tau_syn must be a finite number > 0, got -1"),
        (lambda: ParaLIF(spike="soft"), ValueError, "spike must be one of 'delta', 'threshold', got 'soft'"),
        (lambda: ParaLIF(learn_tau=1), TypeError, "learn_tau must be True or False, got 1"),
        (lambda: SPSN(math.nan), ValueError, "tau_mem must be a finite number > 0, got nan"),
        (lambda: FixedPointLIF(rounds=0), ValueError, "rounds must be an integer ≥ 1, got 0"),
        (lambda: FixedPointLIF(0.5), ValueError, "tau must be a finite number ≥ 1, got 0.5"),
        (lambda: FixedPointLIF(carry="all"), ValueError, "carry must be one of 'spikes', 'sigmoid', got 'all'"),
        (lambda: PSU(4, learn="all"), ValueError, "learn must be one of 'nothing', 'input', 'reset', 'both'"),
        (lambda: PRF(step=0.1), TypeError, "step must be two numbers, the smallest and the largest Δ at the start"),
        (lambda: PRF(step=(1.0, 0.1)), ValueError, r"step\[1\] must be a finite number ≥ 1, got 0.1"),
        (lambda: InputDecayLIF(3, 1.0), ValueError, "tau must be a finite number > 1, got 1.0"),
        (lambda: InputDecayLIF(3, surrogate=1), TypeError, "surrogate must be callable"),
    ],
)
def test_arguments_out_of_range(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("name", MAKE)
def test_inputs_that_do_not_fit(name):
    neuron = MAKE[name](4)
    for form in (neuron, neuron.serial, neuron.record):
        with pytest.raises(TypeError, match=r"x must have a floating dtype, got torch\.int64"):
            form(torch.ones(4, 2, CHANNELS, dtype=torch.int64))
        with pytest.raises(ValueError, match=r"x must be \[T, N, …\] with time first"):
            form(torch.ones(4))
        if list(neuron.parameters()):
            with pytest.raises(
                TypeError, match=r"x is torch\.float64 but the neuron's parameters are torch\.float32"
            ):
                form(torch.ones(4, 2, CHANNELS, dtype=torch.float64))


@pytest.mark.parametrize("neuron", [PowerOfTwoPSN(2, channels=3), PRF(3)], ids=lambda neuron: type(neuron).__name__)
def test_channels_that_do_not_fit(neuron):
    for x in (torch.ones(4, 2, 5), torch.ones(4, 3)):
        with pytest.raises(ValueError, match=r"x must be \[T, N, C, …\] with C = 3 channels, .* got shape \[4, "):
            neuron(x)
    with pytest.raises(ValueError, match=r"x_t must be \[T, N, C, …\] with C = 3 channels"):
        neuron.step(torch.ones(2, 5), neuron.initial_state())


def test_a_state_fits_its_own_neuron_and_not_beyond_the_end():
    with pytest.raises(
        ValueError, match=r"state must be one of ParaLIF\(tau_mem=3.0, .* got one of ParaLIF\(tau_mem"
    ):
        ParaLIF(3.0).step(torch.ones(2), ParaLIF(2.0).initial_state())
    neuron = PSU(3)
    _, state = neuron.chunk(torch.ones(2, 5), neuron.initial_state())
    with pytest.raises(ValueError, match="x must hold at most 1 more time-steps, got 2: this neuron has T = 3"):
        neuron.chunk(torch.ones(2, 5), state)


# ------------------------------------------------------------------------------------ where a call could mislead


@pytest.mark.parametrize("name", [name for name in MAKE if hasattr(MAKE[name](4), "threshold")])
def test_a_recorded_run_names_a_threshold_that_is_no_number(name):
    """As PSN, MaskedPSN and SlidingPSN do: such a threshold never fires."""
    neuron = MAKE[name](4)
    with torch.no_grad():
        neuron.threshold.flatten()[-1] = math.nan
    with pytest.raises(ValueError, match="threshold is NaN: it would silently give no spike"):
        neuron.record(torch.ones(4, 2, CHANNELS))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", MAKE)
def test_spikes_have_the_dtype_of_x_under_autocast(name, dtype):
    neuron, x = MAKE[name](4), torch.randn(4, 2, CHANNELS, generator=generator(0)).to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert neuron(x).dtype == neuron.serial(x).dtype == neuron.record(x).s.dtype == dtype
        if name in STREAMING:
            state = neuron.initial_state()
            for x_t in x:
                spikes, state = neuron.step(x_t, state)
                assert spikes.dtype == dtype


@pytest.mark.parametrize("tau", [5e-324, 1e-9, 1e-3, 0.5, 30.0, 1e12, 1e308])
def test_any_time_constant_above_zero_has_its_leak(tau):
    for neuron in (ParaLIF(tau, tau), SPSN(tau, tau)):
        assert [leak.item() for leak in neuron.leaks()] == pytest.approx(
            2 * [math.exp(-1 / tau)], rel=1e-5, abs=1e-30
        )


def test_a_wide_range_of_steps_is_drawn_from():
    assert bool(PRF(8, step=(1e-300, 1e300)).log_step.isfinite().all())


def test_without_numbers_there_is_no_record_and_no_error():
    x = torch.zeros(4, 2, device="meta")
    for neuron in (FixedPointLIF(), LIF(), PSN(4).to("meta")):
        with pytest.raises(ValueError, match="x must hold numbers, got a tensor on the meta device, which has none"):
            neuron.record(x)
    with pytest.raises(ValueError, match="x must hold numbers"):
        FixedPointLIF().error(x)
    with pytest.raises(ValueError, match=r"x must have at least one neuron, got shape \[4, 0\]"):
        FixedPointLIF().error(torch.zeros(4, 0))
