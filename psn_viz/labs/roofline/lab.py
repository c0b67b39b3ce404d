"""Lab: what a neuron costs at least on a device, and why a PSN is faster than a loop, until N is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from psn_viz.bench import Results, Roofs, stored_machines
from psn_viz.bench.cost_model import (
    BYTES,
    DATA_SHEETS,
    LIF_APART,
    LIF_FUSED,
    LIF_STEPS,
    PSN_FUSED,
    PSN_PUBLISHED,
    SLIDING,
    Device,
    work,
)
from psn_viz.bench.plan import powers
from psn_viz.bench.stored_machines import Machine, device_of
from psn_viz.bench.text_report import busy_words
from psn_viz.bench.units import digits, seconds_in_words, with_prefix
from psn_viz.labs.core.controls import Choice, Control, Whole
from psn_viz.labs.core.definition import Lab, LazyTable
from psn_viz.labs.core.sizes import Size, in_short
from psn_viz.labs.roofline import figure

STEPS, NEURONS = powers(2, 1, 12), powers(2, 8, 22)
_SHEETS = {name: Machine(device) for name, device in DATA_SHEETS.items()}
_HERE = "here"


@dataclass(frozen=True)
class RooflineNumbers:
    """What the roofline model predicts of each neuron, for T time-steps, N neurons, and order k of the sliding PSN.

    A dict is by neuron, with the names and the order of `psn_viz.bench.cost_model.work`.

    device: whose roofs they are. busy: the measurement on it that other programs may have slowed down, if there is
    one. ridge: operations a byte from which on it is limited by operations.
    roof_at `[3]`: operations a byte: left end, ridge, right end. roof, cache_roof `[3]`: operations a second that are
    possible there, from memory and from caches; NaN where the bandwidth of the caches is not known.
    intensity: operations a byte. reached: operations a second. seconds: of one forward pass. limits: what takes most
    of them: "launches", "bandwidth" or "operations".
    steps, intensity_over_T, reached_over_T: for each of several T, intensity and reached of the PSN.
    neurons, ratios: for each of several N, seconds of each neuron over those of the published PSN.
    in_cache: whether H or V stays in the cache of the device between two kernels.
    measured: median seconds of those neurons that were measured at this size. loop_kernels: how many kernels a step
    the measured loop starts, None where none was measured. bytes_of_tensors: bytes that X and S take.
    Arrays are float64.
    """

    device: Device
    dtype: str
    T: int
    N: int
    k: int
    busy: Results | None
    ridge: float
    roof_at: np.ndarray
    roof: np.ndarray
    cache_roof: np.ndarray
    intensity: dict[str, float]
    reached: dict[str, float]
    seconds: dict[str, float]
    limits: dict[str, str]
    steps: tuple[int, ...]
    intensity_over_T: np.ndarray
    reached_over_T: np.ndarray
    neurons: tuple[int, ...]
    ratios: dict[str, np.ndarray]
    in_cache: dict[str, bool]
    measured: dict[str, float]
    loop_kernels: int | None
    bytes_of_tensors: int

    def label(self, neuron: str) -> str:
        """The name of a neuron, with its order where it has one."""
        return f"{neuron}, k = {self.k}" if neuron == SLIDING else neuron

    def time(self, neuron: str) -> str:
        """The predicted time in words, and what takes most of it."""
        return f"{seconds_in_words(self.seconds[neuron])}, {self.limits[neuron]}"

    @property
    def cache_in_words(self) -> str:
        """The cache, and what of the three neurons with several kernels stays in it between them."""
        if not self.device.cache:
            return "cache not known: all goes to memory between two kernels"
        cache = with_prefix(self.device.cache, "B")
        held = {"H of the PSN": PSN_PUBLISHED, "V of the loops": LIF_STEPS}
        stays = [what for what, neuron in held.items() if self.in_cache[neuron]]
        if len(stays) == len(held):
            return f"cache of {cache}: between two kernels H of the PSN and V of the loops stay in it"
        if stays:
            return f"cache of {cache}: between two kernels V of the loops stays in it, H of the PSN does not"
        return f"cache of {cache}: between two kernels neither H of the PSN nor V of the loops stays in it"

    @property
    def roofs_in_words(self) -> str:
        """Both roofs in words."""
        peak, bandwidth = self.device.peak[self.dtype], self.device.bandwidth
        return f"{with_prefix(peak, ' operations/s')}, {with_prefix(bandwidth, 'B/s')}"


def _table(devices: tuple[str, ...], start: str) -> tuple[Control, ...]:
    return (
        Size("T", "T", "time-steps", 32, STEPS),
        Size("N", "N", "neurons (or point at the curves over N)", 2**20, NEURONS),
        Choice("dtype", "dtype", "of X, W and S: 4 or 2 bytes a number", "float32", tuple(BYTES)),
        Choice("device", "device", "whose roofs: from a data sheet, or measured", start, devices),
        Whole("k", "k", "order of the sliding PSN", 8, low=1, high=32),
    )


def _devices() -> tuple[str, ...]:
    return (*DATA_SHEETS, *stored_machines.names())


class Roofline(Lab):
    """Operations, bytes and launches of PSN, sliding PSN and LIF, and the time that the roofline predicts."""

    name = "roofline"
    title = "What limits the speed"
    sentence = (
        "A PSN is one or two launches where a loop is T or more; with many neurons all wait for the memory, and then "
        "it is as fast as a fused LIF, or slower."
    )
    main = "T", "N"
    table = LazyTable(lambda: _table(_devices(), "A100"))
    this_machine: ClassVar[Machine | None] = None

    @classmethod
    def _machine(cls, name: str) -> Machine:
        if name == _HERE:
            return cls.this_machine
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
    def compute(cls, state: dict) -> RooflineNumbers:
        machine = cls._machine(state["device"])
        device, T, N, k, dtype = machine.device, state["T"], state["N"], state["k"], state["dtype"]
        size = BYTES[dtype]
        works = work(T, N, k)
        predicted = {name: device.predict(needed, dtype) for name, needed in works.items()}
        seconds = {name: time for name, (time, _) in predicted.items()}
        over_n = {name: np.empty(len(NEURONS)) for name in works}
        for place, count in enumerate(NEURONS):
            for name, needed in work(T, count, k).items():
                over_n[name][place] = device.predict(needed, dtype)[0]
        work_over_T = [work(steps, N, k)[PSN_FUSED] for steps in STEPS]
        ridge = device.ridge(dtype)
        roof_at = np.array([10 ** figure.INTENSITY[0], ridge, 10 ** figure.INTENSITY[1]])
        measured = machine.seconds(T, N, k) if dtype == "float32" else {}
        return RooflineNumbers(
            device=device,
            dtype=dtype,
            T=T,
            N=N,
            k=k,
            busy=machine.busy,
            ridge=ridge,
            roof_at=roof_at,
            roof=np.minimum(roof_at * device.bandwidth, device.peak[dtype]),
            cache_roof=np.minimum(roof_at * (device.cache_bandwidth or np.nan), device.peak[dtype]),
            intensity={name: device.intensity(needed, dtype) for name, needed in works.items()},
            reached={name: needed.operations / seconds[name] for name, needed in works.items()},
            seconds=seconds,
            limits={name: limit for name, (_, limit) in predicted.items()},
            steps=STEPS,
            intensity_over_T=np.array([device.intensity(needed, dtype) for needed in work_over_T]),
            reached_over_T=np.array([needed.operations / device.predict(needed, dtype)[0] for needed in work_over_T]),
            neurons=NEURONS,
            ratios={name: times / over_n[PSN_PUBLISHED] for name, times in over_n.items()},
            in_cache={name: needed.stays_in(device.cache, size) for name, needed in works.items()},
            measured=measured,
            loop_kernels=stored_machines.kernels_a_step(machine.loop(T, N)) if LIF_APART in measured else None,
            bytes_of_tensors=2 * T * N * size,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: RooflineNumbers) -> str:
        n, device = numbers, numbers.device
        times = "; ".join(f"{n.label(name)} {n.time(name)}" for name in n.seconds)
        sentences = [
            f"{device.title} ({device.source}), {n.dtype}, T = {in_short(n.T)}, N = {in_short(n.N)}, k = {n.k}: "
            f"{n.roofs_in_words}; {n.cache_in_words}; ridge at {digits(n.ridge)} operations a byte, the PSN in one "
            f"kernel has {digits(n.intensity[PSN_FUSED])}. "
            f"Predicted, and what takes most of it: {times}.",
            f"As published, the LIF of one kernel a step takes "
            f"{n.seconds[LIF_STEPS] / n.seconds[PSN_PUBLISHED]:.3g} times as long as the PSN. As they could be, each "
            f"in one kernel: {n.seconds[LIF_FUSED] / n.seconds[PSN_FUSED]:.3g} times.",
        ]
        if device.memory is not None and n.bytes_of_tensors > device.memory:
            size, memory = with_prefix(n.bytes_of_tensors, "B"), with_prefix(device.memory, "B")
            sentences.append(f"X and S take {size}: more than the {memory} of this device.")
        if n.measured:
            times = "; ".join(f"{n.label(name)} {seconds_in_words(time)}" for name, time in n.measured.items())
            loop = "" if n.loop_kernels is None else f"; our loop starts {n.loop_kernels} kernels a step"
            sentences.append(f"Measured there, forward pass at inference: {times}{loop}.")
        if n.busy is not None:
            sentences.append(busy_words(n.busy))
        return " ".join(sentences)


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
        this_machine = Machine(
            device_of(roofs, results.machine_in_words if results else "this machine", "measured here and now"),
            (results,) if results else (),
        )
        table = _table((*_devices(), _HERE), _HERE)

    return Here(**start)
