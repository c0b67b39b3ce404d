"""Is one step at a time, or a chunk at a time, the same as all at once?"""

import copy
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.neurons import IF, LIF, MaskedPSN, SlidingPSN, State
from tests import reference
from tests.extent import examples
from tests.strategies import STEPPING, assert_close, clear_input, cuts, family, generator, randomise, seeds, trailing

F64 = torch.float64

vanilla = st.builds(
    lambda kind, **told: kind(**told),
    st.sampled_from([IF, LIF]),
    reset=st.sampled_from(["hard", "soft", "none"]),
    v_reset=st.sampled_from([0.0, -0.4]),
    v_threshold=st.floats(0.3, 1.2),
    detach_reset=st.booleans(),
)


@st.composite
def stepping(draw, T):
    """A neuron that runs step by step for T steps, and its H − B for a float64 array `[T, N]`."""
    kind = draw(st.sampled_from(["vanilla", "masked", "sliding"]))
    if kind == "vanilla":
        neuron = draw(vanilla)
        told = {"v_threshold": neuron.v_threshold, "v_reset": neuron.v_reset, "reset": neuron.reset}
        tau = getattr(neuron, "tau", None)
        return neuron, lambda x: reference.vanilla(x, tau, **told)[0] - neuron.v_threshold
    rng = generator(draw(seeds))
    if kind == "masked":
        neuron = randomise(MaskedPSN(T, draw(st.integers(1, T)), 1.0).double(), rng)
        w = neuron.masked_weight().detach().numpy()
    else:
        neuron = randomise(SlidingPSN(draw(st.integers(1, T + 2))).double(), rng)
        w = neuron.dense_weight(T).detach().numpy()
    b = neuron.threshold.detach().numpy().reshape(-1, 1)
    return neuron, lambda x: reference.product(w, x) - b


@st.composite
def runs(draw):
    """A neuron, an input away from its threshold, and the lengths of the chunks to cut it into."""
    T, lengths = draw(cuts())
    neuron, distance = draw(stepping(T))
    return neuron, clear_input(distance, T, draw(trailing), F64, generator(draw(seeds))), lengths


def in_chunks(neuron, x, lengths, state=None):
    state = neuron.initial_state() if state is None else state
    blocks = []
    for block in x.split(lengths):
        spikes, state = neuron.chunk(block, state)
        assert spikes.shape == block.shape and spikes.dtype == x.dtype
        blocks.append(spikes)
    return torch.cat(blocks), state


@given(run=runs())
@examples(80)
def test_steps_are_the_whole(run):
    neuron, x, _ = run
    state, spikes = neuron.initial_state(), []
    for t, x_t in enumerate(x):
        assert state.t == t
        s, state = neuron.step(x_t, state)
        assert s.shape == x_t.shape and s.dtype == x.dtype
        spikes.append(s)
    assert torch.equal(torch.stack(spikes), neuron(x))
    assert state.t == len(x) and list(state.shape) == list(x.shape[1:])


@given(run=runs())
@examples(80)
def test_chunks_cut_anywhere_are_the_whole(run):
    neuron, x, lengths = run
    spikes, state = in_chunks(neuron, x, lengths)
    assert torch.equal(spikes, neuron(x))
    assert state.t == len(x)


@given(run=runs())
@examples(80)
def test_gradients_flow_through_chunks(run):
    neuron, x, lengths = run
    g = torch.randn(x.shape, generator=generator(1), dtype=F64)
    whole, cut = (x.clone().requires_grad_() for _ in range(2))
    leaves = list(neuron.parameters())
    expected = torch.autograd.grad((neuron(whole) * g).sum(), [whole, *leaves])
    got = torch.autograd.grad((in_chunks(neuron, cut, lengths)[0] * g).sum(), [cut, *leaves])
    for name, a, b in zip(("∂X", "∂W", "∂B"), got, expected, strict=False):
        assert_close(a, b, name)


@given(run=runs())
@examples(80)
def test_the_membrane_after_a_run_is_the_recorded_one(run):
    neuron, x, lengths = run
    _, state = in_chunks(neuron, x, lengths)
    if isinstance(neuron, IF):
        assert torch.equal(state.memory, neuron.record(x).v[-1])
    else:  # the queue of the last k − 1 inputs
        assert torch.equal(state.memory, x[max(0, len(x) - neuron.k + 1) :])


@pytest.mark.parametrize("name", STEPPING)
def test_a_step_leaves_the_old_state_alone_and_a_state_can_be_branched(name):
    neuron = family(T=6, k=3)[name]
    x, other = torch.randn(2, 6, 4, generator=generator(7))
    state = neuron.initial_state()
    for t in range(2):
        _, state = neuron.step(x[t], state)
    before = copy.deepcopy(state)

    _, left = in_chunks(neuron, other[2:], [4], state)
    spikes, right = in_chunks(neuron, x[2:], [1, 3], state)
    assert torch.equal(spikes, neuron(x)[2:])
    again, _ = in_chunks(neuron, other[2:], [2, 2], state)
    assert torch.equal(again, neuron(torch.cat((x[:2], other[2:])))[2:])

    assert state.t == before.t == 2 and state.shape == before.shape
    assert torch.equal(state.memory, before.memory)
    assert left.t == right.t == 6
    assert not torch.equal(left.memory, right.memory)


