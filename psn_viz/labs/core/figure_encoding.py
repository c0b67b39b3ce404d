"""A figure as text and bytes: JSON with its number arrays beside it, as they travel to a browser."""

from __future__ import annotations

import json

import numpy as np

_PLAIN = frozenset((str, float, int, bool, type(None)))  # most of a figure: it is the same in JSON


def split(figure: dict) -> tuple[str, list[np.ndarray]]:
    """A figure as JSON text with placeholders `{"$array": n, "shape": […]}`, and its arrays as float32."""
    arrays: list[np.ndarray] = []

    def walk(node):
        if type(node) in _PLAIN:
            return node
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, np.ndarray) and node.dtype.kind in "fiub":
            arrays.append(np.ascontiguousarray(node, dtype="<f4"))
            return {"$array": len(arrays) - 1, "shape": list(node.shape)}
        if isinstance(node, list | tuple | np.ndarray):
            return [item if type(item) in _PLAIN else walk(item) for item in node]
        return node.item() if isinstance(node, np.generic) else node

    spec = walk(figure)
    # The drawing code gives the axes the colours of the page that it draws on.
    for name, axis in spec["layout"].items():
        if name.startswith(("xaxis", "yaxis")):
            for part in ("gridcolor", "linecolor", "zerolinecolor"):
                axis.pop(part, None)
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":")), arrays


def join(spec: str, arrays) -> dict:
    """The figure dict that `split` took apart; `arrays(n)` gives the n-th array, flat."""

    def walk(node):
        if isinstance(node, dict):
            if "$array" in node:
                return np.asarray(arrays(node["$array"])).reshape(node["shape"])
            return {key: walk(value) for key, value in node.items()}
        return [walk(item) for item in node] if isinstance(node, list) else node

    return walk(json.loads(spec))
