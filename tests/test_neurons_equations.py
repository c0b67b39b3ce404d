"""Do the neurons compute what the paper says? Held to plain loops, and to the algebra of their gradients."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN, reset_free_weight
from tests import reference
from tests.strategies import (
    assert_close,
    clear_input,
    flat,
    generator,
    gradients,
    lambdas,
    orders,
    randomise,
    resets,
    seeds,
    taus,
    trailing,
)

F64 = torch.float64


# The surrogate


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_charge_at_the_threshold_fires(dtype):
    x = torch.tensor([-math.inf, -1.0, -(2.0**-14), -0.0, 0.0, 2.0**-14, 1.0, math.inf, math.nan], dtype=dtype)
    spikes = ATan()(x)
    assert spikes.dtype == dtype
    assert spikes.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 0]


@given(alpha=st.floats(0.01, 50), seed=seeds)
def test_surrogate_gradient_is_the_arctangents(alpha, seed):
    x = torch.cat((torch.zeros(1, dtype=F64), torch.randn(20, generator=generator(seed), dtype=F64) * 3))
    x.requires_grad_()
    upstream = torch.randn(21, generator=generator(seed + 1), dtype=F64)
    (ATan(alpha)(x) * upstream).sum().backward()
    expected = [g * reference.atan_slope(v, alpha) for g, v in zip(upstream.tolist(), x.tolist(), strict=True)]
    assert_close(x.grad, torch.tensor(expected, dtype=F64), f"gradient at alpha {alpha}")
    assert x.grad[0] == pytest.approx(float(upstream[0]) * alpha / 2, rel=1e-12)


def test_surrogate_gradient_is_the_slope_of_an_arctangent():
    """σ(x) = arctan(π·α·x/2)/π + 1/2 rises from 0 to 1, and σ′ is its derivative."""
    alpha, x, d = 3.0, torch.linspace(-2, 2, 9, dtype=F64, requires_grad=True), 1e-6
    ATan(alpha)(x).sum().backward()
    sigma = lambda v: torch.atan(math.pi * alpha / 2 * v) / math.pi + 0.5  # noqa: E731
    slope = (sigma(x.detach() + d) - sigma(x.detach() - d)) / (2 * d)
    assert_close(x.grad, slope, "σ′", tolerance=1e-8)


def test_default_alpha_is_the_papers():
    assert ATan().alpha == 2.0 and ATan() == ATan(2.0)
    x = torch.zeros(1, requires_grad=True)
    ATan()(x).backward()
    assert x.grad.item() == 1.0
    assert all(n.surrogate == ATan(2.0) for n in (IF(), LIF(), PSN(2), MaskedPSN(2, 1), SlidingPSN(1)))


# IF and LIF against the loop


@given(
    T=st.integers(1, 9),
    shape=trailing,
    tau=st.one_of(st.none(), taus),
    decay_input=st.booleans(),
    reset=resets,
    v_threshold=st.floats(0.2, 1.5),
    v_reset=st.floats(-0.5, 0.1),
    seed=seeds,
)
def test_recorded_run_is_the_loop(T, shape, tau, decay_input, reset, v_threshold, v_reset, seed):
    settings = {"v_threshold": v_threshold, "v_reset": v_reset, "reset": reset}
    neuron = IF(**settings) if tau is None else LIF(tau, decay_input, **settings)
    settings = {"tau": tau, "decay_input": decay_input, **settings}
    x = clear_input(lambda x: reference.vanilla(x, **settings)[0] - v_threshold, T, shape, F64, generator(seed))
    h, s, v = reference.vanilla(flat(x), **settings)

    run = neuron.record(x)
    assert [part.shape for part in run] == [x.shape] * 4
    assert run.x is x
    for name, got, expected in (("H", run.h, h), ("S", run.s, s), ("V", run.v, v)):
        assert_close(got, torch.from_numpy(expected).reshape(x.shape), name)
    assert torch.equal(neuron(x), run.s)


def test_a_worked_example_of_each_reset():
    x = torch.tensor([1.0, 1.0, 2.0, 0.5])[:, None]
    for reset, h, s, v in (
        ("hard", [0.5, 0.75, 1.375, 0.25], [0, 0, 1, 0], [0.5, 0.75, 0.0, 0.25]),
        ("soft", [0.5, 0.75, 1.375, 0.4375], [0, 0, 1, 0], [0.5, 0.75, 0.375, 0.4375]),
        ("none", [0.5, 0.75, 1.375, 0.9375], [0, 0, 1, 0], [0.5, 0.75, 1.375, 0.9375]),
    ):
        run = LIF(tau=2.0, reset=reset).record(x)
        assert (run.h.flatten().tolist(), run.s.flatten().tolist(), run.v.flatten().tolist()) == (h, s, v), reset


@pytest.mark.parametrize("reset", ["hard", "soft", "none"])
def test_tau_one_has_no_memory(reset):
    x = torch.randn(6, 5, generator=generator(3), dtype=F64)
    run = LIF(tau=1.0, reset=reset).record(x)
    assert torch.equal(run.s, (x >= 1).double())
    assert_close(run.h, x, "H")


@pytest.mark.parametrize("reset", ["hard", "soft"])
@pytest.mark.parametrize("neuron", [IF, LIF])
def test_detach_reset_cuts_the_gradient_through_the_reset_only(neuron, reset):
    """Two steps by hand: dS[1]/dX[0] = σ′(H[1] − 1) · dH[1]/dV[0] · dV[0]/dH[0] · dH[0]/dX[0]."""
    x = torch.tensor([[1.6], [0.7]], dtype=F64)
    tau = 1.0 if neuron is IF else 2.0
    leak = 1.0 if neuron is IF else 1 - 1 / tau
    for detach in (False, True):
        run = neuron(reset=reset, detach_reset=detach, v_threshold=0.75, v_reset=0.0).record(x)
        h0, h1, s0 = run.h[0].item(), run.h[1].item(), run.s[0].item()
        through_spike = 0.0 if detach else reference.atan_slope(h0 - 0.75)
        if reset == "hard":
            dv_dh = (1 - s0) - h0 * through_spike
        else:
            dv_dh = 1 - 0.75 * through_spike
        expected = reference.atan_slope(h1 - 0.75) * leak * dv_dh * (1 / tau)

        leaf = x.clone().requires_grad_()
        neuron(reset=reset, detach_reset=detach, v_threshold=0.75)(leaf)[1].sum().backward()
        assert leaf.grad[0].item() == pytest.approx(expected, rel=1e-12), f"detach_reset={detach}"


def test_with_reset_none_detach_changes_nothing():
    x, g = torch.randn(2, 6, 4, generator=generator(5), dtype=F64)
    plain, detached = (gradients(LIF(reset="none", detach_reset=d), x, g)[1] for d in (False, True))
    assert torch.equal(plain, detached)


# The closed form


@given(T=st.integers(1, 24), tau=st.one_of(st.none(), taus), decay_input=st.booleans(), seed=seeds)
def test_closed_form_is_the_loop_without_reset(T, tau, decay_input, seed):
    weight = reset_free_weight(T, tau, decay_input)
    assert weight.shape == (T, T) and weight.dtype == F64
    np.testing.assert_allclose(weight.numpy(), reference.closed_form(T, tau, decay_input), rtol=0, atol=1e-13)

    neuron = IF(reset="none") if tau is None else LIF(tau, decay_input, reset="none")
    x = torch.randn(T, 3, generator=generator(seed), dtype=F64)
    loop = reference.vanilla(flat(x), tau, decay_input, reset="none")[0]
    assert abs(weight @ x - neuron.record(x).h).max() < 1e-10
    assert abs((weight @ x).numpy() - loop).max() < 1e-10


def test_closed_form_by_hand():
    assert reset_free_weight(3).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert reset_free_weight(3, 2.0).tolist() == [[0.5, 0, 0], [0.25, 0.5, 0], [0.125, 0.25, 0.5]]
    assert reset_free_weight(3, 2.0, decay_input=False).tolist() == [[1, 0, 0], [0.5, 1, 0], [0.25, 0.5, 1]]
    assert reset_free_weight(3, 1.0).tolist() == torch.eye(3).tolist()
    assert reset_free_weight(1, 7).tolist() == [[1 / 7]]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_closed_form_in_every_dtype_is_the_rounded_one(dtype):
    weight = reset_free_weight(9, 3.7, dtype=dtype)
    assert weight.dtype == dtype
    assert torch.equal(weight, reset_free_weight(9, 3.7).to(dtype))


def test_closed_form_on_another_device():
    assert reset_free_weight(3, 2.0, device="meta").device.type == "meta"
    with torch.device("meta"):
        assert reset_free_weight(3, 2.0).device.type == "meta"
        assert reset_free_weight(3, 2.0, device="cpu").device.type == "cpu"


# The parallel family against the loop


@given(order=orders(), shape=trailing, seed=seeds, lambda_=lambdas)
def test_psn_and_masked_psn_are_the_equations(order, shape, seed, lambda_):
    T, k = order
    rng = generator(seed)
    for neuron, mask in (
        (randomise(PSN(T).double(), rng), np.ones((T, T))),
        (randomise(MaskedPSN(T, k, lambda_).double(), rng), reference.mask(T, k, lambda_)),
    ):
        w, b = neuron.weight.detach().numpy() * mask, neuron.threshold.detach().numpy()
        x = clear_input(lambda x, w=w, b=b: reference.product(w, x) - b[:, None], T, shape, F64, rng)
        h = reference.product(w, flat(x))
        run = neuron.record(x)
        assert_close(run.h.detach(), torch.from_numpy(h).reshape(x.shape), "H")
        assert torch.equal(run.s, torch.from_numpy(reference.fire(h, b)).reshape(x.shape))
        assert torch.equal(run.v, run.h) and run.x is x
        assert torch.equal(neuron(x), run.s)


@given(T=st.integers(1, 8), k=st.integers(1, 12), shape=trailing, seed=seeds)
def test_sliding_psn_is_the_equation(T, k, shape, seed):
    rng = generator(seed)
    neuron = randomise(SlidingPSN(k).double(), rng)
    w, b = neuron.weight.detach().numpy(), neuron.threshold.item()
    x = clear_input(lambda x: reference.sliding(w, x) - b, T, shape, F64, rng)
    h = reference.sliding(w, flat(x))
    run = neuron.record(x)
    assert_close(run.h.detach(), torch.from_numpy(h).reshape(x.shape), "H")
    assert torch.equal(run.s, torch.from_numpy(reference.fire(h, b)).reshape(x.shape))
    assert torch.equal(neuron(x), run.s)
    assert_close((neuron.dense_weight(T) @ x.flatten(1)).detach(), run.h.flatten(1).detach(), "dense weight")


def test_the_mask_by_hand():
    assert MaskedPSN(4, 2).mask.tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]
    assert MaskedPSN(3, 1).mask.tolist() == torch.eye(3).tolist()
    assert MaskedPSN(3, 3).mask.tolist() == torch.ones(3, 3).tril().tolist()


def test_the_dense_weight_of_a_sliding_psn_by_hand():
    neuron = SlidingPSN(3)
    assert neuron.weight.tolist() == [0.25, 0.5, 1]
    assert neuron.dense_weight(4).tolist() == [[1, 0, 0, 0], [0.5, 1, 0, 0], [0.25, 0.5, 1, 0], [0, 0.25, 0.5, 1]]
    assert neuron.dense_weight(2).tolist() == [[1, 0], [0.5, 1]]
    assert neuron.dense_weight(1).tolist() == [[1]]


@given(order=orders(), lambda_=lambdas)
def test_masked_weight(order, lambda_):
    T, k = order
    neuron = MaskedPSN(T, k, lambda_).double()
    assert_close(neuron.mask, torch.from_numpy(reference.mask(T, k)), "M_k")
    assert_close(
        neuron.masked_weight().detach(),
        neuron.weight.detach() * torch.from_numpy(reference.mask(T, k, lambda_)),
        "W ⊙ M_k(λ)",
    )


def test_an_assigned_lambda_counts_at_once():
    neuron = MaskedPSN(4, 2)
    x = torch.randn(4, 3, generator=generator(1))
    assert neuron.lambda_ == 0.0 and isinstance(neuron.lambda_, float)
    dense = neuron.record(x).h
    neuron.lambda_ = 1
    assert neuron.lambda_ == 1.0 and isinstance(neuron.lambda_, float)
    assert torch.equal(neuron.masked_weight(), neuron.weight * neuron.mask)
    masked = neuron.record(x).h
    neuron.lambda_ = 0.25
    assert_close(neuron.record(x).h, 0.25 * masked + 0.75 * dense, "H is linear in λ")


# Gradients against the algebra


def upstream(x, spikes_weight, distance, alpha):
    """G = ∂L/∂S · σ′(H − B), as a `[T, N]` array."""
    slope = np.vectorize(lambda d: reference.atan_slope(d, alpha))(distance)
    return flat(spikes_weight) * slope


@given(order=orders(), shape=trailing, seed=seeds, lambda_=lambdas, alpha=st.floats(0.5, 5))
def test_gradients_of_psn_and_masked_psn(order, shape, seed, lambda_, alpha):
    T, k = order
    rng = generator(seed)
    x, g = torch.randn(2, T, *shape, generator=rng, dtype=F64)
    for neuron, mask in (
        (PSN(T, ATan(alpha)), np.ones((T, T))),
        (MaskedPSN(T, k, lambda_, ATan(alpha)), reference.mask(T, k, lambda_)),
    ):
        randomise(neuron.double(), rng)
        w, b = neuron.weight.detach().numpy() * mask, neuron.threshold.detach().numpy()
        G = upstream(x, g, reference.product(w, flat(x)) - b[:, None], alpha)
        _, dx, dw, db = gradients(neuron, x, g, (neuron.weight, neuron.threshold))
        assert_close(dw, torch.from_numpy(G @ flat(x).T * mask), "∂W = G Xᵀ ⊙ M")
        assert_close(dx, torch.from_numpy(w.T @ G).reshape(x.shape), "∂X = Wᵀ G")
        assert_close(db, torch.from_numpy(-G.sum(1)), "∂B = −Σ G")


@given(T=st.integers(1, 8), k=st.integers(1, 10), shape=trailing, seed=seeds, alpha=st.floats(0.5, 5))
def test_gradients_of_the_sliding_psn(T, k, shape, seed, alpha):
    rng = generator(seed)
    neuron = randomise(SlidingPSN(k, surrogate=ATan(alpha)).double(), rng)
    x, g = torch.randn(2, T, *shape, generator=rng, dtype=F64)
    X, w = flat(x), neuron.weight.detach().numpy()
    G = upstream(x, g, reference.sliding(w, X) - neuron.threshold.item(), alpha)
    _, dx, dw, db = gradients(neuron, x, g, (neuron.weight, neuron.threshold))

    expected_dw, expected_dx = np.zeros(k), np.zeros_like(X)
    for t in range(T):
        for i in range(k):
            j = t - k + 1 + i
            if j >= 0:
                expected_dw[i] += G[t] @ X[j]
                expected_dx[j] += w[i] * G[t]
    assert_close(dw, torch.from_numpy(expected_dw), "∂W_i = Σ_t ⟨G[t], X[t−k+1+i]⟩")
    assert_close(dx, torch.from_numpy(expected_dx).reshape(x.shape), "∂X")
    assert_close(db, torch.tensor(-G.sum(), dtype=F64), "∂V_th = −Σ G")


def test_masked_entries_get_no_gradient():
    neuron = randomise(MaskedPSN(5, 2, 1.0), generator(2))
    neuron(torch.randn(5, 7, generator=generator(3))).sum().backward()
    assert (neuron.weight.grad[neuron.mask == 0] == 0).all()
    assert (neuron.weight.grad[neuron.mask == 1] != 0).all()


# Initialisation


@pytest.mark.parametrize("make", [PSN, lambda T: MaskedPSN(T, 3)], ids=["PSN", "MaskedPSN"])
@pytest.mark.parametrize("T", [4, 64])
def test_weights_start_uniform_and_thresholds_at_one(make, T):
    torch.manual_seed(0)
    neuron = make(T)
    weight, bound = neuron.weight.detach(), 1 / math.sqrt(T)
    assert weight.shape == (T, T) and neuron.threshold.shape == (T,)
    assert weight.abs().max() <= bound
    assert neuron.threshold.tolist() == [1.0] * T
    if T == 64:  # 4096 numbers: the standard deviation of U(−a, a) is a/√3, to 5 standard errors
        assert weight.abs().max() > 0.99 * bound
        assert abs(weight.mean()) < 5 * bound / math.sqrt(3 * T * T)
        assert weight.std() == pytest.approx(bound / math.sqrt(3), rel=0.05)


@pytest.mark.parametrize("k", [1, 2, 5, 30])
def test_exponential_kernel(k):
    neuron = SlidingPSN(k)
    assert neuron.init == "exponential"
    assert neuron.weight.tolist() == [2.0 ** (i - k + 1) for i in range(k)]
    assert neuron.weight.shape == (k,) and neuron.threshold.shape == () and neuron.threshold.item() == 1.0


def test_uniform_kernel():
    torch.manual_seed(0)
    k = 400
    neuron = SlidingPSN(k, init="uniform")
    weight, bound = neuron.weight.detach(), 1 / math.sqrt(k)
    assert weight.abs().max() <= bound and weight.abs().max() > 0.98 * bound
    assert abs(weight.mean()) < 5 * bound / math.sqrt(3 * k)
    assert weight.std() == pytest.approx(bound / math.sqrt(3), rel=0.1)
    assert weight.shape == (k,) and neuron.threshold.item() == 1.0


# How the family nests


@given(T=st.integers(1, 10), tau=st.one_of(st.none(), taus), decay_input=st.booleans(), shape=trailing, seed=seeds)
def test_a_psn_holding_the_closed_form_is_the_neuron_without_reset(T, tau, decay_input, shape, seed):
    vanilla = IF(reset="none") if tau is None else LIF(tau, decay_input, reset="none")
    psn = PSN(T).double()
    with torch.no_grad():
        psn.weight.copy_(reset_free_weight(T, tau, decay_input))
    x = clear_input(
        lambda x: reference.vanilla(x, tau, decay_input, reset="none")[0] - 1, T, shape, F64, generator(seed)
    )
    assert torch.equal(psn(x), vanilla(x))
    g = torch.randn(x.shape, generator=generator(seed + 1), dtype=F64)
    assert_close(gradients(psn, x, g)[1], gradients(vanilla, x, g)[1], "∂X", tolerance=1e-11)


@given(order=orders(), shape=trailing, seed=seeds)
def test_a_sliding_psn_is_a_banded_masked_psn(order, shape, seed):
    T, k = order
    sliding = randomise(SlidingPSN(k).double(), generator(seed))
    masked = MaskedPSN(T, k, 1.0).double()
    with torch.no_grad():
        dense = sliding.dense_weight(T)
        masked.weight.copy_(torch.where(masked.mask > 0, dense, 7.0))
        masked.threshold.fill_(sliding.threshold)
    for offset in range(-T + 1, T):  # one number per diagonal
        assert len(set(dense.diagonal(offset).tolist())) == 1
    x = clear_input(
        lambda x: reference.sliding(sliding.weight.detach().numpy(), x) - sliding.threshold.item(),
        T,
        shape,
        F64,
        generator(seed + 1),
    )
    assert torch.equal(sliding(x), masked(x))


@given(T=st.integers(1, 8), seed=seeds)
def test_masked_with_k_equal_to_T_is_fully_causal(T, seed):
    neuron = randomise(MaskedPSN(T, T, 1.0).double(), generator(seed))
    assert torch.equal(neuron.masked_weight(), neuron.weight.tril())


@given(order=orders(), shape=trailing, seed=seeds)
def test_lambda_zero_is_a_dense_psn(order, shape, seed):
    T, k = order
    masked = randomise(MaskedPSN(T, k, 0.0).double(), generator(seed))
    psn = PSN(T).double()
    psn.load_state_dict({"weight": masked.weight, "threshold": masked.threshold})
    x, g = torch.randn(2, T, *shape, generator=generator(seed + 1), dtype=F64)
    for got, expected in zip(
        gradients(masked, x, g, (masked.weight, masked.threshold)),
        gradients(psn, x, g, (psn.weight, psn.threshold)),
        strict=True,
    ):
        assert torch.equal(got, expected)


@given(T=st.integers(1, 8), seed=seeds)
def test_order_one_has_no_memory(T, seed):
    x = torch.randn(T, 5, generator=generator(seed), dtype=F64)
    masked = randomise(MaskedPSN(T, 1, 1.0).double(), generator(seed + 1))
    assert_close(masked.record(x).h, masked.weight.diagonal()[:, None] * x, "H of the masked PSN")
    sliding = randomise(SlidingPSN(1).double(), generator(seed + 2))
    assert_close(sliding.record(x).h, sliding.weight * x, "H of the sliding PSN")


def test_a_long_exponential_kernel_is_lif_of_tau_two_up_to_the_factor_tau():
    T = 30
    assert_close(SlidingPSN(T).double().dense_weight(T).detach(), 2 * reset_free_weight(T, 2.0), "W")


# Causality by perturbation


def changed(neuron, x, j, kick):
    """The time-steps at which H, and at which S, of any neuron differ once X[j] is changed."""
    other = x.clone()
    other[j] += kick
    before, after = neuron.record(x), neuron.record(other)
    return tuple(
        {t for t in range(len(x)) if not torch.equal(a[t], b[t])}
        for a, b in ((before.h, after.h), (before.s, after.s))
    )


@given(order=orders(), seed=seeds, kick=st.sampled_from([-50.0, 0.7, 1e6]))
def test_masked_and_sliding_psn_see_the_last_k_inputs_only(order, seed, kick):
    T, k = order
    rng = generator(seed)
    x = torch.randn(T, 6, generator=rng)
    for neuron in (randomise(MaskedPSN(T, k, 1.0), rng), randomise(SlidingPSN(k), rng)):
        for j in range(T):
            h, s = changed(neuron, x, j, kick)
            allowed = set(range(j, min(j + k, T)))
            assert h == allowed, f"{neuron}: changing X[{j}] changed H at {h}"
            assert s <= allowed, f"{neuron}: changing X[{j}] changed S at {s}"


@pytest.mark.parametrize("neuron", [IF, LIF])
@pytest.mark.parametrize("reset", ["hard", "soft", "none"])
def test_vanilla_neurons_never_see_the_future(neuron, reset):
    x = torch.randn(7, 20, generator=generator(4))
    for j in range(7):
        h, s = changed(neuron(reset=reset), x, j, 3.0)
        assert min(h) == j and (not s or min(s) >= j)


def test_spikes_do_change_where_the_kernel_reaches():
    """Positive weights, and a threshold between the charge without and with the kick: S flips exactly there."""
    T, k = 7, 3
    for neuron in (MaskedPSN(T, k, 1.0), SlidingPSN(k)):
        torch.nn.init.ones_(neuron.weight)
        for j in range(T):
            assert changed(neuron, torch.zeros(T, 1), j, 1.0)[1] == set(range(j, min(j + k, T)))


@pytest.mark.parametrize("lambda_", [None, 0.0, 0.5, 0.999])
def test_psn_sees_the_future_and_so_does_a_masked_one_below_lambda_one(lambda_):
    T, k = 5, 2
    neuron = PSN(T) if lambda_ is None else MaskedPSN(T, k, lambda_)
    torch.nn.init.ones_(neuron.weight)
    kick = 1.0 if lambda_ is None else 1 / (1 - lambda_) * 1.01
    for j in range(T):
        assert changed(neuron, torch.zeros(T, 2), j, kick)[1] == set(range(T))
    x = torch.zeros(T, 2, requires_grad=True)
    neuron(x)[0].sum().backward()
    assert (x.grad != 0).all()


# Shapes


@given(shape=trailing, seed=seeds)
def test_trailing_dimensions_are_only_a_layout(shape, seed):
    x = torch.randn(5, *shape, generator=generator(seed), dtype=F64)
    for neuron in (
        IF(),
        LIF(),
        randomise(PSN(5).double(), generator(seed)),
        randomise(MaskedPSN(5, 2, 0.5).double(), generator(seed)),
        randomise(SlidingPSN(3).double(), generator(seed)),
    ):
        spikes = neuron(x)
        assert spikes.shape == x.shape
        assert torch.equal(spikes.flatten(1), neuron(x.flatten(1)))
        assert set(spikes.unique().tolist()) <= {0.0, 1.0}
