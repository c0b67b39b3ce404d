"""Where Pyodide cannot run: the figures of a lab over the values of its main control, computed beforehand."""

from __future__ import annotations

import base64
import json
from typing import Any

from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.figure_encoding import split
from psn_viz.labs.live.frames import frames_of

MOST = 11  # figures of a lab: all labs together are to stay within 3 MB


def frame_file(lab: Lab) -> bytes:
    """The figures of a lab over its main control, as JSON; texts and arrays that recur are in it once.

    symbol, meaning: of the control. start: the place of the frame that shows the lab as it opens. parts: texts, of
    which a frame names its spec and its arrays (base64 of float32) by their places. frames: value in words, spec,
    arrays, alt.
    """
    made = frames_of(lab, lab.main_controls()[0])
    last = len(made.values) - 1
    chosen = sorted({round(n * last / (MOST - 1)) for n in range(MOST)} | {made.start})
    parts: dict[str, int] = {}
    frames: list[dict[str, Any]] = []
    for n in chosen:
        spec, arrays = split(made.figures[n])
        texts = [spec, *(base64.b64encode(array.tobytes()).decode() for array in arrays)]
        first, *rest = [parts.setdefault(text, len(parts)) for text in texts]
        frames.append({"value": made.labels[n], "spec": first, "arrays": rest, "alt": made.descriptions[n]})
    told = {
        "symbol": made.control, "meaning": made.meaning, "start": chosen.index(made.start), "frames": frames,
        "parts": list(parts),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
