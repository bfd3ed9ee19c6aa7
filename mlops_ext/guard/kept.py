"""What DVC keeps instead of Git, as `.dvc` files, dvc.yaml and dvc.lock say: paths, and hashes of bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import run
from mlops_ext.reading import located
from mlops_ext.reading.config import entries
from mlops_ext.reading.index import Index
from mlops_ext.reading.located import mapping, sequence
from mlops_ext.reading.pipelines import Pipelines, Stage
from mlops_ext.reading.tree import BIGGEST, joined

PIPELINE, LOCK, POINTER, CONFIG = "dvc.yaml", "dvc.lock", ".dvc", ".dvc/config"
FOLDER = ".dir"


@dataclass(frozen=True)
class Out:
    """A file or folder that DVC keeps, and the file that says so. `md5` ends with `.dir` for a folder."""

    path: str
    said_by: str
    md5: str = ""
    size: int | None = None


@dataclass
class Kept:
    """All of it. `caches` are DVC's own folders; `by_hash` knows files inside of folders too."""

    outs: dict[str, Out] = field(default_factory=dict)
    caches: tuple[str, ...] = ()
    by_hash: dict[str, Out] = field(default_factory=dict)

    def around(self, path: str) -> Out | None:
        """What a path is, or lies in."""
        parents = (path, *(parent.as_posix() for parent in PurePosixPath(path).parents))
        return next((self.outs[place] for place in parents if place in self.outs), None)

    def cache_around(self, path: str) -> str:
        """The folder of DVC's own that a path lies in, or ""."""
        return next((folder for folder in self.caches if path.startswith(f"{folder}/")), "")


def kept(index: Index) -> Kept:
    """By what is staged, and by pointers that lie in the workspace and are not staged yet."""
    names = [path for path in index.files if _is_dvcs(path)]
    index.prepare(names)
    found: dict[str, Out] = {}
    for file in names:
        if file.endswith(POINTER):
            found |= {out.path: out for out in _pointed(file, _load(file, index.text(file)))}
    for file in _not_staged(index.top):
        text = (index.top / file).read_text(encoding="utf-8", errors="replace")
        found |= {out.path: out for out in _pointed(file, _load(file, text)) if out.path not in found}
    found |= {out.path: out for out in _made(index)}
    caches = tuple(_caches(index))
    hashes = {out.md5: out for out in found.values() if out.md5 and not out.md5.endswith(FOLDER)}
    inside = {inner.md5: inner for out in found.values() for inner in _inside(index.top, caches, out)}
    return Kept(found, caches, inside | hashes)


def _is_dvcs(path: str) -> bool:
    name = PurePosixPath(path).name
    return name in (PIPELINE, LOCK) or (name.endswith(POINTER) and name != POINTER) or path.endswith(CONFIG)


def _load(file: str, text: str | None) -> dict[Any, Any]:
    if text is None:
        raise CouldNotTellError("what DVC keeps could not be told", where=file, hint="is it a text?")
    try:
        return mapping(located.load(text))
    except located.NotYamlError as error:
        raise CouldNotTellError(f"this is no YAML: {error}", where=f"{file}:{error.line}") from error


def _pointed(file: str, content: dict[Any, Any]) -> Iterator[Out]:
    folder = joined(PurePosixPath(file).parent.as_posix(), str(content.get("wdir") or "."))
    for entry in (mapping(out) for out in sequence(content.get("outs"))):
        path = entry.get("path")
        if path and str(entry.get("cache", "true")).lower() != "false":
            yield _out(joined(folder, path), file, entry)
            yield from _listed(joined(folder, path), file, entry)


def _listed(folder: str, file: str, entry: dict[Any, Any]) -> Iterator[Out]:
    """The files of a folder on a remote with versions stand in the pointer itself."""
    for inner in (mapping(one) for one in sequence(entry.get("files"))):
        if inner.get("relpath"):
            yield _out(joined(folder, inner["relpath"]), file, inner)


def _out(path: str, file: str, entry: dict[Any, Any]) -> Out:
    size = str(entry.get("size") or "")
    return Out(path, file, str(entry.get("md5") or ""), int(size) if size.isdigit() else None)


def _made(index: Index) -> Iterator[Out]:
    """Outputs of stages, with the hashes of the last run where there was one."""
    pipelines = Pipelines(index, without=frozenset())
    locks = {file: _load(file, index.text(file)) for file in index.files if PurePosixPath(file).name == LOCK}
    for stage in pipelines.stages:
        lock = locks.get(PurePosixPath(stage.file).with_name(LOCK).as_posix(), {})
        last = {out.path: out for out in _last(stage, mapping(mapping(lock.get("stages")).get(stage.name)))}
        named = {out.full: out.cached for out in stage.outs if out.full}
        yield from (last.get(path) or Out(path, stage.file) for path, cached in named.items() if cached)
        # Where a template could not be filled, the last run knows what it stood for.
        if any(out.full is None and out.cached for out in stage.outs):
            yield from (out for path, out in last.items() if path not in named)
    for file, (line, why) in pipelines.broken.items():
        raise CouldNotTellError(f"this is no YAML: {why}", where=f"{file}:{line}")


def _last(stage: Stage, locked: dict[Any, Any]) -> Iterator[Out]:
    for entry in (mapping(out) for out in sequence(locked.get("outs"))):
        if entry.get("path"):
            yield _out(joined(stage.folder, entry["path"]), stage.file, entry)


def _not_staged(top: Path) -> list[str]:
    words = ("ls-files", "-z", "--others", "--exclude-standard", "--", f"*{POINTER}")
    listed = run(["git", "-c", "core.fsmonitor=false", *words], cwd=top).stdout.split("\0")
    return [path for path in listed if path and (top / path).is_file()]


def _caches(index: Index) -> Iterator[str]:
    """`.dvc/cache`, what is beside it, and the folder that a configuration names instead."""
    for file in index.named(CONFIG):
        own = PurePosixPath(file).parent.as_posix()
        yield from (joined(own, "cache"), joined(own, "tmp"))
        for text in (index.text(file) or "", _here(index.top / f"{file}.local")):
            named = (row.value for row in entries(text) if (row.section, row.key) == ("cache", "dir"))
            yield from (joined(own, value) for value in named if value)


def _here(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _inside(top: Path, caches: tuple[str, ...], out: Out) -> Iterator[Out]:
    """The files of a folder, where the cache of this machine has its list."""
    if not out.md5.endswith(FOLDER):
        return
    name = f"{out.md5[:2]}/{out.md5[2:]}"
    places = [top / cache / form / name for cache in caches for form in ("files/md5", "")]
    found = next((place for place in places if place.is_file() and place.stat().st_size <= BIGGEST), None)
    for entry in json.loads(found.read_bytes()) if found else ():
        yield Out(f"{out.path}/{entry['relpath']}", out.said_by, entry["md5"])
