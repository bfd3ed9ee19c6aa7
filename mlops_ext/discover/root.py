"""Where a project begins that has no settings yet."""

from __future__ import annotations

import os
from pathlib import Path

from mlops_ext import git
from mlops_ext.errors import UsageError

DEEPEST = 3


def project_root(start: Path) -> Path:
    """The nearest parent with dvc.yaml or .dvc, else the DVC project below the Git root, else that root."""
    top = git.top(start)
    for folder in (start, *start.parents):
        if (folder / "dvc.yaml").is_file() or (folder / ".dvc").is_dir():
            return folder
        if folder == top:
            break
    projects = _projects(top) if top == start else []
    if len(projects) > 1:
        names = ", ".join(str(folder.relative_to(top)) for folder in projects)
        raise UsageError(f"there are several DVC projects: {names}", hint="--project DIR picks one")
    return projects[0] if projects else top


def _projects(top: Path) -> list[Path]:
    """The folders below with a DVC project of their own."""
    found = []
    for base, folders, _ in os.walk(top):
        here = Path(base)
        if ".dvc" in folders:
            found.append(here)
        deep = len(here.relative_to(top).parts) >= DEEPEST
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
    return found
