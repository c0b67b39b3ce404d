"""JSON files: checked against a type, refused by file and place, written whole; stored files found by name."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from psn_viz import json_files
from psn_viz.json_files import Count, Fraction, NonNegative, Positive
from psn_viz.learning import load_study, stored_studies
from psn_viz.learning.study_results import FOLDER, save_study


@dataclass(frozen=True)
class Part:
    name: str
    size: Count
    share: Fraction = 1.0

    def __post_init__(self) -> None:
        if self.name == "":
            raise ValueError("name must not be empty")


@dataclass
class Whole:
    parts: list[Part]
    pairs: tuple[tuple[Positive, NonNegative | None], ...] = ()
    times: dict[str, Annotated[list[Positive], Meta(min_length=1)]] = field(default_factory=dict)


GOOD = {
    "format": 3,
    "parts": [{"name": "a", "size": 1}, {"name": "b", "size": 2, "share": 0.5}],
    "pairs": [[1, None], [0.5, 0]],
    "times": {"a": [1.0, 2]},
}


def read(path: Path, content: object) -> Whole:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return json_files.read(path, Whole, "file of wholes", version=3)


def test_a_file_becomes_its_type(tmp_path):
    parts = [Part("a", 1), Part("b", 2, 0.5)]
    assert read(tmp_path / "x.json", GOOD) == Whole(parts, ((1.0, None), (0.5, 0.0)), {"a": [1.0, 2.0]})


def changed(part: dict) -> dict:
    return {**GOOD, "parts": [GOOD["parts"][0], {**GOOD["parts"][1], **part}]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({**GOOD, "format": 4}, "its format is 4, this psn_viz reads 3"),
        ({"parts": []}, "its format is None, this psn_viz reads 3"),
        ([1], "$: expected `object`, got [1]"),
        ({"format": 3}, "$: object missing required field `parts`"),
        (changed({"size": "2"}), "$.parts[1].size: expected `int`, got '2'"),
        (changed({"size": 2.5}), "$.parts[1].size: expected `int`, got 2.5"),
        (changed({"size": True}), "$.parts[1].size: expected `int`, got True"),
        (changed({"size": 0}), "$.parts[1].size: expected `int` >= 1, got 0"),
        (changed({"share": 1.5}), "$.parts[1].share: expected `float` <= 1.0, got 1.5"),
        (changed({"name": ""}), "$.parts[1]: name must not be empty"),
        (changed({"name": {"a" * 99: "b" * 99}}), "$.parts[1].name: expected `str`, got {'aaa"),
        ({**GOOD, "pairs": [[1, 1], [1]]}, "$.pairs[1]: expected `array` of length 2, got [1]"),
        ({**GOOD, "pairs": [[1, 1], [0, 1]]}, "$.pairs[1][0]: expected `float` > 0.0, got 0"),
        ({**GOOD, "times": {"a": []}}, "$.times[...]: expected `array` of length >= 1"),
        ({**GOOD, "times": {"a": ["x"]}}, "$.times[...][0]: expected `float`, got `str`"),
        (json.dumps(GOOD)[:-1], "truncated"),
        ("[" * 100_000, "nested too deeply"),
        ('{"format": 3, "parts": [], "pairs": [[NaN, 1]]}', "invalid character (byte 38), at b'NaN, 1]]}'"),
        ('{"format": 3, "parts": [], "pairs": [[1, Infinity]]}', "at b'Infinity]]}'"),
        ('{"format": 3, "parts": [], "pairs": [[1e999, 1]]}', "out of range"),
        ("", "truncated"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_file_and_place_with_what_came_and_what_is_allowed(content, words, tmp_path):
    path = tmp_path / "x.json"
    with pytest.raises(ValueError) as error:
        read(path, content)
    assert str(error.value).startswith(f"{path} is damaged, or is no file of wholes: ")
    assert words in str(error.value) and len(str(error.value)) < len(str(path)) + 200


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'{"format": 3, "parts": [{"name": "\xff", "size": 1}]}'])
def test_bytes_that_are_no_text_are_refused_by_name(data, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=re.escape(f"{path} is damaged")):
        json_files.read(path, Whole, "file of wholes", version=3)


WHOLES = st.builds(
    Whole,
    st.lists(
        st.builds(Part, st.text(min_size=1).filter(str.isprintable), st.integers(1, 2**63 - 1), st.floats(0, 1))
    ),
    st.lists(st.tuples(st.floats(1e-300, 1e300), st.none() | st.floats(0, 1e300))).map(tuple),
    st.dictionaries(st.text("abc"), st.lists(st.floats(1e-300, 1e300), min_size=1)),
)


@given(whole=WHOLES)
def test_what_was_written_is_read_back(whole):
    assert json_files.decode(json_files.encode(whole), Whole) == whole


@pytest.mark.parametrize(
    ("content", "error"), [(float("nan"), ValueError), (float("inf"), ValueError), (object(), TypeError)]
)
def test_what_json_cannot_hold_leaves_the_old_file(content, error, tmp_path):
    path = json_files.write(tmp_path / "x.json", GOOD)
    before = path.read_bytes()
    with pytest.raises(error):
        json_files.write(path, {"parts": [content]})
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_a_name_is_of_a_stored_file_and_a_path_of_any(tmp_path):
    for name in ("b", "a"):
        json_files.write(tmp_path / f"{name}.json", GOOD)
    assert json_files.stored_names(tmp_path) == ("a", "b")
    assert json_files.find("a", tmp_path) == tmp_path / "a.json"
    for path in ("a.json", "./a", Path("a"), str(tmp_path / "c")):
        assert json_files.find(path, tmp_path) == Path(path)
    with pytest.raises(ValueError, match=r"\('a', 'b'\), or a path .* such as '\./c' or 'c\.json'; got 'c'"):
        json_files.find("c", tmp_path)
    with pytest.raises(TypeError, match="name must be a path, got 3"):
        json_files.find(3, tmp_path)


def test_studies_that_ship_are_written_as_they_are(tmp_path):
    for name in stored_studies():
        study = load_study(name)
        written = save_study(tmp_path / "again.json", study)
        assert load_study(written) == study
        assert json.loads(written.read_text("utf-8")) == json.loads(json_files.find(name, FOLDER).read_text("utf-8"))


def test_the_mark_that_some_editors_put_in_front_is_no_part_of_the_file():
    assert json_files.decode(b"\xef\xbb\xbf[1, 2]", list[int]) == [1, 2]
