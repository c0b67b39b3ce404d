"""The product of two matrices of float32 by WebAssembly's four numbers at once, where Python runs in a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SMALLEST = 500_000  # multiplications, below which copying takes as long
LARGEST = 32 << 20  # bytes of all three matrices
_PAGE = 1 << 16


@cache
def _compiled() -> Any:
    """What product.wat exports, or None where there is no browser, or one whose WebAssembly lacks vectors."""
    try:
        import js  # Pyodide's

        data = Path(__file__).with_name("product.wasm").read_bytes()
        buffer = js.Uint8Array.new(len(data))
        buffer.assign(data)
        return js.WebAssembly.Instance.new(js.WebAssembly.Module.new(buffer)).exports
    except Exception:  # JsException, which only a browser has
        return None


def vector_product(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """a @ b of `[n, m]` and `[m, k]` float32, or None where it cannot be had here, or has another size.

    It is what `np.einsum("ij,jk->ik", a, b)` gives, bit for bit, in about a fifth of the time.
    """
    (n, m), k = a.shape, b.shape[1]
    width = -(-k // 4) * 4
    places = np.cumsum([0, n * m, m * width, n * width]) * 4
    if not SMALLEST < n * m * k or places[-1] > LARGEST or (compiled := _compiled()) is None:
        return None
    import js

    if width != k:
        wide = np.zeros((m, width), b.dtype)
        wide[:, :k] = b
        b = wide
    missing = int(places[-1]) - compiled.memory.buffer.byteLength
    if missing > 0:
        compiled.memory.grow(-(-missing // _PAGE))
    at_a, at_b, at_c = (int(place) for place in places[:-1])
    js.Float32Array.new(compiled.memory.buffer, at_a, n * m).assign(np.ascontiguousarray(a))
    js.Float32Array.new(compiled.memory.buffer, at_b, m * width).assign(np.ascontiguousarray(b))
    compiled.product(at_a, at_b, at_c, n, m, width)
    made = np.empty((n, width), a.dtype)
    js.Float32Array.new(compiled.memory.buffer, at_c, n * width).assign_to(made)
    return made[:, :k]
