"""Fields of training and its settings: the lab `train_live`."""

from __future__ import annotations

from psn_viz.browser.fields import Field, fields_of, named, value_after
from psn_viz.labs.train_live.changes import ONLY_FOR, SETTINGS, Change, Changes, settings_after, until
from psn_viz.labs.train_live.lab import Steps


@fields_of.register(Steps)
def _(control: Steps, value, selected=()) -> list[Field]:
    return [
        Field("range", **named(control), value=value, label=str(value), low=control.low, high=control.high,
              play=100, play_name="Train")
    ]  # fmt: skip


@fields_of.register(Changes)
def _(control: Changes, value, selected=()) -> list[Field]:
    now = settings_after(until(value, control.now))
    fields = []
    for setting, current in zip(SETTINGS, now, strict=True):
        used = now.neuron in ONLY_FOR.get(setting.name, (now.neuron,))
        (field,) = fields_of(setting, current)
        fields.append(Field(**(field.as_dict() | {"part": setting.name, "used": used})))
    return [*fields, Field("button", "Forget changes", "train as it began", value="", part="forget")]


@value_after.register(Changes)
def _(control: Changes, value, part: str, new, selected=()):
    if part == "forget":
        return until(value, 0)
    settings = {setting.name: setting for setting in SETTINGS}
    setting = settings[part]
    now = settings_after(until(value, control.now))[list(settings).index(part)]
    return control.check((*until(value, control.now), Change(control.now, part, value_after(setting, now, "", new))))
