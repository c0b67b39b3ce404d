"""What the lab `roofline` has to show: the counts and the data sheets once more, in plain numbers."""

import numpy as np

from tests.expected.speed_ratio import median, stored

# Operations a second in float32 and float16, bytes a second: from the data sheets.
SHEETS = {
    "T4": (8.1e12, 65e12, 320e9),
    "RTX 4090": (82.6e12, 165.2e12, 1.008e12),
    "A100": (19.5e12, 312e12, 2.039e12),
    "H100": (67e12, 989e12, 3.35e12),
}
LAUNCH = 5e-6
ORDER = ["LIF, 6 kernels a step", "LIF, 1 kernel a step", "LIF, fused", "sliding PSN", "PSN"]  # as they are drawn


def counts(T: int, N: int, k: int) -> dict[str, tuple[int, int, int]]:
    """Operations, elements moved and launches of each neuron."""
    k = min(k, T)
    return {
        "PSN": (2 * T**2 * N, 2 * T * N + T**2 + T, 1),
        "sliding PSN": (2 * k * T * N, 2 * T * N + k + 1, 1),
        "LIF, fused": (6 * T * N, 2 * T * N, 1),
        "LIF, 1 kernel a step": (6 * T * N, 4 * T * N, T),
        "LIF, 6 kernels a step": (6 * T * N, 15 * T * N, 6 * T),
    }


def roofs(state: dict) -> tuple[float, float, float, int]:
    """Operations a second, bytes a second, seconds a launch, bytes a number."""
    if state["device"] not in SHEETS:
        told = stored(state["device"], "figure")["roofs"]
        return told["flops"], told["bandwidth"], told["latency"], 4
    float32, float16, bandwidth = SHEETS[state["device"]]
    return (float32, bandwidth, LAUNCH, 4) if state["dtype"] == "float32" else (float16, bandwidth, LAUNCH, 2)


def seconds(state: dict, T: int, N: int) -> dict[str, float]:
    peak, bandwidth, latency, size = roofs(state)
    return {
        name: launches * latency + max(operations / peak, elements * size / bandwidth)
        for name, (operations, elements, launches) in counts(T, N, state["k"]).items()
    }


def measured(state: dict) -> dict[str, float]:
    """Stored medians at inference; NaN where there are none."""
    subjects = {"psn": "PSN", "fused-lif": "LIF, fused", "loop-lif": "LIF, 6 kernels a step"}
    if state["k"] == 8:
        subjects["sliding-8"] = "sliding PSN"
    found = {}
    for plan in ("long", "figure"):
        told = {} if state["device"] in SHEETS else stored(state["device"], plan)
        for subject, name in subjects.items():
            seconds = median(told, subject, state["T"], state["N"], "inference") if told else None
            if seconds is not None:
                found[name] = seconds
    return found


def expected(state: dict) -> dict:
    T, N, k = state["T"], state["N"], state["k"]
    peak, bandwidth, _, _ = roofs(state)
    times, work, found = seconds(state, T, N), counts(T, N, k), measured(state)
    cache = np.nan if state["device"] in SHEETS else stored(state["device"], "figure")["roofs"]["cache_bandwidth"]
    shown = {
        "roof": np.array([10**-1.4 * bandwidth, peak, peak]),
        "roof of the caches": np.minimum(np.array([10**-1.4, peak / bandwidth, 10**3.7]) * cache, peak),
        "PSN for other T": np.array(
            [counts(2**n, N, k)["PSN"][0] / seconds(state, 2**n, N)["PSN"] for n in range(1, 13)]
        ),
        "neurons": np.array([work[name][0] / times[name] for name in ORDER]),
        "seconds": np.array([times[name] for name in ORDER]),
        "measured": np.array([found.get(name, np.nan) for name in ORDER[::-1]]),
    }
    over_n = [seconds(state, T, 2**n) for n in range(8, 23)]
    for name in ORDER[:-1]:
        shown[f"{name} / PSN"] = np.array([at[name] / at["PSN"] for at in over_n])
    return shown
