"""The spikes after round K, right ones pale and wrong ones marked, over the count of wrong ones after each round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, coloured, dots, figure, heading, line, tiles, time_axis, verdict

if TYPE_CHECKING:
    from psn_viz.labs.wavefront.lab import WavefrontNumbers

_RASTER, _CURVE = (0.47, 1.0), (0.0, 0.3)
_INK = palette.THEMES["light"]["line"]


def draw(numbers: WavefrontNumbers) -> dict:
    """Neurons over time, and wrong entries over rounds; a line ends the steps that are right for sure."""
    n = numbers
    T, neurons = n.s.shape
    raster, curve = ("x", "y"), ("x2", "y2")
    rounds = np.arange(1, T + 1)
    share = 100 * n.wrong / n.s.size
    top = max(5.0, 5.0 * np.ceil(1.06 * max(share.max(), 100 * n.rate) / 5.0))
    spikes = tiles("S", n.s.T, "spike", raster, "S[t=%{x}, neuron %{y}] = %{z}")
    traces = [
        spikes | {"opacity": 0.35, "xgap": 1, "ygap": 1},
        _wrong("one too many", n.s > n.loop, raster, 1),
        _wrong("one missing", n.s < n.loop, raster, 5),
        line("right for sure", np.full(2, n.K - 0.5), np.array([-0.6, neurons - 0.4]), _INK, raster, dash="dash"),
        line("wrong", rounds, share, palette.DISAGREE, curve, width=2),
        line("never fires", rounds, np.full(T, 100 * n.rate), palette.S, curve, dash="dot"),
        dots("wrong now", share[n.K - 1 : n.K], palette.DISAGREE, curve, size=11)
        | {"x": np.array([float(n.K)]), "hovertemplate": "after round %{x}: %{y:.3g} % wrong<extra></extra>"},
    ]
    axes = {
        "xaxis": time_axis((0, 1), T, "y", labels=8, showgrid=False),
        "yaxis": axis(_RASTER, "neuron", range=[neurons - 0.4, -0.6], anchor="x", showgrid=False, nticks=4),
        "xaxis2": axis((0, 1), "round K", range=[0.0, T + 1.0], anchor="y2", nticks=8),
        "yaxis2": axis(_CURVE, "% wrong", range=[-0.04 * top, top], anchor="x2", nticks=4),
    }
    return figure(
        traces,
        axes,
        height=600,
        annotations=[heading(_counts(n), 0, 1.005), heading(_meaning(n), 0, 0.305)],
        margin={"t": 66},
    )


def _counts(n: WavefrontNumbers) -> str:
    red = f'<span style="color:{palette.DISAGREE}">'
    equal, _ = n.witness.words("loop", "rounds")
    now = f"{red}<b>{n.wrong_now} wrong</b></span>" if n.wrong_now else "none wrong"
    return (
        f"after {n.K} round{'s' * (n.K != 1)}: {now} of {n.s.size}<br>"
        f"{coloured('S', '▮')} right, pale   {red}■</span> too many   {red}▬</span> missing<br>"
        f"{verdict(n.witness.agrees, equal)} in the end"
    )


def _meaning(n: WavefrontNumbers) -> str:
    return f"{coloured('S', '┉')} never fires: {100 * n.rate:.1f} %   right after {n.exact}"


def _wrong(name: str, where: np.ndarray, axes: tuple[str, str], gap: int) -> dict:
    """These entries `[T, neurons]` in red, with so many px free between the rows."""
    marked = tiles(name, np.where(where.T, 1.0, np.nan), "spike", axes, f"neuron %{{y}}, t = %{{x}}: {name}")
    red = [[0, palette.DISAGREE], [1, palette.DISAGREE]]
    return marked | {"colorscale": red, "meta": {}, "xgap": 1, "ygap": gap}
