"""Areas of a plane that straight lines bound, and how large they are: exact, by clipping polygons.

A polygon is `[n, 2]` float64, its corners in order; one without corners has no area.
"""

from __future__ import annotations

import numpy as np


def square(low: float, high: float) -> np.ndarray:
    """The square from (low, low) to (high, high)."""
    return np.array([[low, low], [high, low], [high, high], [low, high]], dtype=float)


def split(polygon: np.ndarray, normal: tuple[float, float], least: float) -> tuple[np.ndarray, np.ndarray]:
    """The parts of a convex polygon where normal · point ≥ least, and where it is less.

    One step of the clipping by Sutherland and Hodgman. Corners at the very border belong to both parts.
    """
    over = polygon @ np.asarray(normal, dtype=float) - least
    if (over >= 0).all():
        return polygon, polygon[:0]
    return _clipped(polygon, over), _clipped(polygon, -over)


def _clipped(polygon: np.ndarray, over: np.ndarray) -> np.ndarray:
    """The part on which `over` `[n]`, known at the corners and linear between, is not negative."""
    corners = []
    for n, (point, height) in enumerate(zip(polygon, over, strict=True)):
        before, height_before = polygon[n - 1], over[n - 1]
        if min(height, height_before) < 0 < max(height, height_before):
            corners.append(before + (point - before) * height_before / (height_before - height))
        if height >= 0:
            corners.append(point)
    return np.array(corners).reshape(-1, 2)


def area(*polygons: np.ndarray) -> float:
    """The area of polygons that do not overlap (the shoelace formula)."""
    total = 0.0
    for x, y in (polygon.T for polygon in polygons):
        total += abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    return total


def outline(*polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the closed outlines of polygons, one after the other with a gap (NaN) after each; those without
    area are left out."""
    parts = [np.vstack([polygon, polygon[:1], [[np.nan, np.nan]]]) for polygon in polygons if len(polygon) > 2]
    whole = np.vstack(parts) if parts else np.full((1, 2), np.nan)
    return whole[:, 0], whole[:, 1]
