"""Are the derivatives the same by every way of torch to take them, and do its tracers work or say what to use?"""

import copy
import importlib
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.autograd import forward_ad
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, linearize, vmap

from psn_viz.learning import SpikingClassifier
from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, Neuron, SlidingPSN, surrogate
from psn_viz.neurons.base import ParallelNeuron
from tests.strategies import NAMES, STEPPING, assert_close, family, generator, lambdas, randomise, resets, seeds, taus

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit:DeprecationWarning", "ignore:Attempted to insert a get_attr:UserWarning"
)
shapes = st.lists(st.integers(1, 2), min_size=1, max_size=2).map(tuple)


@st.composite
def any_neuron(draw, stepping: bool = False):
    """One of the five in float64, with an input [T, N, …] and a tangent of it."""
    T, rng = draw(st.integers(1, 5)), generator(draw(seeds))
    alpha = ATan(draw(st.floats(0.3, 4)))
    name = draw(st.sampled_from(STEPPING if stepping else NAMES))
    if name in ("IF", "LIF"):
        how = {"v_reset": draw(st.floats(-0.5, 0.5)), "reset": draw(resets), "detach_reset": draw(st.booleans())}
        how |= {"surrogate": alpha, "v_threshold": draw(st.floats(0.2, 1))}
        neuron = IF(**how) if name == "IF" else LIF(draw(taus), draw(st.booleans()), **how)
    else:
        k = draw(st.integers(1, T))
        neuron = {
            "PSN": lambda: PSN(T, alpha),
            "MaskedPSN": lambda: MaskedPSN(T, k, 1.0 if stepping else draw(lambdas), alpha),
            "SlidingPSN": lambda: SlidingPSN(k, surrogate=alpha),
        }[name]()
        neuron = randomise(neuron, rng).double()
    x, tangent = torch.randn(2, T, *draw(shapes), generator=rng, dtype=torch.float64)
    return neuron, x, tangent


def step_by_step(neuron):
    def run(x):
        state, spikes = neuron.initial_state(), []
        for x_t in x.unbind(0):
            s, state = neuron.step(x_t, state)
            spikes.append(s)
        return torch.stack(spikes)

    return run


def backward_jacobian(function, x):
    """∂S/∂x `[*S, *x]`, by one backward pass for each number of S: of the fused form, where there is one."""
    leaf = x.detach().clone().requires_grad_()
    if isinstance(function, ParallelNeuron):
        function = copy.copy(function)
        function.backend = "fused"
    spikes = function(leaf)
    if not spikes.requires_grad:
        return torch.zeros(*spikes.shape, *x.shape, dtype=x.dtype)
    rows = [torch.autograd.grad(s, leaf, retain_graph=True, allow_unused=True)[0] for s in spikes.flatten()]
    rows = [torch.zeros_like(x) if row is None else row for row in rows]
    return torch.stack(rows).view(*spikes.shape, *x.shape)


def times(jacobian, tangent):
    return (jacobian.flatten(-tangent.dim()) if tangent.dim() else jacobian[..., None]) @ tangent.flatten()


def by_dual_numbers(function, x, tangent):
    with forward_ad.dual_level():
        primal, derivative = forward_ad.unpack_dual(function(forward_ad.make_dual(x, tangent)))
        return primal, torch.zeros_like(primal) if derivative is None else derivative


def without_graph(function, x, tangent):
    with torch.no_grad():
        return by_dual_numbers(function, x, tangent)


FORWARD = {
    "func.jvp": lambda f, x, t: jvp(f, (x,), (t,)),
    "dual numbers": by_dual_numbers,
    "dual numbers without a graph": without_graph,
    "jacfwd": lambda f, x, t: (f(x), times(jacfwd(f)(x), t)),
    "jacrev": lambda f, x, t: (f(x), times(jacrev(f)(x), t)),
}


# Forward mode against backward mode


@pytest.mark.parametrize("way", FORWARD)
@given(case=any_neuron())
def test_the_plain_call(way, case):
    neuron, x, tangent = case
    spikes, got = FORWARD[way](neuron, x, tangent)
    assert torch.equal(spikes.detach(), neuron(x).detach())
    assert_close(got, times(backward_jacobian(neuron, x), tangent), f"J v of {neuron}", 1e-10)


@pytest.mark.parametrize("way", FORWARD)
@given(case=any_neuron(stepping=True))
def test_step_by_step(way, case):
    neuron, x, tangent = case
    run = step_by_step(neuron)
    spikes, got = FORWARD[way](run, x, tangent)
    assert torch.equal(spikes.detach(), neuron(x).detach())
    assert_close(got, times(backward_jacobian(neuron, x), tangent), f"J v of {neuron}", 1e-10)


