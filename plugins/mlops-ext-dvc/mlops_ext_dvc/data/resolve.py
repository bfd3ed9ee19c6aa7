"""`mlops_resolve_data`: tables, all that the pipeline tracks, and newer bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.data import newest, tables
from mlops_ext_dvc.data.revision import at_revision, files_at
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Item, Tracked

WORKSPACE = "workspace"
NEWEST = "newest:"


def resolve(context: Context, name: str, revision: str) -> DataRef | None:
    """The reference, or None where the name is not ours."""
    if name == WORKSPACE:
        return everything(context, revision)
    if name.startswith(NEWEST):
        return newest.resolve(context, name.removeprefix(NEWEST))
    if name not in context.settings.data:
        return None
    return _now(context, name) if revision in ("", WORKSPACE) else at_revision(context, name, revision)


def everything(context: Context, revision: str) -> DataRef:
    """All outputs and pointed-at data with the digests of what lies there now, and DVC's own files."""
    root = cache.find_root(context.root)
    here = revision in ("", WORKSPACE)
    tracked = Tracked(Files(root) if here else files_at(root, revision))
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


def _part(root: Path, item: Item, seen: tables.Digests) -> Ref:
    path = root / item.path
    digest = seen.of(path, item) if path.exists() else ""
    return Ref(kind="data", name=item.path, digest=digest, uri=str(path))


def _noted(root: Path, item: Item) -> Ref:
    return Ref(kind="data", name=item.path, digest=item.digest, uri=str(root / item.path))


def _file(root: Path, name: str, seen: tables.Digests) -> Ref:
    path = root / name
    return Ref(kind="file", name=name, digest=f"sha256:{seen.sha256.digest(path)}", uri=str(path))
