"""Does the fused form of a plain call give what the readable one gives, and keep and cost what it promises?"""

import copy
import math
import pickle
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.neurons import (
    IF,
    LIF,
    PSN,
    ATan,
    MaskedPSN,
    SlidingPSN,
    fast,
    leak_by_fft,
    leak_by_product,
    leak_by_scan,
)
from psn_viz.neurons.fast import band, function
from psn_viz.neurons.fast.band import rows_per_block, worth_a_band
from tests.strategies import WEIGHTED, assert_close, dtypes, generator, gradients, randomise, seeds, trailing

MARGIN = {torch.float32: 1e-4, torch.float64: 1e-9}
LAYOUTS = {
    "contiguous": lambda x: x.contiguous(),
    "time last": lambda x: x.t().contiguous().t(),
    "every other": lambda x: torch.stack((x, x), 2).flatten(1)[:, ::2],
    "within a larger one": lambda x: torch.nn.functional.pad(x, (3, 5, 2, 1))[2:-1, 3:-5],
}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """The products here are too small to share out, and waiting for a busy second core costs most of the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def always_banded(monkeypatch):
    """Bands wherever there are two blocks of them, so that small inputs meet them."""
    monkeypatch.setattr(band, "SAVED", {"cpu": 1})


def in_blocks(monkeypatch, neurons):
    """Blocks of so many neurons."""
    monkeypatch.setattr(function, "BLOCK", 0)
    monkeypatch.setattr(function, "WIDTH", neurons)


@pytest.fixture
def small_blocks(monkeypatch):
    in_blocks(monkeypatch, 3)


def readable(neuron):
    """A copy that is computed as its equations stand."""
    twin = copy.deepcopy(neuron)
    twin.backend = "readable"
    return twin


def neurons(T, k, lambda_, alpha, dtype, rng):
    for neuron in (
        PSN(T, ATan(alpha), backend="fused"),
        MaskedPSN(T, min(k, T), lambda_, ATan(alpha), backend="fused"),
        SlidingPSN(k, surrogate=ATan(alpha), backend="fused"),
    ):
        neuron = randomise(neuron, rng).to(dtype)
        with torch.no_grad():
            neuron.weight /= math.sqrt(len(neuron.weight))
        yield neuron


def assert_same(neuron, x, rng, tolerance=None):
    """Spikes beyond the margin, and all gradients."""
    twin = readable(neuron)
    g = torch.randn(x.shape, generator=rng, dtype=x.dtype)
    got = gradients(neuron, x, g, (neuron.weight, neuron.threshold))
    expected = gradients(twin, x, g, (twin.weight, twin.threshold))
    threshold = neuron.threshold.detach().reshape(-1, *[1] * (x.dim() - 1))
    clear = (neuron.charge(x).detach() - threshold).abs() > MARGIN[x.dtype]
    assert torch.equal(got[0][clear], expected[0][clear]), "spikes"
    assert got[0].dtype == x.dtype and got[0].is_contiguous()
    with torch.no_grad():
        assert torch.equal(neuron(x), got[0]), "without a graph"
    for what, a, b in zip(("∂X", "∂W", "∂B"), got[1:], expected[1:], strict=True):
        assert_close(a, b, f"{what} of {neuron}", tolerance)


# Against the readable form


@given(
    T=st.integers(1, 90),
    N=st.integers(1, 12),
    k=st.one_of(st.integers(1, 20), st.integers(1, 100)),
    lambda_=st.sampled_from([0.0, 0.3, 1.0]),
    alpha=st.floats(0.3, 5),
    dtype=dtypes,
    layout=st.sampled_from(sorted(LAYOUTS)),
    blocks=st.integers(1, 12),
    banded=st.booleans(),
    seed=seeds,
)
def test_the_fused_form_is_the_readable_one(T, N, k, lambda_, alpha, dtype, layout, blocks, banded, seed):
    rng = generator(seed)
    with pytest.MonkeyPatch.context() as patch:
        in_blocks(patch, blocks)
        patch.setattr(band, "SAVED", {"cpu": 1 if banded else math.inf})
        for neuron in neurons(T, k, lambda_, alpha, dtype, rng):
            x = LAYOUTS[layout](torch.randn(T, N, generator=rng, dtype=dtype))
            assert_same(neuron, x, rng)


@pytest.mark.parametrize("T,k", [(32, 16), (33, 16), (47, 1), (64, 32), (65, 17), (200, 8), (131, 33)])
@pytest.mark.parametrize("shape", [(1,), (7,), (2, 3, 4)])
def test_bands_of_all_sizes(T, k, shape, always_banded, small_blocks):
    rng = generator(T)
    for dtype in (torch.float32, torch.float64):
        for neuron in neurons(T, k, 1.0, 2.0, dtype, rng):
            assert worth_a_band(T, k, 1)
            assert_same(neuron, torch.randn(T, *shape, generator=rng, dtype=dtype), rng)


def test_a_band_never_reads_or_writes_what_lies_outside(always_banded):
    neuron = randomise(MaskedPSN(70, 5, 1.0, backend="fused"), generator(1))
    x, g = torch.randn(2, 70, 9, generator=generator(2))
    expected = gradients(neuron, x, g, (neuron.weight, neuron.threshold))
    with torch.no_grad():
        neuron.weight[neuron.mask == 0] = math.nan
    got = gradients(neuron, x, g, (neuron.weight, neuron.threshold))
    assert all(torch.equal(a, b) for a, b in zip(got, expected, strict=True))
    assert (got[2][neuron.mask == 0] == 0).all() and (got[2][neuron.mask == 1] != 0).all()


def test_gradients_that_are_not_asked_for():
    x = torch.randn(6, 40, generator=generator(6))
    for frozen in ("x", "weight", "threshold"):
        neuron = randomise(PSN(6, backend="fused"), generator(7))
        leaf = x.clone().requires_grad_(frozen != "x")
        if frozen != "x":
            getattr(neuron, frozen).requires_grad_(False)
        neuron(leaf).sum().backward()
        for name, tensor in (("x", leaf), ("weight", neuron.weight), ("threshold", neuron.threshold)):
            assert (tensor.grad is None) == (name == frozen), name


# What autograd may ask of it


@pytest.mark.parametrize("lambda_", [0.5, 1.0])
def test_a_retained_graph_gives_the_same_twice(lambda_, always_banded):
    rng = generator(8)
    for neuron in neurons(40, 4, lambda_, 2.0, torch.float32, rng):
        x = torch.randn(40, 6, generator=rng, requires_grad=True)
        spikes, g = neuron(x), torch.randn(40, 6, generator=rng)
        before = spikes.detach().clone()
        wanted = (x, neuron.weight, neuron.threshold)
        first = torch.autograd.grad(spikes, wanted, g, retain_graph=True)
        second = torch.autograd.grad(spikes, wanted, g)
        assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
        assert torch.equal(spikes, before)


def test_second_derivatives_are_those_of_the_readable_form(always_banded):
    rng = generator(9)
    for neuron in neurons(36, 3, 1.0, 2.0, torch.float64, rng):
        results = []
        x0, g = torch.randn(2, 36, 5, generator=rng, dtype=torch.float64)
        for each in (neuron, readable(neuron)):
            x = x0.clone().requires_grad_()
            wanted = (x, each.weight, each.threshold)
            first = torch.autograd.grad((each(x) * g).sum(), wanted, create_graph=True)
            results.append((*first, *torch.autograd.grad(sum((f**2).sum() for f in first), wanted)))
        for a, b in zip(*results, strict=True):
            assert_close(a, b, f"{neuron}", 1e-10)


def test_a_second_derivative_counts_an_input_made_of_the_weight_once():
    results = []
    for kind in (lambda n: n, readable):
        neuron = kind(randomise(PSN(4, backend="fused"), generator(10)).double())
        x = neuron.weight.cumsum(1)
        (first,) = torch.autograd.grad(neuron(x).sum(), neuron.weight, create_graph=True)
        results.append((first, *torch.autograd.grad(first.square().sum(), neuron.weight)))
    for a, b in zip(*results, strict=True):
        assert_close(a, b, tolerance=1e-10)


@pytest.mark.parametrize("banded", [False, True])
@pytest.mark.parametrize("create_graph", [False, True])
def test_backward_where_autocast_is_on(create_graph, banded, monkeypatch, small_blocks):
    """In several blocks, and in the dtype of the parameters."""
    monkeypatch.setattr(band, "SAVED", {"cpu": 1 if banded else math.inf})
    rng = generator(19)
    for neuron in (*neurons(40, 4, 0.4, 2.0, torch.float32, rng), *neurons(40, 4, 1.0, 2.0, torch.float32, rng)):
        x, g = torch.randn(2, 40, 8, generator=rng)
        wanted = (x.requires_grad_(), neuron.weight, neuron.threshold)
        spikes = neuron(x)
        expected = torch.autograd.grad(spikes, wanted, g, retain_graph=True, create_graph=create_graph)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            got = torch.autograd.grad(spikes, wanted, g, retain_graph=True, create_graph=create_graph)
        assert all(torch.equal(a, b) for a, b in zip(got, expected, strict=True))


def batched_gradients(spikes, wanted, batch):
    """The two ways of torch to take gradients for several ∂L/∂S at once."""
    yield torch.autograd.grad(spikes, wanted, batch, is_grads_batched=True, retain_graph=True)
    one = lambda g: torch.autograd.grad(spikes, wanted, g, retain_graph=True)  # noqa: E731
    yield torch.func.vmap(one)(batch)


@pytest.mark.parametrize("frozen", [None, "x", "weight", "threshold"])
@pytest.mark.parametrize("lambda_", [0.0, 0.4, 1.0])
def test_gradients_of_a_batch(lambda_, frozen, always_banded):
    rng = generator(20)
    for neuron in neurons(40, 4, lambda_, 3.0, torch.float64, rng):
        x, batch = torch.randn(40, 6, generator=rng).double(), torch.randn(5, 40, 6, generator=rng).double()
        inputs = {"x": x, "weight": neuron.weight, "threshold": neuron.threshold}
        wanted = [inputs[name].requires_grad_(name != frozen) for name in inputs if name != frozen]
        spikes = neuron(x)
        each = [torch.autograd.grad(spikes, wanted, g, retain_graph=True) for g in batch]
        for got in batched_gradients(spikes, wanted, batch):
            for a, b in zip(got, map(torch.stack, zip(*each, strict=True)), strict=True):
                assert_close(a, b, f"{neuron}", 1e-10)


def test_jacobian_and_hessian_in_one_batch():
    rng = generator(21)
    for neuron in neurons(5, 2, 0.4, 2.0, torch.float64, rng):
        x, g = torch.randn(2, 5, 3, generator=rng).double()
        one, all_ = (torch.autograd.functional.jacobian(neuron, x, vectorize=v) for v in (False, True))
        assert_close(all_, one, "jacobian", 1e-10)
        first = lambda x, neuron=neuron, g=g: torch.autograd.grad(neuron(x), x, g, create_graph=True)[0]  # noqa: E731
        one, all_ = (torch.autograd.functional.jacobian(first, x, vectorize=v) for v in (False, True))
        assert_close(all_, one, "hessian", 1e-10)
        assert one.abs().max() > 0.01


def test_the_kernel_of_a_device_is_not_asked_for_a_batch(monkeypatch):
    def gradients(*args):
        raise AssertionError("a kernel reads memory, which a batch has not")

    spikes = lambda w, x, b: (w @ x >= b[:, None]).to(x.dtype)  # noqa: E731
    monkeypatch.setattr(function, "kernel_for", lambda x: SimpleNamespace(spikes=spikes, gradients=gradients))
    neuron, x = (
        randomise(PSN(4, backend="fused"), generator(22)),
        torch.randn(4, 3, generator=generator(23), requires_grad=True),
    )
    got = list(batched_gradients(neuron(x), [x], torch.ones(2, 4, 3)))
    with pytest.raises(AssertionError, match="a kernel reads memory"):
        neuron(x).sum().backward()
    monkeypatch.undo()
    (expected,) = torch.autograd.grad(neuron(x).sum(), x)
    for (batch,) in got:
        assert_close(batch, torch.stack((expected, expected)))


def test_an_input_changed_between_forward_and_backward_is_noticed():
    neuron = PSN(4, backend="fused")
    x = torch.randn(4, 3, generator=generator(11))
    spikes = neuron(x)
    x.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        spikes.sum().backward()


# Which calls it takes


class Leaky(PSN):
    def charge(self, x):
        return super().charge(x) + 100


class Late(SlidingPSN):
    def fire(self, h, threshold):
        return super().fire(h, threshold + 100)


class Shift:
    def charge(self, x):
        return super().charge(x) + 100


class Mixed(Shift, PSN):
    pass


class Later(Mixed):
    pass


class Empty(MaskedPSN):
    def masked_weight(self):
        return torch.zeros_like(self.weight)


class NoMask(MaskedPSN):
    @property
    def mask(self):
        return torch.zeros_like(self.weight)


OWN = {
    "charge": (lambda: Leaky(4), 1),
    "fire": (lambda: Late(2), 0),
    "charge, by way of another class": (lambda: Later(4), 1),
    "masked_weight": (lambda: Empty(4, 2, 0.5), 0),
    "mask": (lambda: NoMask(4, 2, 1.0), 0),
}


@pytest.fixture
def calls(monkeypatch):
    """The neurons whose calls the fused form took."""
    taken, real = [], fast.spikes
    monkeypatch.setattr(fast, "spikes", lambda neuron, x: taken.append(neuron) or real(neuron, x))
    return taken


@pytest.mark.parametrize("what", OWN)
def test_a_class_with_an_equation_of_its_own_is_called_through_it(what, calls):
    make, spikes = OWN[what]
    neuron = make()
    for n in (30, 10**4):
        assert (neuron(torch.randn(4, n, generator=generator(12)).abs()) == spikes).all() and not calls
    name = what.split(",")[0]
    with pytest.raises(
        ValueError, match=rf"backend must be 'auto' or 'readable' .* {type(neuron).__name__} .* {name}"
    ):
        neuron.backend = "fused"
    assert neuron.backend == "auto"
    with pytest.raises(ValueError, match=r"this Leaky has its own charge"):
        Leaky(4, backend="fused")


def test_a_single_neuron_with_an_equation_of_its_own_is_called_through_it(calls):
    x = torch.randn(4, 10**4, generator=generator(12))
    for name, own in (
        ("charge", lambda x: torch.full_like(x, 100)),
        ("fire", lambda h, threshold: torch.ones_like(h)),
    ):
        neuron = PSN(4)
        setattr(neuron, name, own)
        assert neuron(x).all() and torch.equal(neuron(x), neuron.record(x).s) and not calls
        with pytest.raises(ValueError, match=f"this PSN has its own {name}"):
            neuron.backend = "fused"
    neuron = PSN(4, backend="fused")
    neuron.charge = lambda x: torch.full_like(x, 100)
    with pytest.raises(ValueError, match="this PSN has its own charge"):
        neuron(x)
    neuron = MaskedPSN(4, 2, 1.0)
    neuron.masked_weight = lambda: torch.zeros(4, 4)
    assert not neuron(x).any() and not neuron.step(x[0], neuron.initial_state())[0].any()


def test_a_class_changed_after_its_first_call():
    class Changed(PSN):
        pass

    neuron, x = Changed(4, backend="fused"), torch.randn(4, 10**4, generator=generator(12))
    assert not neuron(x).all()
    Changed.charge = lambda self, x: torch.full_like(x, 100)
    with pytest.raises(ValueError, match="this Changed has its own charge"):
        neuron(x)
    neuron.backend = "auto"
    assert neuron(x).all()


def test_hooks_are_called_whatever_the_backend():
    x = torch.randn(4, 30, generator=generator(12))
    for backend in ("auto", "readable", "fused"):
        neuron = randomise(PSN(4, backend=backend), generator(13))
        expected = neuron(2 * x) + 1
        neuron.register_forward_pre_hook(lambda module, args: (2 * args[0],))
        neuron.register_forward_hook(lambda module, args, spikes: spikes + 1)
        assert torch.equal(neuron(x), expected)


class Named(MaskedPSN):
    """Changes no equation."""

    def extra_repr(self):
        return "one of mine"


FAMILY = (lambda **how: PSN(4, **how), lambda **how: MaskedPSN(4, 2, 0.5, **how), lambda **how: SlidingPSN(2, **how))


@pytest.mark.parametrize("make", [*FAMILY, lambda **how: Named(4, 2, **how)], ids=[*WEIGHTED, "Named"])
def test_what_each_backend_takes(make, calls):
    small, large = torch.randn(4, 30, generator=generator(12)), torch.randn(4, 10**4, generator=generator(12))
    for backend, expected in (("auto", [large]), ("readable", []), ("fused", [small, large])):
        neuron = make(backend=backend)
        assert neuron.backend == backend
        calls.clear()
        for x in (small, large):
            assert torch.equal(neuron(x), neuron.record(x).s)
        assert len(calls) == len(expected), backend
        if type(neuron) is SlidingPSN:
            assert torch.equal(neuron.chunk(large, neuron.initial_state())[0], neuron(large))
    neuron.backend = "readable"
    neuron(large)
    assert len(calls) == 2 + (type(neuron) is SlidingPSN)


class Halves(torch.Tensor):
    """A kind of tensor of somebody else's."""


