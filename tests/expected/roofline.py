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
        run = stored(state["device"], "figure")["roofs"]
        return run["flops"], run["bandwidth"], run["latency"], 4
    float32, float16, bandwidth = SHEETS[state["device"]]
    return (float32, bandwidth, LAUNCH, 4) if state["dtype"] == "float32" else (float16, bandwidth, LAUNCH, 2)


def seconds(state: dict, T: int, N: int) -> dict[str, float]:
    peak, bandwidth, latency, size = roofs(state)
    return {
        name: launches * latency + max(operations / peak, elements * size / bandwidth)
        for name, (operations, elements, launches) in counts(T, N, state["k"]).items()
    }


def measured(state: dict) -> dict[str, float]:
    """Stored medians at inference, where there are any."""
    subjects = {"psn": "PSN", "fused-lif": "LIF, fused", "loop-lif": "LIF, 6 kernels a step"}
    if state["k"] == 8:
        subjects["sliding-8"] = "sliding PSN"
    found = {}
    for plan in ("long", "figure"):
        run = {} if state["device"] in SHEETS else stored(state["device"], plan)
        for subject, name in subjects.items():
            seconds = median(run, subject, state["T"], state["N"], "inference") if run else None
            if seconds is not None:
                found[name] = seconds
    return found


def expected(state: dict) -> dict:
    T, N, k = state["T"], state["N"], state["k"]
    peak, bandwidth, _, size = roofs(state)
    times, work = seconds(state, T, N), counts(T, N, k)
    cache = np.nan if state["device"] in SHEETS else stored(state["device"], "figure")["roofs"]["cache_bandwidth"]
    roof_at = np.array([10**-1.4, peak / bandwidth, 10**3.7])
    steps, neurons = 2 ** np.arange(1, 13), 2 ** np.arange(8, 23)
    others = {int(t): counts(int(t), N, k)["PSN"] for t in steps}
    over_n = [seconds(state, T, int(n)) for n in neurons]
    return {
        "ridge": peak / bandwidth,
        "roof_at": roof_at,
        "roof": np.array([10**-1.4 * bandwidth, peak, peak]),
        "cache_roof": np.minimum(roof_at * cache, peak),
        "intensity": {name: work[name][0] / work[name][1] / size for name in work},
        "reached": {name: work[name][0] / times[name] for name in work},
        "seconds": times,
        "steps": steps,
        "intensity_over_T": np.array([operations / elements / size for operations, elements, _ in others.values()]),
        "reached_over_T": np.array([others[t][0] / seconds(state, t, N)["PSN"] for t in others]),
        "neurons": neurons,
        "ratios": {name: np.array([at[name] / at["PSN"] for at in over_n]) for name in work},
        "measured": measured(state),
        "bytes_of_tensors": 2 * T * N * size,
    }
