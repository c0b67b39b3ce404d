"""Lab: the plane of two inputs. Where an LIF fires at the second step, and where a PSN can."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import RESET_WORDS
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.plane import figure
from psn_viz.labs.plane.areas import area, split, square
from psn_viz.labs.plane.point_control import HIGH, LOW, MARKED, STEP, Point, parse_point
from psn_viz.neurons import LIF, PSN

TAU = 4.0  # of the LIF; its threshold is 1
KEEP = 1 - 1 / TAU  # of V[0] in H[1]
_LEAK = (KEEP / TAU, 1 / TAU)  # the weights of X[0] and X[1] in H[1] without a spike at step 0
# W[1,0], W[1,1] and B[1] of the half-plane that differs least from the LIF in the square, by its reset.
BEST = {"hard": (0.0, 0.25, 1.0), "soft": (0.0825, 0.25, 1.0074), "none": (*_LEAK, 1.0)}


@dataclass(frozen=True)
class PlaneNumbers:
    """Two steps of an LIF with τ = 4 and threshold 1, and of a PSN with T = 2, for inputs from −2 to 8.

    reset: of the LIF, "hard", "soft" or "none". w `[2]`, B: row 1 of W and B[1] of the PSN; its row 0 is that of the
    LIF without reset, and B[0] is 1. x `[2]`: the chosen point, X[0] and X[1].
    h, s, v `[2]`: H, S and V of the LIF there. h_psn, s_psn: H[1] and S[1] of the PSN there.
    marked_lif, marked_psn `[3]`: S[1] of both at the points P, Q and M.
    grid `[n]`: X[0], and X[1], of the points of a grid. s_grid_lif, s_grid_psn `[n, n]`: S[1] there, row X[1] and
    column X[0], 0 or 1.
    lif, psn, lif_only, psn_only: the areas of the square in which the LIF fires at step 1, the PSN, and one of them
    alone: convex polygons `[corners, 2]`, of which some may have no corners. lif_share, psn_share, differing: the
    share of the square that the LIF, the PSN, and exactly one of them takes. least: the least differing share of all
    half-planes. witness: H `[2, n²]` by the loop of the LIF against the product W X, over the grid.
    """

    reset: str
    w: np.ndarray
    B: float
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    v: np.ndarray
    h_psn: float
    s_psn: float
    marked_lif: np.ndarray
    marked_psn: np.ndarray
    grid: np.ndarray
    s_grid_lif: np.ndarray
    s_grid_psn: np.ndarray
    lif: tuple[np.ndarray, ...]
    psn: tuple[np.ndarray, ...]
    lif_only: tuple[np.ndarray, ...]
    psn_only: tuple[np.ndarray, ...]
    lif_share: float
    psn_share: float
    differing: float
    least: float
    witness: Witness


class Plane(Lab):
    """Where S[1] = 1 in the plane of X[0] and X[1]: an LIF with its notch beside the half-plane of a PSN."""

    name = "plane"
    title = "The notch that no PSN has"
    sentence = "Over two inputs a PSN fires on one side of a straight line; an LIF with reset fires around a notch."
    main = "reset", "w1"
    table = (
        Choice("reset", "reset", "what a spike does to V in the LIF", "hard", ("hard", "soft", "none")),
        Real("w0", "W[1,0]", "weight of X[0] in H[1] of the PSN", 0.0, low=-0.5, high=0.5, step=0.03125),
        Real("w1", "W[1,1]", "weight of X[1] in H[1] of the PSN", 0.25, low=-0.5, high=0.5, step=0.03125),
        Real("B", "B[1]", "threshold of the PSN at step 1", 1.0, low=-1.0, high=3.0, step=0.0625),
        Point("point", "X", "the inputs X[0] and X[1] that are worked out (or point at the plane)", "4.5 3.25",
              ("4.5 3.25", "3.5 2", "5.5 4.5", "2 5", "0 0", "8 1"), parse_point),
    )  # fmt: skip

    @staticmethod
    def compute(state: dict) -> PlaneNumbers:
        reset, w, B = state["reset"], (state["w0"], state["w1"]), state["B"]
        grid = np.arange(LOW, HIGH + STEP / 2, STEP)
        singles = np.array([parse_point(state["point"]), *MARKED.values()]).T
        everywhere = np.stack([part.ravel() for part in np.meshgrid(grid, grid)])
        x = torch.from_numpy(np.concatenate([singles, everywhere], axis=1))  # [2, 4 + n²]
        marked, rest, sides = slice(1, 4), slice(4, None), (len(grid), len(grid))
        run = LIF(TAU, reset=reset).record(x)
        h_psn, s_psn = _psn_run(w, B, x)
        areas = _areas(reset, w, B)
        size = area(square(LOW, HIGH))
        return PlaneNumbers(
            reset=reset,
            w=np.array(w),
            B=B,
            x=x[:, 0].numpy(),
            h=run.h[:, 0].numpy(),
            s=run.s[:, 0].numpy(),
            v=run.v[:, 0].numpy(),
            h_psn=float(h_psn[1, 0]),
            s_psn=float(s_psn[1, 0]),
            marked_lif=run.s[1, marked].numpy(),
            marked_psn=s_psn[1, marked].numpy(),
            grid=grid,
            s_grid_lif=run.s[1, rest].numpy().reshape(sides),
            s_grid_psn=s_psn[1, rest].numpy().reshape(sides),
            **areas,
            lif_share=area(*areas["lif"]) / size,
            psn_share=area(*areas["psn"]) / size,
            differing=_differing(areas) / size,
            least=_differing(_areas(reset, BEST[reset][:2], BEST[reset][2])) / size,
            witness=Witness.between(run.h[:, rest], h_psn[:, rest]),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: PlaneNumbers) -> str:
        n = numbers
        middle = (
            "its border is straight"
            if n.reset == "none"
            else "M is the middle between P and Q, so no half-plane is like that"
        )
        equal, difference = n.witness.words("loop", "W X")
        return (
            f"LIF, τ = 4, {RESET_WORDS[n.reset]}: it fires at step 1 on {100 * n.lif_share:.1f} % of the square from "
            f"−2 to 8. {figure.which_fire(n.marked_lif)}; {middle}. PSN with {figure.condition(n)}: it fires on "
            f"{100 * n.psn_share:.1f} %. {figure.which_fire(n.marked_psn)}. The two differ on "
            f"{100 * n.differing:.1f} % of the square; the best half-plane differs on {100 * n.least:.1f} %. "
            f"H at {n.grid.size**2} points: {equal}, {difference}. {figure.worked_out(n)}"
        )


def _psn_run(w: tuple[float, float], B: float, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """H and S `[2, N]` of the PSN on `[2, N]`."""
    psn = PSN(2).double()
    with torch.no_grad():
        psn.weight.copy_(torch.tensor([[1 / TAU, 0.0], w], dtype=torch.float64))
        psn.threshold.copy_(torch.tensor([1.0, B], dtype=torch.float64))
        h = psn.charge(x)
        return h, psn.fire(h, psn.threshold)


def _areas(reset: str, w: tuple[float, float], B: float) -> dict[str, tuple[np.ndarray, ...]]:
    """The areas in which LIF and PSN fire at step 1, and those in which one of them does alone.

    What the LIF does at step 0 parts the square at X[0] = τ. On either side H[1] is linear in X, so that each area is
    what some straight lines leave of the square.
    """
    whole = square(LOW, HIGH)
    # Right of X[0] = τ: H[1] = (1 − 1/τ)·V[0] + X[1]/τ, with the V[0] that the reset leaves.
    right = {"hard": ((0.0, 1 / TAU), 1.0), "soft": (_LEAK, 1 + KEEP), "none": (_LEAK, 1.0)}[reset]
    lif, lif_only, psn_only = [], [], []
    for side, line in zip(split(whole, (-1, 0), -TAU), ((_LEAK, 1.0), right), strict=True):
        fires, silent = split(side, *line)
        lif.append(fires)
        lif_only.append(split(fires, w, B)[1])
        psn_only.append(split(silent, w, B)[0])
    psn = (split(whole, w, B)[0],)
    return {"lif": tuple(lif), "psn": psn, "lif_only": tuple(lif_only), "psn_only": tuple(psn_only)}


def _differing(areas: dict[str, tuple[np.ndarray, ...]]) -> float:
    return area(*areas["lif_only"], *areas["psn_only"])
