"""DVC's own command, by the tool environment's interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

from mlops_ext import process

# Not the folder we are in: a team's `types.py` must not hide what DVC imports.
DVC = (sys.executable, "-P", "-m", "dvc")


def dvc(root: Path, *words: str, timeout: float | None = None) -> process.Finished:
    """A short DVC command whose output is wanted."""
    return process.run([*DVC, *words], cwd=root, timeout=timeout)
