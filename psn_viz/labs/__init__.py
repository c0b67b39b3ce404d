"""Labs: figures with sliders, each defined once and shown live, as frames, or as a picture."""

from psn_viz.labs.ablation.lab import Ablation
from psn_viz.labs.charge_fire_reset.lab import ChargeFireReset
from psn_viz.labs.closed_form.lab import ClosedForm
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.firing.lab import Firing
from psn_viz.labs.gradients.lab import Gradients
from psn_viz.labs.live.panel import Panel
from psn_viz.labs.live.prediction_panel import prediction_panel
from psn_viz.labs.live.study_panel import study_panel
from psn_viz.labs.live.sweep_panel import sweep_panel
from psn_viz.labs.live.training_panel import TrainingView, training_panel
from psn_viz.labs.masked_psn.lab import MaskedPSNLab
from psn_viz.labs.microscope.lab import Microscope
from psn_viz.labs.nesting.lab import Nesting
from psn_viz.labs.psn.lab import PSNLab
from psn_viz.labs.read_image.lab import ReadImage
from psn_viz.labs.roofline.lab import Roofline, roofline_lab
from psn_viz.labs.sliding_psn.lab import SlidingPSNLab
from psn_viz.labs.speed_ratio.lab import SpeedRatio, ratio_lab

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
