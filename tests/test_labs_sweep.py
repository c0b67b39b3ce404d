"""The curves over the delay: every number handed over is drawn, where it belongs, and said in the alt text."""

import numpy as np
import pytest

from psn_viz.labs import Panel, sweep_panel
from tests.lab_reference import assert_plotly_accepts, texts

DELAYS = [2, 4, 16]
ACCURACY = {
    "LIF, τ = 2": [[1.0, 0.5, 0.25], [0.96, 0.7, 0.25]],
    "sliding PSN": [[1.0, 1.0, 0.2], [1.0, 1.0, 0.3]],
    "PSN": [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]],
    "another": [[0.0, 0.1, 0.2], [0.3, 0.4, 0.5]],
}


def by_name(panel: Panel) -> dict:
    return {trace["name"]: trace for trace in panel.sent()["data"]}


def test_it_draws_every_seed_and_their_mean():
    panel = sweep_panel(DELAYS, ACCURACY, 0.25)
    assert_plotly_accepts(panel.figure)
    drawn = by_name(panel)
    for name, seeds in ACCURACY.items():
        percent = 100 * np.array(seeds)
        np.testing.assert_allclose(drawn[f"{name}, mean"]["y"], percent.mean(0))
        np.testing.assert_allclose(drawn[f"{name}, mean"]["x"], np.log2(DELAYS))
        np.testing.assert_allclose(np.reshape(drawn[f"{name}, each seed"]["y"], percent.shape), percent)
        np.testing.assert_allclose(drawn[f"{name}, each seed"]["x"], np.tile(np.log2(DELAYS), 2))
        assert f"<b>{name}</b>" in texts(panel.sent())
        assert drawn[f"{name}, mean"]["xaxis"] == drawn[f"{name}, each seed"]["xaxis"]
    assert len({drawn[f"{name}, mean"]["xaxis"] for name in ACCURACY}) == len(ACCURACY)
    levels = panel.sent()["layout"]["shapes"]
    assert [(level["y0"], level["y1"]) for level in levels] == [(25, 25)] * len(ACCURACY)
    assert {level["xref"] for level in levels} == {drawn[f"{name}, mean"]["xaxis"] for name in ACCURACY}


def test_plots_do_not_overlap():
    layout = sweep_panel(DELAYS, ACCURACY, 0.25).sent()["layout"]
    places = [
        (layout[f"xaxis{n}"]["domain"], layout[f"yaxis{n}"]["domain"])
        for n in ("", *range(2, len(ACCURACY) + 1))
    ]  # fmt: skip
    for number, (x, y) in enumerate(places):
        assert 0 <= x[0] < x[1] <= 1 and 0 <= y[0] < y[1] <= 1
        for other_x, other_y in places[:number]:
            assert x[0] >= other_x[1] or other_x[0] >= x[1] or y[0] >= other_y[1] or other_y[0] >= y[1]


def test_the_alt_text_says_the_numbers_with_their_spread():
    alt = sweep_panel(DELAYS, ACCURACY, 0.25).alt
    assert "at the delays 2, 4, 16" in alt and "chance is 25" in alt
    assert "LIF, τ = 2: 96 to 100, 50 to 70, 25; sliding PSN: 100, 100, 20 to 30; PSN: 100, 100, 100" in alt


def test_one_neuron_one_delay_one_seed():
    assert by_name(sweep_panel([8], {"PSN": [[1.0]]}, 0.25))["PSN, mean"]["y"] == pytest.approx([100])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([4, 2], {"PSN": [[1, 1]]}, 0.25), ValueError, "delays must grow"),
        (([], {"PSN": [[]]}, 0.25), ValueError, "delays must grow"),
        (([0, 2], {"PSN": [[1, 1]]}, 0.25), ValueError, "each delay"),
        (([2, 4], {"PSN": [[1]]}, 0.25), ValueError, r"accuracy\['PSN'\] must be \[seeds, 2\]"),
        (([2, 4], {"PSN": [1, 1]}, 0.25), ValueError, r"accuracy\['PSN'\] must be \[seeds, 2\]"),
        (([2], {"PSN": "xy"}, 0.25), ValueError, r"accuracy\['PSN'\] must be numbers \[seeds, 1\], got 'xy'"),
        (([2, 4], {"PSN": [[1, 1], [1]]}, 0.25), ValueError, r"accuracy\['PSN'\] must be numbers \[seeds, 2\]"),
        (([2], {"PSN": [[100.0]]}, 0.25), ValueError, "must lie in 0 to 1"),
        (([2], {"PSN": [[float("nan")]]}, 0.25), ValueError, "must lie in 0 to 1"),
        (([2], {f"neuron {n}": [[1]] for n in range(9)}, 0.25), ValueError, "at most 8"),
        (([2], {}, 0.25), TypeError, "accuracy must be a dict"),
        (([2], {"PSN": [[1]]}, 25), ValueError, "chance"),
    ],
)
def test_it_refuses_what_it_cannot_draw(arguments, error, message):
    with pytest.raises(error, match=message):
        sweep_panel(*arguments)
