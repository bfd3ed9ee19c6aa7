"""Columns made ready to be counted, and the most frequent values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure, Measured
from mlops_ext_ibis.words import word

if TYPE_CHECKING:
    from ibis.expr.types import Column, NumericColumn, Table


def without_nan(column: Column) -> Column:
    """The column with null for NaN, which DuckDB would call the largest number."""
    import ibis

    if word(column.type()) != "float":
        return column
    # Adding zero makes -0.0 and 0.0 one value, which DuckDB 2 tells apart.
    return column.isnan().ifelse(ibis.null(column.type()), column + 0.0)


def numbers(column: Column) -> NumericColumn:
    """The column as 64-bit floats."""
    return without_nan(column).cast("float64")


def categories(table: Table, measure: Measure) -> Measured:
    """The most frequent values as text; equal counts in the order of the text."""
    import ibis

    named = table.select(value=without_nan(table[measure.column]).cast("string"))
    counted = named.filter(named.value.notnull()).group_by("value").aggregate(n=lambda rows: rows.count())
    rows = counted.order_by(ibis.desc("n"), "value").head(measure.limit).to_pyarrow().to_pylist()
    return Measured(counts=tuple(row["n"] for row in rows), categories=tuple(row["value"] for row in rows))
