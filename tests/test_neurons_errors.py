"""Does bad input fail at once, with a message that names the argument, what came and what is allowed?"""

import copy
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN, reset_free_weight
from tests.strategies import NAMES, STEPPING, WEIGHTED, family, generator

NAN, INF = math.nan, math.inf


def refuses(call, error, *parts):
    """`call` raises exactly `error`, and the message holds every one of `parts`."""
    with pytest.raises((Exception,)) as caught:
        call()
    assert type(caught.value) is error, f"{type(caught.value).__name__}: {caught.value}"
    message = str(caught.value)
    for part in parts:
        assert part in message, f"{part!r} is not in: {message}"


# Settings

INTEGERS = {
    "T of PSN": (lambda v: PSN(v), "T must be an integer ≥ 1"),
    "T of MaskedPSN": (lambda v: MaskedPSN(v, 1), "T must be an integer ≥ 1"),
    "T of reset_free_weight": (lambda v: reset_free_weight(v), "T must be an integer ≥ 1"),
    "T of dense_weight": (lambda v: SlidingPSN(2).dense_weight(v), "T must be an integer ≥ 1"),
    "k of MaskedPSN": (lambda v: MaskedPSN(4, v), "k must be an integer from 1 to 4"),
    "k of SlidingPSN": (lambda v: SlidingPSN(v), "k must be an integer ≥ 1"),
}
NOT_INTEGERS = [2.0, 1.5, True, "3", None, NAN, INF, [2], torch.tensor(2), np.float64(2), np.True_, 2j]


@pytest.mark.parametrize("value", [0, -1, -(10**30)])
@pytest.mark.parametrize("name", INTEGERS)
def test_integer_out_of_range(name, value):
    make, allowed = INTEGERS[name]
    refuses(lambda: make(value), ValueError, allowed, f"got {value}")


@pytest.mark.parametrize("value", NOT_INTEGERS, ids=repr)
@pytest.mark.parametrize("name", INTEGERS)
def test_not_an_integer(name, value):
    make, allowed = INTEGERS[name]
    refuses(lambda: make(value), TypeError, allowed, f"got {value!r}", f"({type(value).__name__})")


def test_an_order_beyond_T_says_what_order_T_does():
    refuses(lambda: MaskedPSN(4, 5), ValueError, "k must be an integer from 1 to 4, got 5", "k = T already")


REALS = {
    "tau of LIF": (lambda v: LIF(v), "tau must be a finite number ≥ 1"),
    "tau of reset_free_weight": (lambda v: reset_free_weight(3, v), "tau must be a finite number ≥ 1"),
    "v_threshold of IF": (lambda v: IF(v), "v_threshold must be a finite number"),
    "v_threshold of LIF": (lambda v: LIF(v_threshold=v), "v_threshold must be a finite number"),
    "v_reset of IF": (lambda v: IF(v_reset=v), "v_reset must be a finite number"),
    "v_reset of LIF": (lambda v: LIF(v_reset=v), "v_reset must be a finite number"),
    "alpha of ATan": (lambda v: ATan(v), "alpha must be a finite number > 0"),
    "lambda_ of MaskedPSN": (lambda v: MaskedPSN(4, 2, v), "lambda_ must be a number from 0 to 1"),
    "lambda_ assigned": (lambda v: setattr(MaskedPSN(4, 2), "lambda_", v), "lambda_ must be a number from 0 to 1"),
}


@pytest.mark.parametrize("value", [NAN, INF, -INF, 10**400, np.float32("nan")], ids=lambda v: repr(v)[:12])
@pytest.mark.parametrize("name", REALS)
def test_not_a_finite_number(name, value):
    make, allowed = REALS[name]
    refuses(lambda: make(value), ValueError, allowed, f"got {value!r}")


@pytest.mark.parametrize("value", [True, "0.5", [0.5], 1j, torch.tensor(1.0), np.array(1.0), np.True_], ids=repr)
@pytest.mark.parametrize("name", REALS)
def test_not_a_number(name, value):
    make, allowed = REALS[name]
    refuses(lambda: make(value), TypeError, allowed, f"got {value!r}", f"({type(value).__name__})")


@pytest.mark.parametrize("name", [name for name in REALS if name != "tau of reset_free_weight"])
def test_none_is_no_number(name):  # there, None stands for IF
    make, allowed = REALS[name]
    refuses(lambda: make(None), TypeError, allowed, "got None (NoneType)")


