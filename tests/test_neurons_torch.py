"""Are the neurons good citizens of torch: dtypes, devices, saving, copying, compiling, transforms?"""

import copy
import io
import pickle

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN, reset_free_weight
from tests.strategies import NAMES, STEPPING, WEIGHTED, assert_close, family, generator, gradients, randomise

FLOATING = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
DEVICES = [
    pytest.param(
        "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
    ),
    pytest.param(
        "mps",
        marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no Apple MPS device on this machine"),
    ),
]


def exact_family():
    """Neurons and an input whose charges are exact in float16 and bfloat16; some of them meet the threshold."""
    rng = generator(1)
    neurons, x = family(T=4, k=2, lambda_=0.5), torch.randint(-4, 5, (4, 3, 50), generator=rng) / 2
    for name in WEIGHTED:
        for parameter in neurons[name].parameters():
            parameter.data = torch.randint(-4, 5, parameter.shape, generator=rng) / 4
    return neurons, x


def saved_and_loaded(state_dict):
    file = io.BytesIO()
    torch.save(state_dict, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


# Dtypes


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("name", NAMES)
def test_every_floating_dtype(name, dtype):
    neurons, x = exact_family()
    neuron = neurons[name]
    expected = copy.deepcopy(neuron).double().record(x.double())
    run = neuron.to(dtype).record(x.to(dtype))
    assert {part.dtype for part in run} == {dtype}
    assert torch.equal(run.h.double(), expected.h) and torch.equal(run.s.double(), expected.s)
    assert torch.equal(neuron(x.to(dtype)), run.s)
    assert 0 < expected.s.mean() < 1


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("name", NAMES)
def test_gradients_in_every_floating_dtype(name, dtype):
    neurons, x = exact_family()
    neuron, g = neurons[name].to(dtype), torch.ones_like(x)
    twin = copy.deepcopy(neuron).double()
    got = gradients(neuron, x.to(dtype), g.to(dtype), tuple(neuron.parameters()))
    expected = gradients(twin, x.double(), g.double(), tuple(twin.parameters()))
    for a, b in zip(got, expected, strict=True):
        assert a.dtype == dtype
        assert_close(a.double(), b, tolerance=max(1e-12, 4 * torch.finfo(dtype).eps))


def test_vanilla_neurons_have_no_parameters_and_take_any_dtype():
    for neuron in (IF(), LIF()):
        assert not list(neuron.parameters()) and not neuron.state_dict()
        for dtype in FLOATING:
            assert neuron(torch.ones(3, 2, dtype=dtype)).dtype == dtype


@pytest.mark.parametrize("name", WEIGHTED)
def test_to_float64_converts_everything(name):
    neuron = family()[name].to(torch.float64)
    assert all(t.dtype == torch.float64 for t in (*neuron.parameters(), *neuron.buffers()))
    assert neuron(torch.randn(4, 3, dtype=torch.float64)).dtype == torch.float64
    if name == "MaskedPSN":
        assert neuron.mask.dtype == torch.float64 == neuron.masked_weight().dtype
        assert neuron.lambda_ == 1.0


def test_a_default_dtype_is_followed():
    torch.set_default_dtype(torch.float64)
    try:
        for neuron in (PSN(4), MaskedPSN(4, 2), SlidingPSN(3), SlidingPSN(3, init="uniform")):
            assert neuron(torch.randn(4, 2)).dtype == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


# Devices


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", NAMES)
def test_another_device_gives_what_the_cpu_gives(name, device):
    neurons, x = exact_family()
    neuron, g = neurons[name], torch.randn(x.shape, generator=generator(2))
    expected = gradients(neuron, x, g, tuple(neuron.parameters()))
    neuron.to(device)
    got = gradients(neuron, x.to(device), g.to(device), tuple(neuron.parameters()))
    assert torch.equal(got[0].cpu(), expected[0]) and got[0].device.type == device
    for a, b in zip(got[1:], expected[1:], strict=True):
        assert_close(a.cpu(), b, tolerance=1e-4)
    neuron.record(x.to(device))
    if name in STEPPING:
        if name == "MaskedPSN":
            neuron.lambda_ = 1
        spikes, state = neuron.chunk(x[:3].to(device), neuron.initial_state())
        last, state = neuron.step(x[3].to(device), state)
        assert torch.equal(torch.cat((spikes, last[None])), neuron(x.to(device)))
        assert state.memory.device.type == device


@pytest.mark.parametrize("device", DEVICES)
def test_closed_form_and_saved_state_on_another_device(device):
    weight = reset_free_weight(7, 3.0, dtype=torch.float32, device=device)
    assert weight.device.type == device and torch.equal(weight.cpu(), reset_free_weight(7, 3.0, dtype=torch.float32))
    neuron = MaskedPSN(4, 2, 0.25).to(device)
    assert neuron.mask.device.type == device
    twin = MaskedPSN(4, 2)
    twin.load_state_dict(saved_and_loaded(neuron.state_dict()))
    assert twin.lambda_ == 0.25 and torch.equal(twin.weight, neuron.weight.cpu())


@pytest.mark.parametrize("name", NAMES)
def test_shapes_on_the_meta_device(name):
    neuron = family()[name].to("meta")
    spikes = neuron(torch.empty(4, 3, 2, device="meta"))
    assert spikes.shape == (4, 3, 2) and spikes.device.type == "meta"


def test_construction_under_a_default_device():
    with torch.device("meta"):
        for neuron in (PSN(4), MaskedPSN(4, 2), SlidingPSN(2), SlidingPSN(2, init="uniform")):
            assert {t.device.type for t in (*neuron.parameters(), *neuron.buffers())} == {"meta"}


def test_lambda_never_waits_for_the_device():
    """A forward on the meta device, where no number can be read back, for every λ."""
    neuron = MaskedPSN(4, 2).to("meta")
    for lambda_ in (0.0, 0.5, 1.0):
        neuron.lambda_ = lambda_
        assert neuron(torch.empty(4, 3, device="meta")).shape == (4, 3)


# Saving and copying


@pytest.mark.parametrize("name", WEIGHTED)
def test_state_dict_round_trip(name):
    neuron, other = family(lambda_=0.375)[name], family(lambda_=0.0, seed=1)[name]
    x = torch.randn(4, 3, generator=generator(3))
    result = other.load_state_dict(saved_and_loaded(neuron.state_dict()), strict=True)
    assert not result.missing_keys and not result.unexpected_keys
    for (key, a), (_, b) in zip(neuron.named_parameters(), other.named_parameters(), strict=True):
        assert torch.equal(a, b), key
    assert torch.equal(neuron(x), other(x))
    if name == "MaskedPSN":
        assert other.lambda_ == 0.375 and isinstance(other.lambda_, float)


@pytest.mark.parametrize("lambda_", [0.0, 0.1, 1 / 3, 1.0])
def test_lambda_survives_saving_to_the_last_bit(lambda_):
    for neuron in (MaskedPSN(3, 2, lambda_), MaskedPSN(3, 2, lambda_).half()):
        other = MaskedPSN(3, 2, 0.5)
        other.load_state_dict(saved_and_loaded(neuron.state_dict()))
        assert other.lambda_ == lambda_


def test_lambda_is_saved_inside_a_network():
    def network():
        return torch.nn.Sequential(torch.nn.Linear(3, 3), MaskedPSN(4, 2), SlidingPSN(2), LIF())

    trained, fresh = network(), network()
    trained[1].lambda_ = 0.75
    fresh.load_state_dict(saved_and_loaded(trained.state_dict()))
    assert fresh[1].lambda_ == 0.75


def test_a_saved_lambda_out_of_range_is_refused():
    neuron = MaskedPSN(3, 2, 0.5)
    damaged = neuron.state_dict()
    damaged["_extra_state"] = torch.tensor(3.0)
    with pytest.raises(ValueError, match="lambda_ must be a number from 0 to 1, got 3"):
        neuron.load_state_dict(damaged)
    assert neuron.lambda_ == 0.5


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))], ids=["deepcopy", "pickle"]
)
@pytest.mark.parametrize("name", NAMES)
def test_copies(name, copied):
    neuron = family(lambda_=0.375)[name]
    neuron.surrogate = ATan(3.0)
    twin = copied(neuron)
    x, g = torch.randn(2, 4, 3, generator=generator(4))
    for a, b in zip(
        gradients(neuron, x, g, tuple(neuron.parameters())),
        gradients(twin, x, g, tuple(twin.parameters())),
        strict=True,
    ):
        assert torch.equal(a, b)
    assert repr(twin) == repr(neuron)
    for a, b in zip(neuron.parameters(), twin.parameters(), strict=True):
        assert a.data_ptr() != b.data_ptr()
    if name == "MaskedPSN":
        twin.lambda_ = 1.0
        assert neuron.lambda_ == 0.375


