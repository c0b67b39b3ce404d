"""Lab train_live: a run is replayed to the bit, changes keep what fits, and training leaves the kernel to others."""

from __future__ import annotations

import asyncio
import copy

import numpy as np
import pytest
import torch

from psn_viz.labs import LABS
from psn_viz.labs.train_live import training_steps
from psn_viz.labs.train_live.changes import STEPS, Change, Settings, settings_after
from psn_viz.labs.train_live.training_steps import Memory, Moment, moment_after, moments, with_settings
from psn_viz.learning import Split
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN
from psn_viz.torch_state import seeded, spare_core
from tests.expected import train_live as reference
from tests.lab_reference import assert_shows, snapshot

DEFAULT = (Change(60, "lambda", 1.0),)
SHORT = {"steps": 12, "events": ((4, "lambda", 1.0), (8, "k", 3))}


def weights(moment) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in moment.network.state_dict().items()}


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def fresh(seed: int, changes: tuple, steps: int) -> list:
    """The run computed anew, whatever has been kept of others."""
    moment_after.cache_clear()
    return moments(seed, changes, steps)


# ------------------------------------------------------------------------------------------------ replaying


def test_a_code_replays_the_run_to_the_bit():
    lab = LABS["train_live"](**SHORT)
    changes = lab.state["events"]
    stepwise = [weights(moment) for moment in fresh(0, changes, 12)]
    moment_after.cache_clear()
    again = LABS["train_live"].from_code(lab.code)
    assert again.state == lab.state and snapshot(again.panel) == snapshot(lab.panel)
    assert again.description == lab.description
    replayed = [weights(moment) for moment in moments(0, changes, 12)]
    assert all(same(one, other) for one, other in zip(stepwise, replayed, strict=True))
    assert not same(stepwise[11], stepwise[12])


def test_a_run_by_hand_is_the_run_of_its_code():
    """Trained step by step, changed on the way, gone back and on again: what counts are the changes, not the way."""
    lab = LABS["train_live"](steps=0, events=())
    for step in range(1, 13):
        lab.controls["steps"].value = step
        if step == 4:
            lab.set(events=(*lab.state["events"], (4, "lambda", 1.0)))
        if step == 8:
            lab.controls["steps"].value = 2
            lab.controls["steps"].value = 8
            lab.set(events=(*lab.state["events"], (8, "k", 3)))
    straight = LABS["train_live"](**SHORT)
    assert lab.state == straight.state and lab.code == straight.code
    assert snapshot(lab.panel) == snapshot(straight.panel)


def test_going_on_costs_the_new_steps_only():
    computed = []

    def count(changes: tuple, steps: int) -> None:
        moments(0, changes, steps)
        computed.append(moment_after.cache_info().misses)

    fresh(0, (), 0)
    for changes, steps in (((), 10), ((), 12), ((), 5), ((Change(8, "lambda", 1.0),), 12)):
        count(changes, steps)
    # Until the change it is the same run; what is known after step 8 is another with it.
    assert np.diff(computed).tolist() == [2, 0, 5]


