"""States of the labs, drawn with fixed random numbers, as state codes."""

from __future__ import annotations

import random
from urllib.parse import quote_plus

from psn_viz.labs import LABS
from psn_viz.labs.ablation.cut_control import Squares
from psn_viz.labs.core.controls import Choice, Real, Typed, Whole
from psn_viz.labs.core.matrix_controls import Cell, Painting
from psn_viz.labs.train_live.changes import SETTINGS, Changes

# Those models take long in every state: a few are enough.
MODELS = ("rows-psn", "rows-masked-8", "rows-sliding-8", "digits-psn", "digits-masked-32", "vowels-sliding-4")


def codes(name: str, count: int) -> list[str]:
    """The start of a lab, and states in which every control stands at random; `count` in all, each once."""
    kind, drawn = LABS[name], random.Random(name)
    found = [_code(name, kind.checked({control.name: control.start for control in kind.table}))]
    while len(found) < count:
        state = {control.name: _value(control, drawn) for control in kind.table}
        try:
            code = _code(name, kind.checked(state))
        except ValueError:  # values that do not go together
            continue
        if code not in found:
            found.append(code)
    return found


def _code(name: str, state: dict) -> str:
    parts = (f"{one.name}={quote_plus(one.encode(state[one.name]))}" for one in LABS[name].table)
    return ";".join([name, *parts])


def _value(control, drawn: random.Random):
    match control:
        case Whole():
            return drawn.randint(control.low, control.high)
        case Real():
            return control.check(min(control.high, control.low + control.step * drawn.randint(0, _steps(control))))
        case Choice():
            usual = [option for option in control.options if option in MODELS]
            return drawn.choice(usual or control.options)
        case Cell():
            return drawn.randrange(control.size), drawn.randrange(control.size)
        case Painting():
            most = control.largest
            return tuple(
                (*_cell(control, drawn), round(drawn.uniform(-most, most), 3)) for _ in range(drawn.choice([0, 1, 3]))
            )
        case Squares():
            return tuple(
                (*_cell(control, drawn), drawn.randint(1, control.largest)) for _ in range(drawn.choice([0, 1, 2]))
            )
        case Changes():
            some = [drawn.choice(SETTINGS) for _ in range(drawn.choice([0, 1, 3]))]
            return tuple((drawn.randint(0, 60), one.name, _value(one, drawn)) for one in some)
        case Typed() if control.name == "input":
            numbers = " ".join(f"{drawn.uniform(-3, 3):.2f}" for _ in range(12))
            return drawn.choice([*control.suggestions, f"noise {drawn.randrange(1000)}", numbers])
        case Typed() if control.name == "kernel":
            return drawn.choice([*control.suggestions, f"uniform {drawn.randint(1, 16)} {drawn.randrange(1000)}"])
    return drawn.choice(control.values())


def _steps(control: Real) -> int:
    return round((control.high - control.low) / control.step)


def _cell(control, drawn: random.Random) -> tuple[int, int]:
    return drawn.randrange(min(28, control.size)), drawn.randrange(min(28, control.size))
