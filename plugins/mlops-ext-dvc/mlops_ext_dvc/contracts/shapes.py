"""The columns of a table and their types: by the engine, and of JSON by looking at its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.data import DataRef, Measure
from mlops_ext.errors import MlopsExtError, RefusedError
from mlops_ext_dvc.contracts.contents import LARGEST, form_of, header

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import Table

BY_ENGINE = ("parquet", "csv", "arrow")
# There a type is what the values look like; elsewhere it is written down.
GUESSED = "csv"
UNKNOWN = "null"
SEEN = 100


@dataclass(frozen=True)
class Shape:
    """Types by the names of columns; the table, where an engine opened it, answers questions about values."""

    columns: Mapping[str, str]
    form: str
    table: Table | None = None

    def has_nulls(self, column: str) -> bool | None:
        """Whether a value is missing; None where nobody can say."""
        if self.table is None:
            return None
        (found,) = self.table.aggregate([Measure(kind="nulls", column=column)])
        return bool(found.value)

    def words(self, column: str) -> tuple[str, ...]:
        """The most frequent values as text."""
        if self.table is None:
            return ()
        (found,) = self.table.aggregate([Measure(kind="categories", column=column, limit=SEEN)])
        return found.categories


def is_table(name: str) -> bool:
    """Whether a file of this name has columns that we can tell."""
    return form_of(name) in (*BY_ENGINE, "tsv", "json", "jsonl")


def of(context: Context, path: Path, name: str) -> Shape | None:
    """The shape of a file or of a folder of Parquet; None where it has no columns."""
    form = "parquet" if path.is_dir() else "csv" if form_of(name) == "tsv" else form_of(name)
    if form in BY_ENGINE:
        return _opened(context, path, name, form)
    columns = _columns(path, form)
    return Shape(columns, form) if columns else None


def _opened(context: Context, path: Path, name: str, form: str) -> Shape:
    try:
        table = context.open(DataRef(name=name, uri=str(path), format=form))
    except RefusedError:
        raise
    except MlopsExtError:
        if form != GUESSED:
            raise
        # Of another dialect than the engine's, or without an engine, the header tells the names all the same.
        return Shape(dict.fromkeys(header(path), UNKNOWN), form)
    return Shape({column.name: column.type for column in table.schema}, form, table)


def _columns(path: Path, form: str) -> dict[str, str]:
    if path.stat().st_size > LARGEST:
        return {}
    text = path.read_text(encoding="utf-8-sig")
    try:
        body = [json.loads(line) for line in text.splitlines() if line.strip()] if form == "jsonl" else None
        body = json.loads(text) if body is None else body
    except ValueError:
        body = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(body, dict):
        return {str(name): _type_of([value]) for name, value in body.items()}
    rows = [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []
    names = dict.fromkeys(name for row in rows for name in row)
    return {str(name): _type_of(row.get(name) for row in rows) for name in names}


def _type_of(values: Iterable[Any]) -> str:
    kinds = {_word(value) for value in values} - {UNKNOWN}
    if not kinds:
        return UNKNOWN
    if kinds == {"integer", "float"}:
        return "float"
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _word(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "float", str: "string", list: "list", dict: "object"}
    return names.get(type(value), UNKNOWN)
