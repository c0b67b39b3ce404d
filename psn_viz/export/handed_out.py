"""The copies of the lessons that a teacher hands out or keeps: `psn-viz students OUT`, `psn-viz teachers OUT`.

Both are made from the built notebooks. What is left out goes by the kinds of folds (`psn_viz/export/folds.py`), the
tag `solution` and the command that a cell runs, never by what a text says.
"""

from __future__ import annotations

import copy
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from psn_viz.course.answers.hand_in_format import PLACEHOLDER
from psn_viz.course.answers.store import VARIABLE
from psn_viz.export.colab import ROOT, pack, wheel
from psn_viz.export.folds import opened, without_folds
from psn_viz.export.hand_in_tasks import HEADING, LETTERS, TeachersFile, task_text, tasks_text, teachers_files
from psn_viz.export.notebook_error import NotebookError
from psn_viz.export.whole_folder import MARK, write_whole_folder

TEXTS = ("how_we_train.md",)  # which lessons link to
LIBRARY_KNOWS = (
    "The library psn_viz holds the course's own answers to questions and exercises, since its checks compare with "
    "them; whoever looks there finds them."
)
NOT_IN_LIBRARY = (
    "The answers to the tasks under *To hand in* are not in it, nor in these files. Whoever has the whole project, "
    "or the repository that it came from, has those, too."
)
STUDENTS_CELL = """\
> **Copy for students**, without solutions, folded answers and notes for the teacher. Nothing has been run in it: run
> it from the top. {knows} {tasks}
"""
HAND_IN_CELL = """\
**The file to hand in.** When both tasks are answered, put your name or number between the quotation marks below and
run the cell. It writes one file with your answers to all lessons of this folder, and says what is in it. If you
change an answer later, run it again.
"""
TEACHERS_CELL = (
    "> **Copy for the teacher**: what is folded in the lesson is open, and the tasks to hand in have answers."
)
STUDENTS_README = """\
# psn_viz: copies of the lessons for students

{count} notebooks, lessons and what goes beyond them (`_further`), without solutions, folded answers and notes for the
teacher. Nothing has been run in them, so no result stands in them: run them from the top.

{how}

{knows}

{tasks}

{licence}

`{sums}` lists the check sums of the files. Made by `psn-viz students`, version {version}.
"""
TEACHERS_README = """\
# psn_viz: copies of the lessons for teachers

{count} notebooks with all solutions, answers and notes open, and the answer key: `answer_key.html` to read or to
print, `answer_key.md` to edit. It has for each question the right answer and the wrong ones to expect, for each
exercise the solution and the wrong answers that its check recognises, for each open task a rubric, and the answers to
the tasks under *To hand in*. Those stand here alone: keep this folder from whoever is to do the tasks.

{how}

{licence}

`{sums}` lists the check sums of the files. Made by `psn-viz teachers`, version {version}.
"""
LICENCE = """\
Licence: the code is under the MIT licence; text, questions and figures are under CC BY 4.0 as well,
https://creativecommons.org/licenses/by/4.0/, so that you may change and pass them on if you say where they are from
and what you have changed. Credit: "psn_viz, a course on Parallel Spiking Neurons, by the psn_viz authors". Figures
that show data sets keep the credit of the data; README.md of the project names them."""
HERE = "They need psn_viz: in the project's folder, `psn-viz lab PATH` opens one."
PACKED = "Each brings psn_viz along in its first cell of code: upload it to Colab, or wherever notebooks run."


@dataclass(frozen=True)
class Lesson:
    """A built notebook: its name, such as "03_parallel_spiking_neuron_further", and its content."""

    name: str
    notebook: dict

    @property
    def number(self) -> str:
        """Such as "03"."""
        return self.name[:2]

    @property
    def is_further(self) -> bool:
        """Whether it goes beyond its lesson."""
        return self.name.endswith("_further")


def lessons_of(root: Path = ROOT) -> list[Lesson]:
    """The built notebooks of the project in `root`, in reading order. Raises NotebookError where there are none."""
    paths = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if not paths or not (root / "pyproject.toml").is_file():
        raise NotebookError(
            "the notebooks are not here: run it from a copy of the project, installed by make lab or pip install -e"
        )
    return [Lesson(path.stem, json.loads(path.read_text("utf-8"))) for path in paths]


def students_copy(lesson: Lesson, tasks: TeachersFile) -> dict:
    """The notebook without solutions, folded answers, notes, comments and outputs, with the tasks at its end."""
    notebook = copy.deepcopy(lesson.notebook)
    cells = []
    for cell in notebook["cells"]:
        if "solution" in cell["metadata"].get("tags", []):
            continue
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        else:
            source = _in_cell(without_folds, lesson, cell)
            if not source:
                continue
            cell["source"] = source.splitlines(True)
        cells.append(cell)
    words = STUDENTS_CELL.format(knows=LIBRARY_KNOWS, tasks=NOT_IN_LIBRARY).strip()
    notebook["cells"] = [*_under_title(lesson, cells, words), *_task_cells(lesson, tasks)]
    return notebook


