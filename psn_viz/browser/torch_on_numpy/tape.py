"""Gradients: every operation leaves on its result how a gradient goes back to what it was computed from."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .absent import missing

if TYPE_CHECKING:
    from .tensors import Tensor

_recording = True
# What counts operations: contexts of torch.utils._python_dispatch.TorchDispatchMode.
observers: list[TorchDispatchMode] = []


def is_grad_enabled() -> bool:
    """Whether operations are recorded."""
    return _recording


def recorded(parents: Iterable[Any]) -> bool:
    """Whether the result of an operation on `parents` wants a gradient."""
    return _recording and any(getattr(parent, "requires_grad", False) for parent in parents)


class _Switch(contextlib.ContextDecorator):
    on: bool

    def __new__(cls, function: Callable | None = None):
        made = super().__new__(cls)
        made.before = []
        return made if function is None else made(function)  # the decorator without brackets

    def __enter__(self) -> None:
        global _recording
        self.before.append(_recording)
        _recording = self.on

    def __exit__(self, *_: object) -> None:
        global _recording
        _recording = self.before.pop()


class no_grad(_Switch):
    """A context or decorator without recording."""

    on = False


class enable_grad(_Switch):
    """A context or decorator with recording."""

    on = True


class set_grad_enabled(_Switch):
    """A context that switches recording."""

    def __new__(cls, mode: bool):
        made = super().__new__(cls)
        made.on = mode
        return made


class Node:
    """Where a tensor comes from. pull_back: from its gradient to one for each parent, or None; all are arrays."""

    __slots__ = ("name", "parents", "pull_back")

    def __init__(self, name: str, parents: Sequence[Tensor], pull_back: Callable | None) -> None:
        self.name, self.parents, self.pull_back = name, parents, pull_back

    def __repr__(self) -> str:
        return f"<{self.name} of numpy>"


def gradients_of(outputs: Sequence[Tensor], given: Sequence[Tensor | None]) -> dict[int, np.ndarray]:
    """The gradient of every tensor that `outputs` were computed from, by its id."""
    found: dict[int, np.ndarray] = {}
    for output, gradient in zip(outputs, given, strict=True):
        if not output.requires_grad:
            raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
        if gradient is None and output._array.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        start = np.ones_like(output._array) if gradient is None else gradient._array
        if start.shape != output._array.shape:
            raise RuntimeError(f"Mismatch in shape: gradient {start.shape}, output {output._array.shape}")
        found[id(output)] = found[id(output)] + start if id(output) in found else start
    with no_grad():
        for tensor in reversed(_in_order(outputs)):
            node = tensor._node
            if node is None or id(tensor) not in found:
                continue
            for parent, gradient in zip(node.parents, node.pull_back(found[id(tensor)]), strict=True):
                if gradient is not None and parent.requires_grad:
                    gradient = fitted(gradient, parent._array)
                    found[id(parent)] = found[id(parent)] + gradient if id(parent) in found else gradient
    return found


def fitted(gradient: np.ndarray, array: np.ndarray) -> np.ndarray:
    """A gradient in the shape and dtype of its tensor: summed over what was broadcast."""
    gradient = np.asarray(gradient)
    if gradient.shape != array.shape:
        if extra := gradient.ndim - array.ndim:
            gradient = gradient.sum(axis=tuple(range(extra)))
        axes = tuple(n for n, size in enumerate(array.shape) if size == 1 and gradient.shape[n] != 1)
        gradient = gradient.sum(axis=axes, keepdims=True) if axes else gradient
    return gradient if gradient.dtype == array.dtype else gradient.astype(array.dtype)


def _in_order(outputs: Sequence[Tensor]) -> list[Tensor]:
    """All tensors behind the outputs, each after those that it was computed from."""
    order: list[Tensor] = []
    seen: set[int] = set()
    waiting = [(output, False) for output in outputs]
    while waiting:
        tensor, done = waiting.pop()
        if done:
            order.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            waiting.append((tensor, True))
            if tensor._node is not None:
                waiting += [(parent, False) for parent in tensor._node.parents if parent.requires_grad]
    return order


class Context:
    """What an autograd Function keeps for its gradient."""

    saved_tensors: tuple = ()
    needs_input_grad: tuple[bool, ...] = ()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep them as `saved_tensors`."""
        self.saved_tensors = tensors


class Function:
    """An operation with a gradient of its own."""

    @classmethod
    def apply(cls, *args: Any) -> Tensor:
        """`forward` of the arguments; `backward` is called where a gradient comes back."""
        from .tensors import Tensor, new

        context = Context()
        context.needs_input_grad = tuple(isinstance(arg, Tensor) and arg.requires_grad for arg in args)
        separate = "setup_context" in vars(cls)
        with no_grad():
            output = cls.forward(*args) if separate else cls.forward(context, *args)
            if separate:
                cls.setup_context(context, args, output)
        if not isinstance(output, Tensor):
            missing("autograd.Function with several outputs")
        tensors = [arg for arg in args if isinstance(arg, Tensor)]
        if not recorded(tensors):
            return output

        def pull_back(gradient: np.ndarray) -> list[np.ndarray | None]:
            given = cls.backward(context, new(gradient))
            given = given if isinstance(given, tuple) else (given,)
            return [
                None if one is None else one._array
                for arg, one in zip(args, given, strict=True)
                if isinstance(arg, Tensor)
            ]

        made = new(output._array)
        made.requires_grad, made._node = True, Node(cls.__name__, tensors, pull_back)
        return made


def grad(
    outputs: Any, inputs: Any, grad_outputs: Any = None, retain_graph: bool | None = None, create_graph: bool = False,
    allow_unused: bool | None = None, is_grads_batched: bool = False,
) -> tuple:  # fmt: skip
    """As torch.autograd.grad, once: what it gives cannot be differentiated again."""
    from .tensors import Tensor, new

    for name, asked in (("create_graph", create_graph), ("is_grads_batched", is_grads_batched)):
        if asked:
            missing(f"torch.autograd.grad with {name}=True")
    outputs = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    if grad_outputs is None or isinstance(grad_outputs, Tensor):
        grad_outputs = [grad_outputs] * len(outputs)
    found = gradients_of(outputs, grad_outputs)
    if not allow_unused and any(id(one) not in found for one in inputs):
        raise RuntimeError("One of the differentiated Tensors appears to not have been used in the graph")
    return tuple(new(found[id(one)].copy()) if id(one) in found else None for one in inputs)


def backward(tensor: Tensor, gradient: Tensor | None = None, retain_graph: bool | None = None) -> None:
    """Add the gradient of every leaf behind `tensor` to its `.grad`."""
    from .tensors import new

    found = gradients_of([tensor], [gradient])
    for leaf in _in_order([tensor]):
        if leaf._node is None and leaf.requires_grad and id(leaf) in found:
            gradient_array = found[id(leaf)]
            leaf.grad = new(gradient_array.copy() if leaf.grad is None else leaf.grad._array + gradient_array)


class TorchDispatchMode:
    """A context whose `__torch_dispatch__` hears of every operation that computes numbers (not of views)."""

    def __enter__(self):
        observers.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        observers.remove(self)


class _Heard:
    """The operation that an observer hears of: it has been computed already, and gives a new tensor."""

    _schema = types.SimpleNamespace(returns=(types.SimpleNamespace(alias_info=None),))

    def __call__(self, *_: Any, **__: Any) -> None:
        return None


_HEARD = _Heard()


def tell_observers() -> None:
    """Tell all contexts of TorchDispatchMode of one operation."""
    for observer in observers:
        observer.__torch_dispatch__(_HEARD, (), (), None)
