"""Labs: figures with sliders, each defined once and shown live, as frames, or as a picture."""

from psn_viz.labs.charge_fire_reset import ChargeFireReset
from psn_viz.labs.closed_form import ClosedForm
from psn_viz.labs.lab import Lab
from psn_viz.labs.panel import Panel

LABS: dict[str, type[Lab]] = {lab.name: lab for lab in (ChargeFireReset, ClosedForm)}

__all__ = ["LABS", "Lab", "Panel"]