@pytest.mark.parametrize("events", [(), DEFAULT], ids=str)
def test_the_rounding_of_a_processor_does_not_grow(events, monkeypatch):
    """Noise as small as what processors differ by, on every sample: the network stays the same to the bit."""
    run = [weights(moment) for moment in fresh(0, events, 80)]
    train, validation = training_steps.digits()
    noise = torch.randn(train.x.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    disturbed = (Split(train.x * (1 + 1e-15 * noise), train.y), validation)
    monkeypatch.setattr(training_steps, "digits", lambda: disturbed)
    other = [weights(moment) for moment in fresh(0, events, 80)]
    moment_after.cache_clear()
    for name in ("layers.0.neuron.weight", "layers.0.linear.weight", "head.weight"):
        assert torch.equal(run[-1][name], other[-1][name]), name


def test_adam_is_that_of_torch():
    parameter = torch.nn.Parameter(torch.linspace(-1, 1, 5, dtype=torch.float64))
    mine, memory = parameter.detach().clone(), Memory(0, 0.0, 0.0)
    optimizer = torch.optim.AdamW([parameter], lr=0.05, weight_decay=0.0)
    for _ in range(20):
        optimizer.zero_grad()
        (parameter**4 + parameter.sin()).sum().backward()
        memory = memory.after(parameter.grad)
        mine -= memory.step(0.05)
        optimizer.step()
    torch.testing.assert_close(mine, parameter.detach(), rtol=1e-12, atol=1e-12)


# ------------------------------------------------------------------------------------------------- changes


def learned(**start) -> Moment:
    """A network after a few steps."""
    settings = tuple(Change(0, name, value) for name, value in start.items())
    with spare_core(), seeded(0, torch.device("cpu")):
        return fresh(0, settings, 5)[-1]


def after(moment, **settings):
    network = copy.deepcopy(moment.network)
    with seeded(0, torch.device("cpu")):
        return with_settings(network, dict(moment.memory), moment.settings._replace(**settings))


@pytest.mark.parametrize("start", [{"neuron": "PSN"}, {"neuron": "masked", "k": 3, "lambda": 1.0}])
@pytest.mark.parametrize("now", [{"neuron": "PSN"}, {"neuron": "masked", "k": 2, "lambda_": 1.0}, {"rate": 0.2}])
def test_w_and_b_stay_under_every_mask(start, now):
    moment = learned(**start)
    before, (network, memory) = moment.network.neurons[0], after(moment, **now)
    assert torch.equal(network.neurons[0].weight, before.weight)
    assert torch.equal(network.neurons[0].threshold, before.threshold)
    assert memory == moment.memory
    (back, _) = with_settings(network, memory, moment.settings)
    assert torch.equal(back.neurons[0].weight, before.weight), "what the mask hid was waiting behind it"


def test_the_newest_weights_of_a_kernel_stay():
    moment = learned(neuron="sliding", k=3)
    kernel = moment.network.neurons[0].weight.detach()
    longer, memory = after(moment, k=5)
    assert longer.neurons[0].weight.tolist() == [0, 0, *kernel.tolist()]
    assert torch.equal(longer.neurons[0].threshold, moment.network.neurons[0].threshold)
    kept = memory["layers.0.neuron.weight"]
    assert kept.gradients == 5 and kept.mean[2:].tolist() == moment.memory["layers.0.neuron.weight"].mean.tolist()
    shorter, _ = after(moment, k=2)
    assert shorter.neurons[0].weight.tolist() == kernel[1:].tolist()


def test_from_psn_to_sliding_and_back():
    moment = learned(neuron="PSN")
    W = moment.network.neurons[0].weight.detach()
    network, memory = after(moment, neuron="sliding", k=2)
    neuron = network.neurons[0]
    assert isinstance(neuron, SlidingPSN)
    means = [np.mean([float(W[t, t - lag]) for t in range(lag, 8)]) for lag in (1, 0)]
    assert neuron.weight.tolist() == pytest.approx(means)
    assert float(neuron.threshold.detach()) == pytest.approx(
        float(moment.network.neurons[0].threshold.detach().mean())
    )
    assert not [name for name in memory if "neuron" in name], "Adam begins anew with it"
    assert "layers.0.linear.weight" in memory and "head.bias" in memory
    (back, _) = with_settings(network, memory, moment.settings)
    assert isinstance(back.neurons[0], PSN) and torch.equal(back.neurons[0].weight, neuron.dense_weight(8))
    assert back.neurons[0].threshold.tolist() == [float(neuron.threshold.detach())] * 8


def test_from_lif_the_closed_form_goes_on():
    moment = learned(neuron="LIF", tau=4)
    network, _ = after(moment, neuron="masked", k=8)
    neuron = network.neurons[0]
    assert isinstance(neuron, MaskedPSN) and neuron.k == 8
    x = torch.rand(8, 3, 24, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(neuron.record(x).h, LIF(4.0, reset="none").record(x).h)
    assert neuron.threshold.tolist() == [1.0] * 8
    again, memory = after(moment, tau=16)
    assert again.neurons[0].tau == 16 and memory == moment.memory


def test_the_default_run_dips_where_the_mask_shuts_and_recovers():
    n = LABS["train_live"]().numbers
    before, at_once, now = n.accuracy[59], n.accuracy[60], n.accuracy[-1]
    assert before > 0.75 and at_once < 0.4 and now > 0.75
    assert np.isnan(n.weight).sum() == 56 and n.settings == Settings("masked", 1, 1.0, 2, 0.05)
    unchanged = LABS["train_live"](events=()).numbers
    assert np.array_equal(unchanged.accuracy[:60], n.accuracy[:60]) and not np.isnan(unchanged.weight).any()
    assert "at step 60: λ = 1;" in LABS["train_live"]().description


def test_marks_of_what_is_still_to_come_are_dotted():
    lab = LABS["train_live"](steps=7, events=((4, "k", 2), (9, "lambda", 1.0)))
    dashes = [shape["line"]["dash"] for shape in lab.panel.sent()["layout"]["shapes"]]
    assert dashes == ["solid", "solid", "dot", "dot"]
    said = [note["text"] for note in lab.panel.sent()["layout"]["annotations"]]
    assert "k = 2" in said and "λ = 1" in said and "Still to come: 1 change." in lab.description
    assert lab.numbers.settings.lambda_ == 0
    lab.set(steps=9)
    assert lab.numbers.settings.lambda_ == 1 and "Still to come" not in lab.description


def test_lif_parts_from_every_w():
    lab = LABS["train_live"](steps=10, events=((0, "neuron", "LIF"),))
    assert not lab.numbers.witness.agrees and "✗ <" in str(lab.panel.sent()["layout"]["annotations"])
    lab.set(events=((0, "neuron", "LIF"), (10, "neuron", "PSN")))
    assert lab.numbers.witness.agrees


# --------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(
    "text, changes",
    [
        ("none", ()),
        ("", ()),
        ("60~lambda~1", DEFAULT),
        ("60:lambda:1", DEFAULT),
        ("12:k:4,30:lambda:0.5", (Change(12, "k", 4), Change(30, "lambda", 0.5))),
        ("30~lambda~.5_12~k~4_12~k~2", (Change(12, "k", 2), Change(30, "lambda", 0.5))),
        ("5~k~1_9~neuron~masked", ()),  # as it is
        ("0~neuron~LIF_0~tau~1.25", (Change(0, "neuron", "LIF"), Change(0, "tau", 1.25))),
    ],
)
def test_changes_as_text(text, changes):
    lab = LABS["train_live"].from_code(f"train_live;steps=3;events={text}")
    assert lab.state["events"] == changes
    assert LABS["train_live"].from_code(lab.code).state == lab.state
    assert LABS["train_live"](steps=3, events=text).state == lab.state


@pytest.mark.parametrize(
    "text, words",
    [
        ("12~k", ["events", "'12~k'", "60~lambda~1"]),
        ("k~12~4", ["events", "'k~12~4'"]),
        ("-3~k~4", ["events", "'-3~k~4'"]),
        ("3.5~k~4", ["events", "'3.5~k~4'"]),
        ("161~k~4", ["events", "161", "step", "0 to 160"]),
        ("12~kk~4", ["events", "'12~kk~4'", "neuron, k, lambda, tau, rate"]),
        ("12~k~9", ["events", "'12~k~9'", "k must be", "1 to 8"]),
        ("12~k~nan", ["events", "k must be"]),
        ("12~lambda~1.5", ["events", "'12~lambda~1.5'", "0 to 1"]),
        ("12~neuron~GRU", ["events", "GRU", "PSN, masked, sliding, LIF"]),
        ("12~tau~0", ["events", "tau must be", "1.25"]),
        ("12~rate~9", ["events", "rate must be", "0.05"]),
        ("_".join(f"{n}~k~{2 + n % 2}" for n in range(20)), ["events", "at most 12", "got 20"]),
        ("9" * 100_000, ["events"]),
    ],
)
def test_bad_changes_in_a_code_are_named(text, words):
    with pytest.raises(ValueError) as caught:
        LABS["train_live"].from_code(f"train_live;events={text}")
    for word in words:
        assert word in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "events, words",
    [
        (3, ["events", "(step, name, value)"]),
        ([3], ["events", "(step, name, value)"]),
        ([(3, "k")], ["events", "(3, 'k')"]),
        ([(3, 4, 5)], ["events", "(3, 4, 5)"]),
        ([(3, "λ", 0.5)], ["events", "λ", "lambda"]),
        ([(True, "k", 3)], ["events", "step", "True"]),
        ([(3, "k", None)], ["events", "k must be", "None"]),
    ],
)
def test_bad_changes_are_refused(events, words):
    with pytest.raises(ValueError) as caught:
        LABS["train_live"](events=events)
    for word in words:
        assert word in str(caught.value)


