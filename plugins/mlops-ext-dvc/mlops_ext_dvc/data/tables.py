"""The tables of the settings: where they lie and which bytes they are."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.settings import DataSettings
from mlops_ext.files import DigestCache
from mlops_ext_dvc.files import cache, hashes
from mlops_ext_dvc.files.tracked import Item, Tracked


def found(context: Context, root: Path, project: Path, tracked: Tracked) -> tuple[DataRef, ...]:
    """All tables of the settings that lie in a run."""
    seen = Digests(context)
    refs = (here(context, name, root, project, tracked, seen) for name in context.settings.data)
    there = tuple(ref for ref in refs if ref is not None)
    seen.save()
    return there


class Digests:
    """Both caches of digests under `context.state`."""

    def __init__(self, context: Context) -> None:
        self.md5 = hashes.HashCache(context.state / "dvc" / "md5.json")
        self.sha256 = DigestCache(context.state / "dvc" / "sha256.json")

    def of(self, path: Path, item: Item | None) -> str:
        """The md5 where it is what DVC wrote down, else the sha256 of the bytes."""
        if item is not None and item.md5 and self._agrees(path, item):
            return item.digest
        return f"sha256:{self.sha256.digest(path)}"

    def _agrees(self, path: Path, item: Item) -> bool:
        if self.md5.md5(path) == item.md5:
            return True
        return item.old and path.is_file() and hashes.md5_old(path) == item.md5

    def save(self) -> None:
        """Keep what was learnt."""
        self.md5.save()
        self.sha256.save()


def here(
    context: Context, name: str, root: Path, project: Path, tracked: Tracked, seen: Digests
) -> DataRef | None:
    """A table as it lies in a folder now; None when it is not there."""
    settings = context.settings.data[name]
    path = project / settings.path
    if not path.exists():
        return None
    item = item_at(root, relative(path, root), tracked)
    return reference(name, settings, str(path), seen.of(path, item))


def reference(name: str, settings: DataSettings, uri: str, digest: str, revision: str = "") -> DataRef:
    """A table with the format and roles that the settings give it."""
    own = settings.columns
    roles = ColumnRoles(
        label=own.label, id=own.id, time=settings.time, features=own.features, categories=own.categories
    )
    form = settings.format or format_of(settings.path)
    return DataRef(name=name, uri=uri, format=form, digest=digest, revision=revision, columns=roles)


def format_of(path: str) -> str:
    """The format that a suffix names; cached files have no suffix of their own."""
    suffix = PurePosixPath(path).suffix.lower().lstrip(".")
    return suffix if suffix in ("parquet", "csv", "arrow") else ""


def item_at(root: Path, path: str, tracked: Tracked) -> Item | None:
    """What DVC wrote down for a path: an output, pointed-at data, or a file in a tracked folder."""
    item = tracked.outs.get(path)
    if item is not None:
        return item
    for above in PurePosixPath(path).parents:
        folder = tracked.outs.get(above.as_posix())
        listed = cache.file_of(root, folder.md5) if folder and folder.md5.endswith(".dir") else None
        if listed is not None:
            md5 = cache.manifest(listed).get(PurePosixPath(path).relative_to(above).as_posix(), "")
            return Item(path, md5) if md5 else None
    return None


def relative(path: Path, root: Path) -> str:
    """A path relative to the DVC project, with slashes."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
