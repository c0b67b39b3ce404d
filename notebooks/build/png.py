"""Smaller pictures for notebooks: the same pixels, compressed with more patience than a browser has.

A fifth of the bytes, without which lesson 09 would exceed the size that a notebook is to have.
"""

from __future__ import annotations

import base64
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def recompress_pictures(cell) -> None:
    """Recompress every PNG among the outputs of an executed cell."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/png" in data:
            data["image/png"] = base64.b64encode(recompressed(base64.b64decode(data["image/png"]))).decode()


def recompressed(png: bytes) -> bytes:
    """The PNG with its pixels in one chunk of data, compressed as well as zlib can."""
    chunks, rest = [], png.removeprefix(SIGNATURE)
    while rest:
        end = 12 + int.from_bytes(rest[:4], "big")  # length, type, data, checksum
        chunks.append((rest[4:8], rest[8 : end - 4]))
        rest = rest[end:]
    pixels = zlib.compress(zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT")), 9)
    header, *others = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    whole = [header, *others[:-1], (b"IDAT", pixels), others[-1]]
    return SIGNATURE + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in whole
    )
