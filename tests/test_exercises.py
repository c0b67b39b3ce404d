"""Exercise cells: the student's variant of the answered source, its solution, and what the builder refuses."""

import ast
import difflib
import linecache
import re
from pathlib import Path

import nbformat
import pytest

from notebooks.build import notebooks
from notebooks.build.student_cells import TAG, parse_exercise_cell
from psn_viz.course.registry import exercises
from psn_viz.export.notebook_error import NotebookError
from tests.lesson_cells import lesson_cells

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "notebooks" / "src").glob("*.py"))
EXERCISES = exercises()
SETUP = "import torch\nimport psn_viz as pv\n"

# One cell for each exercise, as a lesson holds it.
CELLS = {
    "00/no_reset": """\
def lif_without_reset(X, tau):
    V = torch.zeros_like(X[0])
    S = []
    for X_t in X:
        H = V - V / tau + X_t  # charge
        S_t = (H >= 1).to(X)  # fire
        V = H  # blank: V = ...
        S.append(S_t)
    return torch.stack(S)


pv.check("00/no_reset", lif_without_reset)
# solution: Nothing is lost at a spike, so the spike no longer matters for what follows.
""",
    "00/psn": """\
def psn(X, W, B):
    # blank
    H = W @ X
    return (H >= B[:, None]).to(X)
    # end blank


pv.check("00/psn", psn)
""",
    "01/charge": """\
def charge(V, X_t, tau):
    return V + (X_t - V) / tau  # blank: return ...


pv.check("01/charge", charge)
""",
    "01/lif": """\
def lif(X, tau, v_threshold):
    # blank
    V, S = torch.zeros_like(X[0]), []
    for X_t in X:
        H = V + (X_t - V) / tau
        S.append((H >= v_threshold).to(X))
        V = H * (1 - S[-1])
    return torch.stack(S)
    # end blank


pv.check("01/lif", lif)
""",
    "02/weight": """\
def weight(T, tau):
    step = torch.arange(T, dtype=torch.float64)
    lag = step[:, None] - step  # t − i
    beta = 1 - 1 / tau
    return torch.where(lag >= 0, beta**lag / tau, 0.0)  # blank: return torch.where(lag >= 0, ..., 0.0)


pv.check("02/weight", weight)
""",
    "02/varying_leak": """\
def weight_of_varying_leak(beta):
    T = len(beta)
    W = torch.eye(T, dtype=beta.dtype)
    for t in range(1, T):
        # blank: W[t, :t] = ...
        row_above = W[t - 1, :t]
        W[t, :t] = beta[t] * row_above
        # end blank
    return W


pv.check("02/varying_leak", weight_of_varying_leak)
""",
    "02/cut": """\
def cut(W, S):
    # blank
    before = S.cumsum(0) - S
    return W * (before[:, None] == before)
    # end blank


pv.check("02/cut", cut)
""",
    "03/change": """\
def change(T, d):
    step = torch.arange(T)
    lag = step[:, None] - step
    return (lag == 0).double() - (lag == d).double()  # blank: return ...


pv.check("03/change", change)
""",
    "03/inputs_needed": """\
def inputs_needed(W):
    # blank
    n = torch.zeros_like(W[0])
    for t, row in enumerate(W):
        used = row.nonzero().flatten()
        if len(used):
            n[t] = used[-1] + 1
    return n
    # end blank


pv.check("03/inputs_needed", inputs_needed)
""",
    "03/weight_gradient": """\
def weight_gradient(X, W, B, dL_dS):
    # blank
    H = W @ X
    G = dL_dS / (1 + (torch.pi * (H - B[:, None])) ** 2)
    return G @ X.T
    # end blank


pv.check("03/weight_gradient", weight_gradient)
""",
    "04/masked_weight": """\
def masked_weight(W, k, lambda_):
    step = torch.arange(len(W))
    age = step[:, None] - step
    M = (age >= 0) & (age < k)  # blank: M = ...
    # In the band, and outside it.
    return torch.where(M, W, (1 - lambda_) * W)  # blank: return ...


pv.check("04/masked_weight", masked_weight)
""",
    "04/stream": """\
def stream(X, W, B, k):
    # blank
    queue, S = [], []
    for t, X_t in enumerate(X):
        queue = [*queue, X_t][-k:]
        H_t = sum(W[t, t - age] * x for age, x in enumerate(reversed(queue)))
        S.append((H_t >= B[t]).to(X))
    return torch.stack(S)
    # end blank


pv.check("04/stream", stream)
""",
    "04/epoch": """\
def epoch_to_report(lambda_, accuracy):
    # blank
    best = -1
    for epoch in range(len(lambda_)):
        if lambda_[epoch] == 1 and (best < 0 or accuracy[epoch] > accuracy[best]):
            best = epoch
    return torch.tensor([float(epoch == best) for epoch in range(len(lambda_))]).to(accuracy)
    # end blank


pv.check("04/epoch", epoch_to_report)
""",
    "05/kernel": """\
def kernel(k, tau):
    i = torch.arange(k, dtype=torch.float64)
    return (1 - 1 / tau) ** (k - 1 - i)  # blank: return ...


pv.check("05/kernel", kernel)
""",
    "05/piece": """\
def piece(X, queue, W, v_threshold):
    # blank
    k, inputs = len(W), torch.cat((queue, X))
    H = torch.stack([W @ inputs[t : t + k] for t in range(len(X))])
    return (H >= v_threshold).to(X)
    # end blank


pv.check("05/piece", piece)
""",
    "05/view": """\
def view(T, k, L):
    # blank
    step = torch.arange(T)
    age = step[:, None] - step
    return ((age >= 0) & (age <= L * (k - 1))).double()
    # end blank


pv.check("05/view", view)
""",
    "06/intensity": """\
def intensity(T, N, size):
    return 2 * T**2 * N / (size * (2 * T * N + T**2 + T))  # blank: return ...


pv.check("06/intensity", intensity)
""",
    "06/seconds": """\
def seconds(operations, elements, launches, peak, bandwidth, latency, size):
    # blank
    moving, computing = elements * size / bandwidth, operations / peak
    return launches * latency + torch.maximum(moving, computing)
    # end blank


pv.check("06/seconds", seconds)
""",
    "06/scan": """\
def scan(X, beta):
    # blank
    H, d = X, 1
    while d < len(X):
        H = torch.cat((H[:d], H[d:] + beta**d * H[:-d]))
        d *= 2
    return H
    # end blank


pv.check("06/scan", scan)
""",
    "07/order": """\
def smallest_order(D, L):
    return torch.ceil(D / L) + 1  # blank: return ...


pv.check("07/order", smallest_order)
""",
    "07/tau": """\
def smallest_tau(D, share):
    # blank
    beta = share ** (1 / D)
    return 1 / (1 - beta)
    # end blank


pv.check("07/tau", smallest_tau)
""",
    "07/report": """\
def to_report(validation, test):
    # blank
    return test[validation.mean(1).argmax()]
    # end blank


pv.check("07/report", to_report)
""",
    "08/spread": """\
def mean_and_spread(accuracy):
    mean = accuracy.sum(1) / accuracy.shape[1]
    spread = accuracy.var(1).sqrt()  # blank: spread = ...
    return torch.stack((mean, spread), 1)


pv.check("08/spread", mean_and_spread)
""",
    "08/sweep": """\
def of_the_sweep(validation, test):
    # blank
    best, reported = -1.0, None
    for tau in range(validation.shape[0]):
        for rate in range(validation.shape[1]):
            mean = float(validation[tau, rate].mean())
            if mean > best:
                best, reported = mean, list(test[tau, rate])
    return torch.stack(reported)
    # end blank


pv.check("08/sweep", of_the_sweep)
""",
    "08/own_mean": """\
def own_mean(x, length):
    # blank
    return torch.stack([x[:steps, sample].mean() for sample, steps in enumerate(length.tolist())])
    # end blank


pv.check("08/own_mean", own_mean)
""",
    "09/future": """\
def share_on_the_future(W):
    return torch.stack([w.triu(1).square().sum() / w.square().sum() for w in W])  # blank: return ...


pv.check("09/future", share_on_the_future)
""",
    "09/toeplitz": """\
def toeplitz(W):
    # blank
    T = len(W)
    mean = [W.diagonal(d).mean() for d in range(1 - T, T)]
    return torch.stack([torch.stack([mean[i - t + T - 1] for i in range(T)]) for t in range(T)])
    # end blank


pv.check("09/toeplitz", toeplitz)
""",
    "09/directions": """\
def few_directions(D, r):
    # blank
    U, S, V = torch.linalg.svd(D)
    return sum(S[k] * torch.outer(U[:, k], V[k]) for k in range(r))
    # end blank


pv.check("09/directions", few_directions)
""",
    "10/by_validation": """\
def by_validation(validation, test):
    epoch = validation.argmax(1, keepdim=True)
    return torch.stack([test[run, int(e)] for run, e in enumerate(epoch)])  # blank: return ...


pv.check("10/by_validation", by_validation)
""",
    "10/repeats": """\
def spread_of_repeats(accuracy):
    # blank
    return accuracy.var(2).mean(1).sqrt()
    # end blank


pv.check("10/repeats", spread_of_repeats)
""",
    "10/shut": """\
def best_when_shut(accuracy, lambda_):
    # blank
    return torch.where(lambda_ == 1, accuracy, -torch.inf).amax(1)
    # end blank


pv.check("10/shut", best_when_shut)
""",
    "11/charge_since": """\
def charge_since(u, s, beta):
    lag = torch.arange(1, len(u) - s, dtype=u.dtype)
    return u[s + 1 :] - beta**lag * u[s]  # blank: return ...


pv.check("11/charge_since", charge_since)
""",
    "11/follow": """\
def follow(successor):
    # blank
    T = len(successor) - 1
    pointer = torch.cat((successor + 1, torch.tensor([T + 1])))
    marked = torch.zeros(T + 2, dtype=torch.bool)
    marked[0] = True
    for _ in range(T.bit_length()):
        marked[pointer[marked]] = True
        pointer = pointer[pointer]
    return marked[1 : T + 1]
    # end blank


pv.check("11/follow", follow)
""",
}  # fmt: skip


