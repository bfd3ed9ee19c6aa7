"""Joins that add columns and never rows, and never match keys that were rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_ibis.keep import keep, keep_arrow
from mlops_ext_ibis.names import need
from mlops_ext_ibis.sampling import ROW
from mlops_ext_ibis.words import word

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from mlops_ext.contract.data import Table

KEY = "mlops_ext key"


class Side(NamedTuple):
    """One of the two tables, and how people are shown it."""

    table: ir.Table
    where: str


def adopt(con: Backend, other: Table) -> Side:
    """A table of another engine, by its Arrow stream."""
    import pyarrow as pa

    return Side(keep_arrow(con, pa.table(other)), "the joined table")


def join(con: Backend, left: Side, right: Side, on: str, columns: Sequence[str]) -> ir.Table:
    """The left rows in their order, with the columns of the one right row that has the same key."""
    import ibis

    need(left.table.columns, [on], left.where)
    need(right.table.columns, [on, *columns], right.where)
    there = [name for name in columns if name in left.table.columns]
    if there:
        raise CouldNotTellError(
            f"column `{there[0]}` is in both tables", where=left.where, hint=f"rename it in {right.where}"
        )
    mine, theirs = _keys(left, right, on)
    numbered = left.table.mutate(ibis.row_number().name(ROW), mine.name(KEY))
    found = (
        right.table.select(theirs.name(KEY), *columns).filter(lambda table: table[KEY].notnull()).distinct()
    )
    _refuse_twins(found, right.where, on)
    joined = numbered.left_join(found, KEY).select([*numbered.columns, *columns])
    return keep(con, joined.order_by(ROW).drop(ROW, KEY))


def _keys(left: Side, right: Side, on: str) -> tuple[ir.Value, ir.Value]:
    mine, theirs = left.table[on], right.table[on]
    kinds = {word(mine.type()), word(theirs.type())}
    if len(kinds) == 1 and "float" not in kinds:
        return mine, theirs
    if kinds == {"integer", "string"}:
        return mine.cast("string"), theirs.cast("string")
    sides = f"{word(mine.type())} in {left.where} and {word(theirs.type())} in {right.where}"
    raise CouldNotTellError(
        f"`{on}` is {sides}: such keys don't match exactly",
        hint="write ids as integers or as text",
    )


def _refuse_twins(found: ir.Table, where: str, on: str) -> None:
    counted = found.group_by(KEY).aggregate(n=lambda rows: rows.count())
    twins = counted.filter(counted.n > 1)
    shown = twins.order_by(KEY).head(1).to_pyarrow().to_pylist()
    if shown:
        number = int(twins.count().execute())
        raise RefusedError(
            f"{number:,} values of `{on}` have more than one row with different values, "
            f"for instance {shown[0][KEY]!r}",
            where=where,
            hint="which of them is true? keep one row for each",
        )
