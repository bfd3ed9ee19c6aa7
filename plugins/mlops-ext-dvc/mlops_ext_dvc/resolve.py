"""`mlops_resolve_data`: tables, all that the pipeline tracks, and newer bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mlops_ext import durable, process
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import sha256_file
from mlops_ext_dvc import base, cache, fetch, tables
from mlops_ext_dvc.lock import Item, Tracked
from mlops_ext_dvc.project import Files

WORKSPACE = "workspace"
NEWEST = "newest:"


def resolve(context: Context, name: str, revision: str) -> DataRef | None:
    """The reference, or None where the name is not ours."""
    if name == WORKSPACE:
        return everything(context, revision)
    if name.startswith(NEWEST):
        from mlops_ext_dvc import newest

        return newest.resolve(context, name.removeprefix(NEWEST))
    if name not in context.settings.data:
        return None
    return _now(context, name) if revision in ("", WORKSPACE) else at_revision(context, name, revision)


def everything(context: Context, revision: str) -> DataRef:
    """All outputs and pointed-at data with the digests of what lies there now, and DVC's own files."""
    root = cache.find_root(context.root)
    here = revision in ("", WORKSPACE)
    tracked = Tracked(Files(root) if here else _files_at(root, revision))
    seen = tables.Digests(context)
    parts = [_part(root, item, seen) if here else _noted(root, item) for item in tracked.outs.values()]
    if here:
        own = [*tracked.files.names, *tracked.params_files]
        parts += [_file(root, name, seen) for name in own if (root / name).is_file()]
        seen.save()
    parts.sort(key=lambda part: (part.kind, part.name))
    lines = "".join(f"{part.digest}  {part.name}\n" for part in parts)
    digest = f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"
    return DataRef(name=WORKSPACE, uri=str(root), digest=digest, revision=revision, parts=tuple(parts))


def at_revision(context: Context, name: str, revision: str) -> DataRef:
    """A table as it was: by the hash that DVC wrote down there, else Git's own bytes."""
    root = cache.find_root(context.root)
    settings = context.settings.data[name]
    path = tables.relative(context.root / settings.path, root)
    item = tables.item_at(root, path, Tracked(_files_at(root, revision)))
    if item is None or not item.md5:
        return _in_git(context, name, root, path, revision)
    there = cache.in_cache(root, item.md5)
    uri = str(fetch.by_md5(context, root, item.md5, fetch.name_of(settings.path))) if there else ""
    return tables.reference(name, settings, uri, item.digest, revision)


def _now(context: Context, name: str) -> DataRef:
    root = cache.find_root(context.root)
    tracked, seen = Tracked(Files(root)), tables.Digests(context)
    found = tables.here(context, name, root, context.root, tracked, seen)
    seen.save()
    if found is not None:
        return found
    path = context.root / context.settings.data[name].path
    item = tables.item_at(root, tables.relative(path, root), tracked)
    cached = item is not None and item.md5 and cache.in_cache(root, item.md5)
    hint = "`dvc checkout` brings it" if cached else "`dvc pull` brings tracked data"
    raise CouldNotTellError(f"{context.relative(path)} is not here", where=f"data.{name}.path", hint=hint)


def _files_at(root: Path, revision: str) -> Files:
    commit = base.commit(root, revision)
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


def _part(root: Path, item: Item, seen: tables.Digests) -> Ref:
    path = root / item.path
    digest = seen.of(path, item) if path.exists() else ""
    return Ref(kind="data", name=item.path, digest=digest, uri=str(path))


def _noted(root: Path, item: Item) -> Ref:
    return Ref(kind="data", name=item.path, digest=item.digest, uri=str(root / item.path))


def _file(root: Path, name: str, seen: tables.Digests) -> Ref:
    path = root / name
    return Ref(kind="file", name=name, digest=f"sha256:{seen.sha256.digest(path)}", uri=str(path))
