"""What the lab `results` has to show, from the stored file itself."""

import json
from functools import cache
from importlib import resources

AGAIN = "another run with the same arguments"
WITH_RESET = {"LIF", "PLIF", "PLIF (PyTorch rerun)", "KLIF", "GLIF"}
NAN = float("nan")


@cache
def stored() -> dict:
    folder = resources.files("psn_viz.learning").joinpath("reported")
    return json.loads(folder.joinpath("parallel_spiking_neurons.json").read_text("utf-8"))


def name(run: dict) -> str:
    return run["neuron"] + (", again" if run.get("note") == AGAIN else "")


def curve(table: str, called: str, k=None) -> list[float]:
    (found,) = (
        run["accuracy"]
        for run in stored()["curves"]
        if run["table"] == table and name(run) == called and k in (None, run.get("k"))
    )
    return found


def up_to(values: list[float], epoch: int) -> list[float]:
    return [value if e <= epoch else NAN for e, value in enumerate(values)]


def expected(state: dict) -> dict:
    return {"order": order, "curves": curves, "mask": mask}.get(state["view"], rows)(state)


def rows(state: dict) -> dict:
    data, count = state["data"], state["count"]
    if state["view"] == "seconds":
        runs = [run for run in stored()["epoch_seconds"] if run["table"] == f"sequential {data}"]
        found = [(run["median"], name(run), run["neuron"], run["low"], run["high"]) for run in runs]
        found.sort(key=lambda row: row[0])
    else:
        tables = ("static", "neuromorphic") if state["view"] == "tasks" else (f"sequential {data}",)
        runs = [run for run in stored()["results"] if run["table"] in tables and run["data"] == data]
        found = []
        for run in runs:
            label = name(run) if state["view"] == "table" else f"{run['network']}, T = {run['T']}"
            value = curve(run["table"], name(run))[state["epoch"]] if count == "epoch" else run[count]
            found.append((value, label, run["neuron"], value, value))
        found.sort(key=lambda row: -row[0])
    values, labels, neurons, low, high = zip(*found, strict=True)
    return {
        "values": values,
        "reset_free": [neuron not in WITH_RESET for neuron in neurons],
        "low": low,
        "high": high,
        "twins": None if "LIF, again" not in labels else [labels.index("LIF"), labels.index("LIF, again")],
    }


def sweep() -> dict[str, list[dict]]:
    of_sweep = [run for run in stored()["results"] if run["table"].startswith("order sweep")]
    return {neuron: [run for run in of_sweep if run["neuron"] == neuron] for neuron in ("masked PSN", "sliding PSN")}


def order(state: dict) -> dict:
    found, apart = sweep(), []
    for runs in found.values():
        for k in range(1, 33):
            values = [run[state["count"]] for run in runs if run["k"] == k]
            apart.append(max(values) - min(values))
    flat = {neuron: [run[state["count"]] for run in runs if run["k"] >= 4] for neuron, runs in found.items()}
    return {
        "k": {neuron: [run["k"] for run in runs] for neuron, runs in found.items()},
        "accuracy": {neuron: [run[state["count"]] for run in runs] for neuron, runs in found.items()},
        "noise": max(apart),
        "flat": {neuron: [min(values), max(values)] for neuron, values in flat.items()},
    }


def curves(state: dict) -> dict:
    table, epoch = f"sequential {state['data']}", state["epoch"]
    found = {name(run): run["accuracy"] for run in stored()["curves"] if run["table"] == table}
    behind = {}
    for neuron in ("PSN", "sliding PSN", "masked PSN"):
        behind[neuron] = max(
            (e for e in range(epoch + 1) if found[neuron][e] <= max(found["LIF"][e], found["LIF, again"][e])),
            default=-1,
        )
    return {"curves": {run: up_to(values, epoch) for run, values in found.items()}, "behind": behind}


def mask(state: dict) -> dict:
    epoch, k = state["epoch"], state["k"]
    table = f"sequential {state['data']}" if k == 32 else "order sweep, sequential CIFAR100"
    accuracy = curve(table, "masked PSN", k)
    share = [min(8 * e / 255, 1) for e in range(256)]

    def best(epochs: range) -> list[float] | None:
        return [max(accuracy[e] for e in epochs), max(epochs, key=lambda e: (accuracy[e], -e))] if epochs else None

    return {
        "accuracy": up_to(accuracy, epoch),
        "lambda_": up_to(share, epoch),
        "shut": 32,
        "open_best": best(range(min(32, epoch + 1))),
        "shut_best": best(range(32, epoch + 1)),
    }


def same_picture(control: str, before: dict, after: dict) -> str:
    """Epochs are shown in the curves, and in the table where they are asked for."""
    asked = before["view"] in ("curves", "mask") or before["count"] == "epoch"
    return "no epoch in this view" if control == "epoch" and not asked else ""
