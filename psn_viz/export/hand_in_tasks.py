"""The tasks to hand in and the rubrics: `notebooks/teachers_only/NN.md`, one file for each lesson.

The folder lies outside of the package, so that no wheel and no copy for students can hold the answers. A file:

    # 01

    ## Task: Title (medium, 10 minutes)

    What is asked, in Markdown.

    ### Answer

    What is right, with comments that say how each number is computed (see tests/evidence.py).

    ### Rubric

    - 2: What earns two points.

    ## Rubric: 5

    - 2: The same for an open task of the lesson, by its number; `further 2` of the notebook that goes beyond it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from psn_viz.course.registry import TO_HAND_IN, open_tasks
from psn_viz.export.folds import COMMENT
from psn_viz.export.notebook_error import NotebookError

FOLDER = "teachers_only"  # within notebooks/
LETTERS = "AB"
HEADING = "## To hand in"
_TASK = re.compile(r"Task: (?P<title>.+) \((?P<difficulty>easy|medium|hard), (?P<minutes>\d+) minutes\)")
_RUBRIC = re.compile(r"Rubric: (?P<open>(?:further )?\d+)")
_POINTS = re.compile(r"- (\d+): .+")


@dataclass(frozen=True)
class Task:
    """A task to hand in. `text` is for students; `answer` and `rubric`, Markdown, are for teachers."""

    title: str
    difficulty: str
    minutes: int
    text: str
    answer: str
    rubric: str

    @property
    def points(self) -> int:
        """What the rubric adds up to."""
        return sum(int(match[1]) for match in map(_POINTS.fullmatch, self.rubric.splitlines()) if match)


@dataclass(frozen=True)
class TeachersFile:
    """The tasks of one lesson, and rubrics of its open tasks by their number, such as "5" or "further 2"."""

    tasks: tuple[Task, ...]
    rubrics: dict[str, str]


def teachers_files(root: Path) -> dict[str, TeachersFile]:
    """The files of the project in `root`, by number of the lesson. Raises NotebookError for one of another form."""
    paths = sorted((root / "notebooks" / FOLDER).glob("[0-9][0-9].md"))
    if not paths:
        raise NotebookError(f"there is no folder notebooks/{FOLDER} here: run it from a copy of the project")
    return {path.stem: read_teachers_file(path.stem, path.read_text("utf-8")) for path in paths}


def texts_for_reports(root: Path) -> dict[str, str]:
    """By key, "02/task_a", title and text of each task as Markdown; without the files here, where they stand."""
    try:
        files = teachers_files(root)
    except NotebookError:
        return {
            key: f"{asked} The answer key has its text: answer_key.html of psn-viz teachers, {key[:2]}, {asked[:6]}."
            for key, asked in open_tasks().items()
            if key.partition("/")[2] in TO_HAND_IN
        }
    return {
        f"{number}/task_{letter.lower()}": task_text(letter, task).replace("**", "")
        for number, file in files.items()
        for letter, task in zip(LETTERS, file.tasks, strict=False)
    }


def read_teachers_file(number: str, text: str) -> TeachersFile:
    """Read one file. Raises NotebookError, which says where it is not of the form above."""
    head, *parts = re.split(r"^## ", COMMENT.sub("", text), flags=re.MULTILINE)
    place = f"{FOLDER}/{number}.md"
    if head.strip() != f"# {number}":
        raise NotebookError(f"{place} must begin with '# {number}' and a part '## Task: …'")
    tasks: list[Task] = []
    rubrics: dict[str, str] = {}
    for part in parts:
        title, _, body = part.partition("\n")
        if match := _TASK.fullmatch(title.strip()):
            tasks.append(_task(match, body, f"{place}, {title.strip()!r}"))
        elif match := _RUBRIC.fullmatch(title.strip()):
            rubrics[match["open"]] = _checked_rubric(body.strip(), f"{place}, {title.strip()!r}")
        else:
            raise NotebookError(f"{place}: {title.strip()!r} is neither 'Task: … (easy, 5 minutes)' nor 'Rubric: 5'")
    return TeachersFile(tuple(tasks), rubrics)


def tasks_text(tasks: tuple[Task, ...]) -> str:
    """The tasks as Markdown, with answers and rubrics."""
    parts = [HEADING]
    for letter, task in zip(LETTERS, tasks, strict=True):
        parts += [task_text(letter, task), f"**Answer to {letter}.** {task.answer}"]
        parts.append(f"**Rubric of {letter}** (points):\n\n{task.rubric}")
    return "\n\n".join(parts)


def task_text(letter: str, task: Task) -> str:
    """What students read of a task, as Markdown."""
    head = f"**{letter} · {task.title}** ({task.difficulty}, {task.minutes} minutes, {task.points} points). "
    return head + task.text


def _task(match: re.Match, body: str, place: str) -> Task:
    text, answer_mark, rest = body.partition("\n### Answer\n")
    answer, rubric_mark, rubric = rest.partition("\n### Rubric\n")
    if not (answer_mark and rubric_mark and text.strip() and answer.strip()):
        raise NotebookError(f"{place} must have a text, '### Answer' and '### Rubric', in this order")
    return Task(
        match["title"],
        match["difficulty"],
        int(match["minutes"]),
        text.strip(),
        answer.strip(),
        _checked_rubric(rubric.strip(), place),
    )


def _checked_rubric(rubric: str, place: str) -> str:
    lines = [line for line in rubric.splitlines() if not line.startswith("  ")]
    if not lines or not all(_POINTS.fullmatch(line) for line in lines):
        raise NotebookError(f"{place}: a rubric has lines '- 2: what earns two points', and nothing else")
    return rubric
