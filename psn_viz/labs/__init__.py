"""Labs: figures with sliders, each defined once and shown live, as frames, or as a picture.

Importing this, and computing, drawing and describing the state of a lab, needs torch and numpy alone; showing a lab
loads the widgets.
"""

from importlib import import_module

from psn_viz.labs.ablation.lab import Ablation
from psn_viz.labs.charge_fire_reset.lab import ChargeFireReset
from psn_viz.labs.closed_form.lab import ClosedForm
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.firing.lab import Firing
from psn_viz.labs.gradients.lab import Gradients
from psn_viz.labs.masked_psn.lab import MaskedPSNLab
from psn_viz.labs.microscope.lab import Microscope
from psn_viz.labs.nesting.lab import Nesting
from psn_viz.labs.psn.lab import PSNLab
from psn_viz.labs.read_image.lab import ReadImage
from psn_viz.labs.roofline.lab import Roofline, roofline_lab
from psn_viz.labs.sliding_psn.lab import SlidingPSNLab
from psn_viz.labs.speed_ratio.lab import SpeedRatio, ratio_lab
from psn_viz.labs.surfaces import Shown

Lab.surfaces = Shown()
LABS: dict[str, type[Lab]] = {
    lab.name: lab
    for lab in (
        ReadImage,
        ChargeFireReset,
        ClosedForm,
        Firing,
        PSNLab,
        MaskedPSNLab,
        SlidingPSNLab,
        Nesting,
        Gradients,
        Roofline,
        SpeedRatio,
        Microscope,
        Ablation,
    )
}

_LIVE = {
    "Panel": "panel",
    "TrainingView": "training_panel",
    "prediction_panel": "prediction_panel",
    "study_panel": "study_panel",
    "sweep_panel": "sweep_panel",
    "training_panel": "training_panel",
}
__all__ = ["LABS", "Lab", "ratio_lab", "roofline_lab", *_LIVE]


def __getattr__(name: str):
    if name in _LIVE:
        return getattr(import_module(f"psn_viz.labs.live.{_LIVE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
