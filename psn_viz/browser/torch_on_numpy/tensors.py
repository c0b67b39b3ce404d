"""The tensor: an array of numpy, which it shares, and its place on the tape."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import dtypes, tape
from .absent import HERE, Missing, missing

# What is a name under torch; `operation` fills it.
FUNCTIONS: dict[str, Callable] = {}


def operation(*names: str, function: bool = True, method: bool = True) -> Callable[[Callable], Callable]:
    """Make what is decorated a function of torch, a method of Tensor, or both, under these names."""

    def register(call: Callable) -> Callable:
        for name in names or (call.__name__.rstrip("_") if function and method else call.__name__,):
            if function:
                FUNCTIONS[name] = call
            if method:
                setattr(Tensor, name, call)
        return call

    return register


def method(*names: str) -> Callable[[Callable], Callable]:
    """Make what is decorated a method of Tensor, under these names or its own."""
    return operation(*names, function=False)


def function(*names: str) -> Callable[[Callable], Callable]:
    """Make what is decorated a function of torch, under these names or its own."""
    return operation(*names, method=False)


class Tensor:
    """Numbers, as torch's: see torch."""

    __slots__ = ("__dict__", "__weakref__", "_array", "_node", "grad", "requires_grad")
    __array_ufunc__ = None  # an array at the left leaves the operation to the tensor
    is_cuda = is_sparse = is_nested = is_meta = is_quantized = False
    layout = "torch.strided"

    def __init__(self, data: Any = ()) -> None:
        self._array = np.array(data, dtype=dtypes.default())
        self.requires_grad, self.grad, self._node = False, None, None

    def __getattr__(self, name: str):
        raise AttributeError(f"there is no torch.Tensor.{name}: {HERE}")

    shape = property(lambda self: dtypes.Size(self._array.shape))
    dtype = property(lambda self: dtypes.of_numpy(self._array.dtype))
    device = property(lambda self: dtypes.CPU)
    ndim = property(lambda self: self._array.ndim)
    itemsize = property(lambda self: self._array.itemsize)
    nbytes = property(lambda self: self._array.nbytes)
    is_leaf = property(lambda self: self._node is None)
    grad_fn = property(lambda self: self._node)

    @property
    def data(self) -> Tensor:
        return new(self._array)

    @data.setter
    def data(self, value: Tensor) -> None:
        self._array = value._array

    def size(self, dim: int | None = None):
        return self.shape if dim is None else self._array.shape[dim]

    def dim(self) -> int:
        return self._array.ndim

    def numel(self) -> int:
        return self._array.size

    nelement = numel

    def element_size(self) -> int:
        return self._array.itemsize

    def is_floating_point(self) -> bool:
        return self._array.dtype.kind == "f"

    def is_complex(self) -> bool:
        return self._array.dtype.kind == "c"

    # ------------------------------------------------------------------------------------------ its memory

    def stride(self, dim: int | None = None):
        strides = tuple(step // self._array.itemsize for step in self._array.strides)
        return strides if dim is None else strides[dim]

    def _owner(self) -> np.ndarray:
        """The array whose memory this one is a part of."""
        owner = self._array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        return owner

    def data_ptr(self) -> int:
        return self._array.__array_interface__["data"][0]

    def storage_offset(self) -> int:
        return (self.data_ptr() - self._owner().__array_interface__["data"][0]) // self._array.itemsize

    def untyped_storage(self) -> types.SimpleNamespace:
        owner = self._owner()
        return types.SimpleNamespace(data_ptr=lambda: new(owner).data_ptr(), nbytes=lambda: owner.nbytes)

    def is_contiguous(self) -> bool:
        return self._array.flags.c_contiguous

    # ---------------------------------------------------------------------------------------- into Python

    def numpy(self, *, force: bool = False) -> np.ndarray:
        if self.requires_grad and tape.is_grad_enabled() and not force:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        return self._array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype, copy=bool(copy))

    def item(self):
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        return self._array.item()

    def tolist(self):
        return self._array.tolist()

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iub" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._array.item())

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(self._array.item())

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self._array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __contains__(self, value: Any) -> bool:
        return bool((self._array == array_of(value)).any())

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        text = np.array2string(self._array, precision=4, separator=", ", suppress_small=True)
        usual = self._array.dtype in (dtypes.default(), dtypes.INT64, dtypes.BOOL)
        return f"tensor({text}{'' if usual else f', dtype={self.dtype}'})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if not self._array.ndim else object.__format__(self, spec)

    def __deepcopy__(self, memo: dict) -> Tensor:
        self._require_leaf("the deepcopy protocol")
        memo[id(self)] = copied = rebuilt(type(self), self._array.copy(), self.requires_grad)
        return copied

    def __reduce_ex__(self, protocol: Any) -> tuple:
        self._require_leaf("pickling")
        return rebuilt, (type(self), self._array, self.requires_grad)

    def _require_leaf(self, what: str) -> None:
        if self._node is not None:
            raise RuntimeError(f"Only Tensors created explicitly by the user support {what}")

    # -------------------------------------------------------------------------------------------- gradients

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        if requires_grad and self._array.dtype.kind not in "fc":
            raise RuntimeError("only Tensors of floating point and complex dtype can require gradients")
        self.requires_grad = requires_grad
        return self

    def detach(self) -> Tensor:
        return new(self._array)

    def backward(self, gradient: Tensor | None = None, retain_graph: bool | None = None) -> None:
        tape.backward(self, gradient)

    def overwrite(self, values: Any, *others: Any) -> Tensor:
        """Put other numbers in the place of these: what every operation in place ends with."""
        if tape.recorded((self, *others)):
            if self.requires_grad and self._node is None:
                raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
            missing("gradient of an operation in place")
        self._array[...] = values
        return self


