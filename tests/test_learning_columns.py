"""The paper's sequential task, small: augmentation, recipes, and CIFAR files in their real format from end to end."""

import hashlib
import io
import itertools
import os
import tarfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.cli.main import main
from psn_viz.files import locked
from psn_viz.learning import Dataset, Split, load_dataset, load_model, save_model, train
from psn_viz.learning import augmentation as augmentation_module
from psn_viz.learning import training as training_module
from psn_viz.learning.augmentation import augment_columns, cutmix, mixup
from psn_viz.learning.data import remote
from psn_viz.learning.data.download import RemoteFile
from psn_viz.learning.image_networks import SequentialCIFARClassifier
from psn_viz.learning.networks import SpikingClassifier
from psn_viz.learning.recipes import RECIPES, recipe_for
from psn_viz.neurons import LIF, PSN, MaskedPSN


def rng(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def batch(n=5, channels=2, rows=6, columns=7, classes=4, seed=0):
    """x `[T=columns, n, channels·rows]` of different numbers above 0, and labels."""
    x = torch.rand(columns, n, channels * rows, generator=rng(seed)) + 0.1
    return x, torch.arange(n) % classes


# Augmentation ---------------------------------------------------------------------------------------------


@given(st.integers(1, 6), st.integers(1, 3), st.integers(4, 9), st.integers(1, 9), st.integers(0, 10**6))
def test_shapes_stay_and_shares_add_up(n, channels, rows, columns, seed):
    x, y = batch(n, channels, rows, columns)
    before = x.clone()
    changed, share = augment_columns(x, y, channels, 4, rng(seed))
    assert changed.shape == x.shape and changed.dtype == x.dtype and torch.equal(x, before)
    assert share.shape == (n, 4) and torch.allclose(share.sum(1), torch.ones(n))
    assert (share >= 0).all() and (changed <= x.max() + 1e-6).all() and (changed >= 0).all()


def test_the_generator_decides_alone():
    x, y = batch()
    first, second, other = (augment_columns(x, y, 2, 4, rng(seed))[0] for seed in (1, 1, 2))
    assert torch.equal(first, second) and not torch.equal(first, other)


def test_mirrored_means_from_right_to_left(monkeypatch):
    monkeypatch.setattr(augmentation_module, "ERASED", 0.0)
    for name in ("mixup", "cutmix"):
        monkeypatch.setattr(augmentation_module, name, lambda images, share, rng: (images, share))
    x, y = batch(n=40)
    changed, share = augment_columns(x, y, 2, 4, rng(0))
    mirrored = torch.tensor([torch.equal(changed[:, i], x.flip(0)[:, i]) for i in range(40)])
    same = torch.tensor([torch.equal(changed[:, i], x[:, i]) for i in range(40)])
    assert (mirrored ^ same).all() and 8 < mirrored.sum() < 32
    assert torch.equal(share.argmax(1), y) and (share.max(1).values == 1).all()


def test_what_is_erased_is_one_rectangle_of_all_channels(monkeypatch):
    monkeypatch.setattr(augmentation_module, "ERASED", 1.0)
    monkeypatch.setattr(augmentation_module, "FLIPPED", 0.0)
    for name in ("mixup", "cutmix"):
        monkeypatch.setattr(augmentation_module, name, lambda images, share, rng: (images, share))
    x, y = batch(n=30, rows=8, columns=9)
    gone = augment_columns(x, y, 2, 4, rng(0))[0].unflatten(2, (2, 8)) == 0  # [columns, n, channels, rows]
    for i in range(30):
        assert torch.equal(gone[:, i, 0], gone[:, i, 1])
        columns, rows = gone[:, i, 0].any(1), gone[:, i, 0].any(0)
        assert torch.equal(gone[:, i, 0], columns[:, None] & rows)
        assert gone[:, i, 0].sum() <= 0.45 * 72
    assert gone.any()


def test_mixup_is_a_share_of_each_of_two():
    images, share = torch.rand(4, 2, 5, 6, generator=rng(1)), torch.eye(4)
    mixed, shares = mixup(images, share, rng(2))
    part = float(shares[0, 0])
    assert 0 <= part <= 1
    assert torch.allclose(mixed, part * images + (1 - part) * images.roll(1, 0), atol=1e-6)
    assert torch.allclose(shares, part * share + (1 - part) * share.roll(1, 0), atol=1e-6)


@given(st.integers(0, 10**6))
def test_cutmix_takes_every_number_from_one_of_two_and_counts_them(seed):
    images, share = torch.rand(4, 2, 5, 6, generator=rng(1)), torch.eye(4)
    mixed, shares = cutmix(images, share, rng(seed))
    own, other = mixed == images, mixed == images.roll(1, 0)
    assert (own | other).all()
    assert float(shares[2, 2]) == pytest.approx(own[2].double().mean().item(), abs=1e-6)


def test_beta_has_its_mean_and_its_spread():
    for alpha in (0.2, 1.0):
        generator = rng(0)
        drawn = torch.tensor([augmentation_module._beta(alpha, generator) for _ in range(4000)])
        assert drawn.mean() == pytest.approx(0.5, abs=0.03)
        assert drawn.var() == pytest.approx(0.25 / (2 * alpha + 1), abs=0.01)


# Training -------------------------------------------------------------------------------------------------


def grey(n=12, T=6, height=8) -> Dataset:
    x = torch.rand(T, n, height, generator=rng(3))
    parts = {name: Split(x, torch.arange(n) % 3) for name in ("train", "validation", "test")}
    return Dataset("grey", class_names=("a", "b", "c"), **parts)


def net(neuron=lambda: MaskedPSN(6, 3)) -> SequentialCIFARClassifier:
    torch.manual_seed(0)
    model = SequentialCIFARClassifier(3, neuron, width=4, channels=1, height=8)
    for one in model.neurons:
        one.threshold.data.fill_(0.05)  # so narrow a network is silent else
    return model


def test_a_run_with_augmentation_that_was_cut_off_ends_like_one_in_one_piece(tmp_path):
    settings = {"epochs": 3, "batch_size": 4, "augmentation": "columns", "label_smoothing": 0.1, "device": "cpu"}
    whole, cut = net(), net()
    train(whole, grey(), **settings)

    def stop(progress):
        if progress.step >= 5:
            raise KeyboardInterrupt

    file = tmp_path / "run.safetensors"
    assert train(cut, grey(), checkpoint=file, callbacks=[stop], **settings).stopped
    again = net()
    train(again, grey(), checkpoint=file, resume=True, **settings)
    for name, values in whole.state_dict().items():
        assert torch.equal(values, again.state_dict()[name]), name


def test_augmentation_changes_the_run_and_nothing_else_does():
    plain, other, named = net(), net(), net()
    train(plain, grey(), epochs=3, device="cpu")
    history = train(other, grey(), epochs=3, augmentation="columns", device="cpu")
    assert history.settings["augmentation"] == "columns"
    assert "augmentation" not in train(named, grey(), epochs=3, augmentation="none", device="cpu").settings
    weights = [model.head.weight for model in (plain, other, named)]
    assert torch.equal(weights[0], weights[2]) and not torch.equal(weights[0], weights[1])


def test_every_batch_is_augmented_anew(monkeypatch):
    drawn = []

    def noted(x, y, channels, classes, rng):
        drawn.append(rng.get_state())
        return augment_columns(x, y, channels, classes, rng)

    monkeypatch.setattr(training_module, "augment_columns", noted)
    train(net(), grey(), epochs=2, batch_size=4, augmentation="columns", device="cpu")
    assert len(drawn) == 6
    assert not any(torch.equal(one, other) for one, other in itertools.combinations(drawn, 2))


def test_augmentation_needs_images():
    model = SpikingClassifier(8, 3, neuron=LIF, hidden=(4,))
    with pytest.raises(ValueError, match=r"augmentation 'columns' needs images .* got a SpikingClassifier"):
        train(model, grey(), augmentation="columns")
    with pytest.raises(ValueError, match=r"needs images of one length .* got 'japanese-vowels', whose samples vary"):
        model = SequentialCIFARClassifier(9, lambda: PSN(29), width=4, channels=1, height=12)
        train(model, load_dataset("japanese-vowels"), augmentation="columns")
    with pytest.raises(ValueError, match=r"augmentation must be .*'mixup'"):
        train(net(), grey(), augmentation="mixup")


def test_the_network_for_other_images_can_be_saved(tmp_path):
    model = net(lambda: PSN(6)).eval()
    x = grey().test.x
    loaded = load_model(save_model(tmp_path / "m", model, None, data=grey()))
    assert (loaded.channels, loaded.height) == (1, 8) and torch.equal(loaded(x), model(x))
    with pytest.raises(ValueError, match="height must be"):
        SequentialCIFARClassifier(3, LIF, height=3)


# Recipes --------------------------------------------------------------------------------------------------


def test_the_recipes_are_the_published_ones():
    for task, T in (("seq-cifar10", 32), ("seq-fashion-mnist", 28)):
        for name, recipe in RECIPES.items():
            if not name.startswith(f"{task}-") or "-small-" in name:
                continue
            columns = recipe.columns
            assert (recipe.epochs, recipe.readout, columns.width, columns.batch_size) == (256, "mean", 128, 128)
            assert (columns.label_smoothing, columns.augmentation, columns.samples) == (0.1, "columns", None)
            own = {"sgd": 0.1, "adamw": 0.001}
            assert recipe.learning_rate == own[columns.optimizer]
            other = name.endswith(("-adamw", "-sgd"))
            assert (columns.optimizer == "adamw") == ((recipe.kind.family == "sliding PSN") != other)
        assert RECIPES[f"{task}-lif-soft-2"].neuron(T).detach_reset
        assert RECIPES[f"{task}-masked-{T}-adamw"].kind.k == T
    assert RECIPES["seq-cifar10-psn"].columns.channels == 3


def test_a_fraction_says_that_it_is_one():
    for name, recipe in RECIPES.items():
        if "-small-" in name:
            assert "a fraction: 2000 images, width 16" in recipe.about
            assert (recipe.columns.samples, recipe.columns.width) == (2000, 16)
    data = load_dataset("fashion-mnist-columns")
    part = RECIPES["seq-fashion-mnist-small-psn"].part_of(data)
    assert len(part.train) == 2000 and len(part.test) == len(data.test)
    assert torch.equal(part.train.x, data.train.x[:, :2000])
    assert RECIPES["seq-fashion-mnist-psn"].part_of(data) is data


def test_columns_are_the_transposed_rows():
    rows, columns = load_dataset("fashion-mnist-rows"), load_dataset("fashion-mnist-columns")
    assert torch.equal(rows.train.x.transpose(0, 2), columns.train.x)
    assert torch.equal(rows.test.y, columns.test.y)


# CIFAR files in their real format -------------------------------------------------------------------------


def archive(tmp_path, each=20):
    """CIFAR-10 in its binary version, with `each` images a file: a byte for the class, then 3 · 32 · 32."""
    random, packed = np.random.RandomState(0), io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin", "batches.meta.txt"):
            raw = random.randint(0, 256, (each, 3073), dtype=np.uint8)
            raw[:, 0] = np.arange(each) % 10
            content = raw.tobytes() if name.endswith("bin") else "\n".join(f"thing{i}" for i in range(10)).encode()
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(packed.getvalue())
    return RemoteFile("http://localhost:9/cifar-10-binary.tar.gz", len(packed.getvalue()),
                      hashlib.md5(packed.getvalue()).hexdigest())  # fmt: skip


@pytest.fixture
def cifar(tmp_path, monkeypatch):
    known = remote.CIFAR["sequential-cifar10"]
    monkeypatch.setitem(remote.CIFAR, "sequential-cifar10", replace(known, archive=archive(tmp_path)))
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path))


