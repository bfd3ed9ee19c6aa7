"""`mlops-ext` and `python -m mlops_ext`."""

from __future__ import annotations

import sys

from mlops_ext.errors import EXIT_INTERRUPTED
from mlops_ext.signals import treat_alike


def main() -> int:
    """The exit code; an interrupt counts as one from here on, while the command line is imported too."""
    treat_alike()
    try:
        from mlops_ext.cli import main as run
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return run()


if __name__ == "__main__":
    sys.exit(main())