def lesson(*cells: str) -> str:
    """A source in percent format: a title, the set-up, and exercise cells."""
    parts = ["# %% [markdown]\n# # A lesson", f"# %%\n{SETUP}", *(f'# %% tags=["{TAG}"]\n{cell}' for cell in cells)]
    return "\n\n".join(parts)


def exercise_cells(source: Path) -> list:
    cells = lesson_cells(source)
    return [cell for cell in cells if cell.cell_type == "code" and TAG in cell.metadata.get("tags", [])]


def in_the_course() -> dict[str, str]:
    """Every exercise cell of the sources, by key, together with the code cell that checks it."""
    found = {}
    for source in SOURCES:
        cells = [cell for cell in lesson_cells(source) if cell.cell_type == "code"]
        for cell, behind in zip(cells, [*cells[1:], None], strict=True):
            if TAG in cell.metadata.get("tags", []):
                text = cell.source if "pv.check(" in cell.source else f"{cell.source}\n\n\n{behind.source}"
                found[re.search(r'pv\.check\(\s*"([^"]+)"', text)[1]] = text
    return found


def value_of_last_line(source: str):
    """Run a cell as a notebook does, in a namespace that holds torch and pv alone."""
    tree = ast.parse(source)
    last = tree.body.pop()
    names: dict = {}
    # Its lines stay readable for inspect, as those of a cell do.
    name = f"<exercise {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(SETUP, names)
    exec(compile(tree, name, "exec"), names)
    return eval(compile(ast.Expression(last.value), name, "eval"), names)


