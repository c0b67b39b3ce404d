"""What the lab `unroll` says: the lines over the figure, and the alt text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core.phrases import RESET_WORDS, at_steps
from psn_viz.labs.core.traces import coloured, verdict

if TYPE_CHECKING:
    from psn_viz.labs.unroll.lab import UnrollNumbers

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_H, _V, _X, _S = (coloured(name) for name in "HVXS")
_OTHER = {"derivation": "graph", "loop": "graph", "scan": "scan", "product": "W X"}


def power(exponent: int) -> str:
    """β to a power; "" for the power 0."""
    return "β" + str(exponent).translate(RAISED) * (exponent > 1) if exponent else ""


def weight(lag: int) -> str:
    """The coefficient of the input of `lag` steps before."""
    return f"{power(lag) or '1'}/τ"


def other(n: UnrollNumbers) -> str:
    """What the loop is compared with."""
    return "unrolled" if n.show == "derivation" and n.terms else _OTHER[n.show]


def lines(n: UnrollNumbers) -> list[str]:
    """What is happening, in two lines."""
    if n.show != "derivation":
        return _of_clock(n)
    if n.stuck:
        return _of_stuck(n)
    return [_equation(n.t, n.terms), _arithmetic(n)]


def _equation(t: int, k: int) -> str:
    """H[t] with k terms written out."""
    if k == 0:
        return f"{_H}[{t}] = β·{_V}[{t - 1}] + {_X}[{t}]/τ" if t else f"{_H}[0] = {_X}[0]/τ"
    rest = f"{power(k)}·{_H}[{t - k}] + " if k <= t else ""
    first = max(0, t - k + 1)
    steps = range(first, t + 1) if t - first < 3 else (first, None, t)
    inputs = " + ".join("…" if i is None else f"{power(t - i)}{_X}[{i}]" for i in steps)
    return f"{_H}[{t}] = {rest}{inputs if first == t else f'({inputs})'}/τ"


def _arithmetic(n: UnrollNumbers) -> str:
    """The same in numbers."""
    t, h = n.t, n.h[n.t]
    if n.terms == 0:
        return f"= {h:.3f}"
    if n.rest is None:
        return f"= {h:.3f} = row {t} of W times {_X}, after 1 tick"
    saved = f", not {t + 1}" if n.waits <= t else ""
    return f"= {n.rest:.3f} + {h - n.rest:.3f} = {h:.3f}, after {n.waits} ticks{saved}"


def _of_stuck(n: UnrollNumbers) -> list[str]:
    law = {"hard": f"{_H}·(1 − {_S})", "soft": f"{_H} − {_S}"}[n.reset]
    first = f"<b>stuck at line 1</b>: {_V} = {law}, not {_V} = {_H}"
    j, part = decision(n)
    if j is None:
        return [first, "this input does not fire; others do"]
    return [first, f"{_S}[{j}] = {n.s[j]:.0f}, with {part} {_X} alone {1 - n.s[j]:.0f}: no fixed number"]


def decision(n: UnrollNumbers) -> tuple[int | None, str]:
    """The first step at which a part of the inputs decides otherwise than all do, and which part, if there is one."""
    found = [(np.flatnonzero(n.s != s), part) for s, part in ((n.s_even, "even"), (n.s_odd, "odd"))]
    return min(((int(steps[0]), part) for steps, part in found if len(steps)), default=(None, ""))


def _of_clock(n: UnrollNumbers) -> list[str]:
    """What the present tick does, and whether H[t] is there."""
    tick, last = n.terms, n.ticks[n.show]
    does = {
        "loop": f"step {tick - 1} charges, fires{', resets' * (n.reset != 'none')}",
        "scan": f"b[t] ← b[t] + {power(2 ** max(0, tick - 1))}·b[t−{2 ** max(0, tick - 1)}]",
        "product": "every row of W at once",
    }[n.show]
    now = f"<b>{n.show}, tick {tick} of {last}</b>: {does if tick else 'only X is there'}"
    there = n.known[list(n.ticks).index(n.show), n.t]
    holds = f"b: the newest {2**tick} inputs. " if n.show == "scan" and tick else ""
    return [now, holds + (f"{_H}[{n.t}] = {n.h[n.t]:.3f} is there" if there else f"{_H}[{n.t}] is not there yet")]


def below(n: UnrollNumbers) -> str:
    """The heading of the lower part."""
    T = len(n.x)
    if n.show == "derivation":
        if n.stuck:
            return f"<b>W</b>: row {n.t} has one entry, the rest depends on {_X}"
        return f"<b>W</b>, as far as it is written; the fan is row {n.t}"
    counts = [int(row.sum()) for row in n.known]
    if n.reset != "none":
        return f"{_H} after tick {n.terms}: loop {counts[0]} of {T}"
    has = ", ".join(f"{way} {count}" for way, count in zip(n.ticks, counts, strict=True))
    return f"{_H} after tick {n.terms}: {has} of {T}"


def agreement(n: UnrollNumbers) -> str:
    """The witness in words."""
    equal, difference = n.witness.words("loop", other(n))
    return f"{verdict(n.witness.agrees, equal)}{', ' if n.witness.agrees else '<br>'}{difference}"


def added(n: UnrollNumbers) -> str:
    """Superposition in words, at H[t] or where it first fails."""
    t = n.t if n.superposition.first_apart is None else n.superposition.first_apart
    agrees = n.superposition.agrees
    parts = f"{n.h_even[t]:.2f} even + {n.h_odd[t]:.2f} odd"
    return f"{verdict(agrees, 'superposition')}: {_H}[{t}] {n.h[t]:.2f} {'=' if agrees else '≠'} {parts}"


def describe(numbers: UnrollNumbers) -> str:
    """The alt text."""
    n = numbers
    who = f"LIF, {RESET_WORDS[n.reset]}, τ = {n.tau:g}, T = {len(n.x)}, input {n.input}"
    same = f"difference {n.witness.size}" if n.witness.agrees else f"first apart at t = {n.witness.first_apart}, "
    if not n.witness.agrees:
        same += f"by up to {n.witness.difference:.3g}"
    compared = f"H of the loop and by {_spoken(n)}: {same}"
    return f"{who}. {_result(n)} {compared}. {_superposition(n)}"


def _spoken(n: UnrollNumbers) -> str:
    return {"unrolled": "the unrolled sum", "graph": "the graph, node by node", "W X": "W X"}.get(
        other(n), f"the {other(n)}"
    )


def _result(n: UnrollNumbers) -> str:
    if n.show != "derivation":
        return _result_of_clock(n)
    t, k, h = n.t, n.terms, f"{n.h[n.t]:.3f}"
    if n.stuck:
        return (
            f"Derivation at {n.at:g}: stuck at its first line, V = H, because the red edge from S to V stays; "
            f"whether a step fires ({at_steps(n.s)} here) depends on the input, so no fixed number can stand on the "
            f"way from H over S to V. H[{t}] = {h}."
        )
    if k == 0:
        edge = "no red edge from S to V, so V melts into H" if n.reset == "none" else "a red edge leads from S to V"
        return f"Derivation at {n.at:g}: the whole graph, {edge}. H[{t}] = {h}."
    if k > t:
        inputs = "1 input" if t == 0 else f"{t + 1} inputs"
        return f"Derivation at {n.at:g}: H[{t}] = {h} is a fan of {inputs}, row {t} of W, and waits for no other H."
    inputs = "1 input" if k == 1 else f"{k} inputs"
    return (
        f"Derivation at {n.at:g}: H[{t}] = {h} is {inputs} and {power(k)}·H[{t - k}] = {n.rest:.3f}; "
        f"it is there after {n.waits} ticks of the loop's {t + 1}."
    )


def _result_of_clock(n: UnrollNumbers) -> str:
    """What is computed by now; what a tick is; what each way costs."""
    T = len(n.x)
    counts = dict(zip(n.ticks, (int(row.sum()) for row in n.known), strict=True))
    begin = f"Clock of the {n.show} at {n.at:g}: after tick {n.terms}"
    tick = "In a tick all that is ready is computed at once, and a sum counts as one."
    there = f"H[{n.t}] = {n.h[n.t]:.3f}"
    if n.reset != "none":
        return (
            f"{begin} the loop has {counts['loop']} of {T} H. {there}. {tick} This scan and this product need fixed "
            "weights, which a reset does not leave; other parallel ways are not ruled out."
        )
    listed = [", ".join(f"{way} {count}" for way, count in of.items()) for of in (counts, n.ticks, n.multiply_adds)]
    costs = f"Ticks in all: {listed[1]}; multiply-adds: {listed[2]}."
    return f"{begin}, H known of {T}: {listed[0]}. {there}. {tick} {costs}"


def _superposition(n: UnrollNumbers) -> str:
    w = n.superposition
    if w.agrees:
        why = "" if n.reset == "none" else ", since no reset acts on what follows"
        return (
            f"Superposition holds{why}: H for all inputs is H for those of even steps plus H for those of odd steps."
        )
    t = w.first_apart
    return (
        f"Superposition fails, first at t = {t}: H is {n.h[t]:.3f} for all inputs, but {n.h_even[t]:.3f} for those "
        f"of even steps plus {n.h_odd[t]:.3f} for those of odd steps."
    )