def under_autocast(neuron, x):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return neuron(x)


def dual(neuron, x):
    with torch.autograd.forward_ad.dual_level():
        return neuron(torch.autograd.forward_ad.make_dual(x, torch.ones_like(x)))


REFUSED = {
    "torch.autocast is on": under_autocast,
    "torch.jit.trace follows": lambda neuron, x: torch.jit.trace(neuron, x, check_trace=False),
    "a transform of torch.func": lambda neuron, x: torch.vmap(neuron)(x[None]),
    "forward-mode differentiation": dual,
    "x is a Halves": lambda neuron, x: neuron(x.as_subclass(Halves)),
    "x has no numbers, its shape is": lambda neuron, x: neuron(x[:, :0]),
}


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning", "ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize("make", FAMILY, ids=WEIGHTED)
@pytest.mark.parametrize("reason", REFUSED)
def test_what_it_cannot_serve_is_readable_or_refused_with_the_reason(reason, make, calls):
    x = torch.randn(4, 10**4, generator=generator(14))
    with pytest.raises(ValueError, match=rf"got 'fused', which cannot serve: .*{reason}"):
        REFUSED[reason](make(backend="fused"), x)
    REFUSED[reason](make(), x)
    assert not calls


def test_a_surrogate_other_than_atan_is_readable_or_refused(calls):
    x = torch.randn(4, 10**4, generator=generator(14))
    sign = lambda x: (x > 0).to(x.dtype)  # noqa: E731
    for make in FAMILY:
        make(surrogate=sign)(x)
        with pytest.raises(ValueError, match="cannot serve: its surrogate is not ATan but"):
            make(surrogate=sign, backend="fused")
        neuron = make(backend="fused")
        neuron.surrogate = sign
        with pytest.raises(ValueError, match="cannot serve: its surrogate is not ATan but"):
            neuron(x)
    assert not calls


