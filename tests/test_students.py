"""What is handed out holds no answers, what the teacher keeps holds all of them, and both are written whole."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest

from notebooks.build import notebooks
from psn_viz.classroom.vote.vote_question import all_keys
from psn_viz.cli.main import main
from psn_viz.course.registry import exercises
from psn_viz.course.registry import open_tasks as open_task_prompts
from psn_viz.export import handed_out
from psn_viz.export.answer_key import open_tasks, solutions_of
from psn_viz.export.exported_questions import asked
from psn_viz.export.folds import folds_of, opened, without_folds
from psn_viz.export.hand_in_tasks import FOLDER, read_teachers_file, tasks_text, teachers_files
from psn_viz.export.notebook_error import NotebookError
from psn_viz.export.whole_folder import MARK, SUMS, write_whole_folder
from tests import evidence

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "notebooks" / "src").glob("*.py"))
TEACHERS = sorted((ROOT / "notebooks" / FOLDER).glob("*.md"))


@pytest.fixture(scope="module", autouse=True)
def _no_answers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PSN_VIZ_PROGRESS", "off")
        yield


@pytest.fixture(scope="module")
def lessons():
    return handed_out.lessons_of()


@pytest.fixture(scope="module")
def tasks():
    return teachers_files(ROOT)


@pytest.fixture(scope="module")
def students():
    return handed_out.students_files()


@pytest.fixture(scope="module")
def teachers():
    return handed_out.teachers_copies()


def text_of(data: bytes, kind: str = "") -> str:
    """The text of all cells of a notebook, or of one kind, with the text of its outputs."""
    cells = [cell for cell in json.loads(data)["cells"] if kind in ("", cell["cell_type"])]
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    texts = ["".join(out.get("data", {}).get("text/html", [])) for out in outputs]
    return "\n".join([*("".join(cell["source"]) for cell in cells), *texts])


def without_comments(markdown: str) -> str:
    return re.sub(r"(?s)<!--.*?-->", "", markdown)


def lines_of(markdown: str) -> list[str]:
    """Lines that are long enough to be nowhere by chance."""
    return [line.strip() for line in markdown.splitlines() if len(line.strip()) > 50]


def secret_lines(tasks) -> list[str]:
    """What stands in `teachers` alone."""
    parts = [text for file in tasks.values() for task in file.tasks for text in (task.answer, task.rubric)]
    parts += [rubric for file in tasks.values() for rubric in file.rubrics.values()]
    return [line for part in parts for line in lines_of(part)]


def unpacked(name: str, data: bytes):
    """A file, and what is packed within it, in notebooks and archives, however deep."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from unpacked(f"{name}/{inner}", archive.read(inner))
    elif name.endswith(".ipynb"):
        for packed in re.findall(r"'([A-Za-z0-9+/=]{1000,})'", text_of(data)):
            yield from unpacked(f"{name}/packed", base64.b64decode(packed))


# ------------------------------------------------------------------------------------------------ folds


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_fold_of_the_sources_has_a_kind(source):
    for cell in notebooks.convert(source).cells:
        if cell.cell_type != "markdown":
            assert "<details" not in cell.source
            continue
        folds = folds_of(cell.source)
        for fold in folds:
            assert (fold.kind == "notes") == ("For the teacher" in fold.summary)
            assert fold.summary != "Solution" or fold.kind == "solution"
        if "solution" in cell.metadata.get("tags", []):
            assert [fold.kind for fold in folds] == ["solution"]


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>Why</summary>\n\nso\n</details>",
        '<details class="secret"><summary>Why</summary>\n\nso\n</details>',
        'text <details class="more"><summary>Why</summary>\n\nso\n</details>',
        '<details class="more"><summary>Why</summary>\n\nso',
        '<details class="more"><summary>A</summary>\n<details class="more"><summary>B</summary>\nb\n</details>\n'
        "</details>",
    ],
)
def test_a_fold_of_another_form_is_refused(text):
    with pytest.raises(NotebookError, match="has a fold"):
        folds_of(text)


