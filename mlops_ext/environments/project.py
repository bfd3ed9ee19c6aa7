"""Which Python is the project environment, and who said so."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlops_ext.errors import SettingsError


class ProjectPython(NamedTuple):
    """The interpreter of the project environment; `source` is `settings`, `VIRTUAL_ENV` or `own`."""

    path: Path
    source: str


def project_python(root: Path, setting: str | None, env: Mapping[str, str] | None = None) -> ProjectPython:
    """The `python` of the settings, else that of `VIRTUAL_ENV`, else our own.

    On CI a fresh clone lacks what a person made beside the code, `.venv`: there the environment that the
    job made active stands for it. The path is not resolved: the link in an environment's `bin` is what
    makes it that environment.
    """
    known = os.environ if env is None else env
    active = known.get("VIRTUAL_ENV")
    path = root / Path(setting or "").expanduser()
    stands_in = active and known.get("CI") and not path.exists()
    if setting and not stands_in:
        there = _there(path, f"the project environment's Python, {setting}", "python")
        return ProjectPython(there, "settings")
    if active:
        path = Path(active) / "bin" / "python"
        return ProjectPython(_there(path, f"the Python of VIRTUAL_ENV={active}", ""), "VIRTUAL_ENV")
    return ProjectPython(Path(sys.executable), "own")


def _there(path: Path, what: str, key: str) -> Path:
    if path.is_file() and os.access(path, os.X_OK):
        return path
    hint = 'make the environment, or name its interpreter: python = ".venv/bin/python"'
    raise SettingsError(f"{what}, is not there", key=key, hint=hint)
