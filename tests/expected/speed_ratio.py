"""What the lab `speed_ratio` has to show, from the stored files themselves."""

import json
from functools import cache
from importlib import resources

import numpy as np

STEPS, NEURONS = [2, 4, 8, 16, 32, 64], [4**n for n in range(4, 11)]
ORDER = ["psn", "sj-psn", "loop-lif", "fused-lif", "sj-lif", "sj-fused-lif", "bare", "copy"]


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
    told = json.loads(found[0].read_text("utf-8"))
    rows = [dict(zip(told["columns"], values, strict=True)) for values in told["rows"]]
    return told | {"by": {(row["subject"], row["T"], row["N"], row["mode"]): row for row in rows}}


def machine() -> str:
    """The machine of the lab: the first one."""
    return files("figure")[0].name.removesuffix("-figure.json")


def row(told: dict, subject: str, T: int, N: int, mode: str) -> dict:
    return told["by"].get((subject, T, N, mode), {})


def median(told: dict, subject: str, T: int, N: int, mode: str) -> float | None:
    return row(told, subject, T, N, mode).get("median")


def expected(state: dict) -> dict:
    told = stored(machine(), "figure")
    mode = state["mode"]

    def seconds(subject: str, T: int, N: int) -> float:
        value = median(told, subject, T, N, mode)
        return np.nan if value is None else value

    ratio = [[seconds(state["above"], T, N) / seconds(state["below"], T, N) for N in NEURONS] for T in STEPS]
    known = [name for name in ORDER if any(one[0] == name and found["median"] for one, found in told["by"].items())]
    return {
        "log₂ ratio": np.log2(ratio),
        "seconds": np.array([seconds(name, state["T"], state["N"]) for name in known]),
        "over N, above": np.array([seconds(state["above"], state["T"], N) for N in NEURONS]),
        "over N, below": np.array([seconds(state["below"], state["T"], N) for N in NEURONS]),
    }
