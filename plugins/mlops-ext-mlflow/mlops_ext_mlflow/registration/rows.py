"""Rows and files in the registry: a model's folder uploaded, then one row with number and lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_ext_mlflow.registry import lineage, versions
from mlops_ext_mlflow.store import experiments
from mlops_ext_mlflow.store.calls import append, change, read, upload
from mlops_ext_mlflow.store.patience import code
from mlops_ext_mlflow.store.uris import is_server

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_ext.contract.pipeline import Run
    from mlops_ext_mlflow.store.connect import Store


def make_model(store: Store, name: str) -> None:
    """The registered model, made where it is not there."""
    try:
        read(store, store.client.get_registered_model, name)
        return
    except Exception as error:
        if code(error) != "RESOURCE_DOES_NOT_EXIST":
            raise
    try:
        change(store, store.client.create_registered_model, name)
    except Exception as error:
        if code(error) != "RESOURCE_ALREADY_EXISTS":
            raise


def upload_model(store: Store, run: Run, name: str, folder: Path) -> Any:
    """The folder as a logged model of the run, ready to be registered."""
    from mlflow.entities import LoggedModelOutput

    experiment, source = _home_of(store, run)
    client = store.client
    logged: Any = change(store, client.create_logged_model, experiment, name=name, source_run_id=source)
    upload(store, client.log_model_artifacts, logged.model_id, str(folder))
    change(store, client.finalize_logged_model, logged.model_id, "READY")
    if source:
        change(store, client.log_outputs, source, [LoggedModelOutput(logged.model_id, step=0)])
    return logged


def create_version(store: Store, name: str, logged: Any, known: lineage.Lineage) -> Any:
    """One row: number, source and lineage."""
    # A database looks up `models:/m-...` in MLflow's global tracking store, a server in its own.
    source = f"models:/{logged.model_id}" if is_server(store.registry_uri) else logged.artifact_location
    model_id = logged.model_id if is_server(store.registry_uri) else None
    text, run = lineage.encode(known), logged.source_run_id or None

    def create() -> Any:
        return store.client.create_model_version(
            name, source=source, run_id=run, model_id=model_id, description=text
        )

    def find() -> Any:
        return next((row for row in versions.newest_first(store, name) if row.description == text), None)

    return append(store, create, find)


def label(store: Store, version: Any, run: Run) -> None:
    """Tags for people who look at MLflow: nothing of ours reads them."""
    tags = {"mlops.run": run.id, "mlops.revision": run.revision, "mlops.package": run.source.package}
    for name, value in tags.items():
        if value:
            change(store, store.client.set_model_version_tag, version.name, str(version.version), name, value)


def _home_of(store: Store, run: Run) -> tuple[str, str | None]:
    """Experiment and id of the tracked run; a run that another tool tracked has none here."""
    try:
        info = read(store, store.client.get_run, run.id).info
    except Exception as error:
        if code(error) not in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            raise
        return experiments.ensure(store, "mlops-ext-models"), None
    return info.experiment_id, info.run_id
