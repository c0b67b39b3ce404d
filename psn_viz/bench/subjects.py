"""What is measured: neurons of this package and of SpikingJelly, loops over time, a bare product, a copy."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from psn_viz.bench.memory import free_bytes
from psn_viz.bench.plain_loop import plain_lif
from psn_viz.bench.plan import WITH_RESET
from psn_viz.bench.units import with_prefix
from psn_viz.neurons import LIF, PSN, ATan, MaskedPSN, SlidingPSN, leak_by_scan
from psn_viz.neurons.exact_reset import fixed_point_spikes, hard_reset_spikes

K = 8  # the order of the masked and the sliding neurons
# The compiler unrolls the loop: its time grows faster than T, to minutes.
LONGEST_COMPILED = 32
# SpikingJelly 2 writes the T × T matrix of its sliding neuron row by row; the backward of that is O(T³).
LONGEST_SJ_SLIDING = 1024
# The table of all successors has T² entries for a neuron.
LONGEST_DENSE = 128


class Inputs(NamedTuple):
    """x `[T, N]`, and in training the gradient `[T, N]` that comes from above; None at inference.

    update: whether a training step ends with one of the optimiser.
    """

    x: Tensor
    gradient: Tensor | None
    update: bool = False


@dataclass(frozen=True)
class Run:
    """A subject made ready. `call` gives the spikes `[T, N]`; in training a tuple, the gradients after them.

    With an update, the gradients are cleared and the spikes come alone.
    """

    call: Callable[[], object]
    compile_seconds: float | None = None
    note: str = ""


class Unavailable(Exception):
    """Why a subject cannot run here, in words for the reader."""


@dataclass(frozen=True)
class Subject:
    """Something that can be measured.

    tensors: how many `[T, N]` it needs at once beside x and the gradient, at inference and in training, rounded up.
    """

    about: str
    make: Callable[[Inputs], Run]
    tensors: tuple[int, int]


def inputs(
    T: int,
    N: int,
    *,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device = "cpu",
    training: bool = False,
    update: bool = False,
) -> Inputs:
    """Normal random numbers, the same at every call. In training x asks for its gradient."""
    generator = torch.Generator().manual_seed(0)

    def normal() -> Tensor:
        return torch.randn(T, N, generator=generator, dtype=torch.float32).to(device, dtype)

    x = normal().requires_grad_(training)
    return Inputs(x, normal() if training else None, update)


def prepare(name: str, run_inputs: Inputs) -> Run | str:
    """Make a subject of `SUBJECTS` ready to run on the inputs, or say why it cannot.

    Inference is the forward pass without gradients. Training is forward and backward: from the gradient that
    `run_inputs` holds to that of x and of all parameters; with `update`, a step of AdamW follows.
    """
    try:
        run = SUBJECTS[name].make(run_inputs)
        run.call()  # What does not run here shows itself now.
    except Unavailable as error:
        return str(error)
    except RuntimeError as error:
        if name in OURS and "memory" not in str(error):
            raise
        return f"does not run here: {first_line(error)}"
    return run


def too_large(name: str, T: int, N: int, *, dtype: torch.dtype, device: torch.device, training: bool) -> str:
    """Why these sizes do not fit into memory, with the number needed and the number there is; "" if they fit."""
    needed = bytes_needed(name, T, N, dtype=dtype, training=training)
    free = free_bytes(device)
    if free is None or needed <= free:
        return ""
    need, have = with_prefix(needed, "B"), with_prefix(free, "B")
    return f"{name} needs {need} for T = {T}, N = {N}, and {have} of memory are free"


def bytes_needed(name: str, T: int, N: int, *, dtype: torch.dtype, training: bool) -> int:
    """An upper estimate of the memory that a subject needs at once, with its inputs."""
    tensors = SUBJECTS[name].tensors[training] + (2 if training else 1)
    # In training, of each entry of W: itself, masked, its gradient, two averages of the optimiser, what these take.
    return (tensors * T * N + (12 if training else 6) * T * T) * dtype.itemsize


def _no_gradient(module: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    with torch.no_grad():
        return module(x)


def _both_ways(
    module: Callable[[Tensor], Tensor], leaves: tuple[Tensor, ...], run_inputs: Inputs
) -> tuple[Tensor, ...]:
    spikes = module(run_inputs.x)
    return spikes, *torch.autograd.grad(spikes, leaves, run_inputs.gradient)


def _with_update(module: Callable[[Tensor], Tensor], optimizer: torch.optim.Optimizer, run_inputs: Inputs) -> Tensor:
    spikes = module(run_inputs.x)
    spikes.backward(run_inputs.gradient)
    optimizer.step()
    optimizer.zero_grad()
    run_inputs.x.grad = None
    return spikes


def _runs(module: Callable[[Tensor], Tensor], parameters: tuple[Tensor, ...], run_inputs: Inputs) -> Run:
    if run_inputs.gradient is None:
        return Run(partial(_no_gradient, module, run_inputs.x))
    if run_inputs.update:
        # Without a learning rate it takes as long, and every repeat computes with the same weights.
        optimizer = torch.optim.AdamW(parameters, lr=0.0, weight_decay=0.0)
        return Run(partial(_with_update, module, optimizer, run_inputs))
    return Run(partial(_both_ways, module, (run_inputs.x, *parameters), run_inputs))


def _neuron(make: Callable[[int], nn.Module], run_inputs: Inputs) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        module = make(len(run_inputs.x)).to(run_inputs.x)
    return _runs(module, tuple(module.parameters()), run_inputs)


def spikingjelly() -> tuple[Any, Any, Any]:
    """Its neurons, surrogates and functions."""
    if find_spec("spikingjelly") is None:
        raise Unavailable("SpikingJelly is not installed")
    try:
        from spikingjelly.activation_based import functional, neuron, surrogate

        _ = neuron.PSN, neuron.MaskedPSN, neuron.SlidingPSN
    except (ImportError, AttributeError) as error:
        raise Unavailable(f"SpikingJelly 2 with its PSN is not installed: {first_line(error)}") from None
    return functional, neuron, surrogate


def _sj(make: Callable[[Any, int], nn.Module], run_inputs: Inputs) -> Run:
    _, neuron, _ = spikingjelly()
    return _neuron(partial(make, neuron), run_inputs)


def _sj_sliding(run_inputs: Inputs) -> Run:
    T = len(run_inputs.x)
    if run_inputs.gradient is not None and T > LONGEST_SJ_SLIDING:
        raise Unavailable(
            f"not tried in training above T = {LONGEST_SJ_SLIDING}: it writes its matrix row by row, and the "
            "backward pass of that takes minutes"
        )
    return _sj(lambda neuron, T: neuron.SlidingPSN(K, step_mode="m"), run_inputs)


def _sj_lif(run_inputs: Inputs, fused: bool) -> Run:
    functional, neuron, surrogate = spikingjelly()
    on_cuda = run_inputs.x.device.type == "cuda"
    if fused and not on_cuda:
        raise Unavailable("SpikingJelly has a fused LIF for CUDA only")
    atan = surrogate.ATan()
    # On CUDA it takes a fused kernel by itself, except with a surrogate that it does not know.
    module = neuron.LIFNode(surrogate_function=atan if fused or not on_cuda else lambda h: atan(h), step_mode="m")
    note = ""
    if fused:
        implementation = functional.neuron_implementation("lif", run_inputs.x.device)
        note = f"SpikingJelly's implementation: {implementation['implementation']}"
        if implementation["implementation"].startswith("torch"):
            raise Unavailable(
                f"no fused implementation: {'; '.join(map(str, implementation['unavailable'].values()))}"
            )
    module.to(run_inputs.x.device)

    def from_rest(x: Tensor) -> Tensor:
        module.reset()  # It keeps V from call to call, and the graph of the last call with it.
        return module(x)

    return Run(_runs(from_rest, (), run_inputs).call, note=note)


def _fused_lif(run_inputs: Inputs) -> Run:
    T = len(run_inputs.x)
    if T > LONGEST_COMPILED:
        raise Unavailable(f"not compiled above T = {LONGEST_COMPILED}: the loop is unrolled, which takes minutes")
    kind = (T, run_inputs.gradient is not None, run_inputs.x.dtype, run_inputs.x.device)
    if kind not in compiled_loops:
        # The compiler gives up on a function after some variants, and every T is one.
        torch.compiler.reset()
        compiled_loops.clear()
        try:
            compiled_loops[kind] = _compile(run_inputs)
        except Exception as error:  # a compiler may raise anything
            compiled_loops[kind] = f"torch.compile cannot: {first_line(error)}"
    compiled = compiled_loops[kind]
    if isinstance(compiled, str):
        raise Unavailable(compiled)
    loop, seconds = compiled
    return Run(_runs(loop, (), _any_width(run_inputs)).call, compile_seconds=seconds, note="compiled for any N")


# The last one only. Held for as long as T, mode, dtype and device stay the same: one program serves all N.
compiled_loops: dict[tuple, tuple[Callable[[Tensor], Tensor], float] | str] = {}


def _compile(run_inputs: Inputs) -> tuple[Callable[[Tensor], Tensor], float]:
    loop = torch.compile(LIF(), fullgraph=True)
    start = time.perf_counter()
    _runs(loop, (), _any_width(run_inputs)).call()
    return loop, time.perf_counter() - start


def _any_width(run_inputs: Inputs) -> Inputs:
    torch._dynamo.mark_dynamic(run_inputs.x, 1)
    return run_inputs


def _exact_lif(form: str, x: Tensor) -> Tensor:
    """The spikes of `LIF()`, at once: τ = 2 is β = 1/2 on X/2."""
    return hard_reset_spikes(x * 0.5, 0.5, form=form)


def _exact_dense(run_inputs: Inputs) -> Run:
    if len(run_inputs.x) > LONGEST_DENSE:
        raise Unavailable(f"not tried above T = {LONGEST_DENSE}: its table has T² entries for a neuron")
    return _runs(partial(_exact_lif, "dense"), (), run_inputs)


def _rounds_lif(x: Tensor) -> Tensor:
    return fixed_point_spikes(x * 0.5, 0.5, reset="hard")


def _scan_lif(x: Tensor) -> Tensor:
    return ATan()(leak_by_scan(x * 0.5, 0.5) - 1)


def _product(run_inputs: Inputs) -> Run:
    T = len(run_inputs.x)
    weight, bias = (torch.zeros(T, columns).to(run_inputs.x).requires_grad_() for columns in (T, 1))
    return _runs(partial(torch.addmm, bias, weight), (weight, bias), run_inputs)


def _copy(run_inputs: Inputs) -> Run:
    x = run_inputs.x.detach()
    return Run(partial(torch.empty_like(x).copy_, x), note="the same in both modes")


def first_line(error: BaseException) -> str:
    """The kind of an error and the first line of what it says."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


