"""Studies: made by recipe, kept after every run, gone on with, and read back as they were."""

import json
import re
import statistics
from dataclasses import replace

import pytest

import psn_viz
from psn_viz.cli import train_command as command_module
from psn_viz.cli.main import main
from psn_viz.learning import load_dataset, load_study, stored_studies
from psn_viz.learning import recipes as recipes_module
from psn_viz.learning import run_study as study_module
from psn_viz.learning.recipes import RECIPES, TASKS
from psn_viz.learning.run_study import measure_times, train_study
from psn_viz.learning.study_results import save_study
from psn_viz.neurons import SlidingPSN
from tests.test_learning_models import small

RATES = (0.01, 0.02)


@pytest.fixture
def tiny(monkeypatch):
    """The recipes on data that take no time, and two recipes a task."""
    for module in (recipes_module, study_module):
        monkeypatch.setattr(module, "load_dataset", lambda name: small(varying=name == "japanese-vowels", name=name))
    monkeypatch.setattr(command_module, "RATES", RATES)
    monkeypatch.setattr(study_module, "TIMED", 2)
    monkeypatch.setattr(recipes_module, "BEYOND", 2)
    for task, names in TASKS.items():
        monkeypatch.setitem(TASKS, task, tuple(name for name in names if name.endswith(("-psn", "-relu", "-lif"))))


def study(path, task="rows", **changes):
    return train_study(task, path, **{"seeds": 2, "epochs": 1, "rates": RATES, **changes})


def test_a_study_trains_every_recipe_from_every_seed_and_is_read_back(tiny, tmp_path):
    made = study(tmp_path / "rows.json")
    assert [(run.recipe, run.seed) for run in made.runs] == [
        (f"rows-{name}", seed) for name in ("psn", "lif", "relu") for seed in (0, 1)
    ]
    for run in made.runs:
        tried = [rate for rate, _ in run.grid]
        assert set(RATES) <= set(tried) and tried == sorted(tried) and len(tried) <= 4
        assert run.at_edge == (run.learning_rate in (tried[0], tried[-1]))
        # The best on the validation part; the test part has no say.
        assert dict(run.grid)[run.learning_rate] == max(accuracy for _, accuracy in run.grid)
        assert run.validation_accuracy == max(accuracy for _, accuracy in run.grid)
        assert run.label == RECIPES[run.recipe].label and run.epochs == 1
        assert (run.firing_rate == ()) == (run.recipe == "rows-relu")
        model = replace(RECIPES[run.recipe]).network(small(), 0)
        assert run.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert made.made["samples"] == {"train": 12, "validation": 12, "test": 12}
    assert made.made["command"] == "psn-viz study rows --seeds 2 --epochs 1"
    assert set(made.epoch_times) == {"rows-psn", "rows-lif", "rows-relu"}
    assert all(len(seconds) == 2 and min(seconds) > 0 for seconds in made.epoch_times.values())
    back = load_study(tmp_path / "rows.json")
    assert back == made and repr(back) == "Study(rows: 3 recipes, seeds 0, 1)"


def test_rows_are_mean_and_spread_over_the_seeds(tiny, tmp_path):
    made = study(tmp_path / "rows.json", seeds=3)
    for row in made.rows():
        ours = [run for run in made.runs if run.recipe == row.recipe]
        accuracies = [run.test_accuracy for run in ours]
        assert row.accuracies == tuple(accuracies) and len(accuracies) == 3
        assert row.mean == pytest.approx(sum(accuracies) / 3)
        assert row.spread == pytest.approx((sum((a - row.mean) ** 2 for a in accuracies) / 2) ** 0.5)
        assert row.validation_mean == pytest.approx(sum(run.validation_accuracy for run in ours) / 3)
        assert row.epoch_seconds == statistics.median(made.epoch_times[row.recipe])
        assert row.learning_rates == tuple(run.learning_rate for run in ours)
    assert made.row("psn") == made.row("rows-psn") == made.rows()[0]
    assert made.row("relu").firing_rate is None
    psn = made.row("psn")
    assert psn.firing_rate == pytest.approx(statistics.fmean(r for run in psn.runs for r in run.firing_rate))
    with pytest.raises(ValueError, match="recipe must be one of rows-psn, rows-lif, rows-relu; got 'snn'"):
        made.row("snn")


