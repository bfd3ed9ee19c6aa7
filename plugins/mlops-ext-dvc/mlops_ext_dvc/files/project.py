"""Which DVC files a project has, in the workspace or at a Git revision, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from mlops_ext import process

PIPELINE = "dvc.yaml"
LOCK = "dvc.lock"
SKIPPED = {".git", ".hg", ".dvc", ".mlops-ext", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Files:
    """The files of a project at one moment; paths are relative to the project, with slashes.

    `revision` is empty for the workspace. `walk` leaves Git out: for trees that are no work tree.
    """

    root: Path
    revision: str = ""
    walk: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All `dvc.yaml`, `dvc.lock` and pointers (`*.dvc`), sorted."""
        found = self._from_revision() if self.revision else self._from_workspace()
        return tuple(sorted(found))

    def read(self, path: str) -> bytes | None:
        """The bytes of a text file such as `dvc.lock`; None when it is not there."""
        if self.revision:
            shown = process.run(["git", "show", f"{self.revision}:./{path}"], cwd=self.root)
            return shown.stdout.encode() if shown.code == 0 else None
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _from_revision(self) -> Iterator[str]:
        listed = process.run(["git", "ls-tree", "-r", "-z", "--name-only", self.revision], cwd=self.root)
        return filter(_is_ours, listed.expect(0).stdout.split("\0"))

    def _from_workspace(self) -> Iterator[str]:
        patterns = (PIPELINE, f"*/{PIPELINE}", LOCK, f"*/{LOCK}", "*.dvc")
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
        listed = None if self.walk or not in_git(self.root) else process.run(command, cwd=self.root)
        if listed is None or listed.code != 0:
            return _walk(self.root)
        names = {name for name in listed.stdout.split("\0") if _is_ours(name)}
        return filter(_NotIgnored(self.root), (name for name in names if (self.root / name).is_file()))


def in_git(folder: Path) -> bool:
    """Whether DVC works with Git here: not in run folders, which have `core.no_scm`."""
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return True
        local = above / ".dvc" / "config.local"
        if local.is_file() and "no_scm = true" in local.read_text(encoding="utf-8"):
            return False
    return False


def _is_ours(name: str) -> bool:
    last = PurePosixPath(name).name
    return last in (PIPELINE, LOCK) or (last.endswith(".dvc") and last != ".dvc")


def _walk(root: Path) -> Iterator[str]:
    for base, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED and not _is_environment(base, name)]
        yield from (Path(base, name).relative_to(root).as_posix() for name in names if _is_ours(name))


def _is_environment(base: str, name: str) -> bool:
    return os.path.exists(os.path.join(base, name, "pyvenv.cfg"))


class _NotIgnored:
    """What `.dvcignore` does not take out; the library is imported only where there are patterns."""

    def __init__(self, root: Path) -> None:
        file = root / ".dvcignore"
        lines = file.read_text().splitlines() if file.is_file() else []
        self.patterns = [line for line in lines if line.strip() and not line.startswith("#")]

    @cached_property
    def spec(self) -> object:
        """The patterns, compiled."""
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.patterns)

    def __call__(self, name: str) -> bool:
        return not self.patterns or not self.spec.match_file(name)  # type: ignore[attr-defined]
