"""Finds the sentences of the course that state results, and resolves the references that they carry.

A reference is a comment at the end of a paragraph, a bullet or a table of a notebook, which nobody who reads sees:

    <!-- evidence: 80.7 == test('rows/psn'); difference('rows/psn', 'rows/relu').low > 0 -->

In Python files (questions, exercises, labs) it is a comment inside the function or statement: `# evidence: …`.
Each part, between semicolons, is Python with the names of `NAMES` and must be true; a number on the left of `==` is
compared after rounding to the digits that are written. `not a result: …` says why a number is none.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from dataclasses import dataclass
from functools import cache

from psn_viz.bench import load_results
from psn_viz.bench.operations import count_operations
from psn_viz.learning import load_dataset, load_model, load_study
from psn_viz.learning.model_files import card_of
from psn_viz.learning.paired_difference import difference as paired
from psn_viz.learning.reported_results import reported, reported_curve, reported_results
from tests import evidence_neurons

COMMENT = re.compile(r"<!--\s*evidence:(.*?)-->", re.S)
PERCENT = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)(?=(?:\s*(?:,|to|and|or|±|–|…|/)\s*\d+(?:\.\d+)?)*\s*(?:%|percent\b|points?\b))"
)
COMPARATIVE = re.compile(
    r"\b(better|best|worse|worst|beats?|beaten|outperforms?|ahead of|is ahead|stays? below|comes? near|as good as"
    r"|equally good|more accurate|less accurate|higher accuracy|lower accuracy|gains? nothing|no LIF)\b",
    re.I,
)
# What lessons 00 to 05 must compute, besides percent and points: decimals, and counts of what a reader could count.
COUNT = re.compile(
    r"(?<![\w.])(?<!\+ )(\d+\.\d+|\d+(?=\s+(?:of\s+\d+|times|steps?|spikes?|rows|terms|numbers|weights|parameters"
    r"|inputs|multiply-adds|stages|rounds|ticks)\b))(?![\w.]*\d)"
)
# Numbers that name something: a paper, a lesson, a section, a place in a list.
NAMED = re.compile(
    r"\b[a-z_]+(?:;[A-Za-z0-9_]+=[^\s;]+)+|arXiv[:\s]+\d+\.\d+|\b(?:[Ll]essons?|[Ss]ections?|[Ee]xercises?|[Ll]ines?|seeds?)\s+\d+(?:\s*(?:,|to|and|or|–)\s*\d+)*"
)
NOT_A_RESULT = re.compile(r"not a result:\s*\S.{4,}", re.S)


@cache
def study(name):
    return load_study(name)


def row(path):
    task, _, recipe = path.partition("/")
    return study(task).row(recipe)


def test(path):
    """Mean test accuracy in percent of "task/recipe"."""
    return 100 * row(path).mean


def validation(path):
    """Mean validation accuracy in percent."""
    return 100 * row(path).validation_mean


def spread(path):
    """Standard deviation over the seeds, in points."""
    return 100 * row(path).spread


def difference(one, other):
    """The paired difference of two rows."""
    return paired(row(one), row(other))


def best_by_validation(task, *beginnings):
    """The row with the best validation accuracy, of those whose names begin so."""
    rows = [r for r in study(task).rows() if r.recipe.removeprefix(f"{task}-").startswith(beginnings)]
    return max(rows, key=lambda r: r.validation_mean).recipe.removeprefix(f"{task}-")


def paper(table, neuron, k=None, note=None, which="best"):
    """A reported accuracy in percent."""
    return getattr(reported(table, neuron, k, note), which)


def reported_of(data, network, T=4):
    """A reported accuracy of a static task or of event data, in percent."""
    (found,) = (r.best for r in reported_results().results if (r.data, r.network, r.T) == (data, network, T))
    return found


def repeats():
    """By how much repeats of one setting of the reported sweep over k differ, in points."""
    sweep = [result for result in reported_results().results if result.table.startswith("order sweep")]
    return [
        abs(one.best - other.best)
        for one, other in itertools.combinations(sweep, 2)
        if (one.neuron, one.k) == (other.neuron, other.k)
    ]


def early(neuron, epochs, table="sequential CIFAR10"):
    """Reported test accuracy after so many epochs."""
    return curve(table, neuron).accuracy[epochs - 1]


def curve(table, neuron, k=None, note=None):
    """A reported curve; `.accuracy[e]` in percent after epoch e, `.best(first, end)`."""
    return reported_curve(table, neuron, k, note)


def sweep(neuron, which="best"):
    """What the reported sweep over k has of a neuron: (k, accuracy in percent) of each run."""
    rows = reported_results().results
    return [(r.k, getattr(r, which)) for r in rows if r.table.startswith("order sweep") and r.neuron == neuron]


def seconds(table, neuron, note=None):
    """Reported seconds of the epochs of one run: `.median`, `.host`, `.dynamics`, `.on_its_gpu`, …"""
    rows = reported_results().epoch_seconds
    (found,) = (r for r in rows if (r.table, r.neuron, r.note) == (table, neuron, note))
    return found


def energy(network):
    """Reported microjoules: `.total`, `.in_neurons`."""
    (found,) = (e for e in reported_results().energies if e.network.startswith(network))
    return found


def model(name):
    """The metrics of a shipped model, in percent: `model("rows-psn").test`."""
    metrics = card_of(name).metrics
    return Metrics(*(100 * metrics[f"{part}_accuracy"] for part in ("train", "validation", "test")))


@dataclass
class Metrics:
    train: float
    validation: float
    test: float


@cache
def operations(name):
    """What a shipped model of rows needs for a picture of the test part: `.in_neurons`, `.between`, …"""
    return count_operations(load_model(name), load_dataset("fashion-mnist-rows").test.x)


def bench(name):
    """Stored times, as `load_results` gives them."""
    return load_results(name)


NAMES = (
    {
        f.__name__: f
        for f in (
            test,
            validation,
            spread,
            difference,
            best_by_validation,
            paper,
            reported_of,
            repeats,
            early,
            curve,
            sweep,
            seconds,
            energy,
            operations,
            model,
            bench,
            row,
            study,
        )
    }
    | evidence_neurons.NAMES
    | {
        "math": math,
        "sum": sum,
        "max": max,
        "min": min,
        "round": round,
        "abs": abs,
        "len": len,
        "all": all,
        "any": any,
    }
)
test.__test__ = False


def stated(text):
    """The numbers in percent or points, and the comparatives, that a text states."""
    text = re.sub(r"`[^`]*`", " ", text)  # code
    return PERCENT.findall(text), COMPARATIVE.findall(text)


def parts_of(comment):
    """The expressions of a comment; a state code in quotes holds semicolons of its own."""
    return [
        part.strip() for part in re.split(r""";(?=(?:[^'"]*(?:'[^']*'|"[^"]*"))*[^'"]*$)""", comment) if part.strip()
    ]


def counted(text):
    """The decimals and counts that a text states, without those in code, in formulas and in names of things."""
    return COUNT.findall(NAMED.sub(" ", re.sub(r"`[^`]*`|\$\$?[^$]*\$\$?", " ", text)))


def wrong(text, comments, comparing=True, counting=False):
    """What is wrong with the references of a text that states results; an empty list when all is well.

    comparing: whether words that compare need a reference, too. counting: whether decimals and counts need one.
    """
    numbers, comparatives = stated(text)
    numbers += [number for number in counted(text) if number not in numbers] if counting else []
    comparatives = comparatives if comparing else []
    parts = [part for comment in comments for part in parts_of(comment)]
    if not numbers and not comparatives and not parts:
        return []
    if not parts:
        return [f"{(numbers + comparatives)!r} without a reference"]
    problems, told = [], set()
    excused = False
    for part in parts:
        if part.startswith("not a result"):
            excused = True
            if not NOT_A_RESULT.fullmatch(part):
                problems.append(f"{part!r} gives no reason")
            continue
        try:
            problem = unresolved(part, text)
        except Exception as error:  # whatever a reference does wrong is said with it
            problem = f"{type(error).__name__}: {error}"
        if problem:
            problems.append(f"{part}: {problem}")
        told |= set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", part.split("==")[0])) if "==" in part else set()
    if not excused:
        problems += [f"{number} without a reference" for number in numbers if number not in told]
    return problems


def unresolved(part, text):
    """Why a reference does not hold, or None."""
    tree = ast.parse(part, mode="eval").body
    if isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.Eq) and isinstance(tree.left, ast.Constant):
        written = ast.get_source_segment(part, tree.left)
        value = eval(compile(ast.Expression(tree.comparators[0]), part, "eval"), dict(NAMES))
        if not re.search(rf"(?<![\w.]){re.escape(written)}(?![\d]|\.\d)", text):
            return f"{written} does not stand in the text"
        decimals = len(written.partition(".")[2])
        return None if abs(value - float(written)) <= 0.5 * 10**-decimals + 1e-9 else f"it is {value:.4f}"
    return None if eval(compile(ast.Expression(tree), part, "eval"), dict(NAMES)) else "it is not so"


def blocks(markdown):
    """Paragraphs, bullets and tables of Markdown, each with the comments in it, and those alone after it."""
    found = []
    for paragraph in re.split(r"\n\s*\n", markdown):
        for block in re.split(r"\n(?=\s*(?:[-*]|\d+\.)\s)", paragraph):
            comments = COMMENT.findall(block)
            text = COMMENT.sub("", block).strip()
            if text:
                found.append((text, comments))
            elif comments and found:
                found[-1][1].extend(comments)
    return found


def markdown_cells(source):
    """The text of each Markdown cell of a notebook in percent format, with the line that it begins in."""
    cells = []
    for cell in re.finditer(r"^# %% \[markdown\]\n(.*?)(?=^# %%|\Z)", source, re.S | re.M):
        text = re.sub(r"^# ?", "", cell[1], flags=re.M)
        cells.append((source.count("\n", 0, cell.start()) + 2, text))
    return cells


def python_blocks(source):
    """The texts of each top-level statement of a module, with the comments `# evidence: …` in it or just above it."""
    lines = source.splitlines()
    found, above = [], 0
    for statement in ast.parse(source).body:
        texts = [
            node.value
            for node in ast.walk(statement)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        block = "\n".join(lines[above : statement.end_lineno])
        comments = re.findall(r"#\s*evidence:(.*(?:\n\s*#(?!\s*evidence:).*)*)", block)
        found.append((" ".join(texts), [re.sub(r"\n\s*#", " ", comment) for comment in comments]))
        above = statement.end_lineno
    return found
