"""The notebooks: in step with their sources, fit to be read without a kernel, true when run; and their builder."""

import base64
import html
import json
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import psn_viz as pv
from notebooks.build import notebooks
from notebooks.build.cleaning import WIDGET, clean, private, texts
from notebooks.build.png import SIGNATURE, recompressed
from psn_viz.course.questions.still_question import still_question
from psn_viz.course.registry import predictions
from psn_viz.export.notebook_error import NotebookError
from psn_viz.labs import LABS

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "notebooks"
WIDGETS_7 = ipywidgets.__version__.startswith("7.")
NAMES = sorted(path.stem for path in COURSE.glob("*.ipynb"))
MOST_BYTES, MOST_LINES, FEWEST_COMPARED = 500_000, 25, 8
SANITIZE = COURSE / "build" / "nbval_sanitize.cfg"
FEWEST_FURTHER = 1  # compared cells of what goes further, which may be short


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(pixels: bytes, size: int, *more: bytes) -> bytes:
    """A square picture with its compressed pixels in these pieces."""
    header = png_chunk(b"IHDR", size.to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0")
    return SIGNATURE + header + b"".join((*more, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")))


PNG = base64.b64encode(png(zlib.compress(b"\0\1\2\3\4", 9), 1)).decode()


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def read(path: Path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


# ------------------------------------------------------------------------- what holds for every notebook
# A rule takes the name and the notebook and returns complaints. Each is shown below to complain.


def is_valid(name, notebook):
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [error.message]
    return []


def has_stable_ids(name, notebook):
    wanted = [notebooks.cell_id(name, position) for position in range(1, len(notebook.cells) + 1)]
    return [f"{cell.id} ≠ {id_}" for cell, id_ in zip(notebook.cells, wanted, strict=True) if cell.id != id_]


def ran_from_top_to_bottom(name, notebook):
    complaints = []
    for count, cell in enumerate(code_cells(notebook), start=1):
        results = [output.execution_count for output in cell.outputs if output.output_type == "execute_result"]
        if {cell.execution_count, *results} != {count}:
            complaints.append(f"cell {count} has the counts {cell.execution_count}, {results}")
    return complaints


def shows_no_error(name, notebook):
    return [
        f"{output.ename} in {cell.source!r}"
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error" and "raises-exception" not in tags(cell)
    ]


def prints_nothing_to_stderr(name, notebook):
    return [out.text for cell in code_cells(notebook) for out in cell.outputs if out.get("name") == "stderr"]


def has_no_widget_in_it(name, notebook):
    views = [cell.source for cell in code_cells(notebook) for out in cell.outputs if WIDGET in out.get("data", {})]
    return views + [key for key in notebook.metadata if key not in ("kernelspec", "language_info")]


def says_nothing_of_one_machine(name, notebook):
    shown = [text for cell in code_cells(notebook) for text in texts(cell)]
    shown += [cell.source for cell in notebook.cells]
    return [found for text in shown if (found := private(text))]


def has_alt_text_on_every_picture(name, notebook):
    return [
        cell.source
        for cell in code_cells(notebook)
        for output in cell.outputs
        for mime in output.get("data", {})
        if mime.startswith("image/") and not output.metadata.get(mime, {}).get("alt", "").strip()
    ]


def has_short_cells(name, notebook):
    return [cell.source for cell in code_cells(notebook) if len(cell.source.splitlines()) > MOST_LINES]


def has_no_plumbing(name, notebook):
    plumbing = r"^\s*(?:import|from)\s+(?:ipywidgets|anywidget|plotly|subprocess)\b|\bsys\.path\b"
    return [cell.source for cell in code_cells(notebook) if re.search(plumbing, cell.source, re.MULTILINE)]


def must_be_ignored(cell) -> bool:
    """Is what the cell shows drawn or measured? Then nbval must not compare it; everything else it must."""
    kinds = {mime for output in cell.outputs for mime in output.get("data", {})}
    return "measured" in tags(cell) or any(re.match("image/|application/", kind) for kind in kinds)


def is_compared_but_for_what_is_drawn_or_measured(name, notebook):
    complaints = []
    for cell in code_cells(notebook):
        if must_be_ignored(cell) != ("nbval-ignore-output" in tags(cell)):
            complaints.append(f"{tags(cell)} on {cell.source!r}")
        if "nbval-skip" in tags(cell) or re.search(r"#\s*(?:NBVAL|PYTEST)_", cell.source):
            complaints.append(f"nbval is told to pass over {cell.source!r}")
        if "measured" in tags(cell) and not cell.outputs:
            complaints.append(f"measured, but shows nothing: {cell.source!r}")
    return complaints


def compared_cells(notebook):
    return [cell for cell in code_cells(notebook) if cell.outputs and "nbval-ignore-output" not in tags(cell)]


def has_enough_compared_cells(name, notebook):
    count = len(compared_cells(notebook))
    fewest = FEWEST_FURTHER if name.endswith(notebooks.FURTHER) else FEWEST_COMPARED
    return [f"{count} of at least {fewest}"] if count < fewest else []


def prints_no_digits_that_another_processor_changes(name, notebook):
    """More than four decimals, or the size of a rounding error; no tolerance (1e-10), and no arXiv 2304.12760."""
    fragile = r"(?<!arXiv \d{3})\d\.\d{5,}\b|\d\.\d+e-(?:0[7-9]|[1-9]\d)"
    shown = [text for cell in compared_cells(notebook) for text in texts(cell)]
    return [found[0] for text in shown if (found := re.search(fragile, text))]


def questions_of(cell) -> list:
    """What a cell asks, as widgets."""
    keys = re.findall(r'pv\.predict\("([^"]+)"\)', cell.source)
    lessons = re.findall(r'pv\.recall\("([^"]+)"\)', cell.source)
    asked = [pv.predict(key).question for key in keys if key in predictions()]
    return asked + [row.question for lesson in lessons for row in pv.recall(lesson).children]


def asks_whole_and_folds_the_answers(name, notebook):
    """A question shows all its text and options; what each option earns, and what is true, only unfolded."""
    complaints = []
    for cell in code_cells(notebook):
        for question in questions_of(cell):
            data = cell.outputs[0].data if cell.outputs else {}
            page = html.unescape("".join(data.get("text/html", "")))
            outside = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
            given = range(len(question.options)) or [None]
            answers = [question.question.judge(answer)[2] for answer in given]
            measured = "measured" in tags(cell)  # another processor may ask and answer with other numbers
            asked = [*question.options, *([] if measured else [question.prompt])]
            for text in (outside, "".join(data.get("text/plain", ""))):
                complaints += [f"not asked: {part}" for part in asked if part not in text]
                complaints += [f"given away: {part}" for part in answers if part and part in text]
            complaints += [f"not answered: {part}" for part in answers if part not in page and not measured]
    return complaints


RULES = [
    is_valid,
    has_stable_ids,
    ran_from_top_to_bottom,
    shows_no_error,
    prints_nothing_to_stderr,
    has_no_widget_in_it,
    says_nothing_of_one_machine,
    has_alt_text_on_every_picture,
    has_short_cells,
    has_no_plumbing,
    is_compared_but_for_what_is_drawn_or_measured,
    has_enough_compared_cells,
    prints_no_digits_that_another_processor_changes,
    asks_whole_and_folds_the_answers,
]


def test_there_are_notebooks_each_in_step_with_its_source():
    assert NAMES, f"there is no notebook in {COURSE.name}: make notebooks"
    assert notebooks.out_of_step(COURSE) == []


def test_sources_are_numbered():
    odd = [path.name for path in notebooks.sources(COURSE) if not re.fullmatch(r"\d\d_[a-z0-9_]+\.py", path.name)]
    assert not odd


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_notebook(rule, name):
    assert rule(name, read(COURSE / f"{name}.ipynb")) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_is_small(name):
    assert (COURSE / f"{name}.ipynb").stat().st_size < MOST_BYTES


# -------------------------------------------------------------------------- each rule can complain


def printed(source: str, text: str = "ok\n", **metadata):
    return new_code_cell(source, outputs=[new_output("stream", text=text)], metadata=metadata)


_page = still_question("Predict", pv.predict("01/silent").question.question)
QUESTION = {"text/plain": _page.text, "text/html": _page.html}


def good_notebook():
    """Return a notebook that keeps every rule."""
    picture = new_output("display_data", data={"image/png": PNG}, metadata={"image/png": {"alt": "a line"}})
    result = new_output("execute_result", data={"text/plain": "0.25"}, execution_count=1)
    notebook = new_notebook(
        cells=[
            new_code_cell("0.25", outputs=[result]),
            new_markdown_cell("# A lesson"),
            new_code_cell("draw()", outputs=[picture], metadata={"tags": ["nbval-ignore-output"]}),
            printed("clock()", "3.21 s", tags=["nbval-ignore-output", "measured"]),
            new_code_cell("x = 1"),
            *[printed(f"print({n})", "equal within 1e-10\n") for n in range(FEWEST_COMPARED - 2)],
            new_code_cell('pv.predict("01/silent")', outputs=[new_output("display_data", data=QUESTION)]),
        ]
    )
    for position, cell in enumerate(notebook.cells, start=1):
        cell.id = notebooks.cell_id("lesson", position)
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
    return notebook


def output_of(notebook, position):
    return notebook.cells[position].outputs[0]


def set_tags(position, *names):
    return lambda notebook: notebook.cells[position].metadata.update(tags=list(names))


def set_source(position, source):
    return lambda notebook: notebook.cells[position].update(source=source)


def set_output(position, output):
    return lambda notebook: notebook.cells[position].update(outputs=[output])


def set_text(text):
    return lambda notebook: output_of(notebook, 5).update(text=text)


def in_question(mime, old, new):
    return lambda notebook: output_of(notebook, -1).data.update({mime: QUESTION[mime].replace(old, new)})


WRONG = [
    (is_valid, lambda notebook: notebook.cells[0].pop("execution_count")),
    (has_stable_ids, lambda notebook: notebook.cells[2].update(id="c0ffee")),
    (ran_from_top_to_bottom, lambda notebook: notebook.cells[3].update(execution_count=7)),
    (ran_from_top_to_bottom, lambda notebook: notebook.cells[4].update(execution_count=None)),
    (ran_from_top_to_bottom, lambda notebook: output_of(notebook, 0).update(execution_count=2)),
    (shows_no_error, set_output(5, new_output("error", ename="ValueError", evalue="no", traceback=[]))),
    (prints_nothing_to_stderr, set_output(5, new_output("stream", name="stderr", text="hm"))),
    (has_no_widget_in_it, lambda notebook: output_of(notebook, 2).data.update({WIDGET: {"model_id": "1"}})),
    (has_no_widget_in_it, lambda notebook: notebook.metadata.update(widgets={})),
    (says_nothing_of_one_machine, set_text(f"saved in {Path.home()}/x")),
    (says_nothing_of_one_machine, set_text("<Thing at 0x7f3a12345678>")),
    (says_nothing_of_one_machine, set_source(1, f"see {ROOT}")),
    (has_alt_text_on_every_picture, lambda notebook: output_of(notebook, 2).update(metadata={})),
    (has_short_cells, set_source(4, "x = 1\n" * (MOST_LINES + 1))),
    (has_no_plumbing, set_source(4, "import plotly.graph_objects as go")),
    (has_no_plumbing, set_source(4, "import sys\nsys.path.append('..')")),
    (is_compared_but_for_what_is_drawn_or_measured, set_tags(2)),
    (is_compared_but_for_what_is_drawn_or_measured, set_tags(3, "measured")),
    (is_compared_but_for_what_is_drawn_or_measured, set_tags(4, "nbval-ignore-output")),
    (is_compared_but_for_what_is_drawn_or_measured, set_tags(4, "nbval-ignore-output", "measured")),
    (is_compared_but_for_what_is_drawn_or_measured, set_tags(5, "nbval-ignore-output")),
    (is_compared_but_for_what_is_drawn_or_measured, set_tags(5, "nbval-skip")),
    (is_compared_but_for_what_is_drawn_or_measured, set_source(5, "# NBVAL_IGNORE_OUTPUT\nprint(1)")),
    (has_enough_compared_cells, lambda notebook: notebook.cells[5].update(outputs=[])),
    (prints_no_digits_that_another_processor_changes, set_text("0.123456")),
    (prints_no_digits_that_another_processor_changes, set_text("they differ by 1.1e-16")),
    (asks_whole_and_folds_the_answers, lambda notebook: output_of(notebook, -1).data.pop("text/html")),
    (asks_whole_and_folds_the_answers, in_question("text/plain", "For none", "…")),
    (asks_whole_and_folds_the_answers, in_question("text/html", "<details>", "<div>")),
    (asks_whole_and_folds_the_answers, in_question("text/html", "it never rises above 0.9, its input.", "")),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_complains_of_a_good_notebook(rule):
    assert rule("lesson", good_notebook()) == []


@pytest.mark.parametrize(("rule", "spoil"), WRONG, ids=[f"{n}-{rule.__name__}" for n, (rule, _) in enumerate(WRONG)])
def test_each_rule_complains_of_what_is_against_it(rule, spoil):
    notebook = good_notebook()
    spoil(notebook)
    assert rule("lesson", notebook)


def test_what_goes_further_may_be_short():
    notebook = good_notebook()
    del notebook.cells[1:]
    assert has_enough_compared_cells("01_a", notebook) and not has_enough_compared_cells("01_a_further", notebook)
    assert has_enough_compared_cells("01_a_further", new_notebook())


def test_every_rule_is_shown_to_complain():
    assert {rule for rule, _ in WRONG} == set(RULES)


# -------------------------------------------------------------- run again, and compared with what it shows


def nbval(path: Path, profile: Path) -> subprocess.CompletedProcess:
    """Run one notebook as a reader would: no pictures, any hash seed; compare what nbval is to compare."""
    ours = {"PLOTLY_RENDERER": "plotly_mimetype", "IPYTHONDIR": str(profile), "PSN_VIZ_PROGRESS": "off"}
    environment = {k: v for k, v in os.environ.items() if k not in ("PSN_VIZ_PICTURES", "PYTHONHASHSEED")} | ours
    options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=600", "--color=no", "-q", "-rf"]
    options += [f"--nbval-sanitize-with={SANITIZE}"]
    command = [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", "-o", "addopts=", str(path)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def without_pages_of_questions(path: Path, folder: Path) -> Path:
    """A copy in which questions are asked and not compared: ipywidgets 7 shows them without the page beside them."""
    notebook = read(path)
    for cell in code_cells(notebook):
        if re.search(r"\bpv\.(predict|recall|answer)\(", cell.source):
            cell.metadata["tags"] = [*tags(cell), "nbval-ignore-output"]
    nbformat.write(notebook, folder / path.name)
    return folder / path.name


@pytest.mark.notebook
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_run_again_shows_what_it_showed(name, tmp_path):
    path = COURSE / f"{name}.ipynb"
    done = nbval(without_pages_of_questions(path, tmp_path) if WIDGETS_7 else path, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(code_cells(read(path)))} passed" in done.stdout


@pytest.mark.slow
def test_nbval_goes_red_when_an_output_differs_and_when_a_cell_raises(tmp_path):
    cells = [
        printed("print(1)", "1\n"),
        printed("print(2)", "3\n"),
        printed("print(4)", "5\n", tags=["nbval-ignore-output", "measured"]),
        new_code_cell("1 / 0", metadata={"tags": ["nbval-ignore-output"]}),
        printed("import sys; print('hm', file=sys.stderr); print(6)", "6\n"),
    ]
    for count, cell in enumerate(cells, start=1):
        cell.execution_count = count
    path = tmp_path / "altered.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    done = nbval(path, tmp_path)
    failed = re.findall(r"^FAILED .*::Cell (\d)", done.stdout, re.MULTILINE)
    assert (done.returncode, failed) == (1, ["1", "3", "4"]), done.stdout + done.stderr


# ------------------------------------------------------------------------------------------ the builder

SMALL = """\
# %% [markdown]
# # A small lesson

# %%
import os
import sys
import time


class Shown:
    def __repr__(self):
        return "Shown"

    def _repr_mimebundle_(self, **kwargs):
        widget = {"model_id": str(time.time_ns()), "version_major": 2, "version_minor": 0}
        data = {"WIDGET": widget, "image/png": "PNG", "text/plain": "Shown"}
        return data, {"image/png": {"alt": "a line that falls"}}


print("one")
# %%
print("two", flush=True)
print("three")

# %% tags=["nbval-ignore-output"]
Shown()

# %% tags=["nbval-ignore-output", "measured"]
print("four", flush=True)
print("\\r 50 %\\r100 %", file=sys.stderr, flush=True)
print(f"{time.time_ns()} ns")

# %% tags=["raises-exception"]
raise ValueError("T must be at least 1, got 0")

# %%
print(sys.executable == os.environ.get("WANTED_PYTHON"), os.path.basename(os.getcwd()))
print(*(os.environ.get(name) for name in ("PSN_VIZ_PICTURES", "PLOTLY_RENDERER", "PYTHONHASHSEED")))

# %%
x = 0.25
x
""".replace("WIDGET", WIDGET).replace('"PNG"', f'"{PNG}"')


def course(folder: Path, **named: str) -> Path:
    (folder / "src").mkdir(parents=True)
    for name, text in named.items():
        (folder / "src" / f"{name.lstrip('_')}.py").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Build the small lesson twice, where the only python3 kernel that Jupyter knows is broken."""
    folder = course(tmp_path_factory.mktemp("course"), _01_small=SMALL)
    broken = folder / "jupyter" / "kernels" / "python3"
    broken.mkdir(parents=True)
    (broken / "kernel.json").write_text('{"argv": ["no-such-python"], "display_name": "?", "language": "python"}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patch.setenv("WANTED_PYTHON", sys.executable)
        assert KernelSpecManager().get_kernel_spec("python3").argv == ["no-such-python"]
        built = []
        for _ in range(2):
            line = notebooks.build(folder / "src" / "01_small.py")
            built.append((folder / "01_small.ipynb").read_text("utf-8"))
    assert re.fullmatch(r"01_small: 7 code cells, 1 pictures, \d+ kB, \d+\.\d s", line)
    return folder, built


@pytest.fixture
def cells(small):
    return code_cells(read(small[0] / "01_small.ipynb"))


def test_a_built_notebook_keeps_the_rules(small):
    notebook = read(small[0] / "01_small.ipynb")
    for rule in set(RULES) - {has_enough_compared_cells}:
        assert rule("01_small", notebook) == [], rule.__name__
    assert notebook.metadata == notebooks.METADATA
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [cell.cell_type for cell in notebook.cells[:2]] == ["markdown", "code"]
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)


def test_printed_text_is_one_piece(cells):
    assert [(out.name, out.text) for out in cells[1].outputs] == [("stdout", "two\nthree\n")]


def test_a_lab_leaves_its_picture_and_no_widget(cells):
    (output,) = cells[2].outputs
    assert output.data == {"image/png": PNG, "text/plain": "Shown"}
    assert output.metadata == {"image/png": {"alt": "a line that falls"}}


def test_a_measured_cell_keeps_its_text_in_one_piece_without_the_progress(cells):
    (output,) = cells[3].outputs
    assert output.name == "stdout"
    assert re.fullmatch(r"four\n\d+ ns\n", output.text)


def test_an_exception_that_was_announced_shows_its_message_only(cells):
    (output,) = cells[4].outputs
    assert output.traceback == ["ValueError: T must be at least 1, got 0"]


def test_cells_run_in_this_python_and_in_the_folder_of_the_notebooks(small, cells):
    assert cells[5].outputs[0].text == f"True {small[0].name}\n1 plotly_mimetype 0\n"


def test_sources_are_those_of_the_file(cells):
    assert cells[6].source == "x = 0.25\nx"
    assert cells[6].outputs[0].data == {"text/plain": "0.25"}


def test_building_twice_gives_the_same_file_but_for_what_is_measured(small):
    first, second = (re.sub(r"\d+ ns", "", text) for text in small[1])
    assert small[1][0] != small[1][1]
    assert first == second


BAD = {
    "warns": ("# %%\nimport warnings\nwarnings.warn('old')", r"cell 1 .* warns: UserWarning: old"),
    "dies": ("# %%\nimport os\nos._exit(3)", r"cell 1 .* ends the kernel"),
    "cannot show": (
        "# %%\nclass Lab:\n    def _repr_html_(self):\n        raise OSError('no browser')\n\n\nLab()",
        r"cell 1 .* raises OSError: no browser",
    ),
}


@pytest.mark.parametrize(("source", "message"), BAD.values(), ids=BAD)
def test_a_failure_names_the_cell_and_leaves_the_old_notebook(source, message, tmp_path):
    folder = course(tmp_path / "course", _03_bad=source)
    (folder / "03_bad.ipynb").write_text("the old one")
    with pytest.raises(NotebookError, match="03_bad, " + message):
        notebooks.build(folder / "src" / "03_bad.py")
    assert sorted(path.name for path in folder.iterdir()) == ["03_bad.ipynb", "src"]
    assert (folder / "03_bad.ipynb").read_text() == "the old one"


def test_the_command_goes_on_after_a_failure_and_ends_with_1(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "find_chromium", lambda: "one")
    folder = course(tmp_path / "course", _01_bad="# %%\nprint(1)\n\n# %%\nhalf = 1 / 0", _02_good="# %%\nprint(2)")
    assert notebooks.main(["--course", str(folder)]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(
        "not built: 01_bad, cell 2 ('half = 1 / 0') raises ZeroDivisionError: division by zero\n"
    )
    assert re.search(r"^02_good: 1 code cells, 0 pictures, \d kB, \d+\.\d s$", told.out, re.MULTILINE)
    assert [path.name for path in folder.glob("*.ipynb")] == ["02_good.ipynb"]
    assert notebooks.main(["--course", str(folder), "--check", "02"]) == 0


def test_the_command_says_what_is_missing(tmp_path, monkeypatch, capsys):
    folder = course(tmp_path / "course", _01_a="# %%\nprint(1)")
    monkeypatch.setattr(notebooks, "find_chromium", lambda: None)
    assert notebooks.main(["--course", str(folder)]) == 1
    assert "needs Chromium" in capsys.readouterr().err
    assert notebooks.main(["--course", str(folder), "04"]) == 1
    assert "no source is called '04'; there are 01_a" in capsys.readouterr().err
    assert notebooks.main(["--course", str(tmp_path / "nowhere")]) == 1
    assert "there is no source" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "jupytext", None)
    assert notebooks.main(["--course", str(folder), "01", "--check"]) == 1
    assert "01_a.ipynb has not been built" in capsys.readouterr().err
    (folder / "01_a.ipynb").write_text('{"cells": []}')
    assert notebooks.main(["--course", str(folder), "01", "--check"]) == 1
    assert "needs jupytext: pip install" in capsys.readouterr().err


def test_a_notebook_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    def full(*paths):
        raise OSError("no space left")

    monkeypatch.setattr("notebooks.build.running.run", lambda notebook, name, folder: None)
    monkeypatch.setattr("os.replace", full)
    folder = course(tmp_path / "course", _01_a="# %%\nx = 1")
    (folder / "01_a.ipynb").write_text("the old one")
    with pytest.raises(NotebookError, match=r"01_a\.ipynb cannot be written: no space left"):
        notebooks.build(folder / "src" / "01_a.py")
    assert sorted(path.name for path in folder.iterdir()) == ["01_a.ipynb", "src"]
    assert (folder / "01_a.ipynb").read_text() == "the old one"


def test_a_notebook_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "MAX_BYTES", 600)
    monkeypatch.setattr("notebooks.build.running.run", lambda notebook, name, folder: None)
    folder = course(tmp_path / "course", _01_a="# %%\n" + "x = 1  # a comment\n" * 30)
    with pytest.raises(NotebookError, match="kB are allowed"):
        notebooks.build(folder / "src" / "01_a.py")
    assert not list(folder.glob("*.ipynb"))


# ---------------------------------------------------------------------------------------------- cleaning


def cleaned(*outputs, tags=()):
    cell = new_code_cell("run()", execution_count=3, outputs=list(outputs), metadata={"tags": list(tags)})
    clean(cell)
    return cell.outputs


def stderr(text):
    return new_output("stream", name="stderr", text=text)


def shown(metadata=None, **data):
    data = {name.replace("_", "/", 1): value for name, value in data.items()}
    return new_output("display_data", data=data, metadata=metadata or {})


REFUSED = {
    "a warning": (stderr("/x.py:3: FutureWarning: soon gone\n"), "warns: FutureWarning: soon gone"),
    "a warning after progress": (stderr("\r10 %\rUserWarning: x\n"), "warns"),
    "progress where outputs are compared": (stderr("\r10 %\r20 %\n"), "tag the cell measured"),
    "a message": (stderr("falling back to slow code\n"), "writes to stderr: 'falling back"),
    "an error": (new_output("error", ename="OSError", evalue="no", traceback=[]), "raises OSError: no"),
    "a path in text": (new_output("stream", text=f"in {Path.home()}/data"), "one machine"),
    "a path in a result": (shown(text_plain=f"PosixPath('{ROOT}/x')"), "one machine"),
    "an address": (shown(text_html="<b>&lt;T at 0x7f0011223344&gt;</b>"), "0x7f0011223344"),
    "a path in alt text": (shown({"image/png": {"alt": f"{ROOT}/x"}}, image_png=PNG), "one machine"),
    "a picture without alt text": (shown(image_png=PNG, text_plain="x"), "without alt text"),
    "a picture with empty alt text": (shown({"image/png": {"alt": " "}}, image_png=PNG), "without alt text"),
    "a picture in HTML without alt text": (
        shown(text_html='<p><img src="data:x" alt=""></p>'),
        "in HTML without alt",
    ),
    "a bare figure": (new_output("display_data", data={"application/vnd.plotly.v1+json": {}}), "plotly"),
}


@pytest.mark.parametrize(("output", "message"), REFUSED.values(), ids=REFUSED)
def test_what_must_not_be_in_a_notebook_is_refused(output, message):
    with pytest.raises(NotebookError, match=re.escape(message)):
        cleaned(output)


def test_an_announced_exception_must_come():
    with pytest.raises(NotebookError, match="raises nothing"):
        cleaned(new_output("stream", text="fine"), tags=["raises-exception"])


def test_printed_text_stays_before_and_after_a_picture():
    picture = shown({"image/png": {"alt": "a", "width": 9}, "other": {}}, image_png=PNG)
    texts = [new_output("stream", text=text) for text in ("a", "b", "c")]
    outputs = cleaned(texts[0], stderr("\r9 %\n"), texts[1], picture, texts[2], tags=["nbval-ignore-output"])
    assert [output.get("text") for output in outputs] == ["ab", None, "c"]
    assert outputs[1].metadata == {"image/png": {"alt": "a", "width": 9}}


def test_a_widget_without_a_picture_leaves_its_text():
    (output,) = cleaned(new_output("display_data", data={WIDGET: {"model_id": "1"}, "text/plain": "Lab('x')"}))
    assert output.data == {"text/plain": "Lab('x')"}


def test_a_line_drawn_over_shows_its_last_state_and_nothing_printed_leaves_nothing():
    assert cleaned(new_output("stream", text="1 %\r2 %\rdone\nnext\n"))[0].text == "done\nnext\n"
    assert cleaned(new_output("stream", text="")) == []


@pytest.mark.parametrize(
    "text",
    [
        "/ho" + "me/ada/x.py",
        "file:///tm" + "p/x",
        "path:/tm" + "p/a",
        "(/Us" + "ers/ada/x)",
        r"C:\Users\ada",
        "~/course",
        str(ROOT),
        str(Path(sys.prefix) / "lib"),
        "object at 0xdeadbe",
        "0x7FFF00112233",
    ],
)
def test_paths_and_addresses_are_found(text):
    assert private(text)


@pytest.mark.parametrize(
    "text",
    [
        "input/output and/or 3/4",
        "https://example.org/home/ada/x and example.org/tm" + "p/x",
        "notebooks/src/01.py ./tm" + "p/x ../home/x",
        "0x3f800000 are the bits of 1.0",
        "~ 3 ms; V / tau; S[t] := 1; ratio 3:\\frac",
        "at 0x40",
    ],
)
def test_other_slashes_and_numbers_are_none(text):
    assert private(text) is None


# ------------------------------------------------------------------------------------------------ --check

SOURCE = '# %% [markdown]\n# Title\n\n# %% tags=["measured"]\nx = 1\n\n# %%\nx\n'


def checked(folder: Path, source: str = SOURCE) -> list[str]:
    (folder / "src" / "01_a.py").write_text(source)
    return notebooks.out_of_step(folder)


@pytest.fixture
def built(tmp_path):
    folder = course(tmp_path / "course", _01_a=SOURCE)
    nbformat.write(notebooks.convert(folder / "src" / "01_a.py"), folder / "01_a.ipynb")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("x = 1", "x = 2", "first in cell 2: 'x = 2'"),
        ('"measured"', '"other"', "first in cell 2"),
        (' tags=["measured"]', "", "first in cell 2"),
        ("# %% [markdown]\n# Title", "# %%\nTitle", "first in cell 1"),
        ("# Title", "# Another", "first in cell 1"),
        ("# %%\nx\n", "# %%\nx\n\n# %%\ny\n", "has 3 cells, its source 4"),
    ],
)
def test_check_sees_every_change_of_a_source(built, old, new, complaint):
    assert checked(built) == []
    assert old in SOURCE
    (problem,) = checked(built, SOURCE.replace(old, new))
    assert problem.startswith("01_a.ipynb") and complaint in problem


def test_check_looks_at_more_than_the_layout_of_a_source(built):
    assert checked(built, SOURCE.replace("x = 1\n\n#", "x = 1\n\n\n#")) == []


def test_check_sees_a_notebook_that_is_missing_damaged_or_has_no_source(built):
    (built / "01_a.ipynb").rename(built / "02_b.ipynb")
    assert notebooks.out_of_step(built) == ["01_a.ipynb has not been built", "02_b.ipynb has no source"]
    assert notebooks.out_of_step(built, ["01"]) == ["01_a.ipynb has not been built"]
    (built / "02_b.ipynb").unlink()
    (built / "01_a.ipynb").write_text("{}")
    assert "cannot be read" in notebooks.out_of_step(built)[0]


def test_check_is_a_command_that_executes_nothing(built, capsys):
    assert notebooks.main(["--course", str(built), "--check"]) == 0
    (built / "01_a.ipynb").unlink()
    assert notebooks.main(["--course", str(built), "--check"]) == 1
    assert "01_a.ipynb has not been built" in capsys.readouterr().err
    assert not list(built.glob("*.ipynb"))


def test_a_png_is_compressed_without_a_change_to_its_pixels():
    """Two rows of two pixels in two pieces of data, with a comment before them."""
    rows = (b"\0" + bytes(range(8))) * 2
    loose, comment = zlib.compress(rows, 0), png_chunk(b"tEXt", b"a\0b")
    small = recompressed(png(loose[9:], 2, comment, png_chunk(b"IDAT", loose[:9])))
    assert small == png(zlib.compress(rows, 9), 2, comment) and len(small) < len(loose) + 80


def pictures_of_labs() -> list[tuple[str, str, str]]:
    """Lesson, code and alt text of each lab in the built notebooks, but for those of a measurement made meanwhile."""
    found = []
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if "measured" in cell["metadata"].get("tags", []):
                continue
            for output in cell.get("outputs", []):
                name = re.fullmatch(r"Lab\('(.*)'\)", "".join(output.get("data", {}).get("text/plain", "")))
                if name:
                    found.append((path.stem, name[1], output["metadata"]["image/png"]["alt"]))
    return found


@pytest.mark.parametrize(("lesson", "code", "alt"), pictures_of_labs(), ids=lambda value: str(value)[:40])
def test_the_pictures_of_labs_are_those_of_today(lesson, code, alt):
    """If this fails, a lab was changed: `make notebooks`."""
    assert LABS[code.partition(";")[0]].from_code(code).description == alt


# ------------------------------------------------------------------------------------------------ --text


def test_changed_text_is_taken_over_without_a_run(built):
    before = nbformat.read(built / "01_a.ipynb", as_version=4)
    assert checked(built, SOURCE.replace("# Title", "# Another title")) != []
    assert notebooks.main(["--course", str(built), "--text", "01"]) == 0
    assert notebooks.out_of_step(built) == []
    after = nbformat.read(built / "01_a.ipynb", as_version=4)
    assert [cell.outputs for cell in code_cells(after)] == [cell.outputs for cell in code_cells(before)]


def test_changed_code_has_to_be_run(built, capsys):
    assert checked(built, SOURCE.replace("x = 1", "x = 2")) != []
    assert notebooks.main(["--course", str(built), "--text", "01"]) == 1
    assert "it has to be built" in capsys.readouterr().err
