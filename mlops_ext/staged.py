"""What will be committed: the index as a work tree of its own, made without touching the one it is from."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext.process import run

AUTHOR = ("-c", "user.name=mlops-ext", "-c", "user.email=mlops-ext@localhost")
# The team's hooks and watchers are for the team's index.
GIT = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
NO_WORK_TREE = "this is no work tree of Git, so nothing is staged"


@dataclass(frozen=True)
class Staged:
    """The index laid out at `top`, as the work tree at `origin` has it; `changed` since the last commit."""

    top: Path
    origin: Path
    changed: tuple[str, ...]

    def there(self, path: Path) -> Path:
        """The folder of the work tree in the copy, or the nearest above it that is staged."""
        place = self.top / path.relative_to(self.origin)
        return next(folder for folder in (place, *place.parents) if folder.is_dir())

    def back(self, path: Path) -> Path:
        """Where a path of the copy lies in the work tree."""
        return self.origin / path.relative_to(self.top)


@contextmanager
def staged(start: Path, index: str = "") -> Iterator[Staged]:
    """The index of the repository around `start` (`index` is another file of it), gone when the block ends.

    It lies outside of the work tree, since who looks for a project in the folders above must not find that
    one; and as deep, so that a path which leads out of it stays in what is removed.
    """
    found = run(["git", "rev-parse", "--show-toplevel"], cwd=start)
    if found.code:
        raise UsageError(NO_WORK_TREE, file=str(start), hint="leave out --staged")
    origin = Path(found.stdout.rstrip("\n"))
    with tempfile.TemporaryDirectory(prefix="mlops-ext-staged-") as scratch:
        copy = _Copy(origin, Path(scratch).resolve())
        copy.take(origin / (index or copy.path_of("index")))
        copy.lay_out()
        yield Staged(copy.top, origin, copy.changed())


class _Copy:
    """A repository whose last commit is the index; all objects that it lacks it reads from its origin."""

    def __init__(self, origin: Path, scratch: Path) -> None:
        self.origin, self.tree = origin, ""
        self.scratch, self.top = scratch, scratch / "tree" / origin.relative_to(origin.anchor)
        form = self._ask("rev-parse", "--show-object-format")
        self._ask("init", "-q", "--template=", f"--object-format={form}", str(self.top))
        objects = self.top / ".git" / "objects"
        theirs = self.path_of("objects")
        (objects / "info" / "alternates").write_text(f"{theirs}\n", encoding="utf-8")
        self.env = {
            "GIT_INDEX_FILE": str(self.top / ".git" / "index"),
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": theirs,
        }

    def path_of(self, name: str) -> str:
        """The absolute path of a part of the origin's repository."""
        return self._ask("rev-parse", "--path-format=absolute", "--git-path", name)

    def take(self, index: Path) -> None:
        """The index as a tree of ours; what can't be committed can't be checked either."""
        given = self.scratch / "index"
        if index.is_file():
            shutil.copyfile(index, given)
        env = {**os.environ, **self.env, "GIT_INDEX_FILE": str(given)}
        written = run([*GIT, "write-tree"], cwd=self.origin, env=env)
        if written.code:
            raise CouldNotTellError(
                "the index can't be committed as it is",
                where=written.stderr.strip().partition("\n")[0],
                hint="resolve what is in conflict, then `git add` it",
            )
        self.tree = written.stdout.strip()

    def lay_out(self) -> None:
        """Write the files, by the origin's filters and line endings, and commit them."""
        # An index that is read anew has no mark of a sparse checkout or of `git add -N`.
        self._mine("read-tree", self.tree)
        self._mine("checkout-index", "--all", f"--prefix={self.top}/")
        self._take_history()
        commit = self._mine(*AUTHOR, "commit-tree", "-m", "staged", *self._parent(), self.tree)
        # On no branch: the branches are theirs, and gates are read from one.
        run(["git", "update-ref", "--no-deref", "HEAD", commit], cwd=self.top).expect()
        url = run(["git", "config", "--get", "remote.origin.url"], cwd=self.origin).stdout.strip()
        if url:
            run(["git", "config", "remote.origin.url", url], cwd=self.top).expect()

    def changed(self) -> tuple[str, ...]:
        """The paths that differ from the last commit; before the first one, all."""
        head = run(["git", "rev-parse", "--verify", "--quiet", "HEAD^{tree}"], cwd=self.origin)
        before = head.stdout.strip() or self._mine("hash-object", "-t", "tree", os.devnull)
        words = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", before, self.tree)
        return tuple(path for path in self._mine(*words).split("\0") if path)

    def _parent(self) -> tuple[str, ...]:
        head = run(["git", "rev-parse", "--verify", "--quiet", "HEAD"], cwd=self.origin)
        return ("-p", head.stdout.strip()) if head.code == 0 else ()

    def _take_history(self) -> None:
        """The branches, of which one is the base, and how far back this clone goes."""
        shallow = Path(self.path_of("shallow"))
        if shallow.is_file():
            shutil.copyfile(shallow, self.top / ".git" / "shallow")
        form = "--format=%(refname) %(objectname) %(symref)"
        listed = self._ask("for-each-ref", form, "refs/heads", "refs/remotes/origin").splitlines()
        rows = [line.split(" ") for line in listed]
        names = "".join(f"create {name} {commit}\n" for name, commit, symbol in rows if not symbol)
        run(["git", "update-ref", "--stdin"], cwd=self.top, stdin=names).expect()
        for name, _, symbol in rows:
            if symbol:
                run(["git", "symbolic-ref", name, symbol], cwd=self.top).expect()

    def _ask(self, *words: str) -> str:
        return run(["git", *words], cwd=self.origin).expect().stdout.rstrip("\n")

    def _mine(self, *words: str) -> str:
        env = {**os.environ, **self.env}
        return run([*GIT, *words], cwd=self.origin, env=env).expect().stdout.rstrip("\n")
