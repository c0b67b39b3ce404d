"""The answer key of the course, one page of Markdown: questions, exercises, open tasks, tasks to hand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psn_viz.classroom.vote.question_settings import SETTINGS
from psn_viz.classroom.vote.vote_question import LETTERS, all_keys
from psn_viz.course.registry import exercises
from psn_viz.export.exported_questions import asked
from psn_viz.export.folds import COMMENT, folds_of
from psn_viz.export.hand_in_tasks import TeachersFile, tasks_text
from psn_viz.export.notebook_error import NotebookError

if TYPE_CHECKING:
    from psn_viz.export.handed_out import Lesson

INTRODUCTION = """\
# Answer key of the course

For the teacher. Under each option stands what its choice suggests: what the learner is told, and so which wrong
answers to expect. Wrong answers to an exercise are those that its check recognises and names. A rubric gives points
for each idea; any other way to the same idea earns the same points.

By the psn_viz authors, under the MIT licence or [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), as you
prefer.
"""
OTHERS = {"ten_minutes": "The page of ten minutes", "quiz": "The quiz over the whole course"}
COMPUTED = "The lesson computes the answer on the reader's machine, or from the reader's own training: run it there."
_NUMBERED = re.compile(r"^\*\*(?P<number>\d+) · (?P<title>.+?)\*\* (?P<effort>\(.+?\))\.[ \n]", re.MULTILINE)
_PART_ENDS = re.compile(r"^(?:\*\*\d+ · |## )", re.MULTILINE)
_CHECKED = re.compile(r"""\bpv\.check\(\s*["']([^"']*)["']""")


@dataclass(frozen=True)
class OpenTask:
    """A task of a lesson that no check judges: its number, its text and what stands in its fold."""

    number: str
    title: str
    effort: str
    text: str
    answer: str


def answer_key(lessons: Sequence[Lesson], tasks: dict[str, TeachersFile]) -> str:
    """The page. Raises NotebookError where an open task has no rubric, or a rubric no task."""
    parts = [INTRODUCTION]
    for lesson in lessons:
        if not lesson.is_further:
            both = [one for one in lessons if one.number == lesson.number]
            parts += _lesson_parts(both, tasks.get(lesson.number, TeachersFile((), {})))
    for name, title in OTHERS.items():
        parts += [f"## {title}\n", *_questions(name)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip() + "\n"


def title_of(lesson: Lesson) -> str:
    """Its heading."""
    return "".join(lesson.notebook["cells"][0]["source"]).splitlines()[0].removeprefix("# ")


def open_tasks(lesson: Lesson) -> list[OpenTask]:
    """The tasks of a notebook that a fold answers, not a check."""
    cells = [
        "".join(cell["source"])
        for cell in lesson.notebook["cells"]
        if cell["cell_type"] == "markdown" and "solution" not in cell["metadata"].get("tags", [])
    ]
    text = COMMENT.sub("", "\n\n".join(cells))  # a fold may stand in another cell than its task
    ends = [match.start() for match in _PART_ENDS.finditer(text)] + [len(text)]
    found = []
    for head in _NUMBERED.finditer(text):
        part = text[head.end() : min(end for end in ends if end > head.start())]
        for fold in folds_of(part):
            if fold.kind in ("solution", "thought"):
                number = f"further {head['number']}" if lesson.is_further else head["number"]
                task = part[: fold.start].strip()
                found.append(OpenTask(number, head["title"], head["effort"], task, fold.body.strip()))
    return found


def solutions_of(lesson: Lesson) -> dict[str, str]:
    """The solutions of a notebook, as Markdown, by the key of the exercise whose check stands before each."""
    found, key = {}, ""
    for cell in lesson.notebook["cells"]:
        text = "".join(cell["source"])
        if "solution" in cell["metadata"].get("tags", []):
            (fold,) = folds_of(text)
            found[key] = fold.body.strip()
        elif keys := _CHECKED.findall(text):
            key = keys[-1]
    return found


def _lesson_parts(lessons: list[Lesson], tasks: TeachersFile) -> list[str]:
    parts = [f"## {title_of(lessons[0])}\n", "### Questions\n", *_questions(lessons[0].number)]
    solutions = {key: text for lesson in lessons for key, text in solutions_of(lesson).items()}
    if solutions:
        parts.append("### Exercises\n")
        for key, solution in solutions.items():
            parts += _exercise(key, solution)
    opened = [task for lesson in lessons for task in open_tasks(lesson)]
    if {task.number for task in opened} != set(tasks.rubrics):
        raise NotebookError(
            f"lesson {lessons[0].number} has the open tasks {sorted(task.number for task in opened)}, and "
            f"rubrics for {sorted(tasks.rubrics)}"
        )
    if opened:
        parts.append("### Open tasks\n")
        for task in opened:
            parts.append(f"**{task.number} · {task.title}** {task.effort}. {task.text}\n")
            parts.append(f"*What may be said:* {task.answer}\n")
            parts.append(f"*Rubric* (points):\n\n{tasks.rubrics[task.number]}\n")
    if tasks.tasks:
        parts.append(f"#{tasks_text(tasks.tasks)}\n")
    return parts


def _exercise(key: str, solution: str) -> list[str]:
    exercise = exercises()[key]
    head = f"#### `{key}` · {exercise.title} ({exercise.difficulty}, {exercise.minutes} minutes)\n"
    wrong = [f"- *{_plain(one.name)}*: {_plain(one.hint)}" for one in exercise.wrong]
    return [head, f"{_plain(exercise.task)}\n", f"{solution}\n", "Wrong answers that the check recognises:\n",
            "\n".join(wrong) + "\n"]  # fmt: skip


def _questions(lesson: str) -> list[str]:
    return ["\n".join(_question(key)) for key in all_keys() if key.split("/")[0] == lesson]


def _question(key: str) -> list[str]:
    question, setting = asked(key).question, SETTINGS.get(key, "")
    form = question.form
    lines = [f"#### `{key}` · {_plain(form.prompt)}\n"]
    if setting:
        lines.append(f"*Needed to answer it:* {_plain(setting)}\n")
    if form.kind != "choice":
        truth, _, told = question.judge(None)
        lines.append(f"**{_plain(told) if told else COMPUTED}**")
        if form.kind == "curve":
            lines.append(f" Step by step: {', '.join(f'{round(value, 2):g}' for value in truth)}.")
        return [*lines, ""]
    for index, option in enumerate(form.options):
        _, right, feedback = question.judge(index)
        sign = "✓" if right else "✗"
        text = f"**{LETTERS[index]}. {_plain(option)}**" if right else f"{LETTERS[index]}. {_plain(option)}"
        lines.append(f"- {sign} {text}<br>{_plain(feedback)}")
    return [*lines, ""]


def _plain(text: str) -> str:
    """Text of a question within Markdown: < would begin an element, and ** is a power here."""
    return re.sub(r"<(?=\S)", "&lt;", text).replace("**", r"\*\*")
