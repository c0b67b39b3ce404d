"""Labs of one's own: what registering refuses, and how controls that depend on each other behave in them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import psn_viz as pv
from psn_viz.labs.core.controls import Real, Whole
from psn_viz.labs.core.traces import axis, figure, stems


@dataclass(frozen=True)
class PairNumbers:
    """Two numbers a and b, b at most a."""

    a: int
    b: float


class Pair(pv.Lab):
    name = "pair"
    title = "Two numbers"
    sentence = "The second is at most the first."
    table = (
        Whole("a", "a", "the first", 8, low=1, high=9),
        Real("b", "b", "the second, at most a", 5.0, low=1.0, high=9.0, step=0.5),
    )

    @staticmethod
    def settle(state):
        return state | {"b": min(state["b"], state["a"])}

    @staticmethod
    def compute(state):
        return PairNumbers(state["a"], state["b"])

    @staticmethod
    def draw(n):
        return figure([stems("pair", [n.a, n.b], "red", ("x", "y"))], {"yaxis": axis((0, 1))}, height=300)

    @staticmethod
    def describe(n):
        return f"{n.a} and {n.b:g}"


class Limited(Pair):
    name = "limited_pair"

    @staticmethod
    def limits(state):
        return {"b": {"high": float(state["a"])}}


def pointing_nowhere(n):
    return figure([stems("pair", [n.a, n.b], "red", ("x", "y"), points_at={"x": "c"})], {}, height=300)


@pytest.fixture(autouse=True)
def labs_as_before():
    before = dict(pv.LABS)
    yield
    pv.LABS.clear()
    pv.LABS.update(before)


@pytest.mark.parametrize("kind", [Pair, Limited])
def test_a_control_that_another_moves_shows_where_it_has_come_to(kind):
    pv.register_lab(kind)
    lab = pv.LABS[kind.name]()
    lab.show()
    lab.controls["a"].value = 2
    assert lab.state["b"] == lab.controls["b"].value == 2
    lab.controls["a"].value = 9
    assert lab.state["b"] == lab.controls["b"].value == 2, "nothing comes back by itself"
    lab.set(b=7)
    assert lab.controls["b"].value == 7 and lab.description == "9 and 7"


def test_frames_of_a_control_that_others_limit():
    pv.register_lab(Limited)
    assert max(pv.LABS["limited_pair"](a=3).frames("b").values) == 3
    assert pv.LABS["limited_pair"](a=1).frames("b").values == [1.0]


def test_limits_that_settle_does_not_keep_are_an_error_at_once():
    class Unsettled(Limited):
        name = "unsettled"
        settle = staticmethod(lambda state: state)

    with pytest.raises(ValueError, match=r"b must be a number from 1 to 2, got 5\.0"):
        Unsettled(a=2)


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"name": "closed_form"}, ValueError, "name must be one that the course does not use, got 'closed_form'"),
        ({"name": "My lab"}, ValueError, "name must be lower-case letters, digits and '_', .* got 'My lab'"),
        ({"title": ""}, ValueError, "title of Wrong must be a text, got ''"),
        ({"table": ()}, ValueError, r"table of Wrong must hold controls, each name once, got \[\]"),
        ({"table": (Pair.table[0],) * 2}, ValueError, r"each name once, got \['a', 'a'\]"),
        ({"transport": "t"}, ValueError, "transport of Wrong must be one of a, b, got 't'"),
        ({"limits": staticmethod(lambda state: {"c": {}})}, ValueError, "limits of Wrong must be of a, b, got 'c'"),
        (
            {"limits": staticmethod(lambda state: {"b": {"hihg": 1}})},
            ValueError,
            "limits of b in Wrong must be fields",
        ),
        (
            {"settle": staticmethod(lambda state: None)},
            ValueError,
            "settle of Wrong must return the state, a, b; got None",
        ),
        ({"draw": staticmethod(pointing_nowhere)}, ValueError, "points_at of 'pair' must name one of a, b, got 'c'"),
        (
            {"draw": staticmethod(lambda n: 3)},
            ValueError,
            "draw of Wrong must return a dict with data and layout, got 3",
        ),
        ({"describe": staticmethod(lambda n: "")}, ValueError, "describe of Wrong must return a text, got ''"),
    ],
)
def test_a_lab_that_could_not_be_shown_is_refused(fields, error, message):
    before = dict(pv.LABS)
    with pytest.raises(error, match=message):
        pv.register_lab(type("Wrong", (Pair,), fields))
    assert pv.LABS == before


def test_what_is_no_lab_is_refused_and_a_name_is_given_once():
    with pytest.raises(TypeError, match="kind must be a class derived from"):
        pv.register_lab(3)
    pv.register_lab(Pair)
    with pytest.raises(ValueError, match=r"name must be a new one, got 'pair', .*replace=True"):
        pv.register_lab(Pair)
    pv.register_lab(Pair, replace=True)


def test_data_sets_of_ones_own_are_checked_when_they_are_registered():
    torch = pytest.importorskip("torch")
    part = pv.Split(torch.zeros(2, 3, 1), torch.tensor([0, 1, 0]))
    made = pv.Dataset("own-halves", part, part, part, ("a", "b"))
    for name, make, error, message in (
        ("Own halves", lambda: made, ValueError, "name must be lower-case letters, digits and '-'"),
        ("digits-rows", lambda: made, ValueError, "name must be one that the course does not use"),
        ("recall-3", lambda: made, ValueError, "name must be one that the course does not use"),
        ("own-halves", made, TypeError, "make must be a function that returns a Dataset, got Dataset"),
        ("own-halves", lambda: 3, TypeError, "make must return a Dataset, got int"),
        ("other", lambda: made, ValueError, "make must return a Dataset named 'other', got 'own-halves'"),
    ):
        with pytest.raises(error, match=message):
            pv.register_dataset(name, make)
    pv.register_dataset("own-halves", lambda: made)
    assert pv.load_dataset("own-halves") is made
    with pytest.raises(ValueError, match="name must be a new one"):
        pv.register_dataset("own-halves", lambda: made)
    pv.register_dataset("own-halves", lambda: made, replace=True)
