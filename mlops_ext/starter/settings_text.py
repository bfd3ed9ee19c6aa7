"""The settings that fit a repository, as text; what was only guessed says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository
    from mlops_ext.discover.tables import TableFile

TARGETS = (("test", ""), ("production", "test"))
# In the order in which a table of the settings reads best.
ENGINE = "ibis"


@dataclass(frozen=True)
class TableEntry:
    """What the settings say of one table; `label` was guessed from the code."""

    table: TableFile
    schema: str = ""
    suite: str = ""
    label: str = ""


@dataclass(frozen=True)
class Entries:
    """All that the settings say beside the tables' own; `training` are models with an adapter."""

    tables: tuple[TableEntry, ...]
    models: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def plugins_for(found: Repository) -> list[str]:
    """The plugins whose tools the team uses, and the one that reads tables."""
    return [name for name in ("dvc", "mlflow", ENGINE, "great-expectations", "evidently")
            if name in found.installed and (name in found.uses or name == ENGINE)]  # fmt: skip


def settings_text(found: Repository, entries: Entries, prefix: str) -> str:
    """The text of the settings; `prefix` is the table that they stand in, empty in a file of their own."""
    return "\n".join(_lines(found, entries, f"{prefix}." if prefix else "", prefix)) + "\n"


def _lines(found: Repository, entries: Entries, dot: str, prefix: str) -> Iterator[str]:
    if prefix:
        yield f"[{prefix}]"
    yield f"plugins = {json.dumps(plugins_for(found))}"
    if not found.said_name:
        yield f"name = {json.dumps(found.name)}"
    if found.python:
        yield f"python = {json.dumps(found.python)}"
    for entry in entries.tables:
        yield from _table(entry, dot)
    for name, values in entries.models.items():
        yield from ("", f"[{dot}models.{_key(name)}]", *_pairs(values.items()))
    if "dvc" in plugins_for(found):
        for target, after in TARGETS:
            yield from ("", f"[{dot}targets.{target}]")
            yield from (
                [f'after = {{ target = "{after}", runs = 3 }}', 'approval = "local"'] if after else []
            )


def _table(entry: TableEntry, dot: str) -> Iterator[str]:
    table = entry.table
    yield from ("", f"[{dot}data.{_key(table.name)}]")
    yield from _pairs([("path", table.path), ("suite", entry.suite), ("schema", entry.schema)])
    if table.csv:
        yield f"csv = {{ {', '.join(_pairs(table.csv.items()))} }}"
    if not table.shared:
        yield 'missing = "skip"  # Git ignores the file, so another clone does not have it'
    if entry.label:
        yield f"columns = {{ label = {json.dumps(entry.label)} }}  # guessed from the code"


def _pairs(values: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values if value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