def rebuilt(kind: type[Tensor], array: np.ndarray, requires_grad: bool) -> Tensor:
    """A tensor or parameter around an array."""
    made = kind.__new__(kind)
    made._array, made.requires_grad, made.grad, made._node = array, requires_grad, None, None
    return made


def new(array: Any) -> Tensor:
    """A tensor around an array, without a place on the tape."""
    tensor = Tensor.__new__(Tensor)
    tensor._array = array if type(array) is np.ndarray else np.asarray(array)
    tensor.requires_grad, tensor.grad, tensor._node = False, None, None
    return tensor


def _no_gradient(name: str) -> Missing:
    return Missing(f"there is no gradient of torch.{name}: {HERE}")


def view(name: str, array: Any, parents: Sequence[Tensor] = (), pull_back: Callable | None = None) -> Tensor:
    """The result of an operation that computes no numbers. pull_back: as of a Node; None: there is no gradient."""
    tensor = new(array)
    if tape.recorded(parents):
        if pull_back is None:
            raise _no_gradient(name)
        tensor.requires_grad, tensor._node = True, tape.Node(name, parents, pull_back)
    return tensor


def result(name: str, array: Any, parents: Sequence[Tensor] = (), pull_back: Callable | None = None) -> Tensor:
    """The result of an operation that computes. pull_back: as of a Node; None: there is no gradient."""
    if tape.observers:
        tape.tell_observers()
    return view(name, array, parents, pull_back)


def plain(array: Any) -> Tensor:
    """The result of an operation that nobody differentiates, such as a comparison."""
    if tape.observers:
        tape.tell_observers()
    return new(array)


def into(out: Tensor | None, made: Tensor) -> Tensor:
    """`made`, or `out` with its numbers."""
    return made if out is None else out.overwrite(made._array, made)


def array_of(value: Any) -> Any:
    """The array of a tensor; a Python number as it is."""
    if isinstance(value, Tensor):
        return value._array
    return value.item() if isinstance(value, np.generic) else value


def axes(dim: int | Sequence[int] | None) -> int | tuple[int, ...] | None:
    """The argument `dim` as numpy takes it."""
    return tuple(dim) if isinstance(dim, list | tuple) else dim


def sizes(args: tuple) -> tuple[int, ...]:
    """A shape that was given as one sequence or as several numbers."""
    if len(args) == 1 and isinstance(args[0], list | tuple):
        args = args[0]
    return tuple(int(size) for size in args)
