"""The file format safetensors, read: for a browser, where its package is not.

Loaded under the name `safetensors` by `psn_viz.browser.standing_in`. Eight bytes with the length of a header, the
header in JSON with dtype, shape and place of each tensor, then their numbers.
"""

import json
import sys
import types

import numpy as np

_KINDS = {
    "F64": "f8", "F32": "f4", "F16": "f2", "I64": "i8", "I32": "i4", "I16": "i2", "I8": "i1", "U8": "u1", "BOOL": "?",
}  # fmt: skip


class SafetensorError(Exception):
    """The bytes are no safetensors."""


def load(data: bytes) -> dict:
    """The tensors by name. Raises SafetensorError."""
    import torch

    size = int.from_bytes(data[:8], "little")
    if not 0 < size <= len(data) - 8:
        raise SafetensorError("the header is cut off")
    try:
        header = json.loads(data[8 : 8 + size])
    except ValueError as error:
        raise SafetensorError(f"the header is no JSON: {error}") from None
    header.pop("__metadata__", None)
    body = memoryview(data)[8 + size :]
    found = {}
    for name, about in header.items():
        start, stop = about["data_offsets"]
        if about["dtype"] not in _KINDS or stop > len(body):
            raise SafetensorError(f"{name} is of dtype {about['dtype']}, or cut off")
        flat = np.frombuffer(body[start:stop], np.dtype(_KINDS[about["dtype"]]).newbyteorder("<"))
        found[name] = torch.from_numpy(flat.reshape(about["shape"]).astype(flat.dtype.newbyteorder("="), copy=True))
    return found


def save(*_: object) -> bytes:
    """Not here."""
    raise NotImplementedError("there is no safetensors.torch.save: here numpy stands in, and nothing is saved")


for_torch = types.ModuleType(f"{__name__}.torch")
vars(for_torch).update(load=load, save=save)
sys.modules[for_torch.__name__] = for_torch
