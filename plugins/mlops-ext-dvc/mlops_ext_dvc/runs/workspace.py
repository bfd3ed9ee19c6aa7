"""A run in the workspace: one `dvc repro` of the pipeline as it lies there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, RunPlan, Source
from mlops_ext.contract.refs import Setting
from mlops_ext.contract.triggers import Trigger
from mlops_ext_dvc.data import missing
from mlops_ext_dvc.files import cache, commits
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import comparison, finish, ignore, locks, reproduce
from mlops_ext_dvc.steps.job import Job, new_id, now


def run(context: Context, source: Source, causes: tuple[Trigger, ...]) -> Run:
    """Reproduce what changed."""
    words = ("repro", *(("-f",) if context.force else ()), *targets(context))
    with begin(context, source, (), causes, words) as (job, ready):
        ignore.ignore_outputs(job.root, job.plan.cached)
        compared = comparison.base(context, job.root, job.plan)
        return finish.execute(job, words, compared, ready)


@contextmanager
def begin(
    context: Context,
    source: Source,
    params: tuple[Setting, ...],
    causes: tuple[Trigger, ...],
    words: tuple[str, ...],
) -> Iterator[tuple[Job, reproduce.Ready]]:
    """Look before anything starts: other runs, the plan, the base, the data, the tracker.

    DVC reads the pipeline in its own process while the tracker, which writes nothing yet, opens in ours.
    """
    project = Path(source.path) if source.path else context.root
    root = cache.find_root(project)
    process.sweep_orphans(root)
    locks.wait(root, context.own("dvc", DvcSettings).wait_seconds, context.tell)
    commits.branch(context)
    id_ = source.id or new_id()
    folder, revision = run_folder(context, id_), commits.commit(root)
    env = process.project_environment(Path(context.python))
    with reproduce.ready(context, root, folder, env, words) as ready:
        tracker = context.track(run_plan(id_, source, revision, params, causes))
        planned, tracked = ready.plan(), Tracked(Files(root))
        ignore.require_untracked(root, planned.cached)
        missing.bring(context, root, planned, tracked)
        job = Job(
            id=id_,
            context=context,
            source=source,
            root=root,
            project=project,
            folder=folder,
            plan=planned,
            before=tracked.stages,
            tracker=tracker,
            env=env,
            revision=revision,
            params=params,
            started=now(),
        )
        yield job, ready


def run_plan(
    id_: str,
    source: Source,
    revision: str,
    params: tuple[Setting, ...] = (),
    causes: tuple[Trigger, ...] = (),
) -> RunPlan:
    """What the tracker is told before anything runs."""
    return RunPlan(
        name=id_,
        source=source,
        revision=revision,
        steps=(),
        params=params,
        causes=tuple(cause.id for cause in causes),
    )


def run_folder(context: Context, id_: str) -> Path:
    """The folder for journal and log of an execution in the workspace."""
    folder = context.state / "runs" / re.sub(r"[^A-Za-z0-9._-]+", "-", id_)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def targets(context: Context) -> tuple[str, ...]:
    """The stages that the settings name, else all pipelines of the project."""
    return context.own("dvc", DvcSettings).targets or ("-P",)
