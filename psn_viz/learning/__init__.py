"""Real data, a spiking network, and the loop that trains it. No widgets: training reports to callbacks."""

from psn_viz.learning.ablation import (
    InTraining,
    answers,
    in_training,
    neuron_of,
    weight_over_time,
    with_neuron,
    with_weight,
    within_structure,
)
from psn_viz.learning.convolutional import SequentialCIFARClassifier, StaticClassifier
from psn_viz.learning.datasets import DATASETS, Dataset, Split, load_dataset
from psn_viz.learning.evaluation import accuracy
from psn_viz.learning.microscope import (
    Leak,
    Measures,
    Toeplitz,
    effective_rank,
    future_share,
    measures,
    nearest_leak,
    nearest_toeplitz,
)
from psn_viz.learning.networks import SpikingClassifier
from psn_viz.learning.progress import History, Progress
from psn_viz.learning.recall import recall_dataset
from psn_viz.learning.saved import load_model, save_model, shipped_models
from psn_viz.learning.snapshots import NeuronHistory
from psn_viz.learning.study import Study, load_study, stored_studies
from psn_viz.learning.training import train

__all__ = [
    "DATASETS",
    "Dataset",
    "History",
    "InTraining",
    "Leak",
    "Measures",
    "NeuronHistory",
    "Progress",
    "SequentialCIFARClassifier",
    "SpikingClassifier",
    "Split",
    "StaticClassifier",
    "Study",
    "Toeplitz",
    "accuracy",
    "answers",
    "effective_rank",
    "future_share",
    "in_training",
    "load_dataset",
    "load_model",
    "load_study",
    "measures",
    "nearest_leak",
    "nearest_toeplitz",
    "neuron_of",
    "recall_dataset",
    "save_model",
    "shipped_models",
    "stored_studies",
    "train",
    "weight_over_time",
    "with_neuron",
    "with_weight",
    "within_structure",
]