@pytest.mark.parametrize("way", ["func.jvp", "dual numbers", "dual numbers without a graph", "jacfwd"])
@given(case=any_neuron(), seed=seeds)
def test_in_the_parameters(way, case, seed):
    """Each for itself: the input and the other one have no tangent then."""
    neuron, x, _ = case
    for name, parameter in neuron.named_parameters():
        run = lambda p, name=name: functional_call(neuron, {name: p}, (x,))  # noqa: E731
        value = parameter.detach()
        tangent = torch.randn(value.shape, generator=generator(seed), dtype=x.dtype)
        spikes, got = FORWARD[way](run, value, tangent)
        assert torch.equal(spikes.detach(), neuron(x).detach())
        assert_close(got, times(backward_jacobian(run, value), tangent), f"J v in {name} of {neuron}", 1e-10)


@given(case=any_neuron(), seed=seeds)
def test_second_derivatives(case, seed):
    neuron, x, _ = case
    g = torch.randn(x.shape, generator=generator(seed), dtype=x.dtype)
    loss = lambda x: (neuron(x) * g).sum()  # noqa: E731
    expected = torch.autograd.functional.hessian(loss, x)
    ways = {
        "forward over backward": hessian,
        "forward twice": lambda f: jacfwd(jacfwd(f)),
        "backward over forward": lambda f: jacrev(jacfwd(f)),
        "backward twice": lambda f: jacrev(jacrev(f)),
    }
    for way, second in ways.items():
        assert_close(second(loss)(x), expected, f"{way}, {neuron}", 1e-9)


