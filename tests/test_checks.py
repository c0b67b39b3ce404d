"""Checks of exercises: right, wrong, hostile; what the learner is told, as text and as HTML."""

import contextlib
import dataclasses
import functools
import gc
import html
import io
import itertools
import re
import signal
import sys
import threading
import time
import warnings

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

import psn_viz as pv
from psn_viz.course.answers.store import answer_store
from psn_viz.course.checking.blanks import has_blank
from psn_viz.course.checking.check_exercise import verdict_on
from psn_viz.course.checking.time_limit import call
from psn_viz.course.checking.verdict import Verdict
from psn_viz.course.lesson_00 import exercises as lesson_00
from psn_viz.course.lesson_01 import exercises as lesson_01
from psn_viz.course.lesson_02 import exercises as lesson_02
from psn_viz.course.registry import exercises
from psn_viz.labs import Panel

EXERCISES = exercises()
CHARGE, LIF, PSN, CUT = (EXERCISES[key] for key in ("01/charge", "01/lif", "00/psn", "02/cut"))
WRONG = [(exercise, wrong) for exercise in EXERCISES.values() for wrong in exercise.wrong]
charged = lesson_01.charge
EVIL = '<img src=x onerror="alert(1)">'
needs_limit = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no time limit on Windows")


@pytest.fixture(autouse=True)
def nothing_answered():
    answer_store().reset()


# -------------------------------------------------------------------------------- right and wrong answers


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_right_answer_passes(exercise):
    verdict = verdict_on(exercise, exercise.answer)
    assert verdict.passed and re.fullmatch(
        rf"✓ {exercise.key}: right, in all \d+ cases that were tried", repr(verdict)
    )
    assert (verdict.facts, verdict.hint, verdict.figure) == ((), "", None)


@pytest.mark.parametrize(("exercise", "wrong"), WRONG, ids=[f"{e.key}-{w.name}" for e, w in WRONG])
def test_a_known_misconception_is_rejected_and_named(exercise, wrong):
    verdict = verdict_on(exercise, wrong.function)
    assert not verdict.passed
    assert (verdict.recognised, verdict.hint) == (wrong.name, wrong.hint)
    assert ("tried with" in dict(verdict.facts)) or verdict.status == "wrong shape"


def test_exercises_are_complete():
    for exercise in EXERCISES.values():
        assert re.fullmatch(r"\d\d/[a-z_]+", exercise.key)
        assert exercise.difficulty in ("easy", "medium", "hard") and 1 <= exercise.minutes <= 15
        assert exercise.task.endswith(".") and exercise.hint.endswith(".") and exercise.task.count(". ") == 0
        assert len(exercise.wrong) >= 8
        hints = [wrong.hint for wrong in exercise.wrong]
        assert len(set(hints)) == len(hints) and exercise.hint not in hints and all(h[-1] in ".?" for h in hints)
        names = [case.name for case in exercise.cases()]
        smallest = [name for name in names if re.search(r"one (time-step|neuron|epoch|setting)\b", name)]
        assert smallest and len(names) >= 6


def same(left, right):
    return torch.equal(left, right) if isinstance(left, torch.Tensor) else left == right


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_cases_are_the_same_every_time_and_awkward_ones_are_among_them(exercise):
    first, again = exercise.cases(), exercise.cases()
    assert [case.name for case in first] == [case.name for case in again]
    assert all(
        same(a, b) for x, y in zip(first, again, strict=True) for a, b in zip(x.arguments, y.arguments, strict=True)
    )
    tensors = [case.arguments[0] for case in first if isinstance(case.arguments[0], torch.Tensor)]
    if tensors:
        whole = not any(x.is_floating_point() for x in tensors)  # a table of steps, with one place more than steps
        assert whole or any(x.dtype == torch.float64 for x in tensors)
        assert any(len(x) == 1 + whole for x in tensors)
    else:
        assert any(case.arguments[0] == 1 for case in first)
    if "tau" in exercise.arguments:
        assert any(case.arguments[exercise.arguments.index("tau")] == 1 for case in first)


