"""What decides the items on lessons 06 to 11: the cost model, stored runs, a trained network, the loop with reset.

An option that is a sentence is held against a case of the course in which it is true or fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import torch

from psn_viz.bench.cost_model import DATA_SHEETS, LIF_FUSED, LIF_STEPS, PSN_PUBLISHED, work
from psn_viz.classroom.inventory.inventory_item import Item, ItemOption
from psn_viz.classroom.inventory.item_words import Judge, names, numbers
from psn_viz.labs import LABS
from psn_viz.learning import difference, load_study
from psn_viz.learning.networks import SpikingClassifier
from psn_viz.neurons import LIF, SlidingPSN
from psn_viz.neurons.exact_reset import serial_run


def _opponent(item: Item) -> Judge:
    P, Q, new = numbers(item.prompt)[:3]
    needed = work(256, 256, 8)
    seconds = {
        name: {neuron: device.predict(one, "float32")[0] for neuron, one in needed.items()}
        for name, device in DATA_SHEETS.items()
    }
    ratio = {name: times[LIF_STEPS] / times[PSN_PUBLISHED] for name, times in seconds.items()}
    cases = {
        # The PSN is the faster one here, and does more operations.
        "parallel_is_less": needed[PSN_PUBLISHED].operations < needed[LIF_STEPS].operations or ratio["A100"] <= 1,
        "ratio_same_everywhere": max(ratio.values()) < 1.05 * min(ratio.values()),
        "ratio_is_of_the_neuron": seconds["A100"][LIF_STEPS] < 1.05 * seconds["A100"][LIF_FUSED],
    }

    def right(option: ItemOption) -> bool:
        if option.misconception:
            return cases[option.misconception]
        claimed = dict(
            (name, int(times)) for times, name in re.findall(r"(\d+) times as fast as ([PQ])", option.text)
        )
        slower = "slower than Q" in option.text
        return all(claimed[name] * new == {"P": P, "Q": Q}[name] for name in claimed) and slower == (new > Q)

    return right


def _chance(item: Item) -> Judge:
    """The case of lesson 07: τ = 2, a delay of 8, four cues. The network is at chance after 320 updates."""
    four = "one of four" in item.prompt
    hits = re.findall(
        r"\d+(?= of 100)|\d+(?=, \d+ and)|\d+(?= and \d+ right)|\d+(?= right answers of 100)", item.prompt
    )
    assert hits and all(abs(int(n) - 100 / (4 if four else 5)) <= 1 for n in hits)  # at chance level
    study = load_study("recall")
    short, long, psn = (study.row(name).mean for name in ("8-lif-none-2", "8-lif-none-2-long", "8-psn"))
    assert abs(short - 0.25) < 0.05
    left = 0.99 * 0.5**8  # by hand, as in section 3
    x = torch.zeros(9, 2, dtype=torch.float64)
    x[0, 0], x[8] = 2 * 0.99, 2 * (1 - left / 2)
    held = LIF(tau=2.0)(x)[8].tolist() == [1.0, 0.0]
    cases = {
        "": held and long > 0.5,
        "chance_is_forgetting": not held,
        "chance_is_impossible": psn < 0.9,
        "any_share_is_knowledge": short > 0.3,
    }
    return lambda option: cases[option.misconception]


def _readout(item: Item) -> Judge:
    """Untrained networks, in double precision, as lesson 08 has them."""
    rows = "picture of 28 rows" in item.prompt
    T, one, other = (28, 9, 27) if rows else (40, 0, 39)
    assert ("row 10 and the last row" if rows else "the first and the last word") in item.prompt
    last = re.search(r"The result of ([LMN]) is its score at the last", item.prompt)
    assert last and "L and M see only" in item.prompt
    x = torch.randn(T, 50, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    order = torch.arange(T)
    order[[one, other]] = order[[other, one]]
    changed = set()
    for name in "LMN":
        torch.manual_seed(0)
        network = SpikingClassifier(
            8, 3, neuron=LIF if name == "N" else lambda: SlidingPSN(1), readout="last" if name == last[1] else "mean"
        ).double()
        with torch.no_grad():  # left in training mode, in which its normalisation fits the inputs
            if (network(x) - network(x[order])).abs().max() > 1e-6:
                changed.add(name)
    return lambda option: (set("LMN") if "three" in option.text else names(option.text)) == changed


def _uses(item: Item) -> Judge:
    """The case of lesson 09: the weights on later inputs, wiped in a trained PSN; and networks trained without."""
    before, wiped, again = [n for n in numbers(item.prompt) if 20 < n < 100][-3:]
    assert before == again and before - wiped > 10
    lab = LABS["ablation"](cut="future").numbers
    falls = bool(lab.accuracy_intact[0] - lab.accuracy[0] > 0.1)
    rows = load_study("rows")
    without = not difference(rows.row("psn"), rows.row("masked-28")).shown
    cases = {"": falls and without, "network_is_task": not without, "back_means_unused": not falls}
    return lambda option: cases[option.misconception]


def _luck(item: Item) -> Judge:
    found = [float(n) for n in re.findall(r"\d+\.\d", item.prompt)]
    (low, high), P, Q = sorted(found[:2]), *found[2:]
    band = high - low

    def beyond(value: float) -> bool:  # by more than twice what luck has made
        return max(low - value, value - high) > 2 * band

    assert 0 < max(low - P, P - high) < band  # P is outside the two runs, so that its number alone looks different
    cases = {
        "": beyond(Q) and not beyond(P),
        "higher_is_better": beyond(P),
        "not_shown_is_none": False,  # a single run within the band leaves differences open, as large as the band
        "all_is_noise": not beyond(Q),
    }
    return lambda option: cases[option.misconception]


def _forgets(item: Item) -> Judge:
    halves = "halves" in item.prompt
    beta, threshold, step = (0.5, 2.0, 7) if halves else (0.9, 5.0, 12)
    reached = (3.0, 9.0) if halves else (5.5, 30.0)
    assert f"step {step}" in item.prompt and f"{threshold:.0f} or more" in item.prompt
    assert not halves or "had reached 3, that of the other 9." in item.prompt
    later = torch.rand(30, 200, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * threshold
    runs = []
    for high in reached:
        before = torch.zeros(step, 200, dtype=torch.float64)
        before[-1] = high
        run = serial_run(torch.cat((before, later)), beta, threshold)
        assert bool(run.s[step - 1].all()) and torch.equal(run.h[step - 1], before[-1])
        runs.append(run.s[step:])
    same = torch.equal(*runs)
    return lambda option: same != bool(option.misconception)


JUDGES: dict[str, Callable[[Item], Judge]] = {
    "opponent": _opponent, "chance": _chance, "readout": _readout, "uses": _uses, "luck": _luck, "forgets": _forgets,
}  # fmt: skip
