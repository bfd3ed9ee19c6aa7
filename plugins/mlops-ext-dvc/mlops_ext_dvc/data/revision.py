"""Tables as they were at a revision: from DVC's cache by the hash written there, else Git's own bytes."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import durable, process
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import sha256_file
from mlops_ext_dvc.data import fetch, tables
from mlops_ext_dvc.files import cache, commits
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked


def at_revision(context: Context, name: str, revision: str) -> DataRef:
    """A table as it was: by the hash that DVC wrote down there, else Git's own bytes."""
    root = cache.find_root(context.root)
    settings = context.settings.data[name]
    path = tables.relative(context.root / settings.path, root)
    item = tables.item_at(root, path, Tracked(files_at(root, revision)))
    if item is None or not item.md5:
        return _in_git(context, name, root, path, revision)
    there = cache.in_cache(root, item.md5)
    uri = str(fetch.by_md5(context, root, item.md5, fetch.name_of(settings.path))) if there else ""
    return tables.reference(name, settings, uri, item.digest, revision)


def files_at(root: Path, revision: str) -> Files:
    """DVC's files as they were; an error where the revision is not in this clone."""
    commit = commits.commit(root, revision)
    if not commit:
        hint = "fetch it; in CI set `fetch-depth: 0`"
        raise CouldNotTellError(f"revision {revision} is not in this clone", hint=hint)
    return Files(root, commit)


def _in_git(context: Context, name: str, root: Path, path: str, revision: str) -> DataRef:
    settings = context.settings.data[name]
    asked = process.run(["git", "rev-parse", "--verify", "--quiet", f"{revision}:./{path}"], cwd=root)
    if asked.code != 0:
        message = f"table {name} ({path}) is tracked neither by DVC nor by Git at {revision}"
        raise CouldNotTellError(message, where=f"data.{name}.path", hint="`dvc add` it, or make it an output")
    blob = asked.stdout.strip()
    place = context.state / "dvc" / "git" / blob / fetch.name_of(path)
    if not place.exists():
        temporary = place.with_name(f".{place.name}")
        temporary.parent.mkdir(parents=True, exist_ok=True)
        process.run(["git", "cat-file", "blob", blob], cwd=root, output=temporary).expect(0)
        durable.rename(temporary, place)
    return tables.reference(name, settings, str(place), f"sha256:{sha256_file(place)}", revision)