def test_a_compiled_neuron_that_must_be_fused_is_refused():
    torch._dynamo.reset()
    fast_and_compiled = torch.compile(PSN(4, backend="fused"), backend="eager")
    with pytest.raises(ValueError, match=r"torch\.compile or torch\.export follows"):
        fast_and_compiled(torch.randn(4, 3))
    torch._dynamo.reset()


def test_a_learned_input_is_fused(calls):
    PSN(4, backend="fused")(torch.nn.Parameter(torch.randn(4, 3))).sum().backward()
    assert len(calls) == 1


@pytest.mark.parametrize("make", FAMILY, ids=WEIGHTED)
def test_the_backend_is_copied_pickled_and_not_part_of_the_state(make):
    for backend in ("auto", "readable", "fused"):
        neuron = make(backend=backend)
        for twin in (copy.copy(neuron), copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
            assert twin.backend == backend
        other = make(backend="readable")
        other.load_state_dict(neuron.state_dict())
        assert other.backend == "readable"
        assert ("backend" in repr(neuron)) == (backend != "auto") and repr(neuron).count(f"backend={backend!r}") <= 1


@pytest.mark.parametrize("make", FAMILY, ids=WEIGHTED)
def test_a_neuron_pickled_by_a_version_without_backends(make):
    neuron = randomise(make(), generator(15))
    stored = {name: value for name, value in vars(neuron).items() if "backend" not in name}
    old = type(neuron).__new__(type(neuron))
    old.__setstate__(copy.deepcopy(stored))
    x = torch.randn(4, 10**4, generator=generator(16))
    assert old.backend == "auto" and torch.equal(old(x), neuron(x))
    old.backend = "fused"
    assert torch.equal(old(x), neuron(x))


def test_a_charge_at_the_threshold_fires(always_banded):
    """Exact numbers: x and W of few bits, and B one of the charges."""
    x = torch.randint(-4, 5, (40, 6), generator=generator(16)).float()
    for neuron in neurons(40, 3, 1.0, 2.0, torch.float32, generator(15)):
        with torch.no_grad():
            neuron.weight.copy_(torch.randint(-4, 5, neuron.weight.shape, generator=generator(17)) / 4)
            neuron.threshold.copy_(neuron.charge(x)[:, 0] if neuron.threshold.dim() else neuron.charge(x)[7, 0])
            expected = neuron.record(x).s
            assert torch.equal(neuron(x), expected) and expected[7, 0] == 1
        assert torch.equal(neuron(x), expected)


def test_nan_and_infinity_as_in_the_readable_form():
    rng = generator(13)
    x = torch.randn(4, 5, generator=rng)
    x[1, 0], x[2, 1], x[0, 2] = math.nan, math.inf, -math.inf
    for neuron in neurons(4, 2, 1.0, 2.0, torch.float32, rng):
        assert torch.equal(neuron(x), readable(neuron)(x))


@pytest.mark.parametrize("banded", [False, True])
def test_no_pass_waits_for_the_device(banded, monkeypatch):
    """On the meta device there is no number to read back."""
    monkeypatch.setattr(band, "SAVED_ELSEWHERE", 1 if banded else math.inf)
    rng = generator(15)
    for neuron in (*neurons(40, 3, 0.5, 2.0, torch.float32, rng), *neurons(40, 3, 1.0, 2.0, torch.float32, rng)):
        neuron.to("meta")
        x = torch.empty(40, 6, device="meta", requires_grad=True)
        neuron(x).sum().backward()
        with torch.no_grad():
            assert neuron(x).shape == x.shape
        for tensor in (x, *neuron.parameters()):
            assert tensor.grad.shape == tensor.shape and tensor.grad.device.type == "meta"


# What it keeps


def kept_bytes(neuron, x):
    """Bytes that autograd keeps for the backward pass, each storage once."""
    kept = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        spikes = neuron(x)
    return sum(kept.values()), spikes


def held_beside(spikes):
    """Tensors that the graph holds without having saved them: attributes of its nodes, and fields of those."""
    nodes, tensors = [spikes.grad_fn], []
    while nodes:
        node = nodes.pop()
        nodes += [following for following, _ in node.next_functions if following is not None]
        for value in getattr(node, "__dict__", {}).values():
            tensors += [each for each in (value, *getattr(value, "__dict__", {}).values()) if torch.is_tensor(each)]
    return tensors


def test_the_graph_holds_nothing_beside_what_it_saves():
    rng = generator(15)
    for neuron in (n for lambda_ in (0.0, 0.5, 1.0) for n in neurons(6, 4, lambda_, 2.0, torch.float32, rng)):
        spikes = neuron(torch.randn(6, 3))
        assert not held_beside(spikes), neuron
        spikes.grad_fn.next_functions[0][0].weight = SimpleNamespace(mask=torch.ones(6, 6))
        assert len(held_beside(spikes)) == 1  # such a tensor is found


def test_a_lambda_that_moves_between_forward_and_backward_changes_no_gradient():
    neuron, x = (
        randomise(MaskedPSN(6, 2, 0.5, backend="fused"), generator(24)),
        torch.randn(6, 3, generator=generator(25)),
    )
    results = []
    for after in (0.5, 0.0, 1.0):
        neuron.lambda_ = 0.5
        spikes = neuron(x.requires_grad_())
        neuron.lambda_ = after
        results.append(torch.autograd.grad(spikes.sum(), (x, neuron.weight)))
    for other in results[1:]:
        assert all(torch.equal(a, b) for a, b in zip(other, results[0], strict=True))


@pytest.mark.parametrize("T,N", [(16, 5000), (256, 300)])
def test_the_backward_pass_keeps_x_the_parameters_and_one_more(T, N):
    for neuron in (PSN(T), MaskedPSN(T, 4, 0.5), MaskedPSN(T, 4, 1.0), SlidingPSN(4)):
        x = torch.randn(T, N, requires_grad=True)
        parameters = sum(p.numel() for p in neuron.parameters())
        got, _spikes = kept_bytes(neuron, x)
        assert got == 4 * (2 * T * N + parameters)
        assert kept_bytes(lambda x, neuron=neuron: neuron(2 * x), x)[0] == got
        assert kept_bytes(lambda x, neuron=neuron: neuron(x).exp(), x)[0] == got + 4 * T * N  # the counter counts


# What it costs


@pytest.mark.parametrize("k", [1, 8, 50])
def test_a_band_only_where_it_saves_enough(k):
    b = rows_per_block(k)
    assert b >= k and b >= 16
    assert not worth_a_band(2 * b - 1, k, 10**9) and not worth_a_band(4 * b, k, 1)
    assert worth_a_band(4 * b, k, 10**6)
    for N in (1, 100, 10**4):
        chosen = [worth_a_band(T, k, N) for T in range(1, 3000, 50)]
        assert chosen == sorted(chosen)  # once worth it, it stays so


def test_the_work_of_a_band_is_linear_in_T():
    """Multiply-adds of all products, forward and backward, counted and not timed."""
    from torch.utils.flop_counter import FlopCounterMode

    for make in (lambda T: MaskedPSN(T, 8, 1.0), lambda T: SlidingPSN(8)):
        counts = []
        for T in (512, 1024, 2048):
            x = torch.randn(T, 64, requires_grad=True)
            with FlopCounterMode(display=False) as counter:
                make(T)(x).sum().backward()
            counts.append(counter.get_total_flops())
        assert counts[1] < 2.1 * counts[0] and counts[2] < 2.1 * counts[1], counts
        assert 0 < counts[0] <= 3 * 2 * 512 * 64 * 3 * 16


# The leak, three ways

LEAKS = [leak_by_product, leak_by_fft, leak_by_scan]


def leak_by_loop(x, beta):
    steps = [x[0]]
    for x_t in x[1:]:
        steps.append(beta * steps[-1] + x_t)
    return torch.stack(steps)


@pytest.mark.parametrize("leak", LEAKS)
@given(
    T=st.integers(1, 40),
    shape=trailing,
    beta=st.one_of(st.just(1.0), st.floats(0, 1, exclude_min=True)),
    layout=st.sampled_from(sorted(LAYOUTS)),
    seed=seeds,
)
def test_the_leak_is_the_recurrence(leak, T, shape, beta, layout, seed):
    x = torch.randn(T, math.prod(shape), generator=generator(seed), dtype=torch.float64)
    x = LAYOUTS[layout](x).unflatten(1, shape).requires_grad_()
    h, expected = leak(x, beta), leak_by_loop(x, beta)
    assert_close(h, expected, "H", 1e-12)
    g = torch.randn(x.shape, generator=generator(seed + 1), dtype=torch.float64)
    assert_close(*(torch.autograd.grad(run, x, g)[0] for run in (h, expected)), "∂X", 1e-12)


@pytest.mark.parametrize("beta", [1.0, 0.999, 0.9, 0.5, 0.01, 1e-300])
@pytest.mark.parametrize("leak", LEAKS)
def test_the_leak_over_4096_steps_in_float32(leak, beta):
    x = torch.randn(4096, 4, generator=generator(14))
    expected = leak_by_loop(x.double(), beta)
    h = leak(x, beta)
    assert h.dtype == torch.float32
    assert (h - expected).abs().max() <= 1e-5 * expected.abs().max()
    # The way that the module warns of.
    powers = beta ** torch.arange(4096.0)[:, None]
    by_division = powers * (x / powers).cumsum(0)
    assert by_division.isfinite().all() == (beta in (1.0, 0.999))


@pytest.mark.parametrize("leak", LEAKS)
def test_the_leak_is_the_charge_of_lif_without_reset(leak):
    x = torch.randn(30, 3, 2, generator=generator(15), dtype=torch.float64)
    assert_close(leak(x, 1 - 1 / 3.0), LIF(3.0, decay_input=False, reset="none").record(x).h)
    assert_close(leak(x, 1.0), IF(reset="none").record(x).h)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("leak", LEAKS)
def test_the_leak_in_every_floating_dtype_and_size(leak, dtype):
    x = torch.ones(5, 2, dtype=dtype)
    h = leak(x, 0.5)
    assert h.dtype == dtype
    assert_close(h.double()[:, 0], torch.tensor([1, 1.5, 1.75, 1.875, 1.9375]).double(), tolerance=1e-6)
    assert (x == 1).all() and h.data_ptr() != x.data_ptr()
    assert leak(x[:1], 0.5).data_ptr() != x.data_ptr()
    assert leak(x[:, :0], 0.5).shape == (5, 0)


@pytest.mark.parametrize("leak", LEAKS)
def test_the_leak_refuses_what_it_cannot_take(leak):
    x = torch.ones(3, 2)
    for beta in (0, -0.5, 1.0000001, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"beta must be a number > 0 and ≤ 1, got"):
            leak(x, beta)
    for beta in ("0.5", None, True, torch.tensor(0.5)):
        with pytest.raises(TypeError, match=r"beta must be a number > 0 and ≤ 1, got"):
            leak(x, beta)
    with pytest.raises(TypeError, match="x must have a floating dtype"):
        leak(x.int(), 0.5)
    with pytest.raises(ValueError, match="x must be \\[T, N, …\\]"):
        leak(x[0], 0.5)
