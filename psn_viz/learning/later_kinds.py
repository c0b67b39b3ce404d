"""The neurons of `psn_viz.neurons.family` as studies train them: with which settings, and what they are called."""

import math
from collections.abc import Callable

from psn_viz.neurons.family import (
    PRF,
    PSU,
    SPSN,
    FixedPointLIF,
    InputDecayLIF,
    LaterNeuron,
    LowRankPSN,
    ParaLIF,
    PowerOfTwoPSN,
)

Settings = tuple[str, type[LaterNeuron], int | None, Callable[[int], LaterNeuron]]


def later_kinds(tau: float, k: int, channels: int) -> dict[str, Settings]:
    """By name: what it is in words, its class, its order k if it has one, and how it is made from T.

    tau > 1: where a leak starts, as τ of an LIF, whose leak is 1 − 1/τ a step. k: how many inputs a kernel spans, an
    odd number, so that one with a weight for every second input spans them, too. channels: the width of the layer.
    """
    of_leak = -1 / math.log(1 - 1 / tau)  # the same leak, written e^(−1/τ)
    half = (k + 1) // 2
    return {
        "low-rank-2": ("PSN of rank 2", LowRankPSN, None, lambda T: LowRankPSN(T, min(2, T))),
        f"power-{k}": (f"power-of-two PSN, k = {k}", PowerOfTwoPSN, k, lambda T: PowerOfTwoPSN(k)),
        f"power-{k}-channels": (
            f"power-of-two PSN, k = {k}, by channel",
            PowerOfTwoPSN,
            k,
            lambda T: PowerOfTwoPSN(k, channels=channels),
        ),
        f"power-{half}-gaps": (
            f"power-of-two PSN, k = {half}, gaps, by channel",
            PowerOfTwoPSN,
            None,
            lambda T: PowerOfTwoPSN(half, dilation=2, channels=channels),
        ),
        "spsn": ("SPSN", SPSN, None, lambda T: SPSN(of_leak)),
        "paralif-delta": ("ParaLIF, fires on a rise", ParaLIF, None, lambda T: ParaLIF(of_leak)),
        "paralif-threshold": (
            "ParaLIF, fires at the threshold",
            ParaLIF,
            None,
            lambda T: ParaLIF(of_leak, spike="threshold"),
        ),
        "psu-nothing": ("PSU, its matrices fixed", PSU, None, lambda T: PSU(T, tau, learn="nothing")),
        "psu-both": ("PSU, its matrices learned", PSU, None, lambda T: PSU(T, tau)),
        "fixed-point-3": ("LIF by 3 rounds", FixedPointLIF, None, lambda T: FixedPointLIF(tau)),
        "fixed-point-3-sigmoid": (
            "LIF by 3 rounds, carries a sigmoid",
            FixedPointLIF,
            None,
            lambda T: FixedPointLIF(tau, carry="sigmoid"),
        ),
        "fixed-point-T": ("LIF by T rounds", FixedPointLIF, None, lambda T: FixedPointLIF(tau, rounds=T)),
        "prf": ("PRF, by channel", PRF, None, lambda T: PRF(channels)),
        "input-decay-4": ("leak set by the newest 4 inputs", InputDecayLIF, None, lambda T: InputDecayLIF(4, tau)),
    }
