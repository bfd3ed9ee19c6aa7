"""The settings that fit a repository, as text; what was only guessed says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_ext.discover.models import slug
from mlops_ext.discover.tables import OUTPUT

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository
    from mlops_ext.discover.tables import TableFile
    from mlops_ext.starter.adapter import Adapter

TARGETS = (("test", ""), ("pre-production", ""), ("production", "pre-production"))
# In the order in which a table of the settings reads best.
ENGINE = "ibis"


@dataclass(frozen=True)
class TableEntry:
    """What the settings say of one table; `label` and `features` were guessed from the code."""

    table: TableFile
    schema: str = ""
    suite: str = ""
    label: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entries:
    """The tables and the models of the settings, each with its values; `github` is whether it runs stages."""

    tables: tuple[TableEntry, ...]
    models: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    github: bool = False


def plugins_for(found: Repository) -> list[str]:
    """The plugins whose tools the team uses, and the one that reads tables."""
    return [name for name in ("dvc", "mlflow", ENGINE, "great-expectations", "evidently")
            if name in found.installed and (name in found.uses or name == ENGINE)]  # fmt: skip


def model_entries(found: Repository, adapter: Adapter | None) -> dict[str, dict[str, str]]:
    """The models that are certain, and the one that an adapter fits with its table."""
    models = {model.name: {} if model.declared else {"file": model.path} for model in found.models}
    if adapter is None:
        return models
    name = next(iter(models), slug(found.name))
    table = adapter.draft.table
    return models | {name: models.get(name, {}) | {"train" if table.role == OUTPUT else "data": table.name}}


def settings_text(found: Repository, entries: Entries, prefix: str) -> str:
    """The text of the settings; `prefix` is the table that they stand in, empty in a file of their own."""
    return "\n".join(_lines(found, entries, f"{prefix}." if prefix else "", prefix)) + "\n"


def _lines(found: Repository, entries: Entries, dot: str, prefix: str) -> Iterator[str]:
    if prefix:
        yield f"[{prefix}]"
    own = ["github"] if entries.github and "github" in found.installed else []
    yield f"plugins = {json.dumps([*plugins_for(found), *own])}"
    if not found.said_name:
        yield f"name = {_text(found.name)}"
    if found.python:
        yield f"python = {json.dumps(found.python)}"
    for entry in entries.tables:
        yield from _table(entry, dot)
    for name, values in entries.models.items():
        yield from ("", f"[{dot}models.{_key(name)}]", *_pairs(values.items()))
    if "dvc" in plugins_for(found):
        for target, after in TARGETS:
            yield from ("", f"[{dot}targets.{target}]")
            if after:
                approval = "github" if entries.github else "local"
                yield from (f'after = {{ target = "{after}", runs = 3 }}', f'approval = "{approval}"')


def _table(entry: TableEntry, dot: str) -> Iterator[str]:
    table = entry.table
    yield from ("", f"[{dot}data.{_key(table.name)}]")
    yield from _pairs([("path", table.path), ("suite", entry.suite), ("schema", entry.schema)])
    if table.dialect.settings:
        yield f"csv = {{ {', '.join(_pairs(table.dialect.settings.items()))} }}"
    if not table.shared:
        yield 'missing = "skip"  # Git ignores the file, so another clone does not have it'
    if entry.label:
        columns = [f"label = {_text(entry.label)}"]
        columns += [f"features = [{', '.join(map(_text, entry.features))}]"] if entry.features else []
        yield f"columns = {{ {', '.join(columns)} }}  # guessed from the code"


def _pairs(values: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{key} = {_text(value)}" for key, value in values if value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
