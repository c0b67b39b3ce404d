"""The inputs that a reader can name, seed or type."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input

sizes = st.integers(1, 64)


def test_each_pattern_in_numbers():
    for text, numbers in {
        "block 1.5": [0, 1.5, 1.5, 1.5, 1.5, 0, 0, 0],
        "steady -2": [-2] * 8,
        "pulses 4": [0, 4, 0, 0, 0, 4, 0, 0],
        "ramp 7": [0, 1, 2, 3, 4, 5, 6, 7],
        "0.5 1 2": [0.5, 1, 2, 0, 0, 0, 0, 0],
        "1 2 3 4 5 6 7 8 9 10": [1, 2, 3, 4, 5, 6, 7, 8],
    }.items():
        x = parse_input(text, 8)
        assert x.dtype == np.float64 and x.shape == (8,)
        np.testing.assert_allclose(x, numbers, err_msg=text)


def test_a_block_over_32_steps_is_where_the_docstring_says():
    assert np.flatnonzero(parse_input("block 1.5", 32)).tolist() == list(range(4, 22))


@given(sizes)
def test_all_suggestions_are_inputs_of_any_length(T):
    for text in SUGGESTIONS:
        x = parse_input(text, T)
        assert x.shape == (T,) and np.isfinite(x).all()


@given(st.integers(0, 10**9 - 1), sizes)
def test_noise_is_drawn_from_its_seed(seed, T):
    x = parse_input(f"noise {seed}", T)
    np.testing.assert_array_equal(x, parse_input(f"NOISE {seed}", T))
    np.testing.assert_array_equal(x, np.random.default_rng(seed).normal(0.9, 1.5, T))
    # A longer sequence begins with the shorter one, so that T can be moved with the same input.
    np.testing.assert_array_equal(x, parse_input(f"noise {seed}", T + 5)[:T])


def test_seeds_differ():
    drawn = {parse_input(f"noise {seed}", 8).tobytes() for seed in range(50)}
    assert len(drawn) == 50


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=40), st.sampled_from([" ", ",", ", ", "  "]), sizes)
def test_numbers_come_back_with_zeros_after_the_last(numbers, between, T):
    x = parse_input(between.join(map(repr, numbers)), T)
    np.testing.assert_array_equal(x, (numbers + [0.0] * T)[:T])


@pytest.mark.parametrize(
    "text, same", [("BLOCK 2", "block 2"), ("Steady,2", "steady 2"), ("ramp\t2", "ramp 2"), ("1,,2", "1 2")]
)
def test_case_commas_and_space_do_not_matter(text, same):
    np.testing.assert_array_equal(parse_input(text, 9), parse_input(same, 9))


@pytest.mark.parametrize(
    "text, words",
    [
        ("", ["empty"]),
        (" , ", ["empty"]),
        ("blok 2", ["'blok'", "time-step 0", "not a number"]),
        ("1 two 3", ["'two'", "time-step 1"]),
        ("block", ["'block'", "one number"]),
        ("block 1 2", ["'block'", "one number"]),
        ("ramp up", ["'up'", "after 'ramp'"]),
        ("ramp nan", ["NaN", "after 'ramp'"]),
        ("steady 10.5", ["10.5", "±10"]),
        ("steady -inf", ["-inf", "±10"]),
        ("noise", ["'noise'", "one number"]),
        ("noise -1", ["seed", "'-1'"]),
        ("noise 1.5", ["seed", "'1.5'"]),
        ("noise ٣", ["seed"]),
        ("noise 9999999999", ["seed"]),
        ("noise nan", ["seed", "'nan'"]),
        ("0 0 NaN", ["NaN", "time-step 2", "no spike"]),
        ("0 -11", ["-11", "time-step 1", "±10"]),
        ("9" * 10_000, ["±10"]),
        ("x" * 10_000, ["not a number"]),
    ],
)
def test_what_is_no_input_is_refused_with_a_reason(text, words):
    with pytest.raises(ValueError) as caught:
        parse_input(text, 16)
    message = str(caught.value)
    assert message.startswith("input not understood") and "Allowed: block 1.5" in message and len(message) < 300
    for word in words:
        assert word in message