@pytest.mark.parametrize(
    "name,value",
    [
        *((name, value) for name in ("tau of LIF", "tau of reset_free_weight") for value in (0.999, 0, -2.0)),
        *(("alpha of ATan", value) for value in (0, 0.0, -1.5)),
        *((name, value) for name in ("lambda_ of MaskedPSN", "lambda_ assigned") for value in (-1e-9, 1 + 1e-9, 2)),
    ],
)
def test_number_out_of_range(name, value):
    make, allowed = REALS[name]
    refuses(lambda: make(value), ValueError, allowed, f"got {value!r}")


CHOICES = {
    "reset of IF": (lambda v: IF(reset=v), "reset must be one of 'hard', 'soft', 'none'"),
    "reset of LIF": (lambda v: LIF(reset=v), "reset must be one of 'hard', 'soft', 'none'"),
    "backend of PSN": (lambda v: PSN(2, backend=v), "backend must be one of 'auto', 'readable', 'fused'"),
    "backend of SlidingPSN": (
        lambda v: SlidingPSN(2, backend=v),
        "backend must be one of 'auto', 'readable', 'fused'",
    ),
    "backend assigned": (
        lambda v: setattr(MaskedPSN(4, 2), "backend", v),
        "backend must be one of 'auto', 'readable', 'fused'",
    ),
    "init of SlidingPSN": (lambda v: SlidingPSN(2, v), "init must be one of 'exponential', 'uniform'"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_not_one_of_the_choices(name):
    make, allowed = CHOICES[name]
    for value in ("", "Hard", "kaiming", "hard "):
        refuses(lambda value=value: make(value), ValueError, allowed, f"got {value!r}")
    for value in (None, True, 0, ["hard"], torch.ones(2), np.array(["hard", "soft"])):
        refuses(lambda value=value: make(value), TypeError, allowed, f"got {value!r}")


@pytest.mark.parametrize("value", [None, 0, 1, "yes", torch.tensor(True), np.True_], ids=repr)
@pytest.mark.parametrize(
    "name,make",
    [
        ("detach_reset", lambda v: IF(detach_reset=v)),
        ("detach_reset", lambda v: LIF(detach_reset=v)),
        ("decay_input", lambda v: LIF(decay_input=v)),
        ("decay_input", lambda v: reset_free_weight(3, 2.0, v)),
    ],
)
def test_not_true_or_false(name, make, value):
    refuses(lambda: make(value), TypeError, f"{name} must be True or False, got {value!r}")


@pytest.mark.parametrize("value", [None, 2, "atan", 2.0, ATan, torch.nn.ReLU], ids=repr)
@pytest.mark.parametrize(
    "make",
    [
        lambda v: IF(surrogate=v),
        lambda v: LIF(surrogate=v),
        lambda v: PSN(3, v),
        lambda v: MaskedPSN(3, 2, 0.5, v),
        lambda v: SlidingPSN(3, surrogate=v),
    ],
    ids=NAMES,
)
def test_not_a_surrogate(make, value):
    refuses(lambda: make(value), TypeError, "surrogate must be callable on H − B, such as ATan()", f"got {value!r}")


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64, "float32", float, None], ids=str)
def test_the_closed_form_wants_a_floating_dtype(dtype):
    refuses(lambda: reset_free_weight(3, dtype=dtype), TypeError, "dtype must be a floating torch.dtype", repr(dtype))


def test_mps_has_no_float64():
    refuses(lambda: reset_free_weight(3, device="mps"), ValueError, "dtype must not be torch.float64 on mps")


def test_numbers_of_other_kinds_are_welcome():
    assert PSN(np.int64(3)).T == 3 and type(PSN(np.int64(3)).T) is int
    assert LIF(np.float32(2.5)).tau == 2.5 and LIF(3).tau == 3.0 and LIF(Fraction(5, 2)).tau == 2.5
    assert MaskedPSN(4, 2, np.float64(0.5)).lambda_ == 0.5 and type(MaskedPSN(4, 2, np.float64(0.5)).lambda_) is float
    assert IF(v_threshold=-1, v_reset=-2).v_threshold == -1.0


