"""What stands in, in a browser, for packages that it does not have: numpy for torch, for one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# The name of a package, and the folder beside this file that stands in for it.
INSTEAD = {"torch": "torch_on_numpy", "safetensors": "safetensors_on_numpy", "msgspec": "msgspec_on_json"}


def stand_in() -> None:
    """Load the packages of INSTEAD under those names, for this process. Raises RuntimeError where one is loaded."""
    if there := [name for name in INSTEAD if name in sys.modules]:
        raise RuntimeError(f"{', '.join(there)} must not be loaded yet")
    for name, folder in INSTEAD.items():
        place = Path(__file__).parent / folder
        spec = importlib.util.spec_from_file_location(
            name, place / "__init__.py", submodule_search_locations=[str(place)]
        )
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
