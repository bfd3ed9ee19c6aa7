"""`mlops-ext` and `python -m mlops_ext`."""

from __future__ import annotations

import sys

from mlops_ext import signals
from mlops_ext.errors import EXIT_INTERRUPTED


def main() -> int:
    """The exit code; an interrupt is one from here on, while the command line is imported and to the end."""
    try:
        signals.treat_alike()
        from mlops_ext.cli import main as run

        return run()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    finally:
        signals.leave(EXIT_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
