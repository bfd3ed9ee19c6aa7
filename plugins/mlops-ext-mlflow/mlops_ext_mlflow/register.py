"""Registering the model that a run left: built beside, uploaded, then one row with number and lineage."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext.files import sha256_tree
from mlops_ext_mlflow import download, experiments, facts, lineage, modelfolder, models, names, versions
from mlops_ext_mlflow.calls import change, code, read, upload
from mlops_ext_mlflow.connect import Store, connect
from mlops_ext_mlflow.fetch import BESIDE
from mlops_ext_mlflow.uris import is_server

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext.contract.pipeline import ModelFile, Run
    from mlops_ext.contract.profile import Profile


def register(context: Context, run: Run, profile: Profile | None) -> ModelVersion:
    """The version of a run; it is made at most once, also when a call was killed before."""
    model = _model(run)
    store = connect(context)
    known = _registered(store, run, model)
    if known is not None:
        return models.told(context, store, known)
    parts = _parts(context, run, model, profile)
    facts_of_run = _lineage(context, store, run, model, parts.lock)
    _make_model(store, model.name)
    if model.logged:
        version = _register_logged(context, store, run, model, parts, facts_of_run)
    else:
        version = _register_file(store, run, model, parts, facts_of_run)
    _label(store, version, run)
    return models.told(context, store, version)


def _model(run: Run) -> ModelFile:
    if len(run.models) != 1:
        raise SettingsError(
            f"the run left {len(run.models)} models where one is registered",
            key="models",
            hint="declare the model's file: an artifact of type model in dvc.yaml, or the key `file`",
        )
    names.check_model(run.models[0].name)
    return run.models[0]


def _registered(store: Store, run: Run, model: ModelFile) -> Any:
    """The version of this run, or of the execution that a killed call had begun with the same file."""
    for version in versions.newest_first(store, model.name):
        known = lineage.decode(version)
        if known is None:
            continue
        same_file = known.file_digest == model.digest
        if known.run == run.id or (run.source.id and known.execution == run.source.id and same_file):
            return version
    return None


def _parts(context: Context, run: Run, model: ModelFile, profile: Profile | None) -> modelfolder.Parts:
    own = context.settings.models[model.name]
    return modelfolder.Parts(
        file=Path(model.path),
        tree=Path(run.path),
        code=own.path,
        output=own.output,
        lock=facts.lock_text(context, run),
        profile=profile,
    )


def _lineage(context: Context, store: Store, run: Run, model: ModelFile, lock: str) -> lineage.Lineage:
    params = {param.name: param for step in run.steps for param in step.params} | {
        param.name: param for param in run.params
    }
    return lineage.Lineage(
        digest="",
        run=run.id,
        execution=run.source.id,
        revision=run.revision,
        package=run.source.package,
        lock=f"sha256:{hashlib.sha256(lock.encode()).hexdigest()}",
        python=facts.python_version(context, run),
        file_digest=model.digest,
        trained_until=facts.trained_until(context, run, model.name),
        causes=facts.causes(store, run.id),
        data=tuple(data.ref() for data in run.data),
        metrics=run.metrics,
        params=tuple(params.values()),
    )


def _register_file(
    store: Store, run: Run, model: ModelFile, parts: modelfolder.Parts, known: lineage.Lineage
) -> Any:
    if not parts.file.exists():
        raise CouldNotTellError(f"the model's file {parts.file.name} is gone", where=str(parts.file))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        modelfolder.build(parts, folder)
        digest = f"sha256:{sha256_tree(folder)}"
        logged = _upload(store, run, model.name, folder)
    return _create(store, model.name, logged, _replaced(known, digest=digest, logged=logged.model_id))


def _upload(store: Store, run: Run, name: str, folder: Path) -> Any:
    from mlflow.entities import LoggedModelOutput

    experiment, source = _home_of(store, run)
    client = store.client
    logged: Any = change(store, client.create_logged_model, experiment, name=name, source_run_id=source)
    upload(store, client.log_model_artifacts, logged.model_id, str(folder))
    change(store, client.finalize_logged_model, logged.model_id, "READY")
    if source:
        change(store, client.log_outputs, source, [LoggedModelOutput(logged.model_id, step=0)])
    return logged


def _home_of(store: Store, run: Run) -> tuple[str, str | None]:
    """Experiment and id of the tracked run; a run that another tool tracked has none here."""
    try:
        info = read(store, store.client.get_run, run.id).info
    except Exception as error:
        if code(error) not in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            raise
        return experiments.ensure(store, "mlops-ext-models"), None
    return info.experiment_id, info.run_id


def _register_logged(
    context: Context,
    store: Store,
    run: Run,
    model: ModelFile,
    parts: modelfolder.Parts,
    known: lineage.Lineage,
) -> Any:
    """A model that the team's script logged: its bytes as they are, lock and profile beside the run."""
    logged: Any = read(store, store.client.get_logged_model, model.logged.removeprefix("models:/"))
    with tempfile.TemporaryDirectory() as scratch:
        modelfolder.write_facts(parts, Path(scratch))
        upload(store, store.client.log_artifacts, run.id, scratch, f"{BESIDE}/{model.name}")
    theirs = _their_version(store, model.name, logged)
    if theirs is None:
        digest = _digest_of_logged(store, logged)
        return _create(store, model.name, logged, _replaced(known, digest=digest, logged=logged.model_id))
    digest = download.folder(context, store, theirs, "").digest
    text = lineage.encode(_replaced(known, digest=digest, logged=logged.model_id))
    # Their words about the version stay; a tag is one row too, and nothing else is read with it.
    if theirs.description:
        change(store, store.client.set_model_version_tag, model.name, str(theirs.version), lineage.TAG, text)
    else:
        change(store, store.client.update_model_version, model.name, str(theirs.version), text)
    return versions.get(store, model.name, int(theirs.version))


def _their_version(store: Store, name: str, logged: Any) -> Any:
    sources = {f"models:/{logged.model_id}", logged.artifact_location}
    return next((v for v in versions.newest_first(store, name) if v.source in sources), None)


def _digest_of_logged(store: Store, logged: Any) -> str:
    from mlflow.artifacts import download_artifacts

    with tempfile.TemporaryDirectory() as scratch:
        uri = logged.artifact_location
        path = read(
            store, download_artifacts, artifact_uri=uri, dst_path=scratch, tracking_uri=store.tracking_uri
        )
        return f"sha256:{sha256_tree(Path(path))}"


def _create(store: Store, name: str, logged: Any, known: lineage.Lineage) -> Any:
    # A database looks up `models:/m-...` in MLflow's global tracking store, a server in its own.
    source = f"models:/{logged.model_id}" if is_server(store.registry_uri) else logged.artifact_location
    return change(
        store,
        store.client.create_model_version,
        name,
        source=source,
        run_id=logged.source_run_id or None,
        model_id=logged.model_id if is_server(store.registry_uri) else None,
        description=lineage.encode(known),
    )


def _make_model(store: Store, name: str) -> None:
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


def _label(store: Store, version: Any, run: Run) -> None:
    """Tags for people who look at MLflow: nothing of ours reads them."""
    tags = {"mlops.run": run.id, "mlops.revision": run.revision, "mlops.package": run.source.package}
    for name, value in tags.items():
        if value:
            change(store, store.client.set_model_version_tag, version.name, str(version.version), name, value)


def _replaced(known: lineage.Lineage, *, digest: str, logged: str) -> lineage.Lineage:
    from msgspec.structs import replace

    return replace(known, digest=digest, logged=logged)
