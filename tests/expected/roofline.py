"""What the lab `roofline` has to show: the counts and the data sheets once more, in plain numbers."""

import numpy as np

from tests.expected.speed_ratio import median, stored

# Operations a second in float32 and float16, bytes a second: from the data sheets. Bytes of the L2 cache.
SHEETS = {
    "T4": (8.1e12, 65e12, 320e9, 4194304),
    "RTX 4090": (82.6e12, 165.2e12, 1.008e12, 75497472),
    "A100": (19.5e12, 312e12, 2.039e12, 41943040),
    "H100": (67e12, 989e12, 3.35e12, 52428800),
}
LAUNCH = 5e-6


def counts(T: int, N: int, k: int, cached: float) -> dict[str, tuple[int, int, int]]:
    """Operations, numbers moved and launches of each neuron, where `cached` numbers fit into the cache."""
    k = min(k, T)
    h = 0 if T * N <= cached else 2 * T * N
    v = 0 if N <= cached else 2 * T * N
    apart = 0 if 3 * N <= cached else 13 * T * N
    return {
        "PSN, one kernel": (2 * T**2 * N, 2 * T * N + T**2 + T, 1),
        "PSN, product and threshold": (2 * T**2 * N, 2 * T * N + T**2 + T + h, 2),
        "sliding PSN": (2 * k * T * N, 2 * T * N + k + 1, 1),
        "LIF, fused": (6 * T * N, 2 * T * N, 1),
        "LIF, one kernel a step": (6 * T * N, 2 * T * N + v, T),
        "LIF, each operation a kernel": (6 * T * N, 2 * T * N + apart, 6 * T),
    }


def cached(state: dict) -> float:
    """How many numbers the cache holds."""
    if state["device"] not in SHEETS:
        return 0
    return SHEETS[state["device"]][3] / (4 if state["dtype"] == "float32" else 2)


def roofs(state: dict) -> tuple[float, float, float, int]:
    """Operations a second, bytes a second, seconds a launch, bytes a number."""
    if state["device"] not in SHEETS:
        run = stored(state["device"], "figure")["roofs"]
        return run["flops"], run["bandwidth"], run["latency"], 4
    float32, float16, bandwidth, _ = SHEETS[state["device"]]
    return (float32, bandwidth, LAUNCH, 4) if state["dtype"] == "float32" else (float16, bandwidth, LAUNCH, 2)


def seconds(state: dict, T: int, N: int) -> dict[str, float]:
    peak, bandwidth, latency, size = roofs(state)
    return {
        name: launches * latency + max(operations / peak, moved * size / bandwidth)
        for name, (operations, moved, launches) in counts(T, N, state["k"], cached(state)).items()
    }


def measured(state: dict) -> dict[str, float]:
    """Stored medians at inference, where there are any."""
    loop = "LIF, each operation a kernel"
    subjects = {"psn": "PSN, one kernel", "sj-psn": "PSN, product and threshold", "fused-lif": "LIF, fused"}
    subjects |= {"loop-lif": loop, "plain-lif": loop}  # the plain one where there is one
    if state["k"] == 8:
        subjects["sliding-8"] = "sliding PSN"
    found = {}
    for subject, name in subjects.items():
        for plan in ("long", "figure"):
            run = {} if state["device"] in SHEETS else stored(state["device"], plan)
            seconds = median(run, subject, state["T"], state["N"], "inference") if run else None
            if seconds is not None:
                found[name] = seconds
    return found


def expected(state: dict) -> dict:
    T, N, k = state["T"], state["N"], state["k"]
    peak, bandwidth, _, size = roofs(state)
    times, work = seconds(state, T, N), counts(T, N, k, cached(state))
    cache = np.nan if state["device"] in SHEETS else stored(state["device"], "figure")["roofs"]["cache_bandwidth"]
    roof_at = np.array([10**-1.4, peak / bandwidth, 10**3.7])
    steps, neurons = 2 ** np.arange(1, 13), 2 ** np.arange(8, 23)
    fused, published = "PSN, one kernel", "PSN, product and threshold"
    others = {int(t): counts(int(t), N, k, cached(state))[fused] for t in steps}
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
        "intensity_over_T": np.array([operations / moved / size for operations, moved, _ in others.values()]),
        "reached_over_T": np.array([others[t][0] / seconds(state, t, N)[fused] for t in others]),
        "neurons": neurons,
        "ratios": {name: np.array([at[name] / at[published] for at in over_n]) for name in work},
        "in_cache": {
            fused: False,
            published: T * N <= cached(state),
            "sliding PSN": False,
            "LIF, fused": False,
            "LIF, one kernel a step": N <= cached(state),
            "LIF, each operation a kernel": 3 * N <= cached(state),
        },
        "measured": measured(state),
        "bytes_of_tensors": 2 * T * N * size,
    }
