"""The graph of the derivation, of the loop, of the scan and of the product, from the numbers of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.unroll import places, sentences
from psn_viz.labs.unroll.marks import DONE, INK, WAITS, edges, inputs, linear, nodes, spikes, written

if TYPE_CHECKING:
    from psn_viz.labs.unroll.lab import UnrollNumbers

_ABOVE = np.array((0.0, 0.02))  # an edge; the rest of the way are px


def derivation(n: UnrollNumbers) -> list[dict]:
    """The graph as far as it is folded; what H[t] still needs is large."""
    T, t = len(n.x), n.t
    graph = places.Derivation(T, t, n.at, n.stuck)
    sizes = {
        "X": [12 if j <= t else 8 for j in range(T)],
        "H": [9 + 9 * graph.needed(j) for j in range(T)],
        "V": [12 * (1.0 if n.stuck else 1 - graph.melted)] * T,
        "S": [13] * T,
    }
    rim = [size * (0.0 if n.stuck else 0.14 * graph.melted) for size in sizes["H"]]  # V has become the rim of H
    asked = [((j - 0.2, places.blend(places.H, places.S, 0.7)), "?", float(n.stuck)) for j in range(T)]
    return [
        edges("other rows", [*graph.other_rows(), *graph.later()], INK, 1, opacity=0.4),
        *_loop(n, graph, sizes, rim),
        written("no fixed number", asked, palette.S, 15),
    ]


def loop(n: UnrollNumbers) -> list[dict]:
    """The whole graph: in each tick one step charges, fires and resets."""
    T = len(n.x)
    graph = places.Derivation(T, T - 1, 0.0, False)
    sizes = {
        "X": [12.0] * T,
        "H": [_grown(3 * (n.at - j)) for j in range(T)],
        "S": [_grown(3 * (n.at - j) - 1) for j in range(T)],
        "V": [_grown(3 * (n.at - j) - 2) for j in range(T)],
    }
    return [*_loop(n, graph, sizes, 0.0), _signals(_in_loop(n))]


def _loop(n: UnrollNumbers, graph: places.Derivation, sizes: dict, rim) -> list[dict]:
    T, t, beta, v = len(n.x), graph.t, 1 - 1 / n.tau, graph.membranes
    steps = np.arange(T)
    whole = n.stuck or graph.melted < 1
    terms, labels = [], []
    for d in range(T):
        paths = []
        if d <= t:
            path, direct = graph.term(d), graph.is_direct(d)
            seen = 1.0 if d == 0 else max(0.0, 2 * direct - 1)
            paths = [places.with_gap(path, seen)]
            labels.append((places.label(path), sentences.weight(d), seen, "middle center"))
        terms.append(linear(f"term {d}", paths, d * (graph.is_direct(d) if d <= t else 0.0), beta))
    if n.show == "loop":  # none of them ever changes
        terms = [linear("terms", [places.with_gap(graph.term(d), float(d == 0)) for d in range(T)], 0, beta)]
    chain, rest = graph.chain(), graph.rest()
    labels += [(path.mean(0) + _ABOVE, "β", graph.melted, "top center") for path in chain if not n.stuck]
    if rest is not None:
        power = sentences.power(max(1, graph.whole + (graph.share > 0)))
        beside = (0.0 if graph.melted == 1 else 0.07, 0.0)
        labels.append((rest[len(rest) // 2] + _ABOVE + beside, power, 1.0, "top center"))
    from_s = [places.blend((j, places.S), v[j], 0.14) for j in steps]  # leaves room for the number in the node
    resets = [places.straight(start, end, 11) for start, end in zip(from_s, v, strict=True)]
    left = places.smooth(2 * graph.melted)
    cut = [places.straight(start, places.blend(end, start, left)) for start, end in zip(from_s, v, strict=True)]
    free = n.reset == "none"
    return [
        _fires([(j, places.H) for j in steps]),
        edges(
            "H to V",
            [places.straight((j, places.H), v[j], 11) for j in steps] if whole else [],
            palette.H,
            2,
            arrow=8.0,
        ),
        edges("S to V", [] if free else resets, palette.S, 4, arrow=13.0),
        edges("taken away", cut if free and graph.melted < 0.5 else [], palette.S, 1.5, dash="dash", opacity=0.5),
        linear("chain", chain, 1, beta),
        *terms[::-1],
        linear("rest", [] if rest is None else [rest], max(1, graph.whole + graph.moved), beta),
        nodes("V", v[:, 0], v[:, 1], sizes["V"], palette.V, n.v, symbol="diamond"),
        spikes(n.s, sizes["S"]),
        nodes("H", steps, places.H, sizes["H"], palette.H, n.h, line={"color": palette.V, "width": rim}),
        *inputs(n.x, sizes["X"]),
        written("coefficients", labels, palette.H),
    ]


def scan(n: UnrollNumbers) -> list[dict]:
    """One row of nodes for each round; the tree of H[t] stands out. Pale: sums that do not reach back to X[0] yet."""
    T, count = len(n.x), len(n.scan) - 1
    tick, share = int(n.at), n.at - int(n.at)
    needed, own, other, on_way, labels = {(count, n.t)}, [], [], [], []
    for r in reversed(range(count)):
        for t in range(T):
            for source in (t, t - 2**r)[: 1 + (t >= 2**r)]:
                path = places.straight((source, places.LEVELS[r]), (t, places.LEVELS[r + 1]), 11)
                leads = (r + 1, t) in needed
                (own if leads else other).append(path)
                if leads and source != t:
                    labels.append((path[5] + _ABOVE, sentences.power(2**r), 1.0, "top center"))
                if leads:
                    needed.add((r, source))
                if r == tick and share:
                    on_way.append(places.blend(path[0], path[-1], share))
    rows = []
    for r in range(1, count + 1):
        reach = [1.0 if t < 2**r else 0.45 for t in range(T)]
        name = "H" if r == count else f"after round {r}"
        size = [_grown(5 * (n.at - r) + 1)] * T
        rows.append(nodes(name, np.arange(T), places.LEVELS[r], size, palette.H, n.scan[r], opacity=reach))
    return [
        edges("other edges", other, INK, 1, opacity=0.5),
        edges("to H[t]", own, palette.H, 3, arrow=10.0),
        _fires([(t, places.LEVELS[-1]) for t in range(T)]),
        _signals(on_way),
        *rows,
        spikes(n.s, [_grown(5 * (n.at - count) + 1)] * T),
        *inputs(n.x, [12.0] * T),
        written("coefficients", labels, palette.H),
    ]


def product(n: UnrollNumbers) -> list[dict]:
    """All rows of W at once; row t stands out."""
    T, beta = len(n.x), 1 - 1 / n.tau
    graph = places.Derivation(T, n.t, float(T), False)
    terms, labels = [], []
    for d in range(T):
        paths = [graph.term(d)] if d <= n.t else []
        labels += [(places.label(path), sentences.weight(d), 1.0) for path in paths]
        terms.append(linear(f"term {d}", [places.with_gap(path, 1) for path in paths], d, beta))
    share = n.at - int(n.at)
    on_way = [places.blend((i, places.X), (t, places.H), share) for t in range(T) for i in range(t + 1) if share]
    size = [_grown(5 * n.at - 4)] * T
    return [
        edges("other rows", graph.other_rows(), INK, 1, opacity=0.45),
        _fires([(t, places.H) for t in range(T)]),
        *terms[::-1],
        _signals(on_way),
        spikes(n.s, size),
        nodes("H", np.arange(T), places.H, size, palette.H, n.h),
        *inputs(n.x, [12.0] * T),
        written("coefficients", labels, palette.H),
    ]


def _grown(share: float) -> float:
    """The size of a node that is computed to this share."""
    return WAITS + (DONE - WAITS) * places.smooth(share)


def _fires(charges: list[tuple[float, float]]) -> dict:
    paths = [places.straight(place, (place[0], places.S - 0.06), 2) for place in charges]
    return edges("H to S", paths, palette.S, 1.2, dash="dot")


def _in_loop(n: UnrollNumbers) -> list[np.ndarray]:
    """Where the signals of the present tick are: charge, then fire, then reset."""
    j, share = int(n.at), n.at - int(n.at)
    if not share:
        return []
    before, x, h = (j - 0.5, places.V), (j, places.X), (j, places.H)
    s, v = (j, places.S), (j + 0.5, places.V)
    charge = [(x, h), (before, h)] if j else [(x, h)]
    reset = [(h, v)] if n.reset == "none" else [(h, v), (s, v)]
    phase = int(3 * share)
    return [places.blend(start, end, 3 * share - phase) for start, end in (charge, [(h, s)], reset)[phase]]


def _signals(at: list) -> dict:
    """What is on its way along the edges."""
    points = np.array(at if len(at) else [(np.nan, np.nan)], dtype=float)
    trace = nodes("signals", points[:, 0], points[:, 1], np.full(len(points), 8.0), palette.B, np.zeros(len(points)))
    return trace | {"hoverinfo": "skip", "meta": {"drawn_only": True}}