def test_a_refused_lambda_leaves_the_old_one():
    neuron = MaskedPSN(4, 2, 0.25)
    x = torch.randn(4, 3, generator=generator(1))
    before = neuron.record(x).h
    for value in (2, -0.1, NAN, True, "1", None, torch.tensor(0.5)):
        with pytest.raises((TypeError, ValueError)):
            neuron.lambda_ = value
        assert neuron.lambda_ == 0.25
    assert torch.equal(neuron.record(x).h, before)


def test_atan_itself_wants_a_floating_tensor():
    for value in (1.0, None, [1.0], np.ones(2)):
        refuses(lambda value=value: ATan()(value), TypeError, "x must be a torch.Tensor", type(value).__name__)
    refuses(lambda: ATan()(torch.tensor([1, -1])), TypeError, "x must have a floating dtype, got torch.int64")


def test_settings_cannot_be_changed_behind_the_shared_surrogate():
    with pytest.raises(AttributeError):
        ATan().alpha = 3.0


# Inputs: every way to hand one over

WAYS = {
    "call": lambda neuron, x: neuron(x),
    "record": lambda neuron, x: neuron.record(x),
    "chunk": lambda neuron, x: neuron.chunk(x, neuron.initial_state()),
    "step": lambda neuron, x: neuron.step(x, neuron.initial_state()),
}
PATHS = [(name, way) for name in NAMES for way in WAYS if name in STEPPING or way in ("call", "record")]
FEEDING = [(name, way) for name, way in PATHS if way != "step"]


def hand_over(name, way, x):
    neuron = family()[name]
    return lambda: WAYS[way](neuron, x)


@pytest.mark.parametrize("name,way", PATHS)
def test_not_a_tensor(name, way):
    argument = "x_t" if way == "step" else "x"
    for value in (None, [1.0, 2.0], 1.0, "x", np.ones((4, 3))):
        refuses(hand_over(name, way, value), TypeError, f"{argument} must be a torch.Tensor", type(value).__name__)


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64], ids=str)
@pytest.mark.parametrize("name,way", PATHS)
def test_not_floating(name, way, dtype):
    argument = "x_t" if way == "step" else "x"
    x = torch.ones(4, 3).to(dtype)
    refuses(hand_over(name, way, x), TypeError, f"{argument} must have a floating dtype, got {dtype}", ".float()")


@pytest.mark.parametrize("name,way", FEEDING)
def test_no_time_dimension(name, way):
    for x in (torch.tensor(1.0), torch.ones(4)):
        shape = str(list(x.shape))
        refuses(hand_over(name, way, x), ValueError, "x must be [T, N, …] with time first", f"got shape {shape}")


@pytest.mark.parametrize("name", STEPPING)
def test_a_step_without_dimensions(name):
    refuses(hand_over(name, "step", torch.tensor(1.0)), ValueError, "x_t must be [N, …]")


@pytest.mark.parametrize("name,way", FEEDING)
def test_no_time_steps(name, way):
    refuses(hand_over(name, way, torch.ones(0, 3)), ValueError, "x must have at least one time-step", "[0, 3]")


@pytest.mark.parametrize("T", [1, 3, 5])
@pytest.mark.parametrize("way", ["call", "record"])
@pytest.mark.parametrize("name", ["PSN", "MaskedPSN"])
def test_wrong_number_of_time_steps(name, way, T):
    parts = ("x must have T = 4 time-steps", f"got {T} (shape [{T}, 4])")
    refuses(hand_over(name, way, torch.ones(T, 4)), ValueError, *parts)


@pytest.mark.parametrize("name,way", [path for path in PATHS if path[0] in WEIGHTED])
def test_mixed_devices(name, way):
    argument = "x_t" if way == "step" else "x"
    x = torch.ones(4, 3, device="meta")
    parts = (f"{argument} is on meta", "parameters are on cpu", "neuron.to('meta')")
    refuses(hand_over(name, way, x), ValueError, *parts)
    neuron = family()[name].to("meta")
    refuses(lambda: WAYS[way](neuron, torch.ones(4, 3)), ValueError, f"{argument} is on cpu", "are on meta")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64], ids=str)
@pytest.mark.parametrize("name,way", [path for path in PATHS if path[0] in WEIGHTED])
def test_mixed_dtypes(name, way, dtype):
    argument = "x_t" if way == "step" else "x"
    x = torch.ones(4, 3, dtype=dtype)
    parts = (f"{argument} is {dtype}", "parameters are torch.float32", f"neuron.to({dtype})")
    refuses(hand_over(name, way, x), TypeError, *parts)


