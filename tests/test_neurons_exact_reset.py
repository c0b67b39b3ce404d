"""Neurons with a reset, computed at once: are the spikes and gradients those of the loop?"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode

from psn_viz.neurons import IF, LIF, ATan, exact_reset
from psn_viz.neurons.exact_reset import (
    charge_given_spikes,
    count_by_maximum,
    count_by_queue,
    fixed_point_rounds,
    fixed_point_spikes,
    gated_scan,
    hard_reset_spikes,
    highest_so_far,
    path_rounds,
    serial_run,
    served_so_far,
    soft_reset_if_spikes,
    spike_path,
    spikes_by_blocks,
    spikes_of_counts,
    successors,
    whole_thresholds,
    wrong_after_rounds,
)
from tests import extent, reference
from tests.strategies import assert_close, dtypes, flat, generator, seeds, trailing

F64 = torch.float64
BETAS = (1.0, 0.99, 0.9, 0.5, 0.1)
LEVELS = (-0.2, 0.1, 0.3, 1.0, 2.5)
betas = st.one_of(st.sampled_from(BETAS), st.floats(0.05, 1.0))
levels = st.sampled_from(LEVELS)
resets = st.sampled_from(["hard", "soft"])
thresholds = st.sampled_from([0.25, 1.0, 2.0])
MARGIN = {torch.float32: 1e-4, F64: 1e-9}


def normal(T: int, shape, level: float, seed: int, dtype=F64) -> torch.Tensor:
    return level + 0.6 * torch.randn(T, *shape, generator=generator(seed), dtype=dtype)


def uniform(T: int, shape, low: float, high: float, seed: int, dtype=F64) -> torch.Tensor:
    return low + (high - low) * torch.rand(T, *shape, generator=generator(seed), dtype=dtype)


def assert_same_spikes(spikes: torch.Tensor, run, v_threshold: float = 1.0, what: str = "") -> None:
    """Equal to those of the loop; after the first H of a neuron at the threshold but for rounding it may part."""
    assert spikes.dtype == run.x.dtype and spikes.shape == run.x.shape
    close = (run.h - v_threshold).abs().flatten(1) <= MARGIN[run.x.dtype]
    clear = close.cumsum(0) == 0
    wrong = (spikes.flatten(1) != run.s.flatten(1)) & clear
    assert not wrong.any(), f"{what}: {int(wrong.sum())} of {wrong.numel()} spikes differ"


# ------------------------------------------------------------------------------------------ the loop itself


@given(T=st.integers(1, 9), shape=trailing, tau=st.floats(1.01, 20), reset=resets, v_threshold=thresholds, seed=seeds)
def test_the_loop_is_that_of_the_paper(T, shape, tau, reset, v_threshold, seed):
    x = normal(T, shape, 0.3, seed)
    run = serial_run(x, 1 - 1 / tau, v_threshold, reset)
    h, s, v = reference.vanilla(flat(x), tau, False, v_threshold, reset=reset)
    for got, expected in zip((run.h, run.s, run.v), (h, s, v), strict=True):
        assert_close(got, torch.from_numpy(expected).reshape(x.shape))
    assert torch.equal(serial_run(x, 1.0, v_threshold, reset).s, IF(v_threshold, reset=reset)(x))


@pytest.mark.parametrize("detach_reset", [False, True])
@pytest.mark.parametrize("reset", ["hard", "soft"])
def test_the_gradients_of_the_loop_are_those_of_the_neuron(reset, detach_reset):
    x, up = normal(12, (5,), 0.3, 0), torch.randn(12, 5, generator=generator(1), dtype=F64)
    one, other = (x.clone().requires_grad_() for _ in range(2))
    lif = LIF(4.0, decay_input=False, reset=reset, detach_reset=detach_reset, surrogate=ATan(3.0))
    expected = torch.autograd.grad(lif(one), one, up)[0]
    run = serial_run(other, 0.75, reset=reset, detach_reset=detach_reset, surrogate=ATan(3.0))
    assert_close(torch.autograd.grad(run.s, other, up)[0], expected)


# ---------------------------------------------------------------------------------------------- hard reset


@given(
    T=st.integers(1, 70), shape=trailing, beta=betas, level=levels, v_threshold=thresholds, dtype=dtypes, seed=seeds,
    block=st.one_of(st.none(), st.integers(1, 80)),
)  # fmt: skip
def test_hard_reset_gives_the_spikes_of_the_loop(T, shape, beta, level, v_threshold, dtype, seed, block):
    x = normal(T, shape, level, seed, dtype)
    run = serial_run(x, beta, v_threshold)
    assert_same_spikes(hard_reset_spikes(x, beta, v_threshold, form="dense"), run, v_threshold, "dense")
    assert_same_spikes(hard_reset_spikes(x, beta, v_threshold, block=block), run, v_threshold, f"block {block}")


@pytest.mark.parametrize("beta", BETAS)
def test_hard_reset_of_long_sequences(beta):
    T, N = (256, 8) if extent.quick else (1024, 20)
    for seed, level in enumerate(LEVELS):
        for dtype in (F64, torch.float32):
            x = normal(T, (N,), level, seed, dtype)
            run = serial_run(x, beta)
            assert_same_spikes(spikes_by_blocks(x, beta), run, what=f"blocks, level {level}, {dtype}")
            few = type(run)(*(part[:, :2] for part in run))
            assert_same_spikes(spike_path(few.x, beta).spikes, few, what=f"dense, level {level}, {dtype}")


def test_a_large_input_does_not_blur_what_follows_it():
    """A spike forgets it, so float32 must know the small numbers after it as well as before."""
    x = torch.tensor([3e7, 0.5, 0.25, 0.125, 0.0625, 0.0625, 0.5, 0.5]).repeat(4)[:, None]
    assert torch.equal(spikes_by_blocks(x, 1.0, block=8), serial_run(x, 1.0).s)
    assert torch.equal(spikes_by_blocks(x, 1.0, block=8).flatten()[:8], torch.tensor([1.0, 0, 0, 0, 0, 1, 0, 1]))


def test_a_worked_example_of_successors():
    x = torch.tensor([0.5, 0.75, 0.25, 0.75, 1.5])[:, None]
    # From the start 0.5, 1.25: step 1. After a spike in step 0: 0.75, 1.0: step 2. After 1: 0.25, 1.0: step 3, ….
    assert successors(x, 1.0).flatten().tolist() == [1, 2, 3, 4, 4, 5]
    path = spike_path(x, 1.0)
    assert path.spikes.flatten().tolist() == [0, 1, 0, 1, 1]
    assert [marked.flatten().int().tolist() for marked in path.rounds] == [
        [0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 1, 0, 1, 1],
    ]


@given(T=st.integers(1, 40), seed=seeds, level=levels)
def test_after_r_rounds_the_first_spikes_of_the_path_are_marked(T, seed, level):
    table = successors(normal(T, (6,), level, seed), 0.9)
    number = torch.zeros(T, 6)  # which spike of its neuron one is
    for n in range(6):
        place, count = int(table[0, n]), 0
        while place < T:
            count += 1
            number[place, n] = count
            place = int(table[place + 1, n])
    rounds = list(path_rounds(table))
    assert len(rounds) == T.bit_length()
    for r, marked in enumerate(rounds, start=1):
        assert torch.equal(marked, (number > 0) & (number <= 2**r - 1))


class LargestTensor(TorchDispatchMode):
    """Notes how many bytes the largest tensor has that an operation gives."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """Run it."""
        out = func(*args, **(kwargs or {}))
        for tensor in out if isinstance(out, tuple | list) else (out,):
            if isinstance(tensor, torch.Tensor):
                self.bytes = max(self.bytes, tensor.untyped_storage().nbytes())
        return out


def test_the_blocks_need_memory_for_a_few_sequences_only():
    """Of 1024 steps of 1024 neurons: no tensor above 10 MB, where the dense form would hold one of 8 GB."""
    T, N = 1024, 4 if extent.quick else 32
    x = normal(T, (N,), 0.3, 0, torch.float32).requires_grad_()
    with LargestTensor() as largest:
        hard_reset_spikes(x, 0.9).sum().backward()
    assert largest.bytes <= 1.2 * T * N * 8
    with LargestTensor() as largest:
        spike_path(x.detach()[:64], 0.9)
    assert largest.bytes >= 64 * 64 * N * 8, "what is counted here"


# ----------------------------------------------------------------------------------------- soft reset, no leak


@given(
    T=st.integers(1, 60), shape=trailing, v_threshold=thresholds, dtype=dtypes, seed=seeds,
    low=st.floats(-3, 0.5), wide=st.sampled_from([0.5, 2.0, 4.0]),
)  # fmt: skip
def test_soft_reset_without_leak_gives_the_spikes_of_the_loop(T, shape, v_threshold, dtype, seed, low, wide):
    for form, x in (
        ("maximum", uniform(T, shape, min(low, 0.9) * v_threshold, v_threshold, seed, dtype).clamp(max=v_threshold)),
        ("queue", uniform(T, shape, 0.0, wide * v_threshold, seed, dtype)),
    ):
        run = serial_run(x, 1.0, v_threshold, "soft")
        assert_same_spikes(soft_reset_if_spikes(x, v_threshold, form), run, v_threshold, form)


def test_soft_reset_without_leak_over_long_sequences():
    T, N = (256, 20) if extent.quick else (1024, 200)
    for form, low, high in (("maximum", -1.2, 1), ("maximum", -0.9, 1), ("queue", 0, 0.8), ("queue", 0, 2.2)):
        x = uniform(T, (N,), low, high, 3)
        run = serial_run(x, 1.0, reset="soft")
        assert_same_spikes(soft_reset_if_spikes(x, form=form), run, what=f"{form} from {low} to {high}")
        assert run.s.any() and not run.s.all()


def test_counts_by_hand():
    x = torch.tensor([0.5, 0.75, -2.0, 1.0, 1.0, 0.75])[:, None]
    assert count_by_maximum(x).flatten().tolist() == [0, 1, 1, 1, 1, 2]
    x = torch.tensor([3.5, 0.0, 0.0, 0.0, 0.25, 0.25])[:, None]
    assert count_by_queue(x).flatten().tolist() == [1, 2, 3, 3, 3, 4]


def test_outside_of_its_range_each_count_would_be_wrong_and_refuses():
    for count, x, message in (
        (count_by_maximum, [2.0, 0.5], r"x must be at most v_threshold = 1 everywhere, got 2: two whole thresholds"),
        (count_by_queue, [0.5, -0.25], r"x must be at least 0 everywhere, got -0.25: a queue takes in work"),
        (count_by_maximum, [0.5, float("nan")], "got nan"),
        (count_by_queue, [0.5, float("nan")], "got nan"),
    ):
        with pytest.raises(ValueError, match=message):
            count(torch.tensor(x)[:, None])
    with pytest.raises(ValueError, match="form must be one of 'maximum', 'queue', got 'min'"):
        soft_reset_if_spikes(torch.zeros(2, 1), form="min")
    # At the edges both hold.
    x = torch.tensor([1.0, 0.0, 1.0])[:, None]
    assert torch.equal(count_by_maximum(x), count_by_queue(x))


# ------------------------------------------------------------------------------------------------ any, by rounds


@given(
    T=st.integers(1, 50), shape=trailing, beta=betas, level=levels, reset=resets, v_threshold=thresholds,
    dtype=dtypes, seed=seeds,
)  # fmt: skip
def test_rounds_end_at_the_spikes_of_the_loop(T, shape, beta, level, reset, v_threshold, dtype, seed):
    x = normal(T, shape, level, seed, dtype)
    run = serial_run(x, beta, v_threshold, reset)
    assert_same_spikes(fixed_point_spikes(x, beta, v_threshold, reset), run, v_threshold, reset)
    rounds = list(fixed_point_rounds(x, beta, v_threshold, reset))
    assert len(rounds) <= T
    for k, spikes in enumerate(rounds, start=1):  # after k rounds the first k steps are right
        first = type(run)(*(part[:k] for part in run))
        assert_same_spikes(spikes[:k], first, v_threshold, f"round {k}")


def test_the_first_round_has_no_reset_and_a_number_of_rounds_can_be_asked_for():
    x = normal(40, (30,), 0.3, 2)
    for reset in ("hard", "soft"):
        rounds = list(fixed_point_rounds(x, 0.9, reset=reset))
        assert torch.equal(rounds[0], LIF(10.0, decay_input=False, reset="none")(x))
        assert torch.equal(fixed_point_spikes(x, 0.9, reset=reset, rounds=2), rounds[1])
        assert torch.equal(fixed_point_spikes(x, 0.9, reset=reset, rounds=1000), rounds[-1])
        assert torch.equal(rounds[-1], rounds[-2]), "the last round changes nothing"


def test_wrong_entries_are_counted_against_the_loop():
    x = normal(60, (50,), 0.1, 4)
    for reset in ("hard", "soft"):
        loop = serial_run(x, 0.9, reset=reset).s
        wrong = wrong_after_rounds(x, 0.9, reset=reset)
        assert wrong == [int((s != loop).sum()) for s in fixed_point_rounds(x, 0.9, reset=reset)]
        assert wrong[0] > 0.1 * x.numel() and wrong[-1] == 0
    assert wrong_after_rounds(x, 0.9, reset="hard")[3] < wrong_after_rounds(x, 0.9, reset="soft")[3]


@given(T=st.integers(1, 40), shape=trailing, seed=seeds)
def test_a_gated_scan_is_its_recurrence(T, shape, seed):
    gates, inputs = torch.randn(2, T, *shape, generator=generator(seed), dtype=F64)
    y, expected = torch.zeros_like(inputs[0]), []
    for a, b in zip(gates, inputs, strict=True):
        y = a * y + b
        expected.append(y)
    assert_close(gated_scan(gates, inputs), torch.stack(expected), "scan", tolerance=1e-11)


@given(T=st.integers(1, 40), beta=betas, reset=resets, v_threshold=thresholds, seed=seeds)
def test_the_charge_follows_from_the_spikes(T, beta, reset, v_threshold, seed):
    run = serial_run(normal(T, (5,), 0.3, seed), beta, v_threshold, reset)
    assert_close(charge_given_spikes(run.x, run.s, beta, v_threshold, reset), run.h, "H", tolerance=1e-11)


# --------------------------------------------------------------------------------------------------- gradients


def all_forms(x: torch.Tensor, beta: float, v_threshold: float, reset: str, **settings) -> dict[str, torch.Tensor]:
    rounds = {"rounds": fixed_point_spikes(x, beta, v_threshold, reset, **settings)}
    if reset == "soft":
        return rounds
    return rounds | {form: hard_reset_spikes(x, beta, v_threshold, form, **settings) for form in ("dense", "blocks")}


@given(
    T=st.integers(1, 60), shape=trailing, beta=betas, level=levels, reset=resets, v_threshold=thresholds,
    detach_reset=st.booleans(), alpha=st.floats(0.5, 4), seed=seeds,
)  # fmt: skip
def test_gradients_are_those_of_the_loop(T, shape, beta, level, reset, v_threshold, detach_reset, alpha, seed):
    x = normal(T, shape, level, seed).requires_grad_()
    settings = {"detach_reset": detach_reset, "surrogate": ATan(alpha)}
    up = torch.randn(x.shape, generator=generator(seed + 1), dtype=F64)
    run = serial_run(x, beta, v_threshold, reset, **settings)
    expected = torch.autograd.grad(run.s, x, up)[0]
    for form, spikes in all_forms(x, beta, v_threshold, reset, **settings).items():
        got = torch.autograd.grad(spikes, x, up)[0]
        assert_close(got, expected, f"gradient of {form}", tolerance=1e-9)


@pytest.mark.parametrize("form", ["maximum", "queue"])
def test_gradients_of_the_counts_are_those_of_the_loop(form):
    x, up = uniform(50, (8,), 0, 1, 5).requires_grad_(), torch.randn(50, 8, generator=generator(6), dtype=F64)
    expected = torch.autograd.grad(serial_run(x, 1.0, reset="soft").s, x, up)[0]
    assert_close(torch.autograd.grad(soft_reset_if_spikes(x, form=form), x, up)[0], expected, tolerance=1e-9)


def test_gradients_of_a_long_sequence():
    x = normal(1024, (4,), 0.3, 7).requires_grad_()
    up = torch.randn(x.shape, generator=generator(8), dtype=F64)
    for beta in (1.0, 0.9):
        expected = torch.autograd.grad(serial_run(x, beta).s, x, up)[0]
        assert_close(torch.autograd.grad(hard_reset_spikes(x, beta), x, up)[0], expected, tolerance=1e-6)


@pytest.mark.filterwarnings("ignore:There is a performance drop")  # of vmap
@pytest.mark.parametrize("form", ["dense", "blocks", "maximum", "rounds"])
def test_other_ways_to_differentiate_are_refused_or_right(form):
    """The derivative of a forward mode would silently be 0; of the loop it is known."""
    spikes = {
        "dense": lambda x: hard_reset_spikes(x, 0.9, form="dense"),
        "blocks": lambda x: hard_reset_spikes(x, 0.9),
        "maximum": soft_reset_if_spikes,
        "rounds": lambda x: fixed_point_spikes(x, 0.9),
    }[form]
    x = uniform(9, (3,), 0, 1, 3)
    for ask in (
        lambda f: torch.func.grad(lambda x: f(x).sum())(x),
        lambda f: torch.func.jvp(f, (x,), (torch.ones_like(x),)),
    ):
        with pytest.raises(ValueError, match=r"x must be differentiated by backward\(\) or torch\.autograd\.grad: "):
            ask(spikes)
        ask(lambda x: serial_run(x, 0.9).s)
    if form == "blocks":  # nothing is to be differentiated: it runs
        by_vmap = torch.func.vmap(lambda each: spikes(each[:, None])[:, 0], in_dims=1, out_dims=1)(x)
        assert torch.equal(by_vmap, spikes(x))


def test_without_gradients_there_is_no_graph():
    x = normal(9, (2,), 0.3, 1)
    assert not hard_reset_spikes(x, 0.9).requires_grad
    with torch.no_grad():
        assert not hard_reset_spikes(x.requires_grad_(), 0.9).requires_grad


# ------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "call",
    [serial_run, hard_reset_spikes, fixed_point_spikes, fixed_point_rounds, spike_path, successors, spikes_by_blocks],
)
def test_what_cannot_be_computed_is_refused_at_once(call):
    x = torch.zeros(3, 2)
    for args, error, message in (
        ((x, 0), ValueError, "beta must be a number > 0 and ≤ 1, got 0"),
        ((x, 1.5), ValueError, "beta must be a number > 0 and ≤ 1, got 1.5"),
        ((x, 0.5, 0.0), ValueError, "v_threshold must be a finite number > 0, got 0.0"),
        ((x.long(), 0.5), TypeError, "x must have a floating dtype, got torch.int64"),
        ((x[0], 0.5), ValueError, r"x must be \[T, N, …\] with time first"),
        ((x[:0], 0.5), ValueError, "x must have at least one time-step"),
        (([0.0], 0.5), TypeError, "x must be a torch.Tensor, got list"),
    ):
        with pytest.raises(error, match=message):
            call(*args)


def test_what_else_is_refused():
    x = torch.zeros(3, 2)
    for call, error, message in (
        (lambda: hard_reset_spikes(x, 0.5, form="fast"), ValueError, "form must be one of 'blocks', 'dense'"),
        (lambda: hard_reset_spikes(x, 0.5, block=0), ValueError, "block must be an integer ≥ 1, got 0"),
        (
            lambda: hard_reset_spikes(x, 0.5, form="dense", block=4),
            ValueError,
            "block must be None with form 'dense'",
        ),
        (lambda: fixed_point_spikes(x, 0.5, reset="none"), ValueError, "reset must be one of 'hard', 'soft'"),
        (lambda: fixed_point_spikes(x, 0.5, rounds=0), ValueError, "rounds must be an integer ≥ 1, got 0"),
        (lambda: hard_reset_spikes(x, 0.5, surrogate=torch.sigmoid), TypeError, "surrogate must be an ATan"),
        (lambda: hard_reset_spikes(x, 0.5, detach_reset=1), TypeError, "detach_reset must be True or False, got 1"),
    ):
        with pytest.raises(error, match=message):
            call()


ON_X = {
    "serial_run": lambda x, v: serial_run(x, 1.0, v),
    "hard_reset_spikes": lambda x, v: hard_reset_spikes(x, 1.0, v),
    "soft_reset_if_spikes": soft_reset_if_spikes,
    "fixed_point_rounds": lambda x, v: fixed_point_rounds(x, 1.0, v),
    "wrong_after_rounds": lambda x, v: wrong_after_rounds(x, 1.0, v),
    "count_by_maximum": count_by_maximum,
    "count_by_queue": count_by_queue,
    "whole_thresholds": whole_thresholds,
    "charge_given_spikes": lambda x, v: charge_given_spikes(x, x, 1.0, v, "soft"),
}
ON_ANOTHER = {
    "arrived": (highest_so_far, served_so_far),
    "count": (spikes_of_counts,),
    "inputs": (lambda x: gated_scan(x, x),),
}


@pytest.mark.parametrize("call", ON_X.values(), ids=ON_X)
def test_every_part_refuses_what_the_loop_refuses(call):
    x = torch.zeros(3, 2)
    for args, error, message in (
        ((None, 1.0), TypeError, "x must be a torch.Tensor, got NoneType"),
        ((x.int(), 1.0), TypeError, r"x must have a floating dtype, got torch\.int32"),
        ((x.to(torch.complex64), 1.0), TypeError, r"x must have a floating dtype, got torch\.complex64"),
        ((x[0], 1.0), ValueError, r"x must be \[T, N, …\] with time first, got shape \[2\]"),
        ((x[:0], 1.0), ValueError, "x must have at least one time-step"),
        ((x, 0), ValueError, "v_threshold must be a finite number > 0, got 0"),
        ((x, True), TypeError, "v_threshold must be a finite number > 0, got True"),
        ((x, torch.tensor(1.0)), TypeError, "v_threshold must be a finite number > 0, got tensor"),
        # In float32 these are 0 and infinity: nothing below such a threshold, or NaN = ∞·0 after every step.
        ((x, 1e-300), ValueError, r"v_threshold must stay above 0 and finite in torch\.float32, .* got 1e-300"),
        (
            (x.half(), 1e300),
            ValueError,
            r"v_threshold must stay above 0 and finite in torch\.float32, .* got 1e\+300",
        ),
    ):
        with pytest.raises(error, match=message):
            call(*args)
    call(x.double(), 1e-300)
    with pytest.raises(ValueError, match=r"beta must stay above 0 and finite in torch\.float32, .* got 1e-300"):
        serial_run(x, 1e-300)


@pytest.mark.parametrize("name", ON_ANOTHER)
def test_the_parts_that_take_no_x_say_what_they_take(name):
    for call in ON_ANOTHER[name]:
        with pytest.raises(TypeError, match=f"{name} must be a torch.Tensor, got list"):
            call([1.0])
        with pytest.raises(TypeError, match=rf"{name} must have a floating dtype, got torch\.bool"):
            call(torch.ones(3, 2, dtype=torch.bool))
        with pytest.raises(ValueError, match=rf"{name} must be \[T, N, …\] with time first, got shape \[3\]"):
            call(torch.ones(3))


@pytest.mark.parametrize("shape", [(1, 2), (3, 1), (4, 2), (3, 2, 1)])
def test_what_belongs_together_has_one_shape_and_dtype(shape):
    """Torch would stretch one of two entries over the other, or over none."""
    x, other = torch.ones(3, 2), torch.ones(shape)
    with pytest.raises(
        ValueError, match=r"gates must have shape \[3, 2\] and dtype torch\.float32, as inputs has, got"
    ):
        gated_scan(other, x)
    with pytest.raises(ValueError, match=r"spikes must have shape \[3, 2\] and dtype torch\.float32, as x has, got"):
        charge_given_spikes(x, other, 0.5, 1.0, "hard")
    with pytest.raises(ValueError, match=r"as x has, got \[3, 2\] and torch\.float64"):
        charge_given_spikes(x, x.double(), 0.5, 1.0, "hard")
    with pytest.raises(ValueError, match="reset must be one of 'hard', 'soft', got 'none'"):
        charge_given_spikes(x, x, 0.5, 1.0, "none")


def test_a_table_of_successors_leads_ahead():
    table = torch.tensor([1, 1, 2, 3])[:, None]
    for wrong, error, message in (
        (None, TypeError, r"table must be a tensor of torch\.int64, as successors\(\) gives it, got NoneType"),
        (table.float(), TypeError, r"as successors\(\) gives it, got torch\.float32"),
        (table[:, 0], ValueError, r"table must be \[T \+ 1, N, …\] with at least one time-step, got shape \[4\]"),
        (table[:1], ValueError, r"got shape \[1, 1\]"),
        (table - 1, ValueError, "table must name in row s \\+ 1 a step from s \\+ 1 to T = 3"),
        (table + 1, ValueError, "table must name in row s \\+ 1 a step from s \\+ 1 to T = 3"),
    ):
        with pytest.raises(error, match=message):
            path_rounds(wrong)


def test_without_numbers_there_is_nothing_to_decide_on():
    x = torch.zeros(3, 2, device="meta")
    for call in (
        lambda: spike_path(x, 0.5),
        lambda: hard_reset_spikes(x, 0.5, form="dense"),
        lambda: count_by_maximum(x),
        lambda: count_by_queue(x),
        lambda: fixed_point_spikes(x, 0.5),
        lambda: wrong_after_rounds(x, 0.5),
    ):
        with pytest.raises(ValueError, match="x must hold numbers, got a tensor on the meta device, which has none"):
            call()
    assert hard_reset_spikes(x, 0.5).device.type == "meta"


def test_the_loop_looks_at_its_settings():
    x = torch.zeros(3, 2)
    with pytest.raises(TypeError, match="detach_reset must be True or False, got 'no'"):
        serial_run(x, 0.5, detach_reset="no")
    with pytest.raises(TypeError, match="surrogate must be callable on H − B, such as ATan\\(\\), got None"):
        serial_run(x, 0.5, surrogate=None)


def test_a_block_is_as_long_as_the_sequence_at_most():
    x = normal(6, (3,), 0.3, 0)
    assert torch.equal(spikes_by_blocks(x, 0.9, block=10**12), serial_run(x, 0.9).s)


@pytest.mark.parametrize("v_threshold", [0.1, 0.3, 0.7, 0.9, 1.1, 1 / 3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_an_input_at_a_threshold_that_the_dtype_rounds(v_threshold, dtype):
    """0.7 is above float32(0.7): the loop compares with the latter, so every form has to."""
    x = torch.full((1, 1), v_threshold, dtype=dtype)
    x = torch.cat((x, torch.zeros_like(x)))
    for reset, forms in (
        ("hard", {form: hard_reset_spikes(x, 1.0, v_threshold, form) for form in ("dense", "blocks")}),
        (
            "soft",
            {
                form: soft_reset_if_spikes(x, v_threshold, form)
                for form in ("maximum", "queue")
                if form == "queue" or float(x[0]) <= v_threshold
            },
        ),
    ):
        loop = serial_run(x.float(), 1.0, v_threshold, reset).s
        for form, spikes in forms.items():
            assert spikes.flatten().tolist() == loop.flatten().tolist(), form


@given(T=st.integers(1, 30), v_threshold=st.floats(0.05, 3), form=st.sampled_from(["maximum", "queue"]))
def test_rounding_takes_no_two_out_at_once(T, v_threshold, form):
    """4·0.7/0.7 is 4 in float64 and 3·0.7/0.7 below 3: at such a tie a spike may come late, none is 2."""
    for number in (v_threshold, 0.7):
        spikes = soft_reset_if_spikes(torch.full((T, 1), number, dtype=F64), number, form)
        assert set(spikes.unique().tolist()) <= {0.0, 1.0} and spikes.sum() >= T - 1


@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_infinite_inputs_end_as_in_the_loop(beta):
    """After a spike of an infinite H the V of the loop is ∞·0, no number, and never fires again."""
    inf = float("inf")
    for values in ([0.5, inf, 0.5, 0.7, 2.0, 0.5], [inf, 2.0, 2.0], [2.0, -inf, 5.0, inf, 3.0], [float("nan"), 2.0]):
        x = torch.tensor(values)[:, None]
        for block in (1, 2, 3, None):
            assert torch.equal(hard_reset_spikes(x, beta, block=block), serial_run(x, beta).s), (values, block)
        assert torch.equal(hard_reset_spikes(x, beta, form="dense"), serial_run(x, beta).s)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_short_dtypes_are_computed_in_float32(dtype):
    x = normal(30, (5,), 0.3, 9).to(dtype)
    for spikes in (hard_reset_spikes(x, 0.9), hard_reset_spikes(x, 0.9, form="dense")):
        assert spikes.dtype == dtype
        assert_same_spikes(spikes.float(), serial_run(x.float(), 0.9))


def test_the_names_of_the_package():
    assert all(callable(getattr(exact_reset, name)) for name in exact_reset.__all__)
