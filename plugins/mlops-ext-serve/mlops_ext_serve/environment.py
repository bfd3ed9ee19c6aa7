"""The environment that a model's process runs in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_ext.contract.models import ModelVersion


def python_for(lock: Path, version: ModelVersion) -> Path:
    """The interpreter of the clean environment that the version's lock describes."""
    from mlops_ext.environments.make import shared_environment

    return shared_environment(lock)
