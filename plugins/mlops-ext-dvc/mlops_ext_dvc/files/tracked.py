"""What DVC's files say, read without importing DVC: stages, their hashes, and pointers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from mlops_ext.errors import SettingsError
from mlops_ext_dvc.files.project import LOCK, PIPELINE, Files

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """A file or folder with the md5 that DVC wrote down; `path` is relative to the project.

    `old` says that the hash is one of DVC 2, with its own rule for text files and its own place in
    the cache. A folder's md5 ends in `.dir`. `source` is where an import came from: `dvc push` leaves
    those out, and `dvc pull` brings them from there.
    """

    path: str
    md5: str
    size: int = 0
    old: bool = False
    cached: bool = True
    source: str = ""

    @property
    def digest(self) -> str:
        """As records write it."""
        return f"md5:{self.md5}" if self.md5 else ""


@dataclass(frozen=True)
class LockedStage:
    """A stage as `dvc.lock` has it; parameters by file, then by name."""

    name: str
    deps: tuple[Item, ...] = ()
    outs: tuple[Item, ...] = ()
    params: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Tracked:
    """All that DVC tracks at one moment."""

    files: Files

    @cached_property
    def stages(self) -> dict[str, LockedStage]:
        """Stages of all lock files by the names that DVC uses at the root (`sub/dvc.yaml:deep`)."""
        locks = [name for name in self.files.names if PurePosixPath(name).name == LOCK]
        return {stage.name: stage for lock in locks for stage in self._locked(lock)}

    @cached_property
    def pointers(self) -> dict[str, Item]:
        """What `*.dvc` files point at, by the name of the pointer."""
        names = [name for name in self.files.names if name.endswith(".dvc")]
        read = ((name, read_yaml(name, self.files.read(name))) for name in names)
        return {name: item for name, body in read if (item := _pointed(name, body)) is not None}

    @cached_property
    def outs(self) -> dict[str, Item]:
        """Outputs of stages and pointed-at data by their path."""
        pointed = {item.path: item for item in self.pointers.values()}
        return pointed | {out.path: out for stage in self.stages.values() for out in stage.outs}

    @cached_property
    def pipelines(self) -> dict[str, Json]:
        """The `dvc.yaml` files by name."""
        names = [name for name in self.files.names if PurePosixPath(name).name == PIPELINE]
        return {name: read_yaml(name, self.files.read(name)) for name in names}

    @cached_property
    def params_files(self) -> tuple[str, ...]:
        """The files that parameters come from."""
        return tuple(sorted({file for stage in self.stages.values() for file in stage.params}))

    def models(self) -> dict[str, str]:
        """Paths of declared artifacts of type model by their names."""
        found = {}
        for name, body in self.pipelines.items():
            for key, artifact in (body.get("artifacts") or {}).items():
                if isinstance(artifact, dict) and artifact.get("type") == "model":
                    found[str(key)] = _join(
                        PurePosixPath(name).parent.as_posix(), str(artifact.get("path", ""))
                    )
        return found

    def _locked(self, lock: str) -> Iterator[LockedStage]:
        folder = PurePosixPath(lock).parent.as_posix()
        pipeline = _join(folder, PIPELINE)
        for name, body in (read_yaml(lock, self.files.read(lock)).get("stages") or {}).items():
            base = _join(folder, self._folder_of(pipeline, name))
            yield LockedStage(
                name=name if folder == "." else f"{pipeline}:{name}",
                deps=tuple(_items(body.get("deps"), base)),
                outs=tuple(_items(body.get("outs"), base)),
                params={_join(base, file): values for file, values in (body.get("params") or {}).items()},
            )

    def _folder_of(self, pipeline: str, stage: str) -> str:
        body = (self.pipelines.get(pipeline, {}).get("stages") or {}).get(stage.partition("@")[0]) or {}
        wdir = str((body.get("do") or body).get("wdir") or ".")
        return resolved_folder(self.files.root, pipeline, stage) if "${" in wdir else wdir


def read_yaml(name: str, content: bytes | None) -> Json:
    """A YAML mapping; what is no YAML is the team's to repair."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        body = yaml.load(content or b"", Loader=loader)  # noqa: S506 - a safe loader, the fast one
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = name if line is None else f"{name}, line {line + 1}"
        raise SettingsError("this is not valid YAML", file=where, hint="repair the file") from error
    if body is not None and not isinstance(body, dict):
        raise SettingsError("a mapping is expected here", file=name, hint="repair the file")
    return body or {}


def resolved_folder(root: Path, pipeline: str, stage: str) -> str:
    """The working folder of a stage with a template in `wdir`: only DVC can say."""
    from mlops_ext_dvc.files import plan

    wanted = stage if pipeline == PIPELINE else f"{pipeline}:{stage}"
    base = root / PurePosixPath(pipeline).parent
    for step in plan.load(root).steps:
        if step.name == wanted:
            return posixpath.relpath(step.folder, base.as_posix())
    return "."


def _pointed(name: str, body: Json) -> Item | None:
    base = _join(PurePosixPath(name).parent.as_posix(), str(body.get("wdir") or "."))
    item = next(_items(body.get("outs"), base), None)
    return replace(item, source=_source(body)) if item else None


def _source(body: Json) -> str:
    dep = next(iter(body.get("deps") or ()), None) or {}
    place = (dep.get("repo") or {}).get("url", "")
    return " of ".join(str(part) for part in (dep.get("path", ""), place) if part)


def _items(entries: Any, base: str) -> Iterator[Item]:
    for entry in entries or ():
        if isinstance(entry, dict) and "://" not in str(entry.get("path", "")):
            md5 = str(entry.get("md5") or entry.get("checksum") or "")
            old = bool(md5) and entry.get("hash") != "md5"
            yield Item(
                path=_join(base, str(entry.get("path", ""))),
                md5=md5,
                size=int(entry.get("size") or 0),
                old=old,
                cached=entry.get("cache", True) is not False,
            )


def _join(base: str, path: str) -> str:
    return path if posixpath.isabs(path) else posixpath.normpath(posixpath.join(base, path))
