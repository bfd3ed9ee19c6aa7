"""The files of a repository as they are staged: what will be committed, whatever lies in the workspace."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext.process import run
from mlops_ext.reading.tree import BIGGEST, Tree

NO_WORK_TREE = "this is no work tree of Git, so nothing is staged"
# The team's watchers are not started, and objects that a partial clone lacks are not fetched.
GIT = ("git", "-c", "core.fsmonitor=false")
SUBMODULE = "160000"


@dataclass(frozen=True)
class Change:
    """A staged path with the objects of its content, now and in the last commit: "" where there is none."""

    path: str
    now: str
    before: str = ""


@dataclass
class Index(Tree):
    """Everything that is staged; `root` is the top of the repository, `file` an index of its own, if any."""

    file: str = ""
    _at_hand: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def top(self) -> Path:
        """Where `read_index` found it."""
        return self.root.resolve()

    @cached_property
    def objects(self) -> dict[str, str]:
        """The object that each path stands for; a path in conflict can't be committed."""
        found = {}
        for mode, name, stage, path in _rows(self._git("ls-files", "-s", "-z")):
            if stage != "0":
                hint = "resolve what is in conflict, then `git add` it"
                raise CouldNotTellError("the index can't be committed as it is", where=path, hint=hint)
            if mode != SUBMODULE:
                found[path] = name
        return found

    @cached_property
    def known(self) -> frozenset[str]:
        """Every path."""
        return frozenset(self.objects)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every path, sorted."""
        return tuple(sorted(self.objects))

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the last commit; before the first one, all of it."""
        words = ("diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "HEAD")
        done = run([*GIT, *words], cwd=self.top, env=self._env)
        if done.code and run(["git", "rev-parse", "--verify", "--quiet", "HEAD"], cwd=self.top).code:
            return tuple(Change(path, self.objects[path]) for path in self.files)
        shown = done.expect().stdout.split("\0")
        rows = zip(shown[::2], shown[1::2], strict=False)
        return tuple(Change(path, self.objects.get(path, ""), _object(row.split()[2])) for row, path in rows)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """The bytes of objects; those that this clone lacks are left out."""
        form = "--batch-check=%(objectname) %(objectsize)"
        asked = "".join(f"{name}\n" for name in names)
        rows = self._git("cat-file", form, stdin=asked).splitlines() if asked else []
        return {name: int(size) for name, size in (row.split() for row in rows) if size.isdigit()}

    def contents(self, names: Iterable[str]) -> dict[str, bytes]:
        """The bytes of objects; those that are too big or that this clone lacks are left out."""
        wanted = dict.fromkeys(names)
        known = {name: self._at_hand[name] for name in wanted if name in self._at_hand}
        sizes = self.sizes(name for name in wanted if name not in known)
        return known | self._batch([name for name, size in sizes.items() if size <= BIGGEST])

    def prepare(self, paths: Iterable[str]) -> None:
        """Read many files at once; each is at hand from then on."""
        self._at_hand |= self.contents(self.objects[path] for path in paths)

    def md5(self, name: str) -> str:
        """What DVC would call the bytes of an object, of any size."""
        with tempfile.NamedTemporaryFile(prefix="mlops-ext-index-") as file:
            self._git("cat-file", "blob", name, output=Path(file.name))
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()

    def _batch(self, names: list[str]) -> dict[str, bytes]:
        if not names:
            return {}
        with tempfile.NamedTemporaryFile(prefix="mlops-ext-index-") as file:
            self._git(
                "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names), output=Path(file.name)
            )
            return dict(_objects(file.read()))

    def _git(self, *words: str, stdin: str | None = None, output: Path | None = None) -> str:
        done = run([*GIT, *words], cwd=self.top, env=self._env, stdin=stdin, output=output or "capture")
        return done.expect().stdout

    @cached_property
    def _env(self) -> dict[str, str]:
        own = {"GIT_INDEX_FILE": str(self.top / self.file)} if self.file else {}
        return {**os.environ, "GIT_NO_LAZY_FETCH": "1", **own}

    # Below it the type of this name can't be named.
    def bytes(self, path: str) -> bytes | None:
        """A staged file's bytes, if it is not too big."""
        name = self.objects.get(path, "")
        found = self.contents([name]).get(name) if name else None
        if found is None and name:
            self.unread[path] = f"larger than {BIGGEST // 2**20} MB"
        return found


def read_index(start: Path, file: str = "") -> Index:
    """The index of the repository around `start`; `file` is where Git said that it lies."""
    found = run(["git", "rev-parse", "--show-toplevel"], cwd=start)
    if found.code:
        raise UsageError(NO_WORK_TREE, file=str(start))
    return Index(Path(found.stdout.rstrip("\n")), file=file)


def few(changes: Sequence[Change], most: int = 64) -> Iterator[Sequence[Change]]:
    """All of them, so many at a time: the contents of a whole repository need not fit into memory."""
    return (changes[start : start + most] for start in range(0, len(changes), most))


def _rows(listed: str) -> Iterator[tuple[str, str, str, str]]:
    for row in listed.split("\0"):
        if row:
            facts, _, path = row.partition("\t")
            mode, name, stage = facts.split()
            yield mode, name, stage, path


def _object(name: str) -> str:
    return "" if set(name) == {"0"} else name


def _objects(batch: bytes) -> Iterator[tuple[str, bytes]]:
    """`<name> blob <size>`, a line feed, the bytes, a line feed; again and again."""
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        name, _, size = batch[at:end].decode().split()
        yield name, batch[end + 1 : end + 1 + int(size)]
        at = end + int(size) + 2