def test_a_study_is_gone_on_with_and_ends_as_one_made_in_one_go(tiny, tmp_path, monkeypatch):
    made, train_recipe = [], study_module.train_recipe

    def counted(recipe, seed, **settings):
        made.append((recipe.name, seed))
        if len(made) == 3:
            raise KeyboardInterrupt
        return train_recipe(recipe, seed=seed, **settings)

    monkeypatch.setattr(study_module, "train_recipe", counted)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path / "cut.json")
    assert [(run.recipe, run.seed) for run in load_study(tmp_path / "cut.json").runs] == made[:2]
    study(tmp_path / "cut.json")
    assert made[3:] == [made[2], ("rows-lif", 1), ("rows-relu", 0), ("rows-relu", 1)]
    whole = study(tmp_path / "whole.json")
    cut = load_study(tmp_path / "cut.json")
    assert [replace(run, seconds=0) for run in cut.runs] == [replace(run, seconds=0) for run in whole.runs]
    # More seeds are added to what is there, in the order of recipes and seeds.
    made[:] = [None] * 3
    more = study(tmp_path / "cut.json", seeds=3)
    assert made[3:] == [("rows-psn", 2), ("rows-lif", 2), ("rows-relu", 2)]
    assert [run.seed for run in more.runs] == [0, 1, 2] * 3 and more.made["command"].endswith("--seeds 3 --epochs 1")


def test_a_stopped_training_is_no_run(tiny, tmp_path, monkeypatch):
    train = recipes_module.train

    def stopped(*arguments, **settings):
        history = train(*arguments, **settings)
        history.stopped = True
        return history

    monkeypatch.setattr(recipes_module, "train", stopped)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path / "rows.json")
    assert not (tmp_path / "rows.json").exists()


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"epochs": 2}, "epochs = 1, this one has 2"),
        ({"rates": (0.5,)}, "rates = [0.01, 0.02], this one has [0.5]"),
        ({"data": "digits-rows"}, "data = fashion-mnist-rows, this one has digits-rows"),
        ({"task": "rows-mean"}, "task = rows, this one has rows-mean"),
    ],
)
def test_other_conditions_do_not_go_into_one_file(tiny, tmp_path, changes, words):
    path = tmp_path / "rows.json"
    study(path, seeds=1)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=re.escape(words)):
        study(path, **changes)
    assert path.read_bytes() == before


def test_times_are_taken_in_turn_and_can_be_taken_again(tiny, tmp_path, monkeypatch):
    path = tmp_path / "rows.json"
    made = study(path, seeds=1)
    turns, train = [], study_module.train

    def noted(model, data, **settings):
        turns.append(type(model.neurons[0]).__name__)
        return train(model, data, **settings)

    monkeypatch.setattr(study_module, "train", noted)
    before = made.epoch_times
    measure_times(made, path)
    assert turns == ["PSN", "LIF", "ReLU"] * 3  # one round to warm up, two that count
    assert made.epoch_times != before and load_study(path) == made
    assert made.time_machine["device"] == "cpu"