def test_there_is_a_cell_here_for_every_exercise():
    assert set(CELLS) == set(EXERCISES)


def test_a_lesson_with_exercises_has_all_that_are_defined_for_it():
    present = set(in_the_course())
    lessons = {key.split("/")[0] for key in present}
    assert present == {key for key in EXERCISES if key.split("/")[0] in lessons}


@pytest.mark.parametrize("source", [*CELLS.values(), *in_the_course().values()])
def test_the_answer_passes_and_the_students_cell_is_not_filled_in_yet(source):
    parts = parse_exercise_cell(source)
    assert value_of_last_line(parts.answered).passed
    verdict = value_of_last_line(parts.student)
    assert (verdict.passed, verdict.status) == (False, "blank")
    assert ": not filled in yet; put your answer where the ... is: " in repr(verdict)


@pytest.mark.parametrize("source", [*CELLS.values(), *in_the_course().values()])
def test_the_variants_differ_in_the_blanks_alone(source):
    blanks = len(re.findall(r"# blank\b", source))
    parts = parse_exercise_cell(source)
    assert blanks and "blank" not in parts.student + parts.answered + parts.solution
    answered, student = (text.split("\n") for text in (parts.answered, parts.student))
    moves = difflib.SequenceMatcher(None, answered, student, autojunk=False).get_opcodes()
    changed = [(answered[a:b], student[c:d]) for move, a, b, c, d in moves if move != "equal"]
    assert len(changed) == blanks
    for was, dots in changed:
        assert len(dots) == 1 and "..." in dots[0] and not any("..." in line for line in was)
    # What was taken out is in the solution, all of it, and once.
    for was, _ in changed:
        assert all(line.strip() in parts.solution for line in was)


