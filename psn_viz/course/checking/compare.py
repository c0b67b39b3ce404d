"""What is wrong with the outcome of one call, in words for the learner."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from psn_viz.course.checking.exercise import Case, Exercise
from psn_viz.course.checking.time_limit import Outcome

_AROUND = 8  # numbers shown of a series


@dataclass(frozen=True)
class Problem:
    """What was found: `status` for the record, one sentence, and facts as (label, text)."""

    status: str
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    place: tuple[int, ...] | None = None  # of the first entry that differs


def close(given: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    """Where two tensors of one shape agree but for rounding."""
    single = torch.float32 in (given.dtype, expected.dtype)
    tolerance = 1e-5 if single else 1e-10
    return torch.isclose(given.double(), expected.double(), rtol=tolerance, atol=tolerance)


def judge(
    exercise: Exercise, case: Case, outcome: Outcome, expected: torch.Tensor, given: tuple, seconds: float
) -> Problem | None:
    """What is wrong with `outcome`, None if nothing is. `given` is what the function was handed, as it left it."""
    call = ("tried with", f"{case.name}: {_arguments(exercise, case)}")
    code_line = (("where", outcome.code_line),) if outcome.code_line else ()
    if outcome.interrupted:
        return Problem(
            "interrupted", "it was interrupted before it returned. A loop that never ends?", (call, *code_line)
        )
    if outcome.late:
        return Problem("slow", f"it did not return within {seconds:g} s. A loop that never ends?", (call, *code_line))
    if outcome.error_type is not None:
        sentence = f"it raised {outcome.error}"
        if issubclass(outcome.error_type, SystemExit):
            sentence = "it ended Python (exit or quit) instead of returning"
        return Problem("raised", sentence, (call, *code_line))
    changed = _changed(exercise, case, given)
    problem = _form(exercise, case, outcome.value, expected)
    if problem is None and not (equal := close(outcome.value, expected)).all():
        problem = _difference(exercise, case, outcome.value, expected, equal)
    if problem is None:
        if not changed:
            return None
        return Problem("changes its input", f"the result is right, but it changes its input {changed}", (call,))
    facts = (call, *problem.facts)
    if changed:
        facts += (("besides", f"it changes its input {changed}"),)
    return Problem(problem.status, problem.sentence, facts, problem.place)


def _changed(exercise: Exercise, case: Case, given: tuple) -> str:
    for name, before, after in zip(exercise.arguments, case.arguments, given, strict=True):
        if isinstance(before, torch.Tensor) and not (before.shape == after.shape and torch.equal(before, after)):
            return f"{name} in place; work on a copy, {name}.clone()"
    return ""


def _form(exercise: Exercise, case: Case, value: object, expected: torch.Tensor) -> Problem | None:
    """Check type, shape, dtype, device and NaN."""
    name, description = exercise.result, f"a tensor {list(expected.shape)} of {_short(expected.dtype)}"
    facts = (("expected", description),)

    def wrong(status: str, sentence: str, received: str) -> Problem:
        return Problem(status, sentence, (*facts, ("came", received)))

    if value is None:
        return wrong("None", "it returned nothing. Is there a `return` line?", "None")
    if not isinstance(value, torch.Tensor):
        advice = {
            list: "; torch.tensor makes one of numbers, torch.stack one of tensors",
            tuple: f"; return {name} alone",
            float: "; keep it a tensor",
            int: "; keep it a tensor",
            bool: "; keep it a tensor",
        }.get(type(value), "")
        kind = type(value).__name__[:60]
        article = "an" if kind[0].lower() in "aeiou" else "a"
        return wrong("wrong type", f"it returned {article} {kind}, not a tensor{advice}", _repr(value))
    received = f"a tensor {list(value.shape)} of {_short(value.dtype)}"
    if value.shape != expected.shape:
        return wrong("wrong shape", f"{name} has another shape: [{', '.join(exercise.axes)}] is wanted", received)
    if value.dtype != expected.dtype:
        advice = f"; {exercise.arguments[0]}.dtype tells it, .to({exercise.arguments[0]}) converts"
        if not isinstance(case.arguments[0], torch.Tensor):
            advice = "; .double() converts"
        if not expected.is_floating_point():
            advice = "; .long() converts"
        return wrong(
            "wrong dtype", f"{name} is of {_short(value.dtype)}, not {_short(expected.dtype)}{advice}", received
        )
    if value.device != expected.device:
        return wrong("wrong device", f"{name} is on {value.device}, its input on {expected.device}", received)
    if value.layout != torch.strided:
        return wrong("wrong type", f"{name} is a sparse tensor; .to_dense() makes an ordinary one", str(value.layout))
    if not value.isfinite().all() and expected.isfinite().all():
        place = _first_false(value.isfinite())
        return Problem(
            "not finite",
            f"{name}{_index(exercise, place)} is {value[place].item()}",
            _rows(exercise, value, expected, place),
        )
    return None


def _difference(exercise, case, value, expected, equal) -> Problem:
    place = _first_false(equal)
    sentence = f"{exercise.result} differs first at {_at(exercise, place)}"
    if expected.dtype == torch.float64 and torch.allclose(value, expected, rtol=1e-5, atol=1e-6):
        return Problem("not precise", "right to about 7 digits: computed in float32, and made float64 afterwards")
    facts = _rows(exercise, value, expected, place)
    if exercise.picture == "spikes":
        x = case.arguments[0]
        window = _window(x.shape[0], place[0])
        facts = (("X" + _slice(exercise, window, place), _numbers(x[window, place[1]])), *facts)
    return Problem("differs", sentence, facts, place)


def _rows(exercise, value, expected, place) -> tuple[tuple[str, str], ...]:
    """Both results around the place where they first differ: over time, or along a row of W."""
    along = exercise.axes.index("i") if exercise.axes[-1] == "i" else 0
    window = _window(expected.shape[along], place[along])
    part = (window, *place[1:]) if along == 0 else (place[0], window)
    label = exercise.result.split()[0] + _slice(exercise, window, place, along)
    return ((f"expected {label}", _numbers(expected[part])), (f"your {label}", _numbers(value[part])))


def _window(length: int, centre: int) -> slice:
    start = max(0, min(centre - _AROUND // 2, length - _AROUND))
    return slice(start, min(length, start + _AROUND))


def _slice(exercise, window: slice, place, along: int = 0) -> str:
    indices = [str(number) for number in place]
    indices[along] = f"{window.start}:{window.stop}"
    return f"[{', '.join(indices)}]"


def _index(exercise, place) -> str:
    return f"[{', '.join(map(str, place))}]"


def _at(exercise, place) -> str:
    axis_names = {"t": "t", "n": "neuron", "i": "i", "e": "epoch", "j": "place", "s": "seed", "m": "moment"}
    return ", ".join(
        f"{axis_names.get(axis, axis)} = {number}" for axis, number in zip(exercise.axes, place, strict=True)
    )


def _first_false(equal: torch.Tensor) -> tuple[int, ...]:
    """The first entry that is False, in row-major order: the earliest time-step."""
    return tuple((~equal).nonzero()[0].tolist())


def _arguments(exercise, case) -> str:
    return ", ".join(
        f"{name} {list(value.shape)}" if isinstance(value, torch.Tensor) else f"{name} = {value:g}"
        for name, value in zip(exercise.arguments, case.arguments, strict=True)
    )


def _numbers(values: torch.Tensor) -> str:
    return "  ".join(f"{number:.4g}" for number in values.tolist())


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _repr(value: object) -> str:
    try:
        text = repr(value)
    except BaseException:
        return "(it cannot be shown)"
    return text if len(text) <= 120 else text[:120] + " …"
