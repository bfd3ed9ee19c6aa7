"""The digest of what is installed beside a step's own interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mlops_ext.environments.digest import environment_of
from mlops_ext.errors import MlopsExtError


def digests(pythons: Iterable[str]) -> Mapping[str, str]:
    """The environment's digest by interpreter; one that does not answer has none."""
    return {python: _digest(python) for python in pythons}


def _digest(python: str) -> str:
    try:
        return environment_of(Path(python)).digest
    except MlopsExtError:
        return ""  # a step in another language may find any `python` on its PATH
