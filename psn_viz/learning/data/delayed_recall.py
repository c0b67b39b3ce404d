"""A synthetic memory task: a cue, a delay full of noise, a question."""

import numpy as np
import torch

from psn_viz.learning.data.dataset import Dataset, Split
from psn_viz.neurons.arguments import flag, integer, real

CUES = 4
OWN_NOISE, MIXED_NOISE = 1.0, 0.25


def recall_dataset(
    delay: int,
    *,
    mixed: bool = False,
    cues: int = CUES,
    noise: float | None = None,
    train: int = 4000,
    validation: int = 400,
    test: int = 400,
    seed: int = 0,
) -> Dataset:
    """Delayed recall: which cue was shown `delay` time-steps ago?

    T = delay + 1 time-steps of features = cues + 2 numbers:

    - channels 0 … cues − 1, the cue: at step 0 that of the sample's class is 1, the others are 0.
    - channel cues, the distractor, and channel cues + 1, the question: 1 at the last step, 0 before.

    At each of the `delay` steps after the cue there is one distractor, a number uniform in [0, noise], independent of
    everything. It comes in the distractor's own channel, so that a network can give it the weight 0. With `mixed` it
    comes in one of the cue's channels instead, drawn anew at each step, and the distractor's channel stays 0: then
    whoever holds the cue gets distractors on top of it. No step but 0 tells anything about the class.

    Who answers at the last step must have kept the cue over `delay` steps. A single layer that sees the newest k
    steps sees it when k > delay and is left with chance, 1/cues, when k ≤ delay.

    delay ≥ 1. mixed: True or False. cues ≥ 2, the number of classes. noise: from 0 to 1; with 0 all samples of a
    class are equal; None is 1 in the distractor's own channel and 0.25 with `mixed`.
    train, validation, test ≥ 1: the samples of each part, in turn of class 0, 1, …. seed: 0 to 2³² − 1. Each part
    has random numbers of its own, which depend on seed and delay alone: a longer training part begins like a
    shorter one and leaves the test part as it is. The numbers are the same on every machine.

    x is float32 `[delay + 1, n, cues + 2]` in [0, 1], y int64 `[n]`. Raises TypeError or ValueError for an
    argument outside its range.
    """
    delay, cues, mixed = integer("delay", delay, low=1), integer("cues", cues, low=2), flag("mixed", mixed)
    usual_noise = MIXED_NOISE if mixed else OWN_NOISE
    noise = real("noise", usual_noise if noise is None else noise, low=0.0, high=1.0)
    sizes = {"train": train, "validation": validation, "test": test}
    sizes = {part: integer(part, size, low=1) for part, size in sizes.items()}
    seed = integer("seed", seed, low=0, high=2**32 - 1)
    usual = {"cues": (cues, CUES), "noise": (noise, usual_noise), "seed": (seed, 0)}
    changed = [f"{setting}={value}" for setting, (value, default) in usual.items() if value != default]
    where = "the cue's channels" if mixed else "a channel of their own"
    about = f"one of {cues} cues, {delay} steps with distractors up to {noise:g} in {where}, seed {seed}"
    return Dataset(
        name=" ".join([f"recall-{delay}" + "-mixed" * mixed, *changed]),
        **{
            part: _part(delay, cues, noise, mixed, n, [seed, number])
            for number, (part, n) in enumerate(sizes.items())
        },
        class_names=tuple(f"cue {cue}" for cue in range(cues)),
        source=f"generated: {about}",
        licence="MIT, part of psn_viz",
    )


def _part(delay: int, cues: int, noise: float, mixed: bool, n: int, seed: list[int]) -> Split:
    # The streams of RandomState are frozen for ever (numpy's NEP 19); those of newer generators may change.
    random = np.random.RandomState(seed)
    y = np.arange(n, dtype=np.int64) % cues
    x = np.zeros((delay + 1, n, cues + 2), dtype=np.float32)
    x[0, np.arange(n), y] = 1
    # Sample by sample, so that the first samples do not depend on how many follow.
    drawn = random.random_sample((n, delay, 1 + mixed)).transpose(1, 0, 2)
    channel = np.floor(cues * drawn[..., -1]).astype(int) if mixed else np.full((delay, n), cues)
    x[np.arange(1, delay + 1)[:, None], np.arange(n), channel] = noise * drawn[..., 0]
    x[-1, :, cues + 1] = 1
    return Split(torch.from_numpy(x), torch.from_numpy(y))
