"""Labs: figures with sliders, each defined once and shown live, as frames, or as a picture.

Importing this, and computing, drawing and describing the state of a lab, needs torch and numpy alone; showing a lab
loads the widgets.
"""

import re
from importlib import import_module

from psn_viz.labs.ablation.lab import Ablation
from psn_viz.labs.charge_fire_reset.lab import ChargeFireReset
from psn_viz.labs.closed_form.lab import ClosedForm
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.firing.lab import Firing
from psn_viz.labs.gradients.lab import Gradients
from psn_viz.labs.live.surfaces import Shown
from psn_viz.labs.masked_psn.lab import MaskedPSNLab
from psn_viz.labs.microscope.lab import Microscope
from psn_viz.labs.nesting.lab import Nesting
from psn_viz.labs.plane.lab import Plane
from psn_viz.labs.probe.lab import Probe
from psn_viz.labs.psn.lab import PSNLab
from psn_viz.labs.read_image.lab import ReadImage
from psn_viz.labs.roofline.lab import Roofline, roofline_lab
from psn_viz.labs.sliding_psn.lab import SlidingPSNLab
from psn_viz.labs.speed_ratio.lab import SpeedRatio, ratio_lab
from psn_viz.labs.study.lab import StudyLab, study_lab, study_panel
from psn_viz.labs.surrogate.lab import Surrogate
from psn_viz.labs.train_live.lab import TrainLive
from psn_viz.labs.unroll.lab import Unroll

Lab.surfaces = Shown()
LABS: dict[str, type[Lab]] = {
    lab.name: lab
    for lab in (
        ReadImage,
        ChargeFireReset,
        ClosedForm,
        Unroll,
        Firing,
        PSNLab,
        Plane,
        MaskedPSNLab,
        SlidingPSNLab,
        Nesting,
        Surrogate,
        Gradients,
        Roofline,
        SpeedRatio,
        Probe,
        StudyLab,
        TrainLive,
        Microscope,
        Ablation,
    )
}


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
    if kind.name in _COURSE:
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


_COURSE = frozenset(LABS)
_LIVE = {
    "Panel": "panel",
    "TrainingView": "training_panel",
    "drawing": "drawing_panel",
    "prediction_panel": "prediction_panel",
    "sweep_panel": "sweep_panel",
    "training_panel": "training_panel",
}
__all__ = ["LABS", "Lab", "ratio_lab", "register_lab", "roofline_lab", "study_lab", "study_panel", *_LIVE]


def __dir__() -> list[str]:
    return sorted({*globals(), *_LIVE})


def __getattr__(name: str):
    if name in _LIVE:
        return getattr(import_module(f"psn_viz.labs.live.{_LIVE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
