"""The plane of two inputs twice: where the LIF fires at step 1, and where the PSN does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.phrases import RESET_WORDS
from psn_viz.labs.core.traces import axis, coloured, figure, heading, line, tiles, verdict
from psn_viz.labs.plane.areas import outline
from psn_viz.labs.plane.point_control import HIGH, LOW, MARKED

if TYPE_CHECKING:
    from psn_viz.labs.plane.lab import PlaneNumbers

_LEFT, _RIGHT = (0.0, 0.45), (0.55, 1.0)
_TAU = 4.0  # of the LIF
_TOP = 0.79  # of the two planes
_FIRES = {"fillcolor": palette.S, "opacity": 0.3}  # the grid shows through
_HATCH = {"shape": "/", "fgcolor": palette.THEMES["light"]["line"], "bgcolor": "rgba(0,0,0,0)", "size": 9,
          "solidity": 0.25, "fgopacity": 1}  # fmt: skip


def draw(numbers: PlaneNumbers) -> dict:
    """To the left the LIF, to the right the PSN, with the areas hatched in which the two differ.

    On both the points P, Q and M, full where they fire, and a square at the chosen point, whose steps stand above.
    """
    n = numbers
    left, right = ("x", "y"), ("x2", "y2")
    traces = [
        _grid("LIF, S[1]", n.grid, n.s_grid_lif, left),
        _area("LIF fires", n.lif, left, **_FIRES),
        line("X[0] = τ", np.full(2, _TAU), np.array([LOW, HIGH]), palette.B, left, dash="dot"),
        *_points("LIF", n, n.marked_lif, left),
        _grid("PSN, S[1]", n.grid, n.s_grid_psn, right),
        _area("PSN fires", n.psn, right, **_FIRES),
        _area(
            "one of them alone fires",
            (*n.lif_only, *n.psn_only),
            right,
            fillcolor="rgba(0,0,0,0)",
            fillpattern=_HATCH,
        ),
        *_points("PSN", n, n.marked_psn, right),
    ]
    axes = {}
    for suffix, domain in (("", _LEFT), ("2", _RIGHT)):
        ticks = {"range": [LOW, HIGH], "tickmode": "linear", "tick0": 0, "dtick": 2}
        axes[f"xaxis{suffix}"] = axis(domain, f"{coloured('X')}[0]", anchor=f"y{suffix}", **ticks)
        axes[f"yaxis{suffix}"] = axis((0, _TOP), f"{coloured('X')}[1]", anchor=f"x{suffix}", **ticks)
    lif, psn = _at_point(n)
    equal, difference = n.witness.words("loop", "W X")
    fires = f"{coloured('S', '▮')} {coloured('S')}[1] = 1 on"
    about_lif = (
        f"<b>LIF</b>, τ = 4, {RESET_WORDS[n.reset]}",
        f"{fires} {100 * n.lif_share:.1f} %",
        f"{which_fire(n.marked_lif)}{'' if n.reset == 'none' else ': no half-plane'}",
        *lif,
    )
    about_psn = (
        "<b>PSN</b>, S[1] = 1 where",
        condition(n),
        f"{fires} {100 * n.psn_share:.1f} %, ▨ differs on {100 * n.differing:.1f} %",
        f"(the best half-plane: {100 * n.least:.1f} %)",
        which_fire(n.marked_psn),
        verdict(n.witness.agrees, equal),
        difference,
        psn,
    )
    annotations = [
        heading("<br>".join(about_lif), _LEFT[0], _TOP + 0.01),
        heading("<br>".join(about_psn), _RIGHT[0], _TOP + 0.01),
        _beside("S[0] = 0 ←", "right"),
        _beside("→ S[0] = 1", "left"),
    ]
    return figure(traces, axes, height=640, annotations=annotations, columns=(_LEFT, _RIGHT))


def condition(n: PlaneNumbers) -> str:
    """When the PSN fires at step 1."""
    sign = "−" if n.w[1] < 0 else "+"
    return f"{_minus(n.w[0])}·X[0] {sign} {_minus(abs(n.w[1]))}·X[1] ≥ {_minus(n.B)}"


def which_fire(marked: np.ndarray) -> str:
    """Which of P, Q and M fire, in words, from S[1] `[3]` there."""
    fire, silent = ([name for name, s in zip(MARKED, marked, strict=True) if s == wanted] for wanted in (1, 0))
    if not silent:
        return "P, Q and M fire"
    if not fire:
        return "None of P, Q and M fires"
    verb, other = ("fires" if len(fire) == 1 else "fire"), ("does" if len(silent) == 1 else "do")
    return f"{' and '.join(fire)} {verb}, {' and '.join(silent)} {other} not"


def _at_point(n: PlaneNumbers) -> tuple[tuple[str, ...], str]:
    """The steps at the chosen point, in short lines: those of the LIF, and the line of the PSN."""
    (x0, x1), (h0, h1), (s0, s1), v0 = n.x, n.h, n.s, n.v[0]
    lif = (
        f"{coloured('X', '□')} X = ({_minus(x0)}, {_minus(x1)}):",
        f"H[0] = {_minus(x0)}/4 = {_minus(h0)} {_compared(s0)} 1, S[0] = {s0:.0f}",
        f"V[0] = {_minus(v0)}",
        f"H[1] = 0.75·V[0] + {_minus(x1)}/4",
        f"= {_minus(h1)} {_compared(s1)} 1, S[1] = {s1:.0f}",
    )
    at = f"{coloured('X', '□')} H[1] = {_minus(n.h_psn)} {_compared(n.s_psn)} {_minus(n.B)}, S[1] = {n.s_psn:.0f}"
    return lif, at


def worked_out(n: PlaneNumbers) -> str:
    """The steps at the chosen point in a sentence."""
    (x0, x1), h, s = n.x, n.h, n.s
    return (
        f"At X = ({_minus(x0)}, {_minus(x1)}) the LIF has H[0] = {_minus(h[0])}, S[0] = {s[0]:.0f}, "
        f"V[0] = {_minus(n.v[0])}, H[1] = {_minus(h[1])}, S[1] = {s[1]:.0f}; the PSN has H[1] = {_minus(n.h_psn)}, "
        f"S[1] = {n.s_psn:.0f}."
    )


def _compared(s: float) -> str:
    return "≥" if s else "<"


def _minus(value: float) -> str:
    """A number in up to four digits, with the minus sign of print."""
    return f"{value + 0.0:.4g}".replace("-", "−")


def _beside(text: str, side: str) -> dict:
    """What the LIF does at step 0 on one side of X[0] = τ."""
    return heading(text, _TAU, LOW + 0.1, xref="x", yref="y", xanchor=side, font={"size": 11})


def _grid(name: str, places: np.ndarray, spikes: np.ndarray, axes: tuple[str, str]) -> dict:
    """The grid of points that the pointer finds; the areas show what it says, so it is not drawn."""
    found = tiles(name, spikes, "spike", axes, "X = (%{x}, %{y}): S[1] = %{z}")
    pointing = {"points_at": {"x": "point.0", "y": "point.1"}}
    return found | {"x": places, "y": places, "opacity": 0, "meta": found["meta"] | pointing}


def _area(name: str, polygons: tuple[np.ndarray, ...], axes: tuple[str, str], **fill) -> dict:
    across, up = outline(*polygons)
    return line(name, across, up, palette.S, axes, width=0) | {"fill": "toself", **fill}


def _points(name: str, n: PlaneNumbers, fires: np.ndarray, axes: tuple[str, str]) -> list[dict]:
    """P, Q and M on the line from P to Q, and the chosen point."""
    p, q, m = MARKED.values()
    across, up = np.array([p, m, q]).T
    ink = palette.THEMES["light"]["line"]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers+text",
            "name": f"{name}, P, M and Q",
            "x": across,
            "y": up,
            "text": ["P\u2002\u2002", "\u2002\u2002M", "\u2002\u2002Q"],  # beside the square, where that is
            "textposition": ["middle left", "middle right", "middle right"],
            "line": {"color": ink, "width": 1, "dash": "dot"},
            "marker": {
                "size": 11,
                "color": palette.S,
                "symbol": ["circle" if fires[place] else "circle-open" for place in (0, 2, 1)],
                "line": {"color": palette.S, "width": 2},
            },
            "xaxis": axes[0],
            "yaxis": axes[1],
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{name}, chosen X",
            "x": n.x[:1],
            "y": n.x[1:],
            "cliponaxis": False,
            "marker": {
                "size": 20,
                "color": palette.X,
                "symbol": "square-open",
                "line": {"color": palette.X, "width": 2},
            },
            "xaxis": axes[0],
            "yaxis": axes[1],
            "hoverinfo": "skip",
        },
    ]
