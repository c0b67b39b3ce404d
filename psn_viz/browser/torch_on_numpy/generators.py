"""Random numbers: torch's own, number for number. Its generator on a CPU is a Mersenne twister, and numpy has one."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from . import dtypes
from .absent import missing
from .tensors import Tensor, function, method, new, plain, sizes

_FIRST_SEED = 67280421310721


class Generator:
    """A source of random numbers."""

    def __init__(self, device: Any = "cpu") -> None:
        dtypes.require_cpu(device)
        self.device = dtypes.CPU
        self.manual_seed(_FIRST_SEED)

    def manual_seed(self, seed: int) -> Generator:
        """Begin anew."""
        self._seed = int(seed)
        self._twister = np.random.RandomState(self._seed & 0xFFFFFFFF)
        self._kept: float | None = None  # of two normal numbers that were drawn together, the second
        return self

    def initial_seed(self) -> int:
        """The seed."""
        return self._seed

    def get_state(self) -> tuple:
        """All that the next numbers depend on; not a tensor, as torch's is."""
        return self._seed, self._twister.get_state(), self._kept

    def set_state(self, state: tuple) -> None:
        """Go on from there."""
        self._seed, twister, self._kept = state
        self._twister.set_state(twister)

    def words(self, count: int) -> np.ndarray:
        """The next words of the twister, uint32 `[count]`."""
        return self._twister.randint(0, 2**32, count, dtype=np.uint32)

    def uniform(self, shape: tuple[int, ...], kind: np.dtype, low: float = 0.0, high: float = 1.0) -> np.ndarray:
        """As uniform_: whatever the dtype, computed in float64 and rounded once."""
        count = math.prod(shape)
        if kind == dtypes.FLOAT64:
            share = self._doubles(count)
        elif kind == dtypes.FLOAT32:
            share = (self.words(count) & np.uint32(2**24 - 1)).astype("f8") * 2.0**-24
            low, high = float(np.float32(low)), float(np.float32(high))
        else:
            missing(f"random numbers of dtype {kind}")
        return (share * (high - low) + low).astype(kind).reshape(shape)

    def _doubles(self, count: int) -> np.ndarray:
        words = self.words(2 * count).astype(np.uint64).reshape(count, 2)
        bits = ((words[:, 0] << np.uint64(32)) | words[:, 1]) & np.uint64(2**53 - 1)
        return bits.astype("f8") * 2.0**-53

    def normal(self, shape: tuple[int, ...], kind: np.dtype, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
        """As normal_: sixteen at a time, and fewer than sixteen one by one."""
        count = math.prod(shape)
        if count < 16:
            return np.array([self._next_normal() * std + mean for _ in range(count)], kind).reshape(shape)
        drawn = self.uniform((count,), kind)
        whole = count - count % 16
        made = np.empty(count, kind)
        made[:whole] = _pairs(drawn[:whole], mean, std)
        if whole < count:  # the last sixteen are drawn again
            made[-16:] = _pairs(self.uniform((16,), kind), mean, std)
        return made.reshape(shape)

    def _next_normal(self) -> float:
        if self._kept is not None:
            value, self._kept = self._kept, None
            return value
        first, second = self._doubles(2).tolist()
        radius, angle = math.sqrt(-2 * math.log1p(-second)), 2 * math.pi * first
        self._kept = radius * math.sin(angle)
        return radius * math.cos(angle)

    def permutation(self, count: int) -> np.ndarray:
        """As randperm, int64."""
        order = list(range(count))
        for n, word in enumerate(self.words(max(0, count - 1)).tolist()):
            other = n + word % (count - n)
            order[n], order[other] = order[other], order[n]
        return np.array(order, dtype="i8")


def _pairs(drawn: np.ndarray, mean: float, std: float) -> np.ndarray:
    """Normal numbers from uniform ones `[16 n]` by Box and Muller: eight radii, then eight angles."""
    blocks = drawn.reshape(-1, 2, 8)
    if drawn.dtype == dtypes.FLOAT64:  # number by number with the functions of C, as torch does
        radius = np.array([math.sqrt(-2 * math.log(1 - u)) for u in blocks[:, 0].ravel().tolist()]).reshape(-1, 8)
        angles = [2 * math.pi * u for u in blocks[:, 1].ravel().tolist()]
        cosine = np.array([math.cos(angle) for angle in angles]).reshape(-1, 8)
        sine = np.array([math.sin(angle) for angle in angles]).reshape(-1, 8)
    else:
        radius = np.sqrt(-2 * np.log(1 - blocks[:, 0]))
        angle = drawn.dtype.type(2 * math.pi) * blocks[:, 1]
        cosine, sine = np.cos(angle), np.sin(angle)
    both = np.stack((radius * cosine, radius * sine), 1).reshape(-1)
    return both * drawn.dtype.type(std) + drawn.dtype.type(mean)


default_generator = Generator()


@function()
def manual_seed(seed: int) -> Generator:
    """Begin the common generator anew."""
    return default_generator.manual_seed(seed)


@function()
def get_rng_state() -> tuple:
    """The state of the common generator."""
    return default_generator.get_state()


@function()
def set_rng_state(state: tuple) -> None:
    """Go on from there."""
    default_generator.set_state(state)


@function()
def initial_seed() -> int:
    """The seed of the common generator."""
    return default_generator.initial_seed()


@contextlib.contextmanager
def fork_rng(devices: Any = None, enabled: bool = True) -> Iterator[None]:
    """A context whose random numbers the common generator forgets."""
    before = default_generator.get_state()
    try:
        yield
    finally:
        if enabled:
            default_generator.set_state(before)


def _kind(dtype: Any) -> np.dtype:
    return (dtype or dtypes.get_default_dtype()).numpy


@function()
def rand(
    *size: Any, generator: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Uniform in [0, 1)."""
    dtypes.require_cpu(device)
    drawn = (generator or default_generator).uniform(sizes(size), _kind(dtype))
    return plain(drawn).requires_grad_(requires_grad)


@function()
def randn(
    *size: Any, generator: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Standard normal."""
    dtypes.require_cpu(device)
    drawn = (generator or default_generator).normal(sizes(size), _kind(dtype))
    return plain(drawn).requires_grad_(requires_grad)


@function()
def rand_like(x: Tensor) -> Tensor:
    """Uniform in [0, 1), of the shape of x."""
    return rand(*x.shape, dtype=x.dtype)


@function()
def randn_like(x: Tensor) -> Tensor:
    """Standard normal, of the shape of x."""
    return randn(*x.shape, dtype=x.dtype)


@function()
def randperm(n: int, *, generator: Any = None, device: Any = None) -> Tensor:
    """0 to n − 1 in random order, int64."""
    return new((generator or default_generator).permutation(n))


@function()
def randint(low: int, high: Any = None, size: Any = None, *, generator: Any = None, dtype: Any = None) -> Tensor:
    """Whole numbers from low up to high, without it."""
    if size is None:
        low, high, size = 0, low, high
    if high - low >= 2**32:
        missing("torch.randint over more than 2³² numbers")
    drawn = (generator or default_generator).words(math.prod(size)).astype("i8") % (high - low) + low
    return new(drawn.astype((dtype or dtypes.int64).numpy).reshape(tuple(size)))


@method("uniform_")
def uniform_(self: Tensor, a: float = 0.0, b: float = 1.0, *, generator: Any = None) -> Tensor:
    """Uniform in [a, b), in place."""
    return self.overwrite((generator or default_generator).uniform(self._array.shape, self._array.dtype, a, b))


@method("normal_")
def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Tensor:
    """Normal, in place."""
    return self.overwrite((generator or default_generator).normal(self._array.shape, self._array.dtype, mean, std))
