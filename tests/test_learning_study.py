"""Studies: one learning rate a recipe, chosen by all seeds; kept as they go, gone on with, read back as they were."""

import json
import math
import re
import statistics
from dataclasses import replace

import pytest
import torch

import psn_viz
from psn_viz.cli import train_command as command_module
from psn_viz.cli.main import main
from psn_viz.learning import answers, load_dataset, load_study, rate_search, recipe_training, stored_studies
from psn_viz.learning import run_study as study_module
from psn_viz.learning.rate_search import next_rate, search_rate
from psn_viz.learning.recipes import RECIPES, TASKS
from psn_viz.learning.run_study import measure_times, train_study
from psn_viz.learning.study_results import FOLDER, save_study
from psn_viz.neurons import SlidingPSN
from tests.test_learning_models import small

RATES = (0.01, 0.03)
SHORT = ("psn", "lif-hard-2", "relu")
FEW = (*SHORT, "masked-1-closed", "8-psn")  # one at least of every task


@pytest.fixture
def tiny(monkeypatch):
    """The recipes on data that take no time, and two or three recipes a task."""
    monkeypatch.setattr(
        study_module, "load_dataset", lambda name: small(varying=name == "japanese-vowels", name=name)
    )
    monkeypatch.setattr(command_module, "RATES", RATES)
    monkeypatch.setattr(study_module, "TIMED", 2)
    monkeypatch.setattr(rate_search, "BEYOND", 2)
    for task, names in TASKS.items():
        monkeypatch.setitem(
            TASKS,
            task,
            tuple(name for name in names if name.removeprefix(f"{task}-") in (*SHORT, "masked-1-closed", "8-psn")),
        )


def study(path, task="rows", **changes):
    return train_study(task, path, **{"seeds": 2, "epochs": 2, "rates": RATES, **changes})


def test_a_study_trains_every_recipe_from_every_seed_and_is_read_back(tiny, tmp_path):
    made = study(tmp_path / "rows.json")
    assert [row.recipe for row in made.rows()] == [f"rows-{name}" for name in SHORT]
    for row in made.rows():
        recipe = RECIPES[row.recipe]
        tried = [one.learning_rate for one in row.grid]
        assert set(RATES) <= set(tried) and tried == sorted(tried) and len(tried) <= 4
        assert row.at_edge == (row.learning_rate in (tried[0], tried[-1]))
        # The best mean on the validation part; the test part has no say.
        means = {one.learning_rate: statistics.fmean(one.validation_accuracy) for one in row.grid}
        assert means[row.learning_rate] == max(means.values()) == pytest.approx(row.validation_mean)
        assert [run.seed for run in row.runs] == [0, 1] and (row.label, row.epochs) == (recipe.label, 2)
        assert (row.firing_rate is None) == (row.recipe == "rows-relu")
        assert row.parameters == recipe.network(small(), 0).parameter_count
        assert row.updates == 2 and row.layers == 2 and row.reach == (1 if row.family == "ReLU" else 7)
        for run in row.runs:
            assert len(run.train_loss) == len(run.train_accuracy) == len(run.validation_curve) == 2
    assert made.made["samples"] == {"train": 12, "validation": 12, "test": 12}
    assert made.made["command"] == "psn-viz study rows --seeds 2 --epochs 2"
    back = load_study(tmp_path / "rows.json")
    assert back == made and repr(back) == "Study(rows: 3 recipes, seeds 0, 1)"


def test_answers_and_curves_are_those_of_the_run(tiny, tmp_path):
    made = study(tmp_path / "rows.json")
    data = small(name="fashion-mnist-rows")
    for row in made.rows():
        for run in row.runs:
            recipe = replace(RECIPES[row.recipe], epochs=2)
            model, history = recipe_training.train_once(recipe, data, run.seed, row.learning_rate)
            given = answers(model, data.test)
            assert run.answers == "".join(map(str, given.tolist()))
            assert run.test_accuracy == pytest.approx(float((given == data.test.y).double().mean()), abs=1e-6)
            assert run.validation_curve == pytest.approx(history.validation_accuracy, abs=1e-6)
            assert run.train_loss == pytest.approx(history.train_loss, abs=1e-6)
        right, confusion = row.right, row.confusion()
        assert right.shape == (2, 12) and right.double().mean(1).tolist() == pytest.approx(row.accuracies, abs=1e-6)
        assert confusion.sum() == 24 and confusion.diagonal().sum() == right.sum()
        assert confusion.sum(1).tolist() == (2 * data.test.y.bincount()).tolist()