@given(alpha=st.floats(0.1, 20), seed=seeds)
def test_the_surrogate(alpha, seed):
    spike = ATan(alpha)
    x, tangent = torch.randn(2, 7, generator=generator(seed), dtype=torch.float64)
    x[0] = 0
    slope = alpha / (2 * (1 + (math.pi * alpha / 2 * x) ** 2))
    for way, forward in FORWARD.items():
        spikes, got = forward(spike, x, tangent)
        assert torch.equal(spikes, (x >= 0).double())
        assert_close(got, slope * tangent, way)
    second = -((math.pi * alpha) ** 2) * alpha * x / 4 / (1 + (math.pi * alpha / 2 * x) ** 2) ** 2
    for twice in (jacfwd(jacfwd(spike)), jacfwd(jacrev(spike)), jacrev(jacfwd(spike))):
        assert_close(twice(x).sum((1, 2)), second, "second derivative", 1e-10)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_the_surrogate_of_what_is_no_number(dtype):
    x = torch.tensor([math.nan, math.inf, -math.inf, 0.0, -1.0], dtype=dtype)
    for spikes in (jvp(ATan(), (x,), (torch.ones_like(x),))[0], vmap(ATan())(x), ATan()(x)):
        assert spikes.tolist() == [0, 1, 0, 1, 0] and spikes.dtype == dtype


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_of_tangents_and_gradients_of_a_batch(name):
    neuron = family()[name].double()
    x, tangents = torch.randn(4, 3, generator=generator(1)).double(), torch.randn(5, 4, 3, generator=generator(2))
    got = vmap(lambda t: jvp(neuron, (x,), (t,))[1])(tangents.double())
    expected = torch.stack([times(backward_jacobian(neuron, x), t) for t in tangents.double()])
    assert_close(got, expected, "vmap of jvp", 1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_linearized_once_for_many_tangents(name):
    neuron = family()[name].double()
    x, *tangents = torch.randn(4, 4, 3, generator=generator(11)).double()
    spikes, derivative = linearize(neuron, x)
    assert torch.equal(spikes, neuron(x))
    for tangent in tangents:
        assert_close(derivative(tangent), times(backward_jacobian(neuron, x), tangent), "J v", 1e-10)


def test_a_tangent_goes_through_a_network():
    model = SpikingClassifier(2, 3, lambda: MaskedPSN(4, 2, 0.5), hidden=(3, 3)).double().eval()
    x, tangent = torch.randn(2, 4, 5, 2, generator=generator(3)).double()
    assert_close(jvp(model, (x,), (tangent,))[1], times(backward_jacobian(model, x), tangent), "J v", 1e-10)


# Where torch has no public function to ask


@pytest.mark.parametrize("name", NAMES)
def test_without_the_private_function_of_torch_that_tells_of_transforms(name, monkeypatch):
    """A later torch may not have it: then the tensors tell."""
    neuron, x = family()[name].double(), torch.randn(4, 3, generator=generator(4)).double()
    batch = torch.randn(5, 4, 3, generator=generator(5)).double()
    loss = lambda sample: neuron(sample).sum()  # noqa: E731
    expected = jvp(neuron, (x,), (batch[0],))[1], vmap(grad(loss))(batch), hessian(loss)(x), vmap(neuron)(batch)
    monkeypatch.delattr(torch._C, "_are_functorch_transforms_active")
    # A second copy of the module, as a version of torch without the function would have it.
    spec = importlib.util.spec_from_file_location("surrogate_elsewhere", surrogate.__file__)
    elsewhere = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(importlib.sys.modules, spec.name, elsewhere)
    spec.loader.exec_module(elsewhere)
    assert elsewhere.transform_is_active is None is not surrogate.transform_is_active
    monkeypatch.setattr(surrogate, "transform_is_active", None)
    got = jvp(neuron, (x,), (batch[0],))[1], vmap(grad(loss))(batch), hessian(loss)(x), vmap(neuron)(batch)
    for a, b in zip(got, expected, strict=True):
        assert_close(a, b, tolerance=1e-10)


# Compiled


@pytest.fixture
def compiled():
    torch._dynamo.reset()
    yield lambda function: torch.compile(function, backend="aot_eager", fullgraph=True)
    torch._dynamo.reset()


TRANSFORMED = {
    "jvp": lambda f: lambda x, t: jvp(f, (x,), (t,))[1],
    "grad": lambda f: lambda x, t: grad(lambda x: (f(x) * t).sum())(x),
    "vmap of grad": lambda f: (
        lambda x, t: vmap(grad(lambda x, t: (f(x) * t).sum()), in_dims=1)(x[:, None], t[:, None])
    ),
}


@pytest.mark.parametrize("transform", TRANSFORMED)
@pytest.mark.parametrize("name", [*NAMES, "ATan"])
def test_a_compiled_transform(name, transform, compiled):
    """It was silently 0 where the compiler met the surrogate's own function."""
    function = ATan() if name == "ATan" else family(lambda_=0.5)[name]
    x, tangent = (torch.randn(4, 3, generator=generator(seed)) for seed in (6, 12))
    expected = TRANSFORMED[transform](function)(x, tangent)
    assert expected.abs().max() > 0.05
    assert_close(compiled(TRANSFORMED[transform](function))(x, tangent), expected)


# Any number of time-steps in one program


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("k", [1, 3, 20])
def test_a_sliding_psn_is_exported_once_for_any_length_and_layer(k, strict):
    neuron = randomise(SlidingPSN(k), generator(7)).double()
    T, N = torch.export.Dim("T", min=1, max=2**20), torch.export.Dim("N", min=1, max=2**20)
    x = torch.randn(6, 5, dtype=torch.float64)
    program = torch.export.export(neuron, (x,), dynamic_shapes=({0: T, 1: N},), strict=strict).module()
    # Its translation to ONNX by torch 2.13 gives other numbers.
    assert not any("unfold" in str(node.target) for node in program.graph.nodes)
    for t, n in ((6, 5), (1, 5), (2, 1), (5, 9), (7, 2), (40, 3)):
        x = torch.randn(t, n, generator=generator(t), dtype=torch.float64)
        assert torch.equal(program(x), neuron(x)), (t, n)


@pytest.mark.slow
def test_a_sliding_psn_is_compiled_twice_for_all_lengths():
    """Once for the first length it meets, once for any."""
    torch._dynamo.reset()
    neuron = randomise(SlidingPSN(3), generator(8)).double()
    counter = torch._dynamo.testing.CompileCounterWithBackend("aot_eager")
    fast = torch.compile(neuron, backend=counter, fullgraph=True)
    for T in (6, 9, 2, 17, 30, 5, 50, 100):
        x = torch.randn(T, 4, generator=generator(T), dtype=torch.float64, requires_grad=True)
        g = torch.randn(T, 4, generator=generator(T + 1), dtype=torch.float64)
        wanted = (x, neuron.weight, neuron.threshold)
        for a, b in zip(
            torch.autograd.grad(fast(x), wanted, g), torch.autograd.grad(neuron(x), wanted, g), strict=True
        ):
            assert_close(a, b, f"T = {T}", 1e-10)
    assert counter.frame_count <= 2
    torch._dynamo.reset()


# Tracers that cannot follow a neuron


@pytest.mark.parametrize("name", NAMES)
def test_symbolic_trace_is_told_what_to_use(name):
    neuron = family()[name]
    network = nn.Sequential(nn.Linear(3, 3), neuron)
    for module in (neuron, network):
        with pytest.raises(
            TypeError, match=r"x must be a torch.Tensor, got a Proxy: .*Use torch.export.export, or a"
        ):
            torch.fx.symbolic_trace(module)

    class Whole(torch.fx.Tracer):
        def is_leaf_module(self, module, name):
            return isinstance(module, Neuron) or super().is_leaf_module(module, name)

    traced = torch.fx.GraphModule(network, Whole().trace(network))
    x = torch.randn(4, 5, 3, generator=generator(9))
    assert torch.equal(traced(x), network(x))


def test_symbolic_trace_of_a_network_and_of_the_surrogate():
    for module in (SpikingClassifier(2, 3, LIF), nn.Sequential(nn.Linear(2, 2), Spikes())):
        with pytest.raises(TypeError, match=r"x must be a .*got a Proxy: torch.fx.symbolic_trace knows no shapes"):
            torch.fx.symbolic_trace(module)


class Spikes(nn.Module):
    """A layer of somebody else's that uses the surrogate."""

    def forward(self, x):
        return ATan()(x)


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")  # the sizes that are checked once, while it traces
@pytest.mark.parametrize("name", NAMES)
def test_torchscript_compiles_no_neuron_but_traces_one(name):
    neuron = family(lambda_=0.5)[name]
    network = nn.Sequential(nn.Linear(3, 3), neuron)
    for module in (neuron, network, SpikingClassifier(3, 2, lambda: neuron, hidden=(4,))):
        sentence = (
            rf"torch.jit.script cannot compile {name}: .* Use torch.export.export, torch.compile, or torch.jit.trace"
        )
        with pytest.raises(TypeError, match=sentence):
            torch.jit.script(module)
    traced = torch.jit.trace(network, torch.randn(4, 5, 3))
    for n in (5, 1, 8):
        x = torch.randn(4, n, 3, generator=generator(n))
        assert torch.equal(traced(x), network(x))
    if name == "SlidingPSN":
        for T in (1, 7, 30):
            x = torch.randn(T, 2, 3, generator=generator(T))
            assert torch.equal(traced(x), network(x))


LAYOUTS = {
    "torch.sparse_coo": lambda x: x.to_sparse(),
    "torch.sparse_csr": lambda x: x.to_sparse_csr(),
    "torch._mkldnn": lambda x: x.to_mkldnn(),
    "a nested tensor": lambda x: torch.nested.nested_tensor([x, x[:2]]),
}


@pytest.mark.filterwarnings("ignore:.*(beta|prototype).*:UserWarning")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
def test_only_dense_tensors_are_taken(name, layout):
    neuron, x = family()[name], torch.randn(4, 3, generator=generator(10))
    with pytest.raises(
        TypeError, match=rf"x must be a dense tensor \(torch.strided\), got {layout}; convert it with x"
    ):
        neuron(LAYOUTS[layout](x))
    with pytest.raises(TypeError, match=r"x must be a dense tensor"):
        ATan()(LAYOUTS[layout](x))
    if layout == "torch.sparse_coo":
        assert torch.equal(neuron(x.to_sparse().to_dense()), neuron(x))
        if name in STEPPING:
            with pytest.raises(TypeError, match=r"x_t must be a dense tensor .*convert it with x_t.to_dense"):
                neuron.step(x[0].to_sparse(), neuron.initial_state())


@pytest.mark.parametrize("first, second", [("PSN", "PSN"), ("MaskedPSN", "SlidingPSN"), ("LIF", "PSN")])
def test_a_tangent_that_arrives_with_the_gradient_is_followed(first, second):
    """Forward over reverse: the tangent lies on the weights of the second layer alone."""
    layers = family(seed=2)
    one, two = layers[first].double(), layers[second].double()
    x = torch.randn(4, 3, dtype=torch.float64, generator=generator(9), requires_grad=True)
    tangent = torch.randn(two.weight.shape, dtype=torch.float64, generator=generator(10))
    weights = dict(two.named_parameters())

    def gradient(weight):
        return torch.autograd.grad(functional_call(two, weights | {"weight": weight}, one(x)).sum(), x)[0]

    with forward_ad.dual_level():
        got = forward_ad.unpack_dual(gradient(forward_ad.make_dual(two.weight.detach(), tangent))).tangent
    step = 1e-6
    wanted = (gradient(two.weight + step * tangent) - gradient(two.weight - step * tangent)) / (2 * step)
    assert got is not None
    torch.testing.assert_close(got, wanted.detach(), rtol=1e-5, atol=1e-7)
