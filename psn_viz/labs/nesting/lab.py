"""Lab: the members of the family as special cases of each other, from LIF to PSN, and which one can hold which."""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.nesting import figure as figures
from psn_viz.labs.nesting.members import (
    HOLDERS,
    MEMBERS,
    T,
    asked,
    holding,
    innermost,
    matrix,
    member,
    not_scaled,
    present,
    thresholds,
)

TOLERANCE = 1e-10


def _places() -> dict[str, tuple[str, str, float]]:
    """Every place of the slider: the members on both sides and how far it is from the first to the second."""
    places = {MEMBERS[0]: (MEMBERS[0], MEMBERS[0], 0.0)}  # with a reset there is no W that could change gradually
    for first, second in itertools.pairwise(MEMBERS[1:]):
        places[first] = (first, first, 0.0)
        places |= {f"{first} {percent}": (first, second, percent / 100) for percent in (25, 50, 75)}
    return places | {MEMBERS[-1]: (MEMBERS[-1], MEMBERS[-1], 0.0)}


_PLACES = _places()


class Nesting(Lab):
    """One member of the family, or a W between two, and a neuron of another kind that is to hold the same W."""

    name = "nesting"
    title = "One family"
    sentence = (
        "LIF without reset, sliding and masked PSN are PSNs with a W of special form; a reset leaves no such W."
    )
    table = (
        Choice("member", "kind", "which neuron; with 25, 50, 75: so many % of the way to the W of the next",
               "LIF", tuple(_PLACES), ordered=True),
        Choice("holder", "held", "by which kind of neuron the same W and threshold are to be held", "PSN", HOLDERS),
        Whole("k", "k", "order of the masked and the sliding PSN", 4, low=1, high=T),
        Choice("tau", "τ", "time constant of the LIF", 2, (1, 1.5, 2, 3, 4, 8, 16), ordered=True),
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, T)),
    )  # fmt: skip

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> dict:
        k, tau = state["k"], state["tau"]
        x = torch.from_numpy(parse_input(state["input"], T))[:, None]
        first, second, share = _PLACES[state["member"]]
        # Making a neuron draws its weights: not from the reader's random numbers.
        with torch.random.fork_rng(devices=[]):
            members = {name: member(name, k, tau) for name in MEMBERS}
            runs = {name: neuron.record(x) for name, neuron in members.items()}
            weight = torch.lerp(matrix(members[first]), matrix(members[second]), share)
            threshold = torch.lerp(thresholds(members[first]), thresholds(members[second]), share)
            h = torch.lerp(runs[first].h, runs[second].h, share)[:, 0]
            s = (h >= threshold).to(h.dtype) if share else runs[first].s[:, 0]
            holder = holding(state["holder"], k, weight, threshold)
            held = holder.record(x)
            # Where the leak keeps nothing, a reset has nothing to take away.
            has_weight = first != "LIF reset" or tau == 1
            inside = innermost(k, weight, threshold) if has_weight else None
            lif_inside = innermost(k, matrix(members["LIF"]), thresholds(members["LIF"]))
            of_member = None if share else asked(members[first], x)
            of_holder = asked(holder, x)
        h_held, s_held = held.h[:, 0], held.s[:, 0]
        difference = (h - h_held).abs()
        # Where H is at the threshold but for rounding, the two may round to either side of it.
        apart = ~(difference <= TOLERANCE) | ((s != s_held) & ~((h - threshold).abs() <= TOLERANCE))
        return {
            "x": x[:, 0].numpy(),
            "weight": present(weight, [members[first], members[second]]),
            "threshold": threshold.numpy(),
            "h": h.numpy(),
            "s": s.numpy(),
            "h_held": h_held.numpy(),
            "s_held": s_held.numpy(),
            "reach": np.concatenate([run.h[:, 0].numpy() for run in runs.values()] + [h_held.numpy()]),
            "inside": inside,
            "lif_inside": lif_inside,
            "can_hold": inside is not None and HOLDERS.index(inside) >= HOLDERS.index(state["holder"]),
            "of_member": of_member,
            "of_holder": of_holder,
            "not_scaled": None if has_weight else not_scaled(members[first], x),
            "witness": float(difference.max()),
            "first_apart": int(apart.nonzero()[0]) if apart.any() else None,
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        k, holder = numbers["k"], numbers["holder"]
        low, high = min(0.0, numbers["reach"].min()), max(1.5, numbers["reach"].max())
        return figures.draw(
            numbers["x"], numbers["weight"], numbers["threshold"], numbers["h"], numbers["h_held"], numbers["s"],
            numbers["s_held"],
            title=_title(numbers),
            names=(_short(numbers), _label(holder, k)),
            # The same for every member, so that the axis of H stays while one becomes the other.
            h_range=(math.floor(low - 0.2), math.ceil(high + 0.2)),
            sets={name: _label(name, k) for name in HOLDERS},
            holder=holder,
            inside=numbers["inside"],
            lif=(numbers["lif_inside"], f"LIF<br>τ = {numbers['tau']:g}", numbers["member"] == "LIF"),
            can_hold=numbers["can_hold"],
            rows=_rows(numbers),
            agrees=numbers["first_apart"] is None,
            witness=_witness(numbers),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        k, fired = numbers["k"], np.flatnonzero(numbers["s"])
        fires = f"fires at t = {', '.join(map(str, fired))}" if len(fired) else "never fires"
        settings = f"k = {k}, τ = {numbers['tau']:g}, T = {T}, input {numbers['input']}"
        where = (
            f"The innermost set with this W: {_label(numbers['inside'], k)}"
            if numbers["inside"]
            else _no_weight(numbers)
        )
        asked_of = [(_name(numbers), numbers["of_member"])] if numbers["of_member"] else []
        asked_of.append((f"{_label(numbers['holder'], k)} in its place", numbers["of_holder"]))
        properties = " ".join(f"{_upper(name)}: {_properties(of)}." for name, of in asked_of)
        return f"{_upper(_name(numbers))}; {settings}: it {fires}. {_compared(numbers)}. {where}. {properties}"


def _label(name: str, k: int) -> str:
    return {
        "LIF reset": "LIF, hard reset", "LIF": "LIF, no reset", "k1": "k=1", "sliding": f"sliding k={k}",
        "masked": f"masked k={k}", "causal": "masked k=T", "PSN": "PSN",
    }[name]  # fmt: skip


def _name(numbers: dict) -> str:
    first, second, share = _PLACES[numbers["member"]]
    one, other = (_label(name, numbers["k"]) for name in (first, second))
    return f"{100 * share:.0f} % from {one} to {other}" if share else one


def _short(numbers: dict) -> str:
    return "in between" if numbers["of_member"] is None else _name(numbers)


def _upper(text: str) -> str:
    """With a capital at the front, but not where a symbol stands there."""
    return text[0].upper() + text[1:] if text[1].isalpha() else text


def _title(numbers: dict) -> tuple[str, str]:
    """Over W: whose it is, and its form."""
    if numbers["of_member"] is None:
        first, second, share = _PLACES[numbers["member"]]
        one, other = (_label(name, numbers["k"]) for name in (first, second))
        return f"{100 * share:.0f} % of the way from {one}", f"to {other}"
    if numbers["inside"] is None:
        off = numbers["not_scaled"]
        found = f"H does not scale with X, by {off:.2g}: no W" if off > TOLERANCE else "here no reset acts"
        return "its leak, without the reset", found
    form = {
        "LIF reset": "no memory, so nothing to reset",
        "LIF": f"W[t,i] = {1 - 1 / numbers['tau']:.3g}<sup>t−i</sup> for i ≤ t",
        "k1": "no memory: the input of now only",
        "sliding": "the same k weights in every row",
        "masked": "k weights a row, each row its own",
        "causal": "all inputs up to now, each row its own",
        "PSN": "all inputs, also those to come",
    }[numbers["member"]]
    return _name(numbers), form


def _no_weight(numbers: dict) -> str:
    off = numbers["not_scaled"]
    if off > TOLERANCE:
        return f"Its H does not scale with X, off by {off:.2g}, so there is no W at all"
    return "For this input no reset acts"


def _compared(numbers: dict) -> str:
    holder, first = _label(numbers["holder"], numbers["k"]), numbers["first_apart"]
    apart = at_most(numbers["witness"], TOLERANCE)
    if first is None:
        return f"A {holder} neuron in its place gives the same H and S, difference {apart}"
    spikes = int((numbers["s"] != numbers["s_held"]).sum())
    return (
        f"A {holder} neuron in its place differs, first at t = {first}: H by up to {apart}, "
        f"{spikes} of {T} entries of S"
    )


def _witness(numbers: dict) -> tuple[str, str]:
    names = _short(numbers), _label(numbers["holder"], numbers["k"])
    apart = f"max |difference| {at_most(numbers['witness'], TOLERANCE)}"
    if numbers["first_apart"] is None:
        return " = ".join(names), f"same H and S, {apart}"
    return " ≠ ".join(names), f"first at t = {numbers['first_apart']}, {apart}"


def _properties(of: dict) -> str:
    used = f", {of['used']} of them used" if of["used"] != of["parameters"] else ""
    later, other, steps = (_yes(of[what]) for what in ("future", "other_T", "steps"))
    return f"{of['parameters']} parameters{used}; sees ahead: {later}, any T: {other}, step by step: {steps}"


def _rows(numbers: dict) -> list[tuple[str, str, str]]:
    """What each of the two answered, line by line; nothing for a W that no named neuron has."""

    def column(of: dict | None) -> list[str]:
        if of is None:
            return ["–"] * 4
        used = f" ({of['used']} used)" if of["used"] != of["parameters"] else ""
        return [f"{of['parameters']}{used}", *(_yes(of[what]) for what in ("future", "other_T", "steps"))]

    asked = ["parameters", "sees ahead", "any T", "step by step"]
    return list(zip(asked, column(numbers["of_member"]), column(numbers["of_holder"]), strict=True))


def _yes(answer: bool, yes: str = "yes", no: str = "no") -> str:
    return yes if answer else no