def test_rows_are_mean_and_spread_over_the_seeds(tiny, tmp_path):
    made = study(tmp_path / "rows.json", seeds=3)
    for row in made.rows():
        accuracies = [run.test_accuracy for run in row.runs]
        assert row.accuracies == tuple(accuracies) and len(accuracies) == 3
        assert row.mean == pytest.approx(sum(accuracies) / 3)
        assert row.spread == pytest.approx((sum((a - row.mean) ** 2 for a in accuracies) / 2) ** 0.5)
        assert row.validation_mean == pytest.approx(sum(run.validation_curve[-1] for run in row.runs) / 3)
        assert row.epoch_seconds is None
    assert made.row("psn") == made.row("rows-psn") == made.rows()[0]
    psn = made.row("psn")
    assert psn.firing_rate == pytest.approx(statistics.fmean(r for run in psn.runs for r in run.firing_rate))
    with pytest.raises(ValueError, match="recipe must be one of rows-psn, rows-lif-hard-2, rows-relu; got 'snn'"):
        made.row("snn")


def test_the_rate_is_that_of_the_best_mean_and_the_grid_grows(tiny, tmp_path, monkeypatch):
    """Two seeds that would choose differently: seed 0 likes 0.03, seed 1 likes 0.1; the mean likes 0.1."""
    likes = {0: {0.01: 0.5, 0.03: 0.75, 0.1: 0.7, 0.3: 0.1}, 1: {0.01: 0.5, 0.03: 0.55, 0.1: 0.75, 0.3: 0.1}}
    original = study_module.train_once

    def rigged(recipe, data, seed, rate, **settings):
        model, history = original(recipe, data, seed, rate, **settings)
        history.validation_accuracy[-1] = likes[seed][rate]
        return model, history

    monkeypatch.setattr(study_module, "train_once", rigged)
    row = study(tmp_path / "rows.json", only=["rows-psn"]).row("psn")
    assert [one.learning_rate for one in row.grid] == [0.01, 0.03, 0.1, 0.3]
    assert row.learning_rate == 0.1 and not row.at_edge
    assert [run.validation_accuracy for run in row.runs] == [0.7, 0.75]


def test_the_test_part_is_measured_with_the_chosen_rate_only(tiny, tmp_path, monkeypatch):
    looked = []

    def counted(model, split):
        looked.append(id(model))
        return answers(model, split)

    monkeypatch.setattr(study_module, "answers", counted)
    made = study(tmp_path / "rows.json")
    assert len(looked) == len(set(looked)) == sum(len(row.runs) for row in made.rows())


def test_a_rate_with_which_one_seed_diverges_is_not_chosen(tiny, tmp_path, monkeypatch):
    original = study_module.train_once

    def rigged(recipe, data, seed, rate, **settings):
        if rate > 0.01 and seed == 1:
            raise FloatingPointError("the loss became nan")
        return original(recipe, data, seed, rate, **settings)

    monkeypatch.setattr(study_module, "train_once", rigged)
    row = study(tmp_path / "rows.json", only=["rows-psn"]).row("psn")
    assert row.learning_rate <= 0.01 and row.grid[-1].validation_accuracy[1] is None
    monkeypatch.setattr(study_module, "train_once", lambda *_, **__: rigged(None, None, 1, 1.0))
    with pytest.raises(FloatingPointError, match="rows-psn: training diverged with every learning rate of"):
        study(tmp_path / "other.json")


@pytest.mark.parametrize(
    "rate, up, expected", [(0.01, True, 0.03), (0.03, True, 0.1), (0.1, False, 0.03), (1, True, 3)]
)
def test_rates_go_on_by_1_and_3(rate, up, expected):
    assert next_rate(rate, up) == expected and next_rate(expected, not up) == rate


