"""IF and LIF with their gradient by hand, against the loop as it stands."""

import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.neurons import IF, LIF
from psn_viz.neurons.integrate_and_fire import RESETS
from psn_viz.neurons.surrogate import ATan

resets = pytest.mark.parametrize("reset", RESETS)


def both(make):
    return make(backend="readable"), make(backend="fused")


def gradient(neuron, x, direction):
    x = x.clone().requires_grad_()
    spikes = neuron(x)
    (found,) = torch.autograd.grad((spikes * direction).sum(), x)
    return spikes.detach(), found


@given(
    T=st.integers(1, 12),
    N=st.integers(1, 5),
    tau=st.sampled_from([1.0, 1.5, 2.0, 16.0]),
    decay_input=st.booleans(),
    reset=st.sampled_from(RESETS),
    detach_reset=st.booleans(),
    v_reset=st.sampled_from([0.0, -0.5, 0.3]),
    v_threshold=st.sampled_from([1.0, 0.6]),
    alpha=st.sampled_from([2.0, 4.0]),
    seed=st.integers(0, 2**31),
)
def test_spikes_and_gradients_are_those_of_the_loop(T, N, tau, decay_input, seed, alpha, **how):
    x = 3 * torch.randn(T, N, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) + 0.5
    direction = torch.randn(x.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed + 1))
    for make in (lambda **b: IF(**how, surrogate=ATan(alpha), **b),
                 lambda **b: LIF(tau, decay_input, **how, surrogate=ATan(alpha), **b)):  # fmt: skip
        (spikes, expected), (fused_spikes, found) = (gradient(neuron, x, direction) for neuron in both(make))
        assert torch.equal(spikes, fused_spikes)
        assert torch.allclose(found, expected, rtol=1e-10, atol=1e-12)


@resets
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_spikes_are_equal_in_lower_precision(reset, dtype):
    x = (3 * torch.randn(40, 300, generator=torch.Generator().manual_seed(0))).to(dtype)
    readable, fused = both(lambda **b: LIF(4.0, reset=reset, **b))
    assert torch.equal(readable(x), fused(x)) and fused(x).dtype == dtype


@resets
def test_record_step_and_chunk_are_readable_and_the_repr_says_the_backend(reset):
    x = 3 * torch.randn(9, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    readable, fused = both(lambda **b: LIF(reset=reset, **b))
    assert torch.equal(fused.record(x).s, fused(x))
    state = fused.initial_state()
    spikes, state = fused.chunk(x[:5], state)
    last, _ = fused.step(x[5], state)
    assert torch.equal(torch.cat((spikes, last[None])), fused(x)[:6])
    assert "backend='fused'" in repr(fused) and "backend" not in repr(readable)
    assert torch.equal(pickle.loads(pickle.dumps(fused))(x), fused(x))


def test_a_strided_input_and_one_without_gradient():
    x = 3 * torch.randn(4, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(2)).T
    readable, fused = both(lambda **b: LIF(**b))
    assert torch.equal(readable(x), fused(x)) and not fused(x).requires_grad
    assert gradient(fused, x, torch.ones_like(x))[1].shape == x.shape


class Own(LIF):
    def charge(self, v, x_t):
        return v + 2 * x_t


def test_what_it_cannot_serve_is_refused_with_the_reason():
    x = torch.randn(3, 2, requires_grad=True)
    for neuron, reason in (
        (Own(backend="fused"), "this Own has its own charge"),
        (LIF(surrogate=torch.sigmoid, backend="fused"), "its surrogate is not ATan"),
    ):
        with pytest.raises(ValueError, match=f"backend must be 'readable' here, got 'fused'.*{reason}"):
            neuron(x)
    fused = LIF(backend="fused")
    with torch.autocast("cpu", torch.bfloat16), pytest.raises(ValueError, match=r"torch\.autocast is on"):
        fused(x)
    with pytest.raises(ValueError, match=r"a transform of torch\.func"):
        torch.func.jvp(fused, (x.detach(),), (torch.ones(3, 2),))
    with pytest.raises(ValueError, match="backend must be one of 'readable', 'fused', got 'fast'"):
        LIF(backend="fast")
    (first,) = torch.autograd.grad(fused(x).sum(), x, create_graph=True)
    with pytest.raises(RuntimeError):
        torch.autograd.grad(first.sum(), x)