@pytest.fixture
def source(tmp_path):
    (tmp_path / "src").mkdir()
    path = tmp_path / "src" / "07_a.py"

    def write(text: str) -> Path:
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_notebook_gets_the_blanks_and_the_solution_behind_the_check(source):
    notebook = notebooks.convert(source(lesson(CELLS["00/no_reset"], CELLS["00/psn"])))
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells[-4:]] == ["code", "markdown", "code", "markdown"]
    assert [cell.id for cell in notebook.cells] == [f"07_a-{n:03d}" for n in range(1, len(notebook.cells) + 1)]
    one_line, first, whole, second = (cell.source for cell in notebook.cells[-4:])
    assert "\n        V = ...\n" in one_line and "V = H\n" not in one_line and "solution" not in one_line
    assert first == (
        '<details class="solution"><summary>Solution</summary>\n\n```python\nV = H\n```\n\n'
        "Nothing is lost at a spike, so the spike no longer matters for what follows.\n\n</details>"
    )
    assert whole == 'def psn(X, W, B):\n    ...\n\n\npv.check("00/psn", psn)'
    assert "```python\ndef psn(X, W, B):\n    H = W @ X\n    return (H >= B[:, None]).to(X)\n```" in second
    assert "pv.check" not in first + second
    assert [cell.metadata.get("tags") for cell in notebook.cells[-4:]] == [[TAG], ["solution"]] * 2


def test_the_check_may_stand_in_the_next_cell(source):
    define, check = CELLS["01/charge"].split("\n\n\n")
    notebook = notebooks.convert(source(lesson(define) + f"\n\n# %% [markdown]\n# Words.\n\n# %%\n{check}"))
    assert [cell.cell_type for cell in notebook.cells[-4:]] == ["code", "markdown", "code", "markdown"]
    assert "Solution" in notebook.cells[-1].source


def test_a_lesson_without_exercises_stays_as_it_is(source):
    text = "# %% [markdown]\n# # A\n\n# %%\nx = 1  # blank sheet\n"
    assert notebooks.convert(source(text)).cells[-1].source == "x = 1  # blank sheet"


CHARGE = CELLS["01/charge"]
REFUSED = {
    "no blank": (CHARGE.replace("# blank: return ...", ""), "cell 3 .*tagged as an exercise and has no blank"),
    "no dots": (CHARGE.replace("return ...", "return None"), "without the three dots"),
    "no check": (CHARGE.replace("pv.check", "print"), "ends with an exercise that has no pv.check"),
    "unknown": (CHARGE.replace('"01/charge"', '"01/chrage"'), "checks '01/chrage'; there are 00/no_reset, "),
    "open": (CELLS["00/psn"].replace("    # end blank\n", ""), "without an `# end blank`"),
    "not open": (CELLS["00/psn"].replace("    # blank\n", ""), "without a `# blank`"),
    "nested": (CELLS["00/psn"].replace("    return", "    # blank\n    return"), "inside another one"),
    "no Python": (CHARGE.replace("return ...", "return (..."), "no Python"),
}


@pytest.mark.parametrize(("cell", "message"), REFUSED.values(), ids=REFUSED)
def test_the_builder_names_what_is_wrong_with_an_exercise(cell, message, source):
    with pytest.raises(NotebookError, match="07_a.*" + message):
        notebooks.convert(source(lesson(cell)))


def test_the_builder_misses_no_check_and_no_tag(source):
    define, _ = CHARGE.split("\n\n\n")
    with pytest.raises(NotebookError, match=r"cell 4 .* follows an exercise that has no pv\.check"):
        notebooks.convert(source(lesson(define, CELLS["01/lif"])))
    with pytest.raises(NotebookError, match=r"cell 4 .* stands where the pv\.check"):
        notebooks.convert(source(lesson(define) + "\n\n# %%\nprint(1)"))
    with pytest.raises(NotebookError, match="lacks the tag exercise"):
        notebooks.convert(source(lesson(CHARGE).replace(f' tags=["{TAG}"]', "")))


STATED = re.compile(r"\((easy|medium|hard), (\d+) minutes\)")


def stated(path: Path) -> dict[str, list[tuple[str, int]]]:
    """By key of an exercise, each difficulty and time in the text between the check before it and its own."""
    found, since = {}, []
    for cell in lesson_cells(path):
        if cell.cell_type == "markdown":
            since += [(difficulty, int(minutes)) for difficulty, minutes in STATED.findall(cell.source)]
        for key in re.findall(r'pv\.check\("([^"]+)"', cell.source) if cell.cell_type == "code" else []:
            found[key], since = since, []
    return found


def test_a_lesson_states_the_difficulty_and_time_that_its_exercise_has():
    in_lessons = {key: text for path in SOURCES for key, text in stated(path).items()}
    assert in_lessons == {key: [(one.difficulty, one.minutes)] for key, one in EXERCISES.items()}


def test_what_a_lesson_states_is_found(tmp_path):
    source = '# %% [markdown]\n# **1** (hard, 7 minutes).\n\n# %%\npv.check("a/b", f)\n\n# %%\npv.check("a/c", f)\n'
    path = tmp_path / "lesson.py"
    path.write_text(source, "utf-8")
    assert stated(path) == {"a/b": [("hard", 7)], "a/c": []}