def test_settings_are_those_of_the_last_changes():
    changes = (Change(0, "k", 2), Change(5, "k", 3), Change(5, "lambda", 1.0))
    assert settings_after(changes) == Settings("masked", 3, 1.0, 2, 0.05)
    assert reference.START == dict(zip(("neuron", "k", "lambda", "tau", "rate"), settings_after(()), strict=True))


# ------------------------------------------------------------------------------------------- in the kernel


def buttons(lab) -> dict:
    found = {}

    def below(widget):
        if hasattr(widget, "click"):
            found[widget.description] = widget
        for child in getattr(widget, "children", ()):
            below(child)

    below(lab.show())
    return found


def setting(lab, symbol: str):
    """The widget of one setting."""
    (found,) = [part.children[0] for part in lab.controls["events"].children if part_symbol(part) == symbol]
    return found


def part_symbol(part) -> str:
    return part.children[0].description if getattr(part, "children", ()) else ""


async def until(condition) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nothing came within ten seconds")


def test_training_goes_on_by_itself_and_leaves_the_loop_to_others():
    async def reader():
        lab = LABS["train_live"](steps=0, events=())
        ticks = 0

        async def others():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        watching = asyncio.create_task(others())
        train = buttons(lab)["Train"]
        train.click()
        assert train.description == "Stop"
        await until(lambda: lab.state["steps"] >= 3)
        before = ticks
        setting(lab, "λ").value = 1.0  # while it trains
        at = lab.state["steps"]
        assert lab.state["events"] == (Change(at, "lambda", 1.0),) and lab.numbers.settings.lambda_ == 1
        await until(lambda: lab.state["steps"] >= at + 3)
        assert ticks > before, "others have had their turn between two steps"
        train.click()
        stopped = lab.state
        assert train.description == "Train"
        await asyncio.sleep(0.3)
        assert lab.state == stopped
        assert_shows(lab.panel.sent(), "train_live", lab.state)
        watching.cancel()

    asyncio.run(reader())


