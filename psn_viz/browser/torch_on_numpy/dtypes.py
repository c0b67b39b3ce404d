"""dtype, device and size as torch has them, and how torch promotes dtypes.

numpy's default integer has 32 bits in a browser (wasm32). Integers are int64 here wherever torch says so.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .absent import missing


class dtype:
    """A dtype by its name in torch; code: numpy's name of it, or None where numpy has none."""

    def __init__(self, name: str, code: str | None) -> None:
        self.name = name
        self._numpy = None if code is None else np.dtype(code)
        kind = "f" if self._numpy is None else self._numpy.kind
        self.is_floating_point, self.is_complex = kind == "f", kind == "c"
        self.is_signed = kind in "ifc"

    @property
    def numpy(self) -> np.dtype:
        """The dtype of numpy."""
        if self._numpy is None:
            missing(f"dtype torch.{self.name}")
        return self._numpy

    @property
    def itemsize(self) -> int:
        """Bytes of a number."""
        return 2 if self._numpy is None else self._numpy.itemsize

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


float64, float32, float16 = dtype("float64", "f8"), dtype("float32", "f4"), dtype("float16", "f2")
bfloat16 = dtype("bfloat16", None)
int64, int32, int16, int8 = dtype("int64", "i8"), dtype("int32", "i4"), dtype("int16", "i2"), dtype("int8", "i1")
uint8, uint16 = dtype("uint8", "u1"), dtype("uint16", "u2")
uint32, uint64 = dtype("uint32", "u4"), dtype("uint64", "u8")
bool_ = dtype("bool", "?")
complex64, complex128 = dtype("complex64", "c8"), dtype("complex128", "c16")
DTYPES = (
    float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8, uint16, uint32, uint64, bool_, complex64,
    complex128,
)  # fmt: skip
ALIASES = {
    "double": float64, "float": float32, "half": float16, "long": int64, "int": int32, "short": int16,
    "cdouble": complex128, "cfloat": complex64,
}  # fmt: skip
_OF_NUMPY = {one._numpy: one for one in DTYPES if one._numpy is not None}
_RANK = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}

BOOL, INT64, FLOAT32, FLOAT64 = bool_.numpy, int64.numpy, float32.numpy, float64.numpy
_default = float32


def of_numpy(kind: np.dtype) -> dtype:
    """torch's name of a dtype of numpy."""
    try:
        return _OF_NUMPY[kind]
    except KeyError:
        missing(f"dtype for numpy's {kind}")


def get_default_dtype() -> dtype:
    """The dtype of numbers that say none."""
    return _default


def set_default_dtype(d: dtype) -> None:
    """Set it."""
    global _default
    _default = d


def default() -> np.dtype:
    """The same as numpy calls it."""
    return _default.numpy


def promoted(a: np.dtype, b: np.dtype) -> np.dtype:
    """The dtype of two tensors that both have dimensions."""
    if a == b:
        return a
    rank_a, rank_b = _RANK[a.kind], _RANK[b.kind]
    if rank_a != rank_b and 3 not in (rank_a, rank_b):
        return a if rank_a > rank_b else b  # a float stays as wide as it is beside any integer
    return np.promote_types(a, b)


def _combined(higher: np.dtype | None, lower: np.dtype | None) -> np.dtype | None:
    """The first unless the second is of a higher kind: integer beside bool, float beside integer."""
    if higher is None or lower is None:
        return lower if higher is None else higher
    return promoted(higher, lower) if _RANK[lower.kind] > _RANK[higher.kind] else higher


def result_dtype(*operands: Any) -> np.dtype:
    """The dtype of an operation on arrays and Python numbers: arrays with dimensions count first, numbers last."""
    dimensioned = single = number = None
    for operand in operands:
        if isinstance(operand, np.ndarray):
            if operand.ndim:
                dimensioned = operand.dtype if dimensioned is None else promoted(dimensioned, operand.dtype)
            else:
                single = operand.dtype if single is None else promoted(single, operand.dtype)
        else:
            kind = dtype_of_number(operand)
            number = kind if number is None else promoted(number, kind)
    found = _combined(_combined(dimensioned, single), number)
    assert found is not None
    return found


def dtype_of_number(value: Any) -> np.dtype:
    """The dtype that torch gives a Python number."""
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INT64
    if isinstance(value, float):
        return default()
    if isinstance(value, complex):
        return promoted(np.dtype("c8"), default())
    raise TypeError(f"expected a tensor or a number, got {type(value).__name__}")


def promote_types(a: dtype, b: dtype) -> dtype:
    """As torch.promote_types."""
    return of_numpy(promoted(a.numpy, b.numpy))


class finfo:
    """What a floating dtype can hold."""

    def __init__(self, d: dtype | None = None) -> None:
        d = d or _default
        info = np.finfo(d.numpy)
        self.dtype, self.bits = d.name, info.bits
        self.eps, self.max, self.min = float(info.eps), float(info.max), float(info.min)
        self.tiny = self.smallest_normal = float(info.tiny)


class iinfo:
    """What an integer dtype can hold."""

    def __init__(self, d: dtype) -> None:
        info = np.iinfo(d.numpy)
        self.dtype, self.bits, self.max, self.min = d.name, info.bits, int(info.max), int(info.min)


_TYPES = ("cpu", "cuda", "mps", "meta", "xpu")


class device:
    """The name of a place for tensors, such as "cpu"; what torch has no such place for is refused."""

    def __init__(self, type: str | device = "cpu", index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        name, _, number = str(type).partition(":")
        if name not in _TYPES:
            raise RuntimeError(f"Expected one of {', '.join(_TYPES)} device type at start of device string: {name}")
        self.type, self.index = name, int(number) if number else index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        return f"device(type={self.type!r}{'' if self.index is None else f', index={self.index}'})"


CPU = device("cpu")


def require_cpu(where: str | device | None) -> None:
    """Missing for a device that computes elsewhere. "meta" is let through: its numbers are computed, and not read."""
    if where is not None and device(where).type not in ("cpu", "meta"):
        missing(f"device {str(where)!r}")


class Size(tuple):
    """The shape of a tensor."""

    def numel(self) -> int:
        """How many numbers there are."""
        return math.prod(self)

    def __getitem__(self, key):
        found = tuple.__getitem__(self, key)
        return Size(found) if isinstance(key, slice) else found

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"
