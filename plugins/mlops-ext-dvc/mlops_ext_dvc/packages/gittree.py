"""The tracked tree of a revision, as Git holds it: no checkout, so no umask, line endings or attributes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, TypedDict

from mlops_ext import process
from mlops_ext.errors import CouldNotTellError, RefusedError, UsageError

# Replacements are a habit of one clone: a commit means the objects that it names.
GIT = ("git", "--no-replace-objects")
LINK = "120000"
EXECUTABLE = "100755"
SUBMODULE = "160000"


class _Names(TypedDict):
    encoding: str
    errors: str


# Whatever the locale says, also for names that are no UTF-8.
NAMES: _Names = {"encoding": "utf-8", "errors": "surrogateescape"}


class Entry(NamedTuple):
    """A tracked file or symbolic link; `path` is relative to the tree that was listed."""

    mode: str
    object: str
    path: str


class Blobs:
    """Bytes by object id, out of one `git cat-file --batch`."""

    def __init__(self, file: IO[bytes], places: dict[str, tuple[int, int]]) -> None:
        self._file = file
        self._places = places

    def size(self, name: str) -> int:
        """How many bytes it has."""
        return self._places[name][1]

    def open(self, name: str) -> IO[bytes]:
        """The file at the first of its bytes; read `size` of them."""
        self._file.seek(self._places[name][0])
        return self._file

    def read(self, name: str) -> bytes:
        """All its bytes."""
        return self.open(name).read(self.size(name))


def commit_of(top: Path, revision: str) -> str:
    """The commit that a revision names."""
    found = process.run([*GIT, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], cwd=top)
    if found.code:
        raise UsageError(f"`{revision}` names no commit", hint="a shallow clone has few: fetch it")
    return found.stdout.strip()


def commit_time(top: Path, commit: str) -> int:
    """When it was committed, in seconds since 1970."""
    shown = process.run([*GIT, "show", "--no-patch", "--format=%ct", commit], cwd=top).expect()
    return int(shown.stdout.strip().splitlines()[-1])


def tree_of(top: Path, commit: str, folder: str) -> str:
    """The object id of a folder's tree at a commit, empty when it has none; `.` is the whole of it."""
    if folder == ".":
        return process.run([*GIT, "rev-parse", f"{commit}^{{tree}}"], cwd=top).expect().stdout.strip()
    words = [*GIT, "ls-tree", "-d", "-z", "--full-tree", commit, "--", folder]
    listed = process.run(words, cwd=top).expect()
    return listed.stdout.partition("\t")[0].rpartition(" ")[2]


def entries(top: Path, tree: str) -> list[Entry]:
    """Every tracked file below a tree, in the order of the bytes of their names."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "tree"
        process.run([*GIT, "ls-tree", "-rz", "--full-tree", tree], cwd=top, output=listed).expect()
        lines = [line for line in listed.read_bytes().split(b"\0") if line]
    found = sorted((_entry(line) for line in lines), key=lambda entry: entry.path.encode(**NAMES))
    submodules = [entry.path for entry in found if entry.mode == SUBMODULE]
    if submodules:
        raise RefusedError(
            f"a package can't hold submodules: {', '.join(submodules)}",
            hint="a package names one commit; add their files, or install them from the lock",
        )
    return found


@contextmanager
def blobs(top: Path, names: list[str]) -> Iterator[Blobs]:
    """The bytes of these objects, kept in a temporary file while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        batch = Path(folder) / "batch"
        wanted = "".join(f"{name}\n" for name in dict.fromkeys(names))
        process.run([*GIT, "cat-file", "--batch"], cwd=top, stdin=wanted, output=batch).expect()
        with batch.open("rb") as file:
            yield Blobs(file, dict(_places(file)))


def text_of(name: bytes) -> str:
    """A name as Git has it, the same text under every locale."""
    return name.decode(**NAMES)


def on_disk(name: str) -> str:
    """The same name as this process opens files by it."""
    return os.fsdecode(name.encode(**NAMES))


def _entry(line: bytes) -> Entry:
    facts, _, path = line.partition(b"\t")
    mode, _, name = facts.decode().split(" ")
    return Entry(mode, name, text_of(path))


def _places(file: IO[bytes]) -> Iterator[tuple[str, tuple[int, int]]]:
    while head := file.readline():
        words = head.decode().split()
        if len(words) != 3:
            raise CouldNotTellError(f"Git has no object {words[0]}", hint="git fetch --refetch")
        start = file.tell()
        yield words[0], (start, int(words[2]))
        file.seek(start + int(words[2]) + 1)
