"""What is not here fails at once, and says by name what is missing and why."""

from __future__ import annotations

import importlib.abc
import sys
import types
from collections.abc import Mapping
from typing import Any, NoReturn

HERE = "here numpy stands in for torch, with the names that the neurons and labs use"


class Missing(NotImplementedError):
    """Something that torch can do and this cannot."""


def missing(what: str) -> NoReturn:
    """Raise Missing for `what`, such as "the gradient of torch.flip"."""
    raise Missing(f"there is no {what}: {HERE}")


class Names(types.ModuleType):
    """A module under torch, made of the names that it is given."""

    def __init__(self, name: str, names: Mapping[str, Any]) -> None:
        super().__init__(name)
        vars(self).update(names, __path__=[])

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(_no_name(self.__name__, name))


def _no_name(module: str, name: str) -> str:
    return f"there is no {module}.{name}: {HERE}"


def module_getattr(module: str):
    """The `__getattr__` of a module file."""

    def lookup(name: str) -> NoReturn:
        raise AttributeError(_no_name(module, name))

    return lookup


def submodule(name: str, **names: Any) -> Names:
    """Make the module `torch.NAME` and put it where `import` and attributes find it."""
    made = Names(f"torch.{name}", names)
    sys.modules[made.__name__] = made
    above, _, last = made.__name__.rpartition(".")
    setattr(sys.modules[above], last, made)
    return made


class NoOtherModules(importlib.abc.MetaPathFinder):
    """The last finder: a module of torch that none before has found is not here."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """Raise ModuleNotFoundError for every module under torch."""
        module, _, name = fullname.rpartition(".")
        if fullname.startswith("torch."):
            raise ModuleNotFoundError(_no_name(module, name), name=fullname)
