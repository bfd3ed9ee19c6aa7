"""The revision that a run is compared with, and its metrics."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.refs import Metric
from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext_dvc import cache, metrics
from mlops_ext_dvc.lock import Tracked
from mlops_ext_dvc.plan import Plan
from mlops_ext_dvc.project import Files, in_git


def commit(root: Path, revision: str = "HEAD") -> str:
    """The commit of a revision; empty when it is not in this clone."""
    if not in_git(root):
        return ""
    command = ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
    return process.run(command, cwd=root).stdout.strip()


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


def base_metrics(context: Context, root: Path, plan: Plan, revision: str) -> tuple[Metric, ...]:
    """The metrics at the base, from Git or from DVC's cache; none where they can't be read."""
    if not revision or not plan.metric_files:
        return ()
    files = Files(root, revision)
    tracked = Tracked(files)

    def reader(path: str) -> bytes | None:
        content = files.read(path)
        if content is not None:
            return content
        item = tracked.outs.get(path)
        cached = cache.file_of(root, item.md5) if item else None
        return cached.read_bytes() if cached else None

    try:
        return metrics.read(plan.metric_files, reader)
    except MlopsExtError as error:
        context.say(f"no comparison with {revision}: {error}")
        return ()
