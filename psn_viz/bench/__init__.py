"""How fast the neurons are: measured on this machine, or stored with the name of the machine it was measured on.

`measure` times a few subjects here and now; `psn-viz bench` measures the plans; `load_results` reads what it wrote.
"""

from psn_viz.bench.machine_limits import Roofs, measure_roofs
from psn_viz.bench.measurement import BenchProgress, measure, run_plan
from psn_viz.bench.plan import PLANS, Plan, Point, plan_named
from psn_viz.bench.results import Results, Row, load_results, stored_results
from psn_viz.bench.subjects import SUBJECTS
from psn_viz.bench.timing import Timing, alternate

__all__ = [
    "PLANS",
    "SUBJECTS",
    "BenchProgress",
    "Plan",
    "Point",
    "Results",
    "Roofs",
    "Row",
    "Timing",
    "alternate",
    "load_results",
    "measure",
    "measure_roofs",
    "plan_named",
    "run_plan",
    "stored_results",
]