@pytest.mark.parametrize(
    "break_it, words",
    [
        (lambda text: text[: len(text) // 2], "is damaged, or is no study of psn_viz: "),
        (lambda text: text.replace('"format": 1', '"format": 9'), "its format is 9, this psn_viz reads 1"),
        (
            lambda text: json.dumps({**json.loads(text), "runs": [{}]}),
            "$.runs[0]: object missing required field `recipe`",
        ),
        (
            lambda text: re.sub(r'"test_accuracy": [\d.]+', '"test_accuracy": 7', text),
            "$.runs[0].test_accuracy: expected `float` <= 1.0, got 7",
        ),
        (
            lambda text: re.sub(r'"validation_accuracy": [\d.]+', '"validation_accuracy": "x"', text),
            "$.runs[0].validation_accuracy: expected `float`, got 'x'",
        ),
        (lambda text: text.replace('"label": "PSN"', '"label": null'), "$.runs[0].label: expected `str`, got None"),
        (lambda text: text.replace('"seed": 0', '"seed": 0.5'), "$.runs[0].seed: expected `int`, got 0.5"),
        (lambda text: json.dumps({**json.loads(text), "made": {}}), "$.made: object missing required field `"),
        (
            lambda text: json.dumps({**json.loads(text), "epoch_times": {"x": []}}),
            "$.epoch_times[...]: expected `array` of length >= 1",
        ),
        (
            lambda text: re.sub(r'"grid": \[.*?\]\s*\]', '"grid": []', text, flags=re.S),
            "$.runs[0]: learning_rate must be one of those in grid, []",
        ),
        (lambda text: "[]", "$: expected `object`, got []"),
    ],
)
def test_a_damaged_file_is_named(tiny, tmp_path, break_it, words):
    path = tmp_path / "rows.json"
    study(path, seeds=1)
    path.write_text(break_it(path.read_text("utf-8")), "utf-8")
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        load_study(path)
    assert str(path) in str(caught.value)


def test_names_that_are_none(tmp_path):
    with pytest.raises(ValueError, match="name must be one of those that come with psn_viz"):
        load_study("columns")
    with pytest.raises(FileNotFoundError):
        load_study(tmp_path / "none.json")
    with pytest.raises(TypeError, match="name must be a path, got 3"):
        load_study(3)
    with pytest.raises(ValueError, match=r"task must be one of rows, rows-mean, .*; got 'columns'"):
        train_study("columns", tmp_path / "x.json")


def test_the_command_carries_out_prints_and_goes_on(tiny, tmp_path, monkeypatch, capsys):
    line = ["study", "vowels", "--seeds", "2", "--epochs", "1", "--out", str(tmp_path / "new")]
    assert main(line) == 0
    said = capsys.readouterr()
    made = load_study(tmp_path / "new" / "vowels.json")
    assert made.made["command"] == "psn-viz study vowels --seeds 2 --epochs 1"
    for row in made.rows():
        mean, spread = f"{100 * row.mean:.1f} ± {100 * row.spread:.1f}", f"{row.epoch_seconds:.3g}"
        assert re.search(rf"^{row.label} +{mean} +{row.parameters} +{row.firing_rate:.3f} +{spread} ", said.out, re.M)
    assert ("* the smallest or largest rate tried" in said.out) == any(run.at_edge for run in made.runs)
    assert "vowels-psn (1 of 2), seed 0, learning rate 0.01 (1 of 2), epoch 1 of 1" in said.err
    assert main([*line, "--times"]) == 0
    assert "time of an epoch, 2 of 2" in capsys.readouterr().err
    monkeypatch.setattr(study_module, "train_recipe", lambda *_, **__: pytest.fail("made again"))
    assert main(line) == 0
    assert main([*line[:4], "--out", str(tmp_path / "new")]) == 1
    assert "this one has 30" in capsys.readouterr().err


def test_the_command_says_what_a_stopped_study_has(tiny, tmp_path, monkeypatch, capsys):
    call = command_module.Bar.__call__

    def stop_in_the_second_run(self, progress):
        call(self, progress)
        if "seed 1" in self.title:
            raise KeyboardInterrupt

    line = ["study", "rows", "--seeds", "2", "--epochs", "1", "--out", str(tmp_path)]
    with monkeypatch.context() as patch:
        patch.setattr(command_module.Bar, "__call__", stop_in_the_second_run)
        assert main(line) == 130
    assert "stopped, what was finished is in" in capsys.readouterr().err
    assert len(load_study(tmp_path / "rows.json").runs) == 1
    assert main(line) == 0


def test_the_command_refuses_in_words(tiny, tmp_path, capsys):
    assert main(["study", "columns", "--out", str(tmp_path)]) == 1
    assert "psn-viz study: task must be one of rows, rows-mean" in capsys.readouterr().err
    assert main(["study", "rows", "--times", "--out", str(tmp_path)]) == 1
    assert "rows.json" in capsys.readouterr().err
    assert main(["study"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(TASKS)


def test_stored_studies_are_whole_and_reproducible_from_what_they_say():
    for name in stored_studies():
        made = psn_viz.load_study(name)
        assert made.task == name and [row.recipe for row in made.rows()] == list(TASKS[name])
        assert made.made["command"] == f"psn-viz study {name} --seeds {len(made.seeds)}"
        data = load_dataset(made.made["data"])
        assert made.made["samples"] == {part: len(getattr(data, part)) for part in ("train", "validation", "test")}
        for row in made.rows():
            assert [run.seed for run in row.runs] == list(made.seeds) and len(made.seeds) >= 3
            assert row.runs[0].epochs == RECIPES[row.recipe].epochs and row.label == RECIPES[row.recipe].label
            model = RECIPES[row.recipe].network(data, 0)
            assert row.parameters == model.parameter_count
            assert (row.firing_rate is None) == (row.recipe.endswith("relu"))


def test_a_memoryless_control_has_no_memory():
    for name, recipe in RECIPES.items():
        if name.endswith("memoryless"):
            neuron = recipe.neuron(9)
            assert isinstance(neuron, SlidingPSN) and neuron.k == 1


def test_saving_leaves_the_old_file_when_it_cannot_be_said(tiny, tmp_path):
    path = tmp_path / "rows.json"
    made = study(path, seeds=1)
    before = path.read_bytes()
    made.made["machine"] = {"cores": float("nan")}
    with pytest.raises(ValueError):
        save_study(path, made)
    assert path.read_bytes() == before