@pytest.mark.parametrize("recipe", ["psn", "masked-32", "lif-soft-2"])
def test_the_command_trains_on_cifar_and_saves(cifar, tmp_path, capsys, recipe):
    name = f"seq-cifar10-small-{recipe}"
    assert main(["train", name, "--epochs", "1", "--device", "cpu", "--out", str(tmp_path / "out")]) == 0
    assert "validation" in capsys.readouterr().out
    model = load_model(tmp_path / "out" / name)
    assert isinstance(model, SequentialCIFARClassifier) and model.width == 16 and len(model.neurons) == 7
    assert model.card["training"]["augmentation"] == "columns" and model.card["training"]["optimizer"] == "adamw"
    assert "a fraction" in model.card["about"]
    assert model(load_dataset("sequential-cifar10").test.x[:, :2]).shape == (2, 10)


def test_the_whole_recipe_runs_too(cifar, tmp_path):
    line = ["train", "seq-cifar10-sliding-32", "--epochs", "1", "--device", "cpu", "--out", str(tmp_path / "out")]
    assert main(line) == 0
    card = load_model(tmp_path / "out" / "seq-cifar10-sliding-32").card
    settings = {name: card["training"][name] for name in ("optimizer", "learning_rate", "batch_size")}
    assert settings == {"optimizer": "adamw", "learning_rate": 0.001, "batch_size": 128}
    assert card["network"]["width"] == 128 and "fraction" not in card["about"]


