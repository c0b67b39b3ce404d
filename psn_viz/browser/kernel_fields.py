"""Fields of a kernel: the lab `sliding_psn`."""

from __future__ import annotations

from psn_viz.browser.fields import FROM_THE_FIRST, Field, fields_of, value_after, whole_within
from psn_viz.labs.core.controls import Typed
from psn_viz.labs.sliding_psn.kernel_control import LONGEST, Kernel, order_of, with_k

FROM_THE_FIRST.add((Kernel, "k"))  # a shorter kernel has lost weights


@fields_of.register(Kernel)
def _(control: Kernel, value, selected=()) -> list[Field]:
    k = order_of(value)
    return [
        *fields_of.dispatch(Typed)(control, value),
        Field("range", "k", "how many weights the kernel has", value=k, label=str(k), part="k", low=1, high=LONGEST),
    ]


@value_after.register(Kernel)
def _(control: Kernel, value, part: str, new, selected=()):
    return control.check(with_k(value, whole_within(control, new, 1, LONGEST)) if part == "k" else new)
