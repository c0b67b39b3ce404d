"""What the lab `results` says in words: for each view the result, and the reservation that goes with it."""

from __future__ import annotations

from psn_viz.labs.results.kept_runs import (
    EPOCHS,
    FLAT_FROM,
    CurvesNumbers,
    MaskNumbers,
    Numbers,
    OrdersNumbers,
    RowsNumbers,
)

SINGLE = "one run each, no validation part"
OPTIMISERS = "sliding with AdamW (0.001), the others with SGD (0.1)"
_COUNTED = {"best": "best test epoch", "last": "last epoch"}
_BUILT = {
    "CIFAR10-DVS": "the runs are named PSN; what was built is a sliding PSN, k = 2, exponential start",
    "CIFAR10": "the same image 4 times, 1024 epochs",
    "ImageNet": "weights start from a trained network without spikes; TET loss, 320 epochs",
}


def minus(text: str) -> str:
    """With the minus sign of print."""
    return text.replace("-", "−")


def title(n: Numbers) -> str:
    """What is shown."""
    match n:
        case OrdersNumbers():
            return f"sequential CIFAR100 over the order k, {_COUNTED[n.count]}"
        case CurvesNumbers():
            return f"sequential {n.data}, epoch by epoch"
        case MaskNumbers():
            return f"masked PSN, k = {n.k}, sequential {n.data}"
    if n.view == "seconds":
        return f"sequential {n.data}: seconds an epoch"
    task = n.data if n.view == "tasks" else f"sequential {n.data}"
    return f"{task}, {_COUNTED.get(n.count, f'after epoch {n.epoch}')}"


def result(n: Numbers) -> list[str]:
    """What came, one sentence an entry."""
    match n:
        case OrdersNumbers():
            return _orders(n)
        case CurvesNumbers():
            return _curves(n)
        case MaskNumbers():
            return _mask(n)
    return {"table": _table, "tasks": _tasks, "seconds": _seconds}[n.view](n)


def reservation(n: Numbers) -> str:
    """How it is to be read."""
    match n:
        case OrdersNumbers():
            return f"{SINGLE} (three settings twice); {OPTIMISERS}: no comparison of the two"
        case CurvesNumbers():
            return f"{SINGLE}; {OPTIMISERS}"
        case MaskNumbers():
            return "while λ < 1 every step sees all inputs; one run, its best epoch chosen by the test set"
    if n.view == "seconds":
        return "times in the logs, data loading included; hosts and their load differ, the GPU is not stated"
    if n.view == "tasks":
        return f"{SINGLE}; no run of another neuron with this recipe is among the published logs"
    return f"{SINGLE}; {OPTIMISERS}"


def described(n: Numbers) -> str:
    """The alt text: what is shown, all its numbers, what came, and the reservation."""
    sentences = [title(n), *_numbers(n), *result(n)]
    told = ". ".join(f"{sentence[0].upper()}{sentence[1:]}" for sentence in sentences)
    return f"{told}. Mind: {reservation(n)}. Reported by the authors' logs, not measured here."


def _numbers(n: Numbers) -> list[str]:
    match n:
        case OrdersNumbers():
            return [
                f"{name}: "
                + ", ".join(f"k = {k:g} {a:.2f}" for k, a in zip(n.k[name], n.accuracy[name], strict=True))
                for name in n.k
            ]
        case RowsNumbers():
            unit = "s" if n.view == "seconds" else "%"
            rows = (
                f"{label} ({note}) {value:.2f} {unit}" if n.view != "table" else f"{label} {value:.2f} {unit}"
                for label, note, value in zip(n.labels, n.notes, n.values, strict=True)
            )
            return ["; ".join(rows)]
        case CurvesNumbers():
            now = sorted(((values[n.epoch], name) for name, values in n.curves.items()), reverse=True)
            return [f"after epoch {n.epoch}: " + ", ".join(f"{name} {value:.2f} %" for value, name in now)]
    return [f"epoch {n.epoch}: λ = {n.lambda_[n.epoch]:.3f}, {n.accuracy[n.epoch]:.2f} %"]


def _table(n: RowsNumbers) -> list[str]:
    said = [f"first {n.labels[0]}, {n.values[0]:.2f} %"]
    if n.twins is not None:
        one, other = (float(n.values[place]) for place in n.twins)
        said.append(
            f"two LIF runs with the same arguments: {one:.2f} and {other:.2f} %, {abs(one - other):.2f} points apart"
        )
        lead = n.value_of("PSN") - max(one, other)
        without = n.value_of("LIF without reset")
        said.append(
            minus(f"PSN {lead:+.2f} points to the better LIF; LIF without reset {without - max(one, other):+.2f} and "
                  f"{without - min(one, other):+.2f} to the two")
        )  # fmt: skip
    return said


def _tasks(n: RowsNumbers) -> list[str]:
    return [_BUILT[n.data]]


def _seconds(n: RowsNumbers) -> list[str]:
    one, other = (float(n.values[place]) for place in n.twins or (0, 0))
    masked, sliding, without = (n.value_of(name) for name in ("masked PSN", "sliding PSN", "LIF without reset"))
    return [
        f"the same LIF, the same arguments, two hosts: {one:.1f} and {other:.1f} s",
        f"hosts named alike: masked {masked:.1f}, sliding {sliding:.1f}, LIF without reset {without:.1f} s",
    ]


def _orders(n: OrdersNumbers) -> list[str]:
    flat = (f"{name} {low:.2f} to {high:.2f} %" for name, (low, high) in n.flat.items())
    return [
        f"from k = {FLAT_FROM} on: {', '.join(flat)}",
        f"two runs of one setting are up to {n.noise:.2f} points apart",
    ]


def _curves(n: CurvesNumbers) -> list[str]:
    start = {name: values[0] for name, values in n.curves.items()}
    lif = (start["LIF"], start["LIF, again"])
    said = [f"after the first epoch PSN {start['PSN']:.2f}, LIF {lif[0]:.2f} and {lif[1]:.2f} %"]
    ahead = [f"{name} since epoch {epoch + 1}" for name, epoch in n.behind.items() if epoch < n.epoch]
    said.append(f"ahead of both LIF runs: {', '.join(ahead) if ahead else 'none of the PSN family yet'}")
    return said


def _mask(n: MaskNumbers) -> list[str]:
    if n.open_best is None:
        return []
    best, at = n.open_best
    said = [f"best with λ < 1: {best:.2f} % at epoch {at}, λ = {n.lambda_[at]:.3f}"]
    if n.shut_best is not None:
        said.append(f"epoch {n.shut}, the first with λ = 1: {n.accuracy[n.shut]:.2f} %")
        best, at = n.shut_best
        said.append(f"best with λ = 1{' so far' if n.epoch < EPOCHS - 1 else ''}: {best:.2f} % at epoch {at}")
    return said
