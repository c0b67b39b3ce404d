"""Labs: figures with sliders, each defined once and shown live, as frames, or as a picture."""

from psn_viz.labs.ablation import Ablation
from psn_viz.labs.charge_fire_reset import ChargeFireReset
from psn_viz.labs.closed_form import ClosedForm
from psn_viz.labs.firing import Firing
from psn_viz.labs.gradients import Gradients
from psn_viz.labs.lab import Lab
from psn_viz.labs.masked_psn import MaskedPSNLab
from psn_viz.labs.microscope import Microscope
from psn_viz.labs.nesting import Nesting
from psn_viz.labs.panel import Panel
from psn_viz.labs.prediction import prediction_panel
from psn_viz.labs.psn import PSNLab
from psn_viz.labs.read_image import ReadImage
from psn_viz.labs.roofline import Roofline, roofline_lab
from psn_viz.labs.sliding_psn import SlidingPSNLab
from psn_viz.labs.speed_ratio import SpeedRatio, ratio_lab
from psn_viz.labs.study import study_panel
from psn_viz.labs.sweep import sweep_panel
from psn_viz.labs.training import TrainingView, training_panel

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

__all__ = [
    "LABS",
    "Lab",
    "Panel",
    "TrainingView",
    "prediction_panel",
    "ratio_lab",
    "roofline_lab",
    "study_panel",
    "sweep_panel",
    "training_panel",
]
