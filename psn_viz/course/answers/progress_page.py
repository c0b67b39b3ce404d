"""What a reader sees of the progress: how much is done, and starting over."""

from __future__ import annotations

from collections.abc import Sequence

from psn_viz.course.answers.answer_file import KEY, progress_key
from psn_viz.course.answers.store import AnswerStore, answer_store, counts_as_done, why
from psn_viz.course.registry import NO_LESSONS, exercises, predictions, recall_questions
from psn_viz.course.text_page import Page, html_table
from psn_viz.text_table import text_table

KINDS = {"predict": "predictions", "recall": "recall questions", "check": "exercises"}


def show_progress() -> Page:
    """What is done: a table of the lessons with their predictions, recall questions and exercises.

    All of the course is counted, and what has been added to it with `pv.register_exercise` and
    `pv.register_question`.
    """
    store = answer_store()
    head, rows = progress_table(store)
    if not rows:
        return Page.of("nothing to answer yet").under(*store.messages)
    told = right_so_far(store) + open_so_far(store)
    text = "\n".join(text_table(head, rows, align="<" * len(head)))
    return Page(text, html_table(head, rows)).under(*told, *store.messages)


def progress_table(store: AnswerStore) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of the table, a row for each lesson."""
    rows = [
        [lesson, *(f"{counts[kind][0]} of {counts[kind][1]}" if counts[kind][1] else "–" for kind in KINDS)]
        for lesson, counts in count(store).items()
    ]
    return ["lesson", *KINDS.values()], rows


def right_so_far(store: AnswerStore) -> list[str]:
    """A sentence on how many questions were answered rightly, at first and at a second thought; none without any."""
    questions = [entry for key, entry in store.entries().items() if KEY.fullmatch(key) and "/check/" not in key]
    judged = [entry for entry in questions if isinstance(entry.get("right"), bool)]
    if not judged:
        return []
    first = sum(entry["right"] for entry in judged)
    thought = [entry["second"] for entry in judged if isinstance(entry.get("second"), dict)]
    second = f"; {sum(again.get('right') is True for again in thought)} of {len(thought)} at a second thought"
    return [f"Right at the first answer: {first} of {len(judged)}{second if thought else ''}."]


def open_so_far(store: AnswerStore) -> list[str]:
    """A sentence on how many open tasks have an answer; none without any."""
    kept = [entry for key, entry in store.entries().items() if (match := KEY.fullmatch(key)) and match[2] == "open"]
    answered = sum(counts_as_done(entry) for entry in kept)
    return [f"Open tasks with an answer: {answered}."] if answered else []


def reset_progress(lessons: str | Sequence[str] | None = None) -> Page:
    """Forget every answer, or those of one lesson, `"02"`, or of several, `["02", "03"]`, in the file too.

    The recall questions that lesson 02 begins with belong to it. What was in the file stays beside it, under another
    name. Raises ValueError for a lesson that there is not, TypeError for anything else.
    """
    store = answer_store()
    try:
        if lessons is None:
            what, old = "All answers", store.reset()
        else:
            chosen = _lessons(store, lessons)
            keys = [key for key in store.content().entries if (match := KEY.fullmatch(key)) and match[1] in chosen]
            what, old = f"The answers of lesson {' and '.join(chosen)}", store.forget(keys)
    except OSError as error:
        instead = f"delete {store.path.name} by hand" if lessons is None else "try again later"
        return Page.of(f"The answers could not be removed ({why(error)}): {instead}.")
    note = f" The old ones are in {old.name}." if old else ""
    return Page.of(f"{what} are forgotten.{note} Run the cells of a notebook again to answer anew.")


def _lessons(store: AnswerStore, lessons: str | Sequence[str]) -> list[str]:
    chosen = [lessons] if isinstance(lessons, str) else lessons
    if not isinstance(chosen, Sequence) or not all(isinstance(lesson, str) for lesson in chosen):
        raise TypeError(f"lessons must be such as '02' or ['02', '03'], got {lessons!r:.80}")
    known = count(store)
    for lesson in chosen:
        if lesson not in known:
            raise ValueError(f"lessons must be among {', '.join(known)}, got {lesson!r}")
    if not chosen:
        raise ValueError("lessons must name at least one lesson, got none")
    return sorted(set(chosen))


def count(store: AnswerStore) -> dict[str, dict[str, tuple[int, int]]]:
    """By lesson and kind: how many are done, and how many there are."""
    content = store.content()
    # All that the course asks, also in lessons that have not been opened yet.
    keys = content.known | {exercise.progress_key for exercise in exercises().values()}
    keys |= {progress_key(key, "predict") for key in predictions()}
    keys |= {
        f"{lesson}/recall/{n}"
        for lesson, questions in recall_questions().items()
        for n in range(1, len(questions) + 1)
    }
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for key in sorted(keys):
        if key.partition("/")[0] in NO_LESSONS and key not in content.entries:
            continue  # nobody is to do them
        if (match := KEY.fullmatch(key)) and match[2] in KINDS:
            lesson, kind, _ = match.groups()
            counts.setdefault(lesson, dict.fromkeys(KINDS, (0, 0)))
            finished, total = counts[lesson][kind]
            entry = content.entries.get(key)
            counts[lesson][kind] = finished + bool(entry and counts_as_done(entry["entry"])), total + 1
    return counts
