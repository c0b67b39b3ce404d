"""The data sets: what they promise, that their parts are disjoint and always the same, what is refused."""

import hashlib
import re
from importlib import resources

import numpy as np
import pytest
import torch

from psn_viz.learning import DATASETS, Split, load_dataset, recall_dataset
from psn_viz.learning.data.bundled import stored_arrays
from psn_viz.learning.data.images_as_sequences import columns

PARTS = ("train", "validation", "test")
FOLDER = resources.files("psn_viz.learning") / "data"

# name: (T, features, classes), samples of the parts, licence, a word of the source, SHA-256 of each part
SHIPPED = {
    "fashion-mnist-rows": (
        (28, 28, 10),
        (3600, 400, 1000),
        ("MIT", "Zalando"),
        "1708.07747",
        ("1b9ed6f079e171b9", "cfa998b04acdbe80", "945f4528225187a4"),
    ),
    "fashion-mnist-rows-tempo": (
        (42, 28, 10),
        (3600, 400, 1000),
        ("MIT", "Zalando"),
        "1708.07747",
        ("067f3cfb740b25e0", "7cd8ed1c76eba8e2", "679077605e4e1a78"),
    ),
    "fashion-mnist-pixels": (
        (196, 1, 10),
        (3600, 400, 1000),
        ("MIT", "Zalando"),
        "1708.07747",
        ("400c4044cfa762d3", "b42e8398a9a2276a", "7909af991d1f241a"),
    ),
    "digits-rows": (
        (8, 8, 10),
        (1297, 140, 360),
        ("BSD", "CC BY 4.0", "UCI"),
        "Alpaydin",
        ("ec814a9cd03b5704", "906e894c1596292e", "cdadf65413c800e7"),
    ),
    "digits-pixels": (
        (64, 1, 10),
        (1297, 140, 360),
        ("BSD", "CC BY 4.0", "UCI"),
        "Alpaydin",
        ("ad1121ac8d112d22", "83ed8304729e737a", "148a86b7926e0d30"),
    ),
    "japanese-vowels": (
        (29, 12, 9),
        (243, 27, 370),
        ("CC BY 4.0", "Kudo", "Toyama", "Shimbo", "UCI"),
        "Kudo, Toyama and Shimbo",
        ("0605b136bc5855b9", "dc9a49d84ce24e36", "bdb6bf00b393a270"),
    ),
    "recall-8": (
        (9, 6, 4),
        (4000, 400, 400),
        ("MIT",),
        "generated",
        ("b9b9fa944fc93d0a", "974acfd967affaef", "78119a8518b3cf3c"),
    ),
    "recall-8-mixed": (
        (9, 6, 4),
        (4000, 400, 400),
        ("MIT",),
        "generated",
        ("9f45ee00ebf223a0", "cf0f2945f87b62df", "fd5b8fb3c7bcd0b4"),
    ),
}


def numbers(part):
    return [tensor for tensor in (part.x, part.y, part.length) if tensor is not None]


def digest(part):
    return hashlib.sha256(b"".join(tensor.numpy().tobytes() for tensor in numbers(part))).hexdigest()[:16]


def samples(part):
    return [sample.numpy().tobytes() for sample in part.x.transpose(0, 1).contiguous()]


# What is shipped ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request):
    return load_dataset(request.param), *SHIPPED[request.param]


def test_shapes_classes_and_sources_are_the_promised_ones(shipped):
    data, sizes, counts, licence, source, _ = shipped
    assert (data.T, data.features, data.classes) == sizes
    assert tuple(len(getattr(data, part)) for part in PARTS) == counts
    for part in (data.train, data.validation, data.test):
        assert part.x.dtype == torch.float32 and part.y.dtype == torch.int64
        assert torch.isfinite(part.x).all()
        assert set(part.y.tolist()) == set(range(data.classes))
        if data.name not in ("japanese-vowels", "fashion-mnist-rows-tempo"):
            assert part.length is None and part.x.min() == 0 and 0.99 < part.x.max() <= 1
    assert len(set(data.class_names)) == data.classes
    assert all(word in data.licence for word in licence) and source in data.source


