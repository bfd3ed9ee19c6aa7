"""The metrics of the revision that a run is compared with."""

from __future__ import annotations

from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.refs import Metric
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.files import cache, commits
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.steps import metrics


def base(context: Context, root: Path, plan: Plan) -> tuple[Metric, ...]:
    """The metrics at the base branch; in a clone that has none of it, that is said."""
    branch = commits.branch(context)
    if not branch and commits.shallow(root):
        context.tell("no comparison: the base is not in this clone; in CI set `fetch-depth: 0`")
    return base_metrics(context, root, plan, branch)


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
        context.tell(f"no comparison with {revision}: {error}")
        return ()