def other_form(X, tau, v_threshold):
    """The LIF in another order of operations and with other tools."""
    beta, S = 1 - 1 / tau, torch.zeros_like(X)
    V = torch.zeros_like(X[0])
    for t in range(len(X)):
        H = beta * V + X[t] / tau
        S[t] = torch.heaviside(H - v_threshold, torch.ones_like(H))
        V = torch.where(S[t] > 0, 0.0, H)
    return S


def test_other_ways_to_write_the_right_answer_pass():
    assert verdict_on(LIF, other_form).passed
    assert verdict_on(CHARGE, lambda V, X_t, tau: (1 - 1 / tau) * V + X_t / tau).passed
    assert verdict_on(CHARGE, torch.no_grad()(lesson_01.charge)).passed
    assert verdict_on(PSN, lambda X, W, B: torch.heaviside(W.mm(X) - B.unsqueeze(1), torch.ones_like(X))).passed
    assert verdict_on(PSN, lambda *arguments, **options: lesson_00.psn(*arguments)).passed
    assert verdict_on(CHARGE, functools.partial(lambda scale, V, X_t, tau: lesson_01.charge(V, X_t, tau), 1)).passed

    def weight(T, tau):
        H = torch.eye(T, dtype=torch.float64, requires_grad=True)  # each input alone through the loop
        V, rows = torch.zeros(T, dtype=torch.float64), []
        for X_t in H:
            V = V + (X_t - V) / tau
            rows.append(V)
        return torch.stack(rows)

    assert verdict_on(EXERCISES["02/weight"], weight).passed


# ------------------------------------------------------------------------------ what the learner is told


def test_a_difference_says_where_it_is_first_what_was_expected_and_what_came():
    def late(X, tau, v_threshold):
        S = lesson_01.lif(X, tau, v_threshold)
        S[4:] = 1 - S[4:]
        return S

    verdict = verdict_on(LIF, late)
    assert repr(verdict).split("\n") == [
        "✗ 01/lif: S differs first at t = 4, neuron = 0",
        "  tried with: a steady strong input: X [6, 1], tau = 2, v_threshold = 1",
        "  X[0:6, 0]: 1.5  1.5  1.5  1.5  1.5  1.5",
        "  expected S[0:6, 0]: 0  1  0  1  0  1",
        "  your S[0:6, 0]: 0  1  0  1  1  0",
        "  hint: " + LIF.hint,
    ]
    assert verdict.recognised == ""


def test_the_earliest_time_step_counts_and_long_series_are_cut():
    def last_neuron_first(X, tau, v_threshold):
        S = lesson_01.lif(X, tau, v_threshold)
        if len(X) == 12:
            S[9, 0] = 5
            S[8, 3] = 7
        return S

    verdict = verdict_on(LIF, last_neuron_first)
    assert verdict.sentence == "S differs first at t = 8, neuron = 3"
    facts = dict(verdict.facts)
    assert "your S[4:12, 3]" in facts and facts["your S[4:12, 3]"].split()[4] == "7"


def test_a_matrix_shows_the_row_that_differs():
    facts = dict(verdict_on(CUT, lambda W, S: lesson_02.cut(W, S) + (len(W) == 9) * torch.eye(9)[3, 3:4]).facts)
    assert any(re.fullmatch(r"expected W\[0, 0:8\]", label) for label in facts)


@pytest.mark.parametrize(
    ("exercise", "wrong", "names"),
    [
        (LIF, 0, ["X", "expected S", "your S"]),
        (CUT, 0, ["expected W", "your W"]),
        (PSN, 0, ["X", "expected S", "your S"]),
    ],
)
def test_a_picture_is_drawn_from_the_learners_own_result(exercise, wrong, names):
    function = exercise.wrong[wrong].function
    verdict = verdict_on(exercise, function)
    assert [trace["name"] for trace in go.Figure(verdict.figure).data] == names
    case = next(
        case
        for case in exercise.cases()
        if not torch.equal(function(*case.arguments), exercise.answer(*case.arguments))
    )
    mine = function(*case.arguments).numpy()
    drawn = np.asarray(verdict.figure["data"][-1]["z" if names[-1] == "your W" else "y"], dtype=float)
    wanted = mine if names[-1] == "your W" else mine[:, 0]
    assert np.array_equal(np.nan_to_num(drawn) != 0, wanted != 0) or np.array_equal(~np.isnan(drawn), wanted != 0)
    assert isinstance(verdict.panel, Panel) and verdict.panel.alt.startswith(f"{exercise.key}: ")


