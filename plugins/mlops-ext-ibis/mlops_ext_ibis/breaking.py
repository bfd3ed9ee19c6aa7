"""Values that break a rule: which they are, and the first rows that have them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure, Measured
from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis.bounds import bound_of
from mlops_ext_ibis.counting import without_nan
from mlops_ext_ibis.sampling import ROW
from mlops_ext_ibis.words import word

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Column, Table

TYPES = {"integer": "int64", "float": "float64", "decimal": "float64", "boolean": "boolean", "date": "date"}
VALUE, BEFORE = "mlops_ext value", "mlops_ext before"


def outside(column: Column, measure: Measure, where: str) -> BooleanValue:
    """Values below `low` or above `high`, which are themselves inside; NaN is outside of everything."""
    import ibis

    kind = word(column.type())
    value = column.cast("timestamp") if kind == "date" else column
    broken = [column.isnan()] if kind == "float" else []
    if measure.low is not None:
        broken.append(value < bound_of(measure.low, kind, measure.column, where))
    if measure.high is not None:
        day = _next_day(measure.high)
        high = bound_of(day or measure.high, kind, measure.column, where)
        broken.append(value >= high if day else value > high)
    return column.notnull() & ibis.or_(*broken)


def examples(table: Table, measure: Measure, where: str) -> Measured:
    """The first rows that break a rule, by number and value."""
    import ibis

    numbered = table.select(table[measure.column].name(VALUE), ibis.row_number().name(ROW))
    numbered, broken = _broken(numbered, measure, where)
    found = numbered.filter(broken).order_by(ROW).head(measure.limit)
    rows = found.select(found[VALUE].cast("string").name(VALUE), found[ROW]).to_pyarrow().to_pylist()
    return Measured(
        counts=tuple(int(row[ROW]) + 1 for row in rows), categories=tuple(str(row[VALUE]) for row in rows)
    )


def _broken(numbered: Table, measure: Measure, where: str) -> tuple[Table, BooleanValue]:
    import ibis

    value = numbered[VALUE]
    if measure.rule == "repeated":
        numbered = numbered.mutate(
            ibis.row_number().over(ibis.window(group_by=value, order_by=numbered[ROW])).name(BEFORE)
        )
        broken = numbered[VALUE].notnull() & (numbered[BEFORE] > 0)
    elif measure.rule == "null":
        broken = value.isnull()
    elif measure.rule == "listed":
        broken = without_nan(value).cast("string").isin(list(measure.words))
    elif measure.rule == "mistyped":
        broken = value.notnull() & value.try_cast(TYPES.get(measure.words[0], "timestamp")).isnull()
    elif measure.rule == "outside":
        broken = outside(value, measure, where)
    else:
        raise CouldNotTellError(f"unknown rule `{measure.rule}`", where=where)
    return numbered, broken


def _next_day(high: object) -> str:
    """A date as upper bound means the whole day."""
    try:
        return str(date.fromisoformat(high) + timedelta(days=1)) if isinstance(high, str) else ""
    except ValueError:
        return ""
