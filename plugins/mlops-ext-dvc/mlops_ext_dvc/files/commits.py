"""Commits of revisions, and the branch that a run is compared with."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
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
    """The base: the settings', the remote's default branch, main, or master; empty when there is none."""
    root = context.root
    if not in_git(root):
        return ""
    named = context.settings.base
    if named:
        found = next((name for name in (f"origin/{named}", named) if commit(root, name)), "")
        if not found:
            hint = "in CI set `fetch-depth: 0`, or fetch it"
            raise CouldNotTellError(
                f"base revision {named} is not in this clone", where="key base", hint=hint
            )
        return found
    head = process.run(["git", "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"], cwd=root)
    remote = head.stdout.strip().removeprefix("refs/remotes/")
    return next((name for name in (remote, "main", "master") if name and commit(root, name)), "")