def test_folds_are_left_out_or_opened_by_their_kind():
    text = (
        'Before.\n\n<details class="answer"><summary>Why</summary>\n\nBecause.\n</details>\n\n'
        '<details class="more"><summary>Table</summary>\n\nRows.\n</details>\n<!-- evidence: 1 == 1 -->\n\nAfter.'
    )
    left = without_folds(text)
    assert "Because" not in left and "Rows." in left and "evidence" not in left
    assert left.startswith("Before.") and left.endswith("After.")
    assert opened(text).count("<details open class=") == 2 and "Because." in opened(text)


# ------------------------------------------------------------------------------------------------ students


def test_students_get_no_solutions_folded_answers_notes_comments_or_results(students, lessons):
    text = {name: text_of(data) for name, data in students.items() if name.endswith(".ipynb")}
    assert len(text) == len(lessons)
    for lesson in lessons:
        mine = text[f"{lesson.name}.ipynb"]
        assert "<!--" not in mine and "For the teacher" not in mine
        assert {fold.kind for fold in folds_of(mine)} <= {"more"}
        for cell in json.loads(students[f"{lesson.name}.ipynb"])["cells"]:
            assert not cell.get("outputs") and "solution" not in cell["metadata"].get("tags", [])
        read = text_of(students[f"{lesson.name}.ipynb"], "markdown")
        for cell in lesson.notebook["cells"]:
            if cell["cell_type"] == "markdown":
                for fold in folds_of(without_comments("".join(cell["source"]))):
                    for line in lines_of(fold.body):
                        assert (line in read) == (fold.kind == "more"), line


def test_students_run_the_code_of_the_lessons_and_read_all_else(students, lessons):
    for lesson in lessons:
        mine = json.loads(students[f"{lesson.name}.ipynb"])
        code = [cell["source"] for cell in mine["cells"] if cell["cell_type"] == "code"]
        own = [] if lesson.is_further else [[f'pv.answer("{lesson.number}/task_{letter}")'] for letter in "ab"]
        own += [] if lesson.is_further else [['pv.hand_in("your name or number")']]
        assert code[len(code) - len(own) :] == own
        assert code[: len(code) - len(own)] == [
            cell["source"] for cell in lesson.notebook["cells"] if cell["cell_type"] == "code"
        ]
        nbformat.validate(mine)
        heads = re.findall(r"^#+ .*", text_of(students[f"{lesson.name}.ipynb"]), re.MULTILINE)
        for cell in lesson.notebook["cells"]:
            if cell["cell_type"] == "markdown":
                assert set(re.findall(r"^## .*", "".join(cell["source"]), re.MULTILINE)) <= set(heads)


def test_blanks_are_kept(students, lessons):
    tagged = [
        "".join(cell["source"])
        for name in students
        if name.endswith(".ipynb")
        for cell in json.loads(students[name])["cells"]
        if "exercise" in cell["metadata"].get("tags", [])
    ]
    assert len(tagged) == len(exercises()) and all("..." in source for source in tagged)


def test_students_are_told_where_the_answers_are(students, capsys, tmp_path):
    for name, data in students.items():
        text = data.decode() if name == MARK else text_of(data) if name.endswith(".ipynb") else None
        if text is not None:
            assert handed_out.LIBRARY_KNOWS in text, name
    assert main(["students", str(tmp_path / "out")]) == 0
    assert handed_out.LIBRARY_KNOWS in capsys.readouterr().out


def test_the_same_bytes_each_time(students, tmp_path):
    for _ in range(2):
        assert main(["students", str(tmp_path / "out")]) == 0
        for name, data in students.items():
            assert (tmp_path / "out" / name).read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_no_file_for_students_holds_what_teachers_alone_have(students, teachers, tasks):
    secrets = secret_lines(tasks)
    assert len(secrets) > 100
    everything = "\n".join(data.decode() for data in students.values())
    assert [line for line in secrets if line in everything] == []
    kept = "\n".join([text_of(data) for name, data in teachers.items() if name.endswith(".ipynb")])
    kept += teachers["answer_key.md"].decode()
    assert [line for line in secrets if line not in kept] == []