@pytest.mark.parametrize("name", WEIGHTED)
def test_autocast_does_not_mix_float64_in(name):
    neuron = family()[name]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        refuses(lambda: neuron(torch.ones(4, 3, dtype=torch.float64)), TypeError, "x is torch.float64")
        refuses(lambda: neuron.double()(torch.ones(4, 3)), TypeError, "x is torch.float32", "are torch.float64")


@pytest.mark.parametrize("name", WEIGHTED)
def test_mixed_dtypes_on_a_device_without_autocast(name):
    neuron = family()[name].to("meta")
    refuses(lambda: neuron(torch.ones(4, 3, device="meta").half()), TypeError, "x is torch.float16")


@pytest.mark.parametrize("name,way", PATHS)
def test_a_refused_input_changes_nothing(name, way):
    neuron = family()[name]
    x, before = torch.randn(4, 3, generator=generator(2)), copy.deepcopy(neuron.state_dict())
    expected = neuron(x)
    with pytest.raises((TypeError, ValueError)):
        WAYS[way](neuron, x.int())
    assert torch.equal(neuron(x), expected)
    assert all(torch.equal(value, before[key]) for key, value in neuron.state_dict().items())


# Stepping where there is none


def test_a_psn_cannot_step():
    neuron, x = PSN(4), torch.ones(4, 3)
    some_state = SlidingPSN(2).initial_state()
    for call in (neuron.initial_state, lambda: neuron.step(x[0], some_state), lambda: neuron.chunk(x, some_state)):
        refuses(call, ValueError, "PSN cannot run step by step", "wait for all T inputs", "MaskedPSN", "SlidingPSN")


@pytest.mark.parametrize("lambda_", [0.0, 0.5, math.nextafter(1, 0)])
def test_a_masked_psn_below_lambda_one_cannot_step(lambda_):
    neuron, x = MaskedPSN(4, 2, 1.0), torch.ones(4, 3)
    _, state = neuron.step(x[0], neuron.initial_state())
    neuron.lambda_ = lambda_
    for call in (neuron.initial_state, lambda: neuron.step(x[1], state), lambda: neuron.chunk(x[1:], state)):
        refuses(call, ValueError, "only with lambda_ = 1", f"but lambda_ = {lambda_!r}", "neuron.lambda_ = 1")
    neuron.lambda_ = 1
    neuron.step(x[1], state)


def test_beyond_the_last_step_of_a_masked_psn():
    neuron = family(T=4)["MaskedPSN"]
    x = torch.randn(5, 3, generator=generator(3))
    _, state = neuron.chunk(x[:3], neuron.initial_state())
    refuses(
        lambda: neuron.chunk(x[3:], state),
        ValueError,
        "x must hold at most 1 more time-steps, got 2",
        "T = 4",
        "has taken 3",
        "initial_state()",
    )
    spikes, state = neuron.step(x[3], state)  # the refused chunk did no harm
    assert torch.equal(spikes, neuron(x[:4])[3])
    refuses(lambda: neuron.step(x[4], state), ValueError, "x_t must hold at most 0 more time-steps, got 1", "T = 4")
    refuses(lambda: neuron.chunk(x, neuron.initial_state()), ValueError, "x must hold at most 4 more", "got 5")


# States

FOREIGN = [
    ("IF", LIF()),
    ("IF", IF(v_threshold=2.0)),
    ("IF", IF(v_reset=-0.1)),
    ("IF", IF(reset="soft")),
    ("LIF", IF()),
    ("LIF", LIF(3.0)),
    ("LIF", LIF(2.0 + 1e-9)),
    ("LIF", LIF(decay_input=False)),
    ("LIF", SlidingPSN(2)),
    ("MaskedPSN", MaskedPSN(5, 2, 1.0)),
    ("MaskedPSN", MaskedPSN(4, 3, 1.0)),
    ("MaskedPSN", SlidingPSN(2)),
    ("SlidingPSN", SlidingPSN(3)),
    ("SlidingPSN", MaskedPSN(4, 2, 1.0)),
    ("SlidingPSN", IF()),
]


