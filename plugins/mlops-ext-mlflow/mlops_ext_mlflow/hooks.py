"""What MLflow answers. Every function imports what it needs when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_mlflow.settings import MlflowSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.kept import KeptFile
    from mlops_ext.contract.models import ModelVersion, Promotion
    from mlops_ext.contract.pipeline import Run, RunPlan, Tracker
    from mlops_ext.contract.profile import Profile
    from mlops_ext.contract.records import RecordQuery, StoredRecord
    from mlops_ext.contract.refs import Ref

PLUGIN = Plugin(
    name="mlflow",
    roles=("registry", "store", "tracking"),
    settings=MlflowSettings,
    tools=("mlflow",),
)


@hookimpl
def mlops_check_setup(context: Context) -> Report | None:
    """MLflow imports, its store answers, and whether that store is a file on this machine."""
    from mlops_ext_mlflow import setup

    return setup.check(context)


@hookimpl
def mlops_find_records(context: Context, query: RecordQuery) -> Sequence[StoredRecord] | None:
    """Records from the experiment `<project>/records`, newest first."""
    from mlops_ext_mlflow import records

    return records.find(context, query)


@hookimpl
def mlops_save_record(context: Context, record: StoredRecord) -> Ref | None:
    """One finished run per record, the exact bytes as its artifact."""
    from mlops_ext_mlflow import records

    return records.save(context, record)


@hookimpl
def mlops_locate_store(context: Context) -> Path | None:
    """The SQLite file, where runs and registry are in one."""
    from mlops_ext_mlflow.store import frozen

    return frozen.locate(context)


@hookimpl
def mlops_freeze_store(context: Context, folder: Path) -> Sequence[KeptFile] | None:
    """A copy of the database that names no folder of this machine, and the files that it knows."""
    from mlops_ext_mlflow.store import frozen

    return frozen.freeze(context, folder)


@hookimpl
def mlops_thaw_store(context: Context, folder: Path) -> Path | None:
    """The database of a copy, with the folders of this machine."""
    from mlops_ext_mlflow.store import frozen

    return frozen.thaw(context, folder)


@hookimpl
def mlops_fetch_data(context: Context, data: Ref) -> Path | None:
    """A model version's folder, the lock of its environment, or its profile."""
    from mlops_ext_mlflow.registry import fetch

    return fetch.fetch(context, data)


@hookimpl
def mlops_open_tracker(context: Context, plan: RunPlan) -> Tracker | None:
    """One parent run and a run per step, made before the pipeline starts."""
    from mlops_ext_mlflow.tracking import tracker

    return tracker.open_tracker(context, plan)


@hookimpl
def mlops_find_model(context: Context, selector: str) -> ModelVersion | None:
    """A model version with its lineage; aliases are read from their log."""
    from mlops_ext_mlflow.registry import models

    return models.find(context, selector)


@hookimpl
def mlops_register_model(context: Context, run: Run, profile: Profile | None) -> ModelVersion | None:
    """Register the model a run left; a run that was registered gives its version."""
    from mlops_ext_mlflow.registration import register

    return register.register(context, run, profile)


@hookimpl
def mlops_promote_model(
    context: Context, candidate: ModelVersion, alias: str, expected: int, gate: str
) -> Promotion | None:
    """Append a promotion to the log of the alias; the alias follows."""
    from mlops_ext_mlflow.promotion import promote

    return promote.promote(context, candidate, alias, expected, gate)


@hookimpl
def mlops_evaluate_model(
    context: Context, candidate: ModelVersion, champion: ModelVersion | None, data: DataRef
) -> Report | None:
    """Score both again on the same rows."""
    from mlops_ext_mlflow.judging import evaluate

    return evaluate.evaluate(context, candidate, champion, data)


@hookimpl
def mlops_compare_data(context: Context, profile: Profile, current: DataRef) -> Report | None:
    """How good the served version is on a live window."""
    from mlops_ext_mlflow.judging import quality

    return quality.compare(context, profile, current)