def test_without_the_files_the_command_says_how_to_get_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path))
    assert main(["train", "seq-cifar10-psn", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "'sequential-cifar10' is not on this machine" in said and "download=True" in said
    assert said.rstrip().endswith("with --download, this command downloads it")
    assert "seq-cifar10-psn.checkpoint" not in os.listdir(tmp_path / "out")


def test_with_download_the_data_are_asked_for_first(cifar, tmp_path, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(
        "psn_viz.cli.train_command.load_dataset", lambda name, download: asked.append((name, download))
    )
    line = ["train", "seq-cifar10-small-psn", "--epochs", "1", "--device", "cpu", "--download"]
    assert main([*line, "--out", str(tmp_path / "out")]) == 0
    assert asked == [("sequential-cifar10", True)]


@pytest.mark.parametrize(
    ("recipe", "data", "what"),
    [
        ("seq-cifar10-small-psn", "fashion-mnist-columns", "28 features in each step$"),
        ("seq-cifar10-small-psn", "digits-pixels", "1 features in each step$"),
        ("seq-cifar10-small-psn", "japanese-vowels", "12 features in each step, of varying length$"),
        ("seq-fashion-mnist-small-psn", "fashion-mnist-pixels", "1 features in each step$"),
        ("seq-fashion-mnist-small-psn", "japanese-vowels", "12 features in each step, of varying length$"),
    ],
)
def test_data_that_are_no_images_are_refused_by_name(recipe, data, what, tmp_path, capsys):
    channels = RECIPES[recipe].columns.channels
    wanted = (
        rf"data must be images of one length for recipe '{recipe}', {channels} channels of .* got '{data}': {what}"
    )
    with pytest.raises(ValueError, match=wanted):
        RECIPES[recipe].network(load_dataset(data), 0)
    assert main(["train", recipe, "--data", data, "--out", str(tmp_path)]) == 1
    assert "data must be images of one length" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("seq-cifar", "'seq-cifar10-psn'"),
        ("SEQ-CIFAR10-PSN", "'seq-cifar10-psn'"),
        ("seq-fashion-mnist-small-pns", "'seq-fashion-mnist-small-psn'"),
        ("", "'rows-psn'"),
        ("zzz", "'rows-psn'"),
    ],
)
def test_a_name_that_is_none_is_told_the_near_ones(typed, named):
    with pytest.raises(ValueError, match=r"name must be one of the .* that `psn-viz train --list` shows") as caught:
        recipe_for(typed)
    message = str(caught.value)
    assert named in message and message.endswith(f"got {typed!r}") and len(message) < 400


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": ["rows-psn"]}, TypeError, r"name must be that of a recipe, such as 'rows-psn', got \['rows-psn'\]"),
        ({"name": None}, TypeError, "name must be that of a recipe"),
        ({"epochs": 0}, ValueError, "epochs must be an integer ≥ 1, got 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be an integer ≥ 1, got 1.5"),
        ({"epochs": True}, TypeError, "epochs must be an integer ≥ 1, got True"),
        ({"data": 3}, TypeError, "data must be the name of a data set or None, got 3"),
    ],
)
def test_other_epochs_and_data_are_checked(arguments, error, message):
    with pytest.raises(error, match=message):
        recipe_for(**({"name": "seq-cifar10-psn"} | arguments))


def test_a_download_that_another_process_makes_ends_the_command_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path))
    with locked(tmp_path / "cifar-10-binary.tar.gz", 0):
        line = ["train", "seq-cifar10-psn", "--download", "--out", str(tmp_path / "out")]
        assert main(line) == 1
    assert "is being downloaded by another process: wait until it is done" in capsys.readouterr().err
