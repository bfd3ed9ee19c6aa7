"""The DVC pipelines of a repository: what their stages read and write, and what pointers track."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from mlops_ext.discover.entries import join, maps_of, paths_of
from mlops_ext.discover.template import Values, fill, written_out
from mlops_ext.discover.written import UnreadableError, read_values

DVC_FILE = "dvc.yaml"
ARTIFACTS = "artifacts.yaml"
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
    for file in files:
        name = posixpath.basename(file)
        if name not in (DVC_FILE, ARTIFACTS, *PARAMS) and not name.endswith(".dvc"):
            continue
        if _is_anothers(root, file):
            continue
        try:
            content = read_values(root / file)
            if name in PARAMS:
                found.params |= content
            elif name.endswith(".dvc"):
                found.pointers += _pointer(file, content)
            else:
                _declared(root, file, content, found)
        except UnreadableError as error:
            found.unread.append(f"{posixpath.dirname(file)}/{error}".lstrip("/"))
    return found


def _is_anothers(root: Path, file: str) -> bool:
    """Whether a file belongs to a DVC project of its own below this one."""
    return any((root / folder / ".dvc").is_dir() for folder in list(PurePosixPath(file).parents)[:-1])


def _pointer(file: str, content: Mapping[str, Any]) -> list[str]:
    folder = join(posixpath.dirname(file), str(content.get("wdir") or ""))
    return [join(folder, str(out["path"])) for out in maps_of(content.get("outs")) if "path" in out]


def _declared(root: Path, file: str, content: Mapping[str, Any], found: Pipeline) -> None:
    folder = posixpath.dirname(file)
    if posixpath.basename(file) == ARTIFACTS:
        found.models |= dict(_models(content, folder))
        return
    found.files.append(file)
    values = _values(root, folder, content.get("vars"), {})
    found.models |= dict(_models(fill(content.get("artifacts") or {}, values), folder))
    for kind in ("metrics", "plots"):
        found.aside += paths_of(content.get(kind), folder, values)
    stages = content.get("stages")
    for name, entry in stages.items() if isinstance(stages, Mapping) else ():
        if isinstance(entry, Mapping):
            for stage, own in written_out(entry, values):
                _stage(root, file, str(name), stage, own, found)


def _stage(
    root: Path, file: str, name: str, stage: Mapping[str, Any], values: Values, found: Pipeline
) -> None:
    folder = posixpath.dirname(file)
    values = _values(root, folder, stage.get("vars"), values)
    place = join(folder, str(fill(stage.get("wdir") or "", values)))
    outs = paths_of(stage.get("outs"), place, values)
    aside = [path for kind in ("metrics", "plots") for path in paths_of(stage.get(kind), place, values)]
    found.aside += aside
    commands = fill(stage.get("cmd") or [], values)
    commands = commands if isinstance(commands, list) else [commands]
    found.stages.append(
        Stage(
            name,
            file,
            tuple(str(command) for command in commands),
            tuple(paths_of(stage.get("deps"), place, values)),
            (*outs, *aside),
        )
    )


def _values(root: Path, folder: str, more: Any, known: Values) -> dict[str, Any]:
    """The values of `vars`; those of params.yaml are there without being named."""
    values = dict(known)
    named = more if isinstance(more, list) else []
    for item in [*([] if known else ["params.yaml"]), *named]:
        if isinstance(item, Mapping):
            values |= item
            continue
        path = root / join(folder, str(fill(item, values)).partition(":")[0])
        if path.is_file():
            values |= read_values(path)
    return values


def _models(artifacts: Any, folder: str) -> Iterator[tuple[str, str]]:
    for name, entry in artifacts.items() if isinstance(artifacts, Mapping) else ():
        if isinstance(entry, Mapping) and entry.get("type") == "model" and entry.get("path"):
            yield str(name), join(folder, str(entry["path"]))
