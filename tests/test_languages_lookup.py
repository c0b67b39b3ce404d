"""How a text is looked up in another language, and what is refused: with a language that is made up here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.course.languages import tables
from psn_viz.course.languages.page_script import language_script
from psn_viz.course.languages.tables import INTERFACE, languages, table
from psn_viz.course.languages.translate import find, translated
from tests import extent


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A third language, with a few texts: a folder and nothing else."""
    write(tmp_path, "language", {"name": "Nuevo", "lang": "xx"})
    write(tmp_path, INTERFACE, {
        "Yes": "Ja", "It fires {0} times": "{0} mal feuert es", "{0}, not {1}": "nicht {1}, {0}", "high": "hoch",
        "It is {0}.": "Es ist {0}.", "It is far too {0}.": "Viel zu {0}.", "once": "einmal",
        "from {0} up to {1} steps": "{1} < {0}",
    })  # fmt: skip
    write(tmp_path, "questions_05", {"once": "1 x", "inputs": "Eingaben", "Yes: {0} it is": "Ja, {0} ist es"})
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    for cached in (languages, table):
        cached.cache_clear()
    yield "xx_made"
    for cached in (languages, table):
        cached.cache_clear()


def write(folder: Path, name: str, content: object) -> Path:
    path = folder / "xx_made" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "part", "wanted"),
    [
        ("once", "", "einmal"),
        ("once", "05", "1 x"),  # the part's own text comes first
        ("once", "06", "einmal"),  # a part that has no file
        ("It fires 3 times", "", "3 mal feuert es"),
        ("once, not 7", "05", "nicht 7, 1 x"),  # what stands in a place is looked up, too
        ("It is far too high.", "", "Viel zu hoch."),  # the text with most letters
        ("It is 9 inputs.", "05", "Es ist 9 Eingaben."),  # a number and its unit
        ("It is −0.5 inputs.", "05", "Es ist −0.5 Eingaben."),
        ("It is 9 %.", "", "Es ist 9 %."),
        ("It is 'abc def'.", "", "Es ist 'abc def'."),  # what a reader has typed
        ("It is no one.", "", None),  # half a translation is none
        ("It is 9 inputs.", "06", None),
        ("It fires  times", "", None),  # a place is never empty
        ("Yes: 3 it is", "05", "Ja, 3 ist es"),
        ("3 it is", "05", "3 ist es"),  # skipped: nobody is told "Yes"
        ("never heard", "05", None),
    ],
)
def test_a_text_is_found_whole_or_by_its_places(made_up, text, part, wanted):
    found = find(text, made_up, part)
    assert (found and found.text) == wanted
    assert translated(text, made_up, part) == (wanted or text)
    assert translated(text, "en", part) == text


PLAIN = st.text("0123456789 .,;:=()[]XHW−τ{}\\\n'", min_size=1)


def test_whatever_stands_in_a_place_comes_through(made_up):
    @extent.examples(200)
    @given(PLAIN, PLAIN)
    def comes_through(first, second):
        assert translated(f"from {first} up to {second} steps", made_up) == f"{second} < {first}"

    comes_through()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"a": ', "Expecting value"),
        ('["a"]', "must be an object of texts, got list"),
        ('{"a": 3}', "must be a text, got 3 for 'a'"),
        ('{"a": " "}', "must be a text, got ' ' for 'a'"),
        ('{"a": "b", "a": "c"}', "has 'a' 2 times"),
        ('{"{0} of {1}": "{0}"}', r"the same places, got '\{0\}', in '\{0\} of \{1\}'"),
        ('{"{0} of them": "{0} {0}"}', "the same places"),
        ('{"one": "{0}"}', "the same places"),
        ('{"{1} of {0}": "{0} {1}"}', "numbered in the order"),
        ('{"{0} of {0}": "{0} {0}"}', "each once"),
        ('{"{0}: {1}": "{0}: {1}"}', "words beside its places"),
    ],
)
def test_a_damaged_file_is_named(made_up, tmp_path, content, words):
    path = write(tmp_path, "questions_05", content)
    with pytest.raises(ValueError, match=words) as error:
        translated("one", made_up, "05")
    assert str(error.value).startswith(f"{path}: ")


@pytest.mark.parametrize("content", [{"name": "Nuevo"}, {"name": "Nuevo", "lang": "xx", "more": "x"}, {}])
def test_a_language_has_a_name_and_a_tag(made_up, tmp_path, content):
    path = write(tmp_path, "language", content)
    languages.cache_clear()
    with pytest.raises(ValueError, match="must hold name and lang") as error:
        languages()
    assert str(path) in str(error.value)


def test_a_third_language_is_a_folder(made_up):
    assert translated("high", made_up) == "hoch" and '"Nuevo"' in language_script()
    with pytest.raises(ValueError, match="must be one of 'en', 'xx_made', got 'zh'"):
        translated("high", "zh")
