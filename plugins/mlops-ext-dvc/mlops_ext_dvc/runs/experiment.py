"""A run with other parameters: `dvc exp run --temp`, which leaves the workspace as it is."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec.structs import replace

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.pipeline import ModelFile, Run, Source
from mlops_ext.contract.refs import Metric, Setting
from mlops_ext.contract.triggers import Trigger
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc.data import fetch, tables
from mlops_ext_dvc.files import cache, faults
from mlops_ext_dvc.files.project import Files, in_git
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.runs import workspace
from mlops_ext_dvc.steps import collect, comparison, finish, metrics, models, reproduce
from mlops_ext_dvc.steps.job import Job
from mlops_ext_dvc.steps.reproduce import Outcome


def run(context: Context, source: Source, params: tuple[Setting, ...], causes: tuple[Trigger, ...]) -> Run:
    """Run once with these parameters; results are read from the commit that DVC makes of it."""
    if not in_git(cache.find_root(Path(source.path) if source.path else context.root)):
        hint = "git init, and commit the project"
        raise SettingsError("parameters can only be tried in a Git repository", key="--set", hint=hint)
    name = f"mlops-{os.urandom(6).hex()}"
    sets = [word for param in params for word in ("-S", f"{param.name}={param.value}")]
    force = ("-f",) if context.force else ()
    words = ("exp", "run", "--temp", "-n", name, *sets, *force, *workspace.targets(context))
    with workspace.begin(context, source, params, causes, words) as (job, ready):
        compared = comparison.base(context, job.root, job.plan)
        return finish.closing(
            job, lambda: _collected(job, name, reproduce.reproduce(job, words, ready), compared)
        )


def _collected(job: Job, name: str, outcome: Outcome, compared: tuple[Metric, ...]) -> Run:
    if outcome.code != 0:
        return _failed(job, outcome)
    commit = _commit_of(job.root, name)
    after = Tracked(Files(job.root, commit))
    return replace(
        finish.observed(job, "finished", after, outcome),
        revision=commit,
        metrics=metrics.read(job.plan.metric_files, _reader(job.root, after)),
        base_metrics=compared,
        models=_models(job, after),
        data=tuple(_tables(job, after)),
    )


def _failed(job: Job, outcome: Outcome) -> Run:
    run = finish.observed(job, "failed", Tracked(Files(job.root)), outcome)
    if not any(step.how == collect.FAILED and step.started for step in run.steps):
        raise faults.of_experiment(outcome.code, outcome.output)
    return run


def _commit_of(root: Path, name: str) -> str:
    command = ["git", "for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{name}"]
    commit = process.run(command, cwd=root).expect(0).stdout.strip()
    if not commit:
        raise CouldNotTellError(f"DVC left no experiment {name}", hint="`dvc exp show` lists what there is")
    return commit


def _reader(root: Path, after: Tracked) -> metrics.Reader:
    def read(path: str) -> bytes | None:
        content = after.files.read(path)
        item = after.outs.get(path) if content is None else None
        cached = cache.file_of(root, item.md5) if item else None
        return cached.read_bytes() if cached else content

    return read


def _models(job: Job, after: Tracked) -> tuple[ModelFile, ...]:
    found = []
    for name, path in models.declared(job.context, job.root, job.project, after).items():
        item = after.outs.get(path)
        if item is not None and cache.in_cache(job.root, item.md5):
            place = fetch.by_md5(job.context, job.root, item.md5, fetch.name_of(path))
            found.append(ModelFile(name=name, path=str(place), digest=item.digest))
    return tuple(found)


def _tables(job: Job, after: Tracked) -> list[DataRef]:
    seen = tables.Digests(job.context)
    found = []
    for name, settings in job.context.settings.data.items():
        path = tables.relative(job.project / settings.path, job.root)
        item = tables.item_at(job.root, path, after)
        if item is not None and cache.in_cache(job.root, item.md5):
            place = fetch.by_md5(job.context, job.root, item.md5, fetch.name_of(path))
            found.append(tables.reference(name, settings, str(place), item.digest))
        elif (here := tables.here(job.context, name, job.root, job.project, after, seen)) is not None:
            found.append(here)
    return found
