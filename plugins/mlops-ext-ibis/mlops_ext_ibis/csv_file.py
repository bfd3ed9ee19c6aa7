"""CSV files: every value is read as text first, then a column gets a type only if all its values have it.

Arrow's reader splits the lines, because it refuses what DuckDB's tolerates: a row with one field too many.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_ibis import csv_rows
from mlops_ext_ibis.csv_types import type_columns
from mlops_ext_ibis.keep import forget, keep, keep_arrow
from mlops_ext_ibis.names import check_names
from mlops_ext_ibis.settings import CsvSettings

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from mlops_ext.contract.data import DataRef
BLOCK = 16 * 2**20


def read(con: Backend, path: Path, where: str, data: DataRef, dialect: CsvSettings) -> Table:
    """The rows of a CSV file, typed by all of its values; a file that did not change is read once."""
    if path.is_dir():
        raise CouldNotTellError(f"{where} is a folder: only Parquet is read as a folder")
    stat = path.stat()
    stamp = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return _read(con, path, where, data, msgspec.json.encode(dialect), stamp)


@lru_cache(maxsize=16)
def _read(
    con: Backend, path: Path, where: str, data: DataRef, written: bytes, stamp: tuple[int, int, int]
) -> Table:
    dialect = msgspec.json.decode(written, type=CsvSettings)
    header = csv_rows.header(path, where, data.name, dialect)
    check_names(header, where)
    try:
        texts = keep_arrow(con, _stream(path, header, dialect))
    except Exception as error:
        raise _explain(error, path, where, len(header), dialect) from error
    try:
        return keep(con, type_columns(texts, where, data, dialect))
    finally:
        forget(con, texts)


def _stream(path: Path, header: list[str], dialect: CsvSettings) -> pa.RecordBatchReader:
    import pyarrow as pa
    from pyarrow import csv

    return csv.open_csv(
        str(path),
        read_options=csv.ReadOptions(block_size=BLOCK, encoding=dialect.encoding),
        parse_options=csv.ParseOptions(
            delimiter=dialect.delimiter or ",", quote_char=dialect.quote or False, newlines_in_values=True
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()),
            null_values=list(dialect.nulls),
            strings_can_be_null=True,
        ),
    )


def _explain(error: Exception, path: Path, where: str, width: int, dialect: CsvSettings) -> Exception:
    """The error that a person can act on: the first row that does not fit, else what the reader said."""
    line = csv_rows.first_misfit(path, width, dialect)
    if line is not None:
        number, fields, ends = line
        trailing = ", it ends with a separator" if ends else ""
        return RefusedError(
            f"line {number} has {fields} fields, the header has {width}{trailing}", where=where,
            hint="no column can be trusted after that: write the file again",
        )  # fmt: skip
    first = str(error).strip().splitlines()[0]
    return CouldNotTellError(
        f"not a readable CSV file: {first}",
        where=where,
        hint="look at ibis.csv.<table>: delimiter, quote, encoding",
    )
