"""The DVC pipelines of a project: what their stages read and write, and what pointers track."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from mlops_ext.discover.written import UnreadableError, read_values
from mlops_ext.errors import CouldNotTellError
from mlops_ext.reading import pipelines
from mlops_ext.reading.pipelines import SHOWN, Pipelines
from mlops_ext.reading.tree import Tree

PARAMS = ("params.yaml", "params.toml", "params.json")


@dataclass(frozen=True)
class Stage:
    """One stage of a file; paths are relative to the project."""

    name: str
    file: str
    commands: tuple[str, ...]
    deps: tuple[str, ...]
    outs: tuple[str, ...]


@dataclass
class Pipeline:
    """All files together; `aside` are metrics and plots, `pointers` what a `.dvc` file tracks."""

    files: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    pointers: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @property
    def outs(self) -> set[str]:
        """What the stages make."""
        return {path for stage in self.stages for path in stage.outs}

    @property
    def inputs(self) -> set[str]:
        """What comes from outside: tracked by a pointer, or needed by a stage and made by none."""
        return {*self.pointers, *(path for stage in self.stages for path in stage.deps)} - self.outs


def read_pipelines(root: Path, files: Iterable[str]) -> Pipeline:
    """Everything that `dvc.yaml`, `artifacts.yaml` and `.dvc` files of a project say."""
    found = Pipeline()
    reader = _Reader(root)
    try:
        reader.read(found)
    except CouldNotTellError as error:
        found.unread.append(f"dvc.yaml can't be read: {error.what} ({error.hint})")
    for file in files:
        if posixpath.basename(file) in PARAMS and reader.is_ours(file):
            _add_params(root, file, found)
    return found


def _add_params(root: Path, file: str, found: Pipeline) -> None:
    try:
        found.params |= read_values(root / file)
    except UnreadableError as error:
        found.unread.append(f"{posixpath.dirname(file)}/{error}".lstrip("/"))


class _Reader:
    """Paths from the project on, without what lies in DVC projects of their own below it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tree = Tree(root)
        self._all = Pipelines(self._tree)

    def read(self, found: Pipeline) -> None:
        known = self._all
        found.files += [self._inside(file) for file in known.files if self._has(file)]
        for stage in known.stages:
            if self._has(stage.file):
                found.stages.append(self._stage(stage))
                found.aside += self._paths(path for path in stage.outs if path.kind in SHOWN)
        found.aside += self._paths(known.shown)
        for pointer in known.pointers:
            found.pointers += map(self._inside, known.pointed(pointer)) if self._has(pointer) else ()
        for artifact in known.artifacts:
            if artifact.type == "model" and self._has(artifact.file):
                found.models.update((str(artifact.name), path) for path in self._paths([artifact.path]))
        for file, (line, what) in known.broken.items():
            if self._has(file):
                found.unread.append(f"{self._inside(file)} can't be read: {what} (line {line})")

    def is_ours(self, file: str) -> bool:
        """Whether a file, from the project on, belongs to no DVC project of its own below this one."""
        return not any(
            (self._root / folder / ".dvc").is_dir() for folder in [*PurePosixPath(file).parents][:-1]
        )

    def _has(self, file: str) -> bool:
        return self.is_ours(self._inside(file))

    def _stage(self, stage: pipelines.Stage) -> Stage:
        return Stage(
            name=str(stage.name).partition("@")[0],
            file=self._inside(stage.file),
            commands=tuple(map(str, stage.commands)),
            deps=tuple(self._paths(path for path in stage.deps if path.kind == "deps")),
            outs=tuple(self._paths(stage.outs)),
        )

    def _paths(self, paths: Iterable[pipelines.Path]) -> Iterator[str]:
        """Those that are known and lie on this machine."""
        return (self._inside(path.full) for path in paths if path.full and ":/" not in path.full)

    def _inside(self, path: str) -> str:
        return posixpath.relpath(path, self._tree.project or ".")
