"""Numbers as people write them: never silently another one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.ablation.cut_control import parse_cut
from psn_viz.labs.core.inputs import parse_input
from psn_viz.labs.sliding_psn.kernel_control import parse_kernel, with_k
from psn_viz.read_numbers import number_words, read_number

LISTS = {
    "1, 0.5, -2": [1, 0.5, -2],
    "1 2 3": [1, 2, 3],
    "1; 2;3": [1, 2, 3],
    "1, 2, 3": [1, 2, 3],
    "1 , 2 ,3": [1, 2, 3],
    "0,5 1,5 2": [0.5, 1.5, 2],
    "0,5; 1,5": [0.5, 1.5],
    "-0,5\t+1,5 1": [-0.5, 1.5, 1],
    "0.5,1.5,2": [0.5, 1.5, 2],
    "1,-1": [1, -1],
    "1,.5": [1, 0.5],
    "0.5 −1 1": [0.5, -1, 1],
    "(−1, 1)": [-1, 1],
    "[1; 0,5]": [1, 0.5],
    "1e-3 2,5e-3": [0.001, 0.0025],
}
UNCLEAR = ["0,5", "1,2", "1,2 3,4", "0,1 0,1", "0,5,1", "1,0,1", "1, 0,5", "0,5, 1,5", "0.5 1,5"]
UNCLEAR += ["1,5 0,1,2", "1,000", "(0,5)"]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_is_what_its_writer_means(text):
    assert [float(word) for word in number_words(text)] == LISTS[text]
    np.testing.assert_array_equal(parse_input(text, len(LISTS[text])), LISTS[text])
    if max(map(abs, LISTS[text])) <= 1.5:
        np.testing.assert_array_equal(parse_kernel(text), LISTS[text])
        np.testing.assert_array_equal(parse_kernel(with_k(text, 9))[-len(LISTS[text]) :], LISTS[text])


@pytest.mark.parametrize("text", UNCLEAR)
@pytest.mark.parametrize("read", [number_words, lambda text: parse_input(text, 8), parse_kernel])
def test_a_comma_that_could_be_two_things_is_refused_with_both(read, text):
    with pytest.raises(ValueError, match=r"may stand inside a number or between two: write .+ or .+") as caught:
        read(text)
    assert len(str(caught.value)) < 300


def test_both_readings_are_named_as_one_would_write_them():
    for text, one, other in (("0,5", "0.5", "0 5"), ("1,0,1", "1.0,1", "1 0 1"), ("1, 0,5", "0.5", "0 5")):
        with pytest.raises(ValueError) as caught:
            number_words(text)
        assert f"write {one} or {other}, with points" in str(caught.value)


@given(st.lists(st.floats(-1.5, 1.5).map(lambda value: round(value, 3)), min_size=2, max_size=9))
def test_a_list_of_a_german_and_of_a_british_reader_is_the_same_or_refused(values):
    british = " ".join(f"{value:g}" for value in values)
    german = british.replace(".", ",").replace("-", "−")
    assert [float(word) for word in number_words(british)] == [float(f"{value:g}") for value in values]
    if all("," in word for word in german.split()):
        with pytest.raises(ValueError, match="may stand inside a number or between two"):
            number_words(german)
    else:
        assert [float(word) for word in number_words(german)] == [float(word) for word in number_words(british)]


@pytest.mark.parametrize(
    "text, number",
    [
        ("0,5", 0.5), ("82,5", 82.5), ("82,5 %", 82.5), ("82.5%", 82.5), ("−1,25", -1.25), ("0,125", 0.125),
        ("1.000", 1.0), ("12,34567", 12.34567), ("1,000.5", 1000.5), ("1,000,000", 1e6), ("+3", 3.0), (" 7 ", 7.0),
        ("1e-3", 0.001), ("1,5e3", 1500.0),
    ],
)  # fmt: skip
def test_one_number(text, number):
    assert read_number(text, "%") == number


@pytest.mark.parametrize(
    "text, words",
    [
        ("1,000", ["'1,000'", "1000 or 1.000", "without the comma"]),
        ("−12,345", ["-12345 or -12.345"]),
        ("1.000,5", ["'1.000,5' is not a number"]),
        ("1,2,3", ["not a number"]),
        (",5", ["not a number"]),
        ("1 000", ["not a number"]),
        ("1_000", ["not a number"]),
        ("eight", ["'eight' is not a number"]),
        ("", ["'' is not a number"]),
        ("x" * 5000, ["not a number"]),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(text, words):
    with pytest.raises(ValueError) as caught:
        read_number(text)
    assert len(str(caught.value)) < 150
    for word in words:
        assert word in str(caught.value)


def test_nan_is_read_as_such_and_left_to_who_asked():
    assert math.isnan(read_number("nan")) and read_number("−inf") == -math.inf


def test_patterns_and_cuts_and_codes_take_the_same_numbers():
    np.testing.assert_array_equal(parse_input("ramp 1,5", 8), parse_input("ramp 1.5", 8))
    np.testing.assert_array_equal(parse_input("steady −2", 8), parse_input("steady -2", 8))
    with pytest.raises(ValueError, match=r"after 'ramp': '1,000' may be 1000 or 1\.000"):
        parse_input("ramp 1,000", 8)
    assert parse_cut("band −3 −1") == parse_cut("band -3, -1") == parse_cut("band -3 -1")
    assert LABS["charge_fire_reset"].from_code("charge_fire_reset;tau=2,5;threshold=0.5").state["tau"] == 2.5
    assert LABS["sliding_psn"](kernel="(−1, 1)").numbers.weights.tolist() == [-1, 1]
