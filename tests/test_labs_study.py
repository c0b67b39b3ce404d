"""The dots of a study: every seed is drawn in the row of its neuron, the best on top, and said in the alt text."""

import numpy as np
import pytest

from psn_viz.labs import Panel, study_panel
from psn_viz.learning import Study
from psn_viz.learning.study_results import Run
from tests.lab_reference import assert_plotly_accepts, texts

ACCURACY = {
    "lif": ("LIF, τ = 2", (0.50, 0.56, 0.53)),
    "psn": ("PSN", (0.80, 0.83, 0.80)),
    "memoryless": ("control without memory: k = 1", (0.29, 0.31, 0.36)),
    "relu": ("control that is no spiking network: ReLU", (0.60, 0.62, 0.61)),
}


def study(accuracy=ACCURACY) -> Study:
    runs = [
        Run(f"rows-{name}", label, seed, 0.02, ((0.02, 0.7),), 0.7, test, (0.1, 0.2), 9, 12, 3.0)
        for name, (label, seeds) in accuracy.items()
        for seed, test in enumerate(seeds)
    ]
    return Study({"task": "rows", "about": "pictures, last step"}, runs)


def by_name(panel: Panel) -> dict:
    return {trace["name"]: trace for trace in panel.sent()["data"]}


def rows_drawn(panel: Panel) -> list[str]:
    """The labels from top to bottom."""
    notes = panel.sent()["layout"]["annotations"]
    bold = [(note["y"], note["text"]) for note in notes if note["text"].startswith("<b>")]
    return [text.removeprefix("<b>").removesuffix("</b>") for _, text in sorted(bold, reverse=True)]


def test_the_best_mean_is_on_top_whatever_the_order_of_the_study():
    assert rows_drawn(study_panel(study())) == ["PSN", "control: ReLU", "LIF, τ = 2", "control: k = 1"]


def test_every_seed_their_mean_and_their_spread_stand_in_the_row_of_their_neuron():
    panel = study_panel(study())
    assert_plotly_accepts(panel.figure)
    drawn = by_name(panel)
    for prefix, rows in (("", {"psn": 3, "lif": 1}), ("control, ", {"relu": 2, "memoryless": 0})):
        percent = np.array([100 * np.array(ACCURACY[name][1]) for name in rows])
        height = list(rows.values())
        seeds, mean, spread = (drawn[f"{prefix}{what}"] for what in ("each seed", "mean", "spread"))
        np.testing.assert_allclose(seeds["x"], percent.ravel(), rtol=1e-6)
        np.testing.assert_allclose(seeds["y"], np.repeat(height, 3))
        np.testing.assert_allclose(mean["x"], percent.mean(1), rtol=1e-6)
        np.testing.assert_allclose(mean["y"], height)
        ends = np.reshape(spread["x"], (2, 3))
        np.testing.assert_allclose(ends[:, 0], percent.mean(1) - percent.std(1, ddof=1), rtol=1e-6)
        np.testing.assert_allclose(ends[:, 1], percent.mean(1) + percent.std(1, ddof=1), rtol=1e-6)
        assert np.isnan(ends[:, 2]).all()  # or one line would run through all rows
        np.testing.assert_allclose(spread["y"], np.repeat(height, 3))
    assert "PSN<br>seed 1: 83.0 %, validation 70.0 %<br>learning rate 0.02" in drawn["each seed"]["text"]


def test_controls_are_grey_and_the_others_are_not():
    drawn = by_name(study_panel(study()))
    assert drawn["mean"]["marker"]["line"]["color"] != drawn["control, mean"]["marker"]["line"]["color"]
    assert len(drawn) == 6


def test_the_reference_is_a_line_at_its_mean():
    layout = study_panel(study()).sent()["layout"]
    (level,) = layout["shapes"]
    assert (level["x0"], level["x1"]) == pytest.approx((32, 32))
    assert study_panel(study(), reference=None).sent()["layout"].get("shapes", []) == []
    (level,) = study_panel(study(), ["psn"], reference="lif").sent()["layout"]["shapes"]
    assert level["x0"] == pytest.approx(53)


