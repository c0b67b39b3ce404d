"""torch.nn.Module and Parameter, and modules that hold others."""

from __future__ import annotations

import types
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from . import dtypes
from .absent import HERE, missing
from .tensors import Tensor

_HELD = ("_parameters", "_buffers", "_modules")


class Parameter(Tensor):
    """A tensor that a module trains."""

    __slots__ = ()

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Parameter:
        made = object.__new__(cls)
        made._array = Tensor()._array if data is None else data._array
        made.requires_grad, made._node, made.grad = requires_grad, None, None
        return made

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        pass

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class _Keys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """A part of a network: its parameters, its buffers, and the modules in it."""

    training: bool

    def __init__(self) -> None:
        own = vars(self)
        own.update({held: {} for held in _HELD}, _transient=set(), _forward_hooks={}, training=True)

    def __setattr__(self, name: str, value: Any) -> None:
        own = vars(self)
        kind = "_parameters" if isinstance(value, Parameter) else "_modules" if isinstance(value, Module) else None
        if kind is None:
            for held in _HELD:
                if name in own.get(held, ()):
                    if value is not None and (held != "_buffers" or not isinstance(value, Tensor)):
                        raise TypeError(f"cannot assign {type(value).__name__} as {name!r}, which is one of {held}")
                    own[held][name] = value
                    return
            object.__setattr__(self, name, value)
            return
        if kind not in own:
            raise AttributeError("cannot assign parameters or modules before Module.__init__() call")
        for held in _HELD:
            if held != kind:
                own[held].pop(name, None)
        own.pop(name, None)
        own[kind][name] = value

    def __getattr__(self, name: str) -> Any:
        for held in _HELD:
            found = self.__dict__.get(held, {})
            if name in found:
                return found[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r} ({HERE})")

    def __delattr__(self, name: str) -> None:
        for held in _HELD:
            if name in vars(self)[held]:
                del vars(self)[held][name]
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Hold a tensor that is not trained."""
        self._buffers[name] = tensor
        if not persistent:
            self._transient.add(name)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Hold a parameter, or None in its place."""
        self._parameters[name] = param

    def add_module(self, name: str, module: Module | None) -> None:
        """Hold a module."""
        self._modules[name] = module

    def register_forward_hook(self, hook: Callable) -> types.SimpleNamespace:
        """Call `hook(module, inputs, output)` after each forward."""
        key = object()
        self._forward_hooks[key] = hook
        return types.SimpleNamespace(remove=lambda: self._forward_hooks.pop(key, None))

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What a call computes."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        output = self.forward(*args, **kwargs)
        for hook in list(self._forward_hooks.values()):
            changed = hook(self, args, output)
            output = output if changed is None else changed
        return output

    # ----------------------------------------------------------------------------------------- what is in it

    def named_children(self) -> Iterator[tuple[str, Module]]:
        return iter([(name, module) for name, module in self._modules.items() if module is not None])

    def children(self) -> Iterator[Module]:
        return (module for _, module in self.named_children())

    def named_modules(self, memo: set | None = None, prefix: str = "") -> Iterator[tuple[str, Module]]:
        memo = set() if memo is None else memo
        if id(self) not in memo:
            memo.add(id(self))
            yield prefix, self
            for name, module in self.named_children():
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name)

    def modules(self) -> Iterator[Module]:
        return (module for _, module in self.named_modules())

    def _named(self, held: str, prefix: str, recurse: bool) -> Iterator[tuple[str, Any]]:
        seen = set()
        for place, module in self.named_modules(prefix=prefix) if recurse else ((prefix, self),):
            for name, value in vars(module)[held].items():
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{place}.{name}" if place else name, value

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        return self._named("_parameters", prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        return self._named("_buffers", prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    # ------------------------------------------------------------------------------------------------- state

    def _own_state(self) -> dict[str, Tensor]:
        held = {**self._parameters, **{n: b for n, b in self._buffers.items() if n not in self._transient}}
        return {name: value for name, value in held.items() if value is not None}

    def state_dict(self, *, prefix: str = "") -> OrderedDict:
        """All parameters and buffers, which it shares, by name."""
        state: OrderedDict = OrderedDict((prefix + name, value.detach()) for name, value in self._own_state().items())
        for name, module in self.named_children():
            state.update(module.state_dict(prefix=f"{prefix}{name}."))
        if hasattr(type(self), "get_extra_state"):
            state[f"{prefix}_extra_state"] = self.get_extra_state()
        return state

    def _load_from_state_dict(
        self, state_dict: Any, prefix: str, local_metadata: dict, strict: bool, missing_keys: list,
        unexpected_keys: list, error_msgs: list,
    ) -> None:  # fmt: skip
        own = self._own_state()
        for name, value in own.items():
            given = state_dict.get(prefix + name)
            if given is None:
                missing_keys.append(prefix + name)
            elif given._array.shape != value._array.shape:
                error_msgs.append(f"size mismatch for {prefix}{name}: {list(given.shape)} for {list(value.shape)}")
            else:
                value._array[...] = given._array
        extra = f"{prefix}_extra_state"
        if hasattr(type(self), "set_extra_state"):
            if extra in state_dict:
                self.set_extra_state(state_dict[extra])
            else:
                missing_keys.append(extra)
        for key in state_dict:
            rest = key.removeprefix(prefix)
            ours = rest == "_extra_state" and hasattr(type(self), "set_extra_state")
            if key.startswith(prefix) and not (ours or rest.partition(".")[0] in {*own, *self._modules}):
                unexpected_keys.append(key)

    def load_state_dict(self, state_dict: Any, strict: bool = True) -> _Keys:
        """Take over the numbers of `state_dict`. Raises RuntimeError where they do not fit."""
        absent: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []

        def load(module: Module, prefix: str) -> None:
            module._load_from_state_dict(state_dict, prefix, {}, strict, absent, unexpected, errors)
            for name, child in module.named_children():
                load(child, f"{prefix}{name}.")

        load(self, "")
        if strict and absent:
            errors.append(f"Missing key(s) in state_dict: {', '.join(absent)}")
        if strict and unexpected:
            errors.append(f"Unexpected key(s) in state_dict: {', '.join(unexpected)}")
        if errors:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}: {'; '.join(errors)}")
        return _Keys(absent, unexpected)

    # ------------------------------------------------------------------------------------------------ changes

    def apply(self, fn: Callable[[Module], Any]) -> Module:
        """Call `fn` with every module, the innermost first."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def _in_dtype(self, wanted: dtypes.dtype) -> Module:
        for module in self.modules():
            for held in (module._parameters, module._buffers):
                for value in held.values():
                    if value is not None and value.is_floating_point():
                        value._array = value._array.astype(wanted.numpy, copy=False)
        return self

    def double(self) -> Module:
        return self._in_dtype(dtypes.float64)

    def float(self) -> Module:
        return self._in_dtype(dtypes.float32)

    def half(self) -> Module:
        return self._in_dtype(dtypes.float16)

    def cpu(self) -> Module:
        return self

    def to(self, *args: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False) -> Module:
        """All floating parameters and buffers in another dtype."""
        for arg in args:
            if isinstance(arg, Tensor):
                dtype = arg.dtype
            elif isinstance(arg, dtypes.dtype):
                dtype = arg
            elif arg is not None:
                device = arg
        dtypes.require_cpu(device)
        return self if dtype is None else self._in_dtype(dtype)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        if not set_to_none:
            missing("torch.nn.Module.zero_grad with set_to_none=False")
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode: bool = True) -> Module:
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Module:
        return self.train(False)

    def extra_repr(self) -> str:
        """What `repr` says of this module itself."""
        return ""

    def __repr__(self) -> str:
        inside = [f"({name}): " + repr(module).replace("\n", "\n  ") for name, module in self._modules.items()]
        own = self.extra_repr()
        if not inside:
            return f"{type(self).__name__}({own})"
        return f"{type(self).__name__}(\n  " + "\n  ".join([own] * bool(own) + inside) + "\n)"


class ModuleList(Module):
    """Modules in a list."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> ModuleList:
        """Add one at the end."""
        self.add_module(str(len(self)), module)
        return self

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __len__(self) -> int:
        return len(self._modules)

    def __getitem__(self, index: int) -> Module:
        if isinstance(index, slice):
            return type(self)(*[list(self)[index]]) if type(self) is ModuleList else type(self)(*list(self)[index])
        return list(self._modules.values())[index]


class Sequential(ModuleList):
    """Modules one after the other."""

    def __init__(self, *modules: Module) -> None:
        super().__init__(modules)

    def forward(self, x: Any) -> Any:
        """The last one of the one before … of the first one of x."""
        for module in self:
            x = module(x)
        return x
