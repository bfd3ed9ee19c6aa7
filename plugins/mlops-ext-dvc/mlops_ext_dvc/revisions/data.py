"""The tables of the settings with the digests that they had, without bringing their bytes."""

from __future__ import annotations

from collections.abc import Callable

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.data import revision, tables
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.revisions.reader import Reader


def read(context: Context, reader: Reader, note: Callable[[str], None]) -> tuple[DataRef, ...]:
    """All tables that were there; one whose bytes nobody noted has no digest."""
    root, at = reader.files.root, reader.files.revision
    if not at:
        return tables.found(context, root, context.root, reader.tracked)
    refs = (_one(context, name, reader, note) for name in context.settings.data)
    return tuple(ref for ref in refs if ref is not None)


def _one(context: Context, name: str, reader: Reader, note: Callable[[str], None]) -> DataRef | None:
    root, at = reader.files.root, reader.files.revision
    settings = context.settings.data[name]
    path = tables.relative(context.root / settings.path, root)
    unknown = tables.reference(name, settings, "", "", at)
    try:
        item = reader.item(path)
        if item is not None and item.md5:
            return tables.reference(name, settings, "", item.digest, at)
        if _in_git(reader, path):
            return revision.at_revision(context, name, at)
    except MlopsExtError as error:
        note(f"table {name}: {error}")
        return unknown
    return None if _versioned(reader, path) else unknown


def _in_git(reader: Reader, path: str) -> bool:
    words = ["git", "cat-file", "-e", f"{reader.files.revision}:./{path}"]
    return not path.startswith("/") and process.run(words, cwd=reader.files.root).code == 0


def _versioned(reader: Reader, path: str) -> bool:
    """Whether DVC or Git looks after the path now: then it was not there before."""
    root = reader.files.root
    if path.startswith("/"):
        return False
    if tables.item_at(root, path, Tracked(type(reader.files)(root))) is not None:
        return True
    return bool(process.run(["git", "ls-files", "--", path], cwd=root).stdout.strip())
