"""A model version's folder, the lock of its environment, and its profile."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext_mlflow.registry import download, lineage, versions
from mlops_ext_mlflow.store import names
from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.connect import Store, connect

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.refs import Ref

FILES = {"lock": "environment.lock", "profile": "profile.json"}
BESIDE = "mlops-ext"


def fetch(context: Context, data: Ref) -> Path | None:
    """Where the bytes lie on this machine, after they hashed to what was asked; None for kinds of others."""
    if data.kind not in {"model-version", *FILES}:
        return None
    parts = re.fullmatch(r"([^@/]+)/(\d+)", data.name)
    if parts is None:
        raise UsageError(f"{data.name!r} names no model version", hint="write it as flight-delay/3")
    names.check_model(parts[1])
    store = connect(context)
    version = versions.get(store, parts[1], int(parts[2]))
    if version is None:
        raise CouldNotTellError(f"{data.name} is not registered", where=store.shown)
    known = lineage.decode(version)
    if data.kind == "model-version":
        return download.folder(context, store, version, data.digest or (known.digest if known else "")).path
    folder = download.folder(context, store, version, known.digest if known else "")
    path = folder.path / FILES[data.kind]
    if not path.is_file():
        path = _beside(context, store, version, known, data.kind)
    return _checked(path, data.digest)


def _beside(context: Context, store: Store, version: Any, known: lineage.Lineage | None, kind: str) -> Path:
    """The file kept with the run, for a model that the team's own script logged."""
    place = context.state / "models" / f"{version.name}.{version.version}.{FILES[kind]}"
    try:
        if known is None:
            raise FileNotFoundError(FILES[kind])
        name = f"{BESIDE}/{version.name}/{FILES[kind]}"
        path = read(store, store.client.download_artifacts, known.run, name)
        durable.write_bytes(place, Path(path).read_bytes())
    except Exception as error:
        raise CouldNotTellError(
            f"no {kind} is kept with {version.name}/{version.version}",
            where=store.shown,
            hint="versions that mlops-ext trigger registers carry their lock and profile",
        ) from error
    return place


def _checked(path: Path, digest: str) -> Path:
    algorithm, _, wanted = digest.partition(":")
    if algorithm == "sha256" and hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        raise CouldNotTellError(f"{path.name} is not the one that was registered", where=digest[:19])
    return path
