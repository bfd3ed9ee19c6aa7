"""Registering the model that a run left: built beside, uploaded, then one row with number and lineage."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext.files import sha256_tree
from mlops_ext_mlflow.registration import facts, modelfolder, rows, theirs
from mlops_ext_mlflow.registry import lineage, models, versions
from mlops_ext_mlflow.store import names
from mlops_ext_mlflow.store.connect import Store, connect

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
    rows.make_model(store, model.name)
    if model.logged:
        version = theirs.register_logged(context, store, run, model, parts, facts_of_run)
    else:
        version = _register_file(store, run, model, parts, facts_of_run)
    rows.label(store, version, run)
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
    everywhere = (*(param for step in run.steps for param in step.params), *run.params)
    params = {param.name: param for param in everywhere}
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
        logged = rows.upload_model(store, run, model.name, folder)
    whole = replace(known, digest=digest, logged=logged.model_id)
    return rows.create_version(store, model.name, logged, whole)
