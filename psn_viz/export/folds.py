"""The folds of a lesson: what a reader opens by a press, each with its kind.

A fold is `<details class="KIND"><summary>…</summary> … </details>`, alone on its lines in a Markdown cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from psn_viz.export.notebook_error import NotebookError

KINDS = {
    "solution": "what an exercise asks for",
    "thought": "what may be said to an open task",
    "answer": "what is read after one's own answer to a question of the text",
    "notes": "for the teacher",
    "more": "a part of the lesson's text that not everybody needs",
}
KEPT = ("more",)  # in the students' copies

_BEGIN = re.compile(r"<details\b")
_FOLD = re.compile(
    r'^<details class="(?P<kind>[a-z]+)"><summary>(?P<summary>.*?)</summary>\n'
    r"(?P<body>.*?)^</details>[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
COMMENT = re.compile(r"[ \t]*<!--.*?-->[ \t]*\n?", re.DOTALL)


@dataclass(frozen=True)
class Fold:
    """One fold: its kind, the line that the reader sees, what it hides, and where the whole stands in the text."""

    kind: str
    summary: str
    body: str
    start: int
    end: int


def folds_of(markdown: str) -> list[Fold]:
    """The folds of a cell, in order. Raises NotebookError for a fold without a kind of KINDS, or of another form."""
    folds = [
        Fold(match["kind"], match["summary"], match["body"].strip("\n"), match.start(), match.end())
        for match in _FOLD.finditer(markdown)
    ]
    for fold in folds:
        if fold.kind not in KINDS:
            raise NotebookError(f"has a fold of the kind {fold.kind!r}; there are {', '.join(KINDS)}")
        if _BEGIN.search(fold.body):
            raise NotebookError("has a fold within a fold")
    if len(_BEGIN.findall(markdown)) != len(folds):
        raise NotebookError(
            'has a fold that does not begin with <details class="KIND"><summary>…</summary> on a line of its own, '
            "or does not end so"
        )
    return folds


def without_folds(markdown: str) -> str:
    """The text without the folds that students do not get, and without comments. May be empty."""
    for fold in reversed(folds_of(markdown)):
        if fold.kind not in KEPT:
            markdown = markdown[: fold.start] + markdown[fold.end :]
    return re.sub(r"\n{3,}", "\n\n", COMMENT.sub("", markdown)).strip("\n")


def opened(markdown: str) -> str:
    """The text with all folds open."""
    folds_of(markdown)
    return COMMENT.sub("", markdown).replace("<details class=", "<details open class=")
