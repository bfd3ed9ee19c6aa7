"""md5 as DVC counts it, of files and folders; a file that did not change is not read again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from mlops_ext.files import DigestCache, files_below, sha256_tree


class HashCache(DigestCache):
    """md5 by path, size, mtime and inode. A cache: losing it costs time and nothing else."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, md5_file)

    def md5(self, path: Path) -> str:
        """The md5 of a file, or of a folder (ending in `.dir`); empty when nothing is there."""
        if path.is_dir():
            return self._folder(path)
        return self.of_file(path) if path.is_file() else ""

    def _folder(self, folder: Path) -> str:
        entries = sorted((file.relative_to(folder).as_posix(), file) for file in files_below(folder))
        rows = [{"md5": self.of_file(file), "relpath": name} for name, file in entries]
        return (
            hashlib.md5(json.dumps(rows, sort_keys=True).encode(), usedforsecurity=False).hexdigest() + ".dir"
        )


def digest_of(path: Path, algorithm: str) -> str:
    """The md5 or sha256 of a file or folder as it lies there, without a cache."""
    if algorithm == "md5":
        return HashCache(Path(os.devnull)).md5(path)
    return sha256_tree(path) if algorithm == "sha256" else ""


def md5_file(path: Path) -> str:
    """The md5 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def md5_old(path: Path) -> str:
    """The md5 of DVC 2, which counts the line feeds of text files as on Unix."""
    from dvc_data.hashfile.hash import file_md5
    from dvc_objects.fs.local import LocalFileSystem

    return str(file_md5(str(path), LocalFileSystem(), name="md5-dos2unix"))