@pytest.mark.slow
def test_no_archive_for_students_holds_what_teachers_alone_have(tasks):
    files = handed_out.students_files(colab=True)
    secrets = [line.encode() for line in secret_lines(tasks)]
    seen, carried = {}, set()
    for name, data in files.items():
        for inner, content in unpacked(name, data):
            seen[inner.partition("/packed")[2]] = content  # of the wheels, which are the same, one
            if inner.endswith("/packed"):
                carried.add(content)
    assert len(carried) == 1
    everything = b"\n".join([*files.values(), *seen.values()])
    assert [line for line in secrets if line in everything] == []
    assert not [name for name in seen if FOLDER in name]
    assert (
        b"the hard reset is still there" in everything
    )  # what the course's checks need is in the archive, and found


# ------------------------------------------------------------------------------------------------ tasks to hand in


def test_each_lesson_has_two_tasks(tasks, lessons):
    assert sorted(tasks) == sorted({lesson.number for lesson in lessons})
    for number, file in tasks.items():
        assert len(file.tasks) == 2, number
        for task in file.tasks:
            assert 5 <= task.minutes <= 30 and 3 <= task.points <= 6


def test_students_get_the_tasks_and_teachers_the_answers(tasks, students, teachers, lessons):
    for lesson in lessons:
        name = f"{lesson.name}.ipynb"
        for task in tasks[lesson.number].tasks:
            assert (task.text in text_of(students[name])) == (not lesson.is_further)
            assert (task.answer in text_of(teachers[name])) == (not lesson.is_further)


@pytest.mark.parametrize("path", TEACHERS, ids=lambda path: path.stem)
def test_answers_are_computed_anew(path):
    text = path.read_text("utf-8")
    problems, parts = [], 0
    for part in re.findall(r"^### Answer\n(.*?)^### Rubric", text, re.DOTALL | re.MULTILINE):
        for block, comments in evidence.blocks(part):
            parts += bool(comments)
            problems += evidence.wrong(block, comments, comparing=False, counting=True)
    assert problems == [] and parts >= 2


@pytest.mark.parametrize(
    "text, said",
    [
        ("# 02\n", "must begin with '# 01'"),
        ("# 01\n\n## Task: A (easy, five minutes)\n\nx\n", "is neither"),
        ("# 01\n\n## Task: A (easy, 5 minutes)\n\nx\n\n### Rubric\n\n- 1: y\n", "in this order"),
        ("# 01\n\n## Task: A (easy, 5 minutes)\n\nx\n\n### Answer\n\ny\n\n### Rubric\n\n- y\n", "a rubric has lines"),
        ("# 01\n\n## Rubric: 3\n\n", "a rubric has lines"),
    ],
)
def test_a_file_of_tasks_of_another_form_is_refused(text, said):
    with pytest.raises(NotebookError, match=re.escape(said)):
        read_teachers_file("01", text)


def test_each_task_has_a_box_that_is_handed_in(students):
    boxes = {
        key
        for name, data in students.items()
        if name.endswith(".ipynb")
        for key in re.findall(r'pv\.answer\("([^"]*/task_.)"\)', text_of(data))
    }
    assert len(boxes) == 24 and boxes <= open_task_prompts().keys()


def test_after_its_tasks_a_copy_says_how_to_hand_in(students, lessons):
    for lesson in lessons:
        cells = json.loads(students[f"{lesson.name}.ipynb"])["cells"]
        last, text = "".join(cells[-1]["source"]), "".join(cells[-2]["source"])
        assert (last == 'pv.hand_in("your name or number")') == (not lesson.is_further)
        assert ("put your name or number between" in text) == (not lesson.is_further)


def test_points_are_added_up():
    answer = "### Answer\n\ny\n<!-- evidence: 1 == 1 -->\n\n### Rubric\n\n- 2: a\n- 1: b\n"
    (task,) = read_teachers_file("01", f"# 01\n\n## Task: A (easy, 5 minutes)\n\nx\n\n{answer}").tasks
    assert (task.points, task.answer) == (3, "y")
    with pytest.raises(ValueError):
        tasks_text((task,))


# ------------------------------------------------------------------------------------------------ answer key


