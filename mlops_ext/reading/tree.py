"""The files of a repository as Git knows them, read once; what is too big or unreadable is said."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from posixpath import join, normpath

from mlops_ext import git
from mlops_ext.process import run
from mlops_ext.reading.texts import decoded

BIGGEST = 5 * 1024 * 1024
# Read from the top of the repository, also where the project is a folder below it.
AT_THE_TOP = (
    ".github/workflows/",
    ".gitlab-ci.yml",
    ".circleci/",
    "azure-pipelines.yml",
    "Makefile",
    ".env",
    ".dvc/",
    ".gitignore",
)
NOT_THEIRS = {".git", ".venv", "venv", "node_modules", "site-packages", "__pycache__", ".mlops-ext"}


@dataclass
class Tree:
    """Paths are relative to `top`, with slashes. `project` is the project's folder there, "" for the top."""

    root: Path
    unread: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str | None] = field(default_factory=dict)
    _read_files: set[str] = field(default_factory=set)

    @cached_property
    def top(self) -> Path:
        """The root of the work tree, or the folder itself where there is no Git."""
        return git.top(self.root).resolve()

    @cached_property
    def project(self) -> str:
        """The project's folder below the top."""
        below = self.root.resolve().relative_to(self.top).as_posix()
        return "" if below == "." else below

    @cached_property
    def and_above(self) -> tuple[Tree, ...]:
        """This tree, and that of the whole repository where the project is a folder below it."""
        return (self, Tree(self.top)) if self.project else (self,)

    @cached_property
    def known(self) -> frozenset[str]:
        """What Git tracks, of all projects in the repository, whether it lies here or not."""
        listed = run(["git", "ls-files", "-z"], cwd=self.top)
        return frozenset(path for path in listed.stdout.split("\0") if path)

    @cached_property
    def tracked(self) -> tuple[str, ...]:
        """What Git tracks of the project and is here as a regular file."""
        return tuple(path for path in sorted(self.known) if self._is_ours(path) and self._is_file(path))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """What is tracked, and new files that Git does not ignore; without Git, all that lies here."""
        if not (self.top / ".git").exists():
            return tuple(sorted(self._walk()))
        new = run(["git", "ls-files", "--others", "--exclude-standard", "-z"], cwd=self.top).stdout
        others = (path for path in new.split("\0") if path and self._is_ours(path))
        return tuple(sorted({*self.tracked, *(path for path in others if self._is_file(path))}))

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders that hold a file of the tree."""
        return frozenset(parent.as_posix() for path in self._all for parent in PurePosixPath(path).parents)

    @cached_property
    def day(self) -> str:
        """The day of the last commit, or "" before there is one."""
        shown = run(["git", "log", "-1", "--format=%cs"], cwd=self.root)
        return shown.stdout.strip() if shown.code == 0 else ""

    def named(self, *endings: str) -> list[str]:
        """The files whose names end so."""
        return [path for path in self.files if path.endswith(endings)]

    def text(self, path: str) -> str | None:
        """A file's text; None, and a word in `unread`, where it is too big or no text."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def bytes(self, path: str) -> bytes | None:
        """A file's bytes, where it can be read and is not too big."""
        file = self.top / path
        try:
            if file.stat().st_size > BIGGEST:
                self.unread[path] = f"larger than {BIGGEST // 2**20} MB"
                return None
            self._read_files.add(path)
            return file.read_bytes()
        except OSError as error:
            self.unread[path] = error.strerror or "can't be read"
            return None

    def inside(self, path: str) -> str:
        """A path from the project's folder on."""
        return path.removeprefix(f"{self.project}/") if self.project else path

    def has(self, path: str) -> bool:
        """Whether a file of this name can be read here."""
        return path in self._names

    def holds(self, path: str) -> bool:
        """Whether a file or folder of this name is in the tree."""
        return path in self._all or path in self.folders

    @property
    def looked_at(self) -> int:
        """How many files were read."""
        return len(self._read_files)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.files)

    @cached_property
    def _all(self) -> frozenset[str]:
        return self.known.union(self.files)

    def _read(self, path: str) -> str | None:
        found = self.bytes(path)
        if found is None:
            return None
        text = decoded(found)
        if text is None:
            self.unread[path] = "not a text"
        return text

    def _is_ours(self, path: str) -> bool:
        below = not self.project or path.startswith(self.project + "/") or path.startswith(AT_THE_TOP)
        return below and not NOT_THEIRS & set(Path(path).parts)

    def _is_file(self, path: str) -> bool:
        file = self.top / path
        return file.is_file() and not file.is_symlink()

    def _walk(self) -> list[str]:
        found = []
        for base, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in NOT_THEIRS]
            below = Path(base).resolve().relative_to(self.top)
            found += [(below / name).as_posix() for name in names]
        return [path for path in found if self._is_file(path)]


def joined(folder: str, path: str) -> str:
    """A path below a folder of the tree, without `.` and `..`; above the top it begins with `..`."""
    found = normpath(join(folder, path.replace("\\", "/")))
    return "" if found == "." else found