def test_the_repr_shows_the_settings_exactly():
    assert repr(LIF(2.0000001, v_threshold=0.5)).startswith("LIF(tau=2.0000001, decay_input=True, v_threshold=0.5, ")
    assert (
        repr(MaskedPSN(4, 2, 1 - 1e-12)) == "MaskedPSN(T=4, k=2, lambda_=0.999999999999, surrogate=ATan(alpha=2.0))"
    )


# Compiling


@pytest.fixture
def compiled():
    """torch.compile with a backend that counts the graphs; fullgraph, so that a break is an error."""

    def compile(function, backend="eager"):
        counter = CompileCounterWithBackend(backend)
        return torch.compile(function, backend=counter, fullgraph=True), counter

    from torch._dynamo.testing import CompileCounterWithBackend  # takes seconds, which only these tests need

    torch._dynamo.reset()
    yield compile
    torch._dynamo.reset()


@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_neuron_gives_the_same_spikes_and_gradients(name, compiled):
    """aot_eager traces the backward pass too."""
    neuron = family(lambda_=0.5)[name]
    x, g = torch.randn(2, 4, 3, 2, generator=generator(5))
    parameters = tuple(neuron.parameters())
    fast, counter = compiled(neuron, "aot_eager")
    for a, b in zip(gradients(fast, x, g, parameters), gradients(neuron, x, g, parameters), strict=True):
        assert_close(a, b)
    assert counter.frame_count == 1


