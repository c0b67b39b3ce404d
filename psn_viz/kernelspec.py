"""The kernel that the lessons and the labs run in: this very Python.

The notebooks name the kernel `python3`. Whichever kernelspec of that name Jupyter meets first decides what that is,
and it may be one that another environment, without psn_viz, has left in the reader's own folder.
"""

from __future__ import annotations

import subprocess
import sys

from ipykernel.kernelspec import RESOURCES
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

NAME = "python3"


class ThisPython(KernelSpecManager):
    """Jupyter's kernels, with this Python for the one named `python3`."""

    options = ()
    debugger = True

    def find_kernel_specs(self) -> dict[str, str]:
        """Every kernel's folder."""
        return {**super().find_kernel_specs(), NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """One kernel."""
        if kernel_name.lower() != NAME:
            return super().get_kernel_spec(kernel_name)
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *self.options],
            display_name="Python 3 (psn_viz)",
            language="python",
            metadata={"debugger": self.debugger},
            resource_dir=RESOURCES,
        )


def python_of_jupyter() -> str:
    """The program that a plain `jupyter lab` of this environment starts for a lesson."""
    program = KernelSpecManager().get_kernel_spec(NAME).argv[0]
    major, minor = sys.version_info[:2]
    # By these names Jupyter means the Python that it runs in.
    return sys.executable if program in ("python", f"python{major}", f"python{major}.{minor}") else program


def python_error(python: str) -> str | None:
    """Why a kernel of `python` could not run the lessons, or None if it could."""
    code = "import ipykernel, psn_viz.course.questions.prediction"  # psn_viz alone imports nothing
    try:
        # Not from here: a kernel starts in the folder of its notebook, where the package does not lie.
        process = subprocess.run([python, "-c", code], cwd="/", capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if not process.returncode:
        return None
    return (process.stderr.strip().splitlines() or [f"it ends with exit code {process.returncode}"])[-1]
