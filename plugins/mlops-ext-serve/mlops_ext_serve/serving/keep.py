"""What a version needs to be served, copied beside the service: emptying caches stops nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops_ext import durable
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import RefusedError
from mlops_ext.files import sha256_file, sha256_tree
from mlops_ext_serve.place import Place

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion

KEPT = 3


class Kept(NamedTuple):
    """The folder of a model and the lock of its environment, in the service's own folder."""

    model: Path
    lock: Path


def keep(context: Context, version: ModelVersion, place: Place) -> Kept:
    """The version's bytes beside the service; RefusedError when they are not what was judged."""
    folder = place.model(version.digest)
    kept = Kept(folder / "model", folder / "environment.lock")
    if kept.model.is_dir() and kept.lock.is_file() and _same(kept, version):
        return kept
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        fresh = _copy(context, version, temporary)
        _require(fresh, version)
        durable.remove_tree(folder)
        durable.rename(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return kept


def forget_others(place: Place, digest: str) -> None:
    """Remove all but the newest few models that were served here."""
    folders = [path for path in (place.folder / "models").iterdir() if path != place.model(digest)]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        durable.remove_tree(old)


def _copy(context: Context, version: ModelVersion, folder: Path) -> Kept:
    kept = Kept(folder / "model", folder / "environment.lock")
    shutil.copytree(context.fetch(version.ref()), kept.model)
    shutil.copyfile(context.fetch(Ref(kind="lock", name=version.name, digest=version.lock)), kept.lock)
    return kept


def _require(kept: Kept, version: ModelVersion) -> None:
    if not _same(kept, version):
        raise RefusedError(
            f"the registry's bytes of {version.name} are not those of {version.digest[:19]}",
            hint="register the model again: something wrote into its folder",
        )


def _same(kept: Kept, version: ModelVersion) -> bool:
    lock = version.lock.rpartition(":")[2]
    same_lock = not lock or sha256_file(kept.lock) == lock
    return same_lock and f"sha256:{sha256_tree(kept.model)}" == version.digest