def test_what_is_shown_is_text_html_and_a_widget_only_for_a_picture():
    plain = verdict_on(CHARGE, lesson_01.charge)._repr_mimebundle_()
    assert set(plain) == {"text/plain", "text/html"}
    drawn = verdict_on(LIF, LIF.wrong[0].function)
    bundle = drawn._repr_mimebundle_()
    widget = bundle.pop("application/vnd.jupyter.widget-view+json")
    assert set(bundle) == {"text/plain", "text/html"} and widget["model_id"] == drawn.view.model_id
    assert drawn.view.children[0].value == bundle["text/html"] and drawn.view.children[1] is drawn.panel


def test_what_is_shown_names_no_address_and_no_time():
    for exercise in EXERCISES.values():
        for function in (exercise.answer, exercise.wrong[0].function, lambda: None, 3):
            assert not re.search(r"0x[0-9a-f]{4}|\d\d:\d\d:\d\d", repr(verdict_on(exercise, function)))


# -------------------------------------------------------------------------------------- not filled in yet


def dots(V, X_t, tau):
    return ...


def dots_in_the_middle(V, X_t, tau):
    H = ...
    return V + H / tau


def empty(V, X_t, tau): ...


def described(V, X_t, tau):
    """Says what it should do."""


def passes(V, X_t, tau):
    pass


def says_so(V, X_t, tau):
    raise NotImplementedError("later")


def returns_not_implemented(V, X_t, tau):
    return NotImplemented


def loop_with_dots(V, X_t, tau):
    H = []
    for _ in range(1):
        ...
    return torch.stack(H)


BLANK = [dots, dots_in_the_middle, empty, described, passes, says_so, returns_not_implemented, loop_with_dots]


@pytest.mark.parametrize("function", BLANK, ids=lambda function: function.__name__)
def test_a_blank_is_no_error(function):
    verdict = verdict_on(CHARGE, function)
    assert repr(verdict) == (
        "… 01/charge: not filled in yet; put your answer where the ... is: complete the one line: the membrane goes "
        "a share 1/τ of the way from V to the input."
    )
    assert (verdict.status, verdict.passed, verdict.figure) == ("blank", False, None)


def blank_lambda():
    return lambda V, X_t, tau: V + ...


def with_annotations(V: tuple[float, ...], X_t, tau: tuple[float, ...] = ()):
    rows: list[tuple[float, ...]] = [V]
    return rows[0][..., 0]


@torch.no_grad()
def decorated(V, X_t, tau):
    return ...


@pytest.mark.parametrize(
    ("function", "blank"),
    [
        (blank_lambda(), True),
        (lambda V, X_t, tau: V, False),
        (decorated, True),
        (with_annotations, False),
        (functools.partial(dots, 1), False),
        (torch.add, False),
        (eval("lambda V, X_t, tau: V + ..."), False),
    ],
    ids=["lambda", "lambda without", "decorated", "types and indices", "partial", "in C", "no source"],
)
def test_blanks_are_seen_in_the_source(function, blank):
    assert has_blank(function) is blank


def test_dots_of_an_index_are_no_blank():
    def charge(V, X_t, tau):
        return V[..., None][..., 0] + X_t

    assert verdict_on(CHARGE, charge).recognised == "no leak"


def test_a_right_answer_with_dots_left_over_passes():
    def charge(V, X_t, tau):
        ...
        return V + (X_t - V) / tau

    assert verdict_on(CHARGE, charge).passed


# --------------------------------------------------------------------------------------- hostile functions


def raises(V, X_t, tau):
    return V + missing  # noqa: F821


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def unspeakable(V, X_t, tau):
    raise Unspeakable


def deep(V, X_t, tau):
    return deep(V, X_t, tau)


