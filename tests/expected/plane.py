"""What the lab `plane` has to compute."""

from itertools import pairwise

LOW, HIGH = -2.0, 8.0
GRID = [LOW + 0.25 * n for n in range(41)]
MARKED = ((3.5, 2.0), (5.5, 4.5), (4.5, 3.25))


def expected(state: dict) -> dict:
    reset, w0, w1, B = state["reset"], state["w0"], state["w1"], state["B"]
    x0, x1 = map(float, state["point"].split())
    h, s, v = lif(reset, x0, x1)
    h_psn = w0 * x0 + w1 * x1
    of_lif, of_psn, differing = shares(reset, w0, w1, B)
    return {
        "reset": reset,
        "w": [w0, w1],
        "B": B,
        "x": [x0, x1],
        "h": h,
        "s": s,
        "v": v,
        "h_psn": h_psn,
        "s_psn": h_psn >= B,
        "marked_lif": [lif(reset, *point)[1][1] for point in MARKED],
        "marked_psn": [w0 * a + w1 * b >= B for a, b in MARKED],
        "grid": GRID,
        "s_grid_lif": [[lif(reset, a, b)[1][1] for a in GRID] for b in GRID],
        "s_grid_psn": [[w0 * a + w1 * b >= B for a in GRID] for b in GRID],
        "lif_share": of_lif,
        "psn_share": of_psn,
        "differing": differing,
    }


def lif(reset: str, *x: float) -> tuple[list, list, list]:
    """H, S and V of both steps."""
    before, steps = 0.0, []
    for value in x:
        h = before + (value - before) / 4
        s = float(h >= 1)
        before = {"hard": h * (1 - s), "soft": h - s, "none": h}[reset]
        steps.append((h, s, before))
    h, s, v = (list(part) for part in zip(*steps, strict=True))
    return h, s, v


def shares(reset: str, w0: float, w1: float, B: float) -> tuple[float, float, float]:
    """The shares of the square in which the LIF, the PSN, and one of them alone fires.

    Column by column: between two places at which anything meets anything else, every length in a column is linear in
    X[0], so that its middle is its mean.
    """
    right = {"hard": (4.0, 0.0), "soft": (7.0, 0.75), "none": (4.0, 0.75)}[reset]  # X[1] ≥ a − b·X[0] from X[0] = 4
    places = {LOW, 4.0, HIGH}
    for a, b in ((4.0, 0.75), right):
        if w0 - w1 * b:
            places.add((B - w1 * a) / (w0 - w1 * b))
        if b:
            places |= {(a - level) / b for level in (LOW, HIGH)}
    if w0:
        places |= {(B - w1 * level) / w0 for level in (LOW, HIGH)}
    places = sorted(place for place in places if LOW <= place <= HIGH)
    total = [0.0, 0.0, 0.0]
    for start, end in pairwise(places):
        middle = (start + end) / 2
        a, b = (4.0, 0.75) if middle < 4 else right
        of_lif = (_within(a - b * middle), HIGH)
        if w1:
            border = _within((B - w0 * middle) / w1)
            of_psn = (border, HIGH) if w1 > 0 else (LOW, border)
        else:
            of_psn = (LOW, HIGH) if w0 * middle >= B else (HIGH, HIGH)
        common = max(0.0, min(of_lif[1], of_psn[1]) - max(of_lif[0], of_psn[0]))
        lengths = of_lif[1] - of_lif[0], of_psn[1] - of_psn[0]
        for n, length in enumerate((*lengths, sum(lengths) - 2 * common)):
            total[n] += length * (end - start) / (HIGH - LOW) ** 2
    return total[0], total[1], total[2]


def _within(height: float) -> float:
    return min(HIGH, max(LOW, height))
