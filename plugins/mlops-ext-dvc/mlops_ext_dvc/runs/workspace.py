"""A run in the workspace: one `dvc repro` of the pipeline as it lies there."""

from __future__ import annotations

import re
from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, RunPlan, Source
from mlops_ext.contract.refs import Setting
from mlops_ext.contract.triggers import Trigger
from mlops_ext_dvc.data import missing
from mlops_ext_dvc.files import cache, commits, plan
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import comparison, finish, locks
from mlops_ext_dvc.steps.job import Job, new_id, now


def run(context: Context, source: Source, causes: tuple[Trigger, ...]) -> Run:
    """Reproduce what changed."""
    job = begin(context, source, (), causes)
    words = ("repro", *(("-f",) if context.force else ()), *targets(context))
    compared = comparison.base_metrics(context, job.root, job.plan, commits.branch(context))
    return finish.execute(job, words, compared)


def begin(context: Context, source: Source, params: tuple[Setting, ...], causes: tuple[Trigger, ...]) -> Job:
    """Look before anything starts: other runs, the plan, the base, the data; then open the tracker."""
    project = Path(source.path) if source.path else context.root
    root = cache.find_root(project)
    process.sweep_orphans(root)
    own = context.own("dvc", DvcSettings)
    locks.wait(root, own.wait_seconds, context.say)
    planned = plan.load(root, own.targets)
    commits.branch(context)
    tracked = Tracked(Files(root))
    missing.bring(context, root, planned, tracked)
    id_ = source.id or new_id()
    revision = commits.commit(root)
    return Job(
        id=id_,
        context=context,
        source=source,
        root=root,
        project=project,
        folder=run_folder(context, id_),
        plan=planned,
        before=tracked.stages,
        tracker=context.track(run_plan(id_, source, revision, planned, params, causes)),
        env=process.project_environment(Path(context.python)),
        revision=revision,
        params=params,
        started=now(),
    )


def run_plan(
    id_: str,
    source: Source,
    revision: str,
    planned: plan.Plan,
    params: tuple[Setting, ...] = (),
    causes: tuple[Trigger, ...] = (),
) -> RunPlan:
    """What the tracker is told before anything runs."""
    return RunPlan(
        name=id_,
        source=source,
        revision=revision,
        steps=planned.names,
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