def teachers_copy(lesson: Lesson, tasks: TeachersFile) -> dict:
    """The notebook with every fold open, in its text and in its outputs, and with the answers to the tasks."""
    notebook = copy.deepcopy(lesson.notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = _in_cell(opened, lesson, cell).strip("\n").splitlines(True)
        for output in cell.get("outputs", []):
            if text := output.get("data", {}).get("text/html"):
                text = "".join(text).replace("<details>", "<details open>")
                output["data"]["text/html"] = text.splitlines(True)
    notebook["cells"] = _under_title(lesson, notebook["cells"], TEACHERS_CELL)
    if tasks.tasks:
        notebook["cells"].append(_text_cell(f"{lesson.name[:50]}-tasks", tasks_text(tasks.tasks)))
    return notebook


def students_files(root: Path = ROOT, *, colab: bool = False) -> dict[str, bytes]:
    """What `psn-viz students` writes, by name. Raises NotebookError."""
    tasks, carried = teachers_files(root), wheel(root) if colab else None
    files = {
        f"{lesson.name}.ipynb": _packed(lesson, students_copy(lesson, _tasks_of(lesson, tasks)), carried)
        for lesson in lessons_of(root)
    }
    readme = _readme(STUDENTS_README, len(files), colab)
    return files | _texts(root) | {MARK: readme}


def teachers_copies(root: Path = ROOT, *, colab: bool = False) -> dict[str, bytes]:
    """What `psn-viz teachers` writes, by name. Raises NotebookError."""
    from psn_viz.export.answer_key import answer_key
    from psn_viz.export.answer_key_page import answer_key_page

    lessons, tasks, carried = lessons_of(root), teachers_files(root), wheel(root) if colab else None
    files = {
        f"{lesson.name}.ipynb": _packed(lesson, teachers_copy(lesson, _tasks_of(lesson, tasks)), carried)
        for lesson in lessons
    }
    readme = _readme(TEACHERS_README, len(files), colab)
    key = answer_key(lessons, tasks)
    pages = {"answer_key.md": key.encode(), "answer_key.html": answer_key_page(key).encode()}
    return files | pages | _texts(root) | {MARK: readme}


def students_command(folder: Path, colab: bool) -> int:
    """Run `psn-viz students` and return its exit code."""
    return _write("students", folder, students_files, colab, [LIBRARY_KNOWS, NOT_IN_LIBRARY])


def teachers_command(folder: Path, colab: bool) -> int:
    """Run `psn-viz teachers` and return its exit code."""
    told = ["It holds all answers, those to the tasks under 'To hand in' too: keep it from your students."]
    return _write("teachers", folder, teachers_copies, colab, told)


def _write(command: str, folder: Path, make, colab: bool, told: list[str]) -> int:
    os.environ[VARIABLE] = "off"  # what the teacher has answered is neither read nor written
    try:
        files = make(colab=colab)
        write_whole_folder(folder, files)
    except NotebookError as unfit:
        print(f"psn-viz {command}: {unfit}", file=sys.stderr)
        return 1
    notebooks = sum(name.endswith(".ipynb") for name in files)
    print(f"psn-viz {command}: {folder}, {notebooks} notebooks, {sum(map(len, files.values())) / 1e6:.1f} MB")
    print("\n".join(f"  {line.replace('*', chr(39))}" for line in told))
    return 0


def _tasks_of(lesson: Lesson, files: dict[str, TeachersFile]) -> TeachersFile:
    """The tasks at the end of a notebook: there are none in what goes beyond a lesson."""
    if lesson.is_further:
        return TeachersFile((), {})
    if lesson.number not in files:
        raise NotebookError(f"there are no tasks to hand in for {lesson.name}")
    return files[lesson.number]


def _under_title(lesson: Lesson, cells: list, about: str) -> list:
    return [*cells[:1], _text_cell(f"{lesson.name[:50]}-copy", about), *cells[1:]]


def _task_cells(lesson: Lesson, tasks: TeachersFile) -> list:
    """Each task and, under it, the box for its answer; then the cell that writes the file to hand in."""
    cells = [_text_cell(f"{lesson.name[:50]}-tasks", HEADING)] if tasks.tasks else []
    for letter, task in zip(LETTERS, tasks.tasks, strict=False):
        name = f"task-{letter.lower()}"
        cells.append(_text_cell(f"{lesson.name[:50]}-{name}", task_text(letter, task)))
        box = f'pv.answer("{lesson.number}/{name.replace("-", "_")}")'
        cells.append(_code_cell(f"{lesson.name[:50]}-{name}-box", box))
    if tasks.tasks:
        cells.append(_text_cell(f"{lesson.name[:50]}-hand-in", HAND_IN_CELL))
        cells.append(_code_cell(f"{lesson.name[:50]}-hand-in-file", f'pv.hand_in("{PLACEHOLDER}")'))
    return cells


def _code_cell(name: str, source: str) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": [source],
    }


def _text_cell(name: str, text: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.splitlines(True)}


def _in_cell(change, lesson: Lesson, cell: dict) -> str:
    try:
        return change("".join(cell["source"]))
    except NotebookError as error:
        raise NotebookError(f"{lesson.name}, cell {cell['id']} {error}") from None


def _packed(lesson: Lesson, notebook: dict, carried: tuple[str, bytes] | None) -> bytes:
    if carried:
        pack(notebook, lesson.name, *carried)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _texts(root: Path) -> dict[str, bytes]:
    """The pages that lessons link to, without comments."""
    texts = {name: (root / "notebooks" / name).read_text("utf-8") for name in TEXTS}
    return {name: re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL).encode() for name, text in texts.items()}


def _readme(form: str, count: int, colab: bool) -> bytes:
    from psn_viz import __version__
    from psn_viz.export.whole_folder import SUMS

    how = PACKED if colab else HERE
    words = {"knows": LIBRARY_KNOWS, "tasks": NOT_IN_LIBRARY, "sums": SUMS, "version": __version__}
    return form.format(count=count, how=how, licence=LICENCE, **words).encode()
