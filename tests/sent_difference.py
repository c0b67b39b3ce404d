"""How far two sendings of a lab are apart: those of `tests.lab_sender`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np

from psn_viz.browser import EQUAL_TO_TORCH
from psn_viz.labs.core.figure_encoding import join

TOLERANCE = EQUAL_TO_TORCH
# How large a difference is that rounding made, in the words of a witness: "≤ 1e-10", "2.2e-16", "0".
_SIZE = re.compile(r"(\|difference\|\s|difference\s)(≤\s)?[-+.\de−⁻¹²³⁴⁵⁶⁷⁸⁹⁰]+")


def differences(one: dict, other: dict) -> list[str]:
    """Where they differ, in words; none where they are the same but for rounding."""
    drawn = (join(sent["spec"], sent["arrays"].__getitem__) for sent in (one, other))
    found = [*_between(*drawn, "figure"), *_between(one["numbers"], other["numbers"], "numbers")]
    return [*found, *_between(one["text"], other["text"], "text")]


def _between(one, other, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            yield f"{place}: {sorted(one.keys() ^ other.keys())} in one alone"
        for key in one.keys() & other.keys():
            if not (place.endswith("witness") and key == "difference"):
                yield from _between(one[key], other[key], f"{place}.{key}")
    elif _are_numbers(one) and _are_numbers(other):
        yield from _between_numbers(np.asarray(one), np.asarray(other), place)
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{place}: {len(one)} and {len(other)} long"
        for n, pair in enumerate(zip(one, other, strict=False)):
            yield from _between(*pair, f"{place}[{n}]")
    elif isinstance(one, str) and isinstance(other, str):
        if _SIZE.sub(r"\1", one) != _SIZE.sub(r"\1", other):
            yield f"{place}: {one!r} and {other!r}"
    elif type(one) is not type(other) or not np.array_equal(one, other):
        yield f"{place}: {one!r} and {other!r}"


def _are_numbers(value) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, bool | int | float)


def _between_numbers(one: np.ndarray, other: np.ndarray, place: str) -> Iterator[str]:
    if one.shape != other.shape or one.dtype.kind != other.dtype.kind:
        yield f"{place}: {one.dtype} {one.shape} and {other.dtype} {other.shape}"
    elif one.dtype.kind in "bui":
        if (wrong := one != other).any():
            yield f"{place}: {int(wrong.sum())} of {one.size} whole numbers differ"
    elif one.size:
        usual = np.isfinite(one) & np.isfinite(other)
        if not np.array_equal(one[~usual], other[~usual], equal_nan=True):
            yield f"{place}: NaN or infinity in one alone"
        scale = max(1.0, float(np.abs(one[usual]).max(initial=0)))
        apart = float(np.abs(one[usual].astype(float) - other[usual]).max(initial=0)) / scale
        if apart > TOLERANCE:
            yield f"{place}: numbers differ by {apart:.3g} of their size"


__all__ = ["TOLERANCE", "differences", "json"]
