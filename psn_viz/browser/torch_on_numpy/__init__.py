"""The part of torch that the neurons and labs use, on numpy: for a browser, where there is no torch.

Loaded under the name `torch` by `psn_viz.browser.standing_in`. It defines no mathematics of the course: neurons and
labs are the same files. What it gives is torch's, on a CPU: the same dtypes and promotion, views of the same memory,
the same random numbers, and gradients by a  What it does not have fails at once and says so by name.
"""

from __future__ import annotations

import contextlib as _contextlib
import math as _math
import sys as _sys
from importlib import import_module as _import_module
from typing import Any as _Any

from .absent import NoOtherModules, missing, module_getattr, submodule
from .dtypes import (
    ALIASES,
    DTYPES,
    Size,
    device,
    dtype,
    finfo,
    get_default_dtype,
    iinfo,
    promote_types,
    set_default_dtype,
)
from .generators import Generator, default_generator, fork_rng
from .layers import add_nn
from .optimisers import add_optim
from .products import add_linalg
from .tape import Function, TorchDispatchMode, enable_grad, grad, is_grad_enabled, no_grad, set_grad_enabled
from .tensors import FUNCTIONS, Tensor

__all__ = [
    "Generator", "Size", "Tensor", "default_generator", "device", "dtype", "enable_grad", "finfo",
    "get_default_dtype", "iinfo", "is_grad_enabled", "no_grad", "promote_types", "set_default_dtype",
    "set_grad_enabled",
]  # fmt: skip

__version__ = "2.6.0+numpy"
pi, inf, nan, e = _math.pi, _math.inf, _math.nan, _math.e
newaxis = None
strided = Tensor.layout
inference_mode = no_grad

for _name in ("creation", "in_place", "reductions", "shapes", "everyday"):  # which fill FUNCTIONS
    _import_module(f".{_name}", __name__)
globals().update(FUNCTIONS, **{one.name: one for one in DTYPES}, **ALIASES)

__getattr__ = module_getattr("torch")


def is_autocast_enabled(device_type: str = "cpu") -> bool:
    """Never."""
    return False


def autocast(device_type: str, dtype: _Any = None, enabled: bool = True):
    """Not here, unless it is switched off."""
    if enabled:
        missing("torch.autocast")
    return _contextlib.nullcontext()


_threads = [1]


def get_num_threads() -> int:
    """What was set, 1 at first: numpy is not asked."""
    return _threads[0]


def set_num_threads(n: int) -> None:
    """Remember it."""
    _threads[0] = n


def compile(*_: _Any, **__: _Any) -> None:
    """Not here."""
    missing("torch.compile")


def _no(*_: _Any) -> bool:
    return False


class _Never:
    """Something that nothing here is one of."""


def _add_submodules() -> None:
    add_nn()
    add_optim()
    add_linalg()
    seeds = FUNCTIONS["manual_seed"], FUNCTIONS["get_rng_state"], FUNCTIONS["set_rng_state"]
    submodule("random", fork_rng=fork_rng, manual_seed=seeds[0], get_rng_state=seeds[1], set_rng_state=seeds[2])
    submodule("autograd", Function=Function, grad=grad, no_grad=no_grad, enable_grad=enable_grad)
    submodule("autograd.function", Function=Function, once_differentiable=lambda backward: backward)
    submodule("autograd.forward_ad", unpack_dual=lambda tensor: UnpackedDual(tensor, None))
    submodule("cuda", is_available=_no, device_count=lambda: 0, is_current_stream_capturing=_no)
    submodule("mps", is_available=_no)
    submodule("backends")
    submodule("backends.mps", is_available=_no)
    submodule("compiler", is_compiling=_no)
    submodule("jit", is_tracing=_no)
    submodule("fx", Proxy=_Never)
    submodule("_C", _are_functorch_transforms_active=_no)
    submodule("utils")
    submodule("utils._python_dispatch", TorchDispatchMode=TorchDispatchMode)


class UnpackedDual:
    """A tensor without a tangent: there is no forward-mode differentiation."""

    def __init__(self, primal: Tensor, tangent: None) -> None:
        self.primal, self.tangent = primal, tangent


_add_submodules()
_sys.meta_path.append(NoOtherModules())
