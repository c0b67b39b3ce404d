"""`python -m psn_viz` is the command `psn-viz`."""

import sys

from psn_viz.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
