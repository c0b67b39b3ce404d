"""The page of a class: who has done what, how each exercise and question went, and open answers side by side."""

from __future__ import annotations

from collections.abc import Mapping

from psn_viz.classroom.class_numbers import (
    ExerciseRow,
    QuestionRow,
    StudentRow,
    exercise_rows,
    open_answers,
    question_rows,
)
from psn_viz.classroom.grid import grid_columns, grid_table, numbered
from psn_viz.classroom.handed_in import HandedIn
from psn_viz.classroom.report_page import (
    Html,
    folded,
    heading,
    in_paragraphs,
    listed,
    moment,
    own,
    page,
    paragraph,
    table,
    text,
)
from psn_viz.course.text_page import number_of

CHECKSUM = (
    "About the flags. A hand-in carries a checksum over its content. The student's own machine has computed it, so a "
    "checksum that fits proves nothing: whoever can edit the file can compute it anew. One that does not fit says "
    "that the file was changed afterwards, maybe by an editor. It deters; what proves that a function is right is "
    "to run it again (--run), and what proves that somebody understands it is to ask. No flag is a verdict."
)
SAME = (
    "“Same as shipped”: the solution has the syntax tree of one that psn_viz itself shows, names of variables "
    "included. Only solutions of more than five statements are compared. Lessons show their solutions under each "
    "exercise, so the share of the class stands beside it."
)
NAMED = 10  # files that are no hand-in, in a sentence


def class_page(
    rows: list[StudentRow], others: list[str], links: list[str], told: list[str], tasks: Mapping[str, str]
) -> bytes:
    """The page. others: files that were left alone. links: by row, the student's page. told: what --run has said.

    tasks: by key of an open task, what it asks, where that is not in the package.
    """
    files = [row.handed_in for row in rows if row.handed_in.counts and not row.handed_in.problem]
    counted = [(row, link) for row, link in zip(rows, links, strict=True) if row.handed_in.counts]
    touched, _ = grid_columns([row for row, _ in counted])
    exercises = [row for row in exercise_rows(files) if row.key in touched]
    questions = question_rows(files)
    parts = [
        paragraph(f"{files_in_words(rows)} Wide tables scroll sideways."),
        *_others(others),
        _students(rows, links),
        paragraph(CHECKSUM),
        *(paragraph(line) for line in told),
        heading("Who has passed what"),
        *grid_table([row for row, _ in counted], [link for _, link in counted]),
        heading("Exercises"),
        _exercises(exercises),
        paragraph(SAME),
        heading("Questions"),
        paragraph("First answers alone. ✓ marks what was judged right; a number is right within a tolerance."),
        _questions(questions),
        heading("Open tasks"),
        *_open(files, tasks),
    ]
    return page("The class", *parts)


def files_in_words(rows: list[StudentRow]) -> str:
    """How many files there are, and how many folders of students without one."""
    files = [row.handed_in for row in rows if not row.handed_in.missing]
    read, flagged = sum(not one.problem for one in files), sum(bool(one.flags) for one in files)
    missing = len(rows) - len(files)
    earlier = sum(not one.counts for one in files)
    twice = f", {earlier} not counted beside a later one of the same student" if earlier else ""
    without = f"; {number_of(missing, 'folder')} without a hand-in" if missing else ""
    return f"{number_of(len(files), 'file')}, {read} read, {flagged} with flags{twice}{without}."


def others_in_words(others: list[str]) -> str:
    """Which files were left alone, in a sentence."""
    some = f"{', '.join(others[:NAMED])}{f' and {len(others) - NAMED} more' if len(others) > NAMED else ''}"
    return f"{number_of(len(others), 'file')} {'is' if len(others) == 1 else 'are'} no hand-in: {some}."


def _others(others: list[str]) -> list[Html]:
    if not others:
        return []
    said = [Html(f'<p class="note flag">{own(others_in_words(others))}</p>\n')]
    if len(others) > NAMED:
        shown = [*others[:200], *([f"and {len(others) - 200} more"] if len(others) > 200 else [])]
        said.append(folded("All files that are no hand-in", listed(shown)))
    return said


def _students(rows: list[StudentRow], links: list[str]) -> Html:
    head = [
        "student", "handed in", "exercises passed", "flags", "run again", "tries until passed",
        "right at first answer", "open answers", "last exercise passed", "misconceptions recognised",
    ]  # fmt: skip
    return table("Students", head, [_student(row, link) for row, link in zip(rows, links, strict=True)])


def _student(row: StudentRow, link: str) -> list[object]:
    one = row.handed_in
    name = Html(f'<a href="{text(link)}">{own(one.label)}</a>')
    place = Html(f"<br><small>{own(one.place)}</small>") if one.label != one.place else Html("")
    if one.problem:
        why = Html(f'<span class="flag">not read: {own(one.problem)}</span>')
        return [Html(own(one.label) + place), Html(""), Html(""), why, *[Html("")] * 6]
    named = listed([f"{name} ({count})" for name, count in row.recognised.most_common()])
    right = f"{row.right} of {row.judged}" if row.judged else ""
    return [
        Html(name + place), moment(one.written), row.passed, listed(one.flags, "flag"), row.confirmed, row.tries,
        right, row.open_answers, moment(row.last_pass), named,
    ]  # fmt: skip


def _exercises(rows: list[ExerciseRow]) -> Html:
    head = ["exercise", "tried", "passed", "median tries", "misconceptions recognised (students)", "same as shipped"]
    return table(
        "Exercises",
        head,
        [
            [
                numbered(row.key),
                row.tried,
                row.passed,
                f"{row.median_tries:g}" if row.passed else "",
                listed([f"{name} ({count})" for name, count in row.recognised.most_common()]),
                "" if row.same is None or not row.passed else f"{row.same} of {row.passed}",
            ]
            for row in rows
        ],
    )


def _questions(rows: list[QuestionRow]) -> Html:
    head = ["question", "answers", "first answers, and how many", "right at first", "right at second thought"]
    return table("Questions", head, [_question(row) for row in rows])


def _question(row: QuestionRow) -> list[object]:
    total = row.answers.total()
    shares = "".join(
        f"<li>{_tick(answer in row.right)}{own(answer)}: {count} ({100 * count / total:.0f} %)</li>"
        for answer, count in row.answers.most_common(12)
    )
    more = len(row.answers) - 12
    if more > 0:
        shares += f"<li>{more} more answers</li>"
    name = Html(f"{text(row.key)}<br><small>{own(row.prompt)}</small>")
    first = f"{row.first_right} of {row.judged}" if row.judged else ""
    second = f"{row.second_right} of {row.judged - row.first_right}" if row.judged > row.first_right else ""
    return [name, total, Html(f"<ul>{shares}</ul>"), first, second]


def _tick(right: bool) -> str:
    return '<span class="right" role="img" aria-label="right">✓</span> ' if right else ""


def _open(files: list[HandedIn], tasks: Mapping[str, str]) -> list[Html]:
    found = open_answers(files, tasks)
    if not found:
        return [paragraph("Nobody has answered an open task.")]
    parts = [paragraph("Points for what is asked, and a good answer: answer_key.html of psn-viz teachers.")]
    for key, (asked, answers) in found.items():
        articles = "".join(
            f"<article><h4>{own(one.label)}</h4><p>{own(said)}</p></article>\n" for one, said in answers
        )
        parts += [heading(f"{key}: {number_of(len(answers), 'answer')}", 3), *in_paragraphs(asked)]
        parts.append(Html(f'<div class="answers">{articles}</div>\n'))
    return parts
