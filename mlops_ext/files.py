"""Digests of files and folders; a file that did not change since it was hashed is not read again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from mlops_ext import durable


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """All regular files below a folder, in the order of their relative names."""
    found = (Path(base) / name for base, _, names in os.walk(folder) for name in names)
    return iter(sorted(found, key=lambda path: path.relative_to(folder).as_posix()))


def sha256_tree(path: Path) -> str:
    """The sha256 over names and bytes of all files below a folder; of a single file, that of its bytes."""
    if path.is_file():
        return sha256_file(path)
    lines = (f"{sha256_file(file)}  {file.relative_to(path).as_posix()}\n" for file in files_below(path))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class DigestCache:
    """Digests of files by path, size, mtime and inode. A cache: losing it costs time and nothing else.

    `hash_file` is how one file is digested, by default to its sha256.
    """

    def __init__(self, file: Path, hash_file: Callable[[Path], str] = sha256_file) -> None:
        self.file = file
        self._hash_file = hash_file
        self._known: dict[str, list[str | int]] | None = None
        self._changed = False

    def digest(self, path: Path) -> str:
        """The digest of a file, or the sha256 of names and digests below a folder, as hex."""
        if path.is_file():
            return self.of_file(path)
        lines = (f"{self.of_file(file)}  {file.relative_to(path).as_posix()}\n" for file in files_below(path))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def save(self) -> None:
        """Keep what was learnt."""
        if self._changed:
            durable.write_text(self.file, json.dumps(self._known))
            self._changed = False

    def of_file(self, path: Path) -> str:
        """The digest of a file's bytes, as hex."""
        known = self._load()
        stat = path.stat()
        mark: list[str | int] = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        row = known.get(str(path))
        if row and row[1:] == mark:
            return str(row[0])
        digest = self._hash_file(path)
        known[str(path)] = [digest, *mark]
        self._changed = True
        return digest

    def _load(self) -> dict[str, list[str | int]]:
        if self._known is None:
            try:
                self._known = dict(json.loads(self.file.read_bytes()))
            except (OSError, ValueError):
                self._known = {}
        return self._known
