"""Which Python of a version this machine has."""

from __future__ import annotations

import sys
from pathlib import Path

from mlops_ext.environments.uv import run_uv


def find(version: str, folder: Path) -> str:
    """The path of an interpreter outside of environments, empty when there is none; installs nothing."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version == own:
        return str(getattr(sys, "_base_executable", sys.executable))
    words = ["python", "find", "--system", "--no-project", "--no-python-downloads", version]
    found = run_uv(words, cwd=folder)
    return found.stdout.strip() if found.code == 0 else ""
