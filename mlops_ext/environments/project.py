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

    The path is not resolved: the link in an environment's `bin` is what makes it that environment.
    """
    active = (os.environ if env is None else env).get("VIRTUAL_ENV")
    if setting:
        path = root / Path(setting).expanduser()
        return ProjectPython(
            _there(path, f"the project environment's Python, {setting}", "python"), "settings"
        )
    if active:
        path = Path(active) / "bin" / "python"
        return ProjectPython(_there(path, f"the Python of VIRTUAL_ENV={active}", ""), "VIRTUAL_ENV")
    return ProjectPython(Path(sys.executable), "own")


def _there(path: Path, what: str, key: str) -> Path:
    if path.is_file() and os.access(path, os.X_OK):
        return path
    hint = 'make the environment, or name its interpreter: python = ".venv/bin/python"'
    raise SettingsError(f"{what}, is not there", key=key, hint=hint)
