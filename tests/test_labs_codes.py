"""State codes: there and back, short, and refused with a reason when they are damaged."""

import re
from pathlib import Path

import pytest
from hypothesis import given

from psn_viz.labs import LABS
from tests.extent import some, tried
from tests.lab_reference import (
    CONTROLS,
    codes,
    control_of,
    lab_in,
    snapshot,
    states,
    values_offered,
)

ROOT = Path(__file__).parents[1]


@given(codes)
def test_a_code_brings_back_its_state(lab_and_state):
    name, state = lab_and_state
    lab = lab_in(name, **state)
    again = LABS[name].from_code(lab.code)
    assert again.state == lab.state and again.code == lab.code
    assert snapshot(again.panel) == snapshot(lab.panel)
    assert LABS[name].state_from_code(f"  {lab.code.replace(';', ' ;  ')}\n") == lab.state
    assert repr(lab) == f"Lab({lab.code!r})" and " " not in lab.code


@pytest.mark.parametrize("name, control", CONTROLS)
def test_a_code_is_short_when_little_differs(name, control):
    lab = LABS[name]()
    start = lab.state
    assert lab.code == name
    for value in tried(some(values_offered(lab, control))):
        lab.reset()
        lab.controls[control].value = value
        if lab.state == start:  # a value beyond what the others allow may come to the same
            assert lab.code == name
        else:
            assert re.fullmatch(rf"{name};{control}=[^;\s]+", lab.code) and len(lab.code) <= 50


@given(states("closed_form"))
def test_a_code_names_what_differs_and_nothing_else(state):
    lab = lab_in("closed_form", **state)
    named = [part.partition("=")[0] for part in lab.code.split(";")[1:]]
    starts = LABS["closed_form"].settle(lab.state | {"row": control_of("closed_form", "row").start})
    starts |= {name: control_of("closed_form", name).start for name in ("input", "tau", "T", "reset")}
    assert named == [name for name, value in lab.state.items() if value != starts[name]]


def test_a_number_keeps_six_digits():
    lab = LABS["charge_fire_reset"](tau=2.345678)
    assert lab.state["tau"] == 2.34568 and lab.code == "charge_fire_reset;tau=2.34568"
    lab.controls["threshold"].value = 0.1 + 0.2  # what a slider delivers
    assert lab.state["threshold"] == 0.3 and lab.code.endswith(";threshold=0.3")


def test_codes_that_a_person_writes():
    assert LABS["closed_form"].from_code("closed_form tau=4.0 T=0012").state["T"] == 12
    assert LABS["closed_form"].from_code("closed_form;tau=IF;").state["tau"] == "IF"
    assert LABS["charge_fire_reset"].from_code("charge_fire_reset;tau=2.50").state["tau"] == 2.5
    assert LABS["charge_fire_reset"].from_code("charge_fire_reset;input=1%2C+2").state["input"] == "1, 2"


HUGE = "9" * 100_000


@pytest.mark.parametrize(
    "code, kind, words",
    [
        (None, TypeError, ["text", "closed_form", "NoneType"]),
        (3.5, TypeError, ["text", "float"]),
        (b"closed_form", TypeError, ["bytes"]),
        ("", ValueError, ["closed_form"]),
        ("   ", ValueError, ["closed_form"]),
        ("charge_fire_reset;tau=2", ValueError, ["closed_form", "charge_fire_reset"]),
        ("nonsense", ValueError, ["closed_form", "nonsense"]),
        ("Closed_form", ValueError, ["closed_form"]),
        ("closed_form;tua=2", ValueError, ["tua", "tau"]),
        ("closed_form;tau", ValueError, ["tau", "tau=…"]),
        ("closed_form;=2", ValueError, ["=2"]),
        ("closed_form;tau=5", ValueError, ["tau", "5", "1.25"]),
        ("closed_form;tau=", ValueError, ["tau"]),
        ("closed_form;T=33", ValueError, ["T", "33", "from 2 to 32"]),
        ("closed_form;T=2.5", ValueError, ["T", "2.5", "whole number"]),
        ("closed_form;T=nan", ValueError, ["T", "nan"]),
        ("closed_form;row=inf", ValueError, ["row", "inf"]),
        ("closed_form;reset=hrad", ValueError, ["reset", "hrad", "hard"]),
        ("closed_form;input=zap+1", ValueError, ["zap"]),
        ("closed_form;input=%FF%FE", ValueError, ["input"]),
        ("closed_form;input=1+nan", ValueError, ["NaN", "time-step 1"]),
        (f"closed_form;T={HUGE}", ValueError, ["T"]),
        (f"closed_form;tau={HUGE}x", ValueError, ["tau"]),
        (f"closed_form;input={HUGE}", ValueError, ["400 characters"]),
        (f"closed_form;{HUGE}=1", ValueError, ["tau=…"]),
        (HUGE, ValueError, ["closed_form"]),
    ],
)
def test_a_damaged_code_is_refused_with_a_reason(code, kind, words):
    with pytest.raises(kind) as caught:
        LABS["closed_form"].from_code(code)
    message = str(caught.value)
    assert len(message) < 400
    for word in words:
        assert word in message


def lesson_codes() -> list[tuple[str, str]]:
    pattern = re.compile(rf"`((?:{'|'.join(LABS)})(?:;[^`]*)?)`")
    return [
        (file.name, code)
        for file in sorted((ROOT / "notebooks/src").glob("*.py"))
        for code in pattern.findall(re.sub(r"`\s+`|\n# ", " ", file.read_text("utf-8")))
    ]


def test_the_codes_in_the_lessons_are_read():
    codes = lesson_codes()
    assert len({code for _, code in codes}) >= 8
    for file, code in codes:
        name = code.partition(";")[0]
        lab = LABS[name].from_code(code)
        assert lab.code == code, f"{file}: the lab itself would say {lab.code}"
