"""JSON lines, files and folders of them: an object a line. Text becomes a time where all of it is ISO 8601.

Arrow's reader stops where a column's type changes. It makes times without their zone, and floats of integers
that stand beside fractions: the first are read as text, the second refused where a digit would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_ibis import arrow
from mlops_ext_ibis.csv_rows import is_packed
from mlops_ext_ibis.csv_types import type_times

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.settings import CsvSettings

EXACT = 2**53
LONG = re.compile(rb"[:\[,]\s*-?\d{16,}\s*[,}\]]")
TWICE = re.compile(r"Column\(/(.*)\) was specified twice in row (\d+)")
CHANGED = re.compile(r"Column\(/(.*)\) changed from (\w+) to (\w+) in row (\d+)")


def read(
    con: Backend,
    path: Path,
    files: Sequence[Path],
    where: str,
    data: DataRef,
    dialect: CsvSettings,
    say: Callable[[str], None],
) -> Table:
    """The rows of a file, or of all parts of a folder in the order of their names."""
    texts = arrow.read(con, path, files, where, say, _load)
    return type_times(texts, where, data, dialect)


def _load(path: Path, where: str) -> pa.Table:
    import pyarrow as pa

    try:
        rows = _rows(path, ())
        times = [field.name for field in rows.schema if pa.types.is_timestamp(field.type)]
        rows = _rows(path, times) if times else rows
    except (pa.ArrowInvalid, OSError) as error:
        raise _explain(str(error), path, where) from error
    _refuse_rounded(rows, path, where)
    return rows


def _rows(path: Path, texts: Sequence[str]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import json

    schema = pa.schema([pa.field(name, pa.string()) for name in texts])
    with pa.input_stream(str(path), compression="gzip" if is_packed(path) else None) as stream:
        return json.read_json(
            stream, parse_options=json.ParseOptions(explicit_schema=schema if texts else None)
        )


def _refuse_rounded(rows: pa.Table, path: Path, where: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for field in rows.schema:
        largest = pc.max(pc.abs(rows[field.name])).as_py() if pa.types.is_floating(field.type) else None
        if largest is not None and largest >= EXACT and _long_integers(path):
            raise CouldNotTellError(
                f"column `{field.name}` holds integers of 16 digits and more that would become floats",
                where=where,
                hint="write ids as text, or keep fractions out of their column",
            )


def _long_integers(path: Path) -> bool:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return is_packed(path) or LONG.search(content) is not None


def _explain(said: str, path: Path, where: str) -> CouldNotTellError | RefusedError:
    twice, changed = TWICE.search(said), CHANGED.search(said)
    if twice:
        name, row = twice.groups()
        what, hint = f"`{name}` is there twice in row {int(row) + 1}", "rename one of them"
        return RefusedError(what, where=where, hint=hint)
    if changed:
        name, before, after, row = changed.groups()
        what = f"column `{name}` is {before}, and {after} in row {int(row) + 1}"
        return RefusedError(what, where=where, hint="write the column with one type")
    first = said.strip().splitlines()[0]
    size = f"{path.stat().st_size:,} bytes"
    return CouldNotTellError(
        f"{where} ({size}) is no whole JSON lines file: {first}", hint="an object a line"
    )
