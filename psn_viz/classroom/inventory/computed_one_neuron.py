"""What decides the items on lessons 00 to 02: the neurons and their closed form."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import torch

from psn_viz.classroom.inventory.inventory_item import Item, ItemOption
from psn_viz.classroom.inventory.item_words import Judge, column, from_one, names, numbers
from psn_viz.labs import LABS
from psn_viz.neurons import IF, LIF, reset_free_weight
from psn_viz.neurons.exact_reset import serial_run


def _fired(run) -> list[int]:
    """The steps that fire, counted from 1."""
    return [t + 1 for t in run.s[:, 0].nonzero().flatten().tolist()]


def _saves(item: Item) -> Judge:
    inputs, ones = sorted((n for n in numbers(item.prompt) if n > 1), reverse=True)
    spikes, weights = torch.zeros(inputs), torch.randn(inputs, generator=torch.Generator().manual_seed(0))
    spikes[:ones] = 1
    added = weights[spikes == 1]
    assert torch.allclose(weights @ spikes, added.sum(), atol=1e-5)  # what is left out changes nothing
    nothing_multiplied = ("No multiplication", "multiply never")
    return lambda option: (
        any(words in option.text for words in nothing_multiplied) and numbers(option.text)[-1] == len(added)
    )


def _order(item: Item) -> Judge:
    threshold, *inputs = from_one(item.prompt.split("(")[0])
    steps = _fired(IF(v_threshold=threshold, reset="hard").record(column(inputs)))
    return lambda option: numbers(option.text) == steps


def _spikes(item: Item) -> Judge:
    x, threshold, before, T = from_one(item.prompt)[:4]
    runs = {
        reset: _fired(IF(v_threshold=threshold, reset=reset).record(column([x] * T))) for reset in ("hard", "none")
    }
    assert len(runs["hard"]) == before
    return lambda option: numbers(option.text) == [len(runs["none"])]


def _wait(item: Item) -> Judge:
    steps = numbers(item.prompt)[0]
    lab = LABS["unroll"](reset="none", show="loop", input=" ".join(["1"] * min(steps, 8)))
    ticks = lab.numbers.ticks["loop"]
    assert ticks == len(lab.numbers.x)  # a tick for each step, with the reset left out
    return lambda option: numbers(option.text) == [steps]


def _share(item: Item) -> Judge:
    kept, added = (Fraction(part) for part in re.findall(r"\d/\d", item.prompt))
    i, t = numbers(item.prompt)[-3:-1]
    weight = reset_free_weight(t, tau=float(1 / added))[t - 1, i - 1]
    assert kept + added == 1

    def right(option: ItemOption) -> bool:
        product = Fraction(1)
        for part in re.findall(r"\d/\d", option.text):
            product *= Fraction(part)
        return abs(float(product) - float(weight)) < 1e-12

    return right


def _superposition(item: Item) -> Judge:
    scaled = "three times" in item.prompt
    threshold = 6.0 if scaled else 10.0
    generator = torch.Generator().manual_seed(0)
    one, other = (torch.randint(0, 10, (6, 300), generator=generator).double() for _ in range(2))

    def linear(reset: str) -> bool:
        neuron = (
            LIF(tau=2.0, decay_input=False, v_threshold=threshold, reset=reset)
            if scaled
            else IF(v_threshold=threshold, reset=reset)
        )
        h = [neuron.record(x).h for x in (one, other, one + other, 3 * one)]
        return torch.allclose(h[3], 3 * h[0]) if scaled else torch.allclose(h[2], h[0] + h[1])

    keeps = {name for name, reset in zip("PQR", ("none", "soft", "hard"), strict=True) if linear(reset)}
    wanted = set("PQR") - keeps if scaled else keeps
    return lambda option: names(option.text) == wanted


def _cut(item: Item) -> Judge:
    kept = 0.5 if "halves" in item.prompt else 0.9
    threshold, spike, now = from_one(item.prompt)[:3]
    x = column([0.01] * now)
    x[spike - 1] = 2.0 * threshold
    plain = serial_run(x, kept, threshold)
    assert _fired(plain) == [spike]
    contained = []
    for i in range(now):
        other = x.clone()
        other[i] += 0.001
        if serial_run(other, kept, threshold).h[now - 1, 0] != plain.h[now - 1, 0]:
            contained.append(i + 1)

    def right(option: ItemOption) -> bool:
        pairs = re.findall(r"(\d+) to (\d+)", option.text)
        return [step for low, high in pairs for step in range(int(low), int(high) + 1)] == contained

    return right


def _work(item: Item) -> Judge:
    products = int(reset_free_weight(numbers(item.prompt)[0], tau=2.0).count_nonzero())
    return lambda option: numbers(option.text) == [products]


JUDGES: dict[str, Callable[[Item], Judge]] = {
    "saves": _saves, "order": _order, "spikes": _spikes, "wait": _wait, "share": _share,
    "superposition": _superposition, "cut": _cut, "work": _work,
}  # fmt: skip