def test_a_search_ends_where_the_best_is_inside_or_at_its_limit():
    asked = []

    def result_of(rate, best=0.0003):
        asked.append(rate)
        return -abs(math.log(rate / best)), 0.0

    best, tried = search_rate((0.01, 0.03), result_of)
    assert best == 0.0003 and list(tried) == sorted(asked) == [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03]
    assert search_rate((0.01,), lambda rate: (rate, 0.0))[0] == 1.0  # four beyond, and no more
    assert search_rate((0.01, 0.1), lambda rate: (0.5, rate))[0] < 0.01  # equal: the smaller loss
    assert search_rate((0.01, 0.1), lambda rate: None) == (None, {0.01: None, 0.1: None})


def test_a_study_is_gone_on_with_and_ends_as_one_made_in_one_go(tiny, tmp_path, monkeypatch):
    """Cut off within a sweep: rates that were finished are not tried again, and the end is the same."""
    made, train_once = [], study_module.train_once

    def counted(recipe, data, seed, rate, **settings):
        if len(made) == 7:
            made.append(None)
            raise KeyboardInterrupt
        made.append((recipe.name, rate, seed))
        return train_once(recipe, data, seed, rate, **settings)

    monkeypatch.setattr(study_module, "train_once", counted)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path / "cut.json")
    kept = {(row.recipe, one.learning_rate) for row in load_study(tmp_path / "cut.json").entries for one in row.grid}
    assert kept
    study(tmp_path / "cut.json")
    whole = study(tmp_path / "whole.json")
    cut = load_study(tmp_path / "cut.json")

    def timeless(rows):
        return [replace(row, runs=tuple(replace(run, seconds=0) for run in row.runs)) for row in rows]

    assert timeless(cut.rows()) == timeless(whole.rows()) and cut.truth == whole.truth
    before = len(made)
    study(tmp_path / "cut.json")
    assert len(made) == before


def test_a_stopped_training_is_no_run(tiny, tmp_path, monkeypatch):
    train = recipe_training.train

    def stopped(*arguments, **settings):
        history = train(*arguments, **settings)
        history.stopped = True
        return history

    monkeypatch.setattr(recipe_training, "train", stopped)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path / "rows.json")
    assert not (tmp_path / "rows.json").exists()


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"epochs": 1}, "epochs = 2, this one has 1"),
        ({"rates": (0.5,)}, "rates = [0.01, 0.03], this one has [0.5]"),
        ({"seeds": 1}, "seeds = 2, this one has 1"),
        ({"data": "digits-rows"}, "about = fashion-mnist-rows, last readout, this one has digits-rows, last readout"),
        ({"task": "rows-mean"}, "task = rows, this one has rows-mean"),
    ],
)
def test_other_conditions_do_not_go_into_one_file(tiny, tmp_path, changes, words):
    path = tmp_path / "rows.json"
    study(path, only=["rows-psn"])
    before = path.read_bytes()
    with pytest.raises(ValueError, match=re.escape(words)):
        study(path, **changes)
    assert path.read_bytes() == before


def test_times_are_taken_in_turn_and_can_be_taken_again(tiny, tmp_path, monkeypatch):
    path = tmp_path / "rows.json"
    made = study(path)
    turns, train = [], study_module.train

    def noted(model, data, **settings):
        turns.append(type(model.neurons[0]).__name__)
        return train(model, data, **settings)

    monkeypatch.setattr(study_module, "train", noted)
    measure_times(made, path)
    assert turns == ["PSN", "LIF", "ReLU"] * 3  # one round to warm up, two that count
    assert all(len(row.epoch_times) == 2 and min(row.epoch_times) > 0 for row in made.rows())
    assert load_study(path) == made and made.time_machine["device"] == "cpu"
    assert made.row("psn").epoch_seconds == statistics.median(made.row("psn").epoch_times)


def changed(change):
    """A function of the text of a file that edits its content."""

    def edit(text):
        content = json.loads(text)
        change(content)
        return json.dumps(content)

    return edit