def test_the_key_has_every_question_with_every_option(teachers):
    key = teachers["answer_key.md"].decode().replace("&lt;", "<").replace(r"\*\*", "**")
    for name in all_keys():
        assert f"#### `{name}` · " in key
        question = asked(name).question
        for index, option in enumerate(question.form.options):
            _, right, feedback = question.judge(index)
            assert f"{'✓ **' if right else '✗ '}{'ABCDEF'[index]}. {option}" in key and feedback in key
        if question.form.kind in ("spikes", "curve"):
            assert question.judge(None)[2] in key


def test_the_key_has_every_exercise_with_its_wrong_answers(teachers, lessons):
    key = teachers["answer_key.md"].decode().replace("&lt;", "<").replace(r"\*\*", "**")
    solved = {name for lesson in lessons for name in solutions_of(lesson)}
    assert solved == set(exercises())
    for name, exercise in exercises().items():
        assert f"#### `{name}` · " in key
        for wrong in exercise.wrong:
            assert f"- *{wrong.name}*: {wrong.hint}" in key


def test_every_open_task_has_its_rubric(lessons, tasks):
    for number, file in tasks.items():
        found = [task.number for lesson in lessons if lesson.number == number for task in open_tasks(lesson)]
        assert sorted(found) == sorted(file.rubrics), number
    folds = [
        fold
        for lesson in lessons
        for cell in lesson.notebook["cells"]
        if cell["cell_type"] == "markdown" and "solution" not in cell["metadata"].get("tags", [])
        for fold in folds_of("".join(cell["source"]))
        if fold.kind in ("solution", "thought")
    ]
    assert len(folds) == sum(len(file.rubrics) for file in tasks.values())


def test_the_page_of_the_key_is_whole(teachers):
    page = teachers["answer_key.html"].decode()
    assert page.count("<h2 ") == len(re.findall(r"^## ", teachers["answer_key.md"].decode(), re.MULTILINE))
    assert "<script" not in page and not re.search(r"(src|url)\W+http|<link (?!rel=.icon)", page)
    assert "<details" not in page and not re.search(r"(?<!\w)\*\*", re.sub(r"(?s)<pre\b.*?</pre>", "", page))


def test_teachers_have_everything_open(teachers):
    for name, data in teachers.items():
        if name.endswith(".ipynb"):
            assert not re.search(r"<details(?! open)", text_of(data)), name


# ------------------------------------------------------------------------------------------------ writing


FILES = {MARK: b"# Mine\nmore\n", "a.txt": b"a"}


def state_of(folder: Path) -> dict:
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def test_a_folder_is_written_and_written_again(tmp_path):
    out = tmp_path / "deep" / "out"
    write_whole_folder(out, FILES | {"b.txt": b"b"})
    write_whole_folder(out, FILES)
    assert sorted(path.name for path in out.iterdir()) == sorted([*FILES, SUMS])
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "change",
    [
        lambda out: (out / "own.txt").write_text("mine"),
        lambda out: (out / "a.txt").write_text("worked on"),
        lambda out: (out / MARK).write_text("# Other\n"),
        lambda out: (out / SUMS).unlink(),
        lambda out: (out / "sub").mkdir(),
    ],
)
def test_a_folder_that_holds_other_things_is_not_touched(tmp_path, change):
    out = tmp_path / "out"
    write_whole_folder(out, FILES)
    change(out)
    before = state_of(tmp_path)
    with pytest.raises(NotebookError, match="stays as it is"):
        write_whole_folder(out, FILES)
    assert state_of(tmp_path) == before


def test_a_file_and_the_folder_that_one_is_in_are_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotebookError, match="is a file"):
        write_whole_folder(tmp_path / "file", FILES)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(NotebookError, match="is where you are"):
        write_whole_folder(Path("."), FILES)


def test_nothing_is_left_of_a_folder_that_could_not_be_written(tmp_path):
    write_whole_folder(tmp_path / "out", FILES)
    before = state_of(tmp_path)
    with pytest.raises(NotebookError, match="cannot be written"):
        write_whole_folder(tmp_path / "out", FILES | {"no/such/folder.txt": b""})
    assert state_of(tmp_path) == before


def test_a_refusal_is_one_sentence_and_exit_code_1(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("x")
    assert main(["students", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("psn-viz students: ")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
