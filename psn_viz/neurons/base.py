"""What all neurons share: the call on a whole sequence, the recorded run, and the state between steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import nn

from psn_viz.neurons import arguments, fast
from psn_viz.neurons.fast.band import Weight

BACKENDS = ("auto", "readable", "fused")


class Record(NamedTuple):
    """A whole run, each `[T, N, …]`: input x, charge h, spikes s, membrane v after the reset.

    A neuron without reset has v = h.
    """

    x: torch.Tensor
    h: torch.Tensor
    s: torch.Tensor
    v: torch.Tensor


@dataclass(frozen=True)
class State:
    """What a neuron remembers between two steps. Made by `initial_state()`, never changed in place.

    `memory` is the membrane V `[N, …]` of IF and LIF, or the queue of the last inputs `[≤ k − 1, N, …]` of the
    masked and sliding PSN, and None before the first input. `shape` is that of one step's input, `t` counts the
    steps taken.
    """

    neuron: str
    t: int = 0
    shape: torch.Size | None = None
    memory: torch.Tensor | None = None

    def detach(self) -> State:
        """The same state, cut from the autograd graph (for truncated back-propagation)."""
        return self if self.memory is None else replace(self, memory=self.memory.detach())


class Neuron(nn.Module):
    """A layer of N spiking neurons that maps an input `[T, N, …]` to spikes of the same shape and dtype."""

    def __init__(self, surrogate: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.surrogate = arguments.function("surrogate", surrogate)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spikes `[T, N, …]`, 0 or 1 in the dtype of x, from an input `[T, N, …]` of any floating dtype.

        Raises TypeError for other dtypes than floating ones and ValueError for a wrong shape or device.
        A NaN never reaches the threshold, so it silently gives no spike: this call does not look for it, which
        would have to wait for the device. `record` does.
        """
        raise NotImplementedError

    def record(self, x: torch.Tensor) -> Record:
        """The whole run on `[T, N, …]`: `.x .h .s .v`, spikes as in a plain call.

        Raises ValueError where x, H or V is NaN, naming the quantity and the first time-step.
        """
        run = self._run(x)
        for name, values in (("x", run.x), ("H", run.h), ("V", run.v)):
            _refuse_nan(name, values)
        return run

    def initial_state(self) -> State:
        """The state before the first input of a sequence. Make a new one for every sequence.

        Raises ValueError where the neuron cannot run step by step.
        """
        self._can_step()
        return State(self._identity())

    def step(self, x_t: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One time-step: spikes `[N, …]` for the input `[N, …]`, and the next state.

        Raises ValueError where the neuron cannot run step by step or the state does not fit.
        """
        self._can_step()
        arguments.one_step(x_t)
        spikes, state = self._advance("x_t", x_t[None], state)
        return spikes[0], state

    def chunk(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """The next t time-steps at once: spikes `[t, N, …]` for `[t, N, …]`, and the next state.

        Cutting a sequence into chunks anywhere gives the spikes of the whole.
        Raises ValueError where the neuron cannot run step by step or the state does not fit.
        """
        self._can_step()
        arguments.sequence(x)
        return self._advance("x", x, state)

    def __prepare_scriptable__(self) -> None:
        # torch.jit.script asks every module for this first, and would end with a message about our insides.
        raise TypeError(
            f"torch.jit.script cannot compile {type(self).__name__}: its checks are Python that TorchScript does "
            "not know. Use torch.export.export, torch.compile, or torch.jit.trace with an input of the size to come"
        )

    def _advance(self, name: str, x: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        self._check_next(name, x, state)
        spikes, memory = self._continue(x, state)
        return spikes, State(state.neuron, state.t + len(x), x.shape[1:], memory)

    def _run(self, x: torch.Tensor) -> Record:
        raise NotImplementedError

    def _continue(self, x: torch.Tensor, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        """Spikes for the next steps, and the new memory."""
        raise NotImplementedError

    def _can_step(self) -> None:
        """Raise ValueError where step-by-step use is impossible, saying why and what to do."""

    def _identity(self) -> str:
        """The settings that a state depends on: a state of one neuron fits another only if these agree."""
        raise NotImplementedError

    def _check_next(self, name: str, x: torch.Tensor, state: State) -> None:
        """Check that the input x, the argument `name`, can come next after `state`."""
        if not isinstance(state, State):
            raise TypeError(
                f"state must come from {self._identity()}.initial_state() or an earlier step, "
                f"got {type(state).__name__}"
            )
        if state.neuron != self._identity():
            raise ValueError(f"state must be one of {self._identity()}, got one of {state.neuron}")
        if state.memory is None or state.shape is None:
            return
        for property_name, expected, actual in (
            ("shape", list(state.shape), list(x.shape[1:])),
            ("dtype", state.memory.dtype, x.dtype),
            ("device", state.memory.device, x.device),
        ):
            if expected != actual:
                raise ValueError(
                    f"state holds {property_name} {expected} per step but {name} has {actual}; "
                    "start each new sequence with initial_state()"
                )


class ParallelNeuron(Neuron):
    """A neuron without reset: H is a sum over the inputs, S = Θ(H − B), and nothing waits for a spike.

    Subclasses say what H is (`charge`) and how it is compared with B, their `threshold` (`fire`), and call the two.

    `backend` says how a call on a whole sequence is computed: "readable", by `charge` and `fire` as they stand;
    "fused", by one function with the same spikes and gradients, faster for large inputs (`psn_viz/neurons/fast`);
    "auto", fused where that serves and pays. It may be assigned. `record`, `step` and `chunk` are always readable.
    The fused form cannot serve under torch.autocast, torch.compile, a tracer or a transform of torch.func, with
    another surrogate than ATan, and for a class or a neuron with a `charge` or `fire` of its own: "auto" is then
    readable, and "fused" raises ValueError with the reason.
    """

    weight: torch.Tensor
    threshold: torch.Tensor
    # Also that of neurons pickled by versions without a backend.
    _backend = "auto"
    # The equations that the fused form computes, as the class that has one defines them.
    _fused_equations: tuple = ()

    def __init__(self, surrogate: Callable[[torch.Tensor], torch.Tensor], backend: str = "auto") -> None:
        super().__init__(surrogate)
        self.backend = backend

    def __init_subclass__(cls, **kwargs) -> None:
        super().__init_subclass__(**kwargs)
        if "_fused_weight" in vars(cls):
            cls._fused_equations = tuple(getattr(cls, name, None) for name in fast.EQUATIONS)

    @property
    def backend(self) -> str:
        """How a plain call is computed: "auto", "readable" or "fused"."""
        return self._backend

    @backend.setter
    def backend(self, value: str) -> None:
        value = arguments.choice("backend", value, BACKENDS)
        if value == "fused":
            fast.require(fast.why_not_this_neuron(self))
        self._backend = value

    def _backend_repr(self) -> str:
        return "" if self.backend == "auto" else f", backend={self.backend!r}"

    def charge(self, x: torch.Tensor) -> torch.Tensor:
        """H `[T, N, …]` for the whole input `[T, N, …]`."""
        raise NotImplementedError

    def fire(self, h: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
        """S = Θ(H − B), with B one number per time-step or one for all."""
        raise NotImplementedError

    def _fused_weight(self) -> Weight:
        """How W comes from `weight`, for the fused form."""
        raise NotImplementedError

    def _check_input(self, x: torch.Tensor) -> None:
        arguments.sequence(x)
        arguments.fits_parameters(x, self.weight)

    def _check_next(self, name: str, x: torch.Tensor, state: State) -> None:
        super()._check_next(name, x, state)
        arguments.fits_parameters(x, self.weight, name)

    def _run(self, x: torch.Tensor) -> Record:
        self._check_input(x)
        h = self.charge(x)
        return Record(x, h, self.fire(h, self.threshold).to(x.dtype), v=h)

    def record(self, x: torch.Tensor) -> Record:
        """The whole run on `[T, N, …]`: `.x .h .s .v`, v = h.

        Spikes are those of a plain call, which may add up the terms of H in another order: where H differs from B
        by no more than rounding, one of them may fire.
        Raises ValueError where x, H or the threshold is NaN, naming the quantity and the first time-step.
        """
        run = super().record(x)
        _refuse_nan("threshold", self.threshold.expand(len(x))[:, None])
        return run


def _refuse_nan(name: str, values: torch.Tensor) -> None:
    """ValueError with the first time-step of a `[T, N, …]` at which there is a NaN, or on the meta device."""
    arguments.with_values(name, values)
    nan = values.detach().isnan().flatten(1).any(1)
    if nan.any():
        step = int(nan.nonzero()[0])
        raise ValueError(f"{name} is NaN at time-step {step}: it would silently give no spike")


def queue_after(window: torch.Tensor, k: int) -> torch.Tensor:
    """The last k − 1 inputs of `[t, N, …]`, or all when there are fewer: what a neuron of order k keeps for later.

    A copy: the caller may refill the tensor of an input, and a long chunk need not stay in memory.
    """
    return window[max(0, len(window) - (k - 1)) :].clone()