@pytest.mark.parametrize("name", STEPPING)
@torch.no_grad()
def test_a_refilled_input_buffer_does_not_reach_the_state(name):
    """A loop that reads every frame into one buffer, and writes over the spikes it got."""
    neuron = family(T=6, k=4)[name]
    x = torch.randn(6, 4, generator=generator(9))
    expected, buffer, state = neuron(x), torch.empty(4), neuron.initial_state()
    for t in range(6):
        buffer.copy_(x[t])
        spikes, state = neuron.step(buffer, state)
        assert torch.equal(spikes, expected[t]), f"step {t}"
        spikes.fill_(torch.nan)

    x, block, state = torch.randn(6, 4, generator=generator(10)), torch.empty(2, 4), neuron.initial_state()
    expected = neuron(x)
    for t in range(0, 6, 2):
        block.copy_(x[t : t + 2])
        spikes, state = neuron.chunk(block, state)
        assert torch.equal(spikes, expected[t : t + 2]), f"chunk at {t}"
        spikes.fill_(torch.nan)


@pytest.mark.parametrize("name", ["MaskedPSN", "SlidingPSN"])
def test_the_queue_does_not_keep_a_long_chunk_in_memory(name):
    neuron = family(T=1000, k=3)[name]
    _, state = neuron.chunk(torch.randn(1000, 2), neuron.initial_state())
    assert state.memory.shape == (2, 2)
    assert state.memory.untyped_storage().nbytes() == 2 * 2 * 4


@pytest.mark.parametrize("name", STEPPING)
def test_detach_cuts_the_graph_and_nothing_else(name):
    neuron = family(T=6, k=3)[name]
    x = torch.randn(6, 4, generator=generator(11), requires_grad=True)
    _, state = neuron.chunk(x[:3], neuron.initial_state())
    cut = state.detach()
    assert state.memory.requires_grad and not cut.memory.requires_grad
    assert (cut.neuron, cut.t, cut.shape) == (state.neuron, state.t, state.shape)
    assert torch.equal(cut.memory, state.memory)

    through, _ = neuron.chunk(x[3:], state)
    without, _ = neuron.chunk(x[3:], cut)
    assert torch.equal(through, without)
    (dx,) = torch.autograd.grad(through.sum(), x, retain_graph=True)
    assert (dx[:3] != 0).any() and (dx[3:] != 0).any()
    (dx,) = torch.autograd.grad(without.sum(), x)
    assert (dx[:3] == 0).all() and (dx[3:] != 0).any()

    fresh = neuron.initial_state()
    assert fresh.detach().memory is None and fresh.detach().t == 0


@pytest.mark.parametrize("name", STEPPING)
def test_the_initial_state_is_empty_and_does_not_know_the_shape_yet(name):
    neuron = family(T=6, k=3)[name]
    state = neuron.initial_state()
    assert isinstance(state, State) and (state.t, state.shape, state.memory) == (0, None, None)
    for shape in ((2,), (3, 1, 2)):
        spikes, _ = neuron.step(torch.zeros(shape), state)
        assert spikes.shape == shape


@pytest.mark.parametrize("name", STEPPING)
def test_a_state_is_frozen_and_survives_pickle(name):
    neuron = family(T=6, k=3)[name]
    x = torch.randn(6, 4, generator=generator(12))
    with torch.no_grad():
        _, state = neuron.chunk(x[:4], neuron.initial_state())
    with pytest.raises(AttributeError):
        state.t = 0
    for copied in (pickle.loads(pickle.dumps(state)), copy.deepcopy(state)):
        assert torch.equal(neuron.chunk(x[4:], copied)[0], neuron(x)[4:])


@pytest.mark.parametrize("name", STEPPING)
def test_a_copy_of_the_neuron_continues_its_state(name):
    neuron = family(T=6, k=3)[name]
    x = torch.randn(6, 4, generator=generator(13))
    _, state = neuron.chunk(x[:4], neuron.initial_state())
    for twin in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
        assert torch.equal(twin.chunk(x[4:], state)[0], neuron(x)[4:])


def test_a_masked_psn_steps_as_soon_as_lambda_is_one():
    neuron = randomise(MaskedPSN(5, 2), generator(14))
    x = torch.randn(5, 3, generator=generator(15))
    neuron.lambda_ = 1
    assert torch.equal(in_chunks(neuron, x, [2, 3])[0], neuron(x))


def test_a_sliding_psn_takes_sequences_longer_than_any_before():
    neuron = SlidingPSN(4)
    x = torch.randn(300, 2, generator=generator(16))
    spikes, state = in_chunks(neuron, x, [1, 2, 97, 200])
    assert torch.equal(spikes, neuron(x)) and state.t == 300


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", STEPPING)
def test_the_memory_has_the_dtype_of_the_input(name, dtype):
    neuron = family(T=4, k=2)[name].to(dtype)
    spikes, state = neuron.step(torch.ones(3, dtype=dtype), neuron.initial_state())
    assert spikes.dtype == state.memory.dtype == dtype


@pytest.mark.parametrize("name", STEPPING)
def test_a_layer_of_no_neurons_can_be_stepped(name):
    neuron = family(T=4, k=2)[name]
    spikes, state = in_chunks(neuron, torch.zeros(4, 2, 0), [1, 3])
    assert spikes.shape == (4, 2, 0) and state.t == 4


class EverySecond(MaskedPSN):
    """A masked PSN with a mask of its own: of the k inputs, every second one."""

    @property
    def mask(self):
        step = torch.arange(self.T)
        return super().mask * ((step[:, None] - step) % 2 == 0)


def test_a_mask_of_ones_own_counts_step_by_step_too():
    neuron = randomise(EverySecond(9, 5, 1.0), generator(3))
    x = torch.randn(9, 40, generator=generator(4))
    state, spikes = neuron.initial_state(), []
    for x_t in x:
        s, state = neuron.step(x_t, state)
        spikes.append(s)
    assert torch.equal(torch.stack(spikes), neuron(x))
    assert not torch.equal(neuron(x), _plain_copy(neuron)(x))


def _plain_copy(neuron):
    plain = MaskedPSN(neuron.T, neuron.k, 1.0)
    plain.load_state_dict(neuron.state_dict())
    return plain
