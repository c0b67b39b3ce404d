"""What is measured really is what its name says; what cannot run says why; what does not fit is refused."""

import sys

import pytest
import torch

from psn_viz.bench import memory, subjects
from psn_viz.bench.memory import kept_for_backward
from psn_viz.bench.subjects import SUBJECTS, Run, bytes_needed, inputs, prepare, too_large
from psn_viz.neurons import LIF, from_spikingjelly
from tests.strategies import assert_close

CPU = torch.device("cpu")
THEIRS = [name for name in SUBJECTS if name.startswith("sj-")]
T, N = 12, 7


@pytest.fixture(autouse=True)
def nothing_compiled(monkeypatch):
    monkeypatch.setattr(subjects, "compiled_loops", {})


def module_of(name: str, given: subjects.Inputs):
    """The module that a subject runs."""
    call = SUBJECTS[name].make(given).call
    return call.args[0]


def both_ways(module, given: subjects.Inputs) -> list[torch.Tensor]:
    x = given.x.detach().requires_grad_()
    spikes = module(x)
    return [spikes, *torch.autograd.grad(spikes, (x, *module.parameters()), given.gradient)]


@pytest.mark.parametrize("steps", [3, T], ids=["fewer steps than k", "more steps than k"])
@pytest.mark.parametrize("name", ["psn", "masked-8", "sliding-8"])
def test_our_neurons_give_the_spikes_and_gradients_of_the_readable_form(name, steps):
    given = inputs(steps, 20 * N, dtype=torch.float64, training=True)
    neuron = module_of(name, given)
    w = neuron.dense_weight(steps) if name == "sliding-8" else neuron.weight
    if name == "masked-8":
        w = torch.where(torch.ones(steps, steps).tril().triu(1 - 8) > 0, w, 0.0)
    h = w @ given.x
    expected = neuron.surrogate(h - neuron.threshold.reshape(-1, 1))
    assert torch.equal(prepare(name, given).call()[0], expected)
    assert 0 < expected.mean() < 1
    plain = torch.autograd.grad(expected, (given.x, *neuron.parameters()), given.gradient)
    for got, wanted in zip(prepare(name, given).call()[1:], plain, strict=True):
        assert_close(got, wanted, "gradient")


@pytest.mark.parametrize("name", ["psn", "masked-8", "sliding-8", "plain-lif", "loop-lif"])
def test_inference_gives_the_same_spikes_without_a_graph(name):
    training, inference = (inputs(T, N, training=training) for training in (True, False))
    spikes = prepare(name, inference).call()
    assert not spikes.requires_grad
    assert torch.equal(spikes, prepare(name, training).call()[0])


@pytest.mark.parametrize("name", ["masked-8", "sliding-8"])
def test_an_update_is_a_training_step_after_which_nothing_has_changed(name):
    training, update = inputs(T, N, training=True), inputs(T, N, training=True, update=True)
    run = prepare(name, update)
    assert torch.equal(run.call(), prepare(name, training).call()[0])
    assert torch.equal(run.call(), prepare(name, training).call()[0])
    module, optimizer, _ = run.call.args
    assert {int(state["step"]) for state in optimizer.state.values()} == {3}  # one to make it ready
    assert all(state["exp_avg_sq"].any() for state in optimizer.state.values())
    assert update.x.grad is None and all(parameter.grad is None for parameter in module.parameters())


@pytest.mark.parametrize("name", ["psn", "masked-8", "sliding-8"])
def test_a_peer_is_the_same_neuron(name):
    """SpikingJelly's, taken over into ours, does what SpikingJelly's does: spikes, and gradients of x and W."""
    pytest.importorskip("spikingjelly")
    given = inputs(T, N, dtype=torch.float64, training=True)
    theirs = prepare(f"sj-{name}", given).call()
    module = module_of(f"sj-{name}", given)
    ours = both_ways(from_spikingjelly(module), given)
    assert type(module).__name__ == type(module_of(name, given)).__name__
    assert getattr(module, "k", 8) == 8 and float(getattr(module, "lambda_", 1)) == 1
    assert torch.equal(theirs[0], ours[0])
    assert_close(theirs[1], ours[1], "∂X")
    assert_close(theirs[2], ours[2], "∂W")


@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
def test_the_serial_neurons_are_the_lif(training):
    given = inputs(T, N, training=training)
    expected = both_ways(LIF(), given) if training else [LIF()(given.x)]
    for name in ["plain-lif", "loop-lif", *(["sj-lif"] if installed() else [])]:
        run = prepare(name, given)
        for _ in range(2):  # It starts from rest every time.
            found = run.call() if training else [run.call()]
            for got, wanted in zip(found, expected, strict=True):
                assert_close(got, wanted, name)


