"""What a cell prints, folded: closed in a notebook and its built copy, open where only text can be, nothing lost."""

import re
from copy import deepcopy

import nbformat
import pytest

import psn_viz as pv
from notebooks.build import notebooks
from tests.test_notebooks import course, nbval

SOURCE = """\
# %%
import psn_viz as pv

# %%
with pv.folded("What came"):
    print("1 < 2:", 1 < 2)
    print("two & three")
"""


def test_without_a_notebook_the_text_stands_there(capsys):
    with pv.folded("What came"):
        print("one")
        print("two")
    assert capsys.readouterr().out == "one\ntwo\n"


def test_nothing_printed_shows_nothing(capsys):
    with pv.folded():
        pass
    assert capsys.readouterr().out == ""


def test_an_error_comes_after_what_was_printed_before_it(capsys):
    with pytest.raises(ZeroDivisionError), pv.folded():
        print("so far")
        raise ZeroDivisionError
    assert capsys.readouterr().out == "so far\n"


@pytest.mark.parametrize("summary", ["", " ", None, 3])
def test_the_line_to_open_is_a_text(summary):
    with pytest.raises(ValueError, match="summary must be a line of text, got"), pv.folded(summary):
        pass


@pytest.mark.slow
def test_a_built_notebook_holds_it_closed_and_nbval_compares_it(tmp_path):
    folder = course(tmp_path / "course", _01_folded=SOURCE)
    notebooks.build(folder / "src" / "01_folded.py")
    path = folder / "01_folded.ipynb"
    built = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    (output,) = built.cells[-1].outputs
    assert output.data == {
        "text/plain": "1 < 2: True\ntwo & three",
        "text/html": "<details><summary>What came</summary><pre>1 &lt; 2: True\ntwo &amp; three</pre></details>",
    }
    # The cell as it is, and once more for each of its texts, which is then another one: compared in one run.
    for number, mime in enumerate(list(output.data)):
        other = deepcopy(built.cells[2])
        other.id = f"other-{number}"
        other.outputs[0].data[mime] = other.outputs[0].data[mime].replace("two", "four")
        built.cells.append(other)
    nbformat.write(built, path)
    done = nbval(path, tmp_path)
    assert re.findall(r"^FAILED \S+::(Cell \d+)", done.stdout, re.MULTILINE) == ["Cell 3", "Cell 4"], done.stdout
    assert "2 failed, 3 passed" in done.stdout, done.stdout
