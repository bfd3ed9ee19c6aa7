"""A SQLite store as files that can be kept elsewhere, and such files as the store again."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from mlops_ext import durable, git
from mlops_ext.contract.context import Context
from mlops_ext.contract.kept import KeptFile
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import files_below
from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.store import home, locations
from mlops_ext_mlflow.store.connect import uris

COPY = "mlflow.db.gz"
SCHEME = "sqlite:///"


def locate(context: Context) -> Path | None:
    """The file; None where runs or registry are elsewhere."""
    tracking, registry = uris(context, context.own("mlflow", MlflowSettings))
    if tracking != registry or not tracking.startswith(SCHEME):
        return None
    return Path(tracking.removeprefix(SCHEME))


def freeze(context: Context, folder: Path) -> Sequence[KeptFile] | None:
    """The packed copy, and every file below the folders that it names."""
    database = locate(context)
    if database is None or not database.is_file():
        return None if database is None else ()
    base = database.parent
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        copy = Path(scratch) / database.name
        _copy(database, copy)
        locations.lift(copy, base)
        inside, outside = locations.places(copy)
        _pack(copy, folder / COPY)
    there = [place for place in outside if Path(place.removeprefix("file://")).exists()]
    if there:
        context.tell(f"not kept with the store, since it lies outside of its folder: {', '.join(there)}")
    return (KeptFile(name=COPY, path=str(folder / COPY), frozen=True), *_artifacts(base, inside))


def thaw(context: Context, folder: Path) -> Path | None:
    """A database that is there gets the pages in one transaction: who has it open goes on with it."""
    database = locate(context)
    if database is None:
        return None
    base = database.parent
    if base.is_relative_to(context.root):
        git.exclude(base, f"{database.name}*", f"{home.ARTIFACTS}/")
    new = folder / database.name
    _unpack(folder / COPY, new)
    locations.land(new, base)
    if database.exists():
        durable.step("store", _copy, new, database)
    else:
        # A kill in a copy to no file would leave a journal, which takes back whatever lies beside it.
        coming = database.with_name(f"{database.name}.coming")
        shutil.copyfile(new, coming)
        durable.rename(coming, database)
    return database


def _artifacts(base: Path, folders: Sequence[str]) -> Iterator[KeptFile]:
    for folder in folders:
        for path in files_below(base / folder):
            yield KeptFile(name=path.relative_to(base).as_posix(), path=str(path))


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise CouldNotTellError(f"the database can't be copied: {error}", where=source.name) from error


def _pack(source: Path, target: Path) -> None:
    # Without name and time in it, the same database is the same bytes.
    with (
        source.open("rb") as file,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed,
    ):
        shutil.copyfileobj(file, packed, 1 << 20)


def _unpack(source: Path, target: Path) -> None:
    with gzip.open(source, "rb") as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
