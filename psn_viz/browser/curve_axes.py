"""The axes that a class draws a curve into, on paper, and the true curve in them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from psn_viz.course.questions.question import Form

WIDTH, HEIGHT = 912, 350  # units of the drawing; letters of 24 of them are as large as the text of a deck
LEFT, RIGHT, TOP, BOTTOM = 90, 870, 16, 270
MOST_LABELS = 8  # along the axis


def curve_axes(form: Form) -> str:
    """The empty axes of a question whose answer is a curve, as SVG."""
    has_zero = form.low < 0 < form.high
    between = 0 if has_zero else (form.low + form.high) / 2
    across = range(0, form.steps, -(-form.steps // MOST_LABELS))
    labels = [
        f'<text x="{LEFT - 14}" y="{_y(form, value) + 8:.1f}" text-anchor="end">{_short(value)}</text>'
        for value in (form.low, between, form.high)
    ]
    labels += [
        f'<path d="M{_x(form, n):.1f} {BOTTOM}v8"/><text x="{_x(form, n):.1f}" y="{BOTTOM + 34}">{n}</text>'
        for n in across
    ]
    told = f"Axes: {form.axis}, from 0 to {form.steps - 1}; values from {_short(form.low)} to {_short(form.high)}."
    zero = f'<path class="psn-zero" d="M{LEFT} {_y(form, 0):.1f}H{RIGHT}"/>' if has_zero else ""
    return (
        f'<svg class="psn-axes" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(told)}">'
        f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>{zero}{"".join(labels)}'
        f'<text x="{RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{html.escape(form.axis)}</text></svg>'
    )


def true_curve(form: Form, values: Sequence[float]) -> str:
    """The curve of `values`, one a step, to lie over `curve_axes`; a value outside of them stands at their edge."""
    points = [(_x(form, n), _y(form, min(max(value, form.low), form.high))) for n, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7"/>' for x, y in points)
    told = "The curve: " + ", ".join(f"{n}: {value:.3g}" for n, value in enumerate(values)) + "."
    return (
        f'<svg class="psn-axes psn-true-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html.escape(told)}"><polyline points="{line}"/>{dots}</svg>'
    )


def _x(form: Form, step: float) -> float:
    return LEFT + 14 + (RIGHT - LEFT - 28) * step / max(1, form.steps - 1)


def _y(form: Form, value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (value - form.low) / (form.high - form.low)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
