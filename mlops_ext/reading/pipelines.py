"""Each dvc.yaml with its stages as DVC would see them: templates filled in, paths from the top of Git."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from mlops_ext.reading import located
from mlops_ext.reading.located import Word, mapping, sequence
from mlops_ext.reading.templates import Values, filled, items, values_of
from mlops_ext.reading.tree import Tree, joined

COPIED = frozenset({"tests", "test", "fixtures", "testdata", "examples"})
ARTIFACTS = "artifacts.yaml"
SHOWN = ("metrics", "plots")
OUTS = ("outs", "outs_no_cache", "outs_persist", "outs_persist_no_cache", "metrics", "plots")


@dataclass(frozen=True)
class Path:
    """A path as it is written, and from the top; `full` is None where a template could not be filled.

    `kind` is the key that it stands under. `cached`: DVC keeps it, so Git must not.
    """

    written: Word
    full: str | None
    kind: str = ""
    cached: bool = False


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage. `folder` is where its command runs."""

    file: str
    name: str
    line: int
    folder: str
    commands: tuple[Word, ...]
    deps: tuple[Path, ...]
    outs: tuple[Path, ...]


@dataclass(frozen=True)
class Artifact:
    """What a file calls an artifact, of some type."""

    file: str
    name: str
    type: str
    path: Path


@dataclass
class Pipelines:
    """All pipelines of a tree, and what `.dvc` files bring, without those below such folders."""

    tree: Tree
    without: frozenset[str] = COPIED
    broken: dict[str, tuple[int, str]] = field(default_factory=dict)

    @cached_property
    def files(self) -> list[str]:
        """Every dvc.yaml; what lies in a folder of tests is copied elsewhere before it is run."""
        return self._named("dvc.yaml")

    @cached_property
    def pointers(self) -> list[str]:
        """Every `.dvc` file."""
        return [path for path in self._wanted(".dvc") if PurePosixPath(path).name != ".dvc"]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of all files; a file that is no YAML is in `broken` afterwards."""
        return tuple(stage for path in self.files for stage in self._stages(path))

    @cached_property
    def artifacts(self) -> tuple[Artifact, ...]:
        """Those of every dvc.yaml, and of every artifacts.yaml, whose whole content they are."""
        return tuple(
            found for file in (*self.files, *self._named(ARTIFACTS)) for found in self._artifacts(file)
        )

    @cached_property
    def shown(self) -> tuple[Path, ...]:
        """Metrics and plots that a dvc.yaml names beside its stages."""
        return tuple(path for file in self.files for path in self._shown(file))

    @cached_property
    def tracked(self) -> frozenset[str]:
        """What `.dvc` files put into the workspace."""
        return frozenset(path for file in self.pointers for path in self.pointed(file))

    @cached_property
    def complete(self) -> bool:
        """Whether every output of every stage is known: only then one can be missed."""
        return all(out.full is not None for stage in self.stages for out in stage.outs) and not self.broken

    @cached_property
    def made(self) -> frozenset[str]:
        """Every output that is known."""
        return frozenset(out.full for stage in self.stages for out in stage.outs if out.full is not None)

    def pointed(self, file: str) -> Iterator[str]:
        """What one `.dvc` file puts into the workspace."""
        content = mapping(self._load(file))
        folder = joined(PurePosixPath(file).parent.as_posix(), str(content.get("wdir") or "."))
        for out in sequence(content.get("outs")):
            path = mapping(out).get("path")
            if isinstance(path, Word):
                yield joined(folder, path)

    def _wanted(self, ending: str) -> list[str]:
        found = self.tree.named(ending)
        return [path for path in found if not self.without & set(self.tree.inside(path).split("/")[:-1])]

    def _named(self, name: str) -> list[str]:
        return [path for path in self._wanted(name) if PurePosixPath(path).name == name]

    def _load(self, path: str) -> Any:
        text = self.tree.text(path)
        if text is None:
            self.broken[path] = (1, self.tree.unread.get(path, "can't be read"))
            return {}
        try:
            return located.load(text)
        except located.NotYamlError as error:
            self.broken[path] = (error.line, str(error))
            return {}

    def _artifacts(self, file: str) -> Iterator[Artifact]:
        content = mapping(self._load(file))
        folder = PurePosixPath(file).parent.as_posix()
        whole = PurePosixPath(file).name == ARTIFACTS
        values = {} if whole else values_of(self.tree, folder, content.get("vars"))
        for name, entry in mapping(content if whole else content.get("artifacts")).items():
            for path in _paths(mapping(entry).get("path"), folder, values, "artifacts"):
                yield Artifact(file, name, str(mapping(entry).get("type") or ""), path)

    def _shown(self, file: str) -> Iterator[Path]:
        content = mapping(self._load(file))
        folder = PurePosixPath(file).parent.as_posix()
        values = values_of(self.tree, folder, content.get("vars"))
        for kind in SHOWN:
            yield from _paths(content.get(kind), folder, values, kind)

    def _stages(self, file: str) -> Iterator[Stage]:
        content = mapping(self._load(file))
        folder = PurePosixPath(file).parent.as_posix()
        values = values_of(self.tree, folder, content.get("vars"))
        for name, body in mapping(content.get("stages")).items():
            for key, one, own in items(body, values) if isinstance(body, dict) else ():
                yield self._stage(file, f"{name}@{key}" if key else name, name.line, one, own)

    def _stage(self, file: str, name: str, line: int, body: dict[Any, Any], values: Values) -> Stage:
        folder = PurePosixPath(file).parent.as_posix()
        wdir = filled(body["wdir"], values) if isinstance(body.get("wdir"), Word) else "."
        where = joined(folder, wdir) if wdir is not None else None
        if isinstance(body.get("vars"), list) and where is not None:
            values = {**values, **values_of(self.tree, where, body["vars"])}
        commands = (
            filled(word, values) or word for word in sequence(body.get("cmd")) if isinstance(word, Word)
        )
        lines = [word.line for word in sequence(body.get("cmd")) if isinstance(word, Word)]
        return Stage(
            file=file,
            name=name,
            line=line,
            folder=where or folder,
            commands=tuple(Word(text, at) for text, at in zip(commands, lines, strict=True)),
            deps=(
                *_paths(body.get("deps"), where, values, "deps"),
                *_paths(list(_params(body.get("params"))), where, values, "params"),
            ),
            outs=tuple(path for key in OUTS for path in _paths(body.get(key), where, values, key)),
        )


def _params(given: Any) -> Iterator[Word]:
    """The files that parameters are read from: each entry is a key of params.yaml, or a file with keys."""
    entries = sequence(given)
    first = next((entry for entry in entries if isinstance(entry, Word)), None)
    if first is not None:
        yield Word("params.yaml", first.line)
    for entry in entries:
        yield from mapping(entry)


def _paths(given: Any, folder: str | None, values: Values, kind: str) -> Iterator[Path]:
    for entry in [given] if isinstance(given, dict) else sequence(given):
        rows = {entry: {}} if isinstance(entry, Word) else mapping(entry)
        for word, more in rows.items():
            text = filled(word, values)
            known = text is not None and folder is not None
            kept = kind in OUTS and "no_cache" not in kind
            kept = kept and str(mapping(more).get("cache", "true")).lower() != "false"
            yield Path(word, joined(folder or "", text or "") if known else None, kind, kept)
