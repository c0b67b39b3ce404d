"""What the lab `speed_ratio` has to show, from the stored files themselves."""

import json
from functools import cache
from importlib import resources

import numpy as np

STEPS, NEURONS = [2, 4, 8, 16, 32, 64], [4**n for n in range(4, 11)]
ORDER = ["psn", "sj-psn", "plain-lif", "loop-lif", "fused-lif", "sj-lif", "sj-fused-lif", "bare", "copy"]


def files(plan: str) -> list:
    """The stored runs of a plan, by the name of their machine."""
    there = resources.files("psn_viz.bench").joinpath("results").iterdir()
    return sorted((file for file in there if file.name.endswith(f"-{plan}.json")), key=lambda file: file.name)


@cache
def stored(machine: str, plan: str) -> dict:
    """One stored run: its facts, and its rows by subject, T, N and mode. Empty where there is none."""
    found = [file for file in files(plan) if file.name == f"{machine}-{plan}.json"]
    if not found:
        return {}
    run = json.loads(found[0].read_text("utf-8"))
    rows = [dict(zip(run["columns"], values, strict=True)) for values in run["rows"]]
    return run | {"by": {(row["subject"], row["T"], row["N"], row["mode"]): row for row in rows}}


def machine() -> str:
    """The machine of the lab: the first one."""
    return files("figure")[0].name.removesuffix("-figure.json")


def row(run: dict, subject: str, T: int, N: int, mode: str) -> dict:
    return run["by"].get((subject, T, N, mode), {})


def median(run: dict, subject: str, T: int, N: int, mode: str) -> float | None:
    return row(run, subject, T, N, mode).get("median")


def expected(state: dict) -> dict:
    run = stored(machine(), "figure")
    above, below, T, N = (state[name] for name in ("above", "below", "T", "N"))

    def seconds(subject: str, T: int, N: int, mode: str = state["mode"]) -> list[float]:
        """The median and the quartiles, NaN where it was not measured."""
        found = row(run, subject, T, N, mode)
        return [np.nan if found.get(name) is None else found[name] for name in ("median", "lower", "upper")]

    def ratio(mode: str) -> np.ndarray:
        return np.array(
            [[seconds(above, T, N, mode)[0] / seconds(below, T, N, mode)[0] for N in NEURONS] for T in STEPS]
        )

    rows = run["by"].values()
    known = [name for name in ORDER if any(found["subject"] == name and found["median"] for found in rows)]
    n = NEURONS.index(N)
    few, many = (NEURONS[n - 1], N) if n else (N, NEURONS[1])
    return {
        "steps": STEPS,
        "neurons": NEURONS,
        "place": (STEPS.index(T), n),
        "ratio": ratio(state["mode"]),
        "largest": max(1, *(np.nanmax(np.abs(np.log2(ratio(mode)))) for mode in ("inference", "training"))),
        "seconds": {name: seconds(name, T, N) for name in known},
        "above_over_n": [seconds(above, T, N) for N in NEURONS],
        "below_over_n": [seconds(below, T, N) for N in NEURONS],
        "more_neurons": 4,
        "longer": {name: seconds(name, T, many)[0] / seconds(name, T, few)[0] for name in (above, below)},
        "reasons": {
            name: found["reason"] for name in ORDER if (found := row(run, name, T, N, state["mode"])).get("reason")
        },
        "decades": np.log10(
            [min(found["lower"] for found in rows if found["lower"]), max(found["upper"] or 0 for found in rows)]
        ),
    }
