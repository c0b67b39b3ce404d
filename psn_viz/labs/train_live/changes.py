"""What a reader changes while a network trains: its settings, and the list of changes as one control."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from psn_viz.labs.core.controls import Choice, Control, Real, Whole
from psn_viz.labs.core.leaks import NO_LEAK, TIME_CONSTANTS

T = 8  # rows of a digit, one a time-step
STEPS = 160
MOST_CHANGES = 12
NEURONS = ("PSN", "masked", "sliding", "LIF")
SETTINGS: tuple[Control, ...] = (
    Choice("neuron", "kind", "the neuron of the layer; what was learned stays as far as it fits", "masked",
           NEURONS),
    Whole("k", "k", "how many inputs mask or kernel let through, the newest counted", 1, low=1, high=T),
    Real("lambda", "λ", "0: the mask lets everything through; 1: the last k inputs alone", 0.0, low=0.0, high=1.0,
         step=0.05),
    Choice("tau", "τ", "time constant of LIF, in time-steps", 2, tuple(n for n in TIME_CONSTANTS if n != NO_LEAK),
           ordered=True),
    Choice("rate", "rate", "learning rate", 0.05, (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), ordered=True),
)  # fmt: skip
# The settings that matter to some neurons only.
ONLY_FOR = {"k": ("masked", "sliding"), "lambda": ("masked",), "tau": ("LIF",)}
_NONE = "none"
_EXAMPLE = "60~lambda~1"
_ORDER = {setting.name: place for place, setting in enumerate(SETTINGS)}


class Change(NamedTuple):
    """From training step `step` on, the setting `name` is `value`; at step 0 before the first step."""

    step: int
    name: str
    value: Any


class Settings(NamedTuple):
    """How the next training step is made: values of SETTINGS, in their order."""

    neuron: str
    k: int
    lambda_: float
    tau: float
    rate: float


def settings_after(changes: tuple[Change, ...]) -> Settings:
    """The settings after these changes, the later ones last."""
    values = {setting.name: setting.start for setting in SETTINGS} | {name: value for _, name, value in changes}
    return Settings(*(values[setting.name] for setting in SETTINGS))


def until(changes: tuple[Change, ...], step: int) -> tuple[Change, ...]:
    """The changes that have been made when `step` training steps are done."""
    return tuple(change for change in changes if change.step <= step)


@dataclass(frozen=True)
class Changes(Control):
    """The changes ((step, name, value), …) of a run, in the order of steps; in a code "60~lambda~1_90~k~4".

    A step has at most one change of each setting, and a change to the value that is there already is none. In a code
    that is typed ":" may stand for "~", and "," for "_". `now`: the step at which the reader makes a change.
    """

    now: int = 0

    def check(self, value) -> tuple[Change, ...]:
        if isinstance(value, str):
            return self.decode(value)
        if not isinstance(value, tuple | list):
            raise self._refuse(value, f"changes (step, name, value) such as {self._example}")
        changes: dict[tuple[int, int], Change] = {}
        for entry in value:
            change = self._change(entry)
            changes[change.step, _ORDER[change.name]] = change
        kept: list[Change] = []
        for _, change in sorted(changes.items()):
            if settings_after((*kept, change)) != settings_after(tuple(kept)):
                kept.append(change)
        if len(kept) > MOST_CHANGES:
            raise ValueError(
                f"{self.name} must hold at most {MOST_CHANGES} changes, got {len(kept)}: go back, or forget them"
            )
        return tuple(kept)

    def _change(self, entry) -> Change:
        known = {setting.name: setting for setting in SETTINGS}
        if not isinstance(entry, tuple | list) or len(entry) != 3 or not isinstance(entry[1], str):
            raise self._refuse(entry, f"changes (step, name, value) such as {self._example}")
        step, name, value = entry
        if name not in known:
            raise self._refuse(entry, f"changes of {', '.join(known)}")
        try:
            step = Whole("step", "step", "", 0, low=0, high=STEPS).check(step)
            return Change(step, name, known[name].check(value))
        except ValueError as error:
            raise ValueError(f"{self.name}, in {tuple(entry)!r:.80}: {error}") from None

    @property
    def _example(self) -> tuple:
        return tuple(self.decode(_EXAMPLE)[0])

    def values(self) -> list[tuple[Change, ...]]:
        """Runs that are worth a look: λ never, in the middle, early and late; k, τ; other neurons; another rate."""
        codes = (
            _NONE, _EXAMPLE, "10~lambda~1", "110~lambda~1", "0~k~8_0~lambda~1_60~k~1", "60~neuron~sliding",
            "0~neuron~sliding_60~k~4", "0~neuron~LIF_60~tau~16", "0~neuron~LIF_60~neuron~PSN", "60~rate~0.5",
        )  # fmt: skip
        return [self.decode(code) for code in codes]

    def label(self, value) -> str:
        """The changes in words, such as "60: λ = 1"."""
        return "; ".join(f"{change.step}: {in_words(change)}" for change in value) or "no change"

    def encode(self, value) -> str:
        known = {setting.name: setting for setting in SETTINGS}
        return "_".join(f"{step}~{name}~{known[name].encode(to)}" for step, name, to in value) or _NONE

    def decode(self, text: str) -> tuple[Change, ...]:
        known = {setting.name: setting for setting in SETTINGS}
        entries = []
        for part in re.split("[_,]", text if text.strip() != _NONE else ""):
            words = [word.strip() for word in re.split("[~:]", part)]
            if words == [""]:
                continue
            if len(words) != 3 or not re.fullmatch("[0-9]{1,4}", words[0]):
                raise self._refuse(part, f"changes such as {_EXAMPLE}, with _ between them, or {_NONE}")
            step, name, to = words
            if name not in known:
                raise self._refuse(part, f"changes of {', '.join(known)}")
            try:
                entries.append((int(step), name, known[name].decode(to)))
            except ValueError as error:
                raise ValueError(f"{self.name}, in {part!r:.80}: {error}") from None
        return self.check(entries)


def in_words(change: Change) -> str:
    """What a change sets, such as "λ = 1"."""
    setting = SETTINGS[_ORDER[change.name]]
    if change.name == "neuron":
        return change.value
    return f"{setting.symbol} = {setting.encode(change.value)}"