@pytest.mark.parametrize("way", ["slider", "Rewind", "Step", "Reset", "code", "set", "close"])
def test_whatever_goes_somewhere_else_stops_the_training(way):
    async def reader():
        lab = LABS["train_live"](steps=20, events=())
        buttons(lab)["Train"].click()
        await until(lambda: lab.state["steps"] >= 22)
        field = lab.controls["steps"]
        assert field.trains
        {
            "slider": lambda: setattr(field.children[0], "value", 3),
            "Rewind": lambda: buttons(lab)["Rewind"].click(),
            "Step": lambda: buttons(lab)["Step"].click(),
            "Reset": lambda: buttons(lab)["Reset"].click(),
            "code": lambda: setattr(lab.show()._code, "value", "train_live;steps=4;events=none"),
            "set": lambda: lab.set(steps=6),
            "close": field.close,
        }[way]()
        assert not field.trains
        now = lab.state["steps"]
        assert now == {"slider": 3, "Rewind": 0, "Reset": 20, "code": 4, "set": 6}.get(way, now)
        await asyncio.sleep(0.25)
        assert lab.state["steps"] == now

    asyncio.run(reader())


def test_training_ends_at_the_last_step_and_begins_anew_there():
    async def reader():
        lab = LABS["train_live"](steps=STEPS - 2)
        train = buttons(lab)["Train"]
        train.click()
        await until(lambda: not lab.controls["steps"].trains)
        assert lab.state["steps"] == STEPS and train.description == "Train"
        buttons(lab)["Step"].click()
        assert lab.state["steps"] == STEPS
        train.click()
        await until(lambda: 0 < lab.state["steps"] < 10)
        lab.controls["steps"].stop()

    asyncio.run(reader())