@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
def test_the_exact_forms_are_the_lif_with_its_reset(training):
    given = inputs(T, 20 * N, dtype=torch.float64, training=training)
    expected = both_ways(LIF(), given) if training else [LIF()(given.x)]
    assert expected[0].any() and not torch.equal(expected[0], LIF(reset="none")(given.x)), "a reset matters here"
    for name in ["exact-lif", "exact-lif-dense", "rounds-lif", "hand-lif"]:
        run = prepare(name, given)
        found = run.call() if training else [run.call()]
        for got, wanted in zip(found, expected, strict=True):
            assert_close(got, wanted, name)
    without = prepare("scan-lif", given).call()
    assert torch.equal(without[0] if training else without, LIF(reset="none")(given.x))


def test_the_table_of_all_successors_is_left_out_where_it_is_large():
    why = prepare("exact-lif-dense", inputs(subjects.LONGEST_DENSE + 1, 1))
    assert why == "not tried above T = 128: its table has T² entries for a neuron"


def installed() -> bool:
    return subjects.find_spec("spikingjelly") is not None


def test_the_bare_product_and_the_copy():
    given = inputs(T, N, training=True)
    h, dx, dw, db = prepare("bare", given).call()
    weight = prepare("bare", given).call.args[1][1]
    assert torch.equal(h, weight @ given.x) and dx.shape == given.x.shape
    assert_close(dw, given.gradient @ given.x.T, "∂W")
    assert_close(db, given.gradient.sum(1, keepdim=True), "∂b")
    copied = prepare("copy", given).call()
    assert torch.equal(copied, given.x) and copied.data_ptr() != given.x.data_ptr()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
@pytest.mark.parametrize("name", [*subjects.OURS, "bare", "copy"])
def test_other_dtypes(name, dtype):
    given = inputs(T, N, dtype=dtype, training=True)
    run = prepare(name, given)
    assert isinstance(run, Run), run
    results = run.call()
    assert {r.dtype for r in (results if isinstance(results, tuple) else [results])} == {dtype}


def test_making_subjects_leaves_the_random_numbers_alone():
    before = torch.random.get_rng_state()
    prepare("psn", inputs(T, N))
    assert torch.equal(torch.random.get_rng_state(), before)


# --------------------------------------------------------------------------------- what cannot run


@pytest.mark.parametrize("name", THEIRS)
def test_without_spikingjelly_its_rows_say_so(name, monkeypatch):
    monkeypatch.setattr(subjects, "find_spec", lambda package: None)
    assert prepare(name, inputs(T, N)) == "SpikingJelly is not installed"


def test_a_cpu_has_no_fused_lif_of_spikingjelly():
    pytest.importorskip("spikingjelly")
    assert prepare("sj-fused-lif", inputs(T, N)) == "SpikingJelly has a fused LIF for CUDA only"


def test_a_spikingjelly_without_the_family_says_so(monkeypatch):
    monkeypatch.setattr(subjects, "find_spec", lambda package: object())
    monkeypatch.setitem(sys.modules, "spikingjelly.activation_based", None)
    assert "SpikingJelly 2 with its PSN is not installed" in prepare("sj-psn", inputs(T, N))


def test_without_a_compiler_the_fused_loop_says_so_and_tries_once(monkeypatch):
    tried = []

    def compile(module, **options):
        tried.append(options)

        def fails(x):
            raise RuntimeError("InvalidCxxCompiler: No working C++ compiler found\nSet TORCHDYNAMO_VERBOSE=1")

        return fails

    monkeypatch.setattr(torch, "compile", compile)
    for width in (N, 2 * N):
        why = prepare("fused-lif", inputs(T, width))
        assert why == "torch.compile cannot: RuntimeError: InvalidCxxCompiler: No working C++ compiler found"
    # A graph that is cut in two would be no fused loop.
    assert tried == [{"fullgraph": True}]


def test_compiling_is_reported_and_done_once_for_all_widths(monkeypatch):
    made, forgotten = [], []
    monkeypatch.setattr(torch, "compile", lambda module, **options: made.append(module) or module)
    monkeypatch.setattr(torch.compiler, "reset", lambda: forgotten.append(len(made)))
    runs = [prepare("fused-lif", inputs(T, width)) for width in (N, 2 * N)]
    assert len(made) == 1 and runs[0].compile_seconds == runs[1].compile_seconds > 0
    assert torch.equal(runs[0].call(), LIF()(inputs(T, N).x))
    prepare("fused-lif", inputs(T, N, training=True))
    # The compiler keeps few variants of a function: each one is to be its first.
    assert len(made) == 2 and forgotten == [0, 1]
    prepare("fused-lif", inputs(T, N))  # forgotten by now
    assert len(made) == 3


