"""Parquet files and folders: complete, with one type per column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_ibis.keep import view_of
from mlops_ext_ibis.names import check_names
from mlops_ext_ibis.parts import shown

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

MAGIC = b"PAR1"
SMALLEST = 12
SUFFIXES = (".parquet", ".pq")


def read(con: Backend, path: Path, files: Sequence[Path], where: str, say: Callable[[str], None]) -> Table:
    """The rows of a file, or of all parts of a folder in the order of their names."""
    schemas = {file: schema_of(file, shown(file, path, where)) for file in files}
    for file, schema in schemas.items():
        check_names(schema.names, shown(file, path, where))
    if len(files) > 1:
        unify({shown(file, path, where): schema for file, schema in schemas.items()}, say)
    folders = any("=" in part for file in files for part in file.relative_to(path).parts[:-1])
    table = view_of(
        con, [escape(file) for file in files], union_by_name=len(files) > 1,
        hive_partitioning=folders, hive_types_autocast=False,
    )  # fmt: skip
    check_names(table.columns, where)
    return table


def schema_of(file: Path, where: str) -> pa.Schema:
    """A file's own schema, once it is seen to be complete."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    size = file.stat().st_size
    try:
        with file.open("rb") as stream:
            head = stream.read(len(MAGIC))
            stream.seek(max(size - len(MAGIC), 0))
            complete = size >= SMALLEST and head == MAGIC and stream.read() == MAGIC
        if complete:
            return pq.read_schema(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise incomplete(where, size) from error
    raise incomplete(where, size)


def incomplete(where: str, size: int) -> CouldNotTellError:
    """The error for a file that its writer did not finish."""
    return CouldNotTellError(
        f"{where} ({size:,} bytes) is not a complete Parquet file",
        hint="its writer was stopped: write or pull it again",
    )


def unify(schemas: dict[str, pa.Schema], say: Callable[[str], None]) -> None:
    """Refuse a column whose type differs between parts in kind; say which part lacks a column."""
    seen: dict[str, tuple[str, str]] = {}
    for part, schema in schemas.items():
        for field in schema:
            kind = _kind(field.type)
            first = seen.get(field.name)
            if kind == "null" or (first and first[1] == kind):
                continue
            if first is None:
                seen[field.name] = (part, kind)
            else:
                raise RefusedError(
                    f"column `{field.name}` is {first[1]} in {first[0]} and {kind} in {part}",
                    hint="write the parts with one type per column",
                )
    for part, schema in schemas.items():
        lacks = [name for name in seen if name not in schema.names]
        if lacks:
            say(f"{part} has no column {', '.join(lacks)}: read as missing values")


def escape(file: Path) -> str:
    """A path that DuckDB takes as it is, not as a pattern."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(file))


def _kind(dtype: pa.DataType) -> str:
    import pyarrow.types as of

    if of.is_dictionary(dtype):
        return _kind(dtype.value_type)
    tests: Sequence[tuple[str, bool]] = (
        ("null", of.is_null(dtype)),
        ("number", of.is_integer(dtype) or of.is_floating(dtype) or of.is_decimal(dtype)),
        ("string", of.is_string(dtype) or of.is_large_string(dtype) or of.is_string_view(dtype)),
        ("timestamp-utc", of.is_timestamp(dtype) and dtype.tz is not None),
        ("timestamp", of.is_timestamp(dtype)),
        ("date", of.is_date(dtype)),
    )
    return next((name for name, holds in tests if holds), str(dtype))