OURS = ("psn", "masked-8", "sliding-8", "plain-lif", "loop-lif", "hand-lif", "scan-lif", *WITH_RESET)

SUBJECTS: dict[str, Subject] = {
    "psn": Subject("PSN", partial(_neuron, PSN), (2, 4)),
    "masked-8": Subject(
        "masked PSN with k = 8, λ = 1", partial(_neuron, lambda T: MaskedPSN(T, min(K, T), lambda_=1.0)), (3, 6)
    ),
    "sliding-8": Subject("sliding PSN with k = 8", partial(_neuron, lambda T: SlidingPSN(K)), (3, 6)),
    "sj-psn": Subject("SpikingJelly's PSN", partial(_sj, lambda neuron, T: neuron.PSN(T)), (3, 7)),
    "sj-masked-8": Subject(
        "SpikingJelly's masked PSN with k = 8, λ = 1",
        partial(_sj, lambda neuron, T: neuron.MaskedPSN(K, T, lambda_init=1.0, step_mode="m")),
        (3, 7),
    ),
    "sj-sliding-8": Subject("SpikingJelly's sliding PSN with k = 8", _sj_sliding, (3, 7)),
    "sj-lif": Subject("SpikingJelly's LIF, a Python loop", partial(_sj_lif, fused=False), (7, 14)),
    "sj-fused-lif": Subject("SpikingJelly's LIF, one kernel", partial(_sj_lif, fused=True), (2, 5)),
    "plain-lif": Subject("LIF, a plain loop over time", partial(_runs, plain_lif, ()), (4, 10)),
    "loop-lif": Subject("LIF, the same with each operation a kernel", partial(_neuron, lambda T: LIF()), (6, 14)),
    "fused-lif": Subject("LIF, the loop through torch.compile", _fused_lif, (2, 4)),
    "hand-lif": Subject(
        "LIF, the loop with its gradient by hand", partial(_neuron, lambda T: LIF(backend="fused")), (4, 6)
    ),
    "exact-lif": Subject(
        "LIF with hard reset, exact, in blocks of about √T steps",
        partial(_runs, partial(_exact_lif, "blocks"), ()),
        (24, 30),
    ),
    "exact-lif-dense": Subject("the same from the table of all successors", _exact_dense, (8 * LONGEST_DENSE,) * 2),
    "rounds-lif": Subject(
        "LIF with hard reset, exact, by rounds until nothing changes", partial(_runs, _rounds_lif, ()), (9, 14)
    ),
    "scan-lif": Subject("LIF without reset, by a scan", partial(_runs, _scan_lif, ()), (4, 8)),
    "bare": Subject("the matrix product alone (addmm)", _product, (2, 3)),
    "copy": Subject("a copy of x into memory that is there", _copy, (1, 1)),
}
