"""The hooks, in stage order. `None` is "not my business"; what a hook raises is "could not tell"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import ColumnRule, DataRef, SuiteDraft, Table
    from mlops_ext.contract.kept import KeptFile
    from mlops_ext.contract.models import ModelVersion, Promotion
    from mlops_ext.contract.pipeline import Package, Revision, Run, RunPlan, Source, StepPlan, Tracker
    from mlops_ext.contract.profile import Profile
    from mlops_ext.contract.records import RecordQuery, StoredRecord
    from mlops_ext.contract.refs import Ref, Setting
    from mlops_ext.contract.review import Approval, Posted, Review
    from mlops_ext.contract.targets import Deployment, Subject, Target
    from mlops_ext.contract.triggers import Trigger

PROJECT = "mlops_ext"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# Every stage


@hookspec
def mlops_check_setup(context: Context) -> Report | None:
    """Say what is missing on this machine: tools that don't import, stores that don't answer."""


@hookspec
def mlops_find_records(context: Context, query: RecordQuery) -> Sequence[StoredRecord] | None:
    """Find records, newest first. The host checks that the bytes hash to the name."""


@hookspec
def mlops_save_record(context: Context, record: StoredRecord) -> Ref | None:
    """Keep a record where it outlives the machine; the same record twice is one."""


@hookspec
def mlops_notify(context: Context, record: StoredRecord) -> None:
    """Tell people or systems. What goes wrong here is shown and closes no gate."""


@hookspec
def mlops_gate_files(context: Context) -> Sequence[str] | None:
    """Name the files whose content opens gates, such as suites: globs of Git, relative to the project."""


# Review


@hookspec
def mlops_post_review(context: Context, review: Review) -> Posted | None:
    """Show a review where the change is reviewed: one comment, replaced at every call."""


@hookspec
def mlops_find_approval(context: Context, target: str) -> Approval | None:
    """Who approved that this job acts on the target; None where nobody did."""


# A store that is files on this machine, kept elsewhere from one runner to the next


@hookspec
def mlops_locate_store(context: Context) -> Path | None:
    """Say which file on this machine is the store; None where the store is a server."""


@hookspec
def mlops_freeze_store(context: Context, folder: Path) -> Sequence[KeptFile] | None:
    """Name the store's files: those that change by a copy in `folder`, the rest where they lie."""


@hookspec
def mlops_thaw_store(context: Context, folder: Path) -> Path | None:
    """Let the store be what freezing left in `folder`; its other files are in their places already."""


@hookspec
def mlops_keep_files(context: Context, files: Sequence[KeptFile]) -> Sequence[KeptFile] | None:
    """Keep files by their digests where the team keeps its data, and return them.

    None where there is no such place; to ask for that, no files are given. What is there is left alone.
    """


@hookspec
def mlops_bring_files(context: Context, files: Sequence[KeptFile]) -> Sequence[KeptFile] | None:
    """Bring kept files to their paths, each with the bytes of its digest or not at all, and return them."""


# Data


@hookspec
def mlops_resolve_data(context: Context, name: str, revision: str) -> DataRef | None:
    """Find a table of the settings at a revision.

    `name` is a table of the settings, `workspace` for all that the pipeline tracks (digest and parts),
    `newest:<table>` for the bytes at its source, or `log:<target>` for the prediction log of
    `context.model`. `revision` is `workspace`, a Git revision, or for a log `<start>/<end>` in ISO 8601.
    """


@hookspec
def mlops_fetch_data(context: Context, data: Ref) -> Path | None:
    """Bring the bytes of a digest to this machine, also old ones, and return where they lie.

    By `data.kind`: `data` (a file or folder), `model-version` (the model's folder), and of the model
    version named so `lock` (the file of its environment's lock) and `profile` (JSON of a `Profile`).
    """


@hookspec
def mlops_pull_data(context: Context) -> None:
    """Bring the data that the workspace names into it, from where the team keeps it: all that is there."""


