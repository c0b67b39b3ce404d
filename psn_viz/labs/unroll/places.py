"""Where the nodes and edges of the graph lie: a function of the state alone, which moves smoothly with `at`.

A place is (x, y): x is time, y the kind of node. A path is an array `[n, 2]` of places.
"""

from __future__ import annotations

import numpy as np

X, H, V, S = 0.0, 1.0, 1.5, 2.0  # the heights of the nodes; V lies half a step after H and S
LEVELS = (0.0, 0.5, 0.95, 1.4)  # of the scan: X, then what each round gives; the last one is H
_POINTS = 26  # of one stretch of a path
_LABEL, _GAP = 0.16, 0.07  # where on its edge a label stands, and the half of the gap for it
_BULGE = 0.11  # height of an arc over one step


def smooth(share: float) -> float:
    """From 0 to 1 with rest at both ends, for the share of a move that is done; outside of it 0 or 1."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def blend(one, other, share: float):
    """Between two places or paths."""
    return (1 - share) * np.asarray(one, dtype=float) + share * np.asarray(other, dtype=float)


def straight(start, end, points: int = _POINTS) -> np.ndarray:
    """The path from one place to another."""
    return blend(start, end, np.linspace(0, 1, points)[:, None])


def arc(start: float, end: float, points: int = _POINTS) -> np.ndarray:
    """The path from H[start] over those between to H[end]; to the next one it is straight."""
    path = straight((start, H), (end, H), points)
    along = np.linspace(0, 1, len(path))
    path[:, 1] += 4 * along * (1 - along) * _BULGE * (end - start - 1)
    return path


def joined(paths) -> np.ndarray:
    """Several paths as one list of places, with NaN between them; one NaN where there is none."""
    gap = np.full((1, 2), np.nan)
    parts = [part for path in paths for part in (path, gap)]
    return np.concatenate(parts) if parts else gap


def with_gap(path: np.ndarray, open_: float) -> np.ndarray:
    """The path without the stretch in which its label stands; `open_` from 0 (no gap) to 1."""
    along = np.linspace(0, 1, len(path))
    return np.where((np.abs(along - _LABEL) < _GAP * open_)[:, None], np.nan, path)


def label(path: np.ndarray) -> np.ndarray:
    """The place of the label of a path."""
    return path[round(_LABEL * (len(path) - 1))]


class Derivation:
    """The graph of the derivation at `at`, for H[t] of T steps: V melts into H, then one edge after another unrolls.

    With `stuck` the red edge from S holds V: it gives way a little, and no line of the derivation follows.
    """

    def __init__(self, T: int, t: int, at: float, stuck: bool) -> None:
        self.T, self.t, self.stuck = T, t, stuck
        self.melted = 0.4 * at / (1 + at) if stuck else smooth(at)
        self.whole = 0 if stuck else int(at)  # terms that are written out
        self.share = 0.0 if stuck or at < 1 else at - int(at)  # of the move to the next term
        self.moved = smooth(self.share)
        self.membranes = np.array([blend((j + 0.5, V), (j, H), self.melted) for j in range(T)])

    def term(self, d: int) -> np.ndarray:
        """The edge of X[t−d]: to H[t−d], bent while that node is taken out, and then straight to H[t]."""
        t, start = self.t, (self.t - d, X)
        own = straight(start, (t - d, H), 2 * _POINTS)
        if d == 0 or self.whole < d:
            return own
        direct = straight(start, (t, H), 2 * _POINTS)
        if self.whole > d:
            return direct
        if not self.share:
            return own
        return blend(np.concatenate((straight(start, (t - d, H)), arc(t - d, t))), direct, self.moved)

    def is_direct(self, d: int) -> float:
        """How far the edge of X[t−d] has come on its way to H[t], from 0 to 1."""
        return 1.0 if d == 0 or self.whole > d else self.moved if self.whole == d else 0.0

    def rest(self) -> np.ndarray | None:
        """The edge into H[t] from the membrane or the charge that is still to be unrolled, if there is one."""
        t, k = self.t, self.whole
        if t == 0 or k > t:
            return None
        if k == 0:
            return straight(self.membranes[t - 1], (t, H))
        if not self.share:
            return arc(t - k, t)
        if k == t:
            return None  # the edge of X[0] takes it along
        before = np.concatenate((straight((t - k - 1, H), (t - k, H)), arc(t - k, t)))
        after = arc(t - k - 1, t, 2 * _POINTS)
        return blend(before, after, self.moved)

    def chain(self) -> list[np.ndarray]:
        """The edges from step to step up to the node that is still to be unrolled."""
        last = self.t - max(1, self.whole) - (self.share > 0)
        return [straight(self.membranes[j], (j + 1, H), 2) for j in range(last)]

    def later(self) -> list[np.ndarray]:
        """The same edges after t. While their rows unroll they draw back into H."""
        left = 1.0 if self.whole == 0 else 1 - self.moved if self.whole == 1 else 0.0
        edges = [(self.membranes[j], (j + 1, H)) for j in range(self.t, self.T - 1)] if left else []
        return [straight(blend(end, start, left), end, 2) for start, end in edges]

    def other_rows(self) -> list[np.ndarray]:
        """The edges from inputs to all H but H[t], as far as the derivation has come."""
        edges = []
        for d in range(min(self.T, self.whole + 1)):
            grown = 1.0 if d < max(1, self.whole) else self.moved
            for s in range(d, self.T):
                if s != self.t and grown:
                    edges.append(straight((s - d, X), blend((s - d, X), (s, H), grown), 2))
        return edges

    def needed(self, j: int) -> float:
        """From 0 to 1: whether H[t] is computed from H[j]; those that are unrolled are not needed for it."""
        if j == self.t:
            return 1.0
        if j > self.t or self.t - j < self.whole:
            return 0.0
        return 1 - self.moved if self.t - j == self.whole and self.whole else 1.0
