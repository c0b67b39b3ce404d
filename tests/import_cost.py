"""Print what importing parts of psn_viz costs on top of torch: `python -m tests.import_cost`. No test."""

import subprocess
import sys

ROUNDS = 5


def seconds(statement: str) -> float:
    """Return the shortest of some times that a statement took in a fresh interpreter after torch."""
    code = f"import time, torch; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(ROUNDS)]
    return min(float(run.stdout) for run in runs)


if __name__ == "__main__":
    for module in ("psn_viz", "psn_viz.neurons", "psn_viz.learning", "psn_viz.labs"):
        print(f"import {module:<17} {seconds(f'import {module}'):.3f} s more than import torch")
