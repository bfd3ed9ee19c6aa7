"""Bytes by their digest: where they lie already, from DVC's cache, or from the remote."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath

from mlops_ext import durable
from mlops_ext.contract.context import Context
from mlops_ext.contract.refs import Ref
from mlops_ext_dvc.data import remote
from mlops_ext_dvc.files import cache, hashes
from mlops_ext_dvc.files.tracked import Item


def fetch(context: Context, data: Ref) -> Path | None:
    """The bytes of a data reference; None for other kinds and for digests that DVC does not know."""
    if data.kind != "data":
        return None
    there = _there(data)
    if there is not None:
        return there
    algorithm, _, value = data.digest.partition(":")
    if algorithm != "md5":
        return None
    return by_md5(context, cache.find_root(context.root), value, _name(context, data))


def by_md5(context: Context, root: Path, md5: str, name: str) -> Path:
    """A file or folder with these bytes and a telling name, made of links into the cache."""
    remote.require(context, root, (Item(name, md5),))
    place = context.state / "dvc" / "data" / md5 / (name or md5)
    cached = cache.file_of(root, md5)
    if cached is None or _complete(place):
        return place
    parts = cache.manifest(cached) if md5.endswith(".dir") else {}
    durable.step("write", _link, root, cached, parts, place)
    return place


def name_of(path: str) -> str:
    """The last part of a path or URL, whose suffix tells readers the format."""
    return PurePosixPath(path.partition("?")[0]).name


def _link(root: Path, cached: Path, parts: dict[str, str], place: Path) -> None:
    # Links, so that a table of any size costs nothing; made beside and renamed, so that all are there.
    temporary = place.parent / f".{place.name}.{os.getpid()}"
    _remove(temporary)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    if not cached.name.endswith(".dir"):
        temporary.symlink_to(cached)
    for name, md5 in parts.items():
        file = temporary / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(cache.file_of(root, md5) or cached)
    _remove(place)
    os.replace(temporary, place)


def _complete(place: Path) -> bool:
    # After `dvc gc` or with another cache the links lead nowhere.
    if not place.is_dir():
        return place.exists()
    return all(file.exists() for file in place.rglob("*"))


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


def _there(data: Ref) -> Path | None:
    path = Path(data.uri.removeprefix("file://"))
    if not data.uri or "://" in str(path) or not path.exists():
        return None
    algorithm, _, value = data.digest.partition(":")
    return path if not value or hashes.digest_of(path, algorithm) == value else None


def _name(context: Context, data: Ref) -> str:
    table = context.settings.data.get(data.name)
    return name_of(table.path if table else data.uri or data.name)
