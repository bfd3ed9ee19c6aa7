"""A model that the team's own script logged: its bytes as they are, lock and profile beside the run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlops_ext.files import sha256_tree
from mlops_ext_mlflow.registration import modelfolder, rows
from mlops_ext_mlflow.registry import download, lineage, versions
from mlops_ext_mlflow.registry.fetch import BESIDE
from mlops_ext_mlflow.store.calls import change, read, upload

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import ModelFile, Run
    from mlops_ext_mlflow.store.connect import Store


def register_logged(
    context: Context,
    store: Store,
    run: Run,
    model: ModelFile,
    parts: modelfolder.Parts,
    known: lineage.Lineage,
) -> Any:
    """The version of a logged model: the one that the script registered, else a new one."""
    logged: Any = read(store, store.client.get_logged_model, model.logged.removeprefix("models:/"))
    with tempfile.TemporaryDirectory() as scratch:
        modelfolder.write_facts(parts, Path(scratch))
        upload(store, store.client.log_artifacts, run.id, scratch, f"{BESIDE}/{model.name}")
    theirs = _their_version(store, model.name, logged)
    digest = download.folder(context, store, theirs, "").digest if theirs else _digest(store, logged)
    whole = replace(known, digest=digest, logged=logged.model_id)
    if theirs is None:
        return rows.create_version(store, model.name, logged, whole)
    text = lineage.encode(whole)
    # Their words about the version stay; a tag is one row too, and nothing else is read with it.
    if theirs.description:
        change(store, store.client.set_model_version_tag, model.name, str(theirs.version), lineage.TAG, text)
    else:
        change(store, store.client.update_model_version, model.name, str(theirs.version), text)
    return versions.get(store, model.name, int(theirs.version))


def _their_version(store: Store, name: str, logged: Any) -> Any:
    sources = {f"models:/{logged.model_id}", logged.artifact_location}
    return next((v for v in versions.newest_first(store, name) if v.source in sources), None)


def _digest(store: Store, logged: Any) -> str:
    from mlflow.artifacts import download_artifacts

    with tempfile.TemporaryDirectory() as scratch:
        uri, here = logged.artifact_location, store.tracking_uri
        path = read(store, download_artifacts, artifact_uri=uri, dst_path=scratch, tracking_uri=here)
        return f"sha256:{sha256_tree(Path(path))}"
