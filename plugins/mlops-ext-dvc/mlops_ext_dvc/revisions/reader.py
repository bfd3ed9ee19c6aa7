"""Bytes of small files as they were: from Git, else by the hash that DVC wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mlops_ext.contract.context import Context
from mlops_ext_dvc.data import fetch, tables
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Item, Tracked


@dataclass(frozen=True)
class Reader:
    """Reads at one moment. A file that was not there is None; bytes that nobody has are an error."""

    context: Context
    files: Files
    tracked: Tracked

    def read(self, path: str) -> bytes | None:
        """The bytes of a file."""
        content = None if self._is_folder(path) else self.files.read(path)
        if content is not None or not self.files.revision:
            return content
        item = self.item(path)
        if item is None or not item.md5 or item.md5.endswith(".dir"):
            return None
        return self._fetched(item).read_bytes()

    def below(self, path: str) -> tuple[str, ...]:
        """The files of a folder; the path itself where it is none."""
        if not self.files.revision and (self.files.root / path).is_dir():
            found = (file for file in (self.files.root / path).rglob("*") if file.is_file())
            return tuple(sorted(file.relative_to(self.files.root).as_posix() for file in found))
        item = self.tracked.outs.get(path)
        if item is None or not item.md5.endswith(".dir"):
            return (path,)
        place = self._fetched(item)
        return tuple(
            sorted(
                f"{path}/{file.relative_to(place).as_posix()}" for file in place.rglob("*") if file.is_file()
            )
        )

    def item(self, path: str) -> Item | None:
        """What DVC wrote down for a file; the list of a folder around it is brought if it must be."""
        for above in PurePosixPath(path).parents:
            folder = self.tracked.outs.get(above.as_posix())
            if folder is not None and folder.md5.endswith(".dir"):
                self._fetched(folder)
        return tables.item_at(self.files.root, path, self.tracked)

    def _is_folder(self, path: str) -> bool:
        return not self.files.revision and (self.files.root / path).is_dir()

    def _fetched(self, item: Item) -> Path:
        return fetch.by_md5(self.context, self.files.root, item.md5, fetch.name_of(item.path))
