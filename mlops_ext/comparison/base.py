"""The revision that changes are compared with: found in this clone, or said not to be."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import git
from mlops_ext.contract.settings import Settings
from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import run

HINT = "set `fetch-depth: 0` where CI checks out, or `git fetch --unshallow`; `base` names another branch"


def base_commit(root: Path, settings: Settings) -> tuple[str, str]:
    """What `baseline` names, else where this revision left the base branch: its name and its commit."""
    if settings.baseline:
        return settings.baseline, git.commit(root, settings.baseline)
    branch = base_branch(root, settings.base)
    merged = run(["git", "merge-base", "HEAD", branch], cwd=root)
    if merged.code:
        raise CouldNotTellError(
            f"base revision not in this clone: HEAD and {branch} have no commit in common here",
            where=root.name,
            hint=HINT,
        )
    return branch, merged.stdout.strip()


def base_branch(root: Path, named: str) -> str:
    """The base branch as this clone has it; a clone that lacks it does not pass for one without changes."""
    words = [f"origin/{named}", named] if named else [*_remote_head(root), "origin/main", "origin/master"]
    words += [] if named else ["main", "master"]
    found = next((word for word in words if _is_here(root, word)), "")
    if found:
        return found
    if not named and not run(["git", "remote"], cwd=root).stdout.strip():
        raise CouldNotTellError("no base revision is known", where=root.name, hint="set `base` or `baseline`")
    what = f"base revision {named} is not in this clone" if named else "base revision not in this clone"
    raise CouldNotTellError(what, where=root.name, hint=HINT)


def _remote_head(root: Path) -> list[str]:
    remote = run(["git", "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"], cwd=root)
    return [remote.stdout.strip().removeprefix("refs/remotes/")] if remote.code == 0 else []


def _is_here(root: Path, revision: str) -> bool:
    return run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], cwd=root).code == 0
