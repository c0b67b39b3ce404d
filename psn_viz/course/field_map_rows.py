"""The map of the field, as data: neurons that compute all time-steps at once, and what each does with the reset.

Of each it says what could be read, and where; what could not is "not established". Rows whose neuron is here take
depth, cost and streaming from its class (`psn_viz.neurons.family`), which the tests hold it to.
"""

from __future__ import annotations

from dataclasses import dataclass

from psn_viz.neurons.family import FAMILY, RESETS_BECOME

UNKNOWN = "not established"
FATES = ("kept", "estimated", *RESETS_BECOME)


@dataclass(frozen=True)
class MapRow:
    """One neuron.

    citation: who and where; year: of that. mechanism: what it does, in words. reset: one of FATES, what becomes of
    it: "kept" in a loop over time, "exact" where it is computed in parallel. depth: how many operations have to
    wait for each other, for T time-steps. cost: multiply-adds per neuron. streams: "yes" or "no",
    whether a spike can be given when its input comes in. Each may be UNKNOWN. ours: the class or function here that
    runs it, or "". code: the state of a lab that shows it, or "". read: what this row rests on.
    """

    name: str
    citation: str
    year: int
    mechanism: str
    reset: str
    depth: str
    cost: str
    streams: str
    ours: str
    code: str
    read: str


def _from_family(name: str, kind: str, citation: str, year: int, mechanism: str, trained: str, read: str) -> MapRow:
    """A row of a neuron of the family, the rest from its class. trained: its row in the study of the lab."""
    neuron = FAMILY[kind]
    streams, code = "yes" if neuron.streams else "no", f"study;task=family-mixed;neurons=both;one={trained}"
    return MapRow(
        name, citation, year, mechanism, neuron.reset_becomes, neuron.depth, neuron.cost, streams, kind, code, read
    )


_FANG = "Fang et al., NeurIPS 2023, arXiv 2304.12760"
_PAPER = "the paper"
_WORDS = "the abstract"

MAP = (
    MapRow(
        "LIF, as in the paper",
        _FANG,
        2023,
        "charge, fire and reset, one time-step after the other",
        "kept",
        "T steps",
        "T",
        "yes",
        "LIF",
        "charge_fire_reset",
        _PAPER,
    ),
    MapRow(
        "LIF without reset",
        _FANG,
        2023,
        "a linear recurrence: one triangular matrix product, a convolution or a scan",
        "removed",
        "1 product, or log T",
        "T² as a product, about T log T else",
        "yes",
        "LIF",
        "closed_form",
        _PAPER,
    ),
    MapRow(
        "PSN",
        _FANG,
        2023,
        "H = W X with a learned W: every step sees every step",
        "removed",
        "1 product",
        "T²",
        "no",
        "PSN",
        "psn",
        _PAPER,
    ),
    MapRow(
        "masked PSN",
        _FANG,
        2023,
        "W is masked, so that a step sees the newest k inputs",
        "removed",
        "1 product",
        "T² as a product, about kT of it used",
        "yes",
        "MaskedPSN",
        "masked_psn;lambda=1",
        _PAPER,
    ),
    MapRow(
        "sliding PSN",
        _FANG,
        2023,
        "the same k weights at every step, for any T",
        "removed",
        "1 product",
        "T² as a product, about kT of it used",
        "yes",
        "SlidingPSN",
        "sliding_psn",
        _PAPER,
    ),
    MapRow(
        "LIF with hard reset, by successors",
        "this project's algebra, 2026, on the LIF of arXiv 2304.12760",
        2026,
        "from every step where the next spike would be, then the path from the start by doubling",
        "exact",
        "log T, or √T in blocks",
        "T², or T√T in blocks",
        "no",
        "hard_reset_spikes",
        "successors",
        "the definition of the LIF",
    ),
    _from_family(
        "PSN of low rank",
        "LowRankPSN",
        "this project's algebra, 2026, from arXiv 2304.12760",
        2026,
        "W = L R: r sums over time, mixed for each step",
        "low-rank-2",
        "the definition of the PSN",
    ),
    _from_family(
        "SPSN",
        "SPSN",
        "Yarga and Wood, arXiv 2306.12666",
        2023,
        "a leak; each spike is drawn with the probability σ(V)",
        "spsn",
        "the authors' code",
    ),
    _from_family(
        "ParaLIF",
        "ParaLIF",
        "Yarga and Wood, Neuromorphic Computing and Engineering 2025, doi 10.1088/2634-4386/adb7fe",
        2025,
        "a leak by Fourier transform; fires at the threshold or on a rise",
        "paralif-threshold",
        "the authors' code",
    ),
    _from_family(
        "PSU, IPSU, RPSU",
        "PSU",
        "Li et al., IJCNN 2024, arXiv 2402.00449",
        2024,
        "subtracts the reset that is to be expected: V = A x + A_r σ(A x)",
        "psu-both",
        "notes on the paper, and its abstract",
    ),
    MapRow(
        "SpikingSSM",
        "Shen et al., arXiv 2408.14909",
        2024,
        "a small trained network predicts the membrane after the reset",
        "learned",
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "",
        "",
        _WORDS,
    ),
    MapRow(
        "PMSN",
        "Chen et al., arXiv 2408.14917",
        2024,
        "several coupled compartments that are linear, and one that fires",
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "",
        "",
        _WORDS,
    ),
    MapRow(
        "MPE-PSN",
        "Chen et al., ICASSP 2025, arXiv 2409.04978",
        2025,
        "the membrane before each step is estimated, so that steps need not wait",
        "estimated",
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "",
        "",
        _WORDS,
    ),
    _from_family(
        "PRF",
        "PRF",
        "Huang et al., arXiv 2410.03530",
        2024,
        "a complex leak: the membrane swings and prefers its own rhythm",
        "prf",
        "a published copy of the class, and the abstract",
    ),
    _from_family(
        "multiplication-free PSN",
        "PowerOfTwoPSN",
        "Xue et al., NeurIPS 2025, arXiv 2501.14490",
        2025,
        "a sliding PSN for each channel, with gaps, whose weights are powers of two",
        "power-9-channels",
        "the paper's text, its formulas missing",
    ),
    _from_family(
        "FPT",
        "FixedPointLIF",
        "Feng et al., ICML 2025, arXiv 2506.12087",
        2025,
        "guesses all spikes and corrects them in K rounds; equal to the LIF from K = T on",
        "fixed-point-3",
        "the authors' code, and the abstract",
    ),
    _from_family(
        "DSN",
        "InputDecayLIF",
        "Huang et al., arXiv 2602.01133",
        2026,
        "the input sets the leak of each step",
        "input-decay-4",
        "descriptions in words; ours is a neuron of this kind",
    ),
    MapRow(
        "Bullet Trains",
        "Morrill, Pehle and Zador, arXiv 2603.13283",
        2026,
        "continuous time: scans over input spikes up to the next output spike",
        "exact",
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        "",
        "",
        _WORDS,
    ),
)