def test_a_step_that_fails_ends_the_training_and_is_told(monkeypatch):
    async def reader():
        lab = LABS["train_live"](steps=30, events=())
        buttons(lab)["Train"].click()
        await until(lambda: lab.state["steps"] >= 31)
        monkeypatch.setattr(type(lab), "describe", staticmethod(lambda numbers: 1 / 0))
        await until(lambda: not lab.controls["steps"].trains)
        assert "ZeroDivisionError" in lab.error and lab.controls["steps"].value == lab.state["steps"]

    asyncio.run(reader())


def test_a_change_drops_those_that_came_later():
    lab = LABS["train_live"](steps=12, events=((4, "lambda", 1.0), (8, "k", 3), (10, "rate", 0.2)))
    lab.controls["steps"].value = 8
    assert (setting(lab, "k").value, setting(lab, "rate").value) == (3, 0.05)
    setting(lab, "k").value = 5
    assert lab.state["events"] == (Change(4, "lambda", 1.0), Change(8, "k", 5))
    setting(lab, "k").value = 1  # as it was before the step: no change
    assert lab.state["events"] == (Change(4, "lambda", 1.0),)
    lab.controls["steps"].value = 0
    assert setting(lab, "λ").value == 0
    lab.controls["steps"].value = 12
    assert setting(lab, "λ").value == 1
    buttons(lab)["Forget changes"].click()
    assert lab.state["events"] == () and setting(lab, "λ").value == 0


def test_settings_that_mean_nothing_to_the_neuron_are_out_of_sight():
    lab = LABS["train_live"](steps=0, events=())

    def seen() -> list[str]:
        parts = [part for part in lab.controls["events"].children if part_symbol(part)]
        return [part_symbol(part) for part in parts if part.layout.display != "none"]

    assert seen() == ["kind", "k", "λ", "rate"]
    for neuron, between in {"LIF": ["τ"], "PSN": [], "sliding": ["k"]}.items():
        setting(lab, "kind").value = neuron
        assert seen() == ["kind", *between, "rate"]


def test_one_change_too_many_is_told_and_goes_back():
    lab = LABS["train_live"](steps=0, events=())
    for step in range(13):
        lab.controls["steps"].value = step
        setting(lab, "k").value = 2 + step % 2
    assert "at most 12 changes, got 13" in lab.error
    assert len(lab.state["events"]) == 12 and setting(lab, "k").value == 3
    assert lab.controls["events"].value == lab.state["events"]


def test_axes_stay_while_it_trains():
    ranges = set()
    for steps in (0, 5, 12):
        layout = LABS["train_live"](steps=steps).panel.sent()["layout"]
        ranges.add(str([axis["range"] for key, axis in sorted(layout.items()) if "axis" in key]))
    assert len(ranges) == 1
