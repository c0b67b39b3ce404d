"""Lab: the members of the family as special cases of each other, from LIF to PSN, and which one can hold which."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import at_steps
from psn_viz.labs.core.witness import TOLERANCE, Witness
from psn_viz.labs.nesting import figure
from psn_viz.labs.nesting.members import (
    HOLDERS,
    MEMBERS,
    Properties,
    T,
    holder_of,
    innermost,
    label,
    matrix,
    member,
    not_scaled,
    present,
    properties_of,
    thresholds,
)


def _places() -> dict[str, tuple[str, str, float]]:
    """Every place of the slider: the members on both sides and how far it is from the first to the second."""
    places = {MEMBERS[0]: (MEMBERS[0], MEMBERS[0], 0.0)}  # with a reset there is no W that could change gradually
    for first, second in itertools.pairwise(MEMBERS[1:]):
        places[first] = (first, first, 0.0)
        places |= {f"{first} {percent}": (first, second, percent / 100) for percent in (25, 50, 75)}
    return places | {MEMBERS[-1]: (MEMBERS[-1], MEMBERS[-1], 0.0)}


_PLACES = _places()


@dataclass(frozen=True)
class NestingNumbers:
    """One member of the family, or a W between two, and another neuron with the same W, over T steps. Without units.

    first, second, share: the members on both sides and how far it is from the first to the second, 0 to 0.75.
    holder: the kind of neuron that is to hold W and threshold. k: order of the masked and the sliding PSN.
    tau: time constant of the LIF in time-steps. input: X as the reader wrote it.
    x, h, threshold `[T]` float64, s `[T]` 0 or 1: the run of the member; between two, what lies between their H.
    h_of_holder `[T]` float64, s_of_holder `[T]` 0 or 1: the run of the neuron that is to hold W.
    h_span: the least and the largest H of all members and the holder.
    weight `[T, T]` float64: W, NaN where the structure of neither member has an entry.
    inside: the most special kind that holds this W and threshold, None where there is no W; lif_inside: the same for
    the LIF without reset.
    of_member, of_holder: what each costs and allows; None between two members.
    not_scaled: where there is no W, by how much H fails to scale with X, else None.
    witness: H and S of the two runs.
    """

    first: str
    second: str
    share: float
    holder: str
    k: int
    tau: float
    input: str
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    threshold: np.ndarray
    h_of_holder: np.ndarray
    s_of_holder: np.ndarray
    h_span: tuple[float, float]
    weight: np.ndarray
    inside: str | None
    lif_inside: str
    of_member: Properties | None
    of_holder: Properties
    not_scaled: float | None
    witness: Witness

    @property
    def can_hold(self) -> bool:
        """Whether a neuron of the kind `holder` holds exactly this W and threshold."""
        return self.inside is not None and HOLDERS.index(self.inside) >= HOLDERS.index(self.holder)

    @property
    def resets(self) -> bool:
        """Whether a reset acts in this run, so that no W gives its H."""
        return self.not_scaled is not None and self.not_scaled > TOLERANCE

    @property
    def labels(self) -> tuple[str, str, str]:
        """The member, the next one and the holder in words."""
        return label(self.first, self.k), label(self.second, self.k), label(self.holder, self.k)


class Nesting(Lab):
    """One member of the family, or a W between two, and a neuron of another kind that is to hold the same W."""

    name = "nesting"
    title = "One family"
    sentence = (
        "LIF without reset, sliding and masked PSN are PSNs with a W of special form; a reset leaves no such W."
    )
    main = "k", "member"
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
    def compute(state: dict) -> NestingNumbers:
        k, tau = state["k"], state["tau"]
        x = torch.from_numpy(parse_input(state["input"], T))[:, None]
        first, second, share = _PLACES[state["member"]]
        members = {name: member(name, k, tau) for name in MEMBERS}
        runs = {name: neuron.record(x) for name, neuron in members.items()}
        weight = torch.lerp(matrix(members[first]), matrix(members[second]), share)
        threshold = torch.lerp(thresholds(members[first]), thresholds(members[second]), share)
        h = torch.lerp(runs[first].h, runs[second].h, share)[:, 0]
        s = (h >= threshold).to(h.dtype) if share else runs[first].s[:, 0]
        holder = holder_of(state["holder"], k, weight, threshold)
        of_holder = holder.record(x)
        all_h = torch.stack([run.h for run in (*runs.values(), of_holder)])
        # Where the leak keeps nothing, a reset has nothing to take away.
        has_weight = first != "LIF reset" or tau == 1
        return NestingNumbers(
            first=first,
            second=second,
            share=share,
            holder=state["holder"],
            k=k,
            tau=tau,
            input=state["input"],
            x=x[:, 0].numpy(),
            h=h.numpy(),
            s=s.numpy(),
            threshold=threshold.numpy(),
            h_of_holder=of_holder.h[:, 0].numpy(),
            s_of_holder=of_holder.s[:, 0].numpy(),
            h_span=(float(all_h.min()), float(all_h.max())),
            weight=present(weight, [members[first], members[second]]),
            inside=innermost(k, weight, threshold) if has_weight else None,
            lif_inside=innermost(k, matrix(members["LIF"]), thresholds(members["LIF"])),
            of_member=None if share else properties_of(members[first], x),
            of_holder=properties_of(holder, x),
            not_scaled=None if has_weight else not_scaled(members[first], x),
            witness=Witness.between_runs((h, s), (of_holder.h[:, 0], of_holder.s[:, 0]), threshold),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: NestingNumbers) -> str:
        n, (member_name, next_name, holder) = numbers, numbers.labels
        name = f"{100 * n.share:.0f} % from {member_name} to {next_name}" if n.share else member_name
        fires = f"fires {at_steps(n.s)}" if n.s.any() else "never fires"
        settings = f"k = {n.k}, τ = {n.tau:g}, T = {T}, input {n.input}"
        properties = f"{_upper(f'{holder} in its place')}: {_properties(n.of_holder)}."
        if n.of_member:
            properties = f"{_upper(name)}: {_properties(n.of_member)}. {properties}"
        return f"{_upper(name)}; {settings}: it {fires}. {_comparison(n)}. {_set(n)}. {properties}"


def _upper(text: str) -> str:
    """With a capital at the front, but not where a symbol stands there."""
    return text[0].upper() + text[1:] if text[1].isalpha() else text


def _comparison(n: NestingNumbers) -> str:
    holder, first, size = n.labels[2], n.witness.first_apart, n.witness.size
    if first is None:
        return f"A {holder} neuron in its place gives the same H and S, difference {size}"
    spikes = int((n.s != n.s_of_holder).sum())
    detail = f"first at t = {first}: H by up to {size}, {spikes} of {T} entries of S"
    return f"A {holder} neuron in its place differs, {detail}"


def _set(n: NestingNumbers) -> str:
    if n.inside:
        return f"The innermost set with this W: {label(n.inside, n.k)}"
    if n.resets:
        return f"Its H does not scale with X, off by {n.not_scaled:.2g}, so there is no W at all"
    return "For this input no reset acts"


def _properties(of: Properties) -> str:
    used = f", {of.used} of them used" if of.used != of.parameters else ""
    sees_ahead, any_T, by_steps = of.answers
    return f"{of.parameters} parameters{used}; sees ahead: {sees_ahead}, any T: {any_T}, step by step: {by_steps}"
