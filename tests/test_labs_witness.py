"""The witness: what it says where two computations agree, part, or where one is broken."""

import math
import re

import numpy as np
import pytest

from psn_viz.labs import LABS
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.core.witness import Witness
from tests.extent import some
from tests.lab_reference import lab_in, texts


# The products of 30 factors in `gradients` are that small.
@pytest.mark.parametrize("name", [name for name in LABS if name != "gradients"])
def test_no_text_of_a_lab_holds_a_rounding_error(name):
    """How large one is, the processor decides: what is committed, or compared, may not depend on it."""
    states = [{}] + [{control.name: value} for control in LABS[name].table for value in some(control.values(), 4)]
    for state in states:
        lab = lab_in(name, **state)
        words = f"{texts(lab.panel.sent())} {lab.description}"
        small = [number for number in re.findall(r"(?<!≤ )\b\d[\d.]*e[-+]\d+", words) if abs(float(number)) < 1e-9]
        assert small == [], words


def test_a_difference_is_a_bound_until_it_is_more_than_rounding():
    assert at_most(0.0, 1e-10) == at_most(4.4e-16, 1e-10) == at_most(1e-10, 1e-10) == "≤ 1e-10"
    assert at_most(1.1e-10, 1e-10) == "1.1e-10" and at_most(0.12345, 1e-6) == "0.123"
    assert at_most(math.nan, 1e-10) == "nan"


def test_two_computations_that_agree_but_for_rounding():
    witness = Witness.between([0.1, 0.2, 0.3], [0.1, 0.2, 0.1 + 0.2])
    assert witness.agrees and witness.first_apart is None and 0 < witness.difference < 1e-15
    assert witness.words("loop", "W X") == ("loop = W X", "max |difference| ≤ 1e-10")


def test_two_computations_that_part():
    witness = Witness.between([0, 1, 2, 3], [0, 1, 2.5, 4])
    assert not witness.agrees and witness.apart == (2, 3) and witness.first_apart == 2 and witness.difference == 1
    assert witness.words("loop", "W X") == ("loop ≠ W X from t = 2", "max |difference| 1")


def test_of_more_dimensions_the_first_is_time():
    one, other = np.zeros((4, 2, 3)), np.zeros((4, 2, 3))
    other[1, 0, 2] = other[3, 1, 1] = -0.5
    assert Witness.between(one, other) == Witness(0.5, (1, 3))


@pytest.mark.parametrize("one, other", [([0, math.nan], [0, 0]), ([0, 0], [0, math.nan]), ([0, math.nan],) * 2])
def test_nan_differs_from_everything(one, other):
    witness = Witness.between(one, other)
    assert witness.apart == (1,) and math.isnan(witness.difference)
    assert witness.words("loop", "W X")[1] == "max |difference| nan"


def test_the_tolerance_is_the_callers():
    assert Witness.between([0], [1e-3], tolerance=1e-3).agrees
    assert not Witness.between([0], [1e-3], tolerance=9e-4).agrees


@pytest.mark.parametrize("one, other", [([0, 1], [0]), ([[0], [1]], [0, 1])])
def test_shapes_that_differ_are_refused(one, other):
    with pytest.raises(ValueError, match="one and other must have the same shape, got"):
        Witness.between(one, other)
