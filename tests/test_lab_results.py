"""The lab `results`: what is quoted, what is said of it, and that each view says its reservation."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.learning.reported_results import reported, reported_results
from tests.expected.results import expected, sweep
from tests.lab_reference import lab_in, states, texts

PLAIN = re.compile(r"</?(?:b|i|span)\b[^>]*>")


def opened(code: str = "results"):
    return LABS["results"].from_code(code)


def words(lab) -> str:
    """The words in the figure, without mark-up."""
    return PLAIN.sub("", texts(lab.panel.sent()).replace("<br>", " "))


def test_it_opens_with_the_accuracy_that_is_not_one_of_order_1():
    lab = opened()
    for text in (words(lab), lab.description):
        assert "best with λ < 1: 49.30 % at epoch 28, λ = 0.878" in text.replace("Best", "best")
        assert "24.85 %" in text and "47.34 % at epoch 242" in text
        assert "while λ < 1 every step sees all inputs" in text


@given(states("results"))
def test_reservation_and_source_are_said_in_every_state(state):
    lab = lab_in("results", **state)
    assert "Mind: " in lab.description and "not measured here" in lab.description
    kept = {"mask": "chosen by the test set", "seconds": "the GPU is not stated"}
    for text in (words(lab), lab.description):
        assert kept.get(lab.state["view"], "one run each, no validation part") in text


@given(states("results"))
def test_all_values_of_the_rows_are_said(state):
    lab = lab_in("results", **state)
    if lab.state["view"] in ("table", "tasks", "seconds"):
        for text in (words(lab), lab.description):
            for value in expected(lab.state)["values"]:
                assert f"{value:.2f}" in text


def test_the_table_is_ranked_and_the_two_runs_of_one_setting_are_marked():
    lab = opened("results;view=table;data=CIFAR10")
    n = lab.numbers
    assert n.labels[0] == "PSN" and (np.diff(n.values) <= 0).all()
    assert "81.50 and 79.85 %, 1.65 points apart" in words(lab)
    assert "PSN +6.95 points to the better LIF; LIF without reset −2.00 and −0.35 to the two" in lab.description
    (span,) = lab.panel.sent()["layout"]["shapes"]
    assert (span["x0"], span["x1"]) == (79.85, 81.5)


@pytest.mark.parametrize("count", ["best", "last"])
def test_the_sweep_shows_every_run_and_joins_the_repeats(count):
    lab = opened(f"results;view=order;count={count}")
    runs = sweep()
    assert len(lab.numbers.k["masked PSN"]) == len(runs["masked PSN"]) == 34
    joined = {(shape["x0"], shape["x1"]) for shape in lab.panel.sent()["layout"]["shapes"] if shape["type"] == "line"}
    assert joined == {(7, 7), (18, 18), (25, 25)}


@given(st.integers(0, 255), st.sampled_from(["CIFAR10", "CIFAR100"]))
def test_nothing_beyond_the_epoch_is_shown(epoch, data):
    for view in ("curves", "mask"):
        lab = lab_in("results", view=view, data=data, epoch=epoch)
        for trace in lab.panel.sent()["data"]:
            if trace["name"] == "newest":
                assert {float(x) for x in trace["x"]} == {epoch + (view == "curves")}
            elif trace["name"] != "best":
                shown = np.flatnonzero(np.isfinite(np.asarray(trace["y"], dtype=float)))
                assert shown.max() == epoch, trace["name"]


def test_before_the_mask_shuts_nothing_is_said_of_a_shut_one():
    lab = opened("results;epoch=31")
    assert "the first with λ = 1" not in lab.description and lab.numbers.shut_best is None
    lab.controls["epoch"].value = 32
    assert "epoch 32, the first with λ = 1: 24.85 %" in lab.description.replace("Epoch 32, the", "epoch 32, the")


@pytest.mark.parametrize("data", ["CIFAR10", "CIFAR100"])
def test_after_one_epoch_there_is_something_to_see(data):
    """Lines of a single point are none."""
    lab = opened(f"results;view=curves;data={data};epoch=0")
    dotted = [float(y) for trace in lab.panel.sent()["data"] if "markers" in trace["mode"] for y in trace["y"]]
    assert sorted(dotted) == pytest.approx(sorted(values[0] for values in lab.numbers.curves.values()), abs=1e-4)
    assert len(dotted) == 10
    lab = opened(f"results;data={data};epoch=0;k=32")
    newest = [trace for trace in lab.panel.sent()["data"] if trace["name"] == "newest"]
    assert [float(trace["y"][0]) for trace in newest] == pytest.approx([lab.numbers.accuracy[0], 0.0], abs=1e-4)
    assert [trace["yaxis"] for trace in newest] == ["y", "y2"]


def test_the_family_begins_last_and_overtakes():
    lab = opened("results;view=curves;data=CIFAR10;epoch=0")
    assert "none of the PSN family yet" in lab.description
    lab.set(epoch=255)
    assert "PSN since epoch 4, sliding PSN since epoch 15, masked PSN since epoch 36" in lab.description


def test_event_data_say_what_was_built():
    lab = opened("results;view=tasks")
    assert lab.state["data"] == "CIFAR10-DVS" and "built is a sliding PSN, k = 2" in lab.description


def test_times_name_host_and_form_and_who_shared_a_gpu():
    lab = opened("results;view=seconds;data=CIFAR10")
    for run in reported_results().epoch_seconds:
        if run.table == "sequential CIFAR10":
            assert f"{run.host}, {run.dynamics}" in lab.description
    assert (
        "PLIF (PyTorch rerun) (Precision-5820, a loop, PyTorch, another run names its GPU) 64.66 s" in lab.description
    )
    assert lab.description.count("names its GPU") == 1


def test_each_view_offers_only_what_it_has():
    lab = opened("results")
    lab.set(view="mask", data="CIFAR10", k=4, count="last")
    assert lab.state == {"view": "mask", "data": "CIFAR10", "count": "best", "k": 32, "epoch": 255}
    assert reported("sequential CIFAR10", "masked PSN").best == max(lab.numbers.accuracy)
    lab.set(data="CIFAR100")
    assert lab.control_in(lab.state, "k").options == (1, 2, 4, 8, 32)
    with pytest.raises(ValueError, match=r"view must be one of table, order.*, got 'all'"):
        opened("results;view=all")
