"""JSON files with a declared content: checked against a type when they are read, and written whole or not at all.

A type is anything that msgspec can check: a dataclass with annotated fields, a TypedDict, a `msgspec.Struct`, and
ranges such as `Positive`. A dataclass may check more in its `__post_init__` by raising ValueError.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import re
import reprlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from psn_viz.files import path_of, write_whole

T = TypeVar("T")

Positive = Annotated[float, Meta(gt=0)]
NonNegative = Annotated[float, Meta(ge=0)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
DEEPEST = 100  # lists and objects in one another; what is read here has ten
Count = Annotated[int, Meta(ge=1, le=2**63 - 1)]
CountFromZero = Annotated[int, Meta(ge=0, le=2**63 - 1)]


def read(path: Path, kind: type[T], description: str, version: int) -> T:
    """The content of a file as a `kind`.

    what: the kind of file, for messages, such as "study of psn_viz". version: what the file must have as "format".
    Raises OSError for a file that cannot be read, and ValueError as `naming` and `decode` do.
    """
    data = path.read_bytes()
    with naming(path, description):
        return decode(data, kind, version)


def write(path: str | os.PathLike, content: object) -> Path:
    """Write `content` as JSON, whole or not at all. Raises OSError, and TypeError and ValueError as `encode` does."""
    return write_whole(path, encode(content))


def decode(data: bytes, kind: type[T], version: int | None = None) -> T:
    """JSON as a `kind`. Raises ValueError for what is no JSON or has another "format" than `version`, and as `check`.

    NaN and infinity, which Python writes and JSON does not know, are refused; so is what is nested so deeply that
    writing it again could overflow the stack.
    """
    data = data.removeprefix(codecs.BOM_UTF8)  # which some editors put in front when they save
    too_deep = f"it is nested too deeply, and at most {DEEPEST} levels are read"
    try:
        content = msgspec.json.decode(data)
    except RecursionError:
        raise ValueError(too_deep) from None
    except msgspec.DecodeError as error:
        byte = re.search(r"\(byte (\d+)\)", str(error))
        raise ValueError(f"{error}{f', at {data[int(byte[1]) :][:12]!r}' if byte else ''}") from None
    if _deeper_than(DEEPEST, content):
        raise ValueError(too_deep)
    if version is not None:
        found_version = check(content, dict[str, Any]).get("format")
        if found_version != version:
            raise ValueError(f"its format is {found_version!r}, this psn_viz reads {version}")
    return check(content, kind)


def check(content: object, kind: type[T]) -> T:
    """Validate parsed JSON as a `kind`: nothing is converted but a whole number to a float.

    Raises ValueError with the place, what is allowed and what is there: "$.runs[3].seed: expected `int`, got 'x'".
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise ValueError(_explained(str(error), content)) from None


def encode(content: object, indent: int | None = 1) -> bytes:
    """`content` as JSON: what Python's json can write, with dataclasses and Structs in it.

    Raises TypeError for what JSON cannot hold, and ValueError for NaN and infinity.
    """
    text = json.dumps(content, default=msgspec.to_builtins, ensure_ascii=False, allow_nan=False, indent=indent)
    return text.encode() + b"\n"


@contextlib.contextmanager
def naming(path: Path, description: str) -> Iterator[None]:
    """Inside, a ValueError gets the name of the file in front: "PATH is damaged, or is no WHAT: …"."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path} is damaged, or is no {description}: {error}") from None


def stored_names(folder: Path, ending: str = ".json") -> tuple[str, ...]:
    """The names of the files of a folder that have this ending, sorted and without it."""
    return tuple(sorted(file.stem for file in folder.glob(f"*{ending}")))


def find(name: str | os.PathLike, folder: Path, endings: tuple[str, ...] = (".json",)) -> Path:
    """The path of a stored file by its name, or of any other file by its path.

    name: a text without a folder and without one of the endings is the name of a file in `folder`; else it is a path.
    Raises TypeError for what is neither, ValueError for a name that `folder` does not have.
    """
    path = path_of("name", name)
    if not isinstance(name, str) or name != path.name or path.suffix in endings:
        return path
    if name not in (names := stored_names(folder, endings[0])):
        raise ValueError(
            f"name must be one of those that come with psn_viz ({', '.join(map(repr, names)) or 'none yet'}), or a "
            f"path with a folder or an ending, such as './{name}' or '{name}{endings[0]}'; got {name!r}"
        )
    return folder / f"{name}{endings[0]}"


def _deeper_than(most: int, content: object) -> bool:
    """Whether lists and objects stand in one another more than `most` times."""
    level = [content]
    for _ in range(most + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _explained(message: str, content: object) -> str:
    """A message of msgspec with the path in front, and the value where msgspec names only its type."""
    reason, _, place = message.partition(" - at `")
    place = place.removesuffix("`") or "$"
    if not reason.startswith(("Expected", "Number", "Integer", "Invalid")):
        return f"{place}: {reason[:1].lower()}{reason[1:]}"
    reason = reason[:1].lower() + reason[1:]
    if "[...]" in place:  # msgspec does not give the key of a dict
        return f"{place}: {reason}"
    for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", place):
        content = content[name] if name else content[int(number)]  # type: ignore[index]
    reason = re.sub(r", got (`[a-z]+`|\d+)$", "", reason)  # the type or the length of what stands there
    return f"{place}: {reason}, got {reprlib.repr(content)}"