@hookspec
def mlops_link_data(context: Context, origin: Path) -> None:
    """Lay links to the tracked data of the project at `origin` into the copy of it at `context.root`.

    The copy holds what Git holds. Only bytes that are on this machine count, and nothing there changes.
    """


@hookspec
def mlops_open_table(context: Context, data: DataRef) -> Table | None:
    """Open a table for reading."""


# Pipeline


@hookspec
def mlops_open_tracker(context: Context, plan: RunPlan) -> Tracker | None:
    """Start following an execution: one parent run, and a run per step, made before it starts."""


@hookspec
def mlops_run_pipeline(
    context: Context, source: Source, params: tuple[Setting, ...], causes: tuple[Trigger, ...]
) -> Run | None:
    """Run the pipeline with these parameters; a failed step is a run with status failed, not an error."""


@hookspec
def mlops_describe_steps(context: Context) -> Sequence[StepPlan] | None:
    """Say what the pipeline of the workspace would run, each step after those that it needs; run nothing."""


@hookspec
def mlops_describe_revision(context: Context, revision: str) -> Revision | None:
    """Read parameters, metrics, tables and plots of a Git revision, or of the `workspace`; run nothing."""


@hookspec
def mlops_package_pipeline(context: Context, revision: str) -> Package | None:
    """Build the package of a revision: same revision, same bytes."""


@hookspec
def mlops_validate_data(context: Context, data: DataRef) -> Report | None:
    """Check a table. The question of the report is `data:<name>`."""


@hookspec
def mlops_draft_suite(context: Context, data: DataRef, rules: Sequence[ColumnRule]) -> SuiteDraft | None:
    """Draft a first suite for a table of which this was seen; None where the team has suites of its own.

    Nothing is written: `init` shows the draft, and writes it after a yes where the file is not there.
    """


@hookspec
def mlops_validate_pipeline(context: Context) -> Report | None:
    """Check what the pipeline declares against the workspace. The question is `pipeline`."""


# Targets


@hookspec
def mlops_check_target(
    context: Context, subject: Subject, target: Target
) -> Report | Sequence[Report] | None:
    """Check that the subject can run on the target. A model version's questions are `loads` and `golden`."""


@hookspec
def mlops_deploy(context: Context, subject: Subject, target: Target) -> Deployment | None:
    """Bring the subject onto the target, beside what is there, and switch at once."""


@hookspec
def mlops_observe(context: Context, target: Target) -> Deployment | None:
    """Say what is on the target now, by looking there; `None` when nothing is."""


@hookspec
def mlops_serve(context: Context, target: Target) -> None:
    """Serve the model of a service target in the foreground until INT or TERM; follows the alias."""


# Models


@hookspec
def mlops_find_model(context: Context, selector: str) -> ModelVersion | None:
    """Find a version, or None when there is none.

    The selector is `<model>@<alias>` (by its log), `<model>@<alias>~1` for the one that held it before,
    `<model>/<version>`, or `<model>` for the newest.
    """


@hookspec
def mlops_register_model(context: Context, run: Run, profile: Profile | None) -> ModelVersion | None:
    """Register the model that a run left, with its lineage; a run that was registered gives its version."""


@hookspec
def mlops_promote_model(
    context: Context, candidate: ModelVersion, alias: str, expected: int, gate: str
) -> Promotion | None:
    """Append a promotion that was judged against entry `expected`; `gate` is the digest of the record."""


@hookspec
def mlops_evaluate_model(
    context: Context, candidate: ModelVersion, champion: ModelVersion | None, data: DataRef
) -> Report | None:
    """Score both again on the same rows. The question is `quality`."""


# Monitor


@hookspec
def mlops_find_triggers(context: Context) -> Sequence[Trigger] | None:
    """Say why the pipeline should run, from facts and not from the clock."""


@hookspec
def mlops_compare_data(
    context: Context, profile: Profile, current: DataRef
) -> Report | Sequence[Report] | None:
    """Compare a live window with the reference. Questions are `schema`, `drift` and `quality`.

    Labels are there when `current.columns.label` is set. What is drawn for people (question `report`)
    is drawn when `context.pictures` is set.
    """
