"""A tar file whose bytes depend on names, bytes, modes and one time, and on nothing of the machine."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mlops_ext_dvc.packages.gittree import NAMES


class Tarball:
    """Adds members in the order of the calls; the caller sorts."""

    def __init__(self, tar: tarfile.TarFile, time: int) -> None:
        self._tar = tar
        self._time = time

    def add(self, path: str, content: IO[bytes], size: int, *, executable: bool = False) -> None:
        """A regular file with the next `size` bytes of `content`."""
        member = self._member(path, 0o755 if executable else 0o644)
        member.size = size
        self._tar.addfile(member, content)

    def add_bytes(self, path: str, content: bytes) -> None:
        """A regular file with these bytes."""
        self.add(path, io.BytesIO(content), len(content))

    def add_link(self, path: str, target: str) -> None:
        """A symbolic link."""
        member = self._member(path, 0o777)
        member.type = tarfile.SYMTYPE
        member.linkname = target
        self._tar.addfile(member)

    def _member(self, path: str, mode: int) -> tarfile.TarInfo:
        member = tarfile.TarInfo(path)
        member.mode = mode
        member.mtime = self._time
        return member


@contextmanager
def writing(file: Path, time: int) -> Iterator[Tarball]:
    """Write a tar file; every member has this time, in seconds since 1970."""
    with file.open("wb") as raw:
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT, **NAMES) as tar:
            yield Tarball(tar, time)
        raw.flush()
        os.fsync(raw.fileno())


def unpack(file: Path, folder: Path) -> str:
    """Unpack below a folder and return the sha256 of the tar, as hex; nothing is written outside of it."""
    with file.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
        raw.seek(0)
        with tarfile.open(fileobj=raw, mode="r:", **NAMES) as tar:
            tar.extractall(folder, filter="tar")
    return digest
