"""`mlops-ext` and `python -m mlops_ext`."""

from __future__ import annotations

import sys

from mlops_ext.cli import main

if __name__ == "__main__":
    sys.exit(main())
