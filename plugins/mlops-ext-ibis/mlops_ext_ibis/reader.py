"""Open a table by its reference: find its files, and hand them to the reader of their format, once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.settings import CsvSettings
from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis import formats, parts
from mlops_ext_ibis.connect import connect_for, engine_errors
from mlops_ext_ibis.settings import IbisSettings
from mlops_ext_ibis.table import EngineTable

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from mlops_ext.contract.context import Context


class Asked(NamedTuple):
    """What decides what is read: equal ones are the same table. `stamp` is size, time and node of each file.

    `data` holds of a reference what a reader looks at, `dialect` is JSON.
    """

    kind: str
    path: Path
    shown: str
    files: tuple[Path, ...]
    stamp: tuple[tuple[int, int, int], ...]
    data: DataRef
    dialect: bytes


def open_table(context: Context, data: DataRef) -> EngineTable:
    """The table behind a reference, after looking at what a tool would get wrong in silence."""
    path = local_path(data)
    shown = context.relative(path)
    if not path.exists():
        raise CouldNotTellError(
            f"no data: {shown} is not here", where=data.name, hint="dvc pull brings tracked data"
        )
    kind = formats.known(data.format or formats.format_of(path, data.name, _named(context, data)), data.name)
    files = tuple(parts.files_of(path, formats.SUFFIXES[kind], shown))
    stats = [file.stat() for file in files]
    asked = Asked(
        kind=kind,
        path=path,
        shown=shown,
        files=files,
        stamp=tuple((stat.st_size, stat.st_mtime_ns, stat.st_ino) for stat in stats),
        data=DataRef(
            name=data.name, uri="", columns=ColumnRoles(time=data.columns.time), declared=data.declared
        ),
        dialect=msgspec.json.encode(_dialect(context, data, files)),
    )
    return _opened(connect_for(context.own("ibis", IbisSettings)), asked, context.say)


@lru_cache(maxsize=16)
def _opened(con: Backend, asked: Asked, say: Callable[[str], None]) -> EngineTable:
    where = f"{asked.data.name}: {asked.shown}"
    with engine_errors(where):
        return EngineTable(con, _read(con, asked, say), where)


def _read(con: Backend, asked: Asked, say: Callable[[str], None]) -> Table:
    files, shown = asked.files, asked.shown
    if asked.kind == "parquet":
        from mlops_ext_ibis import parquet

        return parquet.read(con, asked.path, files, shown, say)
    dialect = msgspec.json.decode(asked.dialect, type=CsvSettings)
    if asked.kind == "csv":
        from mlops_ext_ibis import csv_file

        return csv_file.read(con, asked.path, files, shown, asked.data, dialect)
    if asked.kind == "jsonl":
        from mlops_ext_ibis import json_lines

        return json_lines.read(con, asked.path, files, shown, asked.data, dialect, say)
    from mlops_ext_ibis import arrow

    return arrow.read(con, asked.path, files, shown, say, arrow.load)


def local_path(data: DataRef) -> Path:
    """The path behind an address; what is not on this machine has to be brought first."""
    address = urlsplit(data.uri)
    if address.scheme == "file":
        return Path(unquote(address.path))
    if "://" in data.uri:
        raise CouldNotTellError(
            f"{address.scheme}:// is not read by this engine",
            where=data.name,
            hint="track it with DVC, which brings it here",
        )
    return Path(data.uri)


def _named(context: Context, data: DataRef) -> Path:
    """Where the settings have the table of that name."""
    table = context.settings.data.get(data.name)
    return Path(table.path if table else "")


def _dialect(context: Context, data: DataRef, files: tuple[Path, ...]) -> CsvSettings:
    """The dialect of the table of that name; a file that is called .tsv has tabs unless told otherwise."""
    named = context.settings.data.get(data.name)
    found = named.csv if named else CsvSettings()
    tabs = any(".tsv" in file.suffixes for file in (_named(context, data), *files))
    return msgspec.structs.replace(found, delimiter="\t") if tabs and not found.delimiter else found