def test_mean_and_spread_are_written_beside_the_dots():
    layout = study_panel(study()).sent()["layout"]
    written = {note["text"]: note for note in layout["annotations"] if "±" in note["text"]}
    assert set(written) == {"81.0 ± 1.7", "61.0 ± 1.0", "53.0 ± 3.0", "32.0 ± 3.6"}
    # On the side where there is room: left of the best dots, right of the worst.
    assert (written["81.0 ± 1.7"]["xanchor"], written["32.0 ± 3.6"]["xanchor"]) == ("right", "left")
    assert written["81.0 ± 1.7"]["x"] < 80 and written["32.0 ± 3.6"]["x"] >= 36 - 1e-4


@pytest.mark.parametrize("recipes", [None, ["psn"], ["lif", "psn"]])
def test_nothing_lies_outside_the_axes(recipes):
    panel = study_panel(study(), recipes)
    layout = panel.sent()["layout"]
    (left, right), (bottom, top) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    assert left % 5 == right % 5 == 0
    for trace in panel.sent()["data"]:
        x, y = (np.asarray(trace[letter], dtype=float) for letter in "xy")
        assert left <= np.nanmin(x) and np.nanmax(x) <= right and bottom < y.min() and y.max() < top
    assert left <= layout["shapes"][0]["x0"] <= right
    assert all(bottom < note["y"] < top for note in layout["annotations"] if note["yref"] == "y")


def test_recipes_choose_what_is_shown_and_each_once():
    panel = study_panel(study(), ["lif", "rows-psn", "psn"])
    assert rows_drawn(panel) == ["PSN", "LIF, τ = 2"]
    assert set(by_name(panel)) == {"spread", "mean", "each seed"}
    only = study_panel(study(), ["relu"])
    assert set(by_name(only)) == {"control, spread", "control, mean", "control, each seed"}


def test_the_alt_text_says_the_numbers():
    assert study_panel(study(), ["lif", "psn"]).alt == (
        "Test accuracy in % (pictures, last step; 3 seeds each), best mean first, worst and best seed in brackets: "
        "PSN: 81.0 ± 1.7 (80.0 to 83.0); LIF, τ = 2: 53.0 ± 3.0 (50.0 to 56.0). "
        "Dotted line: control without memory: k = 1, 32.0."
    )
    assert "pictures<br>last step; 3 seeds each" in texts(study_panel(study()).sent())


def test_one_seed_has_no_spread():
    panel = study_panel(study({name: (label, seeds[:1]) for name, (label, seeds) in ACCURACY.items()}))
    assert "1 seed each" in panel.alt and "PSN: 80.0;" in panel.alt and "±" not in panel.alt
    assert "80.0" in texts(panel.sent())
    ends = np.reshape(by_name(panel)["spread"]["x"], (2, 3))
    np.testing.assert_allclose(ends[:, 0], ends[:, 1])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (({"rows": []},), TypeError, "study must be what load_study"),
        (
            (study(), "psn"),
            TypeError,
            r"recipes must be a list of names such as \['psn', 'lif'\], or None; got 'psn'",
        ),
        ((study(), 3), TypeError, "recipes must be a list"),
        ((study(), ["psn", "glif"]), ValueError, "recipe must be one of rows-lif, .*; got 'glif'"),
        ((study(), []), ValueError, "recipes must name 1 to 16 .* got 0"),
        ((study(), None, "glif"), ValueError, "got 'glif'"),
        ((study({f"n{n}": (f"neuron {n}", (0.5,)) for n in range(17)}), None, None), ValueError, "got 17"),
    ],
)
def test_it_refuses_what_it_cannot_draw(arguments, error, message):
    with pytest.raises(error, match=message):
        study_panel(*arguments)
