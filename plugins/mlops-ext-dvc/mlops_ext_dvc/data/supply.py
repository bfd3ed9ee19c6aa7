"""The data of a run folder: newest tables over the tracked ones, the rest from the target's cache."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from mlops_ext import durable
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.pipeline import Source
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc.data import missing, tables
from mlops_ext_dvc.files import cache, command, hashes, plan
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Item, Tracked
from mlops_ext_dvc.settings import DvcSettings


def bring(context: Context, source: Source, tree: Path, project: Path) -> None:
    """All that the pipeline starts from lies in the run folder afterwards."""
    tracked = Tracked(Files(tree))
    planned = plan.load(tree, context.own("dvc", DvcSettings).targets)
    taken = {place(context, data, tree, project): data for data in source.newest}
    needed = dict(missing.sources(planned, tracked))
    for path, data in taken.items():
        context.say(f"taking the newest {data.name}")
        put(local(context, data), tree / path)
        _require(data, tree / path)
    for name, item in needed.items():
        if not any(missing.touch(item.path, path) for path in taken):
            _restore(context, tree, name, item)
    changed = [name for name, item in needed.items() if any(missing.touch(item.path, path) for path in taken)]
    if changed:
        done = command.dvc(tree, "commit", "-q", "-f", *changed)
        done.expect(0, hint=f"DVC could not note the new bytes of {', '.join(changed)}")


def local(context: Context, data: DataRef) -> Path:
    """The bytes of a table on this machine."""
    path = Path(data.uri)
    return path if data.uri and path.exists() else context.fetch(data.ref())


def put(source: Path, target: Path) -> None:
    """Copy beside and rename: a hard link into a cache is replaced, never written through."""
    durable.step("write", _put, source, target)


def bytes_of(context: Context, root: Path, item: Item) -> Path:
    """The bytes of a hash: from the cache that `root` is configured with, else by whoever has them."""
    cached = cache.file_of(root, item.md5) if not item.md5.endswith(".dir") else None
    return cached or context.fetch(Ref(kind="data", name=item.path, digest=item.digest))


def _require(data: DataRef, path: Path) -> None:
    # A delivery may be overwritten after it was validated; then these bytes were judged by nobody.
    algorithm, _, value = data.digest.partition(":")
    if value and value != hashes.digest_of(path, algorithm):
        message = f"the newest {data.name} changed while the run was prepared"
        raise CouldNotTellError(message, where=data.uri, hint="mlops-ext trigger looks again")


def _restore(context: Context, tree: Path, name: str, item: Item) -> None:
    if cache.in_cache(tree, item.md5):
        command.dvc(tree, "checkout", "-q", name).expect(0)
    else:
        put(bytes_of(context, tree, item), tree / item.path)
    if not (tree / item.path).exists():
        raise CouldNotTellError(f"DVC could not check out {item.path}", hint="deliver brings the data again")


def place(context: Context, data: DataRef, tree: Path, project: Path) -> str:
    """Where a table of the settings lies in a tree, relative to it."""
    name = data.name.removeprefix("newest:")
    settings = context.settings.data.get(name)
    if settings is None:
        raise SettingsError(f"no table {name} in the settings", key=f"data.{name}")
    return tables.relative(project / settings.path, tree)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    if source.is_dir():
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.copytree(source, temporary)
        shutil.rmtree(target, ignore_errors=True)
    else:
        shutil.copyfile(source, temporary)
    os.replace(temporary, target)
