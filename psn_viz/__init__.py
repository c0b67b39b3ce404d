"""See why a spiking neuron without reset runs in parallel.

`psn_viz.neurons` holds the mathematics, `psn_viz.learning` data and training, `psn_viz.labs` the
slider-driven figures of the course in `notebooks/`. Importing the package draws and trains nothing; the public
names of the three are loaded from here when they are first used (`import psn_viz as pv`, then `pv.PSN`).
"""

from importlib import import_module

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
        "SpikingClassifier",
        "accuracy",
        "load_dataset",
        "load_model",
        "load_study",
        "save_model",
        "train",
    ),
    "psn_viz.bench": ("load_results", "measure", "measure_roofs", "stored_results"),
    "psn_viz.labs": (
        "LABS",
        "TrainingView",
        "prediction_panel",
        "ratio_lab",
        "roofline_lab",
        "study_panel",
        "sweep_panel",
        "training_panel",
    ),
    "psn_viz.course": (
        "check",
        "glossary",
        "hand_in",
        "predict",
        "recall",
        "reset_progress",
        "show_progress",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = ["__version__", *_MODULE_OF]


def __getattr__(name: str):
    if name in _MODULE_OF:
        return getattr(import_module(_MODULE_OF[name]), name)
    raise AttributeError(f"module 'psn_viz' has no attribute {name!r}; it has {', '.join(_MODULE_OF)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULE_OF])
