"""The part of msgspec that reads the files of the package: for a browser, where its package is not.

Loaded under the name `msgspec` by `psn_viz.browser.standing_in`. It brings JSON into the form of a type and refuses
what has another form. Ranges (`Meta`) are not checked: the files that come with the package have been checked with
msgspec itself.
"""

from __future__ import annotations

import dataclasses
import functools
import json as _json
import sys
import types
import typing
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

_NAME = "name in the file"


class MsgspecError(Exception):
    """Base of the others."""


class ValidationError(MsgspecError, ValueError):
    """Content that does not have the form of a type."""


class DecodeError(MsgspecError, ValueError):
    """Text that is no JSON."""


class Meta:
    """What a number must be, for msgspec; here nothing is done with it."""

    def __init__(self, **allowed: Any) -> None:
        self.allowed = allowed


def field(*, name: str | None = None, default: Any = dataclasses.MISSING) -> Any:
    """A field of a Struct. name: in the file."""
    return dataclasses.field(default=default, metadata={_NAME: name} if name else {})


class Struct:
    """A class whose annotations are its fields. rename: {field: name in the file}."""

    _names: typing.ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, rename: dict[str, str] | None = None) -> None:
        cls._names = dict(rename or {})
        dataclasses.dataclass(cls)
        for one in dataclasses.fields(cls):
            if _NAME in one.metadata:
                cls._names[one.name] = one.metadata[_NAME]


def convert(content: Any, type: Any) -> Any:
    """JSON as a `type`. Raises ValidationError with the place."""
    return _converted(content, type, "$")


def to_builtins(value: Any) -> Any:
    """A Struct or dataclass as what JSON knows."""
    if dataclasses.is_dataclass(value):
        names = getattr(value, "_names", {})
        fields = dataclasses.fields(value)
        return {names.get(one.name, one.name): to_builtins(getattr(value, one.name)) for one in fields}
    if isinstance(value, dict):
        return {key: to_builtins(one) for key, one in value.items()}
    return [to_builtins(one) for one in value] if isinstance(value, list | tuple) else value


def _refuse(place: str, expected: str, content: Any) -> typing.NoReturn:
    raise ValidationError(f"Expected `{expected}`, got `{type(content).__name__}` - at `{place}`")


def _converted(content: Any, kind: Any, place: str) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if kind in (Any, object):
        return content
    if origin in (Annotated, typing.NotRequired, typing.Required):
        return _converted(content, args[0], place)
    if origin in (Union, types.UnionType):
        return _one_of(content, args, place)
    if kind in (None, type(None)):
        return None if content is None else _refuse(place, "null", content)
    if kind is float:
        fits = isinstance(content, int | float) and not isinstance(content, bool)
        return float(content) if fits else _refuse(place, "float", content)
    if kind in (int, str, bool):
        return content if type(content) is kind else _refuse(place, kind.__name__, content)
    if (origin or kind) in (list, tuple, set):
        return _sequence(content, origin or kind, args, place)
    if typing.is_typeddict(kind) or dataclasses.is_dataclass(kind):
        return _object(content, kind, place)
    if (origin or kind) is dict:
        if not isinstance(content, dict):
            _refuse(place, "object", content)
        values = args[1] if args else Any
        return {key: _converted(value, values, f"{place}.{key}") for key, value in content.items()}
    raise NotImplementedError(f"there is no msgspec.convert to {kind!r}: here only JSON stands in for msgspec")


def _one_of(content: Any, kinds: tuple, place: str) -> Any:
    for kind in kinds:
        try:
            return _converted(content, kind, place)
        except ValidationError:
            continue
    _refuse(place, " | ".join(map(str, kinds)), content)


def _sequence(content: Any, kind: type, args: tuple, place: str) -> Any:
    if not isinstance(content, list | tuple):
        _refuse(place, "array", content)
    if kind in (list, set) or not args or args[-1] is Ellipsis:
        kinds = [args[0] if args else Any] * len(content)
    elif len(args) != len(content):
        raise ValidationError(f"Expected `array` of length {len(args)} - at `{place}`")
    else:
        kinds = list(args)
    return kind(_converted(one, of, f"{place}[{n}]") for n, (one, of) in enumerate(zip(content, kinds, strict=True)))


def _object(content: Any, kind: Any, place: str) -> Any:
    if not isinstance(content, dict):
        _refuse(place, "object", content)
    found = {}
    for name, key, of, required in _fields(kind):
        if key in content:
            found[name] = _converted(content[key], of, f"{place}.{key}")
        elif required:
            raise ValidationError(f"Object missing required field `{key}` - at `{place}`")
    if typing.is_typeddict(kind):
        return found
    try:
        return kind(**found)
    except ValueError as error:
        raise ValidationError(f"{error} - at `{place}`") from None


@functools.cache
def _fields(kind: Any) -> list[tuple[str, str, Any, bool]]:
    """The fields of a class: name, name in the file, type, and whether it must be there."""
    hints, names = get_type_hints(kind, include_extras=True), getattr(kind, "_names", {})
    if typing.is_typeddict(kind):
        optional = {name for name, of in hints.items() if get_origin(of) is typing.NotRequired}
        optional |= hints.keys() - kind.__required_keys__
    else:
        absent = dataclasses.MISSING
        fields = dataclasses.fields(kind)
        optional = {one.name for one in fields if one.default is not absent or one.default_factory is not absent}
    return [(name, names.get(name, name), of, name not in optional) for name, of in hints.items() if name != "_names"]


def _no_number(name: str) -> typing.NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _decode(data: bytes) -> Any:
    try:
        return _json.loads(data, parse_constant=_no_number)
    except ValueError as error:
        raise DecodeError(str(error)) from None


json = types.ModuleType(f"{__name__}.json")
vars(json).update(decode=_decode)
sys.modules[json.__name__] = json
