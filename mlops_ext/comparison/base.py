"""The revision that changes are compared with: found in this clone, or said not to be."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import git
from mlops_ext.contract.settings import Settings
from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import run


def base_commit(root: Path, settings: Settings) -> tuple[str, str]:
    """What `baseline` names, else where this revision left the base branch: its name and its commit."""
    if settings.baseline:
        return settings.baseline, git.commit(root, settings.baseline)
    branch = git.base_branch(root, settings.base)
    merged = run(["git", "merge-base", "HEAD", branch], cwd=root)
    if merged.code:
        raise CouldNotTellError(
            f"base revision not in this clone: HEAD and {branch} have no commit in common here",
            where=root.name,
            hint=git.DEPTH,
        )
    return branch, merged.stdout.strip()
