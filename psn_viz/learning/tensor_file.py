"""A safetensors file: tensors, and facts as JSON in its header. It holds no code."""

from pathlib import Path
from typing import TypeVar

import msgspec
import torch
from torch import Tensor

from psn_viz import json_files

T = TypeVar("T")


class _Metadata(msgspec.Struct):
    psn_viz: str
    facts: str


class _Header(msgspec.Struct):
    metadata: _Metadata = msgspec.field(name="__metadata__")


def pack(kind: str, tensors: dict[str, Tensor], facts: object) -> bytes:
    """The bytes of such a file: `facts` is what `json_files.encode` takes, `kind` what the file is for."""
    from safetensors.torch import save

    # Copies: the format refuses tensors that share their memory.
    copies = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    return save(copies, {"psn_viz": kind, "facts": json_files.encode(facts, indent=None).decode()})


def unpack(
    kind: str, path: Path, data: bytes, facts: type[T], version: int | None = None
) -> tuple[dict[str, Tensor], T]:
    """Tensors and facts from the bytes of the file `path`.

    facts: their type; version: their "format"; see `json_files.decode`. Raises ValueError that names the file when it
    is cut off or has another form. A changed bit in a tensor is not noticed: for that, a card has a digest.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    with json_files.naming(path, f"{kind} of psn_viz"):
        try:
            tensors = load(data)
        except (SafetensorError, KeyError, TypeError, OverflowError) as error:
            raise ValueError(str(error)) from None
        size = int.from_bytes(data[:8], "little")
        metadata = json_files.decode(data[8 : 8 + size], _Header).metadata
    if metadata.psn_viz != kind:
        raise ValueError(f"{path} is a {metadata.psn_viz} of psn_viz, and no {kind}")
    with json_files.naming(path, f"{kind} of psn_viz"):
        return tensors, json_files.decode(metadata.facts.encode(), facts, version)


def below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names start with `prefix/`, without it."""
    start = f"{prefix}/"
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def misfit(expected: dict[str, Tensor], given: dict[str, Tensor]) -> str:
    """In words, why the tensors `given` cannot take the place of those `wanted`; "" if they can."""
    if expected.keys() != given.keys():
        missing, extra = sorted(expected.keys() - given.keys()), sorted(given.keys() - expected.keys())
        reasons = [f"{name} is missing" for name in missing[:1]] + [f"{name} is one too many" for name in extra[:1]]
        return " and ".join(reasons)
    for name, tensor in expected.items():
        actual = given[name]
        if actual.shape != tensor.shape or actual.dtype != tensor.dtype:
            return f"{name} is {actual.dtype} {list(actual.shape)} and should be {tensor.dtype} {list(tensor.shape)}"
        if actual.is_floating_point() and not torch.isfinite(actual).all():
            return f"{name} holds NaN or infinity"
    return ""
