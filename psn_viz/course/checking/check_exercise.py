"""Check a learner's function against an exercise: `pv.check("01/charge", charge)`."""

from __future__ import annotations

import inspect
import time

import torch

from psn_viz.course.answers.exercise_entry import Try, with_try
from psn_viz.course.answers.store import answer_store, now
from psn_viz.course.checking.blanks import has_blank
from psn_viz.course.checking.compare import Problem, close, judge
from psn_viz.course.checking.exercise import Case, Exercise, copies
from psn_viz.course.checking.source_text import source_of
from psn_viz.course.checking.time_limit import Outcome, call, remind_of_interrupt
from psn_viz.course.checking.verdict import Verdict
from psn_viz.course.registry import exercise_named
from psn_viz.labs.core import comparison

SECONDS = 3.0
LONGEST = 1e7  # what a timer of the system takes
NOT_A_TRY = ("blank", "no function", "interrupted")


def check(key: str, function, *, seconds: float = SECONDS) -> Verdict:
    """Try `function` on the cases of an exercise and say what was found.

    `key` is such as "01/charge", or that of an exercise added with `pv.register_exercise`. The function may take
    `seconds` for all cases together; then it is stopped. That needs a signal of Linux and macOS; on Windows, and in
    any thread but the main one, a line after `seconds` asks to interrupt the kernel (■), which ends a check on every
    system. What neither can stop, a call into C that never returns, takes a restart of the kernel.
    What was found is kept in the file of answers, with the source of the function; see `pv.hand_in`. The first pass
    keeps its time, its source and its number of tries, whatever is checked afterwards.
    Raises ValueError for a key that names no exercise, or `seconds` that are no time; whatever is wrong with the
    function is part of the answer.
    """
    exercise = exercise_named(key)
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST:
        raise ValueError(f"seconds must be a number above 0 and at most {LONGEST:g}, got {seconds!r}")
    verdict = verdict_on(exercise, function, seconds)
    if verdict.status not in NOT_A_TRY:
        _keep(exercise, verdict, *source_of(function))
    return verdict


def _keep(exercise: Exercise, verdict: Verdict, source: str, needs: str) -> None:
    store, key = answer_store(), exercise.progress_key
    before = store.read(key)
    one = Try(verdict.passed, verdict.status, verdict.recognised, source, needs, now())
    # Once passed, an exercise stays passed, and keeps the time at which it was.
    store.write(key, with_try(before, one), keep_time=(before or {}).get("passed") is True)


def verdict_on(exercise: Exercise, function, seconds: float = SECONDS) -> Verdict:
    """The verdict of a check; the progress file is not changed."""
    if problem := _no_function(exercise, function):
        return Verdict(exercise.key, "no function", problem, hint=f"pv.check({exercise.key!r}, your_function)")
    try:
        with remind_of_interrupt(seconds):
            return _tried(exercise, function, seconds)
    except KeyboardInterrupt:  # between two calls of the function
        return Verdict(exercise.key, "interrupted", "the check was interrupted before its end")


def _tried(exercise: Exercise, function, seconds: float) -> Verdict:
    cases = exercise.cases()
    outcomes, inputs_left, end = [], [], time.monotonic() + seconds
    for case in cases:
        arguments = copies(case.arguments)
        outcomes.append(call(function, arguments, max(0.05, end - time.monotonic())))
        inputs_left.append(arguments)
        if not outcomes[-1].ended:
            break
    for case, outcome, arguments in zip(cases, outcomes, inputs_left, strict=False):
        expected = exercise.answer(*copies(case.arguments))
        problem = _judged(exercise, case, outcome, expected, arguments, seconds)
        if problem is not None:
            return _failed(exercise, function, case, outcome, expected, problem, cases, outcomes)
    tried = f"all {len(cases)} cases that were" if len(cases) > 1 else "the one case that was"
    return Verdict(exercise.key, "passed", f"right, in {tried} tried", printed=outcomes[0].printed)


