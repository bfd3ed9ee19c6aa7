"""The schema of each table, from one look at it, and proved on the same table before it is proposed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.contract.checks import PASS
from mlops_ext.contract.data import Column, SuiteDraft
from mlops_ext.data.declared import DeclaredSchema, read_schema
from mlops_ext.data.schema_check import check_declared
from mlops_ext.data.seen import SeenColumn, see
from mlops_ext.data.written import as_toml, claimed
from mlops_ext.errors import MlopsExtError, RefusedError
from mlops_ext.words import lasted, plural

if TYPE_CHECKING:
    from mlops_ext.discover.tables import TableFile
    from mlops_ext.starter.engine import Engine

FOLDER = "schemas"
# Measured on two processors that others used as well: a text table is read twice, every value of it is
# tried with every type, and each column is a part of every question.
TEXT_BYTES_A_SECOND = 5e6
OTHER_BYTES_A_SECOND = 10e6
SECONDS_A_COLUMN = 0.1


@dataclass(frozen=True)
class Draft:
    """A table's schema, if one could be made: its file, the text of a new one, and why there is none.

    `kept` says whether the settings name the table all the same: of one that is no good `integrate` says so.
    """

    table: TableFile
    path: str = ""
    text: str = ""
    seen: tuple[SeenColumn, ...] = ()
    suite: SuiteDraft | None = None
    why_not: str = ""
    kept: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, where it was looked at."""
        return tuple(column.name for column in self.seen)


class Clock:
    """What is left of the time for looking at tables."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def allows(self, seconds: float) -> bool:
        """Whether something that takes about so long still fits."""
        return time.monotonic() + seconds <= self._end


def drafts(
    engine: Engine, tables: tuple[TableFile, ...], clock: Clock, say: Callable[[str], None]
) -> Iterator[Draft]:
    """A draft for each table, the quick ones first: a large table takes no time from them."""
    root = engine.context.root
    costs = {table: _seconds(root / table.path, table) for table in tables}
    for table, needed in sorted(costs.items(), key=lambda pair: pair[1]):
        if not table.here:
            yield Draft(table, why_not="not here")
            continue
        if not clock.allows(needed):
            yield Draft(table, why_not=f"no time left for it, about {lasted(needed)}: --seconds gives more")
            continue
        say(f"looking at table {table.name}")
        try:
            yield _draft(engine, table)
        except MlopsExtError as error:
            # That a file is no good is for integrate to say as well; a folder was only taken for a table.
            kept = isinstance(error, RefusedError) and (root / table.path).is_file()
            why = f"{error.what}{f' ({error.hint})' if error.hint else ''}"
            yield Draft(table, why_not=why, kept=kept)


def _draft(engine: Engine, table: TableFile) -> Draft:
    opened = engine.open(table.name)
    if not opened.rows:
        return Draft(table, why_not="has no rows", kept=False)
    path = f"{FOLDER}/{table.name}.toml"
    seen = see(opened)
    if (engine.context.root / path).exists():
        schema = read_schema(engine.context.root / path, path)
        return Draft(table, path=path, seen=seen, suite=engine.draft_suite(table.name, schema))
    schema = proved(engine, table.name, claimed(seen, typed=table.typed))
    if not schema.columns:
        return Draft(table, seen=seen, why_not="no column of it can be read twice alike")
    head = (
        f"What was seen in {table.path}: {plural(opened.rows, 'row')}, {plural(len(seen), 'column')}.\n"
        "A first proposal: correct what is wrong; take a word out of `seen` where its rule shall be strict.\n"
        "Rules in `seen` were only seen in the data: broken, they are warnings. Types and nulls are strict."
    )
    text = as_toml(schema, seen, head)
    # As the file says it: a second call finds the file, and has to draft the same suite.
    suite = engine.draft_suite(table.name, msgspec.toml.decode(text, type=DeclaredSchema))
    return Draft(table, path=path, text=text, seen=seen, suite=suite)


def proved(engine: Engine, name: str, schema: DeclaredSchema) -> DeclaredSchema:
    """The schema without the columns whose claims the table itself, read with its types, does not keep."""
    types = tuple(Column(name=one, type=claim.type) for one, claim in schema.columns.items() if claim.type)
    broken = {
        check.column for check in check_declared(engine.open(name, types), schema) if check.status != PASS
    }
    kept = {one: column for one, column in schema.columns.items() if one not in broken}
    return DeclaredSchema(columns=kept, extra=schema.extra) if broken else schema


def _seconds(path: Path, table: TableFile) -> float:
    files = (
        []
        if not path.exists()
        else [path]
        if path.is_file()
        else [file for file in path.rglob("*") if file.is_file()]
    )
    size = sum(file.stat().st_size for file in files)
    packed = 5 if table.path.lower().endswith(".gz") else 1
    rate = OTHER_BYTES_A_SECOND if table.typed else TEXT_BYTES_A_SECOND
    return size * packed / rate + len(table.dialect.header) * SECONDS_A_COLUMN
