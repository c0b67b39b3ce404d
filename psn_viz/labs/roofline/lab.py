"""Lab: what a neuron costs at least on a device, and why a PSN is faster than a loop, until N is large."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from psn_viz.bench import Results, Roofs, stored_machines
from psn_viz.bench.cost_model import BYTES, DATA_SHEETS, Device, digits, in_words, work
from psn_viz.bench.stored_machines import Machine, device_of
from psn_viz.bench.text_report import busy_in_short, busy_words
from psn_viz.labs.core.controls import Choice, Control, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.sizes import Size, in_short, powers
from psn_viz.labs.core.traces import wrapped
from psn_viz.labs.roofline import figure as figures

STEPS, NEURONS = powers(1, 12), powers(8, 22)
_SHEETS = {name: Machine(device) for name, device in DATA_SHEETS.items()}
_HERE = "here"


def _table(devices: tuple[str, ...], start: str) -> tuple[Control, ...]:
    return (
        Size("T", "T", "time-steps", 32, STEPS),
        Size("N", "N", "neurons (or point at the curves over N)", 2**20, NEURONS),
        Choice("dtype", "dtype", "of X, W and S: 4 or 2 bytes a number", "float32", tuple(BYTES)),
        Choice("device", "device", "whose roofs: from a data sheet, or measured", start, devices),
        Whole("k", "k", "order of the sliding PSN", 8, low=1, high=32),
    )


class Roofline(Lab):
    """Operations, bytes and launches of PSN, sliding PSN and LIF, and the time that the roofline predicts."""

    name = "roofline"
    title = "What limits the speed"
    sentence = (
        "A PSN is one launch where a loop is T; with many neurons all of them wait for the memory, and the PSN is "
        "ahead only of a loop that is not fused."
    )
    table = _table((*DATA_SHEETS, *stored_machines.names()), "A100")
    here: ClassVar[Machine | None] = None

    @classmethod
    def _machine(cls, name: str) -> Machine:
        if name == _HERE:
            return cls.here
        return _SHEETS[name] if name in _SHEETS else stored_machines.machine(name)

    @classmethod
    def settle(cls, state: dict) -> dict:
        """A machine that was measured has the roofs of one dtype only."""
        dtypes = cls._machine(state["device"]).device.dtypes
        return state | {"dtype": state["dtype"] if state["dtype"] in dtypes else dtypes[0]}

    @classmethod
    def limits(cls, state: dict) -> dict:
        """The dtypes that there are roofs for."""
        return {"dtype": {"options": cls._machine(state["device"]).device.dtypes}}

    @classmethod
    def compute(cls, state: dict) -> dict:
        return _compute(state, cls._machine(state["device"]))

    @staticmethod
    def draw(numbers: dict):
        device: Device = numbers["on"]
        return figures.draw(
            numbers["roof"], numbers["cache_roof"], numbers["trail"], numbers["intensity"], numbers["reached"],
            numbers["seconds"],
            {name: f"{_name(name, numbers)}: {_time(name, numbers)}" for name in numbers["seconds"]},
            [in_short(N) for N in NEURONS], numbers["ratios"], NEURONS.index(numbers["N"]),
            title=_title(numbers),
            over_n=f"times as long as the PSN, T = {in_short(numbers['T'])}",
            measured=numbers["measured"],
            mark=_mark(numbers),
            reach=_reach(device),
            times=_times(device),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        device = numbers["on"]
        state = f"T = {in_short(numbers['T'])}, N = {in_short(numbers['N'])}, k = {numbers['k']}"
        times = "; ".join(f"{_name(name, numbers)} {_time(name, numbers)}" for name in numbers["seconds"])
        said = (
            f"{device.title} ({device.source}), {numbers['dtype']}, {state}: {_roofs(numbers)}; ridge at "
            f"{digits(numbers['ridge'])} operations a byte, the PSN has {digits(numbers['intensity']['PSN'])}. "
            f"Predicted, and what takes most of it: {times}."
        )
        more = (_compared(numbers), _too_large(numbers), _measured(numbers), _busy(numbers))
        return " ".join(filter(None, [said, *more]))


def roofline_lab(roofs: Roofs, results: Results | None = None, **start) -> Lab:
    """The lab `roofline` with one more device, "here": the machine whose roofs `measure_roofs` has measured.

    results: what `measure` has found on it, drawn beside the predictions at the sizes that it has. start: the state
    it opens in, such as T=8. Raises TypeError for anything but `Roofs` and `Results`, ValueError for roofs of another
    dtype than float32 or float16.
    """
    if not isinstance(roofs, Roofs):
        raise TypeError(f"roofs must be what measure_roofs() gives, got {type(roofs).__name__}")
    if results is not None and not isinstance(results, Results):
        raise TypeError(f"results must be what measure(…) gives, or None, got {type(results).__name__}")
    if roofs.dtype not in BYTES:
        raise ValueError(f"roofs must be of {' or '.join(BYTES)}, got {roofs.dtype}")

    class Here(Roofline):
        here = Machine(
            device_of(roofs, results.machine_in_words if results else "this machine", "measured here and now"),
            (results,) if results else (),
        )
        table = _table((*Roofline.table[3].options, _HERE), _HERE)

    return Here(**start)


def _compute(state: dict, machine: Machine) -> dict:
    device = machine.device
    T, N, dtype = state["T"], state["N"], state["dtype"]
    size = BYTES[dtype]
    works = work(T, N, state["k"])
    predicted = {name: device.predict(one, dtype) for name, one in works.items()}
    seconds = {name: time for name, (time, _) in predicted.items()}
    over_n = {name: np.empty(len(NEURONS)) for name in works}
    for place, count in enumerate(NEURONS):
        for name, one in work(T, count, state["k"]).items():
            over_n[name][place] = device.predict(one, dtype)[0]
    trail = [(steps, work(steps, N, state["k"])["PSN"]) for steps in STEPS]
    ridge = device.ridge(dtype)
    edges = np.array([10 ** figures.INTENSITY[0], ridge, 10 ** figures.INTENSITY[1]])
    return {
        "on": device,
        "ridge": ridge,
        "roof": (edges, np.minimum(edges * device.bandwidth, device.peak[dtype])),
        "cache_roof": np.minimum(edges * (device.cache_bandwidth or np.nan), device.peak[dtype]),
        "trail": (
            np.array([one.operations / one.elements / size for _, one in trail]),
            np.array([one.operations / device.predict(one, dtype)[0] for _, one in trail]),
            [f"PSN, T = {in_short(steps)}" for steps, _ in trail],
        ),
        "intensity": {name: one.operations / one.elements / size for name, one in works.items()},
        "reached": {name: one.operations / seconds[name] for name, one in works.items()},
        "seconds": seconds,
        "limits": {name: limit for name, (_, limit) in predicted.items()},
        "ratios": {name: times / over_n["PSN"] for name, times in over_n.items()},
        "busy": machine.busy,
        "measured": machine.seconds(T, N, state["k"]) if dtype == "float32" else {},
        "holds": 2 * T * N * size,
        "witness": None,
        **state,
    }


def _name(name: str, numbers: dict) -> str:
    return f"{name}, k = {numbers['k']}" if name == "sliding PSN" else name


def _time(name: str, numbers: dict) -> str:
    return f"{in_words(numbers['seconds'][name])}, {numbers['limits'][name]}"


def _amount(value: float) -> str:
    """With three digits and a prefix."""
    prefix, size = next(((prefix, size) for prefix, size in (("T", 1e12), ("G", 1e9)) if value >= size), ("M", 1e6))
    return f"{digits(value / size)} {prefix}"


def _roofs(numbers: dict) -> str:
    device = numbers["on"]
    return f"{_amount(device.peak[numbers['dtype']])} operations/s, {_amount(device.bandwidth)}B/s"


def _title(numbers: dict) -> str:
    device = numbers["on"]
    busy = "" if numbers["busy"] is None else f", {busy_in_short(numbers['busy'])}"
    return (
        f"<b>{wrapped(device.title)}</b>, {numbers['dtype']}<br>{_roofs(numbers)}<br>{device.source}{busy}<br>"
        f"ridge {digits(numbers['ridge'])} operations a byte, PSN {digits(numbers['intensity']['PSN'])}"
    )


def _compared(numbers: dict) -> str:
    psn = numbers["seconds"]["PSN"]
    loop, fused = (numbers["seconds"][name] / psn for name in ("LIF, 1 kernel a step", "LIF, fused"))
    return f"Against the PSN, a loop of one kernel a step takes {loop:.3g} times as long, a fused LIF {fused:.3g}."


def _too_large(numbers: dict) -> str:
    memory = numbers["on"].memory
    if memory is None or numbers["holds"] <= memory:
        return ""
    return f"X and S take {_amount(numbers['holds'])}B: more than the {_amount(memory)}B of this device."


def _measured(numbers: dict) -> str:
    if not numbers["measured"]:
        return ""
    times = "; ".join(f"{_name(name, numbers)} {in_words(time)}" for name, time in numbers["measured"].items())
    return f"Measured there, forward pass at inference: {times}{_loop('; our loop starts', numbers)}."


def _mark(numbers: dict) -> str:
    """What the strokes at the predicted times are; "" where there are none."""
    if not numbers["measured"]:
        return ""
    return f"┃ measured, where it was{_loop('; our loop:', numbers)}"


def _loop(said: str, numbers: dict) -> str:
    """How many kernels the loop has that stands beside the model of six, where it was measured."""
    return (
        f"{said} {stored_machines.kernels_a_step()} kernels a step"
        if stored_machines.LOOP in numbers["measured"]
        else ""
    )


def _busy(numbers: dict) -> str:
    return "" if numbers["busy"] is None else busy_words(numbers["busy"])


def _reach(device: Device) -> tuple[float, float]:
    """Decades of operations a second: from those of the smallest loop up to the highest roof."""
    return np.log10(NEURONS[0] / device.latency) - 0.7, np.log10(max(device.peak.values())) + 0.4


def _times(device: Device) -> tuple[float, float]:
    """Decades of seconds: from one launch up to the largest neuron of all."""
    most = max(
        device.predict(one, dtype)[0]
        for dtype in device.dtypes
        for one in work(STEPS[-1], NEURONS[-1], STEPS[-1]).values()
    )
    return np.log10(device.latency) - 0.4, np.log10(most) + 0.4
