"""Check a table against its suite: the engine reads, Great Expectations judges, and we count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import Report
from mlops_ext.errors import CouldNotTellError
from mlops_ext_great_expectations import bounds, run, suites
from mlops_ext_great_expectations.fold import Seen, fold
from mlops_ext_great_expectations.settings import GreatExpectationsSettings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef, Table


def validate(context: Context, data: DataRef) -> Report | None:
    """The report on a table; None where the settings name no suite for it."""
    table = context.settings.data.get(data.name)
    if table is None or not table.suite:
        return None
    own = context.own("great-expectations", GreatExpectationsSettings)
    suite = suites.load(context, own, data.name, table.suite)
    opened = context.open(data)
    expectations = bounds.fit(suite, {column.name: column.type for column in opened.schema}, data.name)
    context.left()
    frame = frame_of(opened, data.name)
    results = run.run(suite, expectations, frame, data.name)
    context.left()
    seen = Seen(columns=list(frame.columns), rows=len(frame), vacuous=own.vacuous)
    looked_at = f"{len(frame):,} rows, {len(frame.columns)} columns, {len(results)} expectations"
    checks = tuple(fold(result, seen) for result in results)
    return Report(question=f"data:{data.name}", checks=checks, looked_at=looked_at, artifacts=(suite.ref,))


def frame_of(table: Table, name: str) -> pd.DataFrame:
    """The rows for pandas; integers beside missing values stay integers."""
    import pandas as pd
    import pyarrow as pa

    rows = pa.table(table)
    holes = _integers_with_holes(rows)
    frame: pd.DataFrame = rows.drop_columns(holes).to_pandas()
    for name_of in holes:
        # As floats, as pandas would have it, ids beyond 2**53 become one.
        frame[name_of] = pd.array(rows[name_of].to_pylist(), dtype="Int64")
    frame = frame[rows.column_names]
    if len(frame) != table.rows or list(frame.columns) != [column.name for column in table.schema]:
        raise CouldNotTellError(
            f"the engine counts {table.rows:,} rows of `{name}`, pandas was given {len(frame):,}",
            hint="did the file change meanwhile? ask again",
        )
    return frame


def _integers_with_holes(rows: pa.Table) -> list[str]:
    import pyarrow as pa

    return [
        field.name
        for field in rows.schema
        if pa.types.is_signed_integer(field.type) and rows[field.name].null_count
    ]
