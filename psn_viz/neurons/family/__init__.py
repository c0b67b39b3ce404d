"""Later parallel neurons on one interface, a few lines each: what became of the reset after the PSN.

Where the equations of each were read, and in what ours differs, stands in its docstring.
"""

from psn_viz.neurons.family.expected_reset import PSU
from psn_viz.neurons.family.fixed_point import FixedPointLIF
from psn_viz.neurons.family.input_decay import InputDecayLIF
from psn_viz.neurons.family.later_neuron import RESETS_BECOME, LaterNeuron
from psn_viz.neurons.family.low_rank import LowRankPSN
from psn_viz.neurons.family.para_lif import SPSN, ParaLIF
from psn_viz.neurons.family.power_of_two import PowerOfTwoPSN
from psn_viz.neurons.family.resonate import PRF

FAMILY: dict[str, type[LaterNeuron]] = {
    kind.__name__: kind for kind in (LowRankPSN, PowerOfTwoPSN, SPSN, ParaLIF, PSU, FixedPointLIF, PRF, InputDecayLIF)
}

__all__ = ["FAMILY", "RESETS_BECOME", "LaterNeuron", *FAMILY]