def test_moving_lambda_does_not_compile_again_and_again(compiled):
    neuron = randomise(MaskedPSN(4, 2), generator(6))
    x = torch.randn(4, 30, generator=generator(7))
    fast, counter = compiled(neuron)
    for step in range(21):
        neuron.lambda_ = step / 20
        assert torch.equal(fast(x), neuron(x))
    assert counter.frame_count <= 4


@pytest.mark.parametrize("name", STEPPING)
def test_a_compiled_step(name, compiled):
    neuron = family(T=12, k=3)[name]
    x = torch.randn(12, 5, generator=generator(8))
    fast, counter = compiled(neuron.step)
    state, spikes = neuron.initial_state(), []
    for x_t in x:
        s, state = fast(x_t, state)
        spikes.append(s)
    assert torch.equal(torch.stack(spikes), neuron(x))
    assert counter.frame_count <= 4  # the queue fills up, then nothing changes


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_input_is_refused_by_a_compiled_neuron_too(name):
    torch._dynamo.reset()
    neuron = torch.compile(family()[name], backend="eager")
    with pytest.raises(TypeError, match="x must have a floating dtype"):
        neuron(torch.ones(4, 3, dtype=torch.int64))
    torch._dynamo.reset()


# Autocast


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", NAMES)
def test_under_autocast_spikes_keep_the_dtype_of_the_input(name, dtype):
    neurons, x = exact_family()
    neuron = neurons[name].double() if dtype == torch.float64 else neurons[name]
    expected = neuron(x.to(neuron.weight.dtype if name in WEIGHTED else dtype))
    leaf = x.to(dtype).requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        spikes = neuron(leaf)
        run = neuron.record(leaf)
    assert spikes.dtype == run.s.dtype == dtype
    assert torch.equal(spikes, expected.to(dtype)) and torch.equal(run.s, spikes)
    spikes.sum().backward()
    assert leaf.grad.dtype == dtype and leaf.grad.isfinite().all()
    for parameter in neuron.parameters():
        assert parameter.grad.dtype == parameter.dtype and parameter.grad.isfinite().all()


@pytest.mark.parametrize("name", ["MaskedPSN", "SlidingPSN"])
def test_steps_under_autocast(name):
    neuron = exact_family()[0][name]
    x = exact_family()[1]
    if name == "MaskedPSN":
        neuron.lambda_ = 1
    expected, state = neuron(x), neuron.initial_state()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for t in range(4):
            spikes, state = neuron.step(x[t], state)
            assert spikes.dtype == torch.float32 and torch.equal(spikes, expected[t])


# Layouts and empty inputs


@pytest.mark.parametrize("name", NAMES)
def test_non_contiguous_input(name):
    neuron = family()[name]
    rng = generator(9)
    for x in (
        torch.randn(3, 4, 2, generator=rng).transpose(0, 1),
        torch.randn(8, 6, generator=rng)[::2, ::3],
        torch.randn(4, 1, 1, generator=rng).expand(4, 3, 2),
        torch.randn(1, 3, generator=rng).expand(4, 3),
        torch.randn(4, 2, 3, 5, 2, generator=rng).permute(0, 4, 1, 3, 2),
    ):
        before = x.clone()
        assert torch.equal(neuron(x), neuron(x.contiguous()))
        assert torch.equal(x, before)
        if name in STEPPING:
            assert torch.equal(neuron.chunk(x, neuron.initial_state())[0], neuron(x))


