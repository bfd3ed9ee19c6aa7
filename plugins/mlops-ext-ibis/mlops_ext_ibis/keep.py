"""Tables that the engine keeps in its own memory for as long as the process lives, and streams out of it.

Ibis builds the expressions; DuckDB is asked directly where versions of Ibis, sqlglot and DuckDB disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

_NUMBERS = count(1)
BATCH = 100_000
# What is stored of rows that have no values at all.
ROWS = "mlops_ext rows"


def keep(con: Backend, table: Table) -> Table:
    """The rows of an expression, computed once, in their order."""
    return _with_nulls(con, table, f"({con.compile(_stored(table))})", table.columns)


def keep_arrow(con: Backend, rows: pa.Table | pa.RecordBatchReader) -> Table:
    """The rows of Arrow data."""
    import ibis

    source = f"source_{next(_NUMBERS)}"
    con.con.register(source, rows)
    try:
        shape = ibis.table(ibis.Schema.from_pyarrow(rows.schema), name=source)
        return _with_nulls(con, shape, f"(SELECT {_list(_names(shape))} FROM {source})", shape.columns)  # noqa: S608 - names are ours or quoted
    finally:
        con.con.unregister(source)


def forget(con: Backend, table: Table) -> None:
    """Give back the memory of a kept table."""
    con.con.execute(f"DROP TABLE {table.get_name()}")


def view_of(con: Backend, files: list[str], **options: bool) -> Table:
    """Parquet files as one table that is read anew each time; Ibis would make it for one connection only."""
    name = f"files_{next(_NUMBERS)}"
    paths = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    words = "".join(f", {option} = {value}" for option, value in options.items())
    con.con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{paths}]{words})")  # noqa: S608 - names are ours or quoted
    return con.table(name)


def stream(con: Backend, table: Table) -> pa.RecordBatchReader:
    """The rows as record batches, by a cursor of their own: others may ask meanwhile."""
    import pyarrow as pa

    schema = table.schema().to_pyarrow()
    cursor = con.con.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    found = cursor.sql(con.compile(table))
    reader = (
        found.to_arrow_reader(BATCH) if hasattr(found, "to_arrow_reader") else found.fetch_arrow_reader(BATCH)
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            columns = [_as(column, field.type) for column, field in zip(batch.columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
        cursor.close()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _as(column: pa.Array, dtype: pa.DataType) -> pa.Array:
    import pyarrow as pa

    # A column without a type arrives as integers.
    return pa.nulls(len(column)) if pa.types.is_null(dtype) else column.cast(dtype)


def _stored(table: Table) -> Table:
    # DuckDB can't store a column whose type is null: it is put back when the table is read.
    import ibis

    names = _names(table)
    if not names:
        return table.select(ibis.literal(True).name(ROWS))
    return table.select(names) if len(names) < len(table.columns) else table


def _names(table: Table) -> list[str]:
    return [name for name, dtype in table.schema().items() if not dtype.is_null()]


def _with_nulls(con: Backend, shape: Table, query: str, columns: tuple[str, ...]) -> Table:
    import ibis

    name = f"kept_{next(_NUMBERS)}"
    con.con.execute(f"CREATE TABLE {name} AS SELECT * FROM {query}")  # noqa: S608 - names are ours or quoted
    kept = con.table(name)
    stored = set(kept.columns)
    if stored == set(columns):
        return kept
    return kept.select([kept[column] if column in stored else ibis.null().name(column) for column in columns])


def _list(names: list[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names) or f'TRUE AS "{ROWS}"'