@pytest.mark.parametrize(
    "break_it, words",
    [
        (lambda text: text[: len(text) // 2], "is damaged, or is no study of psn_viz: "),
        (changed(lambda c: c.update(format=9)), "its format is 9, this psn_viz reads 2"),
        (changed(lambda c: c.update(entries=[{}])), "$.entries[0]: object missing required field `recipe`"),
        (
            changed(lambda c: c["entries"][0]["runs"][0].update(test_accuracy=7)),
            "$.entries[0].runs[0].test_accuracy: expected `float` <= 1.0, got 7",
        ),
        (
            changed(lambda c: c["entries"][0]["runs"][1].update(test_accuracy=0.123)),
            "answers of rows-psn, seed 1, do not give its test_accuracy",
        ),
        (changed(lambda c: c["truth"].clear()), "answers of rows-psn, seed 0, do not give its test_accuracy"),
        (changed(lambda c: c["entries"][0].update(label=None)), "$.entries[0].label: expected `str`, got None"),
        (
            changed(lambda c: c["entries"][0]["runs"][0].update(seed=0.5)),
            "$.entries[0].runs[0].seed: expected `int`, got 0.5",
        ),
        (changed(lambda c: c.update(made={})), "$.made: object missing required field `"),
        (
            changed(lambda c: c["entries"][0].update(grid=[])),
            "$.entries[0]: learning_rate must be one of those in grid, []",
        ),
        (lambda text: "[]", "$: expected `object`, got []"),
    ],
)
def test_a_damaged_file_is_named(tiny, tmp_path, break_it, words):
    path = tmp_path / "rows.json"
    study(path, only=["rows-psn"])
    path.write_text(break_it(path.read_text("utf-8")), "utf-8")
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        load_study(path)
    assert str(path) in str(caught.value)


def test_names_that_are_none(tiny, tmp_path):
    with pytest.raises(ValueError, match="name must be one of those that come with psn_viz"):
        load_study("columns")
    with pytest.raises(FileNotFoundError):
        load_study(tmp_path / "none.json")
    with pytest.raises(TypeError, match="name must be a path, got 3"):
        load_study(3)
    with pytest.raises(ValueError, match=r"task must be one of rows, rows-mean, .*; got 'columns'"):
        train_study("columns", tmp_path / "x.json")
    with pytest.raises(ValueError, match=r"only must name recipes of 'rows', rows-psn, .*; got 'psn'"):
        train_study("rows", tmp_path / "x.json", only=["psn"])


def test_the_command_carries_out_prints_and_goes_on(tiny, tmp_path, monkeypatch, capsys):
    line = ["study", "vowels", "--seeds", "2", "--epochs", "1", "--out", str(tmp_path / "new")]
    assert main([*line, "--only", "vowels-psn"]) == 0
    assert [row.recipe for row in load_study(tmp_path / "new" / "vowels.json").rows()] == ["vowels-psn"]
    assert main(line) == 0
    said = capsys.readouterr()
    made = load_study(tmp_path / "new" / "vowels.json")
    assert made.made["command"] == "psn-viz study vowels --seeds 2 --epochs 1"
    for row in made.rows():
        mean, spikes = f"{100 * row.mean:.1f} ± {100 * row.spread:.1f}", row.firing_rate
        spikes = "–" if spikes is None else f"{spikes:.3f}"
        rate = f"{row.learning_rate:g}{re.escape('*') * row.at_edge}"
        assert re.search(rf"^{row.label} +{mean} +{row.parameters} +{spikes} +– +{rate}", said.out, re.M)
    assert ("* the smallest or largest rate tried" in said.out) == any(row.at_edge for row in made.rows())
    assert "vowels-psn (1 of 3), learning rate 0.01, seed 0, epoch 1 of 1" in said.err
    assert main([*line, "--times"]) == 0
    assert "time of an epoch, 2 of 2" in capsys.readouterr().err
    monkeypatch.setattr(study_module, "train_once", lambda *_, **__: pytest.fail("made again"))
    assert main(line) == 0
    assert main(["study", "vowels", "--out", str(tmp_path / "new")]) == 1
    assert "this one has 5" in capsys.readouterr().err


def test_the_command_says_what_a_stopped_study_has(tiny, tmp_path, monkeypatch, capsys):
    call = command_module.Bar.__call__

    def stop_at_the_second_recipe(self, progress):
        call(self, progress)
        if "rows-lif" in self.title:
            raise KeyboardInterrupt

    line = ["study", "rows", "--seeds", "2", "--epochs", "1", "--out", str(tmp_path)]
    with monkeypatch.context() as patch:
        patch.setattr(command_module.Bar, "__call__", stop_at_the_second_recipe)
        assert main(line) == 130
    assert "stopped, what was finished is in" in capsys.readouterr().err
    assert len(load_study(tmp_path / "rows.json").rows()) == 1
    assert main(line) == 0


def test_the_command_refuses_in_words(tiny, tmp_path, capsys):
    assert main(["study", "columns", "--out", str(tmp_path)]) == 1
    assert "psn-viz study: task must be one of rows, rows-mean" in capsys.readouterr().err
    assert main(["study", "rows", "--times", "--out", str(tmp_path)]) == 1
    assert "rows.json" in capsys.readouterr().err
    assert main(["study"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(TASKS)


def test_stored_studies_are_whole_and_reproducible_from_what_they_say():
    size = 0
    for name in stored_studies():
        made = psn_viz.load_study(name)
        size += (FOLDER / f"{name}.json").stat().st_size
        names = [row.recipe for row in made.rows()]
        assert made.task == name and names == [recipe for recipe in TASKS[name] if recipe in names]
        assert [row.recipe for row in made.entries] == names  # none under way
        assert made.made["command"] == f"psn-viz study {name} --seeds {len(made.seeds)}"
        assert len(made.seeds) >= 5
        for row in made.rows():
            recipe, data = RECIPES[row.recipe], load_dataset(row.data)
            assert row.truth == "".join(map(str, data.test.y.tolist()))
            assert row.data == recipe.data and [run.seed for run in row.runs] == list(made.seeds)
            assert row.epochs == recipe.epochs and row.label == recipe.label
            assert row.updates == recipe.epochs * math.ceil(len(data.train) / 100)
            assert row.parameters == recipe.network(data, 0).parameter_count
            assert (row.firing_rate is None) == (row.family == "ReLU")
    assert size < 3e6


def test_recipes_say_what_their_neurons_are():
    for name, recipe in RECIPES.items():
        kind, neuron = recipe.kind, recipe.neuron(200)
        if kind.family == "LIF":
            assert (neuron.tau, neuron.reset) == (kind.tau, kind.reset)
            changed = name.endswith(("-attached", "-detached"))
            assert neuron.detach_reset == ((kind.reset == "soft") != changed)
        elif kind.family in ("masked PSN", "sliding PSN"):
            assert neuron.k == kind.k
        if name.endswith("memoryless"):
            assert isinstance(neuron, SlidingPSN) and neuron.k == 1 and kind.control


@pytest.mark.parametrize("layers", [1, 2, 4])
@pytest.mark.parametrize("k", [1, 3, 8])
def test_the_reach_is_how_far_a_gradient_gets(k, layers):
    T = 12
    kind = RECIPES["rows-sliding-8"].kind
    torch.manual_seed(0)
    model = psn_viz.SpikingClassifier(2, 2, neuron=lambda: SlidingPSN(k, "uniform"), hidden=(16,) * layers).double()
    model.eval()
    x = torch.rand(T, 8, 2, dtype=torch.float64, requires_grad=True)
    model(x).square().sum().backward()
    reached = int((x.grad != 0).any(2).any(1).sum())
    assert reached == replace(kind, k=k).reach(T, layers) == min(T, layers * (k - 1) + 1)


def test_saving_leaves_the_old_file_when_it_cannot_be_said(tiny, tmp_path):
    path = tmp_path / "rows.json"
    made = study(path, only=["rows-psn"])
    before = path.read_bytes()
    made.made["machine"] = {"cores": float("nan")}
    with pytest.raises(ValueError):
        save_study(path, made)
    assert path.read_bytes() == before