@pytest.mark.parametrize("name,stranger", FOREIGN, ids=lambda v: v if isinstance(v, str) else repr(v)[:50])
def test_a_state_of_another_neuron(name, stranger):
    neuron, x = family()[name], torch.ones(4, 3)
    for state in (stranger.initial_state(), stranger.step(x[0], stranger.initial_state())[1]):
        for call in (lambda s=state: neuron.step(x[1], s), lambda s=state: neuron.chunk(x[1:], s)):
            refuses(call, ValueError, f"state must be one of {name}(", f"got one of {type(stranger).__name__}(")


@pytest.mark.parametrize("value", [None, 0, "state", (), torch.zeros(3)], ids=repr)
@pytest.mark.parametrize("name", STEPPING)
def test_not_a_state(name, value):
    neuron, x = family()[name], torch.ones(4, 3)
    for call in (lambda: neuron.step(x[0], value), lambda: neuron.chunk(x, value)):
        refuses(call, TypeError, f"state must come from {name}(", "initial_state()", f"got {type(value).__name__}")


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("name", STEPPING)
def test_a_state_of_another_shape_dtype_or_device_stays_usable(name, k):
    neuron = family(T=4, k=k)[name]
    x = torch.randn(4, 3, generator=generator(4))
    _, state = neuron.chunk(x[:2], neuron.initial_state())
    memory = state.memory.clone()

    for wrong, shape in ((torch.ones(4), [4]), (torch.ones(3, 1), [3, 1]), (torch.ones(1), [1])):
        parts = ("state holds shape [3] per step", f"has {shape}", "initial_state()")
        refuses(lambda wrong=wrong: neuron.step(wrong, state), ValueError, *parts, "x_t has")
        refuses(lambda wrong=wrong: neuron.chunk(wrong[None], state), ValueError, *parts, "but x has")
    refuses(
        lambda: neuron.step(x[2].double(), state), ValueError, "state holds dtype torch.float32", "has torch.float64"
    )
    refuses(lambda: neuron.step(x[2].to("meta"), state), ValueError, "state holds device cpu", "has meta")
    refuses(lambda: neuron.chunk(x[2:].int(), state), TypeError, "x must have a floating dtype")

    assert torch.equal(state.memory, memory) and state.t == 2
    assert torch.equal(neuron.chunk(x[2:], state)[0], neuron(x)[2:])


# NaN


@pytest.mark.parametrize("step", [0, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_record_names_the_step_of_a_nan(name, step):
    neuron, x = family(lambda_=0.5)[name], torch.ones(4, 3, 2)
    x[step, 1, 0] = NAN
    refuses(lambda: neuron.record(x), ValueError, f"x is NaN at time-step {step}", "silently give no spike")
    x[3] = NAN  # the first one counts
    refuses(lambda: neuron.record(x), ValueError, f"x is NaN at time-step {step}")


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_forward_does_not_look(name):
    neuron = family()[name]
    spikes = neuron(torch.full((4, 3), NAN))
    assert (spikes == 0).all()


@pytest.mark.parametrize("name", WEIGHTED)
def test_record_names_h_where_a_weight_is_nan(name):
    neuron = family()[name]
    with torch.no_grad():
        neuron.weight[-1] = NAN  # the last row of W, or what meets the newest input
    step = 0 if name == "SlidingPSN" else 3
    refuses(lambda: neuron.record(torch.ones(4, 3)), ValueError, f"H is NaN at time-step {step}")


def test_record_names_h_and_v_of_an_overflow():
    x = torch.tensor([0.5, INF, -INF])[:, None]
    refuses(lambda: IF(reset="none").record(x), ValueError, "H is NaN at time-step 2")
    refuses(lambda: IF().record(x[:2]), ValueError, "V is NaN at time-step 1")


def test_infinite_input_is_no_nan():
    x = torch.tensor([0.5, -INF, 0.5])[:, None]
    assert IF(reset="none").record(x).h.flatten().tolist() == [0.5, -INF, -INF]
    assert PSN(3)(x).shape == x.shape


@pytest.mark.parametrize("name", WEIGHTED)
def test_record_names_a_nan_threshold(name):
    """A threshold that became NaN in training never fires either; that of IF and LIF is a checked number."""
    neuron = family()[name]
    with torch.no_grad():
        neuron.threshold[...] = NAN
        if neuron.threshold.dim():
            neuron.threshold[:2] = 1.0
    step = 2 if neuron.threshold.dim() else 0
    refuses(lambda: neuron.record(torch.ones(4, 3)), ValueError, f"threshold is NaN at time-step {step}")