def _no_function(exercise: Exercise, function) -> str:
    form = exercise.function_form
    if function is Ellipsis or function is None:
        return "there is no function to check yet"
    if isinstance(function, type):
        return f"a class was given; give a function of {form}"
    if not callable(function):
        kind = type(function).__name__[:60]
        return f"a value of type {kind} was given; give the function itself, its name without (…)"
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except TypeError:
        parameters = ", ".join(inspect.signature(function).parameters)
        return f"the function must take {form}, yours takes ({parameters})"
    except ValueError:  # a function without a signature
        pass
    return ""


def _judged(exercise, case, outcome, expected, arguments, seconds) -> Problem | None:
    try:
        return judge(exercise, case, outcome, expected, arguments, seconds)
    except Exception as error:  # a value made to misbehave
        return Problem("wrong type", f"its result cannot be compared ({type(error).__name__})")


def _failed(exercise, function, case, outcome, expected, problem, cases, outcomes) -> Verdict:
    if _is_blank(function, outcome):
        task = exercise.task[0].lower() + exercise.task[1:]
        sentence = f"not filled in yet; put your answer where the ... is: {task}"
        wrong = exercise.wrong[0] if exercise.wrong else None
        return Verdict(exercise.key, "blank", sentence, example=f"✗ {wrong.name}. {wrong.hint}" if wrong else "")
    wrong = _recognised(exercise, cases, outcomes)
    # Their own error is the best hint there is, unless it is a known one.
    general = exercise.hint if problem.status in ("differs", "None", "wrong shape", "not finite") else ""
    return Verdict(
        exercise.key,
        problem.status,
        problem.sentence,
        problem.facts,
        hint=wrong.hint if wrong else general,
        recognised=wrong.name if wrong else "",
        printed=outcome.printed,
        figure=_picture(exercise, case, outcome, expected, problem),
    )


def _is_blank(function, outcome: Outcome) -> bool:
    if outcome.error_type is not None and issubclass(outcome.error_type, NotImplementedError):
        return True
    if outcome.value is Ellipsis or outcome.value is NotImplemented:
        return True
    try:
        return has_blank(function)
    except Exception:
        return False


def _recognised(exercise: Exercise, cases: list[Case], outcomes: list[Outcome]):
    """The known wrong answer whose results are those of the learner's function in all cases."""
    if not all(outcome.ended for outcome in outcomes):
        return None
    for wrong in exercise.wrong:
        if all(_same(outcome, wrong.function, case) for outcome, case in zip(outcomes, cases, strict=True)):
            return wrong
    return None


def _same(outcome: Outcome, function, case: Case) -> bool:
    try:
        result = function(*copies(case.arguments))
    except Exception as error:
        return outcome.error_type is not None and isinstance(error, outcome.error_type)
    inputs_left = outcome.value
    try:
        if not isinstance(inputs_left, torch.Tensor) or _form(inputs_left) != _form(result):
            return False
        both_nan = inputs_left.isnan() & result.isnan()
        return bool((close(inputs_left, result) | both_nan).all())
    except Exception:  # a value made to misbehave
        return False


def _form(value: torch.Tensor) -> tuple:
    return value.shape, value.dtype, value.device, value.layout


def _picture(exercise: Exercise, case: Case, outcome: Outcome, expected, problem: Problem):
    if exercise.picture is None or problem.place is None or expected.shape[0] < 2:
        return None
    title = f"{case.name}: first difference at t = {problem.place[0]}"
    inputs_left = outcome.value.detach()
    if exercise.picture == "weights":
        return comparison.weights(expected.numpy(), inputs_left.numpy(), problem.place, title)
    t, n = problem.place
    x = case.arguments[0]
    return comparison.spikes(x[:, n].numpy(), expected[:, n].numpy(), inputs_left[:, n].numpy(), t, title)
