"""One epoch of `train`, with our PSN and with SpikingJelly's in the same network."""

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from psn_viz.bench.plan import Point
from psn_viz.bench.subjects import Run, Unavailable, spikingjelly
from psn_viz.learning import Dataset, SpikingClassifier, load_dataset, train
from psn_viz.neurons import PSN

HIDDEN = (64, 64)


def subjects(point: Point, dtype: torch.dtype, device: torch.device) -> dict[str, Run | str]:
    """Each subject of the point, ready to train for one epoch per call, or why it cannot.

    A SpikingClassifier with two layers of 64 on "fashion-mnist-rows", 3600 samples. Each call goes on from the
    weights that the call before left: how long it takes does not depend on them. It is a whole `train`, with the
    checks before and the validation after the epoch.
    """
    data = load_dataset("fashion-mnist-rows")
    runs: dict[str, Run | str] = {}
    for name in point.subjects:
        try:
            neuron: Callable[[], nn.Module] = partial({"psn": lambda: PSN, "sj-psn": _sj_psn}[name](), point.T)
        except Unavailable as error:
            runs[name] = str(error)
            continue
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(0)
            model = SpikingClassifier(data.features, data.classes, neuron, hidden=HIDDEN).to(dtype)
        batch = point.N // HIDDEN[0]
        runs[name] = Run(partial(_epoch, model, data, batch_size=batch, device=device), note="threads: as in train")
    return runs


def _epoch(model: SpikingClassifier, data: Dataset, **settings) -> None:
    if train(model, data, epochs=1, **settings).stopped:
        raise KeyboardInterrupt  # train ends without it


def _sj_psn() -> Callable[[int], nn.Module]:
    _, neuron, _ = spikingjelly()
    return neuron.PSN
