"""Open a table by its reference: find the file, tell its format, hand it to the reader of that format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from mlops_ext.contract.settings import CsvSettings
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_ibis import parts
from mlops_ext_ibis.connect import connect_for, engine_errors
from mlops_ext_ibis.settings import IbisSettings
from mlops_ext_ibis.table import EngineTable

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef

SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv",
    ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
}  # fmt: skip


def open_table(context: Context, data: DataRef) -> EngineTable:
    """The table behind a reference, after looking at what a tool would get wrong in silence."""
    path = local_path(data)
    where = f"{data.name}: {context.relative(path)}"
    if not path.exists():
        raise CouldNotTellError(
            f"no data: {context.relative(path)} is not here",
            where=data.name,
            hint="dvc pull brings tracked data",
        )
    own = context.own("ibis", IbisSettings)
    kind = data.format or format_of(path, data.name, _named(context, data))
    con = connect_for(own)
    with engine_errors(where):
        if kind == "parquet":
            from mlops_ext_ibis import parquet

            table = parquet.read(con, path, context.relative(path), context.say)
        elif kind == "csv":
            from mlops_ext_ibis import csv_file

            table = csv_file.read(con, path, context.relative(path), data, _dialect(context, data, path))
        elif kind == "arrow":
            from mlops_ext_ibis import arrow

            table = arrow.read(con, path, context.relative(path))
        else:
            raise SettingsError(
                f"unknown format `{kind}`", key=f"data.{data.name}.format", hint="parquet, csv or arrow"
            )
    return EngineTable(con, table, where)


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


def format_of(path: Path, name: str, named: Path = Path()) -> str:
    """The format by suffix; that of a folder is its files', which are all of one.

    Bytes out of a store may have lost their name: then it is that of the table, `named`.
    """
    if path.is_dir():
        return _format_of_folder(path, name)
    found = _suffix(path) or _suffix(named)
    if found is None:
        raise SettingsError(
            f"can't tell the format of {path.name}", key=f"data.{name}.format", hint="parquet, csv or arrow"
        )
    return found


def _suffix(path: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def _named(context: Context, data: DataRef) -> Path:
    """Where the settings have the table of that name."""
    table = context.settings.data.get(data.name)
    return Path(table.path if table else "")


def _format_of_folder(path: Path, name: str) -> str:
    suffixes = {file.name.removesuffix(".gz").rpartition(".")[2].lower() for file in parts.visible(path)}
    found = {SUFFIXES[f".{suffix}"] for suffix in suffixes if f".{suffix}" in SUFFIXES}
    if len(found) > 1:
        raise SettingsError(
            f"the folder holds {' and '.join(sorted(found))}", key=f"data.{name}.format", file=path.name,
            hint="say which of them is the table",
        )  # fmt: skip
    return found.pop() if found else "parquet"


def _dialect(context: Context, data: DataRef, path: Path) -> CsvSettings:
    """The dialect of the table of that name; a file that is called .tsv has tabs unless told otherwise."""
    named = context.settings.data.get(data.name)
    found = named.csv if named else CsvSettings()
    files = [path, _named(context, data), *parts.visible(path)]
    tabs = any(".tsv" in file.suffixes for file in files)
    return msgspec.structs.replace(found, delimiter="\t") if tabs and not found.delimiter else found
