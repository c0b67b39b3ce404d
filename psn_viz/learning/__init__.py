"""Real data, a spiking network, and the loop that trains it. No widgets: training reports to callbacks."""

from psn_viz.learning.data.delayed_recall import recall_dataset
from psn_viz.learning.data.load import DATASETS, Dataset, Split, load_dataset, register_dataset
from psn_viz.learning.evaluation import accuracy
from psn_viz.learning.history import History, Progress
from psn_viz.learning.image_networks import SequentialCIFARClassifier, StaticClassifier
from psn_viz.learning.model_files import load_model, save_model, shipped_models
from psn_viz.learning.network_surgery import (
    InTraining,
    answers,
    in_training,
    neuron_of,
    retrain_above,
    weight_over_time,
    with_neuron,
    with_weight,
    within_structure,
)
from psn_viz.learning.networks import SpikingClassifier
from psn_viz.learning.paired_difference import Difference, difference
from psn_viz.learning.pairs import MeanOfPairs, mean_of_pairs
from psn_viz.learning.snapshots import NeuronHistory
from psn_viz.learning.study_results import Study, load_study, stored_studies
from psn_viz.learning.training import train
from psn_viz.learning.weight_measures import (
    Leak,
    Measures,
    Toeplitz,
    effective_rank,
    future_share,
    measures,
    nearest_leak,
    nearest_toeplitz,
    smooth_random,
)

__all__ = [
    "DATASETS",
    "Dataset",
    "Difference",
    "History",
    "InTraining",
    "Leak",
    "MeanOfPairs",
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
    "difference",
    "effective_rank",
    "future_share",
    "in_training",
    "load_dataset",
    "load_model",
    "load_study",
    "mean_of_pairs",
    "measures",
    "nearest_leak",
    "nearest_toeplitz",
    "neuron_of",
    "recall_dataset",
    "register_dataset",
    "retrain_above",
    "save_model",
    "shipped_models",
    "smooth_random",
    "stored_studies",
    "train",
    "weight_over_time",
    "with_neuron",
    "with_weight",
    "within_structure",
]
