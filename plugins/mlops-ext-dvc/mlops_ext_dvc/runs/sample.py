"""The whole pipeline on a few rows, in a throw-away copy with a cache of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from mlops_ext import durable, process
from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, Source
from mlops_ext_dvc.data import tables
from mlops_ext_dvc.files import cache, command, commits, plan
from mlops_ext_dvc.files.project import Files, in_git
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.runs import runfolder, workspace
from mlops_ext_dvc.samples import sources, watch
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import finish
from mlops_ext_dvc.steps.job import Job, NoTracker, new_id, now

WORDS = ("repro", "--no-commit", "--no-run-cache")


@dataclass(frozen=True)
class Origin:
    """Where a sample is taken from: the DVC project `root`, our `project` below it, and a place to work."""

    root: Path
    project: Path
    scratch: Path
    folder: Path
    revision: str


def run(context: Context, source: Source) -> Run:
    """A failing step is a failed run; nothing of the team's workspace, cache or stores is touched."""
    id_ = source.id or new_id()
    origin = _deployed(source, id_) if source.kind == "deployment" else _here(context, source, id_)
    with _copy(context, source, origin) as tree:
        job = _job(context, source, origin, tree, id_)
        words = (*WORDS, *workspace.targets(context))
        done = finish.execute(job, words)
        watch.require_none(origin.scratch / "watch", cache.find_root(context.root), _data(context, job))
    # The copy is gone, and with it the files that the run made.
    return replace(done, path=str(origin.project), models=(), data=())


def _job(context: Context, source: Source, origin: Origin, tree: Path, id_: str) -> Job:
    store = f"sqlite:///{origin.scratch / 'mlflow.db'}"
    python = source.python or context.python
    env = process.project_environment(Path(python)) | {"DVC_SITE_CACHE_DIR": str(origin.scratch / "site")}
    variables = {
        "MLOPS_SAMPLE": "1",
        "MLFLOW_TRACKING_URI": store,
        "MLFLOW_REGISTRY_URI": store,
        **dict.fromkeys(("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID"), ""),
        **watch.variables(origin.scratch / "watch", cache.find_root(context.root), env),
    }
    return Job(
        id=id_,
        context=context,
        source=source,
        root=tree,
        project=tree / origin.project.relative_to(origin.root),
        folder=origin.folder,
        plan=plan.load(tree, context.own("dvc", DvcSettings).targets),
        before=Tracked(Files(tree)).stages,
        tracker=NoTracker(variables),
        env=env,
        revision=origin.revision,
        started=now(),
    )


def _data(context: Context, job: Job) -> set[str]:
    root = cache.find_root(context.root)
    named = {tables.relative(context.root / table.path, root) for table in context.settings.data.values()}
    return named | set(Tracked(Files(job.root)).outs)


def _here(context: Context, source: Source, id_: str) -> Origin:
    project = Path(source.path) if source.path else context.root
    root = cache.find_root(project)
    folder = workspace.run_folder(context, id_)
    return Origin(root, project, context.state / "samples" / folder.name, folder, commits.commit(root))


def _deployed(source: Source, id_: str) -> Origin:
    release, project = runfolder.release_of(Path(source.path))
    folder = runfolder.folder_of(release, id_)
    folder.mkdir(parents=True, exist_ok=True)
    tree = release / "pipeline"
    return Origin(tree, tree / project, folder / "sample", folder, runfolder.revision_of(release))


@contextmanager
def _copy(context: Context, source: Source, origin: Origin) -> Iterator[Path]:
    durable.remove_tree(origin.scratch)
    tree = origin.scratch / "tree"
    try:
        durable.step("write", _copy_tree, source, origin, tree)
        _fill(context, source, origin, tree)
        yield tree
    finally:
        shutil.rmtree(origin.scratch, ignore_errors=True)


def _copy_tree(source: Source, origin: Origin, tree: Path) -> None:
    if source.kind == "deployment":
        runfolder.copy_tree(origin.root.parent, tree)
    elif in_git(origin.root):
        _copy_tracked(origin.root, tree)
    else:
        skipped = shutil.ignore_patterns(".mlops-ext", "cache", "tmp")
        shutil.copytree(origin.root, tree, symlinks=True, ignore=skipped)


def _copy_tracked(root: Path, tree: Path) -> None:
    # What Git has and what is new and not ignored: code as it lies here, but no data.
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in process.run(command, cwd=root).expect(0).stdout.split("\0"):
        if name and os.path.lexists(root / name) and not (root / name).is_dir():
            target = tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target, follow_symlinks=False)


def _fill(context: Context, source: Source, origin: Origin, tree: Path) -> None:
    # While the copy still has the cache of its origin, the bytes of pointers can be found by it.
    if source.kind != "deployment":
        durable.write_text(tree / ".dvc" / "config.local", _configuration(cache.cache_folder(origin.root)))
    planned = plan.load(tree, context.own("dvc", DvcSettings).targets)
    tracked = Tracked(Files(tree))
    names = sources.shortened(context, source, origin.root, origin.project, tree, planned, tracked)
    durable.write_text(tree / ".dvc" / "config.local", _configuration(origin.scratch / "cache"))
    if names:
        command.dvc(tree, "commit", "-q", "-f", *names).expect(0)


def _configuration(folder: Path) -> str:
    return runfolder.CONFIGURATION.format(cache=folder)
