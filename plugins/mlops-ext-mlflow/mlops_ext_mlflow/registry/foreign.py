"""Versions that others registered: what can be said is looked up, the digest taken from the bytes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from mlops_ext import durable
from mlops_ext_mlflow.registry import download
from mlops_ext_mlflow.registry.lineage import Lineage, of_run
from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_mlflow.store.connect import Store


def observed(context: Context, store: Store, version: Any) -> Lineage:
    """The lineage as far as the store knows it."""
    run = version.run_id or ""
    digest = _digest(context, store, version)
    try:
        commit = (
            read(store, store.client.get_run, run).data.tags.get("mlflow.source.git.commit", "")
            if run
            else ""
        )
        metrics, params = of_run(store, run) if run else ((), ())
    except Exception as error:
        if code(error) != "RESOURCE_DOES_NOT_EXIST":
            raise
        # A run that was deleted leaves its versions: then nothing leads back.
        return Lineage(digest=digest, run="")
    return Lineage(digest=digest, run=run, revision=commit, metrics=metrics, params=params)


def _digest(context: Context, store: Store, version: Any) -> str:
    name = f"{store.registry_uri} {version.name} {version.version} {version.creation_timestamp}"
    memory = context.state / "models" / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"
    try:
        return str(json.loads(memory.read_bytes())["digest"])
    except (OSError, ValueError, KeyError):
        context.say(f"reading {version.name}/{version.version}, which was registered by others")
        digest = download.folder(context, store, version, "").digest
        durable.write_text(
            memory, json.dumps({"digest": digest, "version": f"{version.name}/{version.version}"})
        )
        return digest
