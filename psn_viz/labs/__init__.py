"""Labs: figures with sliders, each defined once and shown live, as frames, or as a picture.

Computing, drawing and describing the state of a lab needs torch and numpy alone; showing a lab loads the widgets. A
lab is imported when it is first asked for: a page in a browser opens one, and waits for each import.
"""

import re
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING

from psn_viz.labs.core.definition import Lab
from psn_viz.labs.live.surfaces import Shown

if TYPE_CHECKING:
    from psn_viz.labs.live.view import LabView

Lab.surfaces = Shown()
# The labs of the course in the order of the gallery: the class of each, in `lab.py` of the folder with its name.
COURSE = {
    "read_image": "ReadImage",
    "charge_fire_reset": "ChargeFireReset",
    "closed_form": "ClosedForm",
    "unroll": "Unroll",
    "firing": "Firing",
    "psn": "PSNLab",
    "plane": "Plane",
    "masked_psn": "MaskedPSNLab",
    "sliding_psn": "SlidingPSNLab",
    "nesting": "Nesting",
    "surrogate": "Surrogate",
    "gradients": "Gradients",
    "roofline": "Roofline",
    "speed_ratio": "SpeedRatio",
    "probe": "Probe",
    "study": "StudyLab",
    "train_live": "TrainLive",
    "microscope": "Microscope",
    "ablation": "Ablation",
    "results": "Results",
    "successors": "Successors",
    "wavefront": "Wavefront",
    "queue": "Queue",
}


class Labs(MutableMapping[str, type[Lab]]):
    """Labs by name: those of the course first, then those that a reader has registered."""

    def __init__(self) -> None:
        self._loaded: dict[str, type[Lab] | None] = dict.fromkeys(COURSE)

    def __getitem__(self, name: str) -> type[Lab]:
        found = self._loaded[name]
        if found is None:
            found = self._loaded[name] = getattr(import_module(f"psn_viz.labs.{name}.lab"), COURSE[name])
        return found

    def __setitem__(self, name: str, kind: type[Lab]) -> None:
        self._loaded[name] = kind

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._loaded

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)

    def __repr__(self) -> str:
        return f"Labs({', '.join(self)})"


LABS = Labs()
Lab.known = LABS


def lab(code: str) -> "LabView":
    """Show a lab in the state that `code` describes, such as "psn;preset=LIF+4".

    Any code of the notes, of an address or of a *state* field. Raises TypeError for what is no text, ValueError for
    the name of no lab or a damaged code.
    """
    if not isinstance(code, str):
        raise TypeError(f"code must be a text such as 'psn;preset=LIF+4', got {type(code).__name__}")
    name = re.split(r"[;\s]", code.strip(), maxsplit=1)[0]
    if name not in LABS:
        raise ValueError(f"code must begin with the name of a lab, one of {', '.join(LABS)}, got {name[:40]!r}")
    return LABS[name].from_code(code).show()


def register_lab(kind: type[Lab], *, replace: bool = False) -> None:
    """Add a lab of your own: `LABS[kind.name]` then opens it, in links of lessons and state codes, too.

    It is computed, drawn and described once, in its start state. The cell that registers it can be run again with
    `replace=True`; a lab of the course is never replaced.

    Raises TypeError for what is no class of labs, ValueError for a name that is taken or a definition that is not
    whole, and whatever the functions of the lab raise.
    """
    if not (isinstance(kind, type) and issubclass(kind, Lab)):
        raise TypeError(f"kind must be a class derived from pv.Lab, got {kind!r}")
    for field in ("name", "title", "sentence"):
        if not isinstance(text := getattr(kind, field, None), str) or not text:
            raise ValueError(f"{field} of {kind.__name__} must be a text, got {text!r}")
    if not re.fullmatch("[a-z][a-z0-9_]*", kind.name):
        raise ValueError(f"name must be lower-case letters, digits and '_', such as 'half_life', got {kind.name!r}")
    if kind.name in COURSE:
        raise ValueError(f"name must be one that the course does not use, got {kind.name!r}")
    if kind.name in LABS and not replace:
        raise ValueError(f"name must be a new one, got {kind.name!r}, which is there (replace=True replaces it)")
    controls = [control.name for control in getattr(kind, "table", ())]
    if not controls or len(set(controls)) < len(controls):
        raise ValueError(f"table of {kind.__name__} must hold controls, each name once, got {controls}")
    if kind.transport is not None and kind.transport not in controls:
        raise ValueError(f"transport of {kind.__name__} must be one of {', '.join(controls)}, got {kind.transport!r}")
    lab = kind()
    figure, description = lab.drawing, lab.description
    if not isinstance(figure, dict) or not {"data", "layout"} <= figure.keys():
        raise ValueError(f"draw of {kind.__name__} must return a dict with data and layout, got {figure!r:.80}")
    for trace in figure["data"]:
        for target in trace.get("meta", {}).get("points_at", {}).values():
            if target.partition(".")[0] not in controls:
                raise ValueError(
                    f"points_at of {trace.get('name')!r} must name one of {', '.join(controls)}, got {target!r}"
                )
    if not isinstance(description, str) or not description:
        raise ValueError(f"describe of {kind.__name__} must return a text, got {description!r:.80}")
    LABS[kind.name] = kind


# Names that are loaded when they are first used, and the modules that they are in.
_LATER = {
    "Panel": "live.panel",
    "TrainingView": "live.training_panel",
    "drawing": "live.drawing_panel",
    "prediction_panel": "live.prediction_panel",
    "ratio_lab": "speed_ratio.lab",
    "roofline_lab": "roofline.lab",
    "study_lab": "study.lab",
    "study_panel": "study.lab",
    "sweep_panel": "live.sweep_panel",
    "training_panel": "live.training_panel",
}
__all__ = ["LABS", "Lab", "lab", "register_lab", *_LATER]


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


def __getattr__(name: str):
    if name in _LATER:
        return getattr(import_module(f"psn_viz.labs.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