@pytest.mark.parametrize("shape", [(4, 0), (4, 2, 0, 3), (4, 0, 0)])
@pytest.mark.parametrize("name", NAMES)
def test_a_layer_of_no_neurons(name, shape):
    neuron = family()[name]
    x = torch.zeros(shape, requires_grad=True)
    spikes = neuron(x)
    assert spikes.shape == shape
    assert [part.shape for part in neuron.record(x)] == [shape] * 4
    spikes.sum().backward()
    assert x.grad.shape == shape
    assert all((parameter.grad == 0).all() for parameter in neuron.parameters())


@pytest.mark.parametrize("name", WEIGHTED)
def test_frozen_parameters(name):
    neuron = family()[name].requires_grad_(False)
    x = torch.randn(4, 3, generator=generator(10))
    assert not neuron(x).requires_grad
    leaf = x.clone().requires_grad_()
    neuron(leaf).sum().backward()
    assert leaf.grad is not None and all(p.grad is None for p in neuron.parameters())


@pytest.mark.parametrize("name", NAMES)
def test_no_graph_without_gradients(name):
    neuron = family()[name]
    x = torch.randn(4, 3, generator=generator(11), requires_grad=True)
    assert neuron(x).requires_grad
    with torch.no_grad():
        assert not neuron(x).requires_grad
    with torch.inference_mode():
        assert neuron(x).is_inference()


@pytest.mark.parametrize("name", NAMES)
def test_training_and_evaluation_agree(name):
    neuron, x = family()[name], torch.randn(4, 30, generator=generator(12))
    assert torch.equal(neuron.train()(x), neuron.eval()(x))


# Function transforms


def test_atan_under_vmap_and_grad():
    x = torch.linspace(-2, 2, 7, dtype=torch.float64)
    slope = lambda v: 3.0 / (2 * (1 + (torch.pi * 3.0 * v / 2) ** 2))  # noqa: E731
    spike = ATan(3.0)
    assert torch.equal(torch.vmap(spike)(x), spike(x))
    assert_close(torch.func.grad(lambda v: spike(v).sum())(x), slope(x), "grad")
    assert_close(torch.vmap(torch.func.grad(spike))(x), slope(x), "vmap of grad")
    assert_close(torch.func.jacrev(spike)(x), slope(x).diag(), "jacrev")
    x.requires_grad_()
    (first,) = torch.autograd.grad(spike(x).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    (expected,) = torch.autograd.grad(slope(x).sum(), x)
    assert_close(second, expected, "the surrogate's own derivative")


@pytest.mark.parametrize("name", NAMES)
def test_per_sample_gradients(name):
    neuron = family()[name]
    x = torch.randn(5, 4, 3, generator=generator(13))  # five samples of [T, N]
    loss = lambda sample: neuron(sample).sum()  # noqa: E731
    got = torch.vmap(torch.func.grad(loss))(x)
    assert_close(got, torch.stack([gradients(neuron, s, torch.ones(4, 3))[1] for s in x]))


@pytest.mark.parametrize("name", WEIGHTED)
def test_an_ensemble_by_vmap_over_the_parameters(name):
    neurons = [family(seed=seed)[name] for seed in range(3)]
    x = torch.randn(4, 3, generator=generator(14))
    parameters, buffers = torch.func.stack_module_state(neurons)
    run = lambda p, b: torch.func.functional_call(neurons[0], (p, b), (x,))  # noqa: E731
    assert torch.equal(torch.vmap(run)(parameters, buffers), torch.stack([n(x) for n in neurons]))


# Parallel in time


class CountOps(TorchDispatchMode):
    """Counts the operations that reach the device."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += 1
        return func(*args, **(kwargs or {}))


def operations(neuron, T, backward):
    x = torch.randn(T, 3, requires_grad=True)
    with CountOps() as counter:
        spikes = neuron(x)
        if backward:
            spikes.sum().backward()
    return counter.count


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "training"])
@pytest.mark.parametrize(
    "make",
    [PSN, lambda T: MaskedPSN(T, 3, 0.5), lambda T: SlidingPSN(3), lambda T: SlidingPSN(40)],
    ids=["PSN", "MaskedPSN", "SlidingPSN", "SlidingPSN-long-kernel"],
)
def test_the_parallel_family_does_not_loop_over_time(make, backward):
    counts = {operations(make(T), T, backward) for T in (3, 9, 80)}
    assert len(counts) == 1, counts
    assert operations(IF(), 80, backward) > operations(IF(), 9, backward) > max(counts)  # the counter counts


def test_the_order_of_a_sliding_psn_costs_no_operations():
    assert len({operations(SlidingPSN(k), 20, backward=True) for k in (1, 3, 20, 50)}) == 1
