"""What an exercise is made of: a task, its right answer, the cases it is tried on, wrong answers with their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from psn_viz.course.answers.answer_file import progress_key


@dataclass(frozen=True)
class Case:
    """One call of the learner's function. `name` says what is special about it."""

    name: str
    arguments: tuple


@dataclass(frozen=True)
class Wrong:
    """A misconception as code. `hint` is shown to whoever's results are the same as those of `function`."""

    name: str
    function: Callable
    hint: str


@dataclass(frozen=True)
class Exercise:
    """A function for a learner to write, and how to judge it: `pv.check(key, function)`.

    key: lesson and name, "01/charge", or a name alone, "my_charge".
    title, task, difficulty, minutes: for the reader; the task is one sentence, shown while there is still a `...`.
    arguments: names of what the function takes, in order.
    result: the symbol of what it returns, a tensor; axes: the names of its dimensions, such as ("t", "n").
    answer: the right function; whatever gives the same tensors, but for rounding, is right.
    cases: makes the calls to try, the same ones every time; their arguments are tensors and numbers.
    wrong: known misconceptions. hint: for any other wrong result.
    picture: draws expected and given: "spikes" (the first argument is X, the result S, both `[T, N]`) or "weights"
    (W, `[T, T]`); None draws nothing.
    """

    key: str
    title: str
    task: str
    difficulty: str
    minutes: int
    arguments: tuple[str, ...]
    result: str
    axes: tuple[str, ...]
    answer: Callable
    cases: Callable[[], list[Case]]
    wrong: tuple[Wrong, ...]
    hint: str
    picture: str | None = None

    @property
    def progress_key(self) -> str:
        """Its key in the progress file: `01/check/charge`."""
        return progress_key(self.key, "check")

    @property
    def function_form(self) -> str:
        """Such as `charge(V, X_t, tau)`."""
        return f"({', '.join(self.arguments)})"


def validate(exercise: Exercise) -> None:
    """Try the answer of an exercise on its cases.

    Raises TypeError for what is no Exercise, and ValueError, with the name of the field, for what no check could use.
    """
    if not isinstance(exercise, Exercise):
        raise TypeError(f"exercise must be a pv.Exercise, got {type(exercise).__name__}")
    progress_key(exercise.key, "check")
    for name in ("title", "task", "difficulty", "result", "hint"):
        if not isinstance(value := getattr(exercise, name), str) or not value:
            raise ValueError(f"{name} of exercise {exercise.key} must be a text, got {value!r}")
    for name in ("arguments", "axes"):
        value = getattr(exercise, name)
        if (
            not isinstance(value, tuple | list)
            or not value
            or not all(isinstance(item, str) and item for item in value)
        ):
            raise ValueError(f"{name} of exercise {exercise.key} must be one or more names, got {value!r}")
    if exercise.picture not in (None, "spikes", "weights"):
        raise ValueError(
            f"picture of exercise {exercise.key} must be 'spikes', 'weights' or None, got {exercise.picture!r}"
        )
    if exercise.picture and len(exercise.axes) != 2:
        raise ValueError(f"picture of exercise {exercise.key} needs a result of two dimensions, got {exercise.axes}")
    for name in ("answer", "cases"):
        if not callable(value := getattr(exercise, name)):
            raise ValueError(f"{name} of exercise {exercise.key} must be a function, got {type(value).__name__}")
    if not isinstance(exercise.wrong, tuple | list):
        raise ValueError(f"wrong of exercise {exercise.key} must be a tuple of pv.Wrong, got {exercise.wrong!r:.80}")
    for wrong in exercise.wrong:
        if not isinstance(wrong, Wrong) or not callable(wrong.function):
            raise ValueError(
                f"wrong of exercise {exercise.key} must hold pv.Wrong with a function each, got {wrong!r}"
            )
    _validate_cases(exercise)
    for wrong in exercise.wrong:
        if all(_gives_the_same(wrong.function, exercise.answer, case) for case in exercise.cases()):
            raise ValueError(
                f"wrong {wrong.name!r} of exercise {exercise.key} gives the right answer in all its cases"
            )


def _validate_cases(exercise: Exercise) -> None:
    cases = exercise.cases()
    if not isinstance(cases, list | tuple) or not cases or not all(isinstance(case, Case) for case in cases):
        raise ValueError(f"cases of exercise {exercise.key} must return a list of pv.Case, got {cases!r:.80}")
    for case in cases:
        case_label = f"case {case.name!r} of exercise {exercise.key}"
        if len(case.arguments) != len(exercise.arguments):
            raise ValueError(f"{case_label} must have {len(exercise.arguments)} arguments, got {len(case.arguments)}")
        for value in case.arguments:
            if not isinstance(value, torch.Tensor | int | float):
                raise ValueError(
                    f"{case_label} must have tensors and numbers as arguments, got {type(value).__name__}"
                )
        first = case.arguments[0]
        if exercise.picture == "spikes" and not (isinstance(first, torch.Tensor) and first.ndim == 2):
            raise ValueError(f"{case_label} must have X [t, n] as first argument, for its picture of spikes")
        result = exercise.answer(*copies(case.arguments))
        if not isinstance(result, torch.Tensor) or result.ndim != len(exercise.axes):
            received = f"a tensor {list(result.shape)}" if isinstance(result, torch.Tensor) else type(result).__name__
            raise ValueError(f"answer of {case_label} must be a tensor [{', '.join(exercise.axes)}], got {received}")


def _gives_the_same(function: Callable, answer: Callable, case: Case) -> bool:
    try:
        return torch.equal(function(*copies(case.arguments)), answer(*copies(case.arguments)))
    except Exception:  # a wrong answer may be one that raises
        return False


def copies(arguments: tuple) -> tuple:
    """The arguments of a case for one call, which may change them."""
    return tuple(value.clone() if isinstance(value, torch.Tensor) else value for value in arguments)


def normal(*size: int, seed: int, mean: float = 0.0, scale: float = 1.0, dtype=torch.float32) -> torch.Tensor:
    """Reproducible normal numbers."""
    values = torch.randn(*size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (mean + scale * values).to(dtype)


def column(*values: float, dtype=torch.float32) -> torch.Tensor:
    """The input of one neuron over time, `[T, 1]`."""
    return torch.tensor(values, dtype=dtype)[:, None]


def clear_of(threshold: Callable[[torch.Tensor], torch.Tensor], make: Callable[[int], torch.Tensor], seed: int):
    """`make(seed)`, or the next seed for which no charge is within rounding of its threshold.

    `threshold` gives H − B. Programs that add in another order are right, too.
    """
    for attempt in range(seed, seed + 1000):
        values = make(attempt)
        if threshold(values).abs().min() > 1e-3:
            return values
    raise ValueError("no input stays clear of the threshold")
