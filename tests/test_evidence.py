"""Every result that lessons, questions and README state carries a reference, and the reference holds."""

from pathlib import Path

import pytest

from tests import evidence

ROOT = Path(__file__).parents[1]
LESSONS = sorted(path for path in (ROOT / "notebooks" / "src").glob("*.py") if "00" <= path.name[:2] <= "10")
# Lessons in which every number is computed anew; those that are not yet.
COUNTED = ["00", "01", "02", "03", "04", "05"]
COUNTED_NOT_YET: list[str] = []
PAGES = ("README.md", "notebooks/how_we_train.md", "psn_viz/browser/pages/ten_minutes.md")
QUESTIONS = sorted(
    path
    for path in (*ROOT.glob("psn_viz/course/lesson_[01][0-9]/*.py"), *ROOT.glob("psn_viz/course/ten_minutes/*.py"))
    if path.stem in ("questions", "exercises")
)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lessons(path):
    problems = [
        f"{path.name}, cell at line {line}, {text[:70]!r}: {problem}"
        for line, cell in evidence.markdown_cells(path.read_text("utf-8"))
        for text, comments in evidence.blocks(cell)
        for problem in evidence.wrong(text, comments)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "number",
    [pytest.param(n, marks=pytest.mark.xfail(strict=True)) if n in COUNTED_NOT_YET else n for n in COUNTED],
)
def test_every_number_is_computed(number):
    problems = [
        f"{path.name}, cell at line {line}, {text[:70]!r}: {problem}"
        for path in LESSONS
        if path.name.startswith(number)
        for line, cell in evidence.markdown_cells(path.read_text("utf-8"))
        for text, comments in evidence.blocks(cell)
        for problem in evidence.wrong(text, comments, counting=True)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", [ROOT / name for name in PAGES], ids=lambda p: p.stem)
def test_pages(path):
    problems = [
        f"{path.name}, {text[:70]!r}: {problem}"
        for text, comments in evidence.blocks(path.read_text("utf-8"))
        for problem in evidence.wrong(text, comments)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_questions(path):
    counting = path.parent.name.removeprefix("lesson_") in set(COUNTED) - set(COUNTED_NOT_YET)
    problems = [
        f"{path.parent.name}/{path.name}, {text[:70]!r}: {problem}"
        for text, comments in evidence.python_blocks(path.read_text("utf-8"))
        # An exercise is about choosing the best of given numbers; it compares no neurons.
        for problem in evidence.wrong(text, comments, comparing=path.stem == "questions", counting=counting)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "text, comment, problem",
    [
        ("The PSN reaches 88.45 %.", "", "['88.45'] without a reference"),
        ("It is better.", "", "['better'] without a reference"),
        ("88.45 and 81.50 %", "88.45 == paper('sequential CIFAR10', 'PSN')", "81.50 without a reference"),
        ("The PSN reaches 88.40 %.", "88.40 == paper('sequential CIFAR10', 'PSN')", "it is 88.45"),
        ("It reaches 88.4 %.", "88.45 == paper('sequential CIFAR10', 'PSN')", "88.45 does not stand in the text"),
        ("PSN is better.", "paper('sequential CIFAR10', 'PSN') < 80", "it is not so"),
        ("PSN is better.", "paper('sequential CIFAR10', 'SNN') > 80", "neuron must be one of"),
        ("It is better.", "not a result: ", "gives no reason"),
    ],
)
def test_what_does_not_hold_is_found(text, comment, problem):
    (found, *_) = evidence.wrong(text, [comment] if comment else [])
    assert problem in found


def test_what_holds():
    for text, comment in (
        (
            "The PSN reaches 88.45 %, LIF 81.5 %.",
            "88.45 == paper('sequential CIFAR10', 'PSN'); 81.5 == paper('sequential CIFAR10', 'LIF')",
        ),
        ("Chance is 25 %.", "25 == 100 / 4"),
        ("PSN is ahead of LIF.", "paper('sequential CIFAR10', 'PSN') > paper('sequential CIFAR10', 'LIF')"),
        ("Answer the best you can.", "not a result: an instruction"),
        ("A neuron fires at step 3.", ""),
        ("`0.2 %` in code", ""),
    ):
        assert evidence.wrong(text, [comment] if comment else []) == []


def test_where_texts_and_references_are_looked_for():
    markdown = "One 5 %.\n\n- two 6 %\n- three <!-- evidence: 7 == 7 -->\n\n| 8 % |\n\n<!-- evidence: 8 == 8 -->\n"
    assert [(text, len(comments)) for text, comments in evidence.blocks(markdown)] == [
        ("One 5 %.", 0), ("- two 6 %", 0), ("- three", 1), ("| 8 % |", 1)
    ]  # fmt: skip
    source = 'A = "x"\n\n\ndef f():\n    # evidence: 5 == 5\n    # and more\n    return "5 %"\n'
    assert evidence.python_blocks(source) == [("x", []), ("5 %", [" 5 == 5  and more"])]
    assert evidence.markdown_cells("# %%\nx = 1\n\n# %% [markdown]\n# Text\n# more\n\n# %%\n") == [
        (5, "Text\nmore\n\n")
    ]