def test_long_loops_are_not_compiled():
    why = prepare("fused-lif", inputs(subjects.LONGEST_COMPILED + 1, 2))
    assert "not compiled above T = 32" in why


def test_the_sliding_peer_is_left_out_where_it_takes_minutes():
    pytest.importorskip("spikingjelly")
    steps = subjects.LONGEST_SJ_SLIDING + 1
    assert "not tried in training above T = 1024" in prepare("sj-sliding-8", inputs(steps, 1, training=True))
    assert isinstance(prepare("sj-sliding-8", inputs(steps, 1)), Run)


def test_a_peer_that_breaks_says_so_and_ours_raises(monkeypatch):
    def breaks(given):
        raise RuntimeError('"addmm" not implemented\nfor this')

    broken = subjects.Subject("", breaks, (1, 1))
    monkeypatch.setitem(SUBJECTS, "sj-psn", broken)
    monkeypatch.setitem(SUBJECTS, "psn", broken)
    assert prepare("sj-psn", inputs(T, N)) == 'does not run here: RuntimeError: "addmm" not implemented'
    with pytest.raises(RuntimeError, match="not implemented"):
        prepare("psn", inputs(T, N))


# ------------------------------------------------------------------------------------------ memory


def test_what_does_not_fit_is_told_with_both_numbers(monkeypatch):
    size, how = ("copy", 64, 2**20), {"dtype": torch.float32, "training": True}
    needed = bytes_needed(*size, **how)
    assert needed == 4 * (3 * 64 * 2**20 + 12 * 64 * 64)  # x, the gradient, and the copy
    monkeypatch.setattr(subjects, "free_bytes", lambda device: needed)
    assert too_large(*size, **how, device=CPU) == ""
    monkeypatch.setattr(subjects, "free_bytes", lambda device: needed - 1)
    why = too_large(*size, **how, device=CPU)
    assert why == "copy needs 806 MB for T = 64, N = 1048576, and 806 MB of memory are free"
    assert too_large(*size, **{**how, "dtype": torch.bfloat16}, device=CPU) == ""


def test_free_memory_of_a_cpu(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    pages = {"SC_AVPHYS_PAGES": 3, "SC_PHYS_PAGES": 9, "SC_PAGE_SIZE": 100}
    monkeypatch.setattr(memory.os, "sysconf", lambda name: pages[name], raising=False)
    assert memory.free_bytes(CPU) == 300
    (tmp_path / "meminfo").write_text("MemTotal:  9 kB\nMemFree:  1 kB\nMemAvailable:  4 kB\n")
    assert memory.free_bytes(CPU) == 4096  # with what the system gives back on demand
    (tmp_path / "memory.max").write_text("2000\n")
    (tmp_path / "memory.current").write_text("500\n")
    assert memory.free_bytes(CPU) == 1500  # a container's limit
    (tmp_path / "memory.stat").write_text("anon 100\nfile 400\ninactive_file 300\nactive_file 100\n")
    assert memory.free_bytes(CPU) == 1800  # with the files that it gives back on demand
    (tmp_path / "memory.stat").write_text("inactive_file 900\n")
    assert memory.free_bytes(CPU) == 2000  # read a moment later
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free_bytes(CPU) == 4096


def test_where_the_system_tells_nothing_nothing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "none")
    monkeypatch.setattr(memory, "GROUP", tmp_path / "none")
    monkeypatch.delattr(memory.os, "sysconf", raising=False)
    assert memory.free_bytes(CPU) is None
    assert too_large("psn", 64, 2**30, dtype=torch.float32, device=CPU, training=True) == ""


def test_free_memory_of_a_gpu_counts_what_torch_keeps(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1000, 8000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 700)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 300)
    assert memory.free_bytes(torch.device("cuda")) == 1400


def test_what_a_forward_pass_keeps_is_counted_once_in_units_of_x():
    x = torch.randn(4, 8)
    twice = torch.nn.Module()
    twice.forward = lambda x: x * x.view(8, 4).view(4, 8) + x  # one piece of memory, seen twice
    assert kept_for_backward(twice, x) == 1
    assert kept_for_backward(torch.nn.Tanh(), x) == 1, "its result"
    assert kept_for_backward(torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Tanh()), x) == 2
    assert kept_for_backward(torch.nn.Identity(), x) == 0
    assert not x.requires_grad
