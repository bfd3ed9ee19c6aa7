"""The engine's rows as a pandas frame: only what a suite looks at, and no integer as a float."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import CouldNotTellError
from mlops_ext_great_expectations.fold import columns_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mlops_ext.contract.data import Table

# What such an expectation looks at is not in its `column`.
WIDE = ("row_condition", "query", "unexpected_rows_query", "condition_parser", "column_index")


def needed(expectations: Iterable[dict[str, Any]], there: Sequence[str]) -> list[str]:
    """The columns that the expectations name; all where one of them may look at others."""
    named: set[str] = set()
    for expectation in expectations:
        kwargs = expectation.get("kwargs") or {}
        columns = columns_of(kwargs)
        wide = str(expectation.get("type")).startswith("expect_table_") or not columns
        if wide or any(kwargs.get(word) for word in WIDE):
            return list(there)
        named.update(columns)
    return [name for name in there if name in named] or list(there)


def rows_of(table: Table, columns: Sequence[str], name: str) -> pa.Table:
    """These columns of all rows, as the engine has them."""
    import pyarrow as pa

    whole = len(columns) == len(table.schema)
    rows = pa.table(table if whole else table.select(columns))
    if rows.num_rows != table.rows or rows.column_names != list(columns):
        raise CouldNotTellError(
            f"the engine counts {table.rows:,} rows of `{name}`, {rows.num_rows:,} arrived",
            hint="did the file change meanwhile? ask again",
        )
    return rows


def frame_of(rows: pa.Table) -> pd.DataFrame:
    """The rows for pandas; integers beside missing values stay integers."""
    import pandas as pd

    holes = _integers_with_holes(rows)
    names = rows.column_names
    frame: pd.DataFrame = rows.drop_columns(holes).to_pandas(split_blocks=True)
    for name in holes:
        # As floats, as pandas would have it, ids beyond 2**53 become one.
        frame[name] = _nullable(rows[name])
    if len(frame.columns) == 0:
        return pd.DataFrame(index=range(rows.num_rows), columns=names)
    return frame.reindex(columns=names)


def types_of(frame: pd.DataFrame) -> dict[str, str]:
    """The columns of a frame that others read, in the contract's words as far as bounds need them."""
    words = {"i": "integer", "u": "integer", "f": "float", "M": "timestamp"}
    return {
        str(name): "timestamp-utc" if getattr(kind, "tz", None) else words.get(getattr(kind, "kind", ""), "")
        for name, kind in frame.dtypes.items()
    }


def _nullable(column: pa.ChunkedArray) -> pd.api.extensions.ExtensionArray:
    import pandas as pd
    import pyarrow.compute as pc

    values = pc.fill_null(column, 0).to_numpy()
    return pd.arrays.IntegerArray(values.copy(), column.is_null().to_numpy().copy())


def _integers_with_holes(rows: pa.Table) -> list[str]:
    import pyarrow as pa

    return [
        field.name for field in rows.schema if pa.types.is_integer(field.type) and rows[field.name].null_count
    ]
