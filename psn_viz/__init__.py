"""See why a spiking neuron without reset runs in parallel.

`psn_viz.neurons` holds the mathematics, `psn_viz.learning` data and training, `psn_viz.labs` the
slider-driven figures of the course in `notebooks/`. Importing the package draws and trains nothing; the public
names of the three are loaded from here when they are first used (`import psn_viz as pv`, then `pv.PSN`).
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOME = {
    "psn_viz.neurons": (
        "IF",
        "LIF",
        "PSN",
        "ATan",
        "MaskedPSN",
        "Record",
        "SlidingPSN",
        "State",
        "from_spikingjelly",
        "reset_free_weight",
        "set_lambda",
    ),
    "psn_viz.learning": (
        "Dataset",
        "SpikingClassifier",
        "Split",
        "accuracy",
        "difference",
        "load_dataset",
        "load_model",
        "load_study",
        "register_dataset",
        "save_model",
        "train",
    ),
    "psn_viz.bench": ("load_results", "measure", "measure_roofs", "stored_results"),
    "psn_viz.labs": (
        "LABS",
        "Lab",
        "TrainingView",
        "drawing",
        "lab",
        "prediction_panel",
        "ratio_lab",
        "register_lab",
        "roofline_lab",
        "study_lab",
        "study_panel",
        "sweep_panel",
        "training_panel",
    ),
    "psn_viz.course": (
        "Case",
        "Exercise",
        "Wrong",
        "answer",
        "ask_again",
        "check",
        "faq",
        "field_map",
        "folded",
        "glossary",
        "hand_in",
        "load_answers",
        "predict",
        "predict_choice",
        "predict_curve",
        "predict_number",
        "predict_spikes",
        "recall",
        "register_exercise",
        "register_question",
        "reset_progress",
        "show_progress",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = ["__version__", *_MODULE_OF]

# Editors and type checkers run nothing: they find the names of _HOME here, and know that there are no others.
if TYPE_CHECKING:
    from psn_viz.bench import load_results as load_results
    from psn_viz.bench import measure as measure
    from psn_viz.bench import measure_roofs as measure_roofs
    from psn_viz.bench import stored_results as stored_results
    from psn_viz.course import Case as Case
    from psn_viz.course import Exercise as Exercise
    from psn_viz.course import Wrong as Wrong
    from psn_viz.course import answer as answer
    from psn_viz.course import ask_again as ask_again
    from psn_viz.course import check as check
    from psn_viz.course import faq as faq
    from psn_viz.course import field_map as field_map
    from psn_viz.course import folded as folded
    from psn_viz.course import glossary as glossary
    from psn_viz.course import hand_in as hand_in
    from psn_viz.course import load_answers as load_answers
    from psn_viz.course import predict as predict
    from psn_viz.course import predict_choice as predict_choice
    from psn_viz.course import predict_curve as predict_curve
    from psn_viz.course import predict_number as predict_number
    from psn_viz.course import predict_spikes as predict_spikes
    from psn_viz.course import recall as recall
    from psn_viz.course import register_exercise as register_exercise
    from psn_viz.course import register_question as register_question
    from psn_viz.course import reset_progress as reset_progress
    from psn_viz.course import show_progress as show_progress
    from psn_viz.labs import LABS as LABS
    from psn_viz.labs import Lab as Lab
    from psn_viz.labs import lab as lab
    from psn_viz.labs import ratio_lab as ratio_lab
    from psn_viz.labs import register_lab as register_lab
    from psn_viz.labs import roofline_lab as roofline_lab
    from psn_viz.labs import study_lab as study_lab
    from psn_viz.labs import study_panel as study_panel
    from psn_viz.labs.live.drawing_panel import drawing as drawing
    from psn_viz.labs.live.prediction_panel import prediction_panel as prediction_panel
    from psn_viz.labs.live.sweep_panel import sweep_panel as sweep_panel
    from psn_viz.labs.live.training_panel import TrainingView as TrainingView
    from psn_viz.labs.live.training_panel import training_panel as training_panel
    from psn_viz.learning import Dataset as Dataset
    from psn_viz.learning import SpikingClassifier as SpikingClassifier
    from psn_viz.learning import Split as Split
    from psn_viz.learning import accuracy as accuracy
    from psn_viz.learning import difference as difference
    from psn_viz.learning import load_dataset as load_dataset
    from psn_viz.learning import load_model as load_model
    from psn_viz.learning import load_study as load_study
    from psn_viz.learning import register_dataset as register_dataset
    from psn_viz.learning import save_model as save_model
    from psn_viz.learning import train as train
    from psn_viz.neurons import IF as IF
    from psn_viz.neurons import LIF as LIF
    from psn_viz.neurons import PSN as PSN
    from psn_viz.neurons import ATan as ATan
    from psn_viz.neurons import MaskedPSN as MaskedPSN
    from psn_viz.neurons import Record as Record
    from psn_viz.neurons import SlidingPSN as SlidingPSN
    from psn_viz.neurons import State as State
    from psn_viz.neurons import from_spikingjelly as from_spikingjelly
    from psn_viz.neurons import reset_free_weight as reset_free_weight
    from psn_viz.neurons import set_lambda as set_lambda
else:

    def __getattr__(name: str):
        if name in _MODULE_OF:
            return getattr(import_module(_MODULE_OF[name]), name)
        raise AttributeError(f"module 'psn_viz' has no attribute {name!r}; it has {', '.join(_MODULE_OF)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULE_OF])
