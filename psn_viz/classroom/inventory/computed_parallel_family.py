"""What decides the items on lessons 03 to 05: PSN, masked and sliding PSN."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch

from psn_viz.classroom.inventory.inventory_item import Item, ItemOption
from psn_viz.classroom.inventory.item_words import Judge, from_one, names, numbers
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN


def _rows(item: Item) -> Judge:
    sums = re.findall(r"H\d = ([^;.]+)", item.prompt)
    weight = torch.zeros(len(sums), len(sums))
    for row, terms in enumerate(sums):
        for column in re.findall(r"X(\d)", terms):
            weight[row, int(column) - 1] = 1.0
    come = len(re.findall(r"X\d", item.prompt.split("X1 first. ")[1].split(" have come")[0]))
    known = {f"H{row + 1}" for row in range(len(weight)) if not weight[row, come:].any()}
    return lambda option: names(option.text) == known


def _takes(neuron, T: int) -> bool:
    try:
        return neuron(torch.zeros(T, 1)).shape == (T, 1)
    except ValueError:
        return False


def _length(item: Item) -> Judge:
    T, *_, longer = [n for n in numbers(item.prompt) if n > 20]
    k = int(re.findall(r"newest (\d)", item.prompt)[0])
    full = "from all" in item.prompt
    family = {"R": LIF()} | (
        {"P": PSN(T), "Q": SlidingPSN(k)} if full else {"P": SlidingPSN(k), "Q": MaskedPSN(T, k, lambda_=1.0)}
    )
    assert all(_takes(neuron, T) for neuron in family.values())
    able = {name for name, neuron in family.items() if _takes(neuron, longer)}
    return lambda option: names(option.text) == able


def _inputs_needed(neuron, T: int, step: int) -> int:
    """How many inputs must have come before H of a step (counted from 1) no longer changes."""
    x = torch.ones(T, 1, requires_grad=True)
    neuron.record(x).h[step - 1].sum().backward()
    assert x.grad is not None
    return int(x.grad[:, 0].nonzero().max()) + 1


def _half_shut(item: Item) -> Judge:
    hundredth = "hundredth" in item.prompt
    T, k, step = (10, 3, 2) if hundredth else (24, 6, 4)
    assert str(k) + " in all" in item.prompt and re.search(
        rf"(?:output of step|alarm of reading) {step} ", item.prompt
    )
    torch.manual_seed(0)
    needed = _inputs_needed(MaskedPSN(T, k, lambda_=0.99 if hundredth else 0.999), T, step)
    return lambda option: numbers(option.text) == [needed]


def _early(item: Item) -> Judge:
    k, T = from_one(item.prompt)[:2]
    needed = _inputs_needed(SlidingPSN(k), T, 1 if "first output" in item.prompt else 3)
    return lambda option: numbers(option.text) == [needed]


# Each rule with weights, oldest first, and a threshold that follow it; or None, with the rule itself.
_LATE = {"that of step 8": (8, 5, False), "20 others came before it": (21, 3, True)}
_FOLLOWED = {
    "at least 2 more than the one before": ((0, 0, -1, 1), 2),
    "input of three steps ago was 5 or more": ((1, 0, 0, 0), 5),
    "last four inputs add up to 12": ((1, 1, 1, 1), 12),
    "last three readings add up to 10": ((0, 0, 1, 1, 1), 10),
    "at least 1 less than the one before": ((0, 0, 0, 1, -1), 1),
    "reading of two steps ago was 4 or more": ((0, 0, 1, 0, 0), 4),
}
_RULES: dict[str, Callable[[list[int], int], bool]] = {
    "at least 2 more than the one before": lambda x, t: x[t] - x[t - 1] >= 2,
    "input of three steps ago was 5 or more": lambda x, t: x[t - 3] >= 5,
    "last four inputs add up to 12": lambda x, t: sum(x[t - 3 : t + 1]) >= 12,
    "last three readings add up to 10": lambda x, t: sum(x[t - 2 : t + 1]) >= 10,
    "at least 1 less than the one before": lambda x, t: x[t - 1] - x[t] >= 1,
    "reading of two steps ago was 4 or more": lambda x, t: x[t - 2] >= 4,
}


def _rule(item: Item) -> Judge:
    x = torch.randint(0, 10, (200,), generator=torch.Generator().manual_seed(0)).tolist()

    k = int(re.findall(r"newest (\d)", item.prompt)[0])

    def cannot(option: ItemOption) -> bool:
        for words, (weights, threshold) in _FOLLOWED.items():
            if words in option.text:
                assert len(weights) == k
                neuron = SlidingPSN(k).requires_grad_(False)
                neuron.weight.copy_(torch.tensor(weights, dtype=torch.float32))
                neuron.threshold.fill_(threshold)
                fires = neuron(torch.tensor(x, dtype=torch.float32)[:, None])[:, 0].tolist()
                padded = [0] * 5 + x
                return fires != [float(_RULES[words](padded, t + 5)) for t in range(len(x))]
        step, least, later = next(rule for words, rule in _LATE.items() if words in option.text)

        def follow(values: list[int]) -> list[bool]:
            return [value >= least and (t >= step or not later) and (t == step or later)
                    for t, value in enumerate(values, start=1)]  # fmt: skip

        once = [0] * (step - 1) + [9] + [0] * 5  # the same input one step earlier or later is to do something else
        return follow([0, *once])[1:] != follow(once) or follow(once[1:]) != follow(once)[1:]

    return cannot


JUDGES: dict[str, Callable[[Item], Judge]] = {
    "rows": _rows, "length": _length, "half_shut": _half_shut, "early": _early, "rule": _rule,
}  # fmt: skip
