"""The two environments: which is the project's, what is installed in it, its lock, and how one is made."""

from __future__ import annotations

from mlops_ext.environments.digest import Environment, differences, environment_of
from mlops_ext.environments.lock import LockFile, find_lock
from mlops_ext.environments.make import make_environment, shared_environment
from mlops_ext.environments.project import ProjectPython, project_python
from mlops_ext.environments.uv import find_uv

__all__ = [
    "Environment",
    "LockFile",
    "ProjectPython",
    "differences",
    "environment_of",
    "find_lock",
    "find_uv",
    "make_environment",
    "project_python",
    "shared_environment",
]
