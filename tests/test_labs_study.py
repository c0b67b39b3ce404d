"""The lab `study`: where rows stand, what is said of two of them, clicks, and studies of the reader's own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

import psn_viz as pv
from psn_viz.labs import LABS, study_lab, study_panel
from psn_viz.labs.core.definition import Lab
from psn_viz.learning import Study, difference, load_study, stored_studies
from psn_viz.learning.study_results import Row, Run, Tried, save_study
from tests.lab_reference import agrees, assert_plotly_accepts, texts

CLASSES, SAMPLES, SEEDS = 4, 200, 3
TRUTH = "".join(str(number % CLASSES) for number in range(SAMPLES))


def right(share: float) -> str:
    """Answers of which this share is right; a wrong one is the next class."""
    wrong = round(SAMPLES * (1 - share))
    return "".join(str((int(true) + (number < wrong)) % CLASSES) for number, true in enumerate(TRUTH))


def row(name: str, label: str, share: float, family: str, **more) -> Row:
    """A row whose seeds get `share`, and 1 and 2 points more, right."""
    curve = (share / 2, share)
    shares = [share + 0.01 * seed for seed in range(more.pop("seeds", SEEDS))]
    runs = tuple(
        Run(seed, found, right(found), (1.0, 0.5), curve, curve, (0.1, 0.2), 1.0)
        for seed, found in enumerate(round(share, 6) for share in shares)
    )
    grid = tuple(Tried(rate, (share - 0.02 * at,) * len(runs), (0.5,) * len(runs)) for at, rate in enumerate(RATES))
    facts = {"k": None, "tau": None, "reset": None, "control": False, "reach": 8, "parameters": 100}
    return Row(
        f"own-{name}", label, "my-data", family, **facts | more, layers=2, epochs=2, updates=8, grid=grid,
        learning_rate=RATES[0], runs=runs, truth=TRUTH,
    )  # fmt: skip


RATES = (0.03, 0.1)
ROWS = [
    row("psn", "PSN", 0.9, "PSN"),
    row("sliding-2", "sliding PSN, k = 2", 0.6, "sliding PSN", k=2, reach=3, parameters=50),
    row("sliding-4", "sliding PSN, k = 4", 0.7, "sliding PSN", k=4, reach=7, parameters=52),
    row("sliding-4-deep", "sliding PSN, k = 4, 4 layers", 0.75, "sliding PSN", k=4, parameters=99),
    row("lif-hard-2", "LIF, τ = 2, hard reset", 0.55, "LIF", tau=2.0, reset="hard"),
    row("lif-hard-8", "LIF, τ = 8, hard reset", 0.65, "LIF", tau=8.0, reset="hard"),
    row("lif-none-2", "LIF, τ = 2, no reset", 0.62, "LIF", tau=2.0, reset="none"),
    row("lif-none-8", "LIF, τ = 8, no reset", 0.8, "LIF", tau=8.0, reset="none"),
    row("memoryless", "control without memory: sliding PSN, k = 1", 0.35, "sliding PSN", k=1, reach=1, control=True),
    row("relu", "control that is no spiking network: ReLU", 0.5, "ReLU", reach=1, control=True),
]
MACHINE = {"system": "Linux", "processor": "x86_64", "cores": 2, "device": "cpu"}


def study(rows=ROWS) -> Study:
    made = {
        "task": "own", "about": "my data, last readout", "data": "my-data", "T": 8, "classes": CLASSES,
        "seeds": SEEDS, "rates": list(RATES), "machine": MACHINE, "command": "made here",
    }  # fmt: skip
    return Study(made, list(rows), {"my-data": TRUTH})


def drawn(lab: Lab) -> dict:
    return {trace["name"]: trace for trace in lab.panel.sent()["data"]}


def note(lab: Lab, words: str) -> dict:
    return next(note for note in lab.panel.sent()["layout"]["annotations"] if words in note["text"])


def places(lab: Lab) -> dict[str, float]:
    """Where the mean of each row stands along the axis, by its label."""
    means = drawn(lab)["mean"]
    across = "y" if lab.state["axis"] == "list" else "x"
    return {text.split("<br>")[0]: at for text, at in zip(means["text"], means[across], strict=True)}


# ------------------------------------------------------------------------------------------- the start


def test_it_opens_on_the_psn_beside_the_lif_that_is_best_on_validation():
    """By validation, not by test: here they disagree."""
    best = replace(ROWS[5], runs=tuple(replace(run, validation_curve=(0.5, 0.99)) for run in ROWS[5].runs))
    lab = study_lab(study([*ROWS[:5], best, *ROWS[6:]]))
    assert lab.state == {"task": "own", "neurons": "lif", "axis": "tau", "one": "psn", "other": "lif-hard-8"}
    assert lab.code == "study"
    assert max(ROWS[4:8], key=lambda found: found.mean).recipe == "own-lif-none-8"


def test_the_lab_of_the_course_shows_what_is_stored():
    lab = LABS["study"]()
    assert lab.state["task"] == "rows"
    shown = []
    for task in lab.table[0].options:
        lab.set(task=task)
        shown += lab.control_in(lab.state, "one").options
    stored = [found.recipe for name in stored_studies() for found in load_study(name).rows()]
    assert len(shown) == len(stored)
    # A study of several data sets is a task of each, so the order may be another one.
    assert sorted(recipe for recipe in stored if not any(recipe.endswith(f"-{name}") for name in set(shown))) == []


def test_a_study_of_two_data_sets_is_a_task_of_each():
    """Their rows have other test samples, and may differ in the data only."""
    other = [
        replace(found, recipe=found.recipe.replace("own-", "other-data-"), data="other-data", runs=runs)
        for found in ROWS[4:6]
        for runs in [tuple(replace(run, answers="0" * 10, test_accuracy=1.0) for run in found.runs)]
    ]
    own = Study(study().made, [*ROWS, *other], {"my-data": TRUTH, "other-data": "0" * 10})
    lab = study_lab(own)
    assert lab.table[0].options == ("my-data", "other-data")
    assert lab.state["task"] == "my-data" and len(lab.control_in(lab.state, "one").options) == len(ROWS)
    lab.controls["task"].value = "other-data"
    assert lab.control_in(lab.state, "one").options == ("lif-hard-2", "lif-hard-8")
    assert "other-data" in lab.description and "+0.0 points, no difference shown" in lab.description


# ------------------------------------------------------------------------------------------- the main panel


def test_every_seed_is_a_circle_and_their_mean_a_tick():
    for axis, letter in (("list", "x"), ("tau", "y")):
        lab = study_lab(study(), neurons="all", axis=axis)
        assert_plotly_accepts(lab.panel.figure)
        sent = drawn(lab)
        shown = [text.split("<br>")[0] for text in sent["mean"]["text"]]
        by_label = {found.label: found for found in ROWS}
        assert sorted(shown) == sorted(by_label)
        wanted = [100 * np.array(by_label[label].accuracies) for label in shown]
        np.testing.assert_allclose(sent["each seed"][letter], np.concatenate(wanted), rtol=1e-6)
        np.testing.assert_allclose(sent["mean"][letter], [values.mean() for values in wanted], rtol=1e-6)
        across = "y" if letter == "x" else "x"
        np.testing.assert_allclose(sent["each seed"][across], np.repeat(sent["mean"][across], SEEDS), rtol=1e-6)
        assert not any("error_x" in trace or "error_y" in trace for trace in sent.values()), "no bar claims more"


def test_a_list_has_the_best_mean_on_top_with_its_number():
    lab = study_lab(study(), neurons="all", axis="list")
    order = sorted(ROWS, key=lambda found: -found.mean)
    assert list(places(lab)) == [found.label for found in order]
    heights = list(places(lab).values())
    assert heights == sorted(heights, reverse=True)
    assert drawn(lab)["means in figures"]["text"] == [f"{100 * found.mean:.1f}" for found in order]
    labels = lab.panel.sent()["layout"]["yaxis"]["ticktext"]
    assert labels[0] == "<b>PSN</b>" and labels[1] == "<b>LIF, τ=8, no reset</b>" and labels[-1] == "no memory (k=1)"


LETTERS = {"left": 45, "right": 38}  # of a line that 328 px hold


@pytest.mark.parametrize("code", ["study", "study;axis=k;neurons=all", "study;task=family-mixed;neurons=both"])
def test_no_line_of_a_heading_is_wider_than_a_phone(code):
    layout = LABS["study"].from_code(code).drawing["layout"]
    for note in layout["annotations"]:
        if note.get("xref", "paper") == "paper":
            part = "right" if note["x"] > 0.5 else "left"
            lines = [re.sub("<[^>]*>", "", line) for line in note["text"].split("<br>")]
            assert max(map(len, lines)) <= LETTERS[part], lines
            assert -58 < note.get("xshift", 0) < 0 or part == "right", "above the labels of the axis"
    labels = [re.sub("</?b>", "", label).split("<br>") for label in layout["yaxis"].get("ticktext", [])]
    assert all(len(part) <= 25 for label in labels for part in label), labels


def test_a_level_is_named_within_its_axis():
    lab = LABS["study"]()
    assert note(lab, "no memory 46.5")["xanchor"] == "right"


def test_levels_are_lines_that_end_where_the_labels_of_rows_begin():
    lab = study_lab(study(), neurons="all", axis="list")
    lines = [shape for shape in lab.panel.sent()["layout"]["shapes"] if shape["type"] == "line" and shape["visible"]]
    assert [line["x0"] for line in lines] == pytest.approx([25.0, 36.0])
    low, _ = lab.panel.sent()["layout"]["xaxis"]["range"]
    assert all(line["xref"] == "x" and line["x0"] == line["x1"] >= low for line in lines)
    assert note(lab, "chance 25.0")["x"] == pytest.approx(25) and note(lab, "no memory 36.0")["x"] == pytest.approx(
        36
    )


def test_what_is_below_the_axis_has_room_under_the_lowest_level():
    """Both are named at the lower end of the plot."""
    lab = LABS["study"](axis="tau")
    low, high = lab.panel.sent()["layout"]["yaxis"]["range"]
    level, below = note(lab, "no memory 46.5"), note(lab, "not on this axis: chance 10.0")
    assert below["y"] == low and level["y"] - low > 0.1 * (high - low)


def test_a_level_too_far_away_is_said_instead():
    lab = study_lab(study(), ["psn", "sliding-4-deep", "memoryless"], neurons="psn", axis="list")
    assert not [
        shape for shape in lab.panel.sent()["layout"]["shapes"] if shape["type"] == "line" and shape["visible"]
    ]
    title = lab.panel.sent()["layout"]["xaxis"]["title"]["text"]
    assert title == "accuracy in %<br>← chance 25.0<br>← no memory 36.0"
    assert "Chance 25.0, control without memory 36.0" in lab.description


def lines_of(lab: Lab) -> set[tuple]:
    """The percentages that each line goes through."""
    sent = drawn(lab)
    found = [np.asarray(sent[f"line {number}"]["y"], dtype=float) for number in range(1, 5)]
    return {tuple(values[np.isfinite(values)].round(2)) for values in found if np.isfinite(values).any()}


@pytest.mark.parametrize(
    ("neurons", "axis", "lines"),
    [
        ("lif", "tau", {("lif-hard-2", "lif-hard-8"), ("lif-none-2", "lif-none-8")}),
        ("all", "k", {("sliding-2", "sliding-4")}),
        ("both", "reach", {("sliding-2", "sliding-4")}),
        ("psn", "parameters", {("sliding-2", "sliding-4")}),
        ("all", "list", set()),
    ],
)
def test_lines_join_what_differs_in_one_number_only(neurons, axis, lines):
    percent = {found.recipe.removeprefix("own-"): round(100 * found.mean, 2) for found in ROWS}
    lab = study_lab(study(), neurons=neurons, axis=axis)
    assert lines_of(lab) == {tuple(percent[name] for name in line) for line in lines}


def test_along_an_axis_values_grow_and_what_has_none_stands_beyond_them():
    lab = study_lab(study(), neurons="both", axis="k")
    at = places(lab)
    layout = lab.panel.sent()["layout"]
    assert [label.removeprefix("<br>") for label in layout["xaxis"]["ticktext"]] == ["2", "4", "PSN", "LIF"]
    (between,) = [
        shape["x0"] for shape in layout["shapes"]
        if shape["type"] == "line" and shape["visible"] and shape["x0"] == shape["x1"]
    ]  # fmt: skip
    assert (
        at["sliding PSN, k = 2"] < at["sliding PSN, k = 4"] < at["sliding PSN, k = 4, 4 layers"] < between < at["PSN"]
    )
    assert len(set(at.values())) == len(at), "no two rows in one place"


def test_frames_stand_around_the_two_that_are_compared():
    lab = study_lab(study())
    boxes = [shape for shape in lab.panel.sent()["layout"]["shapes"] if shape["type"] == "rect"]
    for box, found in zip(boxes, (ROWS[0], ROWS[7]), strict=True):
        assert box["x0"] < places(lab)[found.label] < box["x1"]
        assert box["y0"] < 100 * min(found.accuracies) and 100 * max(found.accuracies) < box["y1"]


def test_which_rows_a_choice_of_neurons_shows():
    labels = {found.label for found in ROWS}
    lif = {label for label in labels if label.startswith("LIF")}
    controls = {label for label in labels if label.startswith("control")}
    wanted = {"lif": lif | {"PSN"}, "psn": labels - lif - controls | {"LIF, τ = 8, no reset"},
              "both": labels - controls, "all": labels}  # fmt: skip
    for neurons, shown in wanted.items():
        assert set(places(study_lab(study(), neurons=neurons, axis="list"))) == shown, neurons


# ------------------------------------------------------------------------------------------- two of them


def test_the_difference_and_its_interval_are_said():
    lab = study_lab(study())
    own = study()
    found = difference(own.row("psn"), own.row("lif-none-8"))
    for words in (texts(lab.panel.sent()), lab.description):
        assert f"+{found.points:.1f} points" in words and "no difference shown" not in words
        assert f"95 % interval +{found.low:.1f} to +{found.high:.1f}, 3 seeds" in words
    turned = study_lab(study(), one="lif-none-8", other="psn")
    assert f"LIF, τ = 8, no reset − PSN: −{found.points:.1f} points" in turned.description


def test_no_difference_is_shown_where_the_interval_covers_zero():
    own = study()
    assert not difference(own.row("lif-none-2"), own.row("sliding-2")).shown
    lab = study_lab(own, one="lif-none-2", other="sliding-2")
    assert "points, no difference shown" in texts(lab.panel.sent()) and "no difference shown" in lab.description


def test_one_with_itself_and_a_single_seed_have_no_interval():
    lab = study_lab(study(), other="psn")
    assert "choose two networks" in texts(lab.panel.sent()) and "+0.0 points (choose two" in lab.description
    single = study_lab(study([replace(found, runs=found.runs[:1]) for found in ROWS]))
    assert "no interval from a single seed" in texts(single.panel.sent())
    assert "PSN 90.0. Chance" in single.description and "+10.0 points" in single.description


def test_curves_of_all_seeds_and_their_means_are_drawn():
    lab = study_lab(study())
    for role, found in (("one", ROWS[0]), ("other", ROWS[7])):
        sent = drawn(lab)
        np.testing.assert_allclose(sent[f"{role}: validation"]["y"], 100 * np.array(found.runs[0].validation_curve))
        np.testing.assert_allclose(sent[f"{role}: training"]["y"], 100 * np.array(found.runs[0].train_accuracy))
        each = np.reshape(sent[f"{role}: validation, each seed"]["y"], (SEEDS, -1))
        assert np.isnan(each[:, -1]).all(), "or one line would run through all seeds"
        np.testing.assert_allclose(each[:, :-1], [100 * np.array(run.validation_curve) for run in found.runs])


def test_the_sweep_marks_the_rate_that_was_chosen_and_what_diverged():
    broken = Tried(0.3, (0.5, None, 0.4), (1.0, None, 1.0))
    lab = study_lab(study([replace(ROWS[0], grid=(*ROWS[0].grid, broken)), *ROWS[1:]]))
    sent = drawn(lab)
    assert 10 ** sent["one: chosen rate"]["x"][0] == pytest.approx(0.03)
    assert sent["one: chosen rate"]["y"] == pytest.approx([90])
    means = np.asarray(sent["one: sweep"]["y"])
    np.testing.assert_allclose(means[:2], [90, 88], rtol=1e-6)
    assert np.isnan(means[2]), "a rate with which a seed diverged has no mean"
    crosses = np.isfinite(np.reshape(sent["one: diverged"]["y"], (3, SEEDS)))
    assert crosses.tolist() == [[False] * 3, [False] * 3, [False, True, False]]
    assert np.isnan(sent["other: diverged"]["y"]).all()
    assert "one 0.03 (at the edge)" in texts(lab.panel.sent())
    assert "learning rate 0.03 of 0.03, 0.1, 0.3, at the edge" in lab.description


def test_the_confusion_of_one_and_its_most_frequent_mistake():
    lab = study_lab(study(), one="lif-hard-2")
    (tiles,) = [trace for trace in lab.panel.sent()["data"] if trace["type"] == "heatmap"]
    counts = ROWS[4].confusion().double().numpy()
    np.testing.assert_allclose(tiles["z"], counts / counts.sum(1, keepdims=True), rtol=1e-6)
    np.testing.assert_allclose(tiles["z"].sum(1), 1, rtol=1e-6)
    share = 100 * tiles["z"][0, 1]
    assert f"most often class 0 → class 1, {share:.1f} %" in texts(lab.panel.sent())
    assert tiles["text"][0][1] == f"class 0 put in class 1: {share:.1f} %"


def test_classes_of_fashion_mnist_have_their_names():
    assert LABS["study"](task="rows").numbers.class_names[:2] == ["T-shirt/top", "Trouser"]


def test_the_witness_notices_an_accuracy_that_the_answers_do_not_give():
    own = study()
    assert agrees(study_lab(own)) and study_lab(own).witness < 1e-6
    found = own.entries[0]
    own.entries[0] = replace(found, runs=(replace(found.runs[0], answers=right(0.5)), *found.runs[1:]))
    lab = study_lab(own)
    assert not agrees(lab) and lab.witness == pytest.approx(0.4)
    assert "accuracy ≠ share of right answers" in texts(lab.panel.sent())


# ------------------------------------------------------------------------------------------- choosing


def test_what_is_clicked_becomes_one_and_what_was_one_the_other():
    lab = study_lab(study(), neurons="all", axis="list")
    for name in ("mean", "each seed"):
        trace = drawn(lab)[name]
        assert trace["meta"]["chooses"] == "row"
        labels = [text.split("<br>")[0] for text in trace["text"]]
        assert [ROWS[number].label for number in trace["customdata"]] == labels
    lab.panel.chosen = ["row", 1]
    assert (lab.state["one"], lab.state["other"]) == ("sliding-2", "psn")
    assert lab.controls["one"].value == "sliding-2" and lab.panel.chosen == []
    lab.panel.chosen = ["row", 0]  # the other: they change places
    assert (lab.state["one"], lab.state["other"]) == ("psn", "sliding-2")
    for nothing in (["row", 0], ["row", 99], ["row", -1], ["row", "x"], ["row"], [None, 1], ["row", 1.5]):
        lab.panel.chosen = nothing
        assert (lab.state["one"], lab.state["other"]) == ("psn", "sliding-2") and lab.error == ""


def test_another_lab_takes_no_notice_of_a_choice():
    lab = LABS["closed_form"]()
    state = lab.state
    lab.panel.chosen = ["row", 1]
    assert lab.state == state and lab.error == ""


# ------------------------------------------------------------------------------------------- what is not there


def test_what_a_study_lacks_is_not_offered():
    lab = study_lab(study(ROWS[:4]))
    assert lab.state == {"task": "own", "neurons": "psn", "axis": "k", "one": "psn", "other": "sliding-4-deep"}
    offered = {name: lab.control_in(lab.state, name).options for name in ("neurons", "axis", "one")}
    assert offered == {
        "neurons": ("psn",),
        "axis": ("list", "k", "reach", "parameters"),
        "one": ("psn", "sliding-2", "sliding-4", "sliding-4-deep"),
    }
    assert study_lab(study(ROWS[4:5])).state["other"] == "lif-hard-2"
    alone = study_lab(study(ROWS[8:9]))
    assert alone.state == {
        "task": "own",
        "neurons": "all",
        "axis": "list",
        "one": "memoryless",
        "other": "memoryless",
    }


def test_an_axis_on_which_nothing_differs_is_left():
    lab = study_lab(study(), neurons="both", axis="k")
    lab.controls["neurons"].value = "lif"
    assert lab.state["axis"] == "tau" == lab.controls["axis"].value
    assert lab.controls["axis"].options == (("a list", "list"), ("τ", "tau"))


def test_rows_under_way_are_left_out_and_a_study_without_finished_ones_is_refused():
    waiting = replace(ROWS[1], runs=(), learning_rate=None)
    assert (
        "sliding-2"
        not in study_lab(study([ROWS[0], waiting, *ROWS[2:]]))
        .control_in({"task": "own", "neurons": "lif"}, "one")
        .options
    )
    with pytest.raises(ValueError, match="study must hold a finished row, got none in Study"):
        study_lab(study([waiting]))


@pytest.mark.parametrize(
    ("arguments", "more", "error", "message"),
    [
        (({"rows": []},), {}, TypeError, "study must be what load_study"),
        ((study(), "psn"), {}, TypeError, r"recipes must be a list of names such as .*; got 'psn'"),
        ((study(), 3), {}, TypeError, "recipes must be a list"),
        ((study(), ["psn", "glif"]), {}, ValueError, "recipe must be one of own-psn, .*; got 'glif'"),
        ((study(), []), {}, ValueError, "study must hold a finished row"),
        (
            (study(),),
            {"axis": "depth"},
            ValueError,
            "axis must be one of list, tau, k, reach, parameters, got 'depth'",
        ),
        ((study(),), {"one": "glif"}, ValueError, "one must be one of psn, .*, got 'glif'"),
    ],
)
def test_it_refuses_what_it_cannot_show(arguments, more, error, message):
    for show in (study_lab, study_panel):
        with pytest.raises(error, match=message):
            show(*arguments, **more)


# ------------------------------------------------------------------------------------------- the older name


def test_study_panel_shows_all_of_a_study_or_what_is_named(tmp_path):
    own = load_study(save_study(tmp_path / "own.json", study()))
    panel = pv.study_panel(own)
    assert repr(panel) == "Lab('study;neurons=all;axis=list')"
    some = study_lab(own, ["psn", "own-lif-hard-2", "psn", "relu"], neurons="all", axis="list")
    assert repr(pv.study_panel(own, ["psn", "own-lif-hard-2", "psn", "relu"])) == repr(some)
    assert list(places(some)) == ["PSN", "LIF, τ = 2, hard reset", "control that is no spiking network: ReLU"]


def test_the_alt_text_says_the_numbers():
    lab = study_lab(study(), ["psn", "lif-hard-2", "lif-hard-8", "memoryless"])
    mean = {found.recipe: f"{100 * fmean(found.accuracies):.1f}" for found in ROWS}
    assert mean["own-psn"] == "91.0"
    assert lab.description.startswith(
        "own: my data, last readout, LIF. Mean test accuracy in % (worst to best seed), over τ: LIF, hard reset: "
        "2 56.0 (55.0 to 57.0), 8 66.0 (65.0 to 67.0); without τ: PSN 91.0 (90.0 to 92.0). Chance 25.0, control "
        "without memory 36.0. PSN − LIF, τ = 8, hard reset: +25.0 points (95 % interval +"
    )
    assert re.search(r"one, PSN: after 2 epochs 90.0 % right in training and 90.0 % in validation", lab.description)
    assert lab.description.endswith("Accuracy = share of right answers.")


def test_the_figure_of_a_study_of_ones_own_can_be_sent():
    json.loads(study_lab(study(), neurons="all", axis="reach").panel.spec, parse_constant=pytest.fail)
