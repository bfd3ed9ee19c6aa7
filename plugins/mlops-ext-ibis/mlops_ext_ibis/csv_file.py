"""CSV files, and folders of them: all is read as text, then a column gets a type if all its values have it.

Arrow's reader splits the lines, because it refuses what DuckDB's tolerates: a row with one field too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_ibis import csv_rows
from mlops_ext_ibis.csv_types import type_columns
from mlops_ext_ibis.keep import forget, keep, keep_arrow
from mlops_ext_ibis.names import check_names
from mlops_ext_ibis.parts import partition, shown

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.settings import CsvSettings

BLOCK = 16 * 2**20
# What a column is called in the file that has another name in the header.
UNNAMED = ""


def read(
    con: Backend, path: Path, files: Sequence[Path], where: str, data: DataRef, dialect: CsvSettings
) -> Table:
    """The rows of a file or a folder, typed by all of its values."""
    said = [shown(file, path, where) for file in files]
    headers = [
        csv_rows.header(file, said_, data.name, dialect) for file, said_ in zip(files, said, strict=True)
    ]
    for header, said_ in zip(headers, said, strict=True):
        check_names(header, said_)
    _same_names(headers, said)
    folders = [partition(file, path) if file != path else {} for file in files]
    names = [*headers[0], *(name for name in folders[0] if name not in headers[0])]
    reading = Reading()
    try:
        texts = keep_arrow(con, _stream(files, headers, folders, names, dialect, reading))
    except Exception as error:
        raise _explain(error, files[reading.at], said[reading.at], headers[reading.at], dialect) from error
    try:
        return keep(con, type_columns(texts, where, data, dialect))
    finally:
        forget(con, texts)


class Reading:
    """Which part is being read."""

    at = 0


def _same_names(headers: list[list[str]], said: list[str]) -> None:
    """Parts with other columns are no parts of one table."""
    for header, place in zip(headers, said, strict=True):
        other = sorted(set(header) ^ set(headers[0]))
        if other:
            has, lacks = (place, said[0]) if other[0] in header else (said[0], place)
            raise RefusedError(
                f"column `{other[0]}` is in {has} and not in {lacks}",
                hint="write the parts with the same columns",
            )


def _stream(
    files: Sequence[Path],
    headers: Sequence[list[str]],
    folders: Sequence[Mapping[str, str | None]],
    names: list[str],
    dialect: CsvSettings,
    reading: Reading,
) -> pa.RecordBatchReader:
    """All parts as text, each part's folders as columns."""
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in names])

    def batches() -> Iterator[pa.RecordBatch]:
        for reading.at, (file, header, folder) in enumerate(zip(files, headers, folders, strict=True)):
            for batch in _open(file, header, dialect):
                columns = [
                    batch.column(header.index(name))
                    if name in header
                    else pa.array([folder.get(name)] * len(batch), pa.string())
                    for name in names
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _open(file: Path, header: list[str], dialect: CsvSettings) -> pa.RecordBatchReader:
    import pyarrow as pa
    from pyarrow import csv

    return csv.open_csv(
        pa.input_stream(str(file), compression="gzip" if csv_rows.is_packed(file) else None),
        read_options=csv.ReadOptions(block_size=BLOCK, encoding=dialect.encoding),
        parse_options=csv.ParseOptions(
            delimiter=dialect.delimiter or ",", quote_char=dialect.quote or False, newlines_in_values=True
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys([*header, UNNAMED], pa.string()),
            null_values=list(dialect.nulls),
            strings_can_be_null=True,
        ),
    )


def _explain(error: Exception, path: Path, where: str, header: list[str], dialect: CsvSettings) -> Exception:
    """The error that a person can act on: the first row that does not fit, else what the reader said."""
    width = len(header)
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
        hint="look at `csv` of the table in the settings: delimiter, quote, encoding",
    )
