"""Exercises on a page: takes what the reader has written, and answers with what the check found.

All of it is plain data, as in `session`. The page counts the time: where nothing ends a loop, it ends the worker.
"""

from __future__ import annotations

import ast
import builtins
import json
import linecache
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from psn_viz.browser.exercise_cells import exercise_in, needed_statements, without_checks
from psn_viz.browser.question_session import kept_answer
from psn_viz.course.answers.store import answer_store
from psn_viz.course.checking.check_exercise import check
from psn_viz.course.checking.time_limit import Outcome, call
from psn_viz.course.checking.verdict import Verdict
from psn_viz.course.registry import exercise_named
from psn_viz.labs.core.figure_encoding import split

SECONDS = 5.0  # where a timer can end what runs, which is not so in a browser
HAS_ALL = "The notebook has all of PyTorch: open it there."
_BUILTINS = dict(vars(builtins))


@dataclass(frozen=True)
class Checked:
    """What a page shows of a check: `told` for JSON, and the arrays of its figure (float32)."""

    told: dict[str, Any]
    arrays: list[np.ndarray] = field(default_factory=list)


class ExerciseSession:
    """The exercises of a lesson's page. cells: JSON of [[id, source], …], the lesson's code cells in order.

    The page keeps the answers, and gives with each check the one that it has. Raises ValueError where cells are no
    such JSON.
    """

    def __init__(self, lesson: str, cells: str) -> None:
        self.lesson, self.cells = lesson, dict(json.loads(cells))

    def do(self, action: str, argument: Any = None) -> Checked:
        """Do what the reader asked for.

        Actions: "show", which answers with nothing; "check" with {"cell": its id, "texts": {id: what stands in its
        editor}, "stored": the `Answer` that the page keeps, or None}. Raises ValueError for another action.
        """
        vars(builtins).update(_BUILTINS)  # whatever a function of the reader's has done to them
        if action == "show":
            return Checked({})
        if action != "check":
            raise ValueError(f"action must be show or check, got {action!r:.40}")
        return self._check(argument["cell"], argument["texts"], argument.get("stored"))

    def do_json(self, action: str, argument: str) -> tuple[str, list[np.ndarray]]:
        """`do`, with argument and answer as JSON, and the arrays beside it: as a worker passes them on."""
        checked = self.do(action, json.loads(argument))
        return json.dumps(checked.told, ensure_ascii=False), checked.arrays

    def _check(self, cell: str, texts: dict[str, str], given: object) -> Checked:
        cell_exercise = exercise_in(self.cells[cell])
        assert cell_exercise is not None
        key = cell_exercise.key
        store, kept = answer_store(), exercise_named(key).progress_key
        stored = kept_answer(given)
        if stored is None:
            store.forget([kept])
        else:
            store.put(kept, stored)
        verdict, printed = self._verdict(cell, key, cell_exercise.function, texts)
        entry = store.content().entries.get(kept)
        spec, arrays = ("", []) if verdict.figure is None else split(verdict.figure)
        facts = [list(fact) for fact in verdict.facts]
        return Checked({
            "key": key, "status": verdict.status, "sentence": verdict.sentence, "facts": facts,
            "hint": _hint(verdict), "printed": printed + verdict.printed, "example": verdict.example,
            "spec": spec, "entries": {} if entry in (None, stored) else {kept: entry},
        }, arrays)  # fmt: skip

    def _verdict(self, cell: str, key: str, function: str, texts: dict[str, str]) -> tuple[Verdict, str]:
        """What was found, and what the text printed before anything was checked."""
        text, name = texts[cell], f"<{key}>"
        # Tracebacks and inspect find its lines there.
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        try:
            tree = without_checks(ast.parse(text, name))
            code = compile(tree, name, "exec")
        except (SyntaxError, ValueError) as error:  # ValueError: a character that no source may have
            return _no_python(key, error, text), ""
        space: dict[str, Any] = {"__name__": "__main__", "__builtins__": _BUILTINS | {"input": _no_input}}
        outcome = call(lambda: self._run_lesson(cell, tree, texts, space), (), SECONDS)
        if not (outcome.error or outcome.late):
            outcome = call(lambda: exec(code, space), (), SECONDS)
        vars(builtins).update(_BUILTINS)
        if outcome.error or outcome.late or outcome.interrupted:
            return _did_not_run(key, outcome), outcome.printed
        if function not in space:
            sentence = f"your code defines no {function}"
            return Verdict(key, "no function", sentence, hint=f"The check tries the function {function}."), ""
        return check(key, space[function], seconds=SECONDS), outcome.printed

    def _run_lesson(self, cell: str, tree: ast.Module, texts: dict[str, str], space: dict[str, Any]) -> None:
        """Run those statements of the cells before, as the reader has them, that the text needs."""
        ids = list(self.cells)
        before = [texts.get(one, self.cells[one]) for one in ids[: ids.index(cell)]]
        for number, statement in enumerate(needed_statements(tree, before)):
            source, name = ast.unparse(statement), f"<{self.lesson}, part {number}>"
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            try:
                exec(compile(source, name, "exec"), space)
            except Exception as error:
                first = source.split("\n")[0]
                raise LessonError(f"{first} ({type(error).__name__}: {error})") from None


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("input() cannot ask you here: write the value into the code")


class LessonError(Exception):
    """A statement of the lesson, on which the reader's text builds, has failed."""


def _no_python(key: str, error: Exception, text: str) -> Verdict:
    sentence, line = f"this is no Python yet: {getattr(error, 'msg', error)}", getattr(error, "lineno", None)
    facts = ()
    if line:
        written = text.splitlines()[line - 1 : line]
        facts = (("where", f"line {line}: {''.join(written).strip()[:160]}"),)
    return Verdict(key, "syntax error", sentence, facts)


def _did_not_run(key: str, outcome: Outcome) -> Verdict:
    where = (("where", outcome.code_line),) if outcome.code_line else ()
    if outcome.late or outcome.interrupted:
        return Verdict(key, "slow", "your code did not end before it was stopped. A loop that never ends?", where)
    assert outcome.error_type is not None
    if issubclass(outcome.error_type, SystemExit):
        return Verdict(key, "raised", "your code ended Python (exit or quit)", where)
    if outcome.error_type is LessonError:
        what = outcome.error.removeprefix("LessonError: ")
        return Verdict(key, "raised", f"what it uses of the lesson cannot run here: {what}", hint=HAS_ALL)
    return Verdict(key, "raised", f"your code raised {outcome.error}", where)


def _hint(verdict: Verdict) -> str:
    """The hint; for a name of torch that is missing here, where it is not."""
    if verdict.status == "raised" and "numpy stands in for torch" in verdict.sentence:
        return HAS_ALL
    return verdict.hint
