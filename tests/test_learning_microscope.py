"""Measures of a weight matrix, on matrices whose answer is known."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.learning import effective_rank, future_share, measures, nearest_leak, nearest_toeplitz, smooth_random
from psn_viz.neurons import SlidingPSN, reset_free_weight
from tests.strategies import generator

MEASURES = (nearest_toeplitz, nearest_leak, effective_rank, future_share, measures)
sizes = st.integers(1, 20)
seeds = st.integers(0, 2**16)


def random(T: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(T, T, generator=generator(seed), dtype=torch.float64)


# ------------------------------------------------------------------------------------------ Toeplitz


@given(sizes, st.integers(1, 20), seeds)
def test_one_kernel_for_all_steps_is_no_distance_from_toeplitz(T, k, seed):
    neuron = SlidingPSN(k).double()
    with torch.no_grad():
        neuron.weight.copy_(random(k, seed)[0])
    W = neuron.dense_weight(T)
    near = nearest_toeplitz(W)
    assert near.distance < 1e-12 and torch.allclose(near.weight, W.detach(), atol=1e-12)


def test_each_diagonal_becomes_its_mean():
    W = torch.tensor([[1.0, 5.0, 9.0], [2.0, 3.0, 7.0], [8.0, 4.0, 2.0]])
    wanted = torch.tensor([[2.0, 6.0, 9.0], [3.0, 2.0, 6.0], [8.0, 3.0, 2.0]], dtype=torch.float64)
    near = nearest_toeplitz(W)
    assert torch.equal(near.weight, wanted)
    assert near.distance == pytest.approx(math.sqrt((1 + 1 + 1 + 1 + 1 + 1) / W.square().sum().item()))


@given(st.integers(2, 12), seeds)
def test_no_other_toeplitz_matrix_is_nearer(T, seed):
    W = random(T, seed)
    near = nearest_toeplitz(W)
    nudge = random(T, seed + 1)[0]
    for n, by in enumerate(nudge):
        other = near.weight + by * torch.ones(T - n, dtype=torch.float64).diag(n)
        assert (W - other).norm() / W.norm() > near.distance


def test_random_matrices_are_as_far_as_the_docstring_says():
    T, distances = 28, [nearest_toeplitz(random(28, seed)).distance for seed in range(40)]
    assert np.mean(distances) == pytest.approx(math.sqrt(1 - (2 * T - 1) / T**2), abs=0.003)
    assert round(np.mean(distances), 2) == 0.96
    assert np.mean([nearest_leak(random(28, seed)).distance for seed in range(40)]) > 0.99
    assert np.mean([future_share(random(28, seed)) for seed in range(40)]) == pytest.approx(27 / 56, abs=0.01)


# ---------------------------------------------------------------------------------------------- leak


@given(
    st.integers(2, 20),
    st.one_of(st.just(1.0), st.floats(1.01, 50)),
    st.floats(0.01, 9),
    st.sampled_from([-1, 1]),
    st.booleans(),
)
def test_a_leak_is_found_again_whatever_its_scale(T, tau, scale, sign, decay_input):
    W = sign * scale * reset_free_weight(T, tau, decay_input)
    leak = nearest_leak(W)
    assert leak.distance < 1e-7 and torch.allclose(leak.weight, W, atol=1e-7 * scale)
    assert 1 / leak.tau == pytest.approx(1 / tau, abs=1e-7)
    assert leak.scale == pytest.approx(sign * scale / (tau if decay_input else 1), rel=1e-6)


def test_no_leak_at_all_is_an_if():
    leak = nearest_leak(3 * reset_free_weight(6, None))
    assert leak.tau == math.inf and leak.scale == pytest.approx(3) and leak.distance < 1e-12


@given(st.integers(2, 12), seeds, st.floats(0, 1), st.floats(-3, 3))
def test_no_other_leak_is_nearer(T, seed, beta, scale):
    W = random(T, seed)
    leak = nearest_leak(W)
    lag = torch.arange(T)[:, None] - torch.arange(T)
    other = scale * torch.where(lag >= 0, torch.tensor(beta, dtype=torch.float64) ** lag.clamp(min=0), 0.0)
    assert (W - other).norm() / W.norm() >= leak.distance - 1e-12
    assert torch.equal(leak.weight, leak.weight.tril())
    assert leak.distance == pytest.approx(float((W - leak.weight).norm() / W.norm()))


@given(st.integers(1, 12), seeds)
def test_a_leak_is_a_toeplitz_matrix_and_never_nearer(T, seed):
    found = measures(random(T, seed))
    assert 0 <= found.toeplitz <= found.leak <= 1


def test_what_lies_in_the_future_alone_is_as_far_from_a_leak_as_can_be():
    leak = nearest_leak(torch.ones(5, 5).triu(1))
    assert leak.distance == 1 and leak.scale == 0 and torch.equal(leak.weight, torch.zeros(5, 5).double())


# -------------------------------------------------------------------------------------- rank, future


@given(st.integers(1, 12), seeds)
def test_effective_rank_of_what_is_known(T, seed):
    Q, _ = torch.linalg.qr(random(T, seed))
    assert effective_rank(7 * Q) == pytest.approx(T)
    assert effective_rank(torch.outer(Q[0], Q[:, 0]) + 0.0) == pytest.approx(1, abs=1e-6)
    for rank in range(1, T + 1):
        assert effective_rank(Q[:, :rank] @ Q[:, :rank].T) == pytest.approx(rank, rel=1e-6)


def test_effective_rank_is_the_exponential_of_an_entropy():
    share = np.array([0.5, 0.3, 0.2])
    assert effective_rank(torch.diag(torch.tensor(4 * share))) == pytest.approx(
        math.exp(-(share * np.log(share)).sum())
    )
    assert effective_rank(torch.ones(2, 5)) == pytest.approx(1, abs=1e-6)


def test_the_share_on_the_future_counts_squares_above_the_diagonal():
    assert future_share(torch.tensor([[1.0, 2.0], [3.0, -1.0]])) == pytest.approx(4 / 15)
    assert future_share(torch.ones(4, 4)) == pytest.approx(6 / 16)
    assert future_share(torch.ones(4, 4).tril()) == 0 and future_share(torch.ones(4, 4).triu(1)) == 1


@given(st.integers(2, 12), seeds, st.floats(0.01, 100))
def test_no_measure_depends_on_scale_or_precision(T, seed, scale):
    W = random(T, seed).float()
    assert measures(W) == pytest.approx(measures(-scale * W.double()), rel=1e-6, abs=1e-6)
    assert measures(W) == (nearest_toeplitz(W).distance, nearest_leak(W).distance, effective_rank(W), future_share(W))


# --------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("measure", MEASURES)
def test_what_is_no_matrix_is_refused(measure):
    for wrong, kind, words in (
        ([[1.0]], TypeError, ["weight", "list"]),
        (torch.ones(2, 2, dtype=torch.int64), TypeError, ["weight", "int64"]),
        (torch.ones(3), ValueError, ["weight", "[3]"]),
        (torch.ones(2, 2, 2), ValueError, ["weight", "[2, 2, 2]"]),
        (torch.ones(0, 0), ValueError, ["weight", "[0, 0]"]),
        (torch.full((2, 2), math.nan), ValueError, ["weight", "finite"]),
        (torch.full((2, 2), math.inf), ValueError, ["weight", "finite"]),
        (torch.zeros(2, 2), ValueError, ["weight", "not 0"]),
    ):
        with pytest.raises(kind) as caught:
            measure(wrong)
        assert all(word in str(caught.value) for word in words)
    if measure is not effective_rank:
        with pytest.raises(ValueError, match=r"\[T, T\], got shape \[2, 3\]"):
            measure(torch.ones(2, 3))


def test_gradients_and_the_argument_are_left_alone():
    W = torch.nn.Parameter(random(4))
    before = W.detach().clone()
    for measure in MEASURES:
        measure(W)
    assert torch.equal(W.detach(), before) and W.grad is None and not nearest_leak(W).weight.requires_grad


# ---------------------------------------------------------------------------------- a random W, as smooth


def autoregressive(T: int, rho: float, size: float, seed: int) -> torch.Tensor:
    """Each row an AR(1) process along the columns."""
    e = random(T, seed)
    z = [e[:, 0]]
    for i in range(1, T):
        z.append(rho * z[-1] + math.sqrt(1 - rho**2) * e[:, i])
    return size * torch.stack(z, 1)


def neighbour_cosine(W: torch.Tensor) -> float:
    return float(torch.nn.functional.cosine_similarity(W[:, 1:], W[:, :-1], dim=0).mean())


@pytest.mark.parametrize("rho, size", [(0.8, 1.0), (0.3, 0.2), (-0.5, 3.0)])
def test_a_random_w_has_the_smoothness_and_the_length_of_the_change(rho, size):
    T = 40
    start = (2 * torch.rand(T, T, generator=generator(1), dtype=torch.float64) - 1) / math.sqrt(T)
    weight = start + autoregressive(T, rho, size, seed=2)
    drawn = [smooth_random(weight, start, seed=seed) for seed in range(6)]
    assert all(W.shape == (T, T) and W.dtype == torch.float64 for W in drawn)
    lengths, cosines = [float(W.norm()) for W in drawn], [neighbour_cosine(W) for W in drawn]
    assert np.mean(lengths) == pytest.approx(float(weight.norm()), rel=0.05)
    assert np.mean(cosines) == pytest.approx(neighbour_cosine(weight), abs=0.05)
    # Nothing but smoothness: two of them, and each and its model, have no entries in common.
    flat = [W.flatten() for W in (*drawn, weight)]
    alike = [float(torch.corrcoef(torch.stack((a, b)))[0, 1]) for n, a in enumerate(flat) for b in flat[:n]]
    assert abs(np.mean(alike)) < 0.05 and max(map(abs, alike)) < 0.3


def test_a_random_w_follows_its_seed_alone():
    start, weight = random(5, 1), random(5, 2)
    before = torch.get_rng_state()
    in_float32 = smooth_random(weight.float(), start.float(), seed=3)
    assert torch.allclose(smooth_random(weight, start, seed=3), in_float32, atol=1e-5)
    assert torch.equal(smooth_random(weight, start), smooth_random(weight, start, seed=0))
    assert not torch.allclose(smooth_random(weight, start, seed=3), smooth_random(weight, start, seed=4))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_random_w_needs_a_start_and_a_change():
    W = random(4)
    still = W.clone()
    still[:, 2] = 0
    for weight, start, words in (
        (W, random(5), ["weight and start", "[4, 4]", "[5, 5]"]),
        (torch.ones(1, 1), 2 * torch.ones(1, 1), ["T ≥ 2", "[1, 1]"]),
        (W, W, ["weight must differ from start"]),
        (
            torch.cat((W[:, :3], torch.zeros(4, 1)), 1),
            torch.cat((0 * W[:, :3] + 1, torch.zeros(4, 1)), 1),
            ["column"],
        ),
        (torch.ones(2, 3), W, ["weight", "[2, 3]"]),
    ):
        with pytest.raises(ValueError) as caught:
            smooth_random(weight, start)
        assert all(word in str(caught.value) for word in words)
    with pytest.raises(TypeError, match="list"):
        smooth_random(W, [1.0])
    with pytest.raises(ValueError, match="seed"):
        smooth_random(W, random(4, 1), seed=-1)
