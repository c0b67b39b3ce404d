"""One colour per quantity, and the two themes a figure can be drawn in.

The five colours keep a contrast of at least 3 : 1 against the light and the dark page and stay apart for the
common colour-vision deficiencies. Letters need 4.5 : 1, and are drawn in a colour of the same hue that has it:
`letters` of a theme. `tests/test_palette.py` computes all of this.
"""

from __future__ import annotations

from typing import Any

X = "#4a95fa"  # input
H = "#d87e0f"  # charge
V = "#9338ac"  # membrane after the reset
S = "#c10732"  # spikes
B = "#9b879a"  # threshold

QUANTITIES = {"X": X, "H": H, "V": V, "S": S, "B": B}

AGREE = "#1f8a4c"  # the witness, always beside a ✓
DISAGREE = "#d0342c"  # the witness, always beside a ✗

PAGES = {"light": "#ffffff", "dark": "#111111"}

# Colour scales by theme. `weight` has zero in the middle, a visible grey tile: an entry that a mask removed is
# not drawn at all, so that absent and zero look different. `spike` runs from no spike to spike.
THEMES: dict[str, dict[str, Any]] = {
    "light": {
        "text": "#222222",
        "grid": "#e3e3e6",
        "line": "#8a8a90",
        "letters": {
            X: "#1f6fd0",
            H: "#a55c00",
            V: V,
            S: S,
            B: "#7d6a7c",
            AGREE: "#1a7a43",
            DISAGREE: "#c62f28",
        },
        "scales": {
            "weight": [[0, "#8a4b08"], [0.25, "#d3a35c"], [0.5, "#e6e6ea"], [0.75, "#5aaec0"], [1, "#01586e"]],
            "spike": [[0, "#ececef"], [1, S]],
            "image": [[0, "#ffffff"], [1, "#1b1b1f"]],
        },
    },
    "dark": {
        "text": "#e4e4e7",
        "grid": "#35353a",
        "line": "#8a8a90",
        "letters": {
            X: X,
            H: "#e2923a",
            V: "#cf86e3",
            S: "#ff6b86",
            B: "#b39fb2",
            AGREE: "#3fb374",
            DISAGREE: "#ff6b5e",
        },
        "scales": {
            "weight": [[0, "#f0a648"], [0.25, "#94682f"], [0.5, "#36363c"], [0.75, "#24728c"], [1, "#56d0e0"]],
            "spike": [[0, "#2b2b30"], [1, "#f0476b"]],
            "image": [[0, "#111111"], [1, "#f4f4f5"]],
        },
    },
}
