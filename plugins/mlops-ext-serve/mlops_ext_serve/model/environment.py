"""The clean environment that a model's process runs in."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_ext.contract.models import ModelVersion


def python_here(lock: Path, version: ModelVersion, folder: Path) -> Path:
    """The interpreter of the service's own environment below `folder`: no cache can be emptied under it."""
    from mlops_ext.environments import make_environment

    text, python = lock.read_text(), python_of(version)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    return make_environment(text, python, folder / f"{name}-py{python}")


def python_shared(lock: Path, version: ModelVersion) -> Path:
    """The interpreter of the environment that this user's checks share, by lock and Python."""
    from mlops_ext.environments import LockFile, make_environment, shared_environment

    text, python = lock.read_text(), python_of(version)
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    place = shared_environment(LockFile(kind="requirements", path=lock, text=text, digest=digest), python)
    return make_environment(text, python, place)


def python_of(version: ModelVersion) -> str:
    """The version of Python that the model was made with, like 3.11; ours where nobody noted it."""
    numbers = version.python.split(".")[:2]
    return ".".join(numbers) if len(numbers) == 2 else f"{sys.version_info.major}.{sys.version_info.minor}"
