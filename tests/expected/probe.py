"""What the lab `probe` has to compute."""

import itertools
from functools import cache

import numpy as np

from psn_viz.learning import load_study, recall_dataset

ROWS = ("hard", "soft", "none", "masked", "sliding", "PSN")


def charge(x, neuron, tau):
    """H and S `[T, …]` of an LIF, written out."""
    v, hs, ss = np.zeros_like(x[0]), [], []
    for now in x:
        h = v + (now - v) / tau
        s = (h >= 1).astype(float)
        v = {"hard": h * (1 - s), "soft": h - s, "none": h}[neuron]
        hs.append(h)
        ss.append(s)
    return np.array(hs), np.array(ss)


def of_the_family(x, reaches):
    """H and S where the weight of the oldest step in H[D] is 1, of every other input 0."""
    h = np.zeros_like(x)
    h[-1] = x[0] * reaches
    return h, (h >= 1).astype(float)


def told(with_cue, without):
    """The best share of right answers of any threshold, and the lowest threshold with it."""
    values = [(round(value, 12), 1) for value in with_cue] + [(round(value, 12), -1) for value in without]
    levels = sorted({value for value, _ in values})
    best, at = 0.5, levels[0]
    for low, high in itertools.pairwise(levels):
        balance = sum(sign for value, sign in values if value > (low + high) / 2)
        share = 0.5 + abs(balance) / len(values)
        if share > best:
            best, at = share, (low + high) / 2
    return best, at


@cache
def rows():
    return {row.recipe: row.accuracies for row in load_study("recall").rows()}


def words(neuron, span):
    if neuron in ("hard", "soft", "none"):
        return f"LIF, τ = {span}, {neuron.replace('none', 'no')} reset"
    return "PSN" if neuron == "PSN" else f"{neuron} PSN, k = {span}"


def expected(state: dict) -> dict:
    task, D, neuron, span, w = (state[name] for name in ("task", "D", "neuron", "span", "w"))
    channel = recall_dataset(D, mixed=task == "mixed").test.x[..., 0].double().numpy()
    inputs = np.stack([channel, channel], axis=1)
    inputs[0] = [[1.0], [0.0]]
    leaky = neuron in ("hard", "soft", "none")

    def run(weight):
        if leaky:
            return charge(weight * inputs, neuron, span)
        return of_the_family(weight * inputs, neuron == "PSN" or span > D)

    (h, s), (partner, _) = run(w), run(-w)
    shown = channel[1:].sum(0).argmax()
    left = h[:, 0, shown] - h[:, 1, shown]
    one, threshold = told(*h[D])
    pair, pair_threshold = told(*(h[D] + partner[D]))
    trained = {}
    for kind in ROWS:
        order = span if kind in ("hard", "soft", "none") else 9
        suffix = {"masked": "masked-9", "sliding": "sliding-9", "PSN": "psn"}.get(kind, f"lif-{kind}-{span}")
        trained[words(kind, order)] = rows().get(f"recall-{D}{'-mixed' if task == 'mixed' else ''}-{suffix}", ())
    present = words(neuron, span)
    return {
        "x": w * inputs[:, 0, shown],
        "h_with": h[:, 0, shown],
        "h_without": h[:, 1, shown],
        "s_with": s[:, 0, shown],
        "s_without": s[:, 1, shown],
        "left": left,
        "at_question": h[D],
        "told": one,
        "threshold": threshold,
        "pair": h[D] + partner[D],
        "pair_told": pair,
        "pair_threshold": pair_threshold,
        "disturbed": abs(left[D]) > (0.002 / span if leaky else 0.002),
        "trained": trained,
        "present": present if len(trained.get(present, ())) else "",
    }
