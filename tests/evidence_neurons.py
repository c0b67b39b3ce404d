"""What the references of lessons 00 to 05 compute with: small runs of single neurons, for `tests/evidence.py`."""

from __future__ import annotations

import torch

import psn_viz as pv
from psn_viz.labs.core.inputs import parse_input
from psn_viz.learning.training import lambda_at


def run(neuron, values, steps=None):
    """The whole run of one neuron in float64; a single number as `values` is a steady input of `steps` steps."""
    values = [values] * steps if isinstance(values, (int, float)) else list(values)
    return neuron.record(torch.tensor(values, dtype=torch.float64)[:, None])


def charges(neuron, values, steps=None):
    """H of every step, as numbers."""
    return run(neuron, values, steps).h[:, 0].tolist()


def spike_steps(neuron, values, steps=None):
    """The steps at which the neuron fires, counted from 0."""
    return run(neuron, values, steps).s[:, 0].nonzero().flatten().tolist()


def input_of(text, T):
    """X as the labs make it from a typed text, such as "block 3": numbers of T steps."""
    return parse_input(text, T).tolist()


def lab(code):
    """The numbers of a lab in the state that a code names, with spaces for its semicolons: `lab('psn T=8').h`."""
    return pv.LABS[code.split()[0]].from_code(code).numbers


def leak(T, tau=None, **options):
    """The matrix of the leak without a reset, float64."""
    return pv.reset_free_weight(T, tau=tau, **options)


def rate(neuron, x):
    """The share of ones among the spikes for an input [T, N]."""
    return neuron(x).mean().item()


def lambda_in(epoch, epochs, schedule="paper"):
    """λ of a masked PSN in an epoch, counted from 0, of a training of so many epochs."""
    return lambda_at(schedule, epoch, epochs)


def sliding(*kernel):
    """A sliding PSN with this kernel, the oldest weight first, and a threshold of 1."""
    neuron = pv.SlidingPSN(len(kernel)).double().requires_grad_(False)
    neuron.weight.copy_(torch.tensor(kernel, dtype=torch.float64))
    return neuron


class Refractory(pv.LIF):
    """The neuron of an exercise of lesson 01: a spike sets V to −1; V starts from 0, and the leak pulls it to 0."""

    def after_reset(self, h, s):
        return h * (1 - s) - s


def interval(neuron, value):
    """The steps between the second and the third spike for a steady input."""
    _, second, third, *_ = spike_steps(neuron, value, 200)
    return third - second


NAMES = {
    f.__name__: f
    for f in (run, charges, spike_steps, input_of, lab, leak, rate, lambda_in, sliding, Refractory, interval)
} | {"pv": pv, "torch": torch}
