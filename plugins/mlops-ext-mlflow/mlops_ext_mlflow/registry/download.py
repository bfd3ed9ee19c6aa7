"""A model's folder brought to this machine: beside, verified, then renamed to its digest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import sha256_tree
from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_mlflow.store.connect import Store

# MLflow writes this when it is asked for a version instead of the files behind it: it is none of them.
NOT_OURS = ("registered_model_meta",)


class Folder(NamedTuple):
    """A folder and the sha256 of its files."""

    path: Path
    digest: str


def folder(context: Context, store: Store, version: Any, digest: str) -> Folder:
    """The folder of a version's model; `digest` is what its bytes must have, empty where nobody said."""
    place = context.state / "models"
    known = place / digest.partition(":")[2] if digest else None
    if known and known.is_dir():
        if sha256_tree(known) == known.name:
            return Folder(known, digest)
        durable.remove_tree(known)
    temporary = place / f".{version.name}.{version.version}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        return _keep(place, _bring(store, version, temporary), version, digest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _bring(store: Store, version: Any, temporary: Path) -> Path:
    from mlflow.artifacts import download_artifacts

    try:
        uri = read(store, store.client.get_model_version_download_uri, version.name, str(version.version))
        path = read(
            store,
            download_artifacts,
            artifact_uri=uri,
            dst_path=str(temporary),
            tracking_uri=store.tracking_uri,
        )
    except Exception as error:
        if isinstance(error, CouldNotTellError) and not code(error):
            raise
        raise CouldNotTellError(
            f"the files of {version.name}/{version.version} are not where the registry says",
            where=str(version.source),
            hint="was the store moved or copied without its artifacts?",
        ) from error
    found = Path(path)
    for name in NOT_OURS:
        (found / name).unlink(missing_ok=True)
    return found


def _keep(place: Path, found: Path, version: Any, digest: str) -> Folder:
    hexadecimal = sha256_tree(found)
    if not any(found.iterdir()):
        raise CouldNotTellError(f"{version.name}/{version.version} has no files", where=str(version.source))
    if digest and f"sha256:{hexadecimal}" != digest:
        raise CouldNotTellError(
            f"the files of {version.name}/{version.version} are not those that were registered",
            where=f"{digest[7:19]} was asked, {hexadecimal[:12]} was found",
            hint="somebody changed the files in the store; register the run again",
        )
    path = place / hexadecimal
    if not path.is_dir():
        try:
            durable.rename(found, path)
        except OSError:
            # Another process brought the same bytes at the same time.
            if not path.is_dir():
                raise
    return Folder(path, f"sha256:{hexadecimal}")
