"""Commits of revisions, and the branch that a run is compared with."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import git, process
from mlops_ext.contract.context import Context
from mlops_ext_dvc.files.project import in_git


def commit(root: Path, revision: str = "HEAD") -> str:
    """The commit of a revision; empty when it is not in this clone."""
    if not in_git(root):
        return ""
    command = ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
    return process.run(command, cwd=root).stdout.strip()


def shallow(root: Path) -> bool:
    """Whether this clone holds only a part of the history."""
    asked = ["git", "rev-parse", "--is-shallow-repository"]
    return in_git(root) and process.run(asked, cwd=root).stdout.strip() == "true"


def branch(context: Context) -> str:
    """The base branch; empty when nobody named one and this clone has none."""
    root, named = context.root, context.settings.base
    if not in_git(root):
        return ""
    return git.base_branch(root, named) if named else git.find_base(root)
