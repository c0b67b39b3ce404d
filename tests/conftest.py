"""One hypothesis profile for all tests: the same examples on every run, and no deadline on a busy machine.

What tests answer stays in memory: no progress file, here or in the kernels and servers that they start.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "course",
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("course")

os.environ["PSN_VIZ_PROGRESS"] = "off"