def leaves(V, X_t, tau):
    sys.exit(3)


def checks_itself(V, X_t, tau):
    return pv.check("01/charge", checks_itself)


@pytest.mark.parametrize(
    ("function", "told", "line"),
    [
        (raises, "it raised NameError: name 'missing' is not defined", "return V + missing"),
        (unspeakable, "it raised Unspeakable: (its message cannot be shown)", "raise Unspeakable"),
        (deep, "it raised RecursionError: maximum recursion depth", "return deep(V, X_t, tau)"),
        (leaves, "it ended Python", "sys.exit(3)"),
        (checks_itself, "it raised RuntimeError: pv.check cannot be used inside the function", "return pv.check("),
        (lambda V, X_t, tau: torch.mm(V, X_t), "it raised RuntimeError: ", "lambda V, X_t, tau: torch.mm"),
    ],
    ids=["NameError", "unspeakable", "recursion", "exit", "itself", "inside torch"],
)
def test_an_error_shows_the_learners_own_line_and_nothing_of_ours(function, told, line):
    verdict = verdict_on(CHARGE, function)
    assert verdict.status == "raised" and verdict.sentence.startswith(told)
    where = dict(verdict.facts)["where"]
    assert re.match(r"line \d+: ", where) and line in where
    assert not re.search(r"Traceback|time_limit\.py|psn_viz/|course/", repr(verdict))


def endless(V, X_t, tau):
    while True:
        pass


def endless_and_catching(V, X_t, tau):
    while True:
        try:
            while True:
                V = V + 1
        except Exception:
            pass


def endless_at_last(V, X_t, tau):
    try:
        while True:
            pass
    finally:
        return V  # noqa: B012


def endless_generator(V, X_t, tau):
    return [n for n in itertools.count() if n < 0]


def endless_print(V, X_t, tau):
    while True:
        print(V)


def waits(V, X_t, tau):
    threading.Event().wait()


@needs_limit
@pytest.mark.parametrize(
    "function",
    [
        endless,
        endless_and_catching,
        endless_at_last,
        endless_generator,
        endless_print,
        waits,
    ],
)
def test_an_endless_loop_is_stopped_and_the_kernel_lives(function):
    before = sys.stdout
    verdict = verdict_on(CHARGE, function, seconds=0.1)
    assert verdict.status == "slow" and verdict.sentence.startswith("it did not return within 0.1 s.")
    assert len(verdict.printed) < 2100 and sys.stdout is before
    assert verdict_on(CHARGE, lesson_01.charge).passed


@needs_limit
def test_a_function_that_goes_on_when_its_time_is_up_is_ended_all_the_same():
    gone_on = []

    def goes_on(V, X_t, tau):
        try:
            while True:
                V = V + 1
        except:  # noqa: E722
            time.sleep(20)
            gone_on.append(V)

    assert verdict_on(CHARGE, goes_on, seconds=0.1).status == "slow" and not gone_on


@needs_limit
def test_the_line_of_an_endless_loop_is_shown():
    assert re.match(r"line \d+: (while True:|pass)", dict(verdict_on(CHARGE, endless, seconds=0.1).facts)["where"])


@needs_limit
def test_seconds_are_those_of_all_cases_together():
    calls = []

    def slow(V, X_t, tau):
        calls.append(time.sleep(0.06))
        return charged(V, X_t, tau)

    assert verdict_on(CHARGE, slow, seconds=0.1).status == "slow" and len(calls) < len(CHARGE.cases())


@needs_limit
def test_an_alarm_of_somebody_else_still_rings():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert verdict_on(CHARGE, endless, seconds=0.1).status == "slow"
        deadline = time.monotonic() + 20
        while not rung and time.monotonic() < deadline:
            time.sleep(0.01)
        assert rung == [1] and signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        signal.setitimer(signal.ITIMER_REAL, 1000, 7)
        assert verdict_on(CHARGE, charged).passed
        delay, interval = signal.getitimer(signal.ITIMER_REAL)
        assert 900 < delay < 1000 and interval == 7
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@needs_limit
def test_time_that_runs_out_just_as_a_function_ends_harms_nothing():
    def short():
        until = time.perf_counter() + 0.004
        while time.perf_counter() < until:
            pass
        return 7

    for n in range(60):
        outcome = call(short, (), 0.0035 + 0.0001 * (n % 10))
        assert outcome.value == 7 or outcome.late


