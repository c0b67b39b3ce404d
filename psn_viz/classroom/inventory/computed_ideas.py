"""What a wrong idea answers, where it can be run as a rule of its own: so that an option is really the idea's."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from psn_viz.classroom.inventory.inventory_item import Item, ItemOption, Objective
from psn_viz.classroom.inventory.item_words import column, from_one, names, numbers
from psn_viz.neurons import IF

Answers = dict[str, object]


def answers_of_ideas(objective: Objective, form: str) -> Answers:
    """For each misconception of the item that can be run, what it leads to: numbers, a set of names, or a product."""
    run = _IDEAS.get(objective.key)
    return run(objective.item(form)) if run else {}


def answer_in(option: ItemOption, like: object) -> object:
    """What an option says, in the form of `like`: a set of names, a product of fractions, or numbers."""
    if isinstance(like, set):
        return names(option.text)
    if isinstance(like, Fraction):
        product = Fraction(1)
        for part in re.findall(r"\d/\d", option.text):
            product *= Fraction(part)
        return product
    pairs = re.findall(r"(\d+) to (\d+)", option.text)
    if pairs:
        return [step for low, high in pairs for step in range(int(low), int(high) + 1)]
    return numbers(option.text)


def _order(item: Item) -> Answers:
    threshold, *inputs = from_one(item.prompt.split("(")[0])

    def fired(reset: str) -> list[int]:
        spikes = IF(v_threshold=threshold, reset=reset)(column(inputs))[:, 0]
        return [t + 1 for t in spikes.nonzero().flatten().tolist()]

    alone = [t for t, x in enumerate(inputs, start=1) if x >= threshold]
    return {"soft_for_hard": fired("soft"), "reset_ignored": fired("none"), "no_memory": alone}


def _spikes(item: Item) -> Answers:
    return {"reset_drives_firing": [1], "psn_is_faster_lif": [from_one(item.prompt)[2]]}


def _wait(item: Item) -> Answers:
    steps, processors = from_one(item.prompt)[0], int(re.findall(r"(\d+) (?:processors|clerks)", item.prompt)[0])
    return {"cores_make_parallel": [steps // processors], "only_reset_waits": [1]}


def _share(item: Item) -> Answers:
    kept, added = (Fraction(part) for part in re.findall(r"\d/\d", item.prompt))
    i, t = numbers(item.prompt)[-3:-1]
    return {
        "input_in_full": kept ** (t - i),
        "lag_off_by_one": added * kept ** (t - i + 1),
        "lost_for_kept": added ** (t - i + 1),
    }


def _cut(item: Item) -> Answers:
    spike, now = from_one(item.prompt)[1:3]
    steps = list(range(1, now + 1))
    return {
        "reset_ignored": steps,
        "spike_input_stays": steps[spike - 1 :],
        "spike_input_alone": [step for step in steps if step != spike],
    }


def _superposition(item: Item) -> Answers:
    can_differ = "three times" in item.prompt
    ideas = {"soft_is_linear": {"P", "Q"}, "charging_adds": {"P", "Q", "R"}, "threshold_spoils_all": set()}
    return {name: set("PQR") - linear if can_differ else linear for name, linear in ideas.items()}


def _work(item: Item) -> Answers:
    steps, each = numbers(item.prompt)[:2]
    return {"same_work_shared": [each * steps], "parallel_is_less": [each]}


def _rows(item: Item) -> Answers:
    results = [f"H{row}" for row in re.findall(r"H(\d) =", item.prompt)]
    come = len(re.findall(r"X\d", item.prompt.split("X1 first. ")[1].split(" have come")[0]))
    return {
        "product_waits_for_all": set(), "knows_only_the_past": set(results[:come]),
        "product_waits_for_nothing": set(results),
    }  # fmt: skip


def _half_shut(item: Item) -> Answers:
    step = int(re.findall(r"(?:output of step|alarm of reading) (\d+) ", item.prompt)[0])
    return {"nearly_shut_is_shut": [step], "needs_k_inputs": [int(re.findall(r"(\d+) in all", item.prompt)[0])]}


def _early(item: Item) -> Answers:
    k, T = from_one(item.prompt)[:2]
    return {"needs_k_inputs": [k], "product_waits_for_all": [T]}


_IDEAS: dict[str, Callable[[Item], Answers]] = {
    "order": _order, "spikes": _spikes, "wait": _wait, "share": _share, "cut": _cut, "work": _work,
    "superposition": _superposition, "rows": _rows, "half_shut": _half_shut, "early": _early,
}  # fmt: skip
