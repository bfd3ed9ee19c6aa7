"""Tables that are joined with a shortened one keep the rows that it needs (`sample.keep_with`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc.data.tables import format_of

if TYPE_CHECKING:
    import pyarrow as pa

ROW = "mlops_ext_row"


def keep_with(source: Path, target: Path, partner: Path, name: str) -> tuple[int, int]:
    """Write the rows of `source` whose shared columns occur together in the partner; kept, of how many."""
    import pyarrow as pa

    table, other = _read(source, format_of(target.name)), _read(partner, format_of(partner.name))
    shared = [column for column in table.column_names if column in other.column_names]
    if not shared:
        message = f"table {name} shares no column with the table it is kept with"
        raise SettingsError(message, key=f"data.{name}.sample.keep_with")
    rows = pa.array(range(table.num_rows), type=pa.int64())
    mine = _texts(table, shared).append_column(ROW, rows)
    keys = _texts(other, shared).group_by(shared).aggregate([])
    found = sorted(mine.join(keys, keys=shared, join_type="left semi").column(ROW).to_pylist())
    if not found and table.num_rows:
        message = f"no row of table {name} belongs to a row of the table it is kept with"
        hint = "values are compared as text: let both be written alike, or shorten it by `rows`"
        raise CouldNotTellError(message, where=f"by the columns {', '.join(shared)}", hint=hint)
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(table.take(pa.array(found, type=pa.int64())), target)
    return len(found), table.num_rows


def _texts(table: pa.Table, columns: list[str]) -> pa.Table:
    # As text: one of the two may be a CSV file.
    import pyarrow as pa

    return table.select(columns).cast(pa.schema([(column, pa.string()) for column in columns]))


def _read(path: Path, form: str) -> pa.Table:
    import pyarrow.csv
    import pyarrow.parquet

    if form == "parquet":
        return pyarrow.parquet.read_table(path)
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    with pyarrow.csv.open_csv(path, parse_options=parsing) as head:
        types = dict.fromkeys(head.schema.names, pyarrow.string())
    options = pyarrow.csv.ConvertOptions(column_types=types)
    return pyarrow.csv.read_csv(path, parse_options=parsing, convert_options=options)


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow.csv
    import pyarrow.parquet

    if format_of(path.name) == "parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        pyarrow.csv.write_csv(table, path, options)