def test_without_a_time_limit_a_line_says_how_to_end_the_check():
    asked = threading.Event()

    class Shown(io.StringIO):
        def write(self, text):
            if "■ (interrupt the kernel)" in text:
                asked.set()
            return super().write(text)

    def until_asked(V, X_t, tau):
        asked.wait(20)
        asked.set()  # asked or not, the next call need not wait
        return charged(V, X_t, tau)

    verdicts, shown = [], Shown()
    with contextlib.redirect_stdout(shown):
        thread = threading.Thread(target=lambda: verdicts.append(verdict_on(CHARGE, until_asked, seconds=0.05)))
        thread.start()
        thread.join()
    assert verdicts[0].passed
    assert shown.getvalue() == (
        "psn_viz: no result after 0.05 s. A loop that never ends? ■ (interrupt the kernel) stops the check.\n"
    )


def interrupted(*arguments):
    signal.raise_signal(signal.SIGINT)  # what ■ sends


def test_an_interrupt_ends_the_check_and_leaves_the_kernel_as_it_was():
    before = sys.stdout, sys.stderr
    verdict = pv.check("01/charge", interrupted)
    assert verdict.status == "interrupted"
    assert verdict.sentence == "it was interrupted before it returned. A loop that never ends?"
    assert "signal.raise_signal(signal.SIGINT)" in dict(verdict.facts)["where"]
    verdict = verdict_on(dataclasses.replace(CHARGE, cases=interrupted), charged)
    assert repr(verdict) == "✗ 01/charge: the check was interrupted before its end"
    assert (sys.stdout, sys.stderr) == before and answer_store().entries() == {}
    assert verdict_on(CHARGE, charged).passed


@pytest.mark.slow
def test_the_interrupt_of_a_notebook_ends_a_check_without_limit():
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)

        def run(code: str, act=lambda text: None) -> str:
            shown = []

            def hook(message):
                content = message["content"]
                shown.append(
                    content.get("text") or content.get("data", {}).get("text/plain") or content.get("evalue")
                )
                act(shown[-1])

            client.execute_interactive(code, output_hook=hook, timeout=120)
            return "".join(filter(None, shown))

        define = (
            "import sys, psn_viz as pv\nscreen = sys.stdout\n"
            "def charge(V, X_t, tau):\n    print('begun', file=screen, flush=True)\n    while True:\n        pass\n"
            "pv.check('01/charge', charge, seconds=1e6)"
        )
        shown = run(define, lambda text: manager.interrupt_kernel() if text and "begun" in text else None)
        assert "✗ 01/charge: it was interrupted before it returned. A loop that never ends?" in shown
        assert re.search(r"where: line (4: print\(|5: while True:|6: pass)", shown)
        again = "pv.check('01/charge', lambda V, X_t, tau: V + (X_t - V) / tau)"
        # A kernel may drop what is sent to it while it is still busy with the interrupt.
        assert "✓ 01/charge: right" in (run(again) or run(again))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "3", None])
def test_seconds_are_a_time(seconds):
    with pytest.raises(ValueError, match="seconds must be a number above 0 and at most 1e\\+07, got "):
        pv.check("01/charge", charged, seconds=seconds)


def test_what_the_function_prints_is_kept_apart_and_limited(capsys):
    def talks(V, X_t, tau):
        print("V is", V.tolist())
        print(EVIL, file=sys.stderr)
        return V

    verdict = verdict_on(CHARGE, talks)
    assert verdict.printed == f"V is [0.0, 0.0, 0.0]\n{EVIL}\n"
    assert "printed: V is [0.0, 0.0, 0.0]" in repr(verdict)
    assert capsys.readouterr() == ("", "")
    assert len(verdict_on(CHARGE, lambda V, X_t, tau: print("x" * 10_000)).printed) < 2100


def in_place(V, X_t, tau):
    V += (X_t - V) / tau
    return V


