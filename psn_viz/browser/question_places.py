"""Where a built notebook asks questions: which they are, and with what a late answer is compared."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict
from typing import Any

from psn_viz.browser.archives import archives_of_question
from psn_viz.browser.question_session import question_of
from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.languages.translate import translations
from psn_viz.course.questions.ask import PredictionQuestion, RecallQuestion
from psn_viz.course.questions.question_translations import form_translations
from psn_viz.course.registry import open_task_named, recall_questions

STILL = re.compile(r"<p><b>(?:Predict|Question 1):</b>")
OPEN_TASK = re.compile(r"""^pv\.answer\(["']([\w/]+)["']\)""", re.MULTILINE)
TRUTH = re.compile(r"<summary>The answer</summary><p>It is (-?[\d.]+(?:e[+-]?\d+)?)\b")


def mark(notebook: Any) -> None:
    """Say in the metadata of an output which questions it shows, as `psn_asks`, the keys of their answers.

    `psn_truth`: the value that the notebook has computed, where it is compared with one there; else "".
    """
    called: dict[str, list[str]] = {}  # what predict() has returned, by the name that it was given
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        shown = [one for one in cell.outputs if STILL.match(one.get("data", {}).get("text/html", ""))]
        keys, compared = _asked_by(cell.source, called)
        if len(shown) == 1 and keys:
            truth = TRUTH.search(shown[0].data["text/html"]) if compared else None
            if truth or not compared:
                shown[0].metadata.update(psn_asks=keys, psn_truth=truth[1] if truth else "")


def mark_open_tasks(notebook: Any) -> bool:
    """Say in the metadata of an output which open task it is the box of, as `psn_open`; whether there is any."""
    found = False
    for cell in notebook.cells:
        shown = [one for one in cell.get("outputs", []) if "text/html" in one.get("data", {})]
        if cell.cell_type == "code" and len(shown) == 1 and (name := OPEN_TASK.search(cell.source)):
            key, task = progress_key(name[1], "open"), open_task_named(name[1])
            told = json.dumps(translations(task, key.split("/")[0]), ensure_ascii=False)
            shown[0].metadata["psn_open"] = {"key": key, "name": name[1], "prompt": task, "translations": told}
            found = True
    return found


def asked_in(notebook: Any) -> dict[str, PredictionQuestion | RecallQuestion]:
    """The questions of a marked notebook by the key of their answer."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    keys = [key for output in outputs for key in output.get("metadata", {}).get("psn_asks", ())]
    return {key: question_of(key) for key in dict.fromkeys(keys)}


def labs_of(questions: dict[str, PredictionQuestion | RecallQuestion]) -> set[str]:
    """The names of the labs that answers to these questions uncover."""
    codes = []
    for asked in questions.values():
        if isinstance(asked, RecallQuestion):
            codes += [option.code for option in asked.options if option.code]
        elif asked.covered is not None:
            codes.append(asked.covered.code)
    return {code.split(";")[0] for code in codes}


def form_of(asked: PredictionQuestion | RecallQuestion) -> dict[str, Any]:
    """What a page needs to ask a question, as plain data: its form, in all languages."""
    return asdict(asked.question.form) | {"translations": form_translations(asked.question)}


def archives(key: str, asked: PredictionQuestion | RecallQuestion) -> list[str]:
    """The names of the archives that a page must have loaded before it asks Python the question."""
    lab = asked.covered.name if isinstance(asked, PredictionQuestion) and asked.covered is not None else ""
    return archives_of_question(key, lab)


def _asked_by(source: str, called: dict[str, list[str]]) -> tuple[list[str], bool]:
    """The keys of what a cell asks, and whether it compares an answer with its truth."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with a magic command
        return [], False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (keys := _keys(node.value)):
            called[node.targets[0].id] = keys
    for node in ast.walk(tree):
        if keys := _keys(node):
            return keys, False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reveal":
            return called.get(getattr(node.func.value, "id", ""), []), True
    return [], False


def _keys(node: ast.AST) -> list[str]:
    """The keys of the answers to what `pv.predict("02/row")` or `pv.recall("02")` asks; none for anything else."""
    match node:
        case ast.Call(ast.Attribute(attr="predict"), [ast.Constant(str(name))]):
            return [progress_key(name, "predict")]
        case ast.Call(ast.Attribute(attr="recall"), [ast.Constant(str(lesson))]):
            return [f"{lesson}/recall/{n}" for n in range(1, len(recall_questions().get(lesson, ())) + 1)]
    return []
