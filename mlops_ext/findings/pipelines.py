"""Each dvc.yaml with its stages as DVC would see them: templates filled in, paths from the top of Git."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from mlops_ext.findings import located
from mlops_ext.findings.code import joined
from mlops_ext.findings.located import Word, mapping, sequence
from mlops_ext.findings.templates import Values, filled, items, values_of
from mlops_ext.findings.tree import Tree

COPIED = {"tests", "test", "fixtures", "testdata", "examples"}
OUTS = ("outs", "outs_no_cache", "outs_persist", "outs_persist_no_cache", "metrics", "plots")


@dataclass(frozen=True)
class Path:
    """A path as it is written, and from the top; `full` is None where a template could not be filled.

    `cached`: DVC keeps it, so Git must not.
    """

    written: Word
    full: str | None
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


@dataclass
class Pipelines:
    """All pipelines of a tree, and what `.dvc` files bring."""

    tree: Tree
    broken: dict[str, tuple[int, str]] = field(default_factory=dict)

    @cached_property
    def files(self) -> list[str]:
        """Every dvc.yaml; what lies in a folder of tests or examples is copied elsewhere before it is run."""
        found = [path for path in self.tree.named("dvc.yaml") if PurePosixPath(path).name == "dvc.yaml"]
        return [path for path in found if not COPIED & set(self.tree.inside(path).split("/")[:-1])]

    @cached_property
    def pointers(self) -> list[str]:
        """Every `.dvc` file."""
        found = [path for path in self.tree.named(".dvc") if PurePosixPath(path).name != ".dvc"]
        return [path for path in found if not COPIED & set(self.tree.inside(path).split("/")[:-1])]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of all files; a file that is no YAML is in `broken` afterwards."""
        return tuple(stage for path in self.files for stage in self._stages(path))

    @cached_property
    def tracked(self) -> frozenset[str]:
        """What `.dvc` files put into the workspace."""
        return frozenset(path for file in self.pointers for path in self._pointed(file))

    @cached_property
    def complete(self) -> bool:
        """Whether every output of every stage is known: only then one can be missed."""
        return all(out.full is not None for stage in self.stages for out in stage.outs) and not self.broken

    @cached_property
    def made(self) -> frozenset[str]:
        """Every output that is known."""
        return frozenset(out.full for stage in self.stages for out in stage.outs if out.full is not None)

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

    def _pointed(self, file: str) -> Iterator[str]:
        content = mapping(self._load(file))
        folder = joined(PurePosixPath(file).parent.as_posix(), str(content.get("wdir") or "."))
        for out in sequence(content.get("outs")):
            path = mapping(out).get("path")
            if isinstance(path, Word):
                yield joined(folder, path)

    def _stages(self, file: str) -> Iterator[Stage]:
        content = mapping(self._load(file))
        folder = PurePosixPath(file).parent.as_posix()
        values = values_of(self.tree, folder, content.get("vars"))
        for name, body in mapping(content.get("stages")).items():
            for key, one, own in items(mapping(body), values):
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
                *_paths(body.get("deps"), where, values),
                *_paths(list(_params(body.get("params"))), where, values),
            ),
            outs=tuple(
                path for key in OUTS for path in _paths(body.get(key), where, values, "no_cache" not in key)
            ),
        )


def _params(given: Any) -> Iterator[Word]:
    """The files that parameters are read from: each entry is a key of params.yaml, or a file with keys."""
    entries = sequence(given)
    first = next((entry for entry in entries if isinstance(entry, Word)), None)
    if first is not None:
        yield Word("params.yaml", first.line)
    for entry in entries:
        yield from mapping(entry)


def _paths(given: Any, folder: str | None, values: Values, cached: bool = False) -> Iterator[Path]:
    for entry in sequence(given):
        rows = {entry: {}} if isinstance(entry, Word) else mapping(entry)
        for word, more in rows.items():
            text = filled(word, values)
            known = text is not None and folder is not None
            kept = cached and str(mapping(more).get("cache", "true")).lower() != "false"
            yield Path(word, joined(folder or "", text or "") if known else None, kept)