def cuts_in_place(W, S):
    W *= (S.cumsum(0) - S)[:, None] == S.cumsum(0) - S
    return W


def test_an_input_that_is_changed_is_named():
    verdict = verdict_on(CHARGE, in_place)
    assert verdict.sentence == "the result is right, but it changes its input V in place; work on a copy, V.clone()"
    assert verdict_on(CUT, cuts_in_place).status == "changes its input"

    def wrong_too(V, X_t, tau):
        return X_t.zero_()

    assert dict(verdict_on(CHARGE, wrong_too).facts)["besides"].startswith("it changes its input X_t in place")
    assert verdict_on(CHARGE, lambda V, X_t, tau: X_t.resize_(0).new_zeros(3)).status == "differs"


async def asynchronous(V, X_t, tau):
    return V


def generates(V, X_t, tau):
    yield V


FORMS = {
    "None": (lambda V, X_t, tau: print(end=""), "None", "it returned nothing. Is there a `return` line?"),
    "list": (lambda V, X_t, tau: [V], "wrong type", "it returned a list, not a tensor; torch.tensor makes one"),
    "tuple": (lambda V, X_t, tau: (V, V), "wrong type", "it returned a tuple, not a tensor; return H alone"),
    "float": (lambda V, X_t, tau: 0.5, "wrong type", "it returned a float, not a tensor"),
    "array": (lambda V, X_t, tau: V.numpy(), "wrong type", "it returned a ndarray, not a tensor"),
    "function": (lambda V, X_t, tau: max, "wrong type", "it returned a builtin_function_or_method"),
    "coroutine": (asynchronous, "wrong type", "it returned a coroutine"),
    "generator": (generates, "wrong type", "it returned a generator"),
    "shape": (lambda *given: charged(*given)[None], "wrong shape", "H has another shape: [n] is wanted"),
    "dtype": (lambda *given: charged(*given).half(), "wrong dtype", "H is of float16, not float32; V.dtype tells it"),
    "single": (lambda *given: charged(*given).float(), "wrong dtype", "H is of float32, not float64"),
    "bool": (lambda V, X_t, tau: V > 0, "wrong dtype", "H is of bool"),
    "complex": (lambda V, X_t, tau: V.to(torch.complex64), "wrong dtype", "H is of complex64"),
    "device": (lambda V, X_t, tau: V.to("meta"), "wrong device", "H is on meta, its input on cpu"),
    "sparse": (lambda V, X_t, tau: V.to_sparse(), "wrong type", "H is a sparse tensor"),
    "NaN": (lambda V, X_t, tau: V / 0, "not finite", "H[0] is nan"),
    "infinite": (lambda V, X_t, tau: V + float("inf"), "not finite", "H[0] is inf"),
}  # fmt: skip


@pytest.mark.parametrize(("function", "status", "told"), FORMS.values(), ids=FORMS)
def test_a_result_of_the_wrong_form_is_named(function, status, told):
    verdict = verdict_on(CHARGE, function)
    assert verdict.status == status
    assert verdict.sentence.startswith(told), verdict.sentence


def test_numbers_made_double_too_late_are_named():
    def weight(T, tau):
        lag = torch.arange(T)[:, None] - torch.arange(T)
        return torch.where(lag >= 0, (1 - 1 / tau) ** lag / tau, 0.0).double()

    verdict = verdict_on(EXERCISES["02/weight"], weight)
    assert verdict.sentence == "right to about 7 digits: computed in float32, and made float64 afterwards"
    verdict = verdict_on(EXERCISES["02/weight"], lambda T, tau: weight(T, tau).float())
    assert verdict.sentence == "W is of float32, not float64; .double() converts"


NO_FUNCTION = {
    "result": (torch.zeros(3), "a value of type Tensor was given; give the function itself"),
    "name": ("charge", "a value of type str was given"),
    "class": (dict, "a class was given; give a function of (V, X_t, tau)"),
    "None": (None, "there is no function to check yet"),
    "dots": (..., "there is no function to check yet"),
    "two": (lambda V, X_t: V, "the function must take (V, X_t, tau), yours takes (V, X_t)"),
    "named": (lambda V, X_t, *, tau: V, "the function must take (V, X_t, tau), yours takes (V, X_t, tau)"),
}


