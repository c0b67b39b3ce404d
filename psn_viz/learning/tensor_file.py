"""Tensors and facts in one file that holds no code: safetensors, with JSON in its header and a digest of both."""

import hashlib
import json
import os
from pathlib import Path

import torch
from torch import Tensor


def path_of(name: str, value: object) -> Path:
    """`value` as a Path; TypeError when it is none."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} must be a path, got {value!r}")
    return Path(value)


def pack(kind: str, tensors: dict[str, Tensor], facts: dict) -> bytes:
    """The bytes of such a file: `facts` is anything that JSON can say, `kind` what the file is for."""
    from safetensors.torch import save

    # Copies: the format refuses tensors that share their memory.
    held = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False)
    described = {"psn_viz": kind, "facts": text}
    described["sha256"] = _digest(described, _body(save(held, described)))
    return save(held, described)


def unpack(kind: str, path: Path, data: bytes) -> tuple[dict[str, Tensor], dict]:
    """Tensors and facts from the bytes of the file `path`; ValueError naming it when they are not whole."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        described = json.loads(data[8 : 8 + _header(data)])["__metadata__"]
        found = described["psn_viz"]
        if described["sha256"] != _digest(described, _body(data)):
            raise ValueError("its contents do not agree with their digest")
        tensors, facts = load(data), json.loads(described["facts"])
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError, SafetensorError) as error:
        said = f"nothing about {error}" if isinstance(error, KeyError) else error
        raise ValueError(f"{path} is damaged, or is no {kind} of psn_viz: {said}") from None
    if found != kind:
        raise ValueError(f"{path} is a {found} of psn_viz, and no {kind}")
    return tensors, facts


def below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names start with `prefix/`, without it."""
    start = f"{prefix}/"
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def misfit(wanted: dict[str, Tensor], given: dict[str, Tensor]) -> str:
    """In words, why the tensors `given` cannot take the place of those `wanted`; "" if they can."""
    if wanted.keys() != given.keys():
        missing, odd = sorted(wanted.keys() - given.keys()), sorted(given.keys() - wanted.keys())
        said = [f"{name} is missing" for name in missing[:1]] + [f"{name} is one too many" for name in odd[:1]]
        return " and ".join(said)
    for name, tensor in wanted.items():
        there = given[name]
        if there.shape != tensor.shape or there.dtype != tensor.dtype:
            return f"{name} is {there.dtype} {list(there.shape)} and should be {tensor.dtype} {list(tensor.shape)}"
        if there.is_floating_point() and not torch.isfinite(there).all():
            return f"{name} holds NaN or infinity"
    return ""


def _header(data: bytes) -> int:
    """How long the header is that follows the first 8 bytes."""
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > len(data) - 8:
        raise ValueError(f"it ends after {len(data)} bytes, within its header")
    return size


def _body(data: bytes) -> memoryview:
    return memoryview(data)[8 + _header(data) :]


def _digest(described: dict[str, str], body: memoryview) -> str:
    digest = hashlib.sha256(f"{described['psn_viz']}\n{described['facts']}\n".encode())
    digest.update(body)
    return digest.hexdigest()