def test_no_sample_is_in_two_parts(shipped):
    data, _, counts, *_ = shipped
    seen = [set(samples(getattr(data, part))) for part in PARTS]
    assert [len(part) for part in seen] == list(counts)  # nor twice in one
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])


def test_the_parts_are_the_same_on_every_machine(shipped):
    data, *_, digests = shipped
    again = load_dataset(data.name)
    assert [digest(getattr(data, part)) for part in PARTS] == [digest(getattr(again, part)) for part in PARTS]
    assert [digest(getattr(data, part)) for part in PARTS] == list(digests)


def test_a_callers_edits_stay_with_the_caller(shipped):
    data = shipped[0]
    before = digest(data.train)
    mine = load_dataset(data.name)
    for tensor in numbers(mine.train):
        tensor.fill_(3)
    assert digest(load_dataset(data.name).train) == digest(data.train) == before


def test_what_is_kept_between_calls_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        stored_arrays("digits.npz")["images"][0] = 1


def test_validation_is_every_tenth_of_each_class(shipped):
    data = shipped[0]
    if data.name.startswith("recall"):
        pytest.skip("recall makes its parts")
    count = data.train.y.bincount() + data.validation.y.bincount()
    assert torch.equal(data.validation.y.bincount(), count // 10)


def test_every_shipped_file_has_its_licence_and_all_are_small():
    files = {file.name: file for file in FOLDER.iterdir() if file.is_file()}
    texts = [file.read_text("utf-8") for name, file in files.items() if name.endswith(".LICENSE")]
    together = " ".join(texts)
    for words in ("Zalando", "digits.npz", "Alpaydin", "BSD 3-Clause", "japanese_vowels.npz", "Kudo", "CC BY 4.0"):
        assert words in together
    assert {name for name in files if name.endswith(".npz")} == {
        "digits.npz",
        "fashion_mnist_4000_1000.npz",
        "japanese_vowels.npz",
    }
    assert sum(len(file.read_bytes()) for file in files.values()) < 3.5e6


def test_the_docstring_names_every_data_set():
    assert set(SHIPPED) < set(DATASETS)
    for name in DATASETS:
        assert f'"{name}"' in load_dataset.__doc__, name


# How they are read ----------------------------------------------------------------------------------------


def test_fashion_pixels_are_the_means_of_four_row_after_row():
    rows, pixels = load_dataset("fashion-mnist-rows"), load_dataset("fashion-mnist-pixels")
    for part in PARTS:
        images = getattr(rows, part).x.transpose(0, 1)
        means = torch.nn.functional.avg_pool2d(images, 2)
        assert torch.allclose(getattr(pixels, part).x[:, :, 0].T.view(-1, 14, 14), means, atol=1e-6)
        assert torch.equal(getattr(pixels, part).y, getattr(rows, part).y)


def test_rows_at_various_speeds_are_the_same_images_resampled():
    rows, tempo = load_dataset("fashion-mnist-rows"), load_dataset("fashion-mnist-rows-tempo")
    for part in PARTS:
        still, moving = getattr(rows, part), getattr(tempo, part)
        assert torch.equal(moving.y, still.y)
        assert (int(moving.length.min()), int(moving.length.max())) == (14, 42)
        for i in range(0, len(still), 37):
            steps = int(moving.length[i])
            expected = np.array(
                [np.interp(np.linspace(0, 27, steps), np.arange(28), column) for column in still.x[:, i].T.numpy()]
            ).T
            assert np.allclose(moving.x[:steps, i].numpy(), expected, atol=1e-5)
    # The speed tells nothing of the class.
    means = [tempo.train.length[tempo.train.y == label].double().mean() for label in range(10)]
    assert max(means) - min(means) < 2.5


def test_digits_are_read_from_top_to_bottom_and_left_to_right():
    rows, pixels = load_dataset("digits-rows"), load_dataset("digits-pixels")
    with np.load(str(FOLDER / "digits.npz"), allow_pickle=False) as raw:
        images, labels = raw["images"], raw["labels"]
    assert images.shape == (1797, 8, 8) and images.max() == 16
    for data in (rows, pixels):
        assert np.array_equal((data.test.x.transpose(0, 1).reshape(-1, 8, 8) * 16).numpy(), images[1437:])
        assert np.array_equal(data.test.y.numpy(), labels[1437:])
    assert torch.equal(rows.train.x[2, 5], torch.from_numpy(images[5, 2] / np.float32(16)))
    assert pixels.train.x[2 * 8 + 3, 5] == images[5, 2, 3] / 16


def test_vowels_end_where_they_end():
    data = load_dataset("japanese-vowels")
    with np.load(str(FOLDER / "japanese_vowels.npz"), allow_pickle=False) as raw:
        x, length, y = raw["x"], raw["length"].astype(int), raw["y"]
    assert (data.train.length.min(), data.train.length.max()) == (7, 26)
    assert (data.test.length.min(), data.test.length.max()) == (7, 29)
    spoken = np.split(x, np.cumsum(length)[:-1])[270:]
    for sample in (0, 100, 369):
        n = int(data.test.length[sample])
        assert n == length[270 + sample] and data.test.y[sample] == y[270 + sample]
        assert np.array_equal(data.test.x[:n, sample].numpy(), spoken[sample])
        assert not data.test.x[n:, sample].any()
    assert data.class_names[0] == "speaker 1" and data.class_names[-1] == "speaker 9"
    assert repr(data.test) == "Split(x=[29, 370, 12] torch.float32, y=[370], length=7 … 29)"


def test_columns_of_colour_images():
    images = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    part = columns(images, np.array([1, 0], np.uint8), white=100)
    assert part.x.shape == (5, 2, 12)
    for t in range(5):
        assert np.allclose(part.x[t].unflatten(1, (3, 4)).numpy() * 100, images[..., t])


# Lengths --------------------------------------------------------------------------------------------------


def padded(length, x=None):
    x = torch.ones(4, 2, 3) if x is None else x
    return Split(x, torch.zeros(2, dtype=torch.int64), length)


def test_lengths_are_kept():
    x = torch.ones(4, 2, 3)
    x[1:, 0] = 0
    assert padded(torch.tensor([1, 4]), x).length.tolist() == [1, 4]
    assert padded(torch.tensor([2, 4]), x).length.tolist() == [2, 4]  # zeros may be data
    assert padded(None).length is None


@pytest.mark.parametrize(
    ("length", "error", "words"),
    [
        ([4, 4], TypeError, "length must be a torch tensor, got list"),
        (torch.tensor([4.0, 4.0]), TypeError, "length must have dtype torch.int64, got torch.float32"),
        (torch.tensor([4]), ValueError, "length must hold one length for each of the 2 samples of x [4, 2, 3]"),
        (torch.tensor([[4, 4]]), ValueError, "got [1, 2]"),
        (torch.tensor([4, 0]), ValueError, "length must lie in 1 to T = 4, the time-steps of x, got 0 to 4"),
        (torch.tensor([5, 4]), ValueError, "got 4 to 5"),
        (torch.tensor([4, 2]), ValueError, "sample 1 has length 2 and something else than 0 at time-step 2"),
    ],
)
def test_lengths_that_do_not_fit_are_refused(length, error, words):
    with pytest.raises(error, match=re.escape(words)):
        padded(length)


def test_nan_is_no_padding():
    x = torch.zeros(4, 2, 3)
    x[3, 1, 2] = torch.nan
    with pytest.raises(ValueError, match="sample 1 has length 3 and something else than 0 at time-step 3"):
        padded(torch.tensor([4, 3]), x)


# Recall ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", [1, 2, 8])
def test_recall_shows_the_cue_then_noise_then_asks(delay):
    data = recall_dataset(delay, train=40, validation=8, test=12)
    assert (data.T, data.features, data.classes) == (delay + 1, 6, 4)
    for part in (data.train, data.validation, data.test):
        cue, distractor, question = part.x[..., :4], part.x[..., 4], part.x[..., 5]
        assert torch.equal(cue[0], torch.nn.functional.one_hot(part.y, 4).float()) and not cue[1:].any()
        assert not distractor[0].any() and (distractor[1:] > 0).all() and distractor.max() < 1
        assert not question[:-1].any() and (question[-1] == 1).all()
        assert part.y.bincount().tolist() == [len(part) // 4] * 4
    assert len(set(data.train.x[1:, :, 4].flatten().tolist())) > 30 * delay  # each its own


@pytest.mark.parametrize("delay", [1, 2, 8])
def test_mixed_distractors_come_one_a_step_in_the_channels_of_the_cues(delay):
    data = recall_dataset(delay, mixed=True, train=200, validation=8, test=12)
    assert data.name == f"recall-{delay}-mixed" and (data.T, data.features, data.classes) == (delay + 1, 6, 4)
    for part in (data.train, data.validation, data.test):
        cue, own, question = part.x[..., :4], part.x[..., 4], part.x[..., 5]
        assert torch.equal(cue[0], torch.nn.functional.one_hot(part.y, 4).float())
        assert ((cue[1:] > 0).sum(-1) == 1).all() and cue[1:].max() < 0.25 and not own.any()
        assert not question[:-1].any() and (question[-1] == 1).all()
    shares = (data.train.x[1:, :, :4] > 0).float().mean((0, 1))
    assert ((shares - 0.25).abs() < 0.1).all(), "each channel as often as the others"
    assert len(set(data.train.x[1:].flatten().tolist())) > 190 * delay  # each its own


def test_mixed_distractors_tell_nothing_about_the_class():
    data = recall_dataset(4, mixed=True, noise=1.0)
    by_class = torch.stack([data.train.x[1:, data.train.y == label, :4].mean((0, 1)) for label in range(4)])
    assert (by_class - 0.125).abs().max() < 0.02 and data.name == "recall-4-mixed noise=1.0"


def test_recall_depends_on_its_arguments_as_said():
    data = load_dataset("recall-3")
    same = recall_dataset(3)
    more = recall_dataset(3, train=4500)
    other = recall_dataset(3, seed=1)
    assert [digest(getattr(data, part)) for part in PARTS] == [digest(getattr(same, part)) for part in PARTS]
    assert torch.equal(more.train.x[:, :4000], data.train.x) and digest(more.test) == digest(data.test)
    assert not set(samples(other.train)) & set(samples(data.train))
    assert (data.name, other.name) == ("recall-3", "recall-3 seed=1")
    quiet = recall_dataset(5, noise=0.25, cues=2)
    assert quiet.name == "recall-5 cues=2 noise=0.25" and quiet.classes == 2
    assert 0.2 < quiet.train.x[..., 2].max() <= 0.25
    assert not recall_dataset(2, noise=0).train.x[..., 4].any()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"delay": 0}, ValueError, "delay must be an integer ≥ 1, got 0"),
        ({"delay": 2.0}, TypeError, "delay must be"),
        ({"delay": 2, "cues": 1}, ValueError, "cues must be an integer ≥ 2, got 1"),
        ({"delay": 2, "noise": 1.5}, ValueError, "noise must be a number from 0 to 1, got 1.5"),
        ({"delay": 2, "mixed": 1}, TypeError, "mixed must be True or False, got 1"),
        ({"delay": 2, "test": 0}, ValueError, "test must be an integer ≥ 1, got 0"),
        ({"delay": 2, "seed": -1}, ValueError, "seed must be an integer from 0 to 4294967295, got -1"),
    ],
)
def test_bad_arguments_of_recall_are_refused(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        recall_dataset(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"name": "mnist"}, ValueError, "'recall-8', 'recall-8-mixed', 'fashion-mnist-rows-full'"),
        ({"name": "mnist"}, ValueError, "(any delay for 8); got 'mnist'"),
        ({"name": "recall-0"}, ValueError, "got 'recall-0'"),
        ({"name": "recall-08"}, ValueError, "got 'recall-08'"),
        ({"name": "recall-8-own"}, ValueError, "got 'recall-8-own'"),
        ({"name": "recall-"}, ValueError, "got 'recall-'"),
        ({"name": None}, TypeError, "name must be a string"),
        ({"name": "recall-8", "download": 1}, TypeError, "download must be True or False, got 1"),
        ({"name": "recall-8", "folder": 3}, TypeError, "folder must be a path or None, got 3"),
        ({"name": "recall-8", "report": "yes"}, TypeError, "report must be a function"),
    ],
)
def test_bad_arguments_of_load_dataset_are_refused(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        load_dataset(**arguments)