@pytest.mark.parametrize(("value", "told"), NO_FUNCTION.values(), ids=NO_FUNCTION)
def test_what_is_no_function_is_named_and_no_try(value, told):
    verdict = pv.check("01/charge", value)
    assert verdict.sentence.startswith(told) and not verdict.passed
    assert answer_store().entries() == {}


class Evil(torch.Tensor):
    """A result made to misbehave in whatever is done with it."""

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), options=None):
        raise RuntimeError(EVIL)


class Shy:
    def __repr__(self):
        raise RuntimeError(EVIL)


def test_results_made_to_misbehave_are_refused():
    verdict = verdict_on(CHARGE, lambda V, X_t, tau: torch.Tensor._make_subclass(Evil, V))
    assert not verdict.passed and verdict.sentence == "its result cannot be compared (RuntimeError)"
    verdict = verdict_on(CHARGE, lambda V, X_t, tau: Shy())
    assert dict(verdict.facts)["came"] == "(it cannot be shown)"


# ------------------------------------------------------------------------------------------ only text


def evil_error(V, X_t, tau):
    raise ValueError(EVIL)


def evil_text(V, X_t, tau):
    return EVIL


def evil_print(V, X_t, tau):
    print(EVIL)


EvilType = type(EVIL, (), {"__repr__": lambda self: EVIL})
evil_name = functools.partial(lambda V, X_t, tau: V)
evil_line = "<img src=x onerror=alert(2)>"


def evil_comment(V, X_t, tau):
    return 1 / 0, "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "function",
    [evil_error, evil_text, evil_print, evil_comment, lambda V, X_t, tau: EvilType(), EvilType()],
    ids=["error", "result", "printed", "line", "type", "given"],
)
def test_what_a_learner_types_or_prints_is_shown_and_not_run(function):
    verdict = verdict_on(CHARGE, function)
    shown = verdict._repr_html_()
    assert "<img" in repr(verdict)
    assert "<img" not in shown and "&lt;img" in shown
    assert "<img" in html.unescape(re.sub(r"<[^>]*>", "", shown))


def test_every_part_of_a_verdict_is_escaped():
    shown = Verdict(EVIL, EVIL, EVIL, ((EVIL, EVIL),), EVIL, EVIL, EVIL)._repr_html_()
    assert "<img" not in shown and shown.count("&lt;img") == 6


# -------------------------------------------------------------------------------------- keys and progress


def test_a_key_that_names_nothing_is_an_error_with_near_ones():
    with pytest.raises(ValueError, match=r"key must name an exercise, got '01/chrage'; did you mean 01/charge"):
        pv.check("01/chrage", lesson_01.charge)
    with pytest.raises(ValueError, match=r"got 7; there are 00/no_reset, 00/psn, "):
        pv.check(7, lesson_01.charge)


def passed_and_tries() -> tuple:
    entry = answer_store().read("01/check/charge")
    return entry["passed"], entry["tries"]


def test_tries_are_counted_and_once_passed_stays_passed():
    pv.check("01/charge", dots)
    assert answer_store().entries() == {}
    pv.check("01/charge", raises)
    assert passed_and_tries() == (False, 1)
    pv.check("01/charge", lesson_01.charge)
    right = answer_store().content().entries["01/check/charge"]
    pv.check("01/charge", dots_in_the_middle)
    pv.check("01/charge", in_place)
    after = answer_store().content().entries["01/check/charge"]
    assert passed_and_tries() == (True, 2) and after["entry"].pop("after")["tries"] == 1
    assert after == right


def test_an_entry_that_someone_has_edited_is_no_obstacle():
    answer_store().write("01/check/charge", {"tries": "many", "passed": "yes"})
    assert pv.check("01/charge", raises).status == "raised"
    assert passed_and_tries() == (False, 1)


def test_no_coroutine_is_left_without_being_awaited():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert verdict_on(CHARGE, asynchronous).status == "wrong type"
        gc.collect()
    assert not told
