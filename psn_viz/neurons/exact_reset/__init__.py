"""Neurons with a reset, computed for all time-steps at once: the spikes of the loop, and its gradients.

Everywhere H[t] = β·V[t−1] + X[t], tensors are `[T, N, …]`, time first, V starts at 0, and a hard reset leads back to
0. `serial_run` is the loop itself. For T time-steps, N neurons:

    reset  neuron   inputs    form                                 operations   steps that wait for each other
    hard   LIF, IF  any       `successors`, then doubling          T²·N         log T
    hard   LIF, IF  any       the same in blocks, `time_blocks`    T·√T·N       2·√T
    soft   IF       ≤ θ       running maximum, `spike_counts`      T·N          log T
    soft   IF       ≥ 0       a queue, `spike_counts`              T·N          log T
    both   LIF, IF  any       fixed point, `spike_rounds`          K·T·N·log T  K·log T, with K from 1 to T rounds

(a running maximum as a scan of doubled steps; torch's own goes step by step inside of one operation.)

Floating-point numbers: each form adds the same terms in another order than the loop. Where H is at the threshold but
for rounding, the last bit decides, and one may fire where the other does not.

What is published about it, as far as we could read: README.md beside this file.
"""

from psn_viz.neurons.exact_reset.exact_spikes import fixed_point_spikes, hard_reset_spikes, soft_reset_if_spikes
from psn_viz.neurons.exact_reset.linear_scan import charge_given_spikes, gated_scan
from psn_viz.neurons.exact_reset.next_spikes import SpikePath, path_rounds, spike_path, successors
from psn_viz.neurons.exact_reset.serial_loop import serial_run
from psn_viz.neurons.exact_reset.spike_counts import (
    count_by_maximum,
    count_by_queue,
    highest_so_far,
    served_so_far,
    spikes_of_counts,
    whole_thresholds,
)
from psn_viz.neurons.exact_reset.spike_rounds import fixed_point_rounds, wrong_after_rounds
from psn_viz.neurons.exact_reset.time_blocks import spikes_by_blocks

__all__ = [
    "SpikePath",
    "charge_given_spikes",
    "count_by_maximum",
    "count_by_queue",
    "fixed_point_rounds",
    "fixed_point_spikes",
    "gated_scan",
    "hard_reset_spikes",
    "highest_so_far",
    "path_rounds",
    "serial_run",
    "served_so_far",
    "soft_reset_if_spikes",
    "spike_path",
    "spikes_by_blocks",
    "spikes_of_counts",
    "successors",
    "whole_thresholds",
    "wrong_after_rounds",
]
